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
    "hold_review_on",
    "close_reason",
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
    """
    with transaction.atomic():
        locked = lock(case)
        if locked.state not in TRANSITIONS[name]:
            raise MoveRefused([not_from_here(locked)])
        yield locked
        fresh = CaseLifecycle.objects.with_facts().get(pk=case.pk)
        _ask_guards(fresh, name)
        source = fresh.state
        getattr(fresh, name)()
        for field in MOVE_FIELDS:
            setattr(fresh, field, getattr(locked, field))
        _write_state(fresh)
        record(
            fresh,
            Event.MOVE,
            by=by,
            reason=reason,
            note=note,
            from_state=source,
            to_state=fresh.state,
            **data,
        )


def lock(case: Case) -> CaseLifecycle:
    locked = CaseLifecycle.objects.select_for_update(of=("self",)).filter(pk=case.pk).first()
    if locked is None:
        raise MoveRefused([_("Somebody deleted this case meanwhile.")])
    return locked


def _ask_guards(case: CaseLifecycle, name: str) -> None:
    rule = TRANSITIONS[name][case.state]
    now = timezone.now()
    asked = (ask(case, now) for ask in rule["needs"] + rule["records"])
    if reasons := [sentence for sentence in asked if sentence]:
        raise MoveRefused(reasons)


def _write_state(case: CaseLifecycle) -> None:
    case.state_since = timezone.now()
    case.closed_at = case.state_since if case.state in CaseState.CLOSED else None
    case.version = F("version") + 1
    case.save(update_fields=["state", "state_since", "closed_at", "version", *MOVE_FIELDS])
