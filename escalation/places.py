"""The places of a role, and the list of those who wait for one.

`ActionRole.taken` says how many places are given, and only an UPDATE with the condition
`taken < capacity` raises it. A full role gives numbers instead, by an UPDATE with the opposite
condition: whichever of the two a row sees is true until its transaction ends. So a place is never
free while somebody waits, and nobody comes in front of somebody who was there before.

Locks are taken in one order: the roles of the action by number, then people.
"""

import datetime as dt
from collections import Counter

from django.db import connection
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from escalation import outbox
from escalation.models import Action, ActionRole, SignUp

# Between a look at the places and one at the list a place may come free, or go again.
LOOKS = 8
# What all wait for in a burst stands here and is not put together each time. Both databases read
# it, and of one row it is atomic on both: whoever comes second sees what the first has left.
TAKE_PLACE = (
    "UPDATE escalation_actionrole SET taken = taken + 1"
    " WHERE id = %s AND action_id = %s AND taken < capacity RETURNING taken"
)
TAKE_NUMBER = (
    "UPDATE escalation_actionrole SET last_number = last_number + 1"
    " WHERE id = %s AND action_id = %s AND taken >= capacity RETURNING last_number"
)
# Roles that were full when this process last looked, so that it looks at their list first. It may
# be wrong, which costs one look more.
_seen_full: set[int] = set()


class SignUpRefused(Exception):
    """Nothing was written. The text of the exception is a sentence for the person."""


class NoSuchRole(SignUpRefused):
    """The role is none of this action, or not needed any more."""

    def __init__(self) -> None:
        super().__init__(_("This is no role of this action. Choose another."))


def take(row: SignUp, role: ActionRole) -> bool:
    """Give `row`, which the caller stores, a place in the role, or the last number on its list.

    Nothing of `role` but its number has to be true. Return whether it is a place. What the row held
    before is the caller's to give back.
    """
    this = [role.pk, row.action_id]
    for look in range(LOOKS):
        if (look or role.pk not in _seen_full) and _raise(TAKE_PLACE, this):
            _seen_full.discard(role.pk)
            row.role, row.waits_for, row.line_number = role, None, None
            return True
        if number := _raise(TAKE_NUMBER, this):
            _seen_full.add(role.pk)
            row.waits_for, row.line_number = role, number
            return False
    raise NoSuchRole


def _raise(statement: str, role: list[int]) -> int | None:
    """Return what the counter is now, or None where the condition was not met."""
    with connection.cursor() as cursor:
        cursor.execute(statement, role)
        raised = cursor.fetchone()
    return raised[0] if raised else None


def change(row: SignUp, role: ActionRole | None) -> None:
    """Let `row`, which the caller stores, have or wait for `role` only. The roles are locked.

    A place is given back once the one wanted instead is theirs: who waits keeps what they have.
    """
    number = role.pk if role else None
    if number and number == row.waits_for_id:
        return
    held = row.role_id
    row.moved_up_at = None
    if number == held:
        row.waits_for = row.line_number = None
    elif role is None:
        row.role = row.waits_for = row.line_number = None
    elif not take(row, role):
        return
    if held and held != row.role_id:
        ActionRole.objects.filter(pk=held).update(taken=F("taken") - 1)


def lock_roles(action: Action | int) -> list[ActionRole]:
    return list(ActionRole.objects.filter(action=action).select_for_update().order_by("pk"))


def move_up(action: Action, *, now: dt.datetime) -> None:
    """Give what is free to those who wait, the first first, and tell them. The roles are locked.

    Whoever moves up may leave a place that somebody else waits for.
    """
    while waited_for := list(_free_and_waited_for(action)):
        for role in waited_for:
            _move_up_in(role, action, now)


def _free_and_waited_for(action: Action) -> QuerySet[ActionRole]:
    waiting = SignUp.objects.filter(action=action).exclude(waits_for=None).order_by()
    free = ActionRole.objects.filter(action=action, taken__lt=F("capacity"))
    return free.filter(pk__in=waiting.values("waits_for")).order_by("pk")


def _move_up_in(role: ActionRole, action: Action, now: dt.datetime) -> None:
    first = list(role.waiting.waiting()[: role.free])
    numbers = [row.pk for row in first]
    left = Counter(row.role_id for row in first if row.role_id)
    outbox.tell_place(action, first)
    SignUp.objects.filter(pk__in=numbers).update(
        role=role, waits_for=None, line_number=None, moved_up_at=now
    )
    ActionRole.objects.filter(pk=role.pk).update(taken=F("taken") + len(first))
    for number, people in left.items():
        ActionRole.objects.filter(pk=number).update(taken=F("taken") - people)
