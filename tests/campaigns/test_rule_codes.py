"""Every code and every free text of the shipped tables: what is read from it, and what is not."""

import datetime as dt
from decimal import Decimal

import pytest

from campaigns import rule_codes, rules
from campaigns.models import DepositRule, WageRule
from campaigns.rule_codes import (
    Damages,
    Interest,
    LastPay,
    MinimumWage,
    NotACode,
    Overtime,
    Penalty,
    Waiting,
    damages,
    interest,
    last_pay,
    minimum_wage,
    overtime,
    penalty,
    waiting,
)

N = Decimal


def cells(model: type, column: str) -> set[str]:
    """Return the different values of a column that say something."""
    values = {str(row[column]) for row in rules.shipped(model).values()}
    return values - {"", "none"}


PENALTIES = {
    "withheld_amount;total": Penalty(bases=("withheld_amount",), is_total=True),
    "withheld_amount;additional": Penalty(bases=("withheld_amount",)),
    "full_deposit;total": Penalty(bases=("full_deposit",), is_total=True),
    "full_deposit;additional": Penalty(bases=("full_deposit",)),
    "full_deposit;additional;not_for_lateness": Penalty(
        bases=("full_deposit",), is_for_lateness=False
    ),
    "full_deposit+interest;total;less_deductions": Penalty(
        bases=("full_deposit", "interest"), is_total=True, less_deductions=True
    ),
    "monthly_rent;additional": Penalty(bases=("monthly_rent",)),
    "monthly_rent;additional;at_most:2*full_deposit": Penalty(
        bases=("monthly_rent",), at_most=(N(2), "full_deposit")
    ),
    "withheld_amount;additional;at_least:300": Penalty(bases=("withheld_amount",), at_least=N(300)),
    "withheld_amount;total;bad_faith:500": Penalty(
        bases=("withheld_amount",), is_total=True, bad_faith=N(500)
    ),
    "withheld_amount+fixed:100;total": Penalty(
        bases=("withheld_amount",), fixed=N(100), is_total=True
    ),
    "fixed:100;additional": Penalty(fixed=N(100)),
    "fixed:200;additional": Penalty(fixed=N(200)),
    "fixed:250;additional": Penalty(fixed=N(250)),
}
DAMAGES = {
    "double": Damages(times=N(2)),
    "treble": Damages(times=N(3)),
    "up_to_double": Damages(times=N(2), is_up_to=True),
    "up_to_treble": Damages(times=N(3), is_up_to=True),
    "up_to_quadruple": Damages(times=N(4), is_up_to=True),
    "up_to_2.1": Damages(times=N("2.1"), is_up_to=True),
    "1.25;after_due:30": Damages(times=N("1.25"), after_due=30),
    "treble;after_demand:7": Damages(times=N(3), after_demand=7),
    "treble;at_least:1000;after_demand:14": Damages(times=N(3), at_least=N(1000), after_demand=14),
}
PAYDAY = ("next_payday", 0)
LAST_PAY = {
    "immediately": LastPay("", (("immediately", 0),)),
    "next_payday": LastPay("", (PAYDAY,)),
    "next_business_day": LastPay("", (("next_business_day", 0),)),
    "working_days:3": LastPay("", (("working_days", 3),)),
    "hours:24": LastPay("", (("hours", 24),)),
    "hours:24;from_demand": LastPay("", (("hours", 24),), is_from_demand=True),
    "hours:48": LastPay("", (("hours", 48),)),
    "hours:72": LastPay("", (("hours", 72),)),
    "days:5": LastPay("", (("days", 5),)),
    "days:6": LastPay("", (("days", 6),)),
    "earlier_of:working_days:7+next_payday": LastPay("earlier_of", (("working_days", 7), PAYDAY)),
    "earlier_of:working_days:5+next_payday": LastPay("earlier_of", (("working_days", 5), PAYDAY)),
    "earlier_of:next_payday+working_days:10": LastPay("earlier_of", (PAYDAY, ("working_days", 10))),
    "earlier_of:next_payday+days:7": LastPay("earlier_of", (PAYDAY, ("days", 7))),
    "earlier_of:next_payday+days:14": LastPay("earlier_of", (PAYDAY, ("days", 14))),
    "earlier_of:next_payday+days:15": LastPay("earlier_of", (PAYDAY, ("days", 15))),
    "later_of:next_payday+working_days:3": LastPay("later_of", (PAYDAY, ("working_days", 3))),
    "later_of:next_payday+days:14": LastPay("later_of", (PAYDAY, ("days", 14))),
    "later_of:next_payday+days:21": LastPay("later_of", (PAYDAY, ("days", 21))),
    "later_of:hours:48+next_payday": LastPay("later_of", (("hours", 48), PAYDAY)),
    "later_of:days:7+next_payday": LastPay("later_of", (("days", 7), PAYDAY)),
}
# A day's pay for each day that counts.
GO_ON = Waiting(unit="day", most_days=30, is_up_to=True)
# A part of the wages for each day, at most the wages again.
AGAIN = {"unit": "percent_a_day", "is_up_to": True}
WAITING: dict[str, Waiting | None] = {
    "one day's wages per late day, max 30 days": Waiting(unit="day", most_days=30),
    "one day's wages per day from demand, max 90 days": Waiting(
        unit="day", most_days=90, is_from_demand=True
    ),
    "average daily pay per late day, max 15 days": Waiting(unit="day", most_days=15),
    "8 h pay per day, max 30 days": Waiting(unit="hours", number=N(8), most_days=30),
    "wages continue until paid, max 90 working days": Waiting(
        unit="day", most_days=90, counts_working_days=True
    ),
    "wages continue up to 30 days": GO_ON,
    "wages continue up to 60 days": Waiting(unit="day", most_days=60, is_up_to=True),
    "wages continue up to 15 days, max $750": Waiting(
        unit="day", most_days=15, most_sum=N(750), is_up_to=True
    ),
    "wages continue up to 60 days after demand": Waiting(
        unit="day", most_days=60, is_from_demand=True, is_up_to=True
    ),
    "wages continue up to 60 days if unpaid 7 days after written request": Waiting(
        unit="day", most_days=60, after_demand=7, is_up_to=True
    ),
    "10% of the wages per day, up to the wages again": Waiting(number=N(10), **AGAIN),
    "10% of the wages per day, up to the wages again (wilful)": Waiting(number=N(10), **AGAIN),
    "5% of the wages per day, up to the wages again (intentional)": Waiting(number=N(5), **AGAIN),
    "2% of the wages per day, up to the wages again": Waiting(number=N(2), **AGAIN),
    "1% of the wages per day from day 8, max 100% (wilful)": Waiting(
        unit="percent_a_day", number=N(1), from_day=8
    ),
    "10% of the wages per working day, max treble": Waiting(
        unit="percent_a_day", number=N(10), counts_working_days=True, most_times=N(3)
    ),
    "penalty up to 110% of the wages": Waiting(unit="percent", number=N(110), is_up_to=True),
    "6% of the wages or $200 if greater, 30 days after payday": Waiting(
        unit="percent", number=N(6), at_least=N(200), after_due=30
    ),
    "25% of the wages or $500, whichever is greater, 30 days after payday": Waiting(
        unit="percent", number=N(25), at_least=N(500), after_due=30
    ),
    # These say what the multiple says, or depend on what nobody can know. They are only shown.
    "double the wages if unpaid 7 days after that payday": None,
    "see multiplier": None,
    "see multiplier; starts 14 days after written demand": None,
    "treble of wages paid late": None,
    "up to 50% more (suit before agency inquiry ends) or 100% more (after)": None,
}
INTEREST: dict[str, Interest | None] = {
    "6%/yr": Interest(N(6)),
    "8%/yr": Interest(N(8)),
    "9%/yr": Interest(N(9)),
    "18%/yr": Interest(N(18)),
    "10%/yr penalty": Interest(N(10)),
    "legal rate (8%/yr)": Interest(N(8)),
    "1%/month": Interest(N(1), is_monthly=True),
    "10%/yr (Lab. Code § 218.6) [unchecked]": None,  # nobody read its text
    "5%/month damages (820 ILCS 115/14)": None,  # instead of the multiple, not beside it
    "yes (N.M. Stat. § 50-4-26)": None,
    "yes (set by regulation)": None,
    "yes, reasonable rate (26 M.R.S. § 626-A)": None,
}
LONG_DAY = ((N(8), N("1.5")), (N(12), N(2)))
OVERTIME: dict[str, Overtime | None] = {
    "no": Overtime(),
    "no; over 40 h/week at 1.5x": Overtime(by_week=(N(40), N("1.5"))),
    "no; over 44 h/week at 1.5x": Overtime(by_week=(N(44), N("1.5"))),
    "yes; over 8 h/day at 1.5x": Overtime(by_day=((N(8), N("1.5")),)),
    "yes; over 12 h/day at 1.5x": Overtime(by_day=((N(12), N("1.5")),)),
    "yes; over 8 h 1.5x, over 12 h 2x": Overtime(by_day=LONG_DAY),
    "yes; over 8 h 1.5x, over 12 h 2x, 7th-day rule": Overtime(
        by_day=LONG_DAY, rest="7th-day rule"
    ),
    "yes; over 8 h/day if paid under 1.5x minimum wage": None,  # depends on the pay
    "no; some factories/canneries over 10 h/day": None,  # depends on the trade
}


