"""A break: nothing is asked of somebody for a while, and nothing is taken from them."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet

from campaigns.models import TeamMembership, User


def start(*, by: User, today: dt.date, until: dt.date | None, offers: Collection[int] = ()) -> None:
    """Begin a break, or change its end. Nobody is asked why.

    `offers` are the keys of cases whose team any organizer may join meanwhile.
    """
    with transaction.atomic():
        held = User.objects.select_for_update().get(pk=by.pk)
        since = held.rests_since if held.is_resting(today) else today
        User.objects.filter(pk=by.pk).update(rests_since=since, rests_until=until)
        teams = TeamMembership.objects.filter(user=by, left_at=None)
        teams.update(offers_place=False)
        teams.filter(case__in=offers).update(offers_place=True)


def end(*, by: User) -> None:
    """Come back. What others took over stays theirs; all the rest is as it was."""
    with transaction.atomic():
        _forget(User.objects.filter(pk=by.pk))


def forget_past(today: dt.date) -> int:
    """Delete when somebody took a break, once it is over, and return how many."""
    with transaction.atomic():
        return _forget(User.objects.filter(rests_until__lt=today))


def _forget(people: QuerySet[User]) -> int:
    TeamMembership.objects.filter(user__in=people, offers_place=True).update(offers_place=False)
    return people.filter(rests_since__isnull=False).update(rests_since=None, rests_until=None)
