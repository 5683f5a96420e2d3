"""The plan of a fight: tactics in the order the group voted them."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseState, Event, User
from campaigns.models.log import record
from escalation.models import Decision, Rung
from escalation.models.plans import Tactic
from escalation.moves import MoveRefused

MOST_RUNGS = 8
# A plan may be voted together with the fight, and changed as long as the fight is open.
PLAN_STATES = (CaseState.PROPOSED, CaseState.QUEUED, *CaseState.ACCEPTED)


def not_now(case: Case) -> list[str]:
    """Return why no plan can be voted in the state of `case`, or nothing."""
    if case.state in PLAN_STATES:
        return []
    state = CaseState(case.state).label
    return [_("No plan is voted while the case is at “%(state)s”.") % {"state": state}]


def vote_plan(
    case: Case, *, by: User, vote: dict[str, Any], rungs: Sequence[tuple[str, str]]
) -> Decision:
    """Record a vote on the plan: (tactic, note) for each rung, in order.

    The latest plan that carried is the plan. One that did not carry is kept as a vote only.
    """
    if not rungs:
        raise MoveRefused([_("Choose at least one tactic.")])
    with transaction.atomic():
        locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if reasons := not_now(locked):
            raise MoveRefused(reasons)
        decision = Decision.objects.create(
            case=locked, kind=Decision.Kind.PLAN, recorded_by=by, **vote
        )
        steps = [
            Rung(case=locked, decision=decision, position=n, tactic=tactic, note=note)
            for n, (tactic, note) in enumerate(rungs, start=1)
        ]
        Rung.objects.bulk_create(steps)
        counts = {
            "for": decision.votes_for,
            "against": decision.votes_against,
            "abstained": decision.abstained,
        }
        record(
            locked,
            Event.VOTE,
            by=by,
            motion=decision.motion,
            decision=decision.pk,
            **counts,
        )
        if decision.carried:
            names = [str(Tactic(rung.tactic).label) for rung in steps]
            record(locked, Event.PLAN, by=by, what=", ".join(names))
    return decision