def test_every_penalty_of_the_table_is_read() -> None:
    found = {code: penalty(code) for code in cells(DepositRule, "penalty_basis")}
    assert found == {code: PENALTIES[code] for code in found}
    assert penalty("none") is None
    assert penalty("") is None


def test_every_multiple_of_the_table_is_read() -> None:
    found = {code: damages(code) for code in cells(WageRule, "damages_multiplier")}
    assert found == DAMAGES


@pytest.mark.parametrize("column", ["final_pay_deadline_fired", "final_pay_deadline_quit"])
def test_every_day_of_the_last_pay_is_read(column: str) -> None:
    found = {code: last_pay(code) for code in cells(WageRule, column)}
    assert found == {code: LAST_PAY[code] for code in found}


def test_every_start_of_a_deposit_clock_is_read() -> None:
    for code in cells(DepositRule, "deadline_starts"):
        assert rule_codes.starts(code) is not None
    assert rule_codes.starts("later_of:tenancy_end+vacate") == (
        "later_of",
        ("tenancy_end", "vacate"),
    )


def test_pay_for_waiting_is_read_or_only_shown() -> None:
    texts = cells(WageRule, "waiting_time_penalty")
    assert {text: waiting(text) for text in texts} == WAITING


def test_interest_is_read_or_only_shown() -> None:
    assert {text: interest(text) for text in cells(WageRule, "interest")} == INTEREST


