"""The cases of the board as a table: exactly those the filter finds, each with what one may see."""

from collections.abc import Iterator
from typing import Any

from django.db.models import DecimalField, OuterRef, QuerySet, Subquery, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Case, CaseState, Payment, TeamMembership, User
from campaigns.models.claims import ZERO
from campaigns.models.log import reason_label
from campaigns.models.payments import balance

HEADS = (
    _("Reference"),
    _("Kind"),
    _("Title"),
    _("Summary"),
    _("State"),
    _("Since"),
    _("Opened"),
    _("Closed"),
    _("Why"),
    _("Team"),
    _("Deadline"),
    _("Target"),
    _("Demanded"),
    _("Cleared"),
    _("Still owed"),
)


def rows(cases: QuerySet[Case], *, user: User) -> Iterator[list[Any]]:
    """Yield a row for each case. Sums stand only where `user` may open the file, and the target
    only where the page of the case shows it; elsewhere the cell is empty."""
    paid = Payment.objects.counting().filter(case=OuterRef("pk")).order_by().values("case")
    money = DecimalField(max_digits=12, decimal_places=2)
    found = cases.select_related("target").annotate(
        paid=Subquery(paid.annotate(n=Sum("amount")).values("n"), output_field=money)
    )
    opened = set(cases.opened_to(user).values_list("pk", flat=True))
    shown = set(cases.target_known_to(user).values_list("pk", flat=True))
    teams: dict[int, list[str]] = {}
    names = TeamMembership.objects.current().filter(case__in=cases.order_by().values("pk"))
    for case, name in names.order_by("since").values_list("case_id", "user__name"):
        teams.setdefault(case, []).append(name)
    for case in found:
        yield [
            *_header(case),
            ", ".join(teams.get(case.pk, ())),
            case.deadline_at if case.state == CaseState.CLOCK_RUNNING else None,
            case.target.name if case.target and case.pk in shown else None,
            *(_sums(case) if case.pk in opened else (None, None, None)),
        ]


def _header(case: Case) -> list[Any]:
    return [
        case.reference,
        case.get_kind_display(),
        case.title,
        case.summary,
        case.get_state_display(),
        timezone.localdate(case.state_since),
        timezone.localdate(case.opened_at),
        case.closed_at and timezone.localdate(case.closed_at),
        reason_label(case.close_reason),
    ]


def _sums(case: Any) -> tuple[Any, Any, Any]:
    cleared = case.paid or ZERO
    if case.demanded is None:
        return None, cleared, None
    return case.demanded, cleared, balance(case.demanded, cleared)
