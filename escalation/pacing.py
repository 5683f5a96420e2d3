"""Where a fight stands in its plan: what is done, what is next, and from which day on.

Pure arithmetic over rows that were read elsewhere. A step is carried out by an action of its kind
that starts on the day of the vote or later, so a new plan starts anew, and nobody has to link the
two by hand. A week counts from the deadline, or from the vote where that came later.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import CaseState
from campaigns.wording import date_in_words
from escalation.models import Action, Tactic
from escalation.tactic_notes import NOTES

# A fight under way that has nothing planned for so many days loses its force.
GAP = 10
MANY = 6  # people, from which on a step is one for the whole group


class Proposed(NamedTuple):
    """A step as it is voted."""

    tactic: str
    note: str = ""
    week: int = 0


# Start low, add and vary, keep something for later; small steps stand between those of many.
USUAL_LADDER: tuple[tuple[str, Any, int], ...] = (
    (Tactic.POSTERS, "", 0),
    (Tactic.CLIENTS, gettext_lazy("Two a day."), 0),
    (Tactic.LEAFLETS, gettext_lazy("At the busiest hour."), 1),
    (Tactic.PICKET, "", 2),
    (Tactic.NEIGHBOURS, "", 3),
    (Tactic.SECOND_SITE, "", 3),
    (Tactic.PICKET, gettext_lazy("A bigger one."), 4),
    (Tactic.SOCIAL_CIRCLE, "", 4),
)


class Standing(models.TextChoices):
    DONE = "done", gettext_lazy("done")
    PLANNED = "planned", gettext_lazy("planned")
    NEXT = "next", gettext_lazy("next")
    LATER = "later", gettext_lazy("later")


@dataclass(frozen=True)
class PlanStep:
    """A step of the plan as it stands today. `begins` is None while no clock has run out."""

    tactic: str
    note: str
    week: int
    standing: Standing
    begins: dt.date | None

    @property
    def label(self) -> str:
        return str(Tactic(self.tactic).label)

    @property
    def when(self) -> str:
        if self.begins:
            return _("from %(day)s") % {"day": date_in_words(self.begins, short=True, year=False)}
        return week_in_words(self.week)


def week_in_words(week: int) -> str:
    if week == 0:
        return _("in the days after the deadline")
    return _("in week %(n)s after the deadline") % {"n": week}


def steps(
    case: Any,
    rungs: Iterable[Any],
    actions: Iterable[Any],
    *,
    voted_on: dt.date | None,
    now: dt.datetime,
) -> list[PlanStep]:
    """Return the steps of the plan of a case, in order. `voted_on` is the day of its vote.

    Two steps of one kind are carried out by the first and the second action of that kind.
    """
    deeds = _deeds(actions, since=voted_on, now=now)
    first_day, found, has_next = _first_day(case, voted_on), [], False
    for rung in rungs:
        deed = next((deed for deed in deeds if deed.tactic == rung.tactic), None)
        if deed is not None:
            deeds.remove(deed)
            standing = Standing.DONE if _took_place(deed, now) else Standing.PLANNED
        else:
            standing = Standing.LATER if has_next else Standing.NEXT
            has_next = True
        begins = first_day and first_day + dt.timedelta(weeks=rung.week)
        found.append(PlanStep(rung.tactic, rung.note, rung.week, standing, begins))
    return found


def _deeds(actions: Iterable[Any], *, since: dt.date | None, now: dt.datetime) -> list[Any]:
    if since is None:
        return []
    rows = [
        action
        for action in actions
        if timezone.localdate(action.starts_at) >= since
        and action.state != Action.State.CANCELLED
        and not (action.state == Action.State.DRAFT and action.ends_at < now)
    ]
    return sorted(rows, key=lambda action: action.starts_at)


def _took_place(action: Any, now: dt.datetime) -> bool:
    """Say whether it was held; nobody may have written down yet how it went."""
    is_past = action.state in Action.State.on() and action.ends_at < now
    return is_past or action.state in Action.State.over()


def _first_day(case: Any, voted_on: dt.date | None) -> dt.date | None:
    """Return the first day of week 0: the day after the deadline, or after the vote."""
    if case.deadline_at is None or case.state not in CaseState.FIGHTING:
        return None
    last = timezone.localdate(case.deadline_at)
    return max(last + dt.timedelta(days=1), voted_on or last)


def next_of(plan: Iterable[PlanStep]) -> PlanStep | None:
    return next((step for step in plan if step.standing == Standing.NEXT), None)


def deadline_is_over(case: Any, now: dt.datetime) -> bool:
    """Say whether pressure may begin. The day of the deadline still belongs to the target."""
    if case.state == CaseState.ESCALATING:
        return True
    if case.state != CaseState.CLOCK_RUNNING or case.deadline_at is None:
        return False
    return timezone.localdate(now) > timezone.localdate(case.deadline_at)


def is_soon(step: PlanStep, now: dt.datetime) -> bool:
    soon = timezone.localdate(now) + dt.timedelta(days=GAP)
    return step.begins is None or step.begins <= soon


def has_gap(case: Any, actions: Iterable[Any], now: dt.datetime) -> bool:
    """Say whether a fight under way has nothing planned, announced or not, for the next days."""
    if case.state != CaseState.ESCALATING:
        return False
    last = timezone.localdate(now) + dt.timedelta(days=GAP)
    planned = (Action.State.DRAFT, *Action.State.on())
    return not any(
        action.state in planned
        and action.ends_at >= now
        and timezone.localdate(action.starts_at) <= last
        for action in actions
    )


def prompt(
    case: Any, plan: Sequence[PlanStep], actions: Iterable[Any], now: dt.datetime
) -> tuple[str, PlanStep | None]:
    """Return what the plan asks for now, in words, and the step; ("", None) where nothing.

    It offers, and a person decides: nothing here plans or announces anything.
    """
    if not deadline_is_over(case, now):
        return "", None
    step, gap = next_of(plan), has_gap(case, actions, now)
    parts = [_("Nothing is planned for the next %(days)s days.") % {"days": GAP}] if gap else []
    if step and not gap and not is_soon(step, now):
        return "", None
    if step:
        if case.state == CaseState.CLOCK_RUNNING:
            parts.append(_("The deadline passed."))
        parts.append(_("The plan says: %(step)s.") % {"step": step.label})
    elif gap and plan:
        parts.append(_("All steps of the plan are done or on their way."))
    return " ".join(parts), step


# Is it more than the group can carry?


def too_much(wanted: Iterable[Proposed], *, came: Sequence[int]) -> list[str]:
    """Return kind sentences where a plan asks for more than came lately, or for much in a row.

    `came` are the headcounts of the last actions, of everybody's together and of nobody's alone.
    """
    wanted = list(wanted)
    notes = {step.tactic: NOTES[Tactic(step.tactic)] for step in wanted}
    said = []
    if came:
        big = [step for step in wanted if notes[step.tactic].least > max(came)]
        names = dict.fromkeys(str(Tactic(step.tactic).label) for step in big)
        if names:
            said.append(_lately(came) + " " + _for_more_people(list(names)))
    busy = sorted({step.week for step in wanted if notes[step.tactic].least >= MANY})
    if any({week, week + 1, week + 2} <= set(busy) for week in busy):
        said.append(
            _(
                "Three weeks in a row need many people. That wears a small group out. Put a step "
                "for two to four people in between."
            )
        )
    return said


def _lately(came: Sequence[int]) -> str:
    if min(came) == max(came):
        return _("Lately %(n)s came.") % {"n": max(came)}
    return _("Lately %(least)s to %(most)s came.") % {"least": min(came), "most": max(came)}


def _for_more_people(names: list[str]) -> str:
    text = _("This takes more: %(names)s. Ask another group to join, or keep it for later.")
    return text % {"names": ", ".join(names)}
