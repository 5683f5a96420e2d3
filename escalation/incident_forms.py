"""Forms for what the target, the police or a court did."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from campaigns import evidence
from campaigns.evidence_forms import EvidenceFilesField
from campaigns.fields import DayField, MomentField, PastDayField, PastMomentField
from campaigns.forms import VersionedForm, outrun_words, seen_now, they_wrote
from campaigns.models import Case, Evidence, IncidentKind, User
from campaigns.wording import date_in_words
from escalation.models import Incident

MOST_FILES = 5


def files_help() -> str:
    number = ngettext("Up to %(n)d file.", "Up to %(n)d files.", MOST_FILES) % {"n": MOST_FILES}
    return f"{number} {evidence.limits()}"


class _FilesToTick(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, row: Evidence) -> str:
        return f"{row.description or row.get_format_display()}, {row.at:%Y-%m-%d}"


class IncidentForm(VersionedForm):
    """Note an incident, or change what was noted."""

    named = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_l("Who of us is named in it"),
        help_text=_l("They see on their account page that they are named, and in which case."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    shown_by = _FilesToTick(
        Evidence.objects.none(), label=_l("Files we have that show it"), required=False
    )
    files = EvidenceFilesField(label=_l("New files that show it"), most=MOST_FILES, required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Incident
        fields = [
            "kind",
            "severity",
            "happened_at",
            "what",
            "place",
            "hearing_at",
            "due_on",
        ]
        field_classes = {
            "happened_at": PastMomentField,
            "hearing_at": MomentField,
            "due_on": DayField,
        }
        widgets = {"what": forms.Textarea(attrs={"rows": 5}), "severity": forms.RadioSelect}

    def __init__(self, *args: Any, case: Case, by: User, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("Choose one")), *IncidentKind.choices]
        self.fields["severity"].choices = Incident.Severity.choices
        self.fields["files"].case = case
        self.fields["named"].queryset = User.objects.filter(is_active=True)
        files = Evidence.objects.opened_to(by).filter(case=case)
        self.fields["shown_by"].queryset = files
        if not files.exists():
            del self.fields["shown_by"]
        if self.instance.pk:
            self._start_from_the_incident()
        else:
            self.fields["files"].help_text = files_help()
            self.initial = {"happened_at": now, "form_key": uuid.uuid4()} | self.initial

    def _start_from_the_incident(self) -> None:
        del self.fields["files"], self.fields["form_key"]
        self.initial["named"] = list(self.instance.named.values_list("pk", flat=True))
        self.initial["shown_by"] = list(self.instance.evidence.values_list("pk", flat=True))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("kind") == IncidentKind.NO_TRESPASS and not data.get("place"):
            self.add_error("place", _("Write the place that the notice names."))
        return data

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields}

    def links(self) -> dict[str, Any]:
        """Return what stands in other tables than the incident's own."""
        return {
            "named": self.cleaned_data["named"],
            "shown_by": self.cleaned_data.get("shown_by") or [],
        }

    def key(self) -> uuid.UUID:
        return self.cleaned_data.get("form_key") or uuid.uuid4()


class FollowUpForm(VersionedForm):
    is_over = forms.BooleanField(
        label=_l("This is over. Nothing more comes of it."),
        help_text=_l("A notice to stay away then counts no longer."),
        required=False,
    )

    class Meta:
        model = Incident
        fields = ["follow_up", "follow_up_on"]
        field_classes = {"follow_up_on": DayField}
        widgets = {"follow_up": forms.Textarea(attrs={"rows": 5}), "follow_up_on": forms.DateInput}

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["follow_up"].required = True
        self.fields["follow_up"].error_messages["required"] = _("Write what was done.")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        day = data.get("follow_up_on")
        if data.get("is_over"):
            data["follow_up_on"] = None
        elif day and day <= self.today:
            self.add_error("follow_up_on", _("Choose a day after today."))
        return data


class WatchForm(forms.Form):
    day = PastDayField(
        label=_l("Day they stood up for their rights"),
        help_text=_l(
            "The first complaint, letter or delivery. From it we watch for 90 days whether the "
            "target hits back."
        ),
    )
    seen_day = forms.DateField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        self.day_now = case.protected_activity_on
        initial = {"day": self.day_now, "seen_day": self.day_now}
        super().__init__(*args, initial=initial, **kwargs)

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("day") and said["day"] != self.day_now != said.get("seen_day"):
            seen_now(self, "seen_day", self.day_now or "")
            self.add_error(None, outrun_words())
            day = date_in_words(self.day_now) if self.day_now else _("empty")
            self.add_error("day", they_wrote(day))
        return said


class ReportForm(forms.Form):
    """What an affected person tells from their phone. One tap, one line or one file is enough."""

    # In their words, and not in ours.
    KINDS = (
        (IncidentKind.THREAT, _l("They threatened me")),
        (IncidentKind.FIRING, _l("They fired me or cut my hours")),
        (IncidentKind.EVICTION, _l("They told me to move out")),
        (IncidentKind.RENT, _l("They put the rent up, or cut repairs, water or heat")),
        (IncidentKind.ASSAULT, _l("They hurt me or pushed me")),
        (IncidentKind.POLICE, _l("Police came, or they said they would call them")),
        (IncidentKind.LEGAL_PAPER, _l("I got a paper from a court or a lawyer")),
        (IncidentKind.OTHER, _l("Something else")),
    )

    kind = forms.ChoiceField(
        label=_l("What happened?"),
        choices=KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": _l("Choose what comes closest.")},
    )
    # Called "text", so that it is not lost where the code has to be typed again.
    text = forms.CharField(
        label=_l("In your words"),
        max_length=Incident._meta.get_field("what").max_length,
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text=_l(
            "One line is enough. A photo of the message or the paper, or a voice note, "
            "is fine instead."
        ),
    )
    happened_at = PastMomentField(label=_l("When?"))
    files = EvidenceFilesField(
        label=_l("Photos, papers or voice notes"), most=MOST_FILES, required=False
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, case: Case, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"].help_text = files_help()
        self.fields["files"].case = case
        self.fields["happened_at"].initial = now
        self.fields["form_key"].initial = uuid.uuid4()

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        wrong = {"text", "files"} & self.errors.keys()
        if not wrong and not data.get("text") and not data.get("files"):
            self.add_error("text", _("Write a line, or send a photo or a voice note."))
        return data

    def said(self) -> dict[str, Any]:
        """Return what `incidents.report` takes. Without words the kind they chose stands there."""
        data = self.cleaned_data
        words = dict(self.KINDS)
        return {
            "kind": data["kind"],
            "what": data["text"] or str(words[IncidentKind(data["kind"])]),
            "happened_at": data["happened_at"],
            "files": data["files"],
            "form_key": data["form_key"] or uuid.uuid4(),
        }
