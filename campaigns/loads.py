"""How much is a lot for one person, in sentences. It warns and never stops."""

from collections.abc import Iterable

from django.db.models import Count
from django.utils.translation import ngettext

from campaigns.models import Case, CaseState, Group, TeamMembership, User


def fights_each(*, beside: Case | None = None) -> dict[int, int]:
    """Return for each account how many running fights it carries, `beside` one of them."""
    running = TeamMembership.objects.filter(left_at=None, case__state__in=CaseState.FIGHTING)
    if beside:
        running = running.exclude(case=beside)
    return dict(running.values("user").annotate(n=Count("pk")).values_list("user", "n"))


def before_one_more(case: Case, users: Iterable[User], *, by: User, group: Group) -> list[str]:
    """Return a sentence for each of `users` who takes on a case and carries many fights already."""
    carried = fights_each(beside=case)
    return [
        _sentence(user, carried[user.pk], by=by, most=group.fights_each)
        for user in users
        if carried.get(user.pk, 0) >= group.fights_each
    ]


def _sentence(user: User, carried: int, *, by: User, most: int) -> str:
    if user == by:
        said = ngettext(
            "You carry %(n)s running fight already. The group said: %(most)s for one person. "
            "Who could share one with you?",
            "You carry %(n)s running fights already. The group said: %(most)s for one person. "
            "Who could share one with you?",
            carried,
        )
    else:
        said = ngettext(
            "%(name)s carries %(n)s running fight already. The group said: %(most)s for one "
            "person. Who could share one?",
            "%(name)s carries %(n)s running fights already. The group said: %(most)s for one "
            "person. Who could share one?",
            carried,
        )
    return said % {"name": user.name, "n": carried, "most": most}
