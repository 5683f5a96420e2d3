"""Filters of the board. A value that makes no sense is left out and named beside its field.

A filter that asks about the file of a case (its people's language, its sum) finds only cases whose
file the person may open; of the others nothing is told that their page would not tell.
"""

from typing import Any

import django_filters
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns import search
from campaigns.fields import DayField, MoneyField
from campaigns.models import Case, CaseParty, CaseState, Target, TeamMembership, User

MINE, NOBODY = "mine", "nobody"


class DayFilter(django_filters.Filter):
    field_class = DayField


class SumFilter(django_filters.Filter):
    field_class = MoneyField


class BoardFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(label=_("Words"), method="with_text")
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=Case.Kind.choices, empty_label=_("all kinds")
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=CaseState.choices, empty_label=_("all open")
    )
    team = django_filters.ChoiceFilter(
        label=_("Team"), empty_label=_("everybody"), method="of_team"
    )
    target = django_filters.ChoiceFilter(
        label=_("Target"), empty_label=_("all targets"), method="against"
    )
    language = django_filters.ChoiceFilter(
        label=_("Language they read"),
        choices=settings.LANGUAGES,
        empty_label=_("all languages"),
        method="reading",
    )
    deadline_after = DayFilter(
        label=_("Deadline from"), field_name="deadline_at", lookup_expr="date__gte"
    )
    deadline_before = DayFilter(
        label=_("Deadline until"), field_name="deadline_at", lookup_expr="date__lte"
    )
    sum_from = SumFilter(label=_("Demanded from"), method="demanding_at_least")
    sum_to = SumFilter(label=_("Demanded up to"), method="demanding_at_most")

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
        shown = Case.objects.listed_for(self.user).target_known_to(self.user)
        targets = Target.objects.filter(pk__in=shown.values("target")).order_by("name", "pk")
        self.filters["target"].extra["choices"] = [
            (str(pk), name) for pk, name in targets.values_list("pk", "name")
        ]

    @property
    def user(self) -> User:
        return self.request.user

    def with_text(self, cases: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        return search.cases_with(cases, value, user=self.user)

    def of_team(self, cases: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        current = TeamMembership.objects.current()
        if value == NOBODY:
            return cases.exclude(pk__in=current.values("case"))
        user = self.user.pk if value == MINE else int(value)
        return cases.filter(Q(pk__in=current.filter(user=user).values("case")))

    def against(self, cases: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        return cases.filter(target=int(value)).target_known_to(self.user)

    def reading(self, cases: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        people = CaseParty.objects.present().filter(
            case=OuterRef("pk"), person__language_read=value
        )
        return self._opened(cases).filter(Exists(people))

    def demanding_at_least(self, cases: QuerySet[Case], name: str, value: Any) -> QuerySet[Case]:
        return self._opened(cases).filter(demanded__gte=value)

    def demanding_at_most(self, cases: QuerySet[Case], name: str, value: Any) -> QuerySet[Case]:
        return self._opened(cases).filter(demanded__lte=value)

    def _opened(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        return cases.filter(pk__in=Case.objects.opened_to(self.user).values("pk"))
