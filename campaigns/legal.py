"""Papers of a court or a lawyer: who of a team may open them."""

from django.db import transaction

from campaigns.models import Case, Event, TeamMembership, User
from campaigns.models.log import record


def may_open(case: Case, user: User) -> bool:
    return TeamMembership.objects.named_for_legal().filter(case=case, user=user).exists()


def named(case: Case) -> list[User]:
    """Return who of the team may open the legal papers. Two should, so that none is locked away."""
    memberships = TeamMembership.objects.named_for_legal().filter(case=case)
    return [row.user for row in memberships.select_related("user").order_by("since", "pk")]


def may_name(case: Case, user: User) -> bool:
    """Say whether `user` may name others: who is named, and where nobody is, anybody of the team.

    Whoever was named may have left.
    """
    names = named(case)
    on_team = TeamMembership.objects.current().filter(case=case, user=user)
    return user in names or (not names and on_team.exists())


def paper_stored(case: Case, *, by: User | None) -> None:
    """Note that a legal paper came in. Who stores the first one may open it; where the person sent
    it themselves, whoever is responsible. Call it in the transaction that stores the paper."""
    Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    record(case, Event.LEGAL_PAPER, by=by)
    first = by or case.responsible
    if first and not TeamMembership.objects.named_for_legal().filter(case=case).exists():
        _name(case, first, by=by)


def let_open(case: Case, *, user: User, by: User) -> bool:
    """Name somebody of the team for the legal papers. Return False when `by` may not, or when
    they are not on the team."""
    with transaction.atomic():
        Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        return may_name(case, by) and _name(case, user, by=by)


def _name(case: Case, user: User, *, by: User | None) -> bool:
    team = TeamMembership.objects.current().filter(case=case, user=user)
    if not team.filter(sees_legal=False).update(sees_legal=True):
        return team.exists()
    record(case, Event.LEGAL_NAMED, by=by, who=user.name)
    return True
