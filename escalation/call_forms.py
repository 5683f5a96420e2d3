"""The forms of the phone tree: a tap, who calls, and how somebody wants to be asked."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.forms import tell_both_texts
from campaigns.models import User
from escalation import phone_tree
from escalation.models import Call, Tactic, TreeEntry

UNDO = "undo"


class TapForm(forms.Form):
    outcome = forms.ChoiceField(choices=[*Call.Outcome.choices, (UNDO, UNDO)])
    tries = forms.IntegerField(min_value=0, max_value=Call.MOST_TRIES)
    needs = forms.CharField(max_length=300, required=False)


class CallersForm(forms.Form):
    callers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who calls?"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Ask them first. Each sees only the names on their own list."),
    )

    def __init__(self, *args: Any, calling: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rest = (
            User.objects.at_hand(timezone.localdate())
            .exclude(pk__in=list(calling))
            .order_by("name", "pk")
        )
        self.fields["callers"].queryset = rest


class MyTreeForm(forms.Form):
    """How one wants to be asked oneself."""

    template_name = "escalation/_tree_form.html"
    consent: forms.BoundField | None = None

    phone = forms.CharField(
        label=gettext_lazy("Your phone"),
        max_length=60,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    language_read = forms.ChoiceField(
        label=gettext_lazy("Which language do you like best?"), choices=settings.LANGUAGES
    )
    good_times = forms.CharField(
        label=gettext_lazy("Good times to call"), max_length=200, required=False
    )
    may_text = forms.BooleanField(label=gettext_lazy("A text message is fine too"), required=False)
    may_leave_voicemail = forms.BooleanField(
        label=gettext_lazy("A voice message is fine too"), required=False
    )
    may_say_who = forms.BooleanField(
        label=gettext_lazy("If somebody else answers, it is fine to say who we are"),
        required=False,
    )
    area = forms.CharField(
        label=gettext_lazy("Part of town"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("No street."),
    )
    logistics = forms.CharField(
        label=gettext_lazy("What is needed to come"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("A ride, childcare, a language. Callers read it."),
    )
    no_risk = forms.BooleanField(
        label=gettext_lazy("Not where security or police may come"), required=False
    )
    not_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Not for these kinds of action"),
        choices=Tactic,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, entry: TreeEntry | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if entry:
            self.initial = phone_tree.wishes_in(entry) | self.initial


class TreeForm(MyTreeForm):
    """How somebody wants to be asked who told one of us."""

    name = forms.CharField(
        label=gettext_lazy("Name to call them"),
        max_length=80,
        help_text=gettext_lazy("A first name is enough."),
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("They told us that they want to be asked for actions"),
        required=False,
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    field_order = ("name", "phone")

    def __init__(self, *args: Any, entry: TreeEntry | None = None, **kwargs: Any) -> None:
        super().__init__(*args, entry=entry, **kwargs)
        self.fields["phone"].label = _("Phone")
        self.fields["language_read"].label = _("Language")
        if entry:
            del self.fields["agreed"]
            self.fields["seen_version"].initial = entry.person.version
        else:
            del self.fields["seen_version"]

    def clean_seen_version(self) -> int:
        return self.cleaned_data["seen_version"] or 0

    def say_outrun(self, entry: TreeEntry) -> None:
        """Show what somebody else saved meanwhile, beside what was typed."""
        theirs = SimpleNamespace(**phone_tree.wishes_in(entry))
        tell_both_texts(self, theirs, vars(theirs), version=entry.person.version)

    @property
    def consent(self) -> forms.BoundField | None:
        return self["agreed"] if "agreed" in self.fields else None

    def clean_agreed(self) -> bool:
        if not self.cleaned_data["agreed"]:
            raise forms.ValidationError(_("Ask them first. We call nobody who did not agree."))
        return True


class AskAgainForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("What did they say?"),
        max_length=200,
        help_text=gettext_lazy("For example: told me on Sunday that calls are fine again."),
    )
