"""What may be owed by law, to the cent: the worked examples W1 to W5 and D1 to D5, the edge cases,
a table of penalties written by hand, and what must hold whatever the numbers are."""

import datetime as dt
import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns import by_law, law_of_case, rules
from campaigns.by_law import ByLaw, DepositFacts, WageFacts, last_pay_due
from campaigns.models import ClaimLine, DepositRule, Sheet, WageRule
from campaigns.models.claims import to_cents
from campaigns.rule_codes import last_pay, overtime

D, N = dt.date, Decimal
DEPOSITS, WAGES = rules.shipped(DepositRule), rules.shipped(WageRule)
LEFT, LETTER = D(2026, 3, 2), D(2026, 9, 1)


def deposit_rule(place: str, **values: Any) -> DepositRule:
    return DepositRule(**DEPOSITS[place] | values)


def wage_rule(place: str, **values: Any) -> WageRule:
    return WageRule(**WAGES[place] | values)


def deadline(place: str, on: dt.date, **days: dt.date) -> dt.date:
    """Return the last day to give a deposit back, with the days a sheet has."""
    found = rules.deposit_days(deposit_rule(place), Sheet(**days), today=on)
    assert found is not None
    return found.deadline


def lines(found: ByLaw) -> dict[str, tuple[str, bool]]:
    """Return {code: (amount, whether it is "up to")}."""
    return {line.code: (str(line.amount), line.is_up_to) for line in found.lines}


# Wages


def test_w1_double_and_interest_by_the_year() -> None:
    facts = WageFacts(earned=N("240.00"), due_on=D(2026, 3, 6))
    found = by_law.wages(wage_rule("US-NY"), facts, on=D(2026, 9, 2))
    assert lines(found) == {"damages": ("240.00", False), "interest": ("10.65", False)}
    assert found.lines[1].per_day == N("0.0592")
    assert found.lines[1].numbers["days"] == 180
    assert N("240.00") + found.most == N("490.65")


def test_w2_double_by_federal_law() -> None:
    facts = WageFacts(earned=N("54.00"), due_on=D(2026, 3, 6))
    found = by_law.wages(wage_rule("US"), facts, on=LETTER)
    assert lines(found) == {"damages": ("54.00", False)}


def test_w3_double_and_full_months_of_interest() -> None:
    facts = WageFacts(earned=N("178.90"), due_on=D(2026, 4, 10))
    found = by_law.wages(wage_rule("US-WA"), facts, on=D(2026, 9, 9))
    assert lines(found) == {"damages": ("178.90", False), "interest": ("7.16", False)}
    assert N("178.90") + found.most == N("364.96")


def test_w4_greater_of_two_counts_once_and_the_bank_fee_is_no_part_of_it() -> None:
    facts = WageFacts(earned=N("105.00"), due_on=D(2026, 3, 6))
    found = by_law.wages(wage_rule("US-PA"), facts, on=D(2026, 4, 6))
    assert lines(found) == {"damages": ("500.00", False)}
    assert N("140.00") + found.most == N("640.00")
    assert by_law.wages(wage_rule("US-PA"), facts, on=D(2026, 4, 5)) == ByLaw()  # 30 days


@pytest.mark.parametrize(
    ("paid_on", "days", "amount"),
    [(D(2026, 5, 20), 19, "3040.00"), (D(2026, 7, 1), 30, "4800.00")],
)
def test_w5_a_day_of_pay_for_each_late_day(paid_on: dt.date, days: int, amount: str) -> None:
    rule, fired = wage_rule("US-CA"), D(2026, 5, 1)
    due = last_pay_due(
        last_pay(rule.final_pay_deadline_fired), last_day=fired, payday=D(2026, 5, 15)
    )
    facts = WageFacts(
        earned=N("0.00"), last_pay_due_on=due, last_pay_on=paid_on, day_pay=N("160.00")
    )
    found = by_law.wages(rule, facts, on=D(2026, 8, 1))
    assert lines(found) == {"waiting": (amount, False)}
    assert found.lines[0].numbers["days"] == days
    assert by_law.wages(rule, facts, on=fired) == ByLaw()


