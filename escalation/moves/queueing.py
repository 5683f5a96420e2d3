"""The queue: who is next, and whether those who wait still want it."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseState, Event, User
from campaigns.models.log import record
from escalation import queue_order
from escalation.models import CaseLifecycle
from escalation.moving import MoveRefused, lock, not_from_here

# Days until we ask again, unless another day is chosen, and the furthest day that may be.
CHECK_DAYS, FURTHEST_CHECK = 30, 90


def change_place(case: Case, *, by: User, up: bool) -> int:
    """Move a case one place up or down, and return its place."""
    with transaction.atomic():
        locked = _lock_waiting(case)
        queue_order.renumber()
        waiting = list(Case.objects.in_queue().values_list("pk", flat=True))
        here = waiting.index(locked.pk)
        there = here - 1 if up else here + 1
        if not 0 <= there < len(waiting):
            raise MoveRefused([_("It is the first already.") if up else _("It is the last.")])
        Case.objects.filter(pk=waiting[there]).update(queue_position=here + 1)
        Case.objects.filter(pk=locked.pk).update(queue_position=there + 1)
        record(case, Event.QUEUE_MOVED, by=by, place=there + 1)
    return there + 1


def check_in_queued(case: Case, *, by: User, next_on: dt.date, note: str = "") -> None:
    """Note that we asked and they still want it, and when we ask again."""
    today = timezone.localdate()
    if not today < next_on <= today + dt.timedelta(days=FURTHEST_CHECK):
        raise MoveRefused([_("Choose a day within the next %(days)s days.") % _FURTHEST])
    with transaction.atomic():
        locked = _lock_waiting(case)
        locked.queue_check_on, locked.version = next_on, F("version") + 1
        locked.save(update_fields=["queue_check_on", "version"])
        record(case, Event.QUEUE_CHECKED, by=by, note=note.strip(), deadline=next_on.isoformat())


_FURTHEST = {"days": FURTHEST_CHECK}


def _lock_waiting(case: Case) -> CaseLifecycle:
    queue_order.hold()
    locked = lock(case)
    if CaseState.QUEUED not in (locked.state, locked.held_state):
        raise MoveRefused([not_from_here(locked)])
    return locked
