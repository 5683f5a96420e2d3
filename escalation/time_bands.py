"""What of a case presses by the calendar, as bands at the top of its file.

Everything comes from a case read `with_facts_for()` somebody and from days: no query, and no job
has to have run before. The same functions word the items on Today.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import retention, rules
from campaigns.models import Case, CaseParty, CaseState, DepositRule, Group
from campaigns.wording import date_in_words
from escalation import check_ins

LIMIT_SOON, LIMIT_URGENT = 90, 30


@dataclass(frozen=True)
class Band:
    """One sentence, how much it presses ("", "warning", "error"), and a page that helps."""

    tone: str
    text: str
    label: str = ""
    url: str = ""


def bands(
    case: Any, *, people: Iterable[CaseParty], group: Group, now: dt.datetime
) -> Iterator[Band]:
    today = timezone.localdate(now)
    if case.legal_hold_since:
        yield _hold(case)
    if text := deadline_words(case, now):
        yield Band("error", text, *_extension(case, now))
    days = check_ins.days_silent(case, today)
    if days >= check_ins.HARD:
        text = check_ins.sentence(case, people, days=days)
        yield Band("error", text, _("Log a contact"), _page("log_contact", case))
    yield from _limitation(case, today)
    yield from _deposit(case, today)
    yield from _forgetting(case, group, today)


def _hold(case: Any) -> Band:
    text = _("Legal hold since %(day)s. Delete nothing and throw nothing away, on paper either.")
    day = date_in_words(case.legal_hold_since)
    return Band("error", text % {"day": day}, _("Legal hold"), _page("legal_hold", case))


def deadline_words(case: Any, now: dt.datetime) -> str:
    """Return the prompt on the day of the deadline and after it, else an empty string.

    The day itself still belongs to the target: it is over from the next midnight on.
    """
    if case.state != CaseState.CLOCK_RUNNING or case.deadline_at is None:
        return ""
    days = (timezone.localdate(case.deadline_at) - timezone.localdate(now)).days
    if days > 0:
        return ""
    day = date_in_words(case.deadline_at, with_time=True, year=False)
    text = _("The deadline is today: %(day)s.") if days == 0 else _("The deadline was %(day)s.")
    return text % {"day": day}


def _extension(case: Any, now: dt.datetime) -> tuple[str, str]:
    if case.deadline_extended:
        return "", ""
    return extension(case)


def extension(case: Case) -> tuple[str, str]:
    """Return label and address of moving the deadline, which can be done once."""
    url = reverse("make_move", args=[case.reference, "extend_deadline"])
    return _("Move the deadline"), url


# What ends by law


def limit_of(case: Any) -> dt.date | None:
    """Return the day the first claim ends by law, as far as anybody noted or looked it up."""
    if not case.is_open:
        return None
    if case.sheet.limitation_on:
        return case.sheet.limitation_on
    oldest, years = case.oldest_owed_on, case.claim_limit_years
    if case.kind != Case.Kind.WAGES or oldest is None or years is None:
        return None
    return rules.later_by_months(_as_date(oldest), int(Decimal(years) * 12))


def _as_date(value: dt.date | str) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)


def _limitation(case: Any, today: dt.date) -> Iterator[Band]:
    day = limit_of(case)
    if day is None or (day - today).days > LIMIT_SOON:
        return
    tone = "error" if (day - today).days <= LIMIT_URGENT else "warning"
    yield Band(
        tone, rules.limit_words(day, today), _("Where that comes from"), _page("case_rules", case)
    )


# What a deposit rule says


def deposit_rule_of(case: Any) -> DepositRule | None:
    """Return the rule of the network's place out of the annotation, without asking again."""
    if not case.deposit_rule:
        return None
    values = dict(case.deposit_rule)
    checked_on = values.pop("checked_on")
    return DepositRule(
        **values | {"business_days": bool(values["business_days"])},
        checked_on=checked_on and dt.date.fromisoformat(str(checked_on)[:10]),
    )


def _deposit(case: Any, today: dt.date) -> Iterator[Band]:
    if case.kind != Case.Kind.DEPOSIT or not case.is_open:
        return
    found = rules.deposit_days(deposit_rule_of(case), case.sheet, today=today)
    if found:
        source = f"{found.rule.citation}, {rules.checked_words(found.rule)}."
        text = f"{rules.deposit_words(found)} {source}"
        yield Band("", text, _("Where that comes from"), _page("case_rules", case))


# What goes soon


def _forgetting(case: Any, group: Group, today: dt.date) -> Iterator[Band]:
    day = retention.due_on(case, group)
    if day and (day - today).days <= retention.WARNED_DAYS:
        text = forgetting_words(day)
        yield Band("warning", text, _("Keep it or let it go"), _page("keep_case", case))


def forgetting_words(day: dt.date) -> str:
    return _("Names, story and files of this case are deleted on %(day)s.") % {
        "day": date_in_words(day, year=False)
    }


def _page(name: str, case: Case) -> str:
    return reverse(name, args=[case.reference])
