"""Forms of publicity: the vote, the word that ends it, and the words of a public page."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.forms import OnceForm, VersionedForm
from campaigns.models import CaseParty
from escalation import publicity
from escalation.models import Decision, PublicPage
from escalation.move_forms import MoveForm, PartiesField, VoteFields, text_field


def name_shown(party: CaseParty) -> str:
    """Return which name of theirs anybody would read, as they chose it."""
    name = party.name_in_public(party.case.kind)
    return _("In public: %(name)s") % {"name": name}


class PublicNamesField(PartiesField):
    """People to tick, each with the name they chose for the public."""

    def label_from_instance(self, party: CaseParty) -> str:
        return f"{party}\n{name_shown(party)}"


class PublicityForm(OnceForm, VoteFields, MoveForm):
    """A vote on publicity. It is recorded also when it did not carry, or somebody said no."""

    marks_optional = False
    decision_kind = Decision.Kind.PUBLICITY
    motion_text = _l("Make %(case)s public")

    agreed = PublicNamesField(
        CaseParty.objects.none(), label=_l("Who of the people affected said yes"), required=False
    )

    def prepare(self) -> None:
        super().prepare()
        people = self.case.parties.affected().select_related("person", "case")
        if self.voice_field == "agreed":
            self.fields["agreed"].queryset = people
        else:
            shown = " ".join(name_shown(party) for party in people)
            self.fields["affected_agreed"].help_text = shown

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(_("The vote"), self.bound(*self.VOTE_FIELDS))]

    def make(self) -> str:
        with self.once(self.case) as is_first:
            if not is_first:
                return _("The vote is noted.")
            decision = publicity.vote(self.case, by=self.by, vote=self.vote())
        if not decision.carried:
            return _("The vote is noted. It did not carry, so nothing is made public.")
        if not decision.affected_agreed:
            return _(
                "The vote is noted. Not everyone affected said yes, so nothing is made public."
            )
        return _("It may be made public now. Nothing is until somebody publishes or announces it.")


class OnePersonField(forms.ModelChoiceField):
    widget = forms.RadioSelect


class StopPublicityForm(forms.Form):
    party = OnePersonField(
        CaseParty.objects.none(),
        label=_l("Who said so"),
        empty_label=None,
        error_messages={"required": _l("Choose who said so.")},
    )
    note = text_field(_l("What they said"), help_text=_l("Only what the team has to know."))

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["party"].queryset = people


class PageForm(OnceForm, VersionedForm):
    """The words of a public page. What kind of page it is stays as it was first chosen."""

    class Meta:
        model = PublicPage
        fields = ["kind", "title", "text"]
        widgets = {"kind": forms.RadioSelect, "text": forms.Textarea(attrs={"rows": 14})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["kind"]
        else:
            self.fields["kind"].choices = PublicPage.Kind.choices

    def texts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields}
