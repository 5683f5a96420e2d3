"""How much is a lot for one person, in sentences. It warns and never stops."""

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Case, CaseState, Group, TeamMembership, User


def fights_each() -> dict[int, int]:
    """Return for each account how many running fights it carries."""
    running = TeamMembership.objects.filter(left_at=None, case__state__in=CaseState.FIGHTING)
    return dict(running.values("user").annotate(n=Count("pk")).values_list("user", "n"))


def before_one_more(case: Case, *, user: User, by: User, group: Group) -> str:
    """Return what to think of before `user` joins the team of a case, or an empty string."""
    teams = TeamMembership.objects.filter(user=user, left_at=None).exclude(case=case)
    carried = teams.filter(case__state__in=CaseState.FIGHTING).count()
    if carried < group.fights_each:
        return ""
    values = {"name": user.name, "n": carried, "most": group.fights_each}
    if user == by:
        return (
            ngettext(
                "You carry %(n)s running fight already. The group said: %(most)s for one person.",
                "You carry %(n)s running fights already. The group said: %(most)s for one person.",
                carried,
            )
            % values
        ) + f" {_('Who could share one with you?')}"
    return (
        ngettext(
            "%(name)s carries %(n)s running fight already. "
            "The group said: %(most)s for one person.",
            "%(name)s carries %(n)s running fights already. "
            "The group said: %(most)s for one person.",
            carried,
        )
        % values
    ) + f" {_('Who could share one?')}"
