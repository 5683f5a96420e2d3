"""What the rule of the place may add to one case: its facts are gathered here, and nowhere else.

The arithmetic is in campaigns/by_law.py, the words in campaigns/by_law_words.py.
"""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

from campaigns import by_law, by_law_words, rule_codes, rules
from campaigns.by_law import ByLaw, DepositFacts, WageFacts
from campaigns.by_law_words import Said
from campaigns.models import Case, ClaimLine, DepositRule, Group, Payment, Sheet, WageRule
from campaigns.models.claims import ZERO
from campaigns.rules import Cell, Rule

# Cells a page shows beside the lines when nothing can be worked out from them.
_BESIDE = {DepositRule: ("interest_on_deposit",), WageRule: ("waiting_time_penalty", "interest")}
# Nothing but its name tells that a sum is interest.
_INTEREST = re.compile(r"\binter(?:es|és|est|eses)\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Section:
    """What a page says beside the claim. `words` are cells that no line was worked out from."""

    rule: Rule
    lines: list[Said]
    claimed: Decimal
    most: Decimal
    total: str
    missing: list[str]
    words: list[Cell]
    counts_working_days: bool
    interest_is_claimed: bool


def section(case: Case, group: Group, *, today: dt.date) -> Section | None:
    """Return what may be owed by law as of today, or None where there is no rule for the case."""
    rule = rules.rule_for(case, group, today=today)
    if rule is None:
        return None
    lines = case.claim_lines.counting().in_full()
    paid = _paid(case)
    found = worked_out(rule, case.sheet, lines, paid=paid, on=today)
    claimed = max(ZERO, sum((line.amount for line in lines), ZERO) - paid)
    return Section(
        rule=rule,
        lines=[by_law_words.say(line, currency=group.currency) for line in found.lines],
        claimed=claimed,
        most=found.most,
        total=by_law_words.total_words(claimed, found.most, group.currency),
        missing=[by_law_words.missing_words(name) for name in found.missing],
        words=[cell for cell in rules.rows_of(rule, only=_BESIDE[type(rule)]) if cell.only_words],
        counts_working_days=_counts_working_days(rule, case.sheet),
        interest_is_claimed=bool(_interest_among(lines)),
    )


def for_letter(case: Case, group: Group, *, on: dt.date) -> tuple[Rule, list[Said]] | None:
    """Return the rule and its lines for a letter of the day `on`, in the active language.

    None where nobody checked the rule, where it adds nothing, or where it counts working days,
    which are counted here without the holidays of the place.
    """
    rule = rules.rule_for(case, group, today=on)
    if rule is None or not rule.is_checked or _counts_working_days(rule, case.sheet):
        return None
    lines = case.claim_lines.counting().in_full()
    found = worked_out(rule, case.sheet, lines, paid=_paid(case), on=on)
    said = [by_law_words.say(line, currency=group.currency) for line in found.lines]
    return (rule, said) if said else None


def _paid(case: Case) -> Decimal:
    return Payment.objects.cleared().to_people_present().filter(case=case).total()


def _counts_working_days(rule: Rule, sheet: Sheet) -> bool:
    if isinstance(rule, DepositRule):
        return rule.business_days
    code, waits = _last_pay(rule, sheet), rule_codes.waiting(rule.waiting_time_penalty)
    moments = {kind for kind, _number in code.moments} if code else set()
    return bool(moments & {"working_days", "next_business_day"}) or bool(
        waits and waits.counts_working_days
    )


def worked_out(
    rule: Rule, sheet: Sheet, lines: list[ClaimLine], *, paid: Decimal, on: dt.date
) -> ByLaw:
    """Return the lines of the law for a case of one kind. What has been paid comes off first."""
    if isinstance(rule, DepositRule):
        return by_law.deposit(rule, _deposit_facts(rule, sheet, lines, paid=paid, on=on), on=on)
    found = by_law.wages(rule, _wage_facts(rule, sheet, lines, paid=paid), on=on)
    instead = {}
    if len({line.party_id for line in lines}) > 1:
        instead = {"day_pay": "one_person", "hourly_rate": "one_person"}
    elif len(_hourly_rates(lines)) > 1:
        instead = {"hourly_rate": "one_rate"}
    return ByLaw(found.lines, tuple(instead.get(name, name) for name in found.missing))


def _deposit_facts(
    rule: DepositRule, sheet: Sheet, lines: list[ClaimLine], *, paid: Decimal, on: dt.date
) -> DepositFacts:
    kinds = ClaimLine.Kind
    deductions = [line for line in lines if line.kind == kinds.DEDUCTION]
    days = rules.deposit_days(rule, sheet, today=on, has_deductions=bool(deductions))
    interest = _interest_among(lines)
    since = [line.from_date for line in lines if line.kind == kinds.DEPOSIT and line.from_date]
    return DepositFacts(
        deposit=_sum_of(lines, kinds.DEPOSIT),
        accepted=-_sum_of(lines, kinds.DEDUCTION),
        returned=paid - _sum_of(lines, kinds.RETURNED),
        deadline=days and days.deadline,
        monthly_rent=sheet.monthly_rent,
        held_from=min(since, default=sheet.started_on),
        held_until=sheet.ended_on or sheet.keys_returned_on,
        interest=sum((line.amount for line in interest), ZERO),
        interest_is_claimed=bool(interest),
    )


def _interest_among(lines: list[ClaimLine]) -> list[ClaimLine]:
    """Return the lines by which interest on a deposit is claimed already."""
    sums = [line for line in lines if line.kind == ClaimLine.Kind.SUM]
    return [line for line in sums if _INTEREST.search(line.label)]


def _wage_facts(
    rule: WageRule, sheet: Sheet, lines: list[ClaimLine], *, paid: Decimal
) -> WageFacts:
    is_one = len({line.party_id for line in lines}) < 2
    rates = _hourly_rates(lines)
    return WageFacts(
        earned=max(ZERO, _sum_of(lines, *ClaimLine.EARNED) - paid),
        due_on=sheet.payday_on,
        last_pay_due_on=by_law.last_pay_due(
            _last_pay(rule, sheet),
            last_day=sheet.ended_on,
            payday=sheet.payday_on,
            asked_on=sheet.asked_on,
        ),
        last_pay_on=sheet.last_pay_on,
        asked_on=sheet.asked_on,
        day_pay=sheet.day_pay if is_one else None,
        hourly_rate=rates.pop() if is_one and len(rates) == 1 else None,
    )


def _hourly_rates(lines: list[ClaimLine]) -> set[Decimal]:
    return {rate for line in lines for rate in line.hourly_rates}


def _last_pay(rule: WageRule, sheet: Sheet) -> rule_codes.LastPay | None:
    """Return the code for the way this job ended; nothing while nobody wrote down how it did."""
    if not sheet.job_end:
        return None
    field = f"final_pay_deadline_{sheet.job_end}"
    return rule_codes.read(field, getattr(rule, field))


def _sum_of(lines: list[ClaimLine], *kinds: str) -> Decimal:
    return sum((line.amount for line in lines if line.kind in kinds), ZERO)
