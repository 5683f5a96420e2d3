"""What an action came to, written down by those who ran it: on its page and in each case's log."""

from collections.abc import Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaigns.models import Case, IncidentKind, User
from campaigns.models.log import record
from escalation.models import Action, Effect, Incident

# What of the police should stand in a case's list of incidents, by the kinds that say so.
_TENSE = (IncidentKind.POLICE, IncidentKind.NO_TRESPASS, IncidentKind.ASSAULT)


def says(action: Action, facts: Mapping[str, Any], moved: Mapping[int, str]) -> bool:
    """Say whether all of it stands there already, word for word."""
    there = effects_of(action)
    return all(getattr(action, name) == value for name, value in facts.items()) and all(
        there.get(case, "") == text for case, text in moved.items()
    )


def effects_of(action: Action) -> dict[int, str]:
    """Return by the number of the case what the action moved in it."""
    return dict(action.effects.values_list("case_id", "text"))


def write(action: Action, facts: Mapping[str, Any], moved: Mapping[int, str]) -> None:
    """Write it into an action that is locked; the parts that are not given stay."""
    for name, value in facts.items():
        setattr(action, name, value)
    action.save(update_fields=[*facts])
    for case, text in moved.items():
        Effect.objects.update_or_create(action=action, case_id=case, defaults={"text": text})


def log(action: Action, event: str, *, by: User) -> None:
    """Tell it in the timeline of each case, with how many came and what moved there."""
    came = Action.objects.with_turnout().get(pk=action.pk).came
    there = effects_of(action)
    for case in action.cases.all():
        note = _in_words(action, there.get(case.pk, ""))
        record(case, event, by=by, what=action.title, came=came, note=note)


def _in_words(action: Action, moved: str) -> str:
    """Return the debrief as the timeline of one case tells it, one part on each line."""
    parts = [
        action.debrief,
        _labelled("police", action, action.get_police_display()),
        _labelled("their_answer", action, action.their_answer),
        f"{_('What it moved')}: {moved}" if moved else "",
        _labelled("next_time", action, action.next_time),
    ]
    return "\n".join(part for part in parts if part)


def _labelled(name: str, action: Action, text: Any) -> str:
    return f"{capfirst(action._meta.get_field(name).verbose_name)}: {text}" if text else ""


def seen_by(action: Action, user: User) -> dict[str, Any]:
    """Return what the page of a debriefed action shows to `user`, who runs it.

    What it moved in a case, and that an incident should be noted there, is for its team alone.
    """
    cases = list(action.cases.filter(pk__in=Case.objects.opened_to(user).values("pk")))
    there = effects_of(action)
    noted: set[int] = set()
    if action.was_tense:
        since = Incident.objects.filter(kind__in=_TENSE, happened_at__gte=action.starts_at)
        noted = set(since.filter(case__in=cases).values_list("case_id", flat=True))
    return {
        "effects": [(case, there[case.pk]) for case in cases if there.get(case.pk)],
        "tell_team": action.was_tense and not cases,
        "unnoted": [case for case in cases if action.was_tense and case.pk not in noted],
    }
