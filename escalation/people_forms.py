"""Forms about people: who takes the money of somebody, and which of two records is right."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns import people_merge
from campaigns.forms import tell_both_texts
from campaigns.models import CaseParty, Person
from escalation import people_in_fight
from escalation.models import Decision
from escalation.move_forms import DecidedForm, line_field


class PayeeForm(DecidedForm):
    """Who takes the money of one person. The vote is asked for only where it takes one."""

    decision_kind = Decision.Kind.PAYEE
    motion_text = _l("Who takes the money in %(case)s")
    asks_voices = False  # only the one whose money it is has a say beside the vote

    payee = line_field(CaseParty, "payee", label=_l("Who takes the money"))
    payee_note = line_field(
        CaseParty,
        "payee_note",
        help_text=_l("A signed note, a call, a paper you saw. Never why somebody cannot come."),
    )
    agreed_to_it = forms.BooleanField(
        label=_l("They said yes to this, or who may decide for them did."), required=False
    )
    cannot_say = forms.BooleanField(
        label=_l("They can no longer say yes or no."),
        help_text=_l("Then the vote alone decides. Do not write why."),
        required=False,
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, party: CaseParty, **kwargs: Any) -> None:
        self.party = party
        super().__init__(*args, **kwargs)

    def first_values(self) -> dict[str, Any]:
        return super().first_values() | {
            "payee": self.party.payee,
            "payee_note": self.party.payee_note,
            "seen_version": self.party.version,
        }

    def prepare(self) -> None:
        super().prepare()
        if not people_in_fight.payee_takes_a_vote(self.party):
            self.leave_out_vote()
            del self.fields["agreed_to_it"], self.fields["cannot_say"]

    def voices(self) -> dict[int, bool]:
        return {self.party.pk: True} if self.cleaned_data.get("agreed_to_it") else {}

    def everyone_agreed(self) -> bool:
        return bool(self.voices())

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if (said.get("payee") or said.get("cannot_say")) and not said.get("payee_note"):
            self.add_error("payee_note", _("Write how we know that they may take the money."))
        if self.vote_is_needed() and not (said.get("agreed_to_it") or said.get("cannot_say")):
            text = _("It is their money. Without their yes nothing is changed.")
            self.add_error("agreed_to_it", text)
        self._look_at_theirs(said)
        return said

    def _look_at_theirs(self, said: dict[str, Any]) -> None:
        names, now = ("payee", "payee_note"), self.party
        is_other = any(getattr(now, name) != said.get(name) for name in names)
        if is_other and said.get("seen_version") not in (None, now.version):
            tell_both_texts(self, now, names, version=now.version)

    def make(self) -> str:
        said = self.cleaned_data
        people_in_fight.change_payee(
            self.party,
            by=self.by,
            payee=said["payee"],
            payee_note=said["payee_note"],
            seen_version=said["seen_version"],
            agreed=said.get("agreed_to_it", False),
            cannot_say=said.get("cannot_say", False),
            vote=self.vote(),
        )
        return _("Noted. Payments for them name who took the money.")


class JoinForm(forms.Form):
    """What of two records of one person is right, asked where they say different things."""

    def __init__(self, *args: Any, keep: Person, other: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in people_merge.CHOSEN:
            mine, theirs = _shown(keep, name), _shown(other, name)
            if mine == theirs or not theirs:
                continue
            self.fields[name] = forms.ChoiceField(
                label=capfirst(Person._meta.get_field(name).verbose_name),
                choices=[("keep", mine or _("nothing")), ("other", theirs)],
                widget=forms.RadioSelect,
                initial="keep" if mine else "other",
            )

    def take(self) -> list[str]:
        """Return the fields that the other record has right."""
        return [name for name, chosen in self.cleaned_data.items() if chosen == "other"]


def _shown(person: Person, name: str) -> str:
    return str(getattr(person, f"get_{name}_display", lambda: getattr(person, name))())