def test_overtime_by_the_day_is_read_or_only_shown() -> None:
    assert {text: overtime(text) for text in cells(WageRule, "overtime_daily")} == OVERTIME


def test_every_minimum_wage_of_the_table_is_read() -> None:
    texts = cells(WageRule, "minimum_wage")
    assert [text for text in texts if minimum_wage(text) is None] == []


@pytest.mark.parametrize(
    ("text", "wage"),
    [
        ("17.13 USD (2026-11)", MinimumWage(N("17.13"), "USD", dt.date(2026, 11, 1))),
        ("14.00 USD (2026-07-01)", MinimumWage(N("14.00"), "USD", dt.date(2026, 7, 1))),
        ("12.71 GBP (2026-04)", MinimumWage(N("12.71"), "GBP", dt.date(2026, 4, 1))),
        ("17.13", None),
        ("17.13 USD", None),
        ("17.13 USD (2026-13)", None),
        ("about 17 USD (2026-11)", None),
        ("", None),
    ],
)
def test_minimum_wage_has_sum_currency_and_day(text: str, wage: MinimumWage | None) -> None:
    assert minimum_wage(text) == wage


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("9% a year", Interest(N(9))),
        ("7.5 % per year", Interest(N("7.5"))),
        ("1% a month", Interest(N(1), is_monthly=True)),
        ("9", None),
        ("9%", None),
        ("about 9% a year", None),
        ("9%/yr or more", None),
        ("none", None),
        ("", None),
    ],
)
def test_interest_as_people_write_it(text: str, rate: Interest | None) -> None:
    assert interest(text) == rate


@pytest.mark.parametrize(
    ("column", "code"),
    [
        ("penalty_basis", "withheld_amount"),
        ("penalty_basis", "the_deposit;total"),
        ("penalty_basis", "fixed:lots;additional"),
        ("penalty_basis", "fixed:-5;additional"),
        ("penalty_basis", "fixed:NaN;additional"),
        ("penalty_basis", "withheld_amount;total;at_most:2"),
        ("penalty_basis", "withheld_amount;total;whenever"),
        ("deadline_starts", "later_of:tenancy_end+payday"),
        ("final_pay_deadline_fired", "soon"),
        ("final_pay_deadline_fired", "days:six"),
        ("final_pay_deadline_fired", "days:5;from_never"),
        ("damages_multiplier", "lots"),
        ("damages_multiplier", "double;at_least"),
        ("damages_multiplier", "double;sometimes:3"),
    ],
)
def test_what_is_no_code_is_refused_and_offers_nothing(column: str, code: str) -> None:
    with pytest.raises(NotACode):
        rule_codes.CODES[column](code)
    assert rule_codes.read(column, code) is None


def test_words_nobody_counts_with_are_known_as_such() -> None:
    assert rule_codes.only_words("interest", "yes (set by regulation)")
    assert not rule_codes.only_words("interest", "9%/yr")
    assert not rule_codes.only_words("interest", "none")
    assert not rule_codes.only_words("note", "Anything.")
