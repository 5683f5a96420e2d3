"""Forms of the people of a case: who they are, what their part is, and who acts for whom."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.fields import PastDayField
from campaigns.forms import OnceForm, VersionedForm
from campaigns.models import Case, CaseParty, Message, Person

# Nobody is put out of a fight, or of having a say in it, without a vote.
THEY_STAY = gettext_lazy(
    "They stay: claim lines are theirs, nobody else is affected, or the fight runs. "
    "Change or remove the lines first. In a fight, note on the page of the case that "
    "one of them leaves."
)


class PersonForm(VersionedForm):
    class Meta:
        model = Person
        fields = [
            "name",
            "may_say_who",
            "may_leave_voicemail",
            "may_text",
            "good_times",
            "phone",
            "email",
            "messenger",
            "language_spoken",
            "language_read",
            "needs_interpreter",
        ]


class PartyForm(VersionedForm):
    """What a person is in this case. It is sent together with their `PersonForm`."""

    # What only somebody who acts for another has.
    OF_REPRESENTATIVE = ("acts_for", "scope", "may_decide", "authority_note")

    agreed = forms.BooleanField(
        label=gettext_lazy("They agreed that the team reads and keeps this."),
        help_text=gettext_lazy("Ask them. Nobody can agree to it for somebody else."),
        error_messages={"required": gettext_lazy("Ask them first. Then tick this.")},
    )

    class Meta:
        model = CaseParty
        fields = [
            "role",
            "acts_for",
            "scope",
            "may_decide",
            "authority_note",
            "public_name",
            "alias",
            "joined_on",
        ]
        field_classes = {"joined_on": PastDayField}
        help_texts = {
            "acts_for": gettext_lazy("Only for a representative."),
            "may_decide": gettext_lazy(
                "To a letter or an offer, in the name of the other. Without this they can read "
                "along, and not decide."
            ),
        }

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        self.case = case
        super().__init__(*args, **kwargs)
        others = case.parties.affected().exclude(pk=self.instance.pk).select_related("person")
        acts_for = self.fields["acts_for"]
        acts_for.queryset, acts_for.empty_label = others, _("Nobody, for themselves")
        known = list(others[:2])
        is_new = self.instance.pk is None
        if len(known) == 1 and (is_new or self.instance.role == CaseParty.Role.REPRESENTATIVE):
            self.initial["acts_for"] = self.initial.get("acts_for") or known[0].pk
        if not is_new:
            del self.fields["agreed"]
        if not known:  # the only one affected: there is nobody to act for
            for name in self.OF_REPRESENTATIVE:
                del self.fields[name]

    def add_prefix(self, field_name: str) -> str:
        """Keep the two versions apart that travel in one page."""
        return "seen_party_version" if field_name == "seen_version" else field_name

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("public_name") == CaseParty.PublicName.ALIAS and not data.get("alias"):
            self.add_error("alias", _("Write the name they chose."))
        if data.get("role") == CaseParty.Role.REPRESENTATIVE:
            self._clean_representative(data)
        else:
            nothing = {"acts_for": None, "scope": "", "may_decide": False, "authority_note": ""}
            data |= {name: nothing[name] for name in self.OF_REPRESENTATIVE if name in self.fields}
        return data

    def _clean_representative(self, data: dict[str, Any]) -> None:
        party = self.instance
        if "acts_for" not in self.fields:
            self.add_error("role", _("Nobody else is affected. Add the person they act for first."))
            return
        if not data.get("acts_for") and "acts_for" not in self.errors:
            self.add_error("acts_for", _("Choose whom they act for."))
        if data.get("may_decide") and not data.get("authority_note"):
            self.add_error("authority_note", _("Write how we know that they may decide."))
        if party.pk and party.claim_lines.exists():
            self.add_error("role", _("Claim lines are theirs. Change or remove the lines first."))
        if party.pk and self.case.is_accepted and party.shares.exists():
            self.add_error("role", THEY_STAY)
        if party.pk and party.represented_by.present().exists():
            self.add_error("role", _("Somebody acts for them. End that first."))


class MessageForm(OnceForm):
    """A text from the team, to one person of the case or to all of them."""

    to = forms.ModelChoiceField(
        label=gettext_lazy("To whom"),
        queryset=CaseParty.objects.none(),
        required=False,
        empty_label=gettext_lazy("Everybody in this case"),
        help_text=gettext_lazy("What you write to one of them, the others do not see."),
    )
    text = forms.CharField(
        label=gettext_lazy("Message"),
        max_length=Message._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = list(case.parties.present().select_related("person"))
        self.fields["to"].queryset = case.parties.present().select_related("person")
        if len(self.people) < 2:
            del self.fields["to"]

    @property
    def party(self) -> CaseParty | None:
        """Return to whom it goes, None for all. The only one there is, is meant by name."""
        if "to" not in self.fields:
            return self.people[0] if self.people else None
        return self.cleaned_data["to"]
