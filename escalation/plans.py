"""The plan of a fight: tactics in the order the group voted them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseState, Event, User
from campaigns.models.log import record
from escalation import pacing, tactic_library
from escalation.decisions import record_decision
from escalation.models import Action, Decision, Rung
from escalation.models.plans import Tactic
from escalation.moves import MoveRefused
from escalation.pacing import Proposed
from escalation.tactic_notes import NOTES

MOST_RUNGS = 8
MOST_WEEKS = 12
# Of so many actions that were held, the headcounts tell what the group can carry.
RECENT = 5
AFTER_WORK = dt.time(17)
_UNDER_WAY = (pacing.Standing.DONE, pacing.Standing.PLANNED)
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


def steps_of(case: Case, *, now: dt.datetime) -> list[pacing.PlanStep]:
    """Return the steps of the plan there is, and where each stands."""
    rungs = list(Rung.objects.current(case).select_related("decision").order_by("position"))
    if not rungs:
        return []
    voted_on = rungs[0].decision.held_on
    return pacing.steps(case, rungs, case.actions.all(), voted_on=voted_on, now=now)


def filled_in(case: Case, tactic: str, *, now: dt.datetime) -> dict[str, Any]:
    """Return what a new action of this kind begins with, where the plan holds it."""
    ahead = (step for step in steps_of(case, now=now) if step.standing not in _UNDER_WAY)
    step = next((step for step in ahead if step.tactic == tactic), None)
    if step is None:
        return {}
    values = {"title": step.label, "needed": NOTES[Tactic(tactic)].least}
    if step.note:
        values["what"] = step.note
    if step.begins and step.begins > timezone.localdate(now):
        starts = timezone.make_aware(dt.datetime.combine(step.begins, AFTER_WORK))
        values |= {"starts_at": starts, "ends_at": starts + dt.timedelta(hours=1)}
    return values


def to_vote_again(case: Case, *, now: dt.datetime) -> list[Proposed]:
    """Return the steps of the plan that are not done yet: what a new vote would keep."""
    standing = steps_of(case, now=now)
    kept = (step for step in standing if step.standing != pacing.Standing.DONE)
    return [Proposed(step.tactic, step.note, step.week) for step in kept]


def usual_ladder() -> list[Proposed]:
    """Return the ladder most fights climb, without what the group does not use."""
    off = tactic_library.switched_off()
    usual = [Proposed(tactic, str(note), week) for tactic, note, week in pacing.USUAL_LADDER]
    return [step for step in usual if step.tactic not in off]


def came_lately(now: dt.datetime) -> list[int]:
    """Return how many came to each of the last actions at which anybody was counted."""
    held = Action.objects.filter(ends_at__lt=now).exclude(state=Action.State.CANCELLED)
    counted = held.with_turnout().filter(came__gt=0).order_by("-starts_at", "-pk")
    return list(counted.values_list("came", flat=True)[:RECENT])


def vote_plan(
    case: Case,
    *,
    by: User,
    vote: dict[str, Any],
    rungs: Sequence[Proposed],
    seen: int | None = None,
) -> Decision:
    """Record a vote on the plan: tactic, note and week of each rung, in order.

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
            Rung(case=locked, decision=decision, position=n, **Proposed(*rung)._asdict())
            for n, rung in enumerate(rungs, start=1)
        ]
        Rung.objects.bulk_create(steps)
        if decision.carried:
            record(locked, Event.PLAN, by=by, what=in_words(locked))
    return decision