@pytest.mark.parametrize(
    ("code", "due"),
    [
        ("immediately", D(2026, 5, 1)),
        ("hours:24", D(2026, 5, 2)),
        ("hours:72", D(2026, 5, 4)),
        ("days:6", D(2026, 5, 7)),
        ("working_days:3", D(2026, 5, 6)),
        ("next_business_day", D(2026, 5, 4)),
        ("next_payday", D(2026, 5, 15)),
        ("earlier_of:working_days:5+next_payday", D(2026, 5, 8)),
        ("later_of:next_payday+days:21", D(2026, 5, 22)),
        ("hours:24;from_demand", D(2026, 5, 12)),
        ("none", None),
        ("", None),
    ],
)
def test_last_pay_is_due_on_the_day_the_code_names(code: str, due: dt.date | None) -> None:
    friday = D(2026, 5, 1)
    days = {"last_day": friday, "payday": D(2026, 5, 15), "asked_on": D(2026, 5, 11)}
    assert last_pay_due(last_pay(code), **days) == due


@pytest.mark.parametrize("code", ["next_payday", "later_of:next_payday+days:14", "days:6"])
def test_last_pay_has_no_day_while_a_day_it_asks_for_is_unknown(code: str) -> None:
    last_day = None if code == "days:6" else D(2026, 5, 1)
    assert last_pay_due(last_pay(code), last_day=last_day, payday=None) is None


FIRED = {"earned": N("500.00"), "last_pay_due_on": D(2026, 5, 1), "day_pay": N("120.00")}


@pytest.mark.parametrize(
    ("place", "on", "more", "expected"),
    [
        # Each day a part of the wages, at most the wages again: said twice, owed once.
        ("US-DE", D(2026, 5, 4), {}, {"damages": ("500.00", True)}),
        ("US-KS", D(2026, 5, 9), {}, {"damages": ("500.00", True)}),
        ("US-MT", D(2026, 5, 4), {}, {"damages": ("550.00", True)}),
        ("US-DC", D(2026, 5, 15), {}, {"damages": ("1500.00", True)}),
        ("US-OH", D(2026, 6, 9), {}, {"damages": ("1000.00", False)}),
        # A day's pay for each late day.
        ("US-NV", D(2026, 5, 11), {}, {"waiting": ("1200.00", True)}),
        ("US-NV", D(2026, 12, 1), {}, {"waiting": ("3600.00", True)}),
        (
            "US-ID",
            D(2026, 6, 1),
            {},
            {"damages": ("1000.00", False), "waiting": ("750.00", True)},
        ),
        (
            "US-AK",
            D(2026, 5, 8),
            {},
            {"damages": ("500.00", False), "waiting": ("600.00", False)},
        ),
        ("US-OR", D(2026, 5, 3), {"hourly_rate": N("15.55")}, {"waiting": ("248.80", False)}),
        # From the written demand.
        ("US-LA", D(2026, 5, 21), {"asked_on": D(2026, 5, 11)}, {"waiting": ("1200.00", False)}),
        ("US-UT", D(2026, 5, 21), {"asked_on": D(2026, 5, 11)}, {"waiting": ("1200.00", True)}),
        ("US-MO", D(2026, 5, 18), {"asked_on": D(2026, 5, 11)}, {"damages": ("1000.00", False)}),
        (
            "US-MO",
            D(2026, 5, 19),
            {"asked_on": D(2026, 5, 11)},
            {"damages": ("1000.00", False), "waiting": ("2160.00", True)},
        ),
        # Nothing but words.
        ("US-TN", LETTER, {}, {}),
        ("US-ND", D(2026, 5, 2), {"day_pay": None}, {}),
        ("GB-ENG", LETTER, {}, {}),
    ],
)
def test_pay_for_waiting_and_multiples_of_the_table(
    place: str, on: dt.date, more: dict[str, Any], expected: dict[str, tuple[str, bool]]
) -> None:
    assert lines(by_law.wages(wage_rule(place), WageFacts(**FIRED | more), on=on)) == expected


