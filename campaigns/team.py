"""Who carries a case: joining and leaving its team."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from campaigns.models import Case, Event, TeamMembership, User
from campaigns.models.log import record


def join(case: Case, *, user: User, by: User) -> TeamMembership | None:
    """Put `user` on the team and return the membership, or None where they were on it already."""
    with transaction.atomic():
        membership, created = TeamMembership.objects.get_or_create(
            case=case, user=user, left_at=None
        )
        if created:
            record(case, Event.TEAM_JOINED, by=by, who=user.name)
    return membership if created else None


def take_back(case: Case, *, memberships: Iterable[int], by: User) -> None:
    """End memberships that came with a mistake. The rows stay, so the history stays true."""
    wrong = TeamMembership.objects.filter(pk__in=memberships, case=case, left_at=None)
    for membership in wrong.select_related("user"):
        TeamMembership.objects.filter(pk=membership.pk).update(left_at=timezone.now())
        record(case, Event.TEAM_LEFT, by=by, who=membership.user.name)


def leave(case: Case, *, user: User, by: User) -> bool:
    """Take `user` off the team; from the next request on they see the case no more.

    Return False when nobody would be left who could open the case. Then nothing changes.
    """
    with transaction.atomic():
        Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        team = TeamMembership.objects.current().filter(case=case)
        if not team.exclude(user=user).exists():
            return False
        if team.filter(user=user).update(left_at=timezone.now()):
            Case.objects.filter(pk=case.pk, responsible=user).update(responsible=None)
            record(case, Event.TEAM_LEFT, by=by, who=user.name)
    return True
