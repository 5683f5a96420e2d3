"""The plan of a fight: tactics in the order the group voted them."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseState, Event, User
from campaigns.models.log import record
from escalation.decisions import record_decision
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


def in_words(case: Case) -> str:
    """Return the tactics of the plan there is, in one line."""
    rungs = Rung.objects.current(case).order_by("position")
    return ", ".join(str(Tactic(rung.tactic).label) for rung in rungs)


def seen_of(case: Case) -> int:
    """Return what tells one plan of a case from the next, 0 where there is none."""
    return Rung.objects.current(case).values_list("decision", flat=True).first() or 0


def vote_plan(
    case: Case,
    *,
    by: User,
    vote: dict[str, Any],
    rungs: Sequence[tuple[str, str]],
    seen: int | None = None,
) -> Decision:
    """Record a vote on the plan: (tactic, note) for each rung, in order.

    The latest plan that carried is the plan. One that did not carry is kept as a vote only. `seen`
    is the plan they looked at, as `seen_of()` tells it: after somebody else nothing is written.
    """
    if not rungs:
        raise MoveRefused([_("Choose at least one tactic.")])
    with transaction.atomic():
        locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if reasons := not_now(locked):
            raise MoveRefused(reasons)
        if seen not in (None, seen_of(locked)):
            raise MoveRefused([_("Somebody noted another plan meanwhile. Look at it again.")])
        decision = record_decision(locked, Decision.Kind.PLAN, by=by, vote=vote)
        steps = [
            Rung(case=locked, decision=decision, position=n, tactic=tactic, note=note)
            for n, (tactic, note) in enumerate(rungs, start=1)
        ]
        Rung.objects.bulk_create(steps)
        if decision.carried:
            record(locked, Event.PLAN, by=by, what=in_words(locked))
    return decision
