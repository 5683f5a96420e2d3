"""How an amount came about, in words, in the active language.

Every figure a reader needs to work it out again stands there, and no more.
"""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models.evidence import Evidence
from campaigns.wages import CENT, HOUR, Week
from campaigns.wording import date_in_words, money


def plain(number: Decimal) -> str:
    """Return "7.5" for 7.50, and "62" for 62.00."""
    return f"{number.normalize():f}"


def duration(minutes: Decimal) -> str:
    """Return "46 hours", "7.5 hours", or "7 hours 20 minutes" where no short decimal says it."""
    hours = minutes / HOUR
    if hours == hours.quantize(CENT):
        text = _("1 hour") if hours == 1 else _("%(hours)s hours")
        return text % {"hours": plain(hours)}
    whole, rest = divmod(minutes, HOUR)
    left = ngettext("%(count)s minute", "%(count)s minutes", int(rest))
    return (
        f"{duration(whole * HOUR)} {left % {'count': plain(rest)}}"
        if whole
        else (left % {"count": plain(rest)})
    )


def week(found: Week, *, paid: Decimal, currency: str) -> str:
    """Return "40 hours × $18.00 + 6 hours × $27.00 − $828.00 paid"."""
    parts = _one_rate(found, currency) if len(found.by_rate) < 2 else _rates(found, currency)
    text = " + ".join(parts)
    return _less_paid(text, paid, currency)


def _one_rate(found: Week, currency: str) -> list[str]:
    """Return each part of the week with what one hour of it is paid."""
    rate = found.average
    parts = [
        (found.straight, money(rate, currency)),
        (found.over, _times(rate, Decimal("1.5"), currency)),
        (found.double, _times(rate, Decimal(2), currency)),
    ]
    return [f"{duration(minutes)} × {price}" for minutes, price in parts if minutes]


def _rates(found: Week, currency: str) -> list[str]:
    """Return the hours at each rate, and what overtime adds to them by the average rate."""
    parts = [f"{duration(minutes)} × {money(rate, currency)}" for rate, minutes in found.by_rate]
    average = fine_money(found.average, currency)
    if found.over:
        text = _("overtime, %(hours)s × half of %(average)s on average")
        parts.append(text % {"hours": duration(found.over), "average": average})
    if found.double:
        text = _("double time, %(hours)s × %(average)s on average")
        parts.append(text % {"hours": duration(found.double), "average": average})
    return parts


def _times(rate: Decimal, factor: Decimal, currency: str) -> str:
    """Return "$27.00" for 18.00 × 1.5, and "$17.25 × 1.5" where the product has no whole cents."""
    product = rate * factor
    if product == product.quantize(CENT):
        return money(product, currency)
    return f"{money(rate, currency)} × {plain(factor)}"


def fine_money(rate: Decimal, currency: str) -> str:
    """Return a rate with its parts of a cent, where it has any: "$16.7042"."""
    cents = rate.quantize(CENT, rounding="ROUND_DOWN")
    rest = plain(rate - cents)[4:] if rate != cents else ""
    text = money(cents, currency)
    last = max(position for position, sign in enumerate(text) if sign.isdecimal())
    return text[: last + 1] + rest + text[last + 1 :]


def hours_and_rate(hours: str, rate: Decimal, paid: Decimal, currency: str) -> str:
    """Return "62 hours × $17.25 − $100.00 paid"; `hours` carries its unit."""
    return _less_paid(f"{hours} × {money(rate, currency)}", paid, currency)


def below_minimum(hours: str, minimum: Decimal, paid_rate: Decimal, currency: str) -> str:
    """Return "30 hours × ($17.13 − $14.00)"."""
    return f"{hours} × ({money(minimum, currency)} − {money(paid_rate, currency)})"


def _less_paid(text: str, paid: Decimal, currency: str) -> str:
    if not paid:
        return text
    return _("%(working)s − %(paid)s paid") % {"working": text, "paid": money(paid, currency)}


def between(low: Decimal, high: Decimal, currency: str) -> str:
    """Return what a page says of a rough line; the letter asks for the lower sum."""
    values = {"low": money(low, currency), "high": money(high, currency)}
    return _("Between %(low)s and %(high)s. We ask for the lower.") % values


def file_in_words(file: Evidence) -> str:
    """Return what a file shows, or what kind of file it is and from when."""
    day = date_in_words(file.at, short=True)
    return str(file.description or f"{file.get_format_display()}, {day}")


def shown_by(files: Iterable[Evidence], *, sees_legal: bool) -> str:
    """Name the files that show a line. Of a legal paper only who may open it reads more."""
    names = [
        file_in_words(file) if sees_legal or not file.is_legal else _("a legal paper")
        for file in files
    ]
    return "; ".join(names)
