"""The actions of a case and the rungs of its plan, read in one query for the case file."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, UUIDField, Value

from escalation import step_voices
from escalation.models import Action, CaseLifecycle, StepVoice, Tactic


@dataclass(frozen=True)
class Step:
    """An action, or a rung of the plan that the group voted."""

    public_id: Any
    at: dt.datetime
    tactic: str
    label: str
    text: str
    state: str
    state_label: str
    is_ahead: bool
    starts_at: dt.datetime
    ends_at: dt.datetime
    note: str
    week: int


def of(case: CaseLifecycle, now: dt.datetime) -> Iterator[Step]:
    """Yield the actions of the case by date, and the rungs of the last plan a vote carried."""
    columns = ("public_id", "at", "until", "tactic", "text", "state", "vote", "place", "in_week")
    nothing = dict.fromkeys(("vote", "place", "in_week"), Value(0))
    actions = case.actions.annotate(
        at=F("starts_at"), until=F("ends_at"), text=F("title"), **nothing
    )
    rungs = case.rungs.filter(decision__carried=True, decision__struck_at=None).annotate(
        public_id=Value(None, output_field=UUIDField()),
        at=F("decision__at"),
        until=F("decision__at"),
        text=F("note"),
        in_week=F("week"),
        state=Value(""),
        vote=F("decision_id"),
        place=F("position"),
    )
    rows = actions.order_by().values(*columns).union(rungs.order_by().values(*columns), all=True)
    rows = sorted(rows, key=lambda row: (row["at"], row["vote"], row["place"]))
    last_vote = next((row["vote"] for row in reversed(rows) if row["vote"]), None)
    tactics, states = dict(Tactic.choices), dict(Action.State.choices)
    for row in rows:
        if row["public_id"] or row["vote"] == last_vote:
            yield Step(
                public_id=row["public_id"],
                at=row["at"],
                tactic=row["tactic"],
                label=str(tactics[row["tactic"]]),
                text=row["text"],
                state=row["state"],
                state_label=str(states.get(row["state"], "")),
                is_ahead=row["at"] >= now,
                starts_at=row["at"],
                ends_at=row["until"],
                note=row["text"],
                week=row["in_week"],
            )


def voices_of(case: CaseLifecycle) -> step_voices.Voices:
    """Return what people said to the steps; without a plan nobody was asked."""
    if not case.plan_voted:
        return {}
    return step_voices.latest(StepVoice.objects.filter(party__case=case))
