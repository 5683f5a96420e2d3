"""One switch for a pause, an agreement and an end: what was ahead for the fight is called off.

The move that pauses or ends a fight calls it in its own transaction. Who signed up is told, their
reminders stop, and what still hangs is taken down. When a pause ends nothing comes back by itself.
"""

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from campaigns.models import Case, CaseState, Event, User
from campaigns.models.log import record
from campaigns.wording import date_in_words
from escalation import hanging, outbox
from escalation.check_ins import ASKED_IN
from escalation.models import Action, CaseLifecycle
from escalation.models.actions import ActionQuerySet

State = Action.State
# The moves that switch it, by their names on the pages.
SWITCHES = ("hold", "hold_longer", "agree", "win", "settle", "lose", "drop")
# Stored as it stands here, so that everybody reads it in the language of their page.
WHY = gettext_noop("It is not needed for now.")
_RESTING = (CaseState.ON_HOLD, CaseState.AGREED)
_AHEAD = (State.DRAFT, *State.on(), State.POSTPONED)


def stand_down(locked: CaseLifecycle, *, by: User) -> None:
    """Call off what is ahead for this fight alone; leave it out where an action serves another.

    Call it in the transaction of the move, which holds the case. Each action is locked before its
    cases are asked for, so that two fights that rest in the same moment leave none behind.
    """
    hanging.take_down(locked, by=by)
    called_off, left_out = [], []
    for action in _ahead(locked, timezone.now()).select_for_update(no_key=True, of=("self",)):
        if _serves_another(action, locked):
            action.cases.remove(locked)
            note = _("It takes place for another fight, and no longer for this one.")
            record(locked, Event.ACTION_CHANGED, by=by, what=action.title, note=note)
            left_out.append(action.pk)
        else:
            _call_off(action, locked, by=by)
            called_off.append(action.pk)
    if called_off:
        locked.wrote["called_off"] = called_off
    if left_out:
        locked.wrote["left_out"] = left_out


def _call_off(action: Action, locked: CaseLifecycle, *, by: User) -> None:
    changed = {"state": State.CANCELLED, "version": F("version") + 1}
    if action.state != State.DRAFT:  # of a draft nobody was told, and nobody is now
        changed["cancel_reason"] = WHY
    Action.objects.filter(pk=action.pk).update(**changed)
    note = _("The fight rests or has ended.")
    record(locked, Event.ACTION_CANCELLED, by=by, what=action.title, note=note)
    if action.state != State.DRAFT:
        outbox.tell_cancelled(action)


def _ahead(case: Case, now: dt.datetime) -> ActionQuerySet:
    """Return what is ahead. What has begun is not called off: people are there."""
    still = Q(starts_at__gt=now) | Q(state=State.POSTPONED)
    serving = Action.cases.through.objects.filter(action=OuterRef("pk"), case=case)
    return Action.objects.filter(still, Exists(serving), state__in=_AHEAD).order_by("pk")


def _serves_another(action: Action, case: Case) -> bool:
    return action.cases.filter(state__in=ASKED_IN).exclude(pk=case.pk).exists()


def in_words(case: Case, name: str, *, now: dt.datetime) -> list[str]:
    """Return what the move `name` would call off and leave out, for the page before it."""
    if name not in SWITCHES:
        return []
    others = Case.objects.filter(actions=OuterRef("pk"), state__in=ASKED_IN).exclude(pk=case.pk)
    said = []
    for action in _ahead(case, now).annotate(serves_another=Exists(others)):
        named = {
            "what": action.title,
            "day": date_in_words(action.starts_at, short=True, year=False),
        }
        if action.serves_another:
            text = _("“%(what)s” on %(day)s goes on for another fight, without this one.")
        elif action.state == State.DRAFT:
            text = _("“%(what)s” on %(day)s is called off. Nobody was told of it yet.")
        else:
            text = _(
                "“%(what)s” on %(day)s is called off. Who left an e-mail is told. Call the others."
            )
        said.append(text % named)
    if case.state not in hanging.QUIET and hanging.may_hang(case):
        said.append(_("The team gets a task: take down the posters that still hang."))
    return said


def hold_cases(action: Action) -> None:
    """Hold the cases of an action until the transaction ends, as the moves do: cases before
    actions, so that an action and a move never wait for each other."""
    cases = Case.objects.filter(pk__in=action.cases.values("pk")).order_by("pk")
    list(cases.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))


def why_not_announced(action: Action) -> str:
    """Return why nobody is called to an action whose fights all rest or have ended."""
    cases = list(action.cases.all())
    if not cases or any(not (case.closed_at or case.state in _RESTING) for case in cases):
        return ""
    names = ", ".join(case.reference for case in cases)
    return _("%(cases)s rests or has ended. Nobody is called to an action for it now.") % {
        "cases": names
    }
