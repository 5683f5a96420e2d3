"""The agenda as a page: what waits for a vote, where each vote is recorded, what came of it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Case, CaseState, Group, User
from escalation import offered, reviews
from escalation.models import AgendaItem, CaseLifecycle, Decision, Meeting, Offer

K = Decision.Kind

# What a vote about a case is called on an agenda. The case stands in it by its number only.
MOTIONS = {
    K.TAKE_ON: gettext_lazy("Take on %(case)s"),
    K.PLAN: gettext_lazy("Plan of tactics for %(case)s"),
    K.REVIEW: gettext_lazy("How %(case)s goes on"),
    K.OFFER: gettext_lazy("Answer to the offer in %(case)s"),
    K.WAIVE: gettext_lazy("Let a payment go in %(case)s"),
    K.SETTLE: gettext_lazy("Stop %(case)s with what has been paid"),
    K.LOSE: gettext_lazy("End %(case)s without winning"),
    K.DROP: gettext_lazy("Drop %(case)s"),
    K.REVISE: gettext_lazy("Change the demand in %(case)s"),
    K.TRUCE: gettext_lazy("Hold the pressure in %(case)s for a while"),
    K.PUBLICITY: gettext_lazy("Make %(case)s public"),
    K.LEAVE: gettext_lazy("Somebody leaves the fight in %(case)s"),
    K.PAYEE: gettext_lazy("Who takes the money in %(case)s"),
    K.ON_ACCOUNT: gettext_lazy("Take the money in %(case)s on account, not in full"),
    K.CLOSE_QUEUED: gettext_lazy("Take %(case)s off the queue"),
}
# The page that records a vote, or that lists what it can be about; the others are pages of moves.
_PAGES = {
    K.PLAN: "vote_plan",
    K.REVIEW: "review_plan",
    K.PUBLICITY: "vote_publicity",
    K.OFFER: "case_money",
    K.WAIVE: "case_money",
    K.ON_ACCOUNT: "case_money",
    K.PAYEE: "case_people",
    K.LEAVE: "case_people",
}
_MOVES = {K.REVISE: "revise_demand", K.TRUCE: "hold"}


@dataclass(frozen=True)
class Waiting:
    """A vote that is due, with the motion under which it goes on the agenda."""

    case: Case
    kind: str
    motion: str
    why: str


@dataclass(frozen=True)
class Row:
    """An item as the page of a meeting shows it. `record_at` is where its vote is noted."""

    item: AgendaItem
    decision: Decision | None
    is_mine: bool
    record_at: str
    needs_interpreter: bool


def motion_for(case: Case, kind: str) -> str:
    started = kind == K.TAKE_ON and case.state == CaseState.QUEUED
    motion = gettext_lazy("Start %(case)s now") if started else MOTIONS[K(kind)]
    return str(motion) % {"case": case.reference}


def waiting(meeting: Meeting, *, user: User, group: Group) -> list[Waiting]:
    """Return what waits for a vote and is not on this agenda yet, most pressing first."""
    there = set(meeting.agenda.values_list("case_id", "kind"))
    found = _found(user, group=group, day=group.local_date(meeting.at))
    return [due for due in found if (due.case.pk, due.kind) not in there]


def _found(user: User, *, group: Group, day: dt.date) -> Iterator[Waiting]:
    listed = Case.objects.listed_for(user).order_by("state_since", "pk")
    running = listed.filter(state__in=CaseState.FIGHTING)
    for case in running.filter(offers__status__in=Offer.OPEN).distinct():
        yield _due(case, K.OFFER, _("An offer waits for an answer."))
    for case in listed.filter(state=CaseState.PROPOSED):
        yield _due(case, K.TAKE_ON, _("It is proposed."))
    room = group.fight_cap - Case.objects.filter(state__in=CaseState.FIGHTING).count()
    if room > 0:
        for case in listed.filter(state=CaseState.QUEUED).order_by("queue_position", "pk"):
            yield _due(case, K.TAKE_ON, _("It waits in the queue, and there is room."))
    for case in CaseLifecycle.objects.filter(pk__in=running.values("pk")).with_facts():
        if not case.plan_voted:
            yield _due(case, K.PLAN, _("No plan of tactics has been voted yet."))
        elif reviews.is_due(case, day):
            yield _due(case, K.REVIEW, _("It is time to look at this fight again."))


def _due(case: Case, kind: str, why: str) -> Waiting:
    return Waiting(case, kind, motion_for(case, kind), why)


def rows(meeting: Meeting, *, user: User) -> list[Row]:
    """Return the agenda as `user` sees it: who is on the team of a case records its vote."""
    items = list(meeting.agenda.select_related("case", "decision"))
    cases = [item.case_id for item in items if item.case_id]
    mine = set(Case.objects.opened_to(user).filter(pk__in=cases).values_list("pk", flat=True))
    interpreted = set(
        Case.objects.filter(
            pk__in=cases, parties__left_at=None, parties__person__needs_interpreter=True
        ).values_list("pk", flat=True)
    )
    return [
        Row(
            item,
            item.decision if item.decision and not item.decision.struck_at else None,
            item.case_id in mine,
            record_page(item.case, item.kind) if item.case else "",
            item.case_id in interpreted,
        )
        for item in items
    ]


def record_page(case: Case, kind: str) -> str:
    """Return the page on which a vote of this kind is noted; else the case, which leads on."""
    if page := _PAGES.get(K(kind)):
        return reverse(page, args=[case.reference])
    name = _MOVES.get(K(kind), kind)
    if kind == K.TAKE_ON:
        name = "start_queued" if case.state == CaseState.QUEUED else "vote"
    if name not in offered.PAGES_AT.get(case.state, ()):
        return case.get_absolute_url()
    return reverse("make_move", args=[case.reference, name])


def not_on_agenda(meeting: Meeting) -> models.QuerySet[Decision]:
    """Return the votes of the meeting that nobody had put on the agenda."""
    votes = Decision.objects.valid().filter(meeting=meeting, agenda_item=None)
    return votes.select_related("case").order_by("at", "pk")
