"""The form that closes an action: what happened, in short parts of which each may stay empty."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns.forms import tell_both_texts, they_wrote
from campaigns.models import Case
from escalation import debriefs
from escalation.action_forms import number_words
from escalation.models import Action, MemberAsk

MOST_HEADS = Action.MOST_HEADS


class DebriefForm(forms.Form):
    """`action` is read with_turnout(); `cases` are those of it whose file the writer may open."""

    debrief = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("What worked, what did not. Write what you could read aloud."),
    )
    headcount = forms.IntegerField(
        label=gettext_lazy("How many were there"),
        min_value=0,
        max_value=MOST_HEADS,
        required=False,
        error_messages=number_words(0, MOST_HEADS),
        help_text=gettext_lazy("Counted heads, also of those who did not sign in."),
    )
    police = forms.ChoiceField(
        label=gettext_lazy("Police"),
        choices=Action.Police,
        required=False,
        widget=forms.RadioSelect,
    )
    their_answer = forms.CharField(
        label=gettext_lazy("How the other side answered"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    next_time = forms.CharField(
        label=gettext_lazy("What we do differently next time"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, action: Action, cases: Iterable[Case], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action, self.fields_of = action, {}
        there = debriefs.effects_of(action)
        for case in cases:
            name = f"moved_{case.pk}"
            self.fields_of[case.pk] = name
            self.fields[name] = forms.CharField(
                label=_("What it moved in %(case)s") % {"case": _named(case)},
                max_length=300,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("The team of this case reads it."),
            )
            self.initial[name] = there.get(case.pk, "")
        self._start_from_the_action()

    def _start_from_the_action(self) -> None:
        self.initial |= {name: getattr(self.action, name) for name in Action.PARTS}
        if self.action.headcount is None:
            self.initial["headcount"] = self.action.ticked or None
        if self.action.state == Action.State.DEBRIEFED:
            self.initial["seen_version"] = self.action.version

    def clean_headcount(self) -> int | None:
        heads, ticked = self.cleaned_data["headcount"], self.action.ticked
        if heads is not None and heads < ticked:
            raise forms.ValidationError(
                ngettext(
                    "%(n)s person is ticked on the roster, and you counted fewer. Please check: "
                    "count again, or leave this empty and the tick counts.",
                    "%(n)s people are ticked on the roster, and you counted fewer. Please check: "
                    "count again, or leave this empty and the ticks count.",
                    ticked,
                )
                % {"n": ticked}
            )
        return heads

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in Action.PARTS}

    def moved(self) -> dict[int, str]:
        return {case: self.cleaned_data[name] for case, name in self.fields_of.items()}

    def tell_theirs(self, current: Action) -> None:
        """Say beside each part what somebody else wrote there meanwhile."""
        tell_both_texts(self, current, Action.PARTS, version=current.version)
        there = debriefs.effects_of(current)
        for case, name in self.fields_of.items():
            theirs = there.get(case, "")
            if theirs != self.cleaned_data.get(name):
                self.add_error(name, they_wrote(theirs or _("empty")))


def _named(case: Case) -> str:
    return f"{case.reference} {case.title}".strip()


class AskForm(forms.Form):
    answer = forms.ChoiceField(
        label=gettext_lazy("What came of it?"),
        choices=MemberAsk.Answer,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one.")},
    )