def test_colorado_has_a_floor_and_waits_for_the_demand() -> None:
    facts = {"earned": N("200.00"), "last_pay_due_on": D(2026, 5, 1)}
    rule, asked = wage_rule("US-CO"), {"asked_on": D(2026, 6, 1)}
    late = by_law.wages(rule, WageFacts(**facts | asked), on=D(2026, 6, 16))
    assert lines(late) == {"damages": ("1000.00", False)}
    assert by_law.wages(rule, WageFacts(**facts | asked), on=D(2026, 6, 15)) == ByLaw()
    assert by_law.wages(rule, WageFacts(**facts), on=LETTER) == ByLaw(missing=("asked_on",))


@pytest.mark.parametrize(
    ("place", "facts", "missing"),
    [
        ("US-NY", {"earned": N(9)}, ("due_on",)),
        ("US-NV", {"earned": N(9), "due_on": LEFT}, ("last_pay_due_on", "day_pay")),
        ("US-OR", {"earned": N(9), "last_pay_due_on": LEFT}, ("hourly_rate",)),
        ("US-LA", {"earned": N(9), "last_pay_due_on": LEFT, "day_pay": N(9)}, ("asked_on",)),
        ("US-TX", {"earned": N(9)}, ()),
        ("US-NY", {"earned": N(0)}, ()),
    ],
)
def test_what_the_rule_asks_for_and_nobody_wrote_down_is_named(
    place: str, facts: dict[str, Any], missing: tuple[str, ...]
) -> None:
    found = by_law.wages(wage_rule(place), WageFacts(**facts), on=LETTER)
    assert found == ByLaw((), missing)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (D(2026, 1, 31), D(2026, 2, 28), 0),
        (D(2026, 1, 31), D(2026, 3, 31), 2),
        (D(2026, 4, 10), D(2026, 9, 9), 4),
        (D(2026, 4, 10), D(2026, 9, 10), 5),
        (D(2025, 12, 15), D(2026, 1, 15), 1),
        (D(2026, 4, 10), D(2026, 4, 1), 0),
    ],
)
def test_only_full_months_count(start: dt.date, end: dt.date, months: int) -> None:
    assert by_law.full_months(start, end) == months


def test_thirteen_hours_in_one_day_in_california() -> None:
    steps = overtime(WAGES["US-CA"]["overtime_daily"]).by_day
    assert by_law.pay_for_day(N(13), N("20.00"), steps) == N("320.00")
    assert by_law.pay_for_day(N(8), N("20.00"), steps) == N("160.00")
    assert by_law.pay_for_day(N(13), N("20.00"), ()) == N("260.00")


# Deposits


def test_d1_twice_the_deposit_in_all() -> None:
    ended, on = D(2026, 6, 30), D(2026, 8, 20)
    until = deadline("US-WA", on, ended_on=ended, keys_returned_on=ended)
    assert (until, (on - until).days) == (D(2026, 7, 30), 21)
    facts = DepositFacts(deposit=N("1800.00"), accepted=N("250.00"), deadline=until)
    assert facts.withheld == N("1550.00")
    found = by_law.deposit(deposit_rule("US-WA"), facts, on=on)
    assert lines(found) == {"penalty": ("2050.00", True)}
    assert found.lines[0].numbers["figure"] == N("3600.00")


def test_d2_working_days_and_twice_what_was_kept_on_top() -> None:
    on = D(2026, 4, 10)
    days = dict.fromkeys(("ended_on", "keys_returned_on", "asked_on"), LEFT)
    until = deadline("US-AZ", on, **days)
    assert (until, (on - until).days) == (D(2026, 3, 20), 21)
    facts = DepositFacts(
        deposit=N("1200.00"), accepted=N("150.00"), returned=N("400.00"), deadline=until
    )
    found = by_law.deposit(deposit_rule("US-AZ"), facts, on=on)
    assert lines(found) == {"penalty": ("1300.00", False)}
    assert facts.withheld + found.most == N("1950.00")


