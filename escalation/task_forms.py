"""The form of a task: what, who, by when."""

import uuid
from contextlib import AbstractContextManager
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.fields import DayField
from campaigns.forms import OnceForm, VersionedForm
from campaigns.models import Case, TeamMembership, User
from campaigns.models.once import only_once
from escalation.meeting_forms import CaseChoice
from escalation.models import Meeting, Task


class TaskForm(OnceForm, VersionedForm):
    """A new task of a case or a meeting, or one that is changed.

    Somebody on the team of the case does it, or an organizer.
    """

    due_on = DayField(label=_l("By when"), required=False)
    about = CaseChoice(
        Case.objects.none(),
        label=_l("About which case"),
        required=False,
        empty_label=_l("None: it is about the group"),
    )

    class Meta:
        model = Task
        fields = ["what", "owner", "due_on"]

    def __init__(
        self, *args: Any, case: Case | None = None, meeting: Meeting | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        who = Q(role=User.Role.ORGANIZER)
        if case:
            team = TeamMembership.objects.current().filter(case=case)
            who |= Q(pk__in=team.values("user"))
        own = User.objects.filter(pk=self.instance.owner_id)
        here = User.objects.at_hand_or(own, timezone.localdate())
        self.fields["owner"].queryset = here.filter(who).order_by("name", "pk")
        self.fields["owner"].empty_label = _("Nobody yet")
        on_agenda = Case.objects.filter(agenda_items__meeting=meeting).distinct()
        self.fields["about"].queryset = on_agenda.order_by("reference")
        if self.instance.pk or meeting is None or not on_agenda.exists():
            del self.fields["about"]

    def clean_due_on(self) -> Any:
        day = self.cleaned_data["due_on"]
        if day and day < timezone.localdate() and day != self.instance.due_on:
            raise forms.ValidationError(_("This day has passed. Choose a later one."))
        return day

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields}

    def once_of(self, meeting: Meeting) -> AbstractContextManager[bool]:
        """Say whether this showing is sent for the first time, as `once` does for a case."""
        key = self.cleaned_data.pop("form_key", None) or uuid.uuid4()
        return only_once(key, scope=uuid.UUID(int=meeting.pk))
