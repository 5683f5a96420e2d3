"""What may be owed by law on top of what is claimed: multiples, pay for waiting, interest.

Pure functions with `Decimal`: from the cells of a rule and the facts of a case to lines, the same
whoever asks and whenever. None of it is part of the claim, nothing is worked out before the day the
law sets has passed, and an empty cell offers nothing.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from campaigns import rule_codes
from campaigns.models import DepositRule, WageRule
from campaigns.models.claims import ZERO, to_cents
from campaigns.rule_codes import Damages, Interest, LastPay, Penalty, Waiting

_FOUR_PLACES = Decimal("0.0001")
_YEAR = 365  # days, also in a leap year


@dataclass(frozen=True, kw_only=True)
class MayBeOwed:
    """One line. `code` names what it is, and with it its condition; `working` and `numbers` how the
    amount came about; `per_day` what each further day adds."""

    code: str
    amount: Decimal
    working: str
    numbers: Mapping[str, Decimal | int]
    is_up_to: bool = False
    per_day: Decimal | None = None


@dataclass(frozen=True)
class ByLaw:
    """The lines of a case, and the facts without which a line of the rule cannot be worked out."""

    lines: tuple[MayBeOwed, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def most(self) -> Decimal:
        return sum((line.amount for line in self.lines), ZERO)


def per_day(principal: Decimal, percent: Decimal) -> Decimal:
    """Return what a day of interest comes to, with four places."""
    exact = principal * percent / 100 / _YEAR
    return exact.quantize(_FOUR_PLACES, rounding=ROUND_HALF_UP)


def full_months(start: dt.date, end: dt.date) -> int:
    """Return how many whole months lie between two days: from the 31st to the 30th is none."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return max(0, months - (end.day < start.day))


def working_day_after(start: dt.date, days: int) -> dt.date:
    """Return the day so many working days later, Monday to Friday.

    Public holidays are not known here. Each one moves the day on by one.
    """
    day = start
    for _each in range(days):
        day += dt.timedelta(days=3 if day.weekday() == 4 else 2 if day.weekday() == 5 else 1)
    return day


def working_days_between(start: dt.date, end: dt.date) -> int:
    """Return how many of the days after `start` until `end` are Monday to Friday."""
    weeks, rest = divmod(max(0, (end - start).days), 7)
    return weeks * 5 + sum((start.weekday() + 1 + n) % 7 < 5 for n in range(rest))


# Deposits


@dataclass(frozen=True, kw_only=True)
class DepositFacts:
    """`deadline` is the last day to give it back. `returned` is what came back or was paid since,
    `interest` what the deposit earned, where that is known otherwise than from the rule; with
    `interest_is_claimed` it stands among the lines of the claim and is not offered too."""

    deposit: Decimal
    accepted: Decimal = ZERO
    returned: Decimal = ZERO
    deadline: dt.date | None = None
    monthly_rent: Decimal | None = None
    held_from: dt.date | None = None
    held_until: dt.date | None = None
    interest: Decimal | None = None
    interest_is_claimed: bool = False

    @property
    def withheld(self) -> Decimal:
        return max(ZERO, to_cents(self.deposit - self.accepted - self.returned))


def deposit(rule: DepositRule, facts: DepositFacts, *, on: dt.date) -> ByLaw:
    """Return what the law may add on the day `on`: nothing while the deadline has not passed."""
    if facts.deadline is None or on <= facts.deadline:
        return ByLaw()
    earned, missing = (None, []) if facts.interest_is_claimed else _deposit_interest(rule, facts)
    sums = {
        "withheld_amount": facts.withheld,
        "full_deposit": facts.deposit,
        "monthly_rent": facts.monthly_rent,
        "interest": earned.amount if earned else facts.interest or ZERO,
    }
    lines = [earned] if earned else []
    code = rule_codes.read("penalty_basis", rule.penalty_basis)
    if code and code.is_for_lateness and facts.withheld:
        asks = {*code.bases, *([code.at_most[1]] if code.at_most else [])}
        gaps = [name for name in asks if sums[name] is None]
        missing += gaps
        if not gaps:
            lines += _penalty(code, rule, facts, sums)
    return ByLaw(tuple(lines), tuple(missing))