def test_d3_a_fixed_sum_and_three_times_what_was_kept_in_all() -> None:
    on = D(2026, 7, 1)
    days = {"keys_returned_on": D(2026, 4, 30), "forwarding_given_on": D(2026, 5, 10)}
    until = deadline("US-TX", on, **days)
    assert (until, (on - until).days) == (D(2026, 6, 9), 22)
    facts = DepositFacts(deposit=N("1000.00"), returned=N("700.00"), deadline=until)
    assert facts.withheld == N("300.00")
    found = by_law.deposit(deposit_rule("US-TX"), facts, on=on)
    assert lines(found) == {"penalty": ("700.00", True)}
    assert found.lines[0].numbers["figure"] == N("1000.00")


def test_d4_treble_without_interest_and_interest_beside_it() -> None:
    ended, on = D(2026, 9, 1), D(2026, 10, 15)
    until = deadline("US-MA", on, ended_on=ended)
    assert (until, (on - until).days) == (D(2026, 10, 1), 14)
    facts = DepositFacts(
        deposit=N("1500.00"),
        accepted=N("200.00"),
        deadline=until,
        held_from=D(2024, 9, 1),
        held_until=ended,
    )
    found = by_law.deposit(deposit_rule("US-MA"), facts, on=on)
    assert lines(found) == {
        "deposit_interest": ("150.00", False),
        "penalty": ("2600.00", True),
    }
    assert found.lines[0].per_day == N("0.2055")
    assert facts.withheld + found.lines[0].amount == N("1450.00")


def test_d5_twice_the_rent_on_top() -> None:
    on = D(2026, 9, 30)
    days = {"ended_on": D(2026, 7, 31), "forwarding_given_on": D(2026, 8, 12)}
    until = deadline("US-IA", on, **days)
    assert (until, (on - until).days) == (D(2026, 9, 11), 19)
    facts = DepositFacts(
        deposit=N("1100.00"),
        accepted=N("100.00"),
        returned=N("500.00"),
        monthly_rent=N("1100.00"),
        deadline=until,
    )
    found = by_law.deposit(deposit_rule("US-IA"), facts, on=on)
    assert lines(found) == {"penalty": ("2200.00", True)}
    assert facts.withheld + found.most == N("2700.00")


LATE = {"deadline": D(2026, 4, 1)}


@pytest.mark.parametrize(
    ("place", "facts", "expected"),
    [
        ("US-MS", {"deposit": N("600.00")}, {"penalty": ("200.00", True)}),
        ("US-VA", {"deposit": N("600.00")}, {}),
        ("US-LA", {"deposit": N("100.00")}, {"penalty": ("300.00", False)}),
        ("US-LA", {"deposit": N("200.00")}, {"penalty": ("400.00", False)}),
        (
            "US-NE",
            {"deposit": N("400.00"), "monthly_rent": N("1000.00")},
            {"penalty": ("800.00", False)},
        ),
        (
            "US-MN",
            {"deposit": N("700.00"), "held_from": D(2025, 3, 2), "held_until": LEFT},
            {
                "deposit_interest": ("7.00", False),
                "penalty": ("700.00", True),
                "bad_faith": ("500.00", True),
            },
        ),
        ("US-WA", {"deposit": N("900.00"), "accepted": N("400.00"), "returned": N("600.00")}, {}),
        ("GB-ENG", {"deposit": N("900.00")}, {}),
        ("GB-WLS", {"deposit": N("900.00")}, {}),
        ("GB-SCT", {"deposit": N("900.00")}, {}),
    ],
)
def test_edge_cases_of_deposits(
    place: str, facts: dict[str, Any], expected: dict[str, tuple[str, bool]]
) -> None:
    found = by_law.deposit(deposit_rule(place), DepositFacts(**LATE | facts), on=LETTER)
    assert lines(found) == expected


