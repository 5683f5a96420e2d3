"""Months and years as they stand in an address."""

import datetime as dt
import zoneinfo

import pytest
from django.utils import timezone

from escalation.periods import Period


@pytest.mark.parametrize(
    ("code", "first", "after", "words"),
    [
        ("2026-10", "2026-10-01", "2026-11-01", "October 2026"),
        ("2026-12", "2026-12-01", "2027-01-01", "December 2026"),
        ("2026", "2026-01-01", "2027-01-01", "2026"),
        ("2025-11..2026-01", "2025-11-01", "2026-02-01", "Nov 2025 – Jan 2026"),
    ],
)
def test_period_is_read_and_written_the_same(code: str, first: str, after: str, words: str) -> None:
    period = Period.parse(code)
    assert (str(period.first), str(period.after), str(period)) == (first, after, words)
    assert period.code == code


@pytest.mark.parametrize("code", ["2026-01..2026-12", "2026..2026"])
def test_twelve_months_from_january_are_a_year(code: str) -> None:
    assert Period.parse(code).code == "2026"


@pytest.mark.parametrize(
    "text",
    ["", "x", "26", "2026-13", "2026-1", "0000", "9999-12-01", "2026..2025", "..2026", "٢٠٢٦"],
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no period"):
        Period.parse(text)


def test_period_begins_at_midnight_of_the_network() -> None:
    with timezone.override(zoneinfo.ZoneInfo("America/Los_Angeles")):
        first, after = Period.parse("2026-11").moments
    # Summer time ends in between.
    assert (first.isoformat(), after.isoformat()) == (
        "2026-11-01T00:00:00-07:00",
        "2026-12-01T00:00:00-08:00",
    )


def test_period_around_days_holds_their_months_whole() -> None:
    days = [dt.date(2026, 3, 31), dt.date(2026, 1, 15)]
    assert Period.around(days).code == "2026-01..2026-03"