def _penalty(
    code: Penalty, rule: DepositRule, facts: DepositFacts, sums: Mapping[str, Any]
) -> list[MayBeOwed]:
    if code.bases and rule.penalty_multiplier is None:
        return []
    times = rule.penalty_multiplier or ZERO
    base = sum((sums[name] for name in code.bases), ZERO)
    figure = to_cents(times * base + code.fixed)
    if code.at_most:
        figure = min(figure, to_cents(code.at_most[0] * sums[code.at_most[1]]))
    figure = to_cents(max(figure, code.at_least))
    numbers = {"times": times, "base": base, "fixed": code.fixed, "figure": figure}
    amount, working = figure, "penalty"
    if code.is_total:
        # What came back, and what is claimed anyway, is part of the whole already.
        off = facts.withheld + (sums["interest"] if "interest" in code.bases else ZERO)
        off += facts.returned if "full_deposit" in code.bases else ZERO
        off += facts.accepted if code.less_deductions else ZERO
        amount, working = max(ZERO, figure - off), "penalty_total"
        numbers["off"] = off
    is_up_to = code.is_total or not code.bases or says_up_to(rule.note)
    more = to_cents(code.bad_faith)
    found = [
        MayBeOwed(
            code="penalty", amount=amount, working=working, numbers=numbers, is_up_to=is_up_to
        ),
        MayBeOwed(code="bad_faith", amount=more, working="fixed", numbers={}, is_up_to=True),
    ]
    return [line for line in found if line.amount > ZERO]


def _deposit_interest(rule: DepositRule, facts: DepositFacts) -> tuple[MayBeOwed | None, list[str]]:
    """Return the interest the deposit earned until the end of the tenancy, or what is missing."""
    percent = rule.deposit_interest_percent
    if not percent or not facts.deposit:
        return None, []
    if not facts.held_from or not facts.held_until:
        return None, ["held_from"]
    days = max(0, (facts.held_until - facts.held_from).days)
    amount = to_cents(facts.deposit * percent * days / 100 / _YEAR)
    if not amount:
        return None, []
    return MayBeOwed(
        code="deposit_interest",
        amount=amount,
        working="interest_days",
        numbers={"base": facts.deposit, "percent": percent, "days": days},
        per_day=per_day(facts.deposit, percent),
    ), []


def says_up_to(words: str) -> bool:
    return "up to" in words.lower()


# Wages


@dataclass(frozen=True, kw_only=True)
class WageFacts:
    """`earned` is unpaid pay for work: bank fees and other costs are no part of it.

    `due_on` is the day this pay was due, `last_pay_due_on` the day the last pay of a job that ended
    was due by law, and `last_pay_on` when it came, late. `hourly_rate` and `day_pay` are what a
    day of waiting is counted in.
    """

    earned: Decimal
    due_on: dt.date | None = None
    last_pay_due_on: dt.date | None = None
    last_pay_on: dt.date | None = None
    asked_on: dt.date | None = None
    day_pay: Decimal | None = None
    hourly_rate: Decimal | None = None

    @property
    def since(self) -> dt.date | None:
        return self.last_pay_due_on or self.due_on


def last_pay_due(
    code: LastPay | None,
    *,
    last_day: dt.date | None,
    payday: dt.date | None,
    asked_on: dt.date | None = None,
) -> dt.date | None:
    """Return the day the last pay is due; None while a day the rule asks for is not known.

    Hours run from the end of the last day of work: up to 24 of them are one day.
    """
    start = asked_on if code and code.is_from_demand else last_day
    if code is None or start is None:
        return None
    days = [_due(kind, number, start, payday) for kind, number in code.moments]
    known = [day for day in days if day is not None]
    if len(known) < len(days):
        return None
    return min(known) if code.kind == "earlier_of" else max(known)