def test_new_hampshire_takes_charges_off_the_whole() -> None:
    facts = DepositFacts(deposit=N("1000.00"), accepted=N("150.00"), interest=N("20.00"), **LATE)
    found = by_law.deposit(deposit_rule("US-NH"), facts, on=LETTER)
    # 2 x 1,020.00 - 150.00 = 1,890.00 in all, of which the deposit and its interest are claimed.
    assert facts.withheld + facts.interest + found.most == N("1890.00")
    assert lines(found) == {"penalty": ("1020.00", True)}


@pytest.mark.parametrize("place", ["US-KY", "US-TN"])
def test_place_without_a_deadline_offers_no_day_and_no_penalty(place: str) -> None:
    rule, sheet = deposit_rule(place), Sheet(ended_on=LEFT, keys_returned_on=LEFT)
    assert rules.deposit_days(rule, sheet, today=LETTER) is None
    assert by_law.deposit(rule, DepositFacts(deposit=N(900)), on=LETTER) == ByLaw()
    assert rule.note


def test_letter_on_or_before_the_deadline_has_no_penalty_line() -> None:
    facts = DepositFacts(deposit=N("900.00"), **LATE)
    for on in (D(2026, 3, 2), D(2026, 4, 1)):
        assert by_law.deposit(deposit_rule("US-WA"), facts, on=on) == ByLaw()
    assert by_law.deposit(deposit_rule("US-WA"), facts, on=D(2026, 4, 2)).lines


def test_rent_that_nobody_wrote_down_is_named_and_an_empty_multiplier_offers_nothing() -> None:
    facts = DepositFacts(deposit=N("900.00"), **LATE)
    assert by_law.deposit(deposit_rule("US-IA"), facts, on=LETTER) == ByLaw((), ("monthly_rent",))
    empty = deposit_rule("US-WA", penalty_multiplier=None)
    assert by_law.deposit(empty, facts, on=LETTER) == ByLaw()


# By hand, for a deposit of 1,000.00 of which 100.00 is accepted and 200.00 came back: 700.00 is
# kept. The rent is 900.00, and the letter is late everywhere.
PENALTIES = {
    # the whole deposit twice, in all: 2,000 less 700 claimed and 200 that came back
    **dict.fromkeys(("US-AL", "US-CT", "US-NV", "US-WA", "CA-BC"), "1100.00"),
    # the whole deposit once, in all
    **dict.fromkeys(("US-IN", "US-WY"), "100.00"),
    # the whole deposit twice, on top
    **dict.fromkeys(("US-CA", "US-NY"), "2000.00"),
    # what was kept twice, in all
    **dict.fromkeys(("US-AK", "US-DE", "US-IL", "US-ME", "US-MI", "US-MN", "US-MO"), "700.00"),
    **dict.fromkeys(("US-NJ", "US-OH", "US-OR", "US-PA", "US-VT", "US-WI"), "700.00"),
    # what was kept three times, in all
    **dict.fromkeys(("US-CO", "US-DC", "US-GA", "US-HI", "US-ID"), "1400.00"),
    **dict.fromkeys(("US-MD", "US-MA", "US-ND", "US-SC"), "1400.00"),
    # what was kept twice, on top
    **dict.fromkeys(("US-AZ", "US-AR", "US-LA", "US-RI"), "1400.00"),
    # what was kept one and a half times, on top
    **dict.fromkeys(("US-KS", "US-WV"), "1050.00"),
    # rents and fixed sums
    "US-IA": "1800.00",
    "US-NE": "900.00",
    "US-TX": "1500.00",  # 100 + 3 x 700, in all
    "US-NH": "1000.00",  # 2 x 1,000 - 100 - 200, in all
    **dict.fromkeys(("US-MS", "US-SD"), "200.00"),
    "US-NM": "250.00",
    "US-UT": "100.00",
}


@pytest.mark.parametrize("place", DEPOSITS)
def test_penalty_of_a_usual_case_is_the_one_worked_out_by_hand(place: str) -> None:
    facts = DepositFacts(
        deposit=N("1000.00"),
        accepted=N("100.00"),
        returned=N("200.00"),
        monthly_rent=N("900.00"),
        **LATE,
    )
    found = by_law.deposit(deposit_rule(place), facts, on=LETTER)
    penalty = [str(line.amount) for line in found.lines if line.code == "penalty"]
    assert penalty == ([PENALTIES[place]] if place in PENALTIES else [])


