"""How sums, days and time left are written."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from campaigns.wording import date_in_words, days_from, money, time_left

SEATTLE = ZoneInfo("America/Los_Angeles")
FRIDAY = dt.date(2026, 11, 27)


@pytest.mark.parametrize(
    ("amount", "currency", "language", "written"),
    [
        ("1234.50", "USD", "en", "$1,234.50"),
        ("1234.50", "CAD", "en", "CA$1,234.50"),
        ("1234.50", "GBP", "en", "£1,234.50"),
        ("1234.50", "EUR", "en", "€1,234.50"),
        ("1234.50", "NZD", "en", "NZ$1,234.50"),
        ("1234.50", "USD", "es", "$1,234.50"),
        ("1234567.50", "EUR", "es", "1.234.567,50\N{NO-BREAK SPACE}€"),
        ("-310", "USD", "en", "−$310.00"),
        ("0", "USD", "en", "$0.00"),
        ("0.005", "USD", "en", "$0.01"),
    ],
)
def test_money_has_its_currency_and_two_places(
    amount: str, currency: str, language: str, written: str
) -> None:
    assert money(Decimal(amount), currency, language) == written


def test_money_refuses_a_float() -> None:
    with pytest.raises(TypeError):
        money(0.1, "USD")


def test_dates_have_weekday_and_month_in_words() -> None:
    assert date_in_words(FRIDAY, "en") == "Friday 27 November 2026"
    assert date_in_words(FRIDAY, "en", year=False) == "Friday 27 November"
    assert date_in_words(FRIDAY, "en", short=True) == "Fri 27 Nov 2026"
    assert date_in_words(FRIDAY, "es") == "viernes 27 de noviembre de 2026"
    assert date_in_words(FRIDAY, "es", year=False) == "viernes 27 de noviembre"


def test_a_moment_is_told_in_the_active_zone_and_the_active_language() -> None:
    at_one_utc = dt.datetime(2026, 11, 28, 1, 0, tzinfo=dt.UTC)
    with timezone.override(SEATTLE), translation.override("es"):
        words = date_in_words(at_one_utc, with_time=True)
    assert words == "viernes 27 de noviembre de 2026, 17:00"


@pytest.mark.parametrize(
    ("day", "words"),
    [(25, "2 days ago"), (26, "yesterday"), (27, "today"), (28, "tomorrow"), (30, "in 3 days")],
)
def test_days_from_counts_calendar_days(day: int, words: str) -> None:
    assert days_from(FRIDAY, FRIDAY.replace(day=day)) == words


@pytest.mark.parametrize(
    ("now", "clock"),
    [
        ((24, 23), ("3 days", "left: Fri 27 Nov, 17:00")),
        ((26, 18), ("1 day", "left: Fri 27 Nov, 17:00")),
        ((27, 9), ("Today", "the deadline is Fri 27 Nov, 17:00")),
        ((27, 23), ("Today", "the deadline was Fri 27 Nov, 17:00")),
        ((29, 1), ("2 days", "over: Fri 27 Nov, 17:00")),
    ],
)
def test_the_day_of_the_deadline_is_today_until_midnight(
    now: tuple[int, int], clock: tuple[str, str]
) -> None:
    deadline = dt.datetime(2026, 11, 27, 17, 0, tzinfo=SEATTLE)
    with timezone.override(SEATTLE):
        assert time_left(dt.datetime(2026, 11, *now, tzinfo=SEATTLE), deadline) == clock
