"""Where somebody lives. Sealed: no page, paper or search shows it.

It opens for an hour to somebody on the team of a case, for an action that is announced, when they
say that the team agreed. Each time is written into the history of the target.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q

from campaigns.models import Case, Target, TargetEntry, TargetLink, User
from campaigns.models.targets import note
from campaigns.targets import lock

E = TargetEntry.Event
OPEN_FOR = dt.timedelta(hours=1)


def write_home(
    target: Target, *, address: str, source: str, by: User, seen: int | None = None
) -> bool:
    """Keep where somebody lives; an empty text deletes it.

    Return False, and write nothing, when somebody else wrote since `seen`, as `seen_of()` tells.
    """
    with transaction.atomic():
        (target,) = lock(target)
        if target.home_address == address:
            return True
        if seen not in (None, seen_of(target)):
            return False
        target.home_address = address
        target.save(update_fields=["home_address"])
        note(target, E.HOME_NOTED if address else E.HOME_TAKEN_OUT, by=by, text=source)
    return True


def seen_of(target: Target) -> int:
    """Return what tells one writing of the address from the next. It says nothing of where."""
    wrote = target.entries.filter(event__in=(E.HOME_NOTED, E.HOME_TAKEN_OUT))
    return wrote.order_by("-pk").values_list("pk", flat=True).first() or 0


def actions_for(target: Target, *, by: User, now: dt.datetime) -> list[Any]:
    """Return the announced actions for which `by` may open it: of their own teams' cases against
    this target, or against one it is linked with.

    Actions belong to a higher app, so they are reached through the case and named by their codes.
    """
    links = TargetLink.objects.shown().of(target).order_by()
    near = Q(target=target) | Q(target__in=links.values("from_target"))
    near |= Q(target__in=links.values("to_target"))
    cases = Case.objects.of_team(by).accepted().filter(near).order_by("pk")
    found: dict[int, Any] = {}
    for case in cases:
        for action in case.actions.filter(state__in=("announced", "go"), ends_at__gte=now):
            found[action.pk] = action
    return list(found.values())


def open_home(target: Target, *, action: Any, by: User) -> None:
    """Note that `by` opened it, and for which action."""
    note(target, E.HOME_SHOWN, by=by, what=action.title, action=str(action.public_id))


def may_read(target: Target, *, by: User, now: dt.datetime) -> bool:
    """Say whether `by` opened it within the last hour."""
    opened = target.entries.filter(event=E.HOME_SHOWN, by=by, at__gt=now - OPEN_FOR)
    return opened.exists()
