"""Planning an action, announcing it, calling it off, and writing down what happened."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from campaigns.models import Case, Event, User
from campaigns.models.log import record
from escalation import (
    check_ins,
    debriefs,
    no_trespass,
    outbox,
    places,
    publicity,
    standing_down,
    step_voices,
)
from escalation.models import Action, ActionRole


class ActionRefused(Exception):
    """Nothing was written. The text of the exception is a sentence for the person."""


class PlacesTaken(ActionRefused):
    """Some roles would have fewer places than people. `sentences` has one for each such role."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        self.sentences = sentences
        super().__init__(" ".join(sentences.values()))


def plan(
    *,
    by: User,
    cases: Iterable[Case],
    leads: Iterable[User],
    roles: Mapping[str, int],
    form_key: uuid.UUID,
    **facts: Any,
) -> Action:
    """Write down an action that nobody is told of yet. The same form sent twice makes one."""
    with transaction.atomic():
        action, is_new = Action.objects.get_or_create(
            form_key=form_key, defaults={"created_by": by, **facts}
        )
        if is_new:
            action.leads.set(leads)
            _set_roles(action, roles)
            _add_cases(action, cases, by=by)
    return action


def change(
    action: Action,
    *,
    by: User,
    now: dt.datetime,
    save: Callable[[], bool],
    cases: Iterable[Case],
    leads: Iterable[User],
    roles: Mapping[str, int],
    notices_read: bool = False,
) -> bool:
    """Change a planned or announced action. Return False when somebody saved meanwhile.

    `save` writes the action's own fields and says whether nobody was faster. `cases` are added to
    those there are. A role cannot have fewer places than people: that raises `PlacesTaken`.
    Of another time or place those who signed up are told. Once it is announced, another kind of
    action or another fight asks anew for the yes of each person affected.
    """
    with transaction.atomic():
        standing_down.hold_cases(action)
        # A full lock would make sign-ups wait, whose role this waits for: the two would block.
        locked = Action.objects.select_for_update(no_key=True).get(pk=action.pk)
        if refusal := why_not_changed(locked, now):
            raise ActionRefused(refusal)
        if not save():
            return False
        action.leads.set(leads)
        _set_roles(action, roles)
        places.move_up(action, now=now)
        _log(action, Event.ACTION_CHANGED, by=by)
        known = _cases_of(action)
        _add_cases(action, cases, by=by)
        fresh = _asked_again(locked, Action.objects.get(pk=action.pk))
        if notices_read:
            no_trespass.read_notices(fresh, by=by)
        if fresh.is_on and (no := publicity.why_not_announced(fresh)):
            raise ActionRefused(no)
        is_another = fresh.tactic != locked.tactic or _cases_of(fresh) != known
        if fresh.is_on and is_another and (no := step_voices.why_not_announced(fresh, by=by)):
            raise ActionRefused(no)
        if fresh.is_on:
            outbox.tell_change(locked, fresh)
    return True


def announce(
    action: Action,
    *,
    by: User,
    now: dt.datetime,
    notices_read: bool = False,
    they_want_it: bool = False,
) -> None:
    """Open the sign-up and tell the members. Announcing what is announced already changes nothing.

    Each person affected has said yes to a step of this kind. What tells strangers the story waits
    for the vote on publicity as well. Near a place that a notice tells us to stay away from, those
    who run it have read the notice. Of people not heard for two weeks somebody says that they were
    reached and want this.
    """
    if action.starts_at <= now:
        raise ActionRefused(_("The start has passed. Change the time first."))
    with transaction.atomic():
        standing_down.hold_cases(action)
        if refusal := standing_down.why_not_announced(action):
            raise ActionRefused(refusal)
        if refusal := publicity.why_not_announced(action):
            raise ActionRefused(refusal)
        if notices_read:
            no_trespass.read_notices(action, by=by)
        elif refusal := no_trespass.why_not_announced(action):
            raise ActionRefused(refusal)
        drafts = Action.objects.filter(pk=action.pk, state=Action.State.DRAFT)
        if drafts.update(state=Action.State.ANNOUNCED):
            silent = check_ins.needing_a_yes(action, now=now)
            if silent and not they_want_it:
                raise ActionRefused(check_ins.needs_a_yes(silent))
            if refusal := step_voices.why_not_announced(action, by=by):
                raise ActionRefused(refusal)
            said = _("We reached them and they want this.") if silent else ""
            _log(action, Event.ACTION_ANNOUNCED, by=by, note=said)
            outbox.tell_announced(action)
            return
    if refusal := Action.objects.get(pk=action.pk).refusal(now):
        raise ActionRefused(refusal)


