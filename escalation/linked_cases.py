"""The cases beside a case, as far as somebody may know of them."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseLink, User


@dataclass(frozen=True)
class Beside:
    case: Case
    how: str


def beside(case: Case, *, user: User) -> list[Beside]:
    """Return the linked and merged cases whose header `user` may see, in the order they began.

    Nothing but number and state is shown of them: their files open to their own teams.
    """
    how: dict[int, str] = {}
    for link in CaseLink.objects.filter(Q(earlier=case) | Q(later=case)):
        if link.earlier_id == case.pk:
            how[link.later_id] = _("came later: %(kind)s") % {"kind": link.get_kind_display()}
        else:
            how[link.earlier_id] = _("came before: %(kind)s") % {"kind": link.get_kind_display()}
    if case.merged_into_id:
        how[case.merged_into_id] = _("goes on with what this case was about")
    for pk in case.merged_from.values_list("pk", flat=True):
        how[pk] = _("told us about the same thing, and is part of this case")
    cases = Case.objects.listed_for(user).filter(pk__in=how).order_by("opened_at", "pk")
    return [Beside(one, how[one.pk]) for one in cases]
