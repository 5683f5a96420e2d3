"""Weeks, overtime and shortfalls: examples to the cent, and what holds for any figures."""

import datetime as dt
import random
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns import workings
from campaigns.models import WageRule
from campaigns.overtime import (
    OvertimeRule,
    Proposal,
    limits_in,
    minimum_in,
    offered,
    proposal,
    source_words,
)
from campaigns.wages import (
    DAY,
    HOUR,
    ZERO,
    Day,
    Overtime,
    Week,
    minutes_between,
    overtime_minutes,
    shortfall,
    week_of,
)

R = OvertimeRule


def week(hours: Sequence[str | int], rate: str, rule: OvertimeRule) -> Week:
    return week_of([Day(Decimal(h) * HOUR, Decimal(rate)) for h in hours], rule.limits)


# Overtime


@pytest.mark.parametrize(
    ("hours", "rate", "rule", "earned"),
    [
        ([46], "18", R.NONE, "828.00"),
        ([10, 9, 9, 9, 9, 0, 0], "18", R.WEEK_40, "882.00"),
        ([10, 9, 9, 9, 9, 0, 0], "18", R.WEEK_44, "846.00"),
        ([13], "20", R.SEVENTH, "320.00"),  # 8 x 20 + 4 x 30 + 1 x 40
        ([13], "20", R.DAY_8_12, "320.00"),
        ([13], "20", R.DAYS_ONLY, "320.00"),
        ([13], "20", R.DAY_8, "310.00"),
        ([13], "20", R.DAY_12, "270.00"),
        ([10, 10, 10, 10, 10, 0, 0], "20", R.DAY_8_12, "1100.00"),  # 10 h over by the day alone
        ([8, 8, 8, 8, 8, 8, 0], "20", R.DAY_8_12, "1040.00"),  # 8 h over by the week alone
        ([9, 8, 8, 8, 8, 8, 0], "20", R.DAY_8_12, "1070.00"),  # 1 by the day, 8 by the week
        ([8, 8, 8, 8, 8, 8, 0], "20", R.DAYS_ONLY, "960.00"),
        ([6, 6, 6, 6, 6, 6, 10], "20", R.SEVENTH, "1040.00"),  # 36 x 20 + 8 x 30 + 2 x 40
        ([6, 6, 6, 6, 6, 6, 0], "20", R.SEVENTH, "720.00"),
        ([0] * 7, "20", R.SEVENTH, "0.00"),
    ],
)
def test_week_is_paid_by_the_rule_chosen(
    hours: list[int], rate: str, rule: OvertimeRule, earned: str
) -> None:
    assert week(hours, rate, rule).earned == Decimal(earned)


def test_overtime_of_several_rates_is_paid_by_their_average() -> None:
    days = [Day(20 * HOUR, Decimal(15)), Day(26 * HOUR, Decimal(18))]
    found = week_of(days, R.WEEK_40.limits)
    assert found.average == Decimal("16.6957")  # 768 / 46
    assert found.earned == Decimal("818.09")  # 768 + 6 x 8.34785
    assert workings.week(found, paid=ZERO, currency="USD") == (
        "20 hours × $15.00 + 26 hours × $18.00 + overtime, 6 hours × half of $16.6957 on average"
    )


def test_double_time_of_several_rates_adds_the_average_once_more() -> None:
    found = week_of([Day(13 * HOUR, Decimal(10)), Day(HOUR, Decimal(24))], R.DAYS_ONLY.limits)
    assert found.average == Decimal(11)
    assert found.earned == Decimal("187.00")  # 130 + 24 + 4 x 5.50 + 1 x 11
    assert workings.week(found, paid=ZERO, currency="USD").endswith(
        "overtime, 4 hours × half of $11.00 on average + double time, 1 hour × $11.00 on average"
    )


# Times