def _due(kind: str, number: int, start: dt.date, payday: dt.date | None) -> dt.date | None:
    if kind == "next_payday":
        return payday
    if kind == "next_business_day":
        return working_day_after(start, 1)
    if kind == "working_days":
        return working_day_after(start, number)
    if kind == "hours":
        return start + dt.timedelta(days=-(-number // 24))
    return start + dt.timedelta(days=number)  # "days", and "immediately" with none


def wages(rule: WageRule, facts: WageFacts, *, on: dt.date) -> ByLaw:
    """Return what the law may add on the day `on`: nothing while the pay is not late."""
    late = rule_codes.read("damages_multiplier", rule.damages_multiplier)
    runs = rule_codes.waiting(rule.waiting_time_penalty)
    rate = rule_codes.interest(rule.interest)
    if facts.since is None:
        asks = bool(facts.earned and (late or runs or rate))
        return ByLaw(missing=("due_on",) if asks else ())
    if on <= facts.since:
        return ByLaw()
    damages, missing = _damages(late, rule, facts, on) if late else (None, [])
    waited, more = _waiting(runs, facts, on) if runs else (None, [])
    if runs and runs.repeats_multiple and waited and damages:  # said twice, owed once
        larger = max(damages, waited, key=lambda line: line.amount)
        damages, waited = larger, None
    found = [damages, waited, _interest(rate, facts, on) if rate else None]
    lines = tuple(line for line in found if line and line.amount > ZERO)
    return ByLaw(lines, (*missing, *more))


def _damages(
    code: Damages, rule: WageRule, facts: WageFacts, on: dt.date
) -> tuple[MayBeOwed | None, list[str]]:
    if not facts.earned or on <= facts.since + dt.timedelta(days=code.after_due):
        return None, []
    if code.after_demand is not None:
        if facts.asked_on is None:
            return None, ["asked_on"]
        if on <= facts.asked_on + dt.timedelta(days=code.after_demand):
            return None, []
    more = code.times - 1
    return MayBeOwed(
        code="damages",
        amount=to_cents(max(more * facts.earned, code.at_least)),
        working="at_least" if code.at_least else "damages",
        numbers={"percent": more * 100, "base": facts.earned, "least": code.at_least},
        is_up_to=code.is_up_to or says_up_to(rule.note),
    ), []


def _waiting(code: Waiting, facts: WageFacts, on: dt.date) -> tuple[MayBeOwed | None, list[str]]:
    if code.repeats_multiple:
        return _percent_of_wages(code, facts, on), []
    if not facts.earned and not facts.last_pay_on:
        return None, []
    pay = facts.day_pay
    if code.unit == "hours":
        pay = facts.hourly_rate and facts.hourly_rate * code.number
    wanted = {
        "last_pay_due_on": facts.last_pay_due_on,
        "day_pay" if code.unit == "day" else "hourly_rate": pay,
        "asked_on": facts.asked_on or not (code.is_from_demand or code.after_demand),
    }
    if gaps := [name for name, value in wanted.items() if not value]:
        return None, gaps
    days = _days_waited(code, facts, on)
    amount = to_cents(pay * days)
    if code.most_sum is not None:
        amount = min(amount, to_cents(code.most_sum))
    return MayBeOwed(
        code="waiting",
        amount=amount,
        working="days",
        numbers={"days": days, "base": pay, "most": code.most_days},
        is_up_to=code.is_up_to,
    ), []


def _days_waited(code: Waiting, facts: WageFacts, on: dt.date) -> int:
    """Return the days that count: until the pay came, at most so many."""
    start, end = facts.last_pay_due_on, min(facts.last_pay_on or on, on)
    if code.is_from_demand:
        start = max(start, facts.asked_on)
    if code.after_demand and end <= facts.asked_on + dt.timedelta(days=code.after_demand):
        return 0
    days = _days(start, end, working=code.counts_working_days)
    return days if code.most_days is None else min(days, code.most_days)


def _days(start: dt.date, end: dt.date, *, working: bool) -> int:
    return working_days_between(start, end) if working else max(0, (end - start).days)


def _percent_of_wages(code: Waiting, facts: WageFacts, on: dt.date) -> MayBeOwed | None:
    if not facts.earned or on <= facts.since + dt.timedelta(days=code.after_due):
        return None
    numbers = {"percent": code.number, "base": facts.earned, "least": code.at_least}
    share, working = code.number * facts.earned / 100, "damages"
    amount = to_cents(share)
    if code.at_least:
        amount, working = to_cents(max(share, code.at_least)), "at_least"
    elif code.unit == "percent_a_day":
        days = _days(facts.since, on, working=code.counts_working_days) - code.from_day + 1
        numbers["days"] = max(0, days)
        numbers["most"] = to_cents(code.most_times * facts.earned)
        amount, working = min(to_cents(share * numbers["days"]), numbers["most"]), "percent_days"
    return MayBeOwed(
        code="damages", amount=amount, working=working, numbers=numbers, is_up_to=code.is_up_to
    )


def _interest(rate: Interest, facts: WageFacts, on: dt.date) -> MayBeOwed | None:
    numbers: dict[str, Decimal | int] = {"base": facts.earned, "percent": rate.percent}
    if rate.is_monthly:
        numbers["months"] = full_months(facts.since, on)
        amount = to_cents(facts.earned * rate.percent * numbers["months"] / 100)
        working, each_day = "interest_months", None
    else:
        numbers["days"] = (on - facts.since).days
        amount = to_cents(facts.earned * rate.percent * numbers["days"] / 100 / _YEAR)
        working, each_day = "interest_days", per_day(facts.earned, rate.percent)
    return MayBeOwed(
        code="interest", amount=amount, working=working, numbers=numbers, per_day=each_day
    )
