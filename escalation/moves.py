"""Every change of a case's state. Nothing else moves a case.

Each verb goes through `escalation.moving.moving`. A refusal raises `MoveRefused` with the sentences
a person can act on, and leaves everything as it was.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import intake, team
from campaigns.contacts import log_contact
from campaigns.models import (
    Case,
    CaseState,
    Contact,
    Event,
    Group,
    InitialMeeting,
    Message,
    Reason,
    User,
)
from campaigns.models.log import record
from campaigns.sheet import facts_changed
from escalation.models import CaseLifecycle, Decision, Offer, guards
from escalation.moving import TRANSITIONS, MoveRefused, blocked_by, lock, moving, not_from_here
from letters.models import Delivery, Demand, Letter, deadline_for

__all__ = ["TRANSITIONS", "MoveRefused", "blocked_by"]


def _tell_person(case: Case, text: str, *, by: User) -> None:
    if text.strip():
        Message.objects.create(case=case, text=text.strip(), by=by, from_team=True)
        record(case, Event.MESSAGE_TO_PERSON, by=by, note=text.strip())


# Before the vote


def take(
    case: Case, *, by: User, method: str, result: str, at: dt.datetime, note: str = ""
) -> None:
    """T2: take responsibility for a new case and log the first attempt to reach the person."""
    with moving(case, "take", by=by) as locked:
        team.join(case, user=by, by=by)
        locked.responsible = by
        who = Contact.Who.PERSON
        log_contact(case, by=by, who=who, method=method, result=result, at=at, note=note)


def discard(case: Case, *, by: User) -> None:
    """T1a: delete spam or a test. It is counted, and nothing else of it is kept."""
    with transaction.atomic():
        locked = lock(case)
        if locked.state != CaseState.NEW:
            raise MoveRefused([_("Only an intake nobody has taken yet can be deleted.")])
        Group.objects.update(spam_discarded=F("spam_discarded") + 1)
        intake.erase(Case.objects.get(pk=locked.pk))


def arrange_meeting(
    case: Case,
    *,
    by: User,
    at: dt.datetime,
    place: str,
    organizers: Iterable[User],
    needs_interpreter: bool = False,
) -> None:
    """T3: note when and where the first meeting is, and which two organizers go."""
    organizers = list(organizers)
    if len(organizers) < 2:
        raise MoveRefused([_("Two organizers go to a first meeting. Name two.")])
    with moving(case, "arrange_meeting", by=by):
        meeting, _created = InitialMeeting.objects.update_or_create(
            case=case,
            defaults={
                "at": at,
                "place": place,
                "needs_interpreter": needs_interpreter,
                "held_on": None,
            },
        )
        meeting.organizers.set(organizers)
        for organizer in organizers:
            team.join(case, user=organizer, by=by)


def withdraw(case: Case, *, by: User, reason: str, note: str = "") -> None:
    """T4, T9a: the person does not want to go on, or cannot be reached after real tries."""
    with moving(case, "withdraw", by=by, reason=reason, note=note) as locked:
        if reason == Reason.UNREACHABLE:
            known = CaseLifecycle.objects.with_facts().get(pk=locked.pk)
            if missing := guards.tried_enough(known, timezone.now()):
                raise MoveRefused([missing])
        locked.close_reason = reason


def decline(case: Case, *, by: User, reason: str, text: str, note: str = "") -> None:
    """T5, T9a, T11: the group does not take it on. `text` tells the person, in their language."""
    with moving(case, "decline", by=by, reason=reason, note=note) as locked:
        locked.close_reason = reason
        _tell_person(case, _required(text), by=by)


def refer(case: Case, *, by: User, reason: str, places: str, text: str, note: str = "") -> None:
    """T5, T9a, T11: somebody else can help better. `places` names at least one."""
    if not places.strip():
        raise MoveRefused([_("Name at least one place they can turn to.")])
    with moving(case, "refer", by=by, reason=reason, note=note, places=places.strip()) as locked:
        locked.close_reason = reason
        _tell_person(case, f"{_required(text)}\n\n{places.strip()}", by=by)


def _required(text: str) -> str:
    if not text.strip():
        raise MoveRefused([_("Write to the person what was decided and why.")])
    return text


def propose(case: Case, *, by: User, note: str = "") -> None:
    """T6: put the case on the agenda. An organizer who was at the first meeting does it."""
    with moving(case, "propose", by=by, note=note):
        if not InitialMeeting.objects.filter(case=case, organizers=by).exists():
            raise MoveRefused([_("An organizer who was at the first meeting proposes the case.")])


# The vote


def vote_yes(
    case: Case,
    *,
    by: User,
    vote: dict[str, Any],
    sum_voted: Decimal,
    deadline_days: int,
    members: Iterable[User],
    other_terms: str = "",
) -> str:
    """T7, T8: take the fight on with the demand as voted and a team of two or more.

    It starts at once where the group has room for another fight, and waits in the queue where it
    has not. Return the state it came to. `vote` holds motion, votes_for, votes_against,
    abstained, affected_agreed and held_on.
    """
    with transaction.atomic():
        # Two votes at once must not both see the last free place.
        Group.objects.select_for_update().get(pk=1)
        known = CaseLifecycle.objects.with_facts().get(pk=case.pk)
        name = "queue" if guards.place_free(known, timezone.now()) else "accept"
        with moving(case, name, by=by) as locked:
            locked.demanded = sum_voted
            _record_decision(case, Decision.Kind.TAKE_ON, by=by, vote=vote, sum_voted=sum_voted)
            _new_demand(case, sum_voted, other_terms=other_terms, deadline_days=deadline_days)
            for member in members:
                team.join(case, user=member, by=by)
    return CaseState.QUEUED if name == "queue" else CaseState.PREPARING


def vote_no(
    case: Case,
    *,
    by: User,
    vote: dict[str, Any],
    reason: str,
    text: str,
    places: str = "",
) -> None:
    """T11: the meeting does not take it on. With `places` the person is referred there."""
    with transaction.atomic():
        _lock_at(case, CaseState.PROPOSED)
        _record_decision(case, Decision.Kind.TAKE_ON, by=by, vote=vote)
        if places.strip():
            refer(case, by=by, reason=reason, places=places, text=text)
        else:
            decline(case, by=by, reason=reason, text=text)


def defer(case: Case, *, by: User, questions: str, vote: dict[str, Any] | None = None) -> None:
    """T10: the meeting wants answers first. `questions` go back to the team."""
    if not questions.strip():
        raise MoveRefused([_("Write down what the meeting wants to know.")])
    with moving(case, "defer", by=by, note=questions.strip()):
        if vote:
            _record_decision(case, Decision.Kind.DEFER, by=by, vote=vote)


def start_queued(case: Case, *, by: User, vote: dict[str, Any] | None = None) -> None:
    """T9: the person still wants it and there is room. After 60 days the `vote` is taken anew."""
    with transaction.atomic():
        Group.objects.select_for_update().get(pk=1)
        with moving(case, "start_queued", by=by):
            if vote:
                decision = _record_decision(case, Decision.Kind.TAKE_ON, by=by, vote=vote)
                if not decision.carried:
                    raise MoveRefused([_("The vote did not carry.")])


def back_to_proposed(case: Case, *, by: User, reason: str, note: str) -> None:
    """T11a: before anything was delivered, the facts or the wish turned out different."""
    with moving(case, "back_to_proposed", by=by, reason=reason, note=note):
        pass


def _lock_at(case: Case, state: str) -> None:
    locked = lock(case)
    if locked.state != state:
        raise MoveRefused([not_from_here(locked)])


def _record_decision(
    case: Case,
    kind: str,
    *,
    by: User,
    vote: dict[str, Any],
    sum_voted: Decimal | None = None,
) -> Decision:
    decision = Decision.objects.create(
        case=case, kind=kind, recorded_by=by, sum_voted=sum_voted, **vote
    )
    record(
        case,
        Event.VOTE,
        by=by,
        motion=decision.motion,
        decision=decision.pk,
        **{
            "for": decision.votes_for,
            "against": decision.votes_against,
            "abstained": decision.abstained,
        },
    )
    return decision


def _new_demand(case: Case, amount: Decimal, *, other_terms: str, deadline_days: int) -> Demand:
    last = Demand.objects.filter(case=case).first()
    demand = Demand.objects.create(
        case=case,
        version=last.version + 1 if last else 1,
        amount=amount,
        other_terms=other_terms,
        deadline_days=deadline_days,
    )
    if last and not demand.asks_the_same_as(last):
        facts_changed(case)  # a letter made final before this vote prints the old demand
    return demand


# Letter and delivery


def set_delivery(case: Case, *, by: User) -> None:
    """T12: the letter is final, the delivery is planned, how they may hit back is talked about."""
    with moving(case, "set_delivery", by=by):
        pass


def record_delivery(
    case: Case,
    *,
    by: User,
    at: dt.datetime,
    place: str,
    handed_by: str,
    received_by: str,
    method: str,
    headcount: int,
    who_went: str = "",
    note: str = "",
) -> Delivery:
    """T13: note how the demand was delivered. The deadline counts from `at`, not from a draft."""
    with moving(case, "start_clock", by=by, note=note) as locked:
        letter = Letter.objects.light().issued().filter(case=case).first()
        if letter is None:
            raise MoveRefused([_("There is no final letter to deliver.")])
        group = Group.objects.get(pk=1)
        days = Demand.objects.filter(case=case).first().deadline_days
        delivery = Delivery.objects.create(
            letter=letter,
            at=at,
            place=place,
            handed_by=handed_by,
            received_by=received_by,
            method=method,
            headcount=headcount,
            who_went=who_went,
            note=note,
            deadline_at=deadline_for(at, letter=letter, group=group, days=days),
            recorded_by=by,
        )
        locked.deadline_at, locked.deadline_extended = delivery.deadline_at, False
        record(case, Event.DELIVERED, by=by, headcount=headcount, received_by=received_by)
    return delivery


def delivery_failed(case: Case, *, by: User, note: str) -> None:
    """T14: nothing was handed over. The letter has a date, so it needs a new version."""
    with moving(case, "delivery_failed", by=by, reason=Reason.DELIVERY_FAILED, note=note):
        pass


def extend_deadline(case: Case, *, by: User, deadline_on: dt.date, note: str) -> None:
    """T17: move the deadline once, to a later day at the same hour, with the reason."""
    with moving(case, "extend_deadline", by=by, note=note) as locked:
        old = timezone.localtime(locked.deadline_at)
        if deadline_on <= max(old.date(), timezone.localdate()):
            raise MoveRefused([_("Choose a day after today and after the deadline there is now.")])
        locked.deadline_at = dt.datetime.combine(deadline_on, old.time(), tzinfo=old.tzinfo)
        locked.deadline_extended = True
        record(
            case,
            Event.DEADLINE_EXTENDED,
            by=by,
            note=note,
            deadline=deadline_on.isoformat(),
            old=old.date().isoformat(),
        )


# Escalation, agreements and the end


def escalate(case: Case, *, by: User, note: str = "") -> None:
    """T16: the deadline passed and the demand is not met. `note` sums up their response."""
    with moving(case, "escalate", by=by, note=note):
        pass


def agree(
    case: Case,
    *,
    by: User,
    offer: Offer,
    affected_agreed: bool,
    vote: dict[str, Any] | None = None,
) -> None:
    """T15, T18: accept an offer. Before the delivery the team does it; after it takes a vote.

    The people affected must agree in either case.
    """
    if not affected_agreed:
        raise MoveRefused([_("The people affected decide. Without their yes nothing is accepted.")])
    with moving(case, "agree", by=by):
        decision = vote and _record_decision(
            case, Decision.Kind.OFFER, by=by, vote=vote | {"affected_agreed": True}
        )
        taken = Offer.objects.filter(pk=offer.pk, case=case, status=Offer.Status.RECEIVED)
        if not taken.update(status=Offer.Status.ACCEPTED, decision=decision or None):
            raise MoveRefused([_("Somebody dealt with this offer meanwhile.")])


def win(case: Case, *, by: User, demand_met: bool, note: str = "") -> None:
    """T15, T19: everything demanded is done and all the money has cleared."""
    if not demand_met:
        raise MoveRefused([_("Confirm that everything demanded is done.")])
    with moving(case, "win", by=by, note=note):
        pass


def settle(
    case: Case,
    *,
    by: User,
    reason: str,
    note: str = "",
    vote: dict[str, Any] | None = None,
) -> None:
    """T20, T20a: less than the demand was paid and cleared, and they chose to stop there."""
    with moving(case, "settle", by=by, reason=reason, note=note) as locked:
        locked.close_reason = reason
        if vote:
            _record_decision(case, Decision.Kind.SETTLE, by=by, vote=vote)


def default(case: Case, *, by: User, reason: str, note: str) -> None:
    """T21: the agreement was broken. The fight goes on; the broken offer no longer binds."""
    with moving(case, "default", by=by, reason=reason, note=note):
        Offer.objects.filter(case=case, status=Offer.Status.ACCEPTED).update(
            status=Offer.Status.BROKEN
        )


def lose(case: Case, *, by: User, reason: str, vote: dict[str, Any], note: str = "") -> None:
    """T23: the group votes to end without winning. `note` keeps what was learned."""
    with moving(case, "lose", by=by, reason=reason, note=note) as locked:
        locked.close_reason = reason
        _record_decision(case, Decision.Kind.LOSE, by=by, vote=vote)


def drop(
    case: Case,
    *,
    by: User,
    reason: str,
    note: str = "",
    vote: dict[str, Any] | None = None,
) -> None:
    """T24: the affected person's own word is enough; every other reason takes a vote."""
    with moving(case, "drop", by=by, reason=reason, note=note) as locked:
        locked.close_reason, locked.held_state, locked.hold_review_on = reason, "", None
        if reason != Reason.OWN_WISH:
            if not vote:
                raise MoveRefused([_("Dropping it for this reason takes a vote.")])
            if not _record_decision(case, Decision.Kind.DROP, by=by, vote=vote).carried:
                raise MoveRefused([_("The vote did not carry.")])


def hold(case: Case, *, by: User, reason: str, review_on: dt.date, note: str = "") -> None:
    """T25: pause, at most 30 days until somebody looks at it again. The state below is kept."""
    today = timezone.localdate()
    if not today < review_on <= today + dt.timedelta(days=guards.HOLD_DAYS):
        raise MoveRefused(
            [_("Choose a day within the next %(days)s days.") % {"days": guards.HOLD_DAYS}]
        )
    with moving(case, "hold", by=by, reason=reason, note=note) as locked:
        locked.held_state, locked.hold_review_on = locked.state, review_on


def resume(case: Case, *, by: User, note: str = "") -> None:
    """T25: go on where it stopped."""
    with moving(case, "resume", by=by, note=note) as locked:
        locked.held_state, locked.hold_review_on = "", None
