"""What those who run an action decide about it: go, another day, or that it took place.

Nothing here happens by itself. Two days before, the leads are asked; an action nobody decided is
still announced, and people still come. Each of these is one conditional UPDATE, so that of two
people who decide at once one does and the other reads what stands.
"""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from campaigns.models import Event, User
from campaigns.models.log import record
from escalation import (
    check_ins,
    no_trespass,
    outbox,
    publicity,
    standing_down,
    step_voices,
)
from escalation.actions import ActionRefused
from escalation.models import Action

State = Action.State


def go(action: Action, *, by: User, now: dt.datetime) -> None:
    """Say that it goes ahead. Said twice, the first one stands."""
    with transaction.atomic():
        standing_down.hold_cases(action)
        announced = Action.objects.filter(
            pk=action.pk,
            state=State.ANNOUNCED,
            starts_at__lte=now + Action.DECIDED_BEFORE,
            ends_at__gte=now,
        )
        said = {"decided_by": by, "decided_at": now}
        if announced.update(state=Action.State.GO, version=F("version") + 1, **said):
            _note(action, by=by, note=_("It goes ahead."))
            return
        fresh = Action.objects.get(pk=action.pk)
        if fresh.state != State.GO and (refusal := why_no_go(fresh, now)):
            raise ActionRefused(refusal)


def why_no_go(action: Action, now: dt.datetime) -> str:
    """Return why nobody can say now that it goes ahead, as a sentence, or an empty string."""
    if refusal := action.refusal(now):
        return refusal
    if action.starts_at > now + Action.DECIDED_BEFORE:
        return _("This is decided from 48 hours before the start.")
    return ""


def postpone(action: Action, *, by: User, reason: str, now: dt.datetime) -> None:
    """Put it off, without a new time yet. Who signed up stays on the list and is told.

    `reason` stands on the public page.
    """
    with transaction.atomic():
        standing_down.hold_cases(action)
        ahead = Action.objects.ahead(now).filter(pk=action.pk)
        said = {"why_postponed": reason, "decided_by": by, "decided_at": now}
        if not ahead.update(state=Action.State.POSTPONED, version=F("version") + 1, **said):
            raise ActionRefused(why_not_postponed(Action.objects.get(pk=action.pk), now))
        _note(action, by=by, note=_("Postponed: %(why)s") % {"why": reason})
        outbox.tell_postponed(Action.objects.get(pk=action.pk))


def why_not_postponed(action: Action, now: dt.datetime) -> str:
    """Return why it cannot be postponed now, as a sentence, or an empty string."""
    if action.state == State.POSTPONED:
        return _("This action is postponed already.")
    if action.state == State.DRAFT:
        return _("Nobody was told of it yet. Change its time instead.")
    return action.refusal(now)


def set_time(
    action: Action,
    *,
    by: User,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    now: dt.datetime,
    they_want_it: bool = False,
) -> None:
    """Give a postponed action its new time: people are awaited again, told, and asked again.

    What holds when it is announced holds now: that its fight does not rest, publicity, the notices
    near it, the yes of each person affected, and that they were heard.
    """
    with transaction.atomic():
        standing_down.hold_cases(action)
        if refusal := (
            standing_down.why_not_announced(action)
            or publicity.why_not_announced(action)
            or no_trespass.why_not_announced(action)
            or step_voices.why_not_announced(action, by=by)
        ):
            raise ActionRefused(refusal)
        silent = check_ins.needing_a_yes(action, now=now)
        if silent and not they_want_it:
            raise ActionRefused(check_ins.needs_a_yes(silent))
        postponed = Action.objects.filter(pk=action.pk, state=State.POSTPONED)
        nobody = {"why_postponed": "", "decided_by": None, "decided_at": None}
        times = {"starts_at": starts_at, "ends_at": ends_at}
        if not postponed.update(
            state=Action.State.ANNOUNCED, version=F("version") + 1, **times, **nobody
        ):
            raise ActionRefused(why_no_new_time(Action.objects.get(pk=action.pk), now))
        _note(action, by=by, note=_("It has a new time."))
        outbox.tell_new_time(Action.objects.get(pk=action.pk))


def why_no_new_time(action: Action, now: dt.datetime) -> str:
    """Return why no new time can be set now, as a sentence, or an empty string."""
    if action.state == State.POSTPONED:
        return ""
    return action.refusal(now) or _("This action is not postponed. It has its time.")


def confirm_held(action: Action, *, by: User, now: dt.datetime) -> None:
    """Note that it took place. What happened there may be written down later."""
    with transaction.atomic():
        standing_down.hold_cases(action)
        ended = Action.objects.filter(pk=action.pk, state__in=State.on(), ends_at__lt=now)
        if ended.update(state=Action.State.HELD, version=F("version") + 1):
            _note(action, by=by, note=_("It took place."))
            return
        fresh = Action.objects.get(pk=action.pk)
        if fresh.state not in State.over():
            raise ActionRefused(why_not_held(fresh, now))


def why_not_held(action: Action, now: dt.datetime) -> str:
    """Return why nobody can say yet that it took place, as a sentence, or an empty string."""
    if not action.is_on:
        return action.refusal(now)
    return "" if action.ends_at < now else _("Say so once it is over.")


def _note(action: Action, *, by: User, note: str) -> None:
    for case in action.cases.all():
        record(case, Event.ACTION_CHANGED, by=by, what=action.title, note=note)
