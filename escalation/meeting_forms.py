"""Forms of meetings: when and where, what is on the agenda, a general motion, how many came."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import pgettext_lazy

from campaigns.fields import MomentField
from campaigns.forms import OnceForm, VersionedForm
from campaigns.models import Case, User
from escalation.agenda_page import MOTIONS, motion_for
from escalation.models import AgendaItem, Decision, Meeting
from escalation.move_forms import MOST_VOTES, CountField, text_field

MOST_PRESENT = 9999
FURTHEST_BACK, FURTHEST_AHEAD = dt.timedelta(days=366), dt.timedelta(days=2 * 366)
A_WEEK = dt.timedelta(days=7)


class MeetingForm(OnceForm, VersionedForm):
    at = MomentField(label=_l("When"))

    class Meta:
        model = Meeting
        fields = ["at", "place", "languages", "facilitator", "note_taker"]
        help_texts = {
            "place": _l("Members read it, too: the meeting is open to all of them."),
            "languages": _l("For example: English and Spanish, Luis interprets."),
        }

    def __init__(self, *args: Any, now: dt.datetime, last: Meeting | None = None, **kwargs: Any):
        self.now = now
        super().__init__(*args, **kwargs)
        for name in ("facilitator", "note_taker"):
            named = User.objects.filter(pk=getattr(self.instance, f"{name}_id"))
            here = User.objects.at_hand_or(named, timezone.localdate(now))
            self.fields[name].queryset = here.order_by("name", "pk")
            self.fields[name].empty_label = _("Nobody yet")
        if not self.instance.pk:
            self.initial |= self._like(last)

    def _like(self, last: Meeting | None) -> dict[str, Any]:
        """Propose the place of the last meeting, a week after it at the same hour."""
        if last is None:
            return {}
        at = timezone.localtime(last.at)
        weeks = max(1, -((at - timezone.localtime(self.now)) // A_WEEK))
        proposed = at.replace(tzinfo=None) + weeks * A_WEEK
        return {"place": last.place, "languages": last.languages, "at": proposed}

    def clean_at(self) -> dt.datetime:
        at = self.cleaned_data["at"]
        if not self.now - FURTHEST_BACK <= at <= self.now + FURTHEST_AHEAD:
            raise forms.ValidationError(_("Look at the date again."))
        return at

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields}


class CaseChoice(forms.ModelChoiceField):
    """A case by its number and kind: an agenda is read by everybody."""

    def label_from_instance(self, case: Case) -> str:
        return f"{case.reference} · {case.get_kind_display()}"


class ItemForm(forms.Form):
    """Something for the agenda that does not wait by itself."""

    marks_optional = False

    case = CaseChoice(
        Case.objects.none(),
        label=_l("About which case"),
        required=False,
        empty_label=_l("None: it is about the group"),
    )
    kind = forms.ChoiceField(label=_l("If it is about a case: what kind of vote"), required=False)
    motion = text_field(
        _l("If it is about the group: what is to be decided"),
        most=AgendaItem._meta.get_field("motion").max_length,
        help_text=AgendaItem._meta.get_field("motion").help_text,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cases = Case.objects.listed_for(user).open().order_by("reference")
        self.fields["case"].queryset = cases
        labels = dict(Decision.Kind.choices)
        self.fields["kind"].choices = [("", _("Choose one")), *((k, labels[k]) for k in MOTIONS)]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("case") and not said.get("kind") and "kind" not in self.errors:
            self.add_error("kind", _("Choose what kind of vote it is."))
        if not said.get("case") and "case" not in self.errors:
            said["kind"] = Decision.Kind.GENERAL
            if not said.get("motion") and "motion" not in self.errors:
                self.add_error("motion", _("Write down what is to be decided."))
        return said

    def item(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said["case"]:
            motion = said["motion"] or motion_for(said["case"], said["kind"])
            return {"case": said["case"], "kind": said["kind"], "motion": motion}
        return {"motion": said["motion"]}


class MotionForm(forms.Form):
    """The vote on a general motion: counts, never names."""

    motion = text_field(
        _l("What was voted on"),
        most=AgendaItem._meta.get_field("motion").max_length,
        required=True,
    )
    votes_for = CountField(label=pgettext_lazy("votes", "For"), least=0, most=MOST_VOTES)
    votes_against = CountField(label=_l("Against"), least=0, most=MOST_VOTES)
    abstained = CountField(label=_l("Abstained"), least=0, most=MOST_VOTES, required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        counts = ("votes_for", "votes_against", "abstained")
        if not self.errors and not any(said.get(name) for name in counts):
            self.add_error("votes_for", _("Nobody voted. Count the hands."))
        return said

    def vote(self) -> dict[str, Any]:
        return self.cleaned_data | {"abstained": self.cleaned_data["abstained"] or 0}


class CloseMeetingForm(forms.Form):
    present = CountField(
        label=_l("How many came"),
        least=1,
        most=MOST_PRESENT,
        help_text=_l("Only the number. Nobody writes down who."),
    )