def cancel(action: Action, *, by: User, reason: str) -> None:
    """Call it off. `reason` stands on the public page; who signed up stays on the list and is told.

    Of a draft nobody has been told, and nobody is now: its reason stands in the log only.
    """
    with transaction.atomic():
        standing_down.hold_cases(action)
        draft = Action.objects.filter(pk=action.pk, state=Action.State.DRAFT)
        told = Action.objects.filter(
            pk=action.pk, state__in=[*Action.State.on(), Action.State.POSTPONED]
        )
        done = draft.update(state=Action.State.CANCELLED) or told.update(
            state=Action.State.CANCELLED, cancel_reason=reason, version=F("version") + 1
        )
        if not done:
            raise ActionRefused(why_not_cancelled(Action.objects.get(pk=action.pk)))
        _log(action, Event.ACTION_CANCELLED, by=by, note=reason)
        outbox.tell_cancelled(action)


def close(
    action: Action,
    *,
    by: User,
    debrief: str,
    now: dt.datetime,
    seen_version: int | None = None,
    moved: Mapping[int, str] | None = None,
    **parts: Any,
) -> bool:
    """Write down what happened, and in each case's log how many came.

    `parts` are the other parts of the debrief; `moved` says by the number of a case what the
    action moved there. Return False when somebody wrote meanwhile. Who has seen that, by its
    version, puts their own text in its place; the log keeps both.
    """
    facts, moved = {"debrief": debrief} | parts, moved or {}
    with transaction.atomic():
        standing_down.hold_cases(action)
        locked = Action.objects.select_for_update(no_key=True).get(pk=action.pk)
        event = Event.ACTION_CHANGED
        if locked.state != Action.State.DEBRIEFED:
            if refusal := why_not_closed(locked, now):
                raise ActionRefused(refusal)
            event = Event.ACTION_HELD
            outbox.tell_thanks(locked)
        elif debriefs.says(locked, facts, moved):
            return True
        elif seen_version != locked.version:
            return False
        locked.state = Action.State.DEBRIEFED
        locked.version += 1
        locked.save(update_fields=["state", "version"])
        debriefs.write(locked, facts, moved)
        debriefs.log(locked, event, by=by)
    return True


def why_not_closed(action: Action, now: dt.datetime) -> str:
    """Return why it cannot be closed now, as a sentence, or an empty string."""
    if action.state in Action.State.over():
        return ""
    if not action.is_on:
        return action.refusal(now)
    if now <= action.ends_at:
        return _("Write down what happened once the action is over.")
    return ""


def why_not_changed(action: Action, now: dt.datetime) -> str:
    """Return why it cannot be changed now, as a sentence, or an empty string."""
    return "" if action.state == Action.State.DRAFT else action.refusal(now)


def why_not_cancelled(action: Action) -> str:
    """Return why it cannot be cancelled, as a sentence, or an empty string."""
    if action.state in Action.State.over():
        return _("This action is over.")
    return _("This action is cancelled.") if action.state == Action.State.CANCELLED else ""


def _asked_again(before: Action, after: Action) -> Action:
    """Take back that it goes ahead where it now starts at another time: that was not decided."""
    if after.state == Action.State.GO and before.starts_at != after.starts_at:
        after.state, after.decided_by, after.decided_at = Action.State.ANNOUNCED, None, None
        after.save(update_fields=["state", "decided_by", "decided_at"])
    return after


def _log(action: Action, event: str, *, by: User, **values: Any) -> None:
    for case in action.cases.all():
        record(case, event, by=by, what=action.title, **values)


def _cases_of(action: Action) -> set[int]:
    return set(action.cases.values_list("pk", flat=True))


def _add_cases(action: Action, cases: Iterable[Case], *, by: User) -> None:
    known = _cases_of(action)
    for case in cases:
        if case.pk not in known:
            action.cases.add(case)
            record(case, Event.ACTION_PLANNED, by=by, what=action.title)


def _set_roles(action: Action, wanted: Mapping[str, int]) -> None:
    """Give each role kind the wanted number of places; without a number it is not needed."""
    there = {role.kind: role for role in action.roles.select_for_update().order_by("pk")}
    too_few = {
        kind: _("%(n)s have taken this role. It needs as many places at least.") % {"n": role.taken}
        for kind, role in there.items()
        if role.taken > wanted.get(kind, 0)
    }
    if too_few:
        raise PlacesTaken(too_few)
    for kind in ActionRole.Kind.values:
        places, role = wanted.get(kind, 0), there.get(kind)
        if role is None and places:
            ActionRole.objects.create(action=action, kind=kind, capacity=places)
        elif role and not places:
            role.delete()
        elif role and role.capacity != places:
            role.capacity = places
            role.save(update_fields=["capacity"])
