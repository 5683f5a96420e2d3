"""What the calendar asks of a person: check-ins, limits by law, what is deleted soon, holds."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import retention, rules
from campaigns.models import Case, CaseParty, Group, LegalHold, User
from escalation import check_ins
from escalation.models import CaseLifecycle
from escalation.time_bands import LIMIT_SOON, LIMIT_URGENT, forgetting_words, limit_of
from escalation.todo_item import LATER, SOON, URGENT, Item

# For `check_in`: who is in the case, and how they may be reached.
PEOPLE_HERE = Prefetch(
    "parties", CaseParty.objects.present().select_related("person"), to_attr="people_here"
)


def items(user: User, now: dt.datetime) -> Iterator[Item]:
    """Yield what is about to be deleted, and what must not be, of the cases of `user`."""
    yield from _soon_forgotten(user, now)
    yield from _holds(user)


def check_in(case: CaseLifecycle, user: User, now: dt.datetime) -> Item | None:
    """Ask for a word from people not heard for a week; after two weeks it is urgent.

    The case brings `people_here`, its parties with their persons.
    """
    days = check_ins.days_silent(case, timezone.localdate(now))
    if days < check_ins.SOFT:
        return None
    rank = URGENT if days >= check_ins.HARD else SOON
    text = check_ins.sentence(case, case.people_here, days=days)
    return _item(rank, case, text, _("Log a contact"), "log_contact")


def limitation(case: CaseLifecycle, user: User, now: dt.datetime) -> Item | None:
    """Warn of claims that end by law, 90 days and 30 days before, until somebody saw to it."""
    today, day = timezone.localdate(now), limit_of(case)
    left = None if day is None else (day - today).days
    if day is None or left is None or not 0 <= left <= LIMIT_SOON:
        return None
    is_urgent = left <= LIMIT_URGENT
    since = day - dt.timedelta(days=LIMIT_URGENT if is_urgent else LIMIT_SOON)
    if case.sheet.limitation_seen_on and case.sheet.limitation_seen_on >= since:
        return None
    rank = URGENT if is_urgent else LATER
    return _item(rank, case, rules.limit_words(day, today), _("Note what you know"), "case_rules")


def _soon_forgotten(user: User, now: dt.datetime) -> Iterator[Item]:
    group = Group.current()
    if group is None:
        return
    due = retention.soon_due(group, today=timezone.localdate(now))
    mine = due.opened_to(user).select_related("keeping")
    for case in mine.order_by("closed_at", "pk"):
        if day := retention.due_on(case, group):
            text = forgetting_words(day)
            yield _item(LATER, case, text, _("Keep it or let it go"), "keep_case")


def _holds(user: User) -> Iterator[Item]:
    """Yield each hold this person has not read about, and each that somebody else wants to end."""
    read = LegalHold.read_by.through.objects.filter(legalhold=OuterRef("pk"), user=user)
    holds = LegalHold.objects.standing().filter(case__in=Case.objects.of_team(user))
    holds = holds.select_related("case").annotate(is_read=Exists(read))
    for hold in holds:
        if hold.lift_asked_at and hold.lift_asked_by_id != user.pk:
            text = _("Somebody asks to end the legal hold. A second person decides.")
            yield _item(SOON, hold.case, text, _("Read why and decide"), "legal_hold")
        elif not hold.is_read:
            text = _("There is a legal hold on this case. Delete nothing, on paper either.")
            yield _item(URGENT, hold.case, text, _("Read it"), "legal_hold")


def _item(rank: int, case: Any, text: str, label: str, page: str) -> Item:
    about = f"{case.reference} · {case.title or case.get_kind_display()}"
    return Item(rank, about, text, label, reverse(page, args=[case.reference]))