@pytest.mark.parametrize(
    ("starts", "ends", "pause", "minutes"),
    [
        ("09:00", "17:30", 30, 480),
        ("22:00", "06:00", 0, 480),  # past midnight
        ("18:00", "00:00", 0, 360),
        ("00:00", "23:59", 0, 1439),
        ("01:00", "03:30", 0, 150),  # also in the night in which the clocks skip two o'clock
    ],
)
def test_shift_is_as_long_as_the_clock_says(
    starts: str, ends: str, pause: int, minutes: int
) -> None:
    first, last = dt.time.fromisoformat(starts), dt.time.fromisoformat(ends)
    assert minutes_between(first, last, pause) == minutes


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        ("60", "1 hour"),
        ("450", "7.5 hours"),
        ("2760", "46 hours"),
        ("2780", "46 hours 20 minutes"),
        ("80", "1 hour 20 minutes"),
        ("1", "1 minute"),
        ("6000", "100 hours"),
    ],
)
def test_duration_is_said_exactly(minutes: str, text: str) -> None:
    assert workings.duration(Decimal(minutes)) == text


def test_twenty_minutes_are_not_rounded_before_the_line_ends() -> None:
    found = week_of([Day(Decimal(440), Decimal(18))] * 3, R.NONE.limits)
    assert found.earned == Decimal("396.00")  # 22 hours; 3 x 7.33 would lose 18 cents
    assert workings.week(found, paid=ZERO, currency="USD") == "22 hours × $18.00"


# The working


@pytest.mark.parametrize(
    ("hours", "rate", "rule", "paid", "text"),
    [
        (["46"], "18", R.WEEK_40, "828", "40 hours × $18.00 + 6 hours × $27.00 − $828.00 paid"),
        (["41"], "17.25", R.WEEK_40, "0", "40 hours × $17.25 + 1 hour × $17.25 × 1.5"),
        (["13"], "20", R.SEVENTH, "0", "8 hours × $20.00 + 4 hours × $30.00 + 1 hour × $40.00"),
        (["7.5"], "18", R.WEEK_40, "0", "7.5 hours × $18.00"),
    ],
)
def test_working_has_every_figure_needed_to_work_it_out_again(
    hours: list[str], rate: str, rule: OvertimeRule, paid: str, text: str
) -> None:
    found = week(hours, rate, rule)
    assert workings.week(found, paid=Decimal(paid), currency="USD") == text


def test_parts_of_a_cent_are_shown_where_a_rate_has_them() -> None:
    assert workings.fine_money(Decimal("1016.7040"), "USD") == "$1,016.704"
    assert workings.fine_money(Decimal("16.05"), "USD") == "$16.05"
    assert workings.fine_money(Decimal("16.0042"), "USD") == "$16.0042"


# What the table of the place says


def rule(cell: str, place: str = "US-CA") -> WageRule:
    return WageRule(jurisdiction=place, name="There", overtime_daily=cell)


@pytest.mark.parametrize(
    ("place", "cell", "proposed", "words"),
    [
        ("US", "no; over 40 h/week at 1.5x", R.WEEK_40, True),
        ("US-WA", "no", R.WEEK_40, False),
        ("US-AK", "yes; over 8 h/day at 1.5x", R.DAY_8, True),
        ("US-CA", "yes; over 8 h 1.5x, over 12 h 2x, 7th-day rule", R.SEVENTH, True),
        ("US-CO", "yes; over 12 h/day at 1.5x", R.DAY_12, True),
        ("US-NV", "yes; over 8 h/day if paid under 1.5x minimum wage", R.WEEK_40, True),
        ("US-OR", "no; some factories/canneries over 10 h/day", R.WEEK_40, True),
        ("CA-BC", "yes; over 8 h 1.5x, over 12 h 2x", R.DAYS_ONLY, True),
        ("CA-ON", "no; over 44 h/week at 1.5x", R.WEEK_44, True),
        ("CA-ON", "yes; ask somebody", R.NONE, True),
        ("GB-ENG", "", R.NONE, False),
        ("US-WA", "", R.NONE, False),  # an empty cell offers nothing
    ],
)
def test_cell_is_read_word_for_word_or_shown_as_it_is(
    place: str, cell: str, proposed: OvertimeRule, words: bool
) -> None:
    assert proposal(rule(cell, place)) == Proposal(proposed, cell if words else "")


def test_no_place_proposes_nothing_and_the_week_can_still_be_chosen() -> None:
    assert proposal(None) == Proposal(R.NONE)
    assert [value for value, _label in offered(None)] == ["", "w40"]


