"""Filters of the board. A value that makes no sense is left out and named beside its field.

A filter that asks about the file of a case (its people's language, its sum) finds only cases whose
file the person may open; of the others nothing is told that their page would not tell.

The filters in `COUNTED` are asked by the numbers of the group: each finds what a figure counts.
They stand in the form only while they stand in the address.
"""

from typing import Any

import django_filters
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns import search
from campaigns.fields import DayField, MoneyField
from campaigns.models import Case, CaseParty, CaseState, Target, TeamMembership, User
from escalation import statistics
from escalation.periods import Period

MINE, NOBODY = "mine", "nobody"
COUNTED = ("outcome", "ended_in", "demanded_in", "cleared_in", "been_at")


class DayFilter(django_filters.Filter):
    field_class = DayField


class SumFilter(django_filters.Filter):
    field_class = MoneyField


class PeriodField(forms.CharField):
    def clean(self, value: Any) -> Period | None:
        text = super().clean(value)
        try:
            return Period.parse(text) if text else None
        except ValueError:
            message = gettext("Write a month like 2026-10, or a year like 2026.")
            raise ValidationError(message) from None


class PeriodFilter(django_filters.Filter):
    field_class = PeriodField


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
    outcome = django_filters.ChoiceFilter(
        label=_("How it ended"),
        choices=statistics.Outcome.choices,
        empty_label=_("any way"),
        method="with_outcome",
    )
    ended_in = PeriodFilter(label=_("Ended in"), method="that_ended_in")
    demanded_in = PeriodFilter(label=_("Demand handed over in"), method="first_heard_in")
    cleared_in = PeriodFilter(label=_("Money cleared in"), method="paid_in")
    been_at = django_filters.ChoiceFilter(
        label=_("Was at"),
        choices=CaseState.choices,
        empty_label=_("any state"),
        method="that_was_at",
    )

    class Meta:
        model = Case
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in COUNTED:
            if not self.data.get(name):
                del self.filters[name]
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

    def counted(self) -> list[tuple[str, str]]:
        """Return what of `COUNTED` was asked, in words: ("Ended in", "2026")."""
        said = getattr(self.form, "cleaned_data", {})
        asked = [(self.form[name], said[name]) for name in COUNTED if said.get(name)]
        return [
            (field.label, str(dict(getattr(field.field, "choices", ())).get(value, value)))
            for field, value in asked
        ]

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

    def with_outcome(self, cases: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        return cases.filter(state__in=statistics.Outcome(value).states)

    def that_ended_in(self, cases: QuerySet[Case], name: str, value: Period) -> QuerySet[Case]:
        first, after = value.moments
        return cases.filter(closed_at__gte=first, closed_at__lt=after)

    def first_heard_in(self, cases: QuerySet[Case], name: str, value: Period) -> QuerySet[Case]:
        first, after = value.moments
        heard = statistics.first_heard().filter(heard_at__gte=first, heard_at__lt=after)
        return cases.filter(pk__in=heard.order_by().values("case"))

    def paid_in(self, cases: QuerySet[Case], name: str, value: Period) -> QuerySet[Case]:
        return cases.filter(pk__in=statistics.cleared_in(value).order_by().values("case"))

    def that_was_at(self, cases: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        left = statistics.been_at(value).order_by().values("case")
        return cases.filter(Q(state=value) | Q(pk__in=left))

    def _opened(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        return cases.filter(pk__in=Case.objects.opened_to(self.user).values("pk"))