# Whatever the numbers are

sums = st.decimals(min_value=0, max_value=20_000, places=2)
days = st.dates(D(2024, 1, 1), D(2027, 12, 31))
deposit_rules = st.sampled_from(sorted(DEPOSITS)).map(deposit_rule)
wage_rules = st.sampled_from(sorted(WAGES)).map(wage_rule)


@st.composite
def deposit_facts(draw: st.DrawFn) -> DepositFacts:
    return DepositFacts(
        deposit=draw(sums),
        accepted=draw(sums),
        returned=draw(sums),
        monthly_rent=draw(st.none() | sums),
        deadline=draw(days),
        held_from=draw(st.none() | days),
        held_until=draw(st.none() | days),
    )


@st.composite
def wage_facts(draw: st.DrawFn) -> WageFacts:
    return WageFacts(
        earned=draw(sums),
        due_on=draw(days),
        last_pay_due_on=draw(st.none() | days),
        last_pay_on=draw(st.none() | days),
        asked_on=draw(st.none() | days),
        day_pay=draw(st.none() | sums),
        hourly_rate=draw(st.none() | sums),
    )


@given(deposit_rules, deposit_facts(), wage_rules, wage_facts(), st.integers(0, 900))
def test_nothing_is_owed_by_law_on_or_before_the_day(
    deposits: DepositRule, kept: DepositFacts, pay: WageRule, unpaid: WageFacts, early: int
) -> None:
    before = dt.timedelta(days=early)
    assert by_law.deposit(deposits, kept, on=kept.deadline - before).lines == ()
    assert by_law.wages(pay, unpaid, on=unpaid.since - before).lines == ()


@given(deposit_rules, deposit_facts(), wage_rules, wage_facts(), days)
def test_lines_are_positive_cents_and_the_most_is_their_sum(
    deposits: DepositRule, kept: DepositFacts, pay: WageRule, unpaid: WageFacts, on: dt.date
) -> None:
    for found in (by_law.deposit(deposits, kept, on=on), by_law.wages(pay, unpaid, on=on)):
        amounts = [line.amount for line in found.lines]
        assert all(amount > 0 and amount == to_cents(amount) for amount in amounts)
        assert found.most == sum(amounts, N(0))
        assert len({line.code for line in found.lines}) == len(amounts)


@given(deposit_facts(), st.sampled_from(["1", "1.5", "2", "3"]))
def test_in_all_is_on_top_less_what_is_claimed(facts: DepositFacts, times: str) -> None:
    on = facts.deadline + dt.timedelta(days=1)
    most = {}
    for kind in ("total", "additional"):
        rule = DepositRule(penalty_basis=f"withheld_amount;{kind}", penalty_multiplier=N(times))
        most[kind] = by_law.deposit(rule, facts, on=on).most
    assert most["additional"] - most["total"] == facts.withheld


claim_lines = st.lists(
    st.builds(
        ClaimLine,
        kind=st.sampled_from(ClaimLine.Kind.values),
        party_id=st.integers(1, 2),
        amount=sums,
        rate=st.none() | sums,
        from_date=st.none() | days,
    ),
    max_size=6,
)


@given(claim_lines, st.randoms(use_true_random=False), days, sums)
def test_order_of_the_lines_does_not_matter(
    claimed: list[ClaimLine], order: random.Random, on: dt.date, paid: Decimal
) -> None:
    shuffled = order.sample(claimed, len(claimed))
    sheet = Sheet(ended_on=LEFT, payday_on=LEFT, job_end="fired", day_pay=N(120))
    for rule in (deposit_rule("US-MA"), wage_rule("US-OR"), wage_rule("US-CA")):
        found, again = (
            law_of_case.worked_out(rule, sheet, each, paid=paid, on=on)
            for each in (claimed, shuffled)
        )
        assert found == again
