"""Agreements that are not kept, or are done, and offers nobody has talked about yet, for Today.

An agreement whose payments come in time asks nothing of anybody, however long it runs.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseState, Group, User
from campaigns.wording import date_in_words, money
from escalation import moves, schedule
from escalation.models import Agreement, CaseLifecycle, Offer
from escalation.todo_item import SOON, URGENT, Item

SOON_DAYS = 3  # an offer that runs out within so many days presses


def items(user: User, now: dt.datetime) -> Iterator[Item]:
    today = timezone.localdate(now)
    yield from _agreements(user, today)
    fighting = Case.objects.of_team(user).filter(state__in=(*CaseState.ACCEPTED, CaseState.ON_HOLD))
    offers = Offer.objects.acceptable(today).filter(case__in=fighting.values("pk"))
    offers = offers.exclude(status=Offer.Status.COUNTERED).select_related("case")
    for offer in offers.annotate(currency=Subquery(Group.objects.values("currency")[:1])):
        if item := _of_offer(offer, today):
            yield item


def _agreements(user: User, today: dt.date) -> Iterator[Item]:
    agreed = CaseLifecycle.objects.of_team(user).filter(state=CaseState.AGREED).with_facts()
    cases = {case.pk: case for case in agreed}
    if not cases:
        return
    group = Group.objects.get(pk=1)
    for agreement in Agreement.objects.in_force().with_schedule().filter(offer__case__in=cases):
        rows = schedule.of(agreement, today=today, grace_days=group.grace_days)
        case = cases[agreement.offer.case_id]
        if missed := schedule.missed(rows):
            yield _of_missed(case, missed)
        elif schedule.is_cleared(rows) and not case.pending_payments:
            yield _of_done(case)


def _of_missed(case: CaseLifecycle, missed: list[schedule.Standing]) -> Item:
    first = missed[0].instalment
    text = _("A payment was missed: %(sum)s, due on %(day)s. Decide whether the fight goes on.")
    said = text % {
        "sum": money(first.amount, case.currency),
        "day": date_in_words(first.due_on, year=False),
    }
    url = reverse("make_move", args=[case.reference, "default"])
    return Item(URGENT, _about(case), said, _("They broke the agreement"), url)


def _of_done(case: CaseLifecycle) -> Item:
    won = not moves.blocked_by(case, "win", now=timezone.now())
    url = reverse("make_move", args=[case.reference, "win" if won else "settle"])
    label = _("Mark as won") if won else _("Close as settled")
    return Item(SOON, _about(case), _("All that was agreed has cleared."), label, url)


def _of_offer(offer: Any, today: dt.date) -> Item | None:
    """Return what to do about an offer: talk about a new one, and decide before one runs out."""
    days = (offer.valid_until - today).days if offer.valid_until else None
    presses = days is not None and days <= SOON_DAYS
    if offer.status != Offer.Status.RECEIVED and not presses:
        return None
    text = _("%(who)s offers %(sum)s.") % {
        "who": offer.said_by,
        "sum": money(offer.amount, offer.currency),
    }
    if offer.valid_until:
        until = _("It runs out on %(day)s.") % {"day": date_in_words(offer.valid_until, year=False)}
        text = f"{text} {until}"
    url = reverse("offer", args=[offer.case.reference, offer.pk])
    label = _("Talk about the offer") if offer.status == Offer.Status.RECEIVED else _("Decide")
    return Item(URGENT if presses else SOON, _about(offer.case), text, label, url)


def _about(case: Case) -> str:
    return f"{case.reference} · {case.title or case.get_kind_display()}"
