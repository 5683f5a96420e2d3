"""What a case knows, as words for the fields of a text, in the active language.

A fact nobody knows is an empty word. Each value stands on one line, without its last full stop, so
that it fits inside a sentence.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Case, CaseParty, ClaimLine, Group, Payment
from campaigns.models.claims import ZERO
from campaigns.models.payments import balance
from campaigns.wording import date_in_words, money

K = ClaimLine.Kind


def of_case(case: Case, *, group: Group, today: dt.date) -> dict[str, str]:
    """Return the values of every field that a demand letter can use."""
    lines = list(case.claim_lines.counting())
    people = list(case.parties.affected().select_related("person"))
    paid = Payment.objects.cleared().to_people_present().filter(case=case).total()
    return (
        _of_people(people, case.kind)
        | of_group(group)
        | {"reference": case.reference, "today": date_in_words(today)}
        | {"target": case.target.name if case.target else ""}
        | _of_sheet(case, today)
        | _of_lines(lines, paid, group.currency)
    )


def of_group(group: Group) -> dict[str, str]:
    address = [line.strip() for line in group.address.splitlines() if line.strip()]
    ways = [text for text in (group.phone, group.email) if text]
    return {
        "network": group.name,
        "network_address": ", ".join(address),
        "contact": str(get_text_list(ways, _("or"))),
    }


def _of_people(people: list[CaseParty], kind: str) -> dict[str, str]:
    names = together(people, kind)
    is_one = len(people) < 2
    return {
        "names": names,
        "one_person": names if is_one else "",
        "several_people": "" if is_one else names,
    }


def together(parties: list[CaseParty], kind: str) -> str:
    """Return "Rosa, José and 2 former workers"."""
    no_name = CaseParty().name_in_public(kind)
    names = [party.name_in_public(kind) for party in parties]
    nameless = names.count(no_name)
    named = [name for name in names if name != no_name]
    if nameless or not named:
        named.append(_nameless(max(nameless, 1), kind))
    return str(get_text_list(named, _("and")))


def _nameless(count: int, kind: str) -> str:
    if kind == Case.Kind.WAGES:
        text = ngettext("one former worker", "%(count)s former workers", count)
    elif kind == Case.Kind.DEPOSIT:
        text = ngettext("one former tenant", "%(count)s former tenants", count)
    else:
        text = ngettext("one neighbour", "%(count)s neighbours", count)
    return text % {"count": count}


def _of_sheet(case: Case, today: dt.date) -> dict[str, str]:
    sheet = case.sheet
    days = ("started_on", "ended_on", "keys_returned_on", "forwarding_given_on", "statement_on")
    texts = ("place", "agreement", "already_tried")
    values = {name: day(getattr(sheet, name)) for name in days}
    values |= {name: flat(getattr(sheet, name)) for name in texts}
    is_wages, is_deposit = case.kind == Case.Kind.WAGES, case.kind == Case.Kind.DEPOSIT
    due, came = sheet.payday_on, sheet.last_pay_on
    came_late = due is not None and came is not None and came > due
    return values | {
        "pay_due_on": day(due) if came is None or came_late else "",
        "pay_came_on": day(came) if came_late else "",
        "days_to_statement": days_between(sheet.keys_returned_on, sheet.statement_on),
        "days_since_keys": days_between(sheet.keys_returned_on, today),
        "worked_at": values["place"] if is_wages else "",
        "rented_at": values["place"] if is_deposit else "",
    }


def _of_lines(lines: list[ClaimLine], paid: Decimal, currency: str) -> dict[str, str]:
    def figure(amount: Decimal) -> str:
        return money(amount, currency) if amount else ""

    owed = balance(sum((line.amount for line in lines), ZERO), paid)
    taken_off = [line for line in lines if line.kind == K.DEDUCTION]
    rejected = [line for line in taken_off if (line.figure or ZERO) > line.accepted]
    charged = [line for line in lines if line.kind == K.CHARGE]
    days = {line.from_date for line in charged}
    return {
        "charges": str(get_text_list([_charge(line, figure) for line in charged], _("and"))),
        "charged_on": day(days.pop()) if len(days) == 1 else "",
        "sum": figure(owed),
        "deposit": figure(_sum_of(lines, K.DEPOSIT)),
        "returned": figure(_sum_of(lines, K.RETURNED) + paid),
        "accepted": figure(_sum_of(taken_off, K.DEDUCTION)),
        "one_deduction": flat(rejected[0].label) if len(rejected) == 1 else "",
        "several_deductions": str(len(rejected)) if len(rejected) > 1 else "",
    }


def _charge(line: ClaimLine, figure: Callable[[Decimal], str]) -> str:
    """Return "cleaning ($150.00)"."""
    return f"{flat(line.label)} ({figure(line.figure or ZERO)})"


def _sum_of(lines: list[ClaimLine], kind: str) -> Decimal:
    return sum((abs(line.amount) for line in lines if line.kind == kind), ZERO)


def days_between(first: dt.date | None, last: dt.date | None) -> str:
    """Return "34 days" from the first day to the last, or nothing: both known, in this order."""
    if first is None or last is None or last < first:
        return ""
    days = (last - first).days
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def day(value: dt.date | None) -> str:
    return date_in_words(value) if value else ""


def flat(text: str) -> str:
    """Return the text on one line and without its last full stop, to stand inside a sentence."""
    return " ".join(text.split()).rstrip(".")
