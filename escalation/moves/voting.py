"""Moves of the vote, and of the queue behind it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import (
    Case,
    CaseState,
    Event,
    Group,
    Place,
    User,
)
from campaigns.models.log import record
from escalation import queue_order, tasks
from escalation.decisions import record_decision
from escalation.models import CaseLifecycle, Decision, guards
from escalation.moves.before import decline, joined, refer
from escalation.moves.demands import kept_in_sum, new_demand
from escalation.moves.queueing import CHECK_DAYS
from escalation.moving import MoveRefused, lock, moving, not_from_here


def vote_yes(
    case: Case,
    *,
    by: User,
    vote: dict[str, Any],
    sum_voted: Decimal,
    deadline_days: int,
    members: Iterable[User],
    other_terms: str = "",
    shares: Mapping[int, Decimal] | None = None,
) -> str:
    """T7, T8: take the fight on with the demand as voted and a team of two or more.

    It starts at once where the group has room for another fight, and waits in the queue where it
    has not. Return the state it came to. `vote` holds motion, votes_for, votes_against,
    abstained, affected_agreed and held_on. `shares` divide `sum_voted` among the people affected.
    """
    with transaction.atomic():
        # Two votes at once must not both see the last free place.
        Group.objects.select_for_update().get(pk=1)
        known = CaseLifecycle.objects.with_facts().get(pk=case.pk)
        name = "queue" if guards.place_free(known, timezone.now()) else "accept"
        with moving(case, name, by=by) as locked:
            demand = new_demand(
                case,
                # What was paid to people who have left since stays part of what is counted.
                sum_voted + kept_in_sum(case),
                other_terms=other_terms,
                deadline_days=deadline_days,
                shares=shares,
            )
            # After the demand: a fresh vote is one that came after the last change of facts.
            decision = record_decision(
                case, Decision.Kind.TAKE_ON, by=by, vote=vote, sum_voted=sum_voted
            )
            locked.demanded = demand.amount
            locked.wrote |= {"decision": decision.pk, "demand": demand.pk}
            if name == "queue":
                locked.queue_position = queue_order.last_place() + 1
                locked.queue_check_on = timezone.localdate() + dt.timedelta(days=CHECK_DAYS)
            locked.wrote["joined"] = joined(case, members, by=by)
    return CaseState.QUEUED if name == "queue" else CaseState.PREPARING


def vote_no(
    case: Case,
    *,
    by: User,
    vote: dict[str, Any],
    reason: str,
    text: str,
    places: str = "",
    hand_over: Iterable[Place] = (),
) -> None:
    """T11: the meeting does not take it on. With `places` the person is referred there."""
    with transaction.atomic():
        _lock_at(case, CaseState.PROPOSED)
        vote_on_it = record_decision(case, Decision.Kind.TAKE_ON, by=by, vote=vote)
        if places.strip():
            refer(
                case,
                by=by,
                reason=reason,
                places=places,
                text=text,
                decision=vote_on_it,
                hand_over=hand_over,
            )
        else:
            decline(case, by=by, reason=reason, text=text, decision=vote_on_it)


def defer(case: Case, *, by: User, questions: str, vote: dict[str, Any] | None = None) -> None:
    """T10: the meeting wants answers first. Each line of `questions` is a task of the team."""
    if not questions.strip():
        raise MoveRefused([_("Write down what the meeting wants to know.")])
    with moving(case, "defer", by=by, note=questions.strip()) as locked:
        if vote:
            decision = record_decision(case, Decision.Kind.DEFER, by=by, vote=vote)
            locked.wrote["decision"] = decision.pk
        locked.wrote["tasks"] = tasks.from_questions(locked, questions, by=by)


def start_queued(
    case: Case, *, by: User, confirmed: bool, vote: dict[str, Any] | None = None
) -> None:
    """T9: there is room, and the people affected were asked and still want it.

    After 60 days the `vote` is taken anew.
    """
    if not confirmed:
        raise MoveRefused([_("Ask the people affected first. Go on when they still want it.")])
    with transaction.atomic():
        Group.objects.select_for_update().get(pk=1)
        with moving(case, "start_queued", by=by) as locked:
            record(case, Event.QUEUE_CHECKED, by=by)
            if vote:
                decision = record_decision(case, Decision.Kind.TAKE_ON, by=by, vote=vote)
                locked.wrote["decision"] = decision.pk
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
