"""The steps of a plan as pages show them: for the team in the case file, for a person affected."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseParty, CaseState
from escalation import pacing, plans, reviews, step_voices
from escalation.check_ins import ASKED_IN
from escalation.models import StepVoice, Tactic
from escalation.pacing import PlanStep, Standing
from escalation.step_voices import Voices
from escalation.tactic_notes import NOTES
from escalation.time_bands import Band


@dataclass(frozen=True)
class StepRow:
    """A step, and whose yes to it is missing, in words."""

    step: PlanStep
    missing: str
    tone: str

    @property
    def may_be_planned(self) -> bool:
        return self.step.standing in (Standing.NEXT, Standing.LATER)


_TONES = {Standing.DONE: "green", Standing.NEXT: "amber"}


def rows(
    case: Any, plan: Iterable[PlanStep], affected: Sequence[CaseParty], voices: Voices
) -> list[StepRow]:
    """Return the steps for the team. Of what is done nobody is asked any more."""
    found = []
    for step in plan:
        lacking = step_voices.lacking_among(case, affected, voices, step.tactic)
        is_asked = step.standing != Standing.DONE and lacking
        missing = short(lacking) if is_asked else ""
        found.append(StepRow(step, missing, _TONES.get(step.standing, "")))
    return found


def short(found: step_voices.Lacking) -> str:
    """Return who said no and who was not asked, in few words."""
    said = [_("%(name)s said no.") % {"name": party} for party in found.said_no]
    if found.not_asked:
        names = ", ".join(map(str, found.not_asked))
        said.append(_("Yes still missing: %(names)s.") % {"names": names})
    return " ".join(said)


def bands(
    case: Any, plan: Sequence[PlanStep], actions: Iterable[Any], *, now: dt.datetime
) -> list[Band]:
    """Return what the plan presses for at the top of the case file: the next step, and a review."""
    text, step = pacing.prompt(case, plan, actions, now)
    found = [Band("warning", text, *to_plan(case, step))] if text else []
    if reviews.is_due(case, timezone.localdate(now)):
        text = reviews.due_words(reviews.due_on(case))
        url = reverse("review_plan", args=[case.reference])
        found.append(Band("warning", text, _("Note what the meeting decided"), url))
    return found


def to_plan(case: Case, step: PlanStep | None) -> tuple[str, str]:
    """Return label and address of planning a step, or any action where the plan has none left."""
    url = reverse("plan_action", args=[case.reference])
    if step is None:
        return _("Plan an action"), url
    return _("Plan it"), f"{url}?tactic={step.tactic}"


# For a person affected


@dataclass(frozen=True)
class StepAsked:
    """A kind of step in the words of somebody who knows no plan, and what they said to it."""

    tactic: str
    label: str
    line: str
    said: StepVoice | None
    may_say: bool

    @property
    def waits(self) -> bool:
        return self.may_say and self.said is None


def for_person(party: CaseParty, *, now: dt.datetime) -> list[StepAsked]:
    """Return each kind of step still ahead in their fight, in order, and the last word on it of
    whom they speak for."""
    case = party.case
    if case.state not in ASKED_IN and case.state != CaseState.ON_HOLD:
        return []
    ahead = dict.fromkeys(
        step.tactic
        for step in plans.steps_of(case, now=now)
        if step.standing != Standing.DONE and step.tactic != Tactic.DELIVERY
    )
    speaker = party.speaks_for().first() if ahead else None
    said = step_voices.of_case(case) if speaker else {}
    return [
        StepAsked(
            tactic,
            str(Tactic(tactic).label),
            str(NOTES[Tactic(tactic)].line),
            said.get((speaker.pk, tactic)) if speaker else None,
            speaker is not None,
        )
        for tactic in ahead
    ]
