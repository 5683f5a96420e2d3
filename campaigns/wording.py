"""Money, dates and time left in words, in a given language or the active one.

Month and weekday names are Django's own. The tables here hold what Django's formats do not: how
people in a language write a day with its weekday, and sums with their currency.
"""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from django.utils import timezone, translation
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_SIGNS = {"USD": "$", "CAD": "CA$", "GBP": "£", "EUR": "€", "NZD": "NZ$"}

# Spanish follows the money: dollars as Spanish speakers in America write them, so that a sum looks
# the same in both languages of a letter and on the cheque; euros as in Spain.
_SIGN_LAST = {("es", "EUR")}

# Day with year, day without, short day with year, short day without; in Django's date letters.
_DAYS = {
    "en": ("l j F Y", "l j F", "D j M Y", "D j M"),
    "es": (r"l j \d\e F \d\e Y", r"l j \d\e F", "D j b Y", "D j b"),
}


def money(
    amount: Decimal | int, currency: str, language: str | None = None, *, places: int = 2
) -> str:
    """Return "$1,234.50": sign of the currency and always two places, rounded half up.

    What a day of interest comes to is the one sum with more of them.

    Raises TypeError for a float, which has no exact cents.
    """
    if isinstance(amount, float):
        raise TypeError("money is Decimal, never float")
    cents = Decimal(amount).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    minus = "−" if cents < 0 else ""
    number = f"{abs(cents):,.{places}f}"
    sign = _SIGNS.get(currency, f"{currency} ")
    if (_base(language), currency) in _SIGN_LAST:
        number = number.translate(str.maketrans(",.", ".,"))
        return f"{minus}{number}\N{NO-BREAK SPACE}{sign}"
    return f"{minus}{sign}{number}"


def date_in_words(
    value: dt.date | dt.datetime,
    language: str | None = None,
    *,
    with_time: bool = False,
    year: bool = True,
    short: bool = False,
) -> str:
    """Return "Friday 27 November 2026", short "Fri 27 Nov 2026"; moments in the active zone."""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    day = value.date() if isinstance(value, dt.datetime) else value
    text = _day_in_words(day, language or translation.get_language() or "en", short, year)
    return f"{text}, {value:%H:%M}" if with_time else text


@lru_cache(maxsize=2048)
def _day_in_words(day: dt.date, language: str, short: bool, year: bool) -> str:
    """A long page names the same few days again and again."""
    letters = _DAYS.get(_base(language), _DAYS["en"])[2 * short + (not year)]
    with translation.override(language):
        return format_date(day, letters)


def days_from(today: dt.date, day: dt.date) -> str:
    """Return how far away `day` is: "today", "tomorrow", "in 3 days", "yesterday", "3 days ago"."""
    days = (day - today).days
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    if days in near:
        return near[days]
    if days > 0:
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}
    return ngettext("%(days)d day ago", "%(days)d days ago", -days) % {"days": -days}


def time_left(now: dt.datetime, deadline: dt.datetime) -> tuple[str, str]:
    """Return the big and the small words of a clock: "3 days", "left: Fri 27 Nov, 17:00".

    Days are counted by the calendar of the active zone: on the day of the deadline it is "today"
    until midnight, and only then late.
    """
    until = timezone.localtime(deadline)
    days = (until.date() - timezone.localdate(now)).days
    words = {"when": date_in_words(deadline, with_time=True, year=False, short=True)}
    if days == 0:
        over = now >= deadline
        small = _("the deadline was %(when)s") if over else _("the deadline is %(when)s")
        return _("Today"), small % words
    count = ngettext("%(days)d day", "%(days)d days", abs(days)) % {"days": abs(days)}
    return count, (_("left: %(when)s") if days > 0 else _("over: %(when)s")) % words


def _base(language: str | None) -> str:
    return (language or translation.get_language() or "en").partition("-")[0]
