"""Forms for the facts of a case: header, sheet, contacts, evidence, team."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.fields import DayField, MoneyField, PastDayField, PastMomentField
from campaigns.forms import OnceForm, VersionedForm
from campaigns.models import (
    Case,
    Contact,
    InitialMeeting,
    Sheet,
    TeamMembership,
    User,
)


class HeaderForm(VersionedForm):
    class Meta:
        model = Case
        fields = ["title", "summary", "urgent"]


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class SheetForm(VersionedForm):
    """The case sheet. What only one kind of case has is asked in a case of that kind only."""

    DEPOSIT_ONLY = ("keys_returned_on", "forwarding_given_on", "statement_on", "monthly_rent")
    WAGES_ONLY = ("job_end", "payday_on", "last_pay_on", "day_pay")

    class Meta:
        model = Sheet
        fields = [
            "story",
            "wish",
            "urgent_note",
            "who_typed",
            "amount_typed",
            "still_there",
            "others_affected",
            "started_on",
            "ended_on",
            "place",
            "agreement",
            "keys_returned_on",
            "forwarding_given_on",
            "statement_on",
            "asked_on",
            "monthly_rent",
            "job_end",
            "payday_on",
            "last_pay_on",
            "day_pay",
            "already_tried",
            "evidence_list",
            "readiness",
            "risks_explained",
            "not_a_service_explained",
            "retaliation_talk_on",
        ]
        field_classes = {
            "started_on": PastDayField,
            "ended_on": DayField,
            "keys_returned_on": PastDayField,
            "forwarding_given_on": PastDayField,
            "statement_on": PastDayField,
            "asked_on": PastDayField,
            "monthly_rent": MoneyField,
            "payday_on": DayField,
            "last_pay_on": PastDayField,
            "day_pay": MoneyField,
            "retaliation_talk_on": PastDayField,
        }
        widgets = {
            "story": _lines(8),
            "wish": _lines(2),
            "urgent_note": _lines(2),
            "who_typed": _lines(2),
            "others_affected": _lines(2),
            "place": _lines(2),
            "agreement": _lines(4),
            "already_tried": _lines(3),
            "evidence_list": _lines(4),
            "readiness": _lines(3),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        only = {Case.Kind.DEPOSIT: self.DEPOSIT_ONLY, Case.Kind.WAGES: self.WAGES_ONLY}
        for kind, names in only.items():
            for name in names if kind != self.instance.case.kind else ():
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        started, ended = data.get("started_on"), data.get("ended_on")
        if started and ended and ended < started:
            self.add_error("ended_on", _("The end lies before the beginning."))
        return data

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the headings of the page, each with its fields."""
        asked = [
            (_("What happened"), ("story", "wish", "urgent_note", "already_tried")),
            (
                _("Work or tenancy"),
                (
                    "started_on",
                    "ended_on",
                    "place",
                    "agreement",
                    *self.DEPOSIT_ONLY[:3],
                    "still_there",
                    "others_affected",
                ),
            ),
            (
                _("What the law may ask"),
                ("asked_on", *self.DEPOSIT_ONLY[3:], *self.WAGES_ONLY),
            ),
            (_("As they told us first"), ("who_typed", "amount_typed")),
            (
                _("Before the vote"),
                ("evidence_list", "readiness", "risks_explained", "not_a_service_explained"),
            ),
            (_("Before the delivery"), ("retaliation_talk_on",)),
        ]
        return [
            (legend, [self[name] for name in names if name in self.fields])
            for legend, names in asked
        ]


class ContactForm(OnceForm, forms.ModelForm):
    class Meta:
        model = Contact
        fields = ["purpose", "who", "method", "result", "at", "note"]
        field_classes = {"at": PastMomentField}
        widgets = {"note": _lines(4), "purpose": forms.RadioSelect}

    def __init__(self, *args: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].initial = now
        self.fields["method"].choices = [("", _("Choose one")), *Contact.Method.choices]
        self.fields["result"].choices = [("", _("Choose one")), *Contact.Result.choices]
        self.fields["purpose"].required = False

    def clean_purpose(self) -> str:
        return self.cleaned_data["purpose"] or Contact.Purpose.CASE

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        is_check = data.get("purpose") == Contact.Purpose.SAFETY
        if is_check and data.get("who") == Contact.Who.TARGET:
            self.add_error("who", _("A safety check is a talk with the affected person."))
        return data


class MeetingHeldForm(forms.Form):
    held_on = PastDayField(label=gettext_lazy("Day of the meeting"), widget=forms.DateInput)
    organizers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who of us was there"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick who was there.")},
    )

    def __init__(self, *args: Any, meeting: InitialMeeting, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        went = User.objects.filter(
            team_memberships__case=meeting.case_id,
            team_memberships__left_at=None,
            role=User.Role.ORGANIZER,
        )
        self.fields["organizers"].queryset = went.distinct()
        self.fields["organizers"].initial = [user.pk for user in meeting.organizers.all()]
        self.fields["held_on"].initial = min(timezone.localdate(meeting.at), timezone.localdate())

    def clean_organizers(self) -> Any:
        organizers = self.cleaned_data["organizers"]
        if self.by not in organizers:
            raise forms.ValidationError(
                _("Somebody who was there notes it. Tick your own name if you were.")
            )
        return organizers


class TeamForm(forms.Form):
    user = forms.ModelChoiceField(
        label=gettext_lazy("Who joins"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Choose one"),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on_team = User.objects.filter(team_memberships__case=case, team_memberships__left_at=None)
        here = User.objects.at_hand(timezone.localdate())
        others = here.exclude(pk__in=on_team.values("pk"))
        self.fields["user"].queryset = others


class LegalForm(forms.Form):
    user = forms.ModelChoiceField(
        label=gettext_lazy("Who may open them too"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Choose one"),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = TeamMembership.objects.current().filter(case=case, sees_legal=False)
        self.fields["user"].queryset = User.objects.filter(pk__in=others.values("user"))
