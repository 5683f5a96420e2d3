"""The one door a case moves through.

It locks the case, checks that the move starts from the state the case is in, lets the verb write
what the move records, asks the guards, moves, and logs: all in one transaction.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseState, Event, User
from campaigns.models.log import record
from escalation import public_pages, queue_order
from escalation.models import CaseLifecycle
from escalation.models.lifecycle import transitions

TRANSITIONS = transitions()

# Header fields that only a move writes.
MOVE_FIELDS = (
    "responsible",
    "demanded",
    "deadline_at",
    "deadline_extended",
    "held_state",
    "hold_reason",
    "hold_review_on",
    "close_reason",
    "queue_position",
    "queue_check_on",
    "merged_into",
    "protected_activity_on",
    "publicity",
)
# What a move overwrites. It is kept with the log entry, so that a wrong move can be put right.
_KEPT = tuple(
    CaseLifecycle._meta.get_field(name).attname
    for name in (*MOVE_FIELDS, "state_since", "closed_at")
)


class MoveRefused(Exception):
    """The move may not happen now. `reasons` are whole sentences for the person who asked."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = list(reasons)
        super().__init__(" ".join(self.reasons))


def blocked_by(case: CaseLifecycle, name: str, *, now: dt.datetime) -> list[str]:
    """Return what is missing before `name` can be offered for a case read `with_facts()`."""
    rule = TRANSITIONS[name].get(case.state)
    if rule is None:
        return [not_from_here(case)]
    return [sentence for ask in rule["needs"] if (sentence := ask(case, now))]


def not_from_here(case: CaseLifecycle) -> str:
    state = CaseState(case.state).label
    return _("This cannot be done while the case is at “%(state)s”.") % {"state": state}


@contextmanager
def moving(
    case: Case,
    name: str,
    *,
    by: User | None,
    reason: str = "",
    note: str = "",
    **data: Any,
) -> Iterator[CaseLifecycle]:
    """Lock the case for the body, which writes what the move records; then check, move and log.

    What the body sets on the locked case among `MOVE_FIELDS` is written together with the state.
    What it puts into `locked.wrote`, {"name": key}, is kept with the entry for putting it right.
    """
    with transaction.atomic():
        queue_order.hold_for(case)
        locked = lock(case)
        if locked.state not in TRANSITIONS[name]:
            raise MoveRefused([not_from_here(locked)])
        before = kept_of(locked)
        locked.wrote, locked.as_it_was = {}, {}
        yield locked
        fresh = CaseLifecycle.objects.with_facts().get(pk=case.pk)
        for fact, value in locked.as_it_was.items():
            setattr(fresh, fact, value)
        _ask_guards(fresh, name)
        source = fresh.state
        getattr(fresh, name)()
        for field in MOVE_FIELDS:
            setattr(fresh, field, getattr(locked, field))
        _end_overlays(fresh)
        _write_state(fresh, source)
        record(
            fresh,
            Event.MOVE,
            by=by,
            reason=reason,
            note=note,
            from_state=source,
            to_state=fresh.state,
            **data,
            move=name,
            before=_overwritten(before, kept_of(fresh)),
            wrote=locked.wrote,
        )
        public_pages.follow(fresh, by=by)


def ask_as_it_is(locked: CaseLifecycle, *facts: str) -> None:
    """Let the guards ask these facts as they are now, before the move itself changes them."""
    known = CaseLifecycle.objects.with_facts().get(pk=locked.pk)
    locked.as_it_was |= {fact: getattr(known, fact) for fact in facts}


def kept_of(case: Case) -> dict[str, Any]:
    return {name: getattr(case, name) for name in _KEPT}


def _overwritten(before: dict[str, Any], after: dict[str, Any]) -> dict[str, str | None]:
    """Return what a move wrote over, as JSON holds it; what was empty is None."""
    return {
        name: None if value in (None, "") else str(value)
        for name, value in before.items()
        if value != after[name]
    }


def put_back(case: CaseLifecycle, *, state: str, before: dict[str, str | None]) -> None:
    """Return a locked case to `state`, with what the move that is put right wrote over."""
    involved = {case.state, case.held_state, state}
    case.put_right(state)
    for name, kept in before.items():
        field = case._meta.get_field(name.removesuffix("_id"))
        field = getattr(field, "target_field", field)
        value = field.get_default() if kept is None else field.to_python(kept)
        setattr(case, name, value)
    case.version = F("version") + 1
    case.save(update_fields=["state", "version", *before])
    if CaseState.QUEUED in involved:
        queue_order.renumber(back=case)


def lock(case: Case) -> CaseLifecycle:
    locked = CaseLifecycle.objects.select_for_update(of=("self",)).filter(pk=case.pk).first()
    if locked is None:
        raise MoveRefused([_("Somebody deleted this case meanwhile.")])
    if locked.forgotten_at:
        raise MoveRefused([_("What it was about was deleted. Open a new case instead.")])
    return locked


def _ask_guards(case: CaseLifecycle, name: str) -> None:
    rule = TRANSITIONS[name][case.state]
    now = timezone.now()
    asked = (ask(case, now) for ask in rule["needs"] + rule["records"])
    if reasons := [sentence for sentence in asked if sentence]:
        raise MoveRefused(reasons)


def _end_overlays(case: CaseLifecycle) -> None:
    """A pause and a place in the queue end with the state they belong to, whatever ends it."""
    if case.state != CaseState.ON_HOLD:
        case.held_state, case.hold_reason, case.hold_review_on = "", "", None
    if CaseState.QUEUED not in (case.state, case.held_state):
        case.queue_position, case.queue_check_on = None, None


def _write_state(case: CaseLifecycle, source: str) -> None:
    """Write the new state. A move that stays where it was does not start its days anew."""
    if case.state != source:
        case.state_since = timezone.now()
        case.closed_at = case.state_since if case.state in CaseState.CLOSED else None
    case.version = F("version") + 1
    case.save(update_fields=["state", "state_since", "closed_at", "version", *MOVE_FIELDS])
    if CaseState.QUEUED in (source, case.state, case.held_state):
        queue_order.renumber()
