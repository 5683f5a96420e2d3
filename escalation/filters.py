"""Filters of the board. A value that makes no sense is left out and named beside its field."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.fields import DayField
from campaigns.models import Case, CaseState, TeamMembership, User

MINE, NOBODY = "mine", "nobody"


class DayFilter(django_filters.Filter):
    field_class = DayField


class BoardFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=Case.Kind.choices, empty_label=_("all kinds")
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=CaseState.choices, empty_label=_("all open")
    )
    team = django_filters.ChoiceFilter(
        label=_("Team"), empty_label=_("everybody"), method="of_team"
    )
    deadline_after = DayFilter(
        label=_("Deadline from"), field_name="deadline_at", lookup_expr="date__gte"
    )
    deadline_before = DayFilter(
        label=_("Deadline until"), field_name="deadline_at", lookup_expr="date__lte"
    )

    class Meta:
        model = Case
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True).values_list("pk", "name")
        self.filters["team"].extra["choices"] = [
            (MINE, _("my cases")),
            (NOBODY, _("nobody yet")),
            *((str(pk), name) for pk, name in people),
        ]

    def of_team(self, cases: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        current = TeamMembership.objects.current()
        if value == NOBODY:
            return cases.exclude(pk__in=current.values("case"))
        user = self.request.user.pk if value == MINE else int(value)
        return cases.filter(Q(pk__in=current.filter(user=user).values("case")))