def test_the_rule_of_a_line_stays_a_choice_when_the_place_changes() -> None:
    found = rule("yes; over 12 h/day at 1.5x", "US-CO")
    assert [value for value, _label in offered(found)] == ["", "w40", "w40d12"]
    assert [value for value, _label in offered(found, chosen="w44")] == [
        "",
        "w40",
        "w44",
        "w40d12",
    ]


def test_rule_of_figures_nobody_foresaw_is_read_and_proposes_no_more_than_the_week() -> None:
    assert limits_in("yes; over 9 h/day at 1.5x", weekly=40) == Overtime(weekly=40, daily=9)
    assert proposal(rule("yes; over 9 h/day at 1.5x")).rule == R.WEEK_40


@pytest.mark.parametrize(
    ("cell", "rate"),
    [
        ("17.13 USD (2026-11)", "17.13"),
        ("9 GBP", "9"),
        ("", None),
        ("ask", None),
        ("17.13", None),
        ("17.13 USDX", None),
    ],
)
def test_minimum_is_read_only_where_it_is_plain(cell: str, rate: str | None) -> None:
    assert minimum_in(cell) == (rate and Decimal(rate))


def test_what_nobody_checked_says_so() -> None:
    found = WageRule(name="Washington", minimum_wage="17.13 USD (2026-11)")
    said = source_words(found, found.minimum_wage)
    assert said == (
        "Our table says for Washington: 17.13 USD (2026-11). "
        "Nobody has checked that yet: look it up."
    )
    found.checked_on = dt.date(2026, 11, 1)
    assert "checked" not in source_words(found, found.minimum_wage)


# Whatever the figures

hours = st.decimals(min_value=0, max_value=24, places=2)
days = st.lists(hours, min_size=7, max_size=7)
rates = st.decimals(min_value=Decimal("0.01"), max_value=500, places=2)
rules = st.sampled_from(list(OvertimeRule))
in_any_order = st.sampled_from([each for each in OvertimeRule if not each.limits.seventh])


@given(days, rules)
def test_overtime_is_never_more_than_the_hours_worked(
    worked: list[Decimal], rule: OvertimeRule
) -> None:
    minutes = [each * HOUR for each in worked]
    over, double = overtime_minutes(minutes, rule.limits)
    assert over >= 0
    assert double >= 0
    assert over + double <= sum(minutes)
    limits = rule.limits
    if limits.weekly is not None:
        assert sum(minutes) - over - double <= limits.weekly * HOUR


@given(days, rates, in_any_order, st.randoms(use_true_random=False))
def test_order_of_the_days_does_not_matter(
    worked: list[Decimal], rate: Decimal, rule: OvertimeRule, shuffle: random.Random
) -> None:
    rows = [Day(each * HOUR, rate + number % 3) for number, each in enumerate(worked)]
    first = week_of(rows, rule.limits)
    shuffle.shuffle(rows)
    assert week_of(rows, rule.limits) == first


@given(days, rates, rules, st.integers(0, 6), hours)
def test_more_hours_never_lower_the_sum(
    worked: list[Decimal], rate: Decimal, rule: OvertimeRule, day: int, more: Decimal
) -> None:
    minutes = [each * HOUR for each in worked]
    longer = [*minutes]
    longer[day] = min(DAY, longer[day] + more * HOUR)
    before, after = (
        week_of([Day(each, rate) for each in found], rule.limits) for found in (minutes, longer)
    )
    assert after.earned >= before.earned >= ZERO
    assert after.unpaid(Decimal(500)) >= before.unpaid(Decimal(500)) >= ZERO


@given(days, st.lists(rates, min_size=7, max_size=7), rules)
def test_a_week_is_paid_between_its_plain_pay_and_twice_that(
    worked: list[Decimal], each: list[Decimal], rule: OvertimeRule
) -> None:
    rows = [Day(n * HOUR, rate) for n, rate in zip(worked, each, strict=True)]
    plain = week_of(rows, R.NONE.limits).earned
    found = week_of(rows, rule.limits).earned
    assert plain <= found <= 2 * plain + Decimal("0.02")  # an average has four places


@given(hours, rates, rates)
def test_shortfall_is_never_below_zero(worked: Decimal, minimum: Decimal, paid: Decimal) -> None:
    missing = shortfall(worked, minimum, paid)
    assert missing >= ZERO
    assert (missing == ZERO) or paid < minimum
