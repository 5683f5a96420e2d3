"""The forms that change what is demanded of a fight that runs, or for whom."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.fields import MoneyField
from campaigns.forms import OnceForm, outrun_words, seen_now, they_wrote
from campaigns.models import CaseParty, ClaimLine, Group, Reason
from campaigns.models.claims import ZERO
from campaigns.wording import money
from escalation import moves
from escalation.models import Decision
from escalation.move_forms import DecidedForm, line_field, reason_field, text_field
from escalation.moves.demands import RAISES, REVISIONS
from escalation.share_fields import ShareFields
from letters.models import Demand

R = Reason


class ReviseDemandForm(OnceForm, ShareFields, DecidedForm):
    """Less, more, a fee, or other terms. It takes a vote and the yes of everyone affected."""

    marks_optional = False
    decision_kind = Decision.Kind.REVISE
    everyone_agrees = True
    motion_text = _l("Change the demand in %(case)s")
    from_address = ("reason", "fee_amount", "fee_party")

    reason = reason_field(*REVISIONS)
    amount = MoneyField(label=_l("Sum demanded from now on"), allow_zero=True)
    fee_amount = MoneyField(
        label=_l("The fee"),
        required=False,
        help_text=_l("Only for a fee. It is added to the sum and becomes a line of its own."),
    )
    fee_label = line_field(ClaimLine, "label", label=_l("What the fee was for"), required=False)
    fee_party = forms.ModelChoiceField(
        CaseParty.objects.none(),
        label=_l("Who paid it"),
        required=False,
        empty_label=_l("Choose one"),
    )
    other_terms = text_field(
        _l("Other demands, one a line"), most=Demand._meta.get_field("other_terms").max_length
    )
    deadline_days = forms.TypedChoiceField(
        label=_l("Days a new letter gives them"),
        choices=Group.DEADLINE_DAYS,
        coerce=int,
        widget=forms.RadioSelect,
    )
    note = text_field(
        _l("What is different now"), help_text=_l("Needed if you ask for more than before.")
    )

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    field_order = ("reason", "amount")

    def first_values(self) -> dict[str, Any]:
        self.demand = Demand.objects.current(self.case)
        values = super().first_values()
        if self.demand is None:
            return values
        return values | {
            "version": self.demand.version,
            "amount": self.demand.amount,
            "other_terms": self.demand.other_terms,
            "deadline_days": self.demand.deadline_days,
        }

    def prepare(self) -> None:
        super().prepare()
        self.fields["fee_party"].queryset = self.case.parties.affected().select_related("person")
        if len(self.affected) == 1:
            del self.fields["fee_party"]

    def first_shares(self) -> dict[int, Decimal]:
        return dict(self.demand.shares.values_list("party", "amount")) if self.demand else {}

    def facts(self) -> list[str]:
        lines = money(self.case.claimed, self.group.currency)
        text = _(
            "The lines of the case come to %(sum)s. A new letter prints them. If you want less, it "
            "says that you leave the rest out."
        )
        return [text % {"sum": lines}]

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        demand = ("reason", "amount", *self.shares_of, "other_terms", "deadline_days", "note")
        return [
            (_("What you demand now"), self.bound(*demand)),
            (_("If a fee came on top"), self.bound("fee_amount", "fee_label", "fee_party")),
            (_("The vote"), self.bound(*self.VOTE_FIELDS)),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        reason, amount = cleaned.get("reason"), cleaned.get("amount")
        if self.demand is None or not reason or amount is None or self.was_sent(self.case):
            return cleaned
        if cleaned.get("version") not in (None, self.demand.version):
            seen_now(self, "version", self.demand.version)
            self.add_error(None, outrun_words())
            theirs = [money(self.demand.amount, self.group.currency), *self.demand.terms]
            self.add_error("amount", they_wrote(", ".join(theirs)))
        elif reason == R.FEE:
            self._clean_fee(amount)
        else:
            if cleaned.get("fee_amount"):
                self.add_error("reason", _("You wrote down a fee. Choose it as the reason."))
            if amount > self.demand.amount and reason not in RAISES:
                text = _("More is asked only for new facts, a wrong sum or a fee.")
                self.add_error("reason", text)
            if amount > self.demand.amount:
                self.need("note", why=_("Write down what is new."))
            self.clean_shares(amount, kept=self.demand.kept_for_left)
        return cleaned

    def _clean_fee(self, amount: Decimal) -> None:
        """The sum may stand as it was, or with the fee: the fee is added either way."""
        self.need("fee_amount", "fee_label", "note")
        if "fee_party" in self.fields:
            self.need("fee_party")
        fee = self.cleaned_data.get("fee_amount")
        if fee and amount not in (self.demand.amount, self.demand.amount + fee):
            self.add_error("amount", _("Leave the sum as it is. The fee is added to it."))
        said = self.cleaned_data
        changed = [n for n in self.shares_of if said.get(n) not in (None, self.fields[n].initial)]
        if changed:
            text = _("Leave this as it is. The fee is added for the person who paid it.")
            self.add_error(changed[0], text)

    def make(self) -> str:
        said, fee = self.cleaned_data, None
        amount = said["amount"]
        if said["reason"] == R.FEE:
            party = said.get("fee_party") or self.affected[0]
            fee = {"amount": said["fee_amount"], "label": said["fee_label"], "party": party}
            amount = self.demand.amount + said["fee_amount"]
        with self.once(self.case) as is_first:
            if is_first:
                moves.revise_demand(
                    self.case,
                    by=self.by,
                    reason=said["reason"],
                    amount=amount,
                    vote=self.vote(),
                    note=said["note"],
                    other_terms=said["other_terms"],
                    deadline_days=said["deadline_days"],
                    shares=None if fee else self.shares(),
                    fee=fee,
                    version=said["version"],
                )
        return _("The demand is changed. For a second letter, draft the next version.")


class PersonLeavesForm(DecidedForm):
    """One of several people affected leaves. Their own word, and a vote about their share."""

    decision_kind = Decision.Kind.LEAVE
    asks_voices = False
    motion_text = _l("One of us leaves %(case)s, and their share leaves the demand")

    party = forms.ModelChoiceField(
        CaseParty.objects.none(), label=_l("Who leaves"), widget=forms.RadioSelect, empty_label=None
    )
    words = text_field(
        _l("What they said, in their own words"),
        required=True,
        help_text=_l("Ask them themselves. Nobody decides this for them."),
    )

    field_order = ("party", "words")

    def prepare(self) -> None:
        super().prepare()
        self.fields["party"].queryset = self.case.parties.affected().select_related("person")

    def facts(self) -> list[str]:
        return [
            _("Their share leaves the demand. What they were paid stays counted."),
            _("Their lines are kept and count no more, and their private code ends."),
        ]

    def make(self) -> str:
        said = self.cleaned_data
        moves.person_leaves(
            self.case, by=self.by, party=said["party"], words=said["words"], vote=self.vote()
        )
        demand = Demand.objects.current(self.case)
        asked = money(demand.amount if demand else ZERO, self.group.currency)
        return _("%(name)s has left. The demand is %(sum)s now.") % {
            "name": said["party"],
            "sum": asked,
        }
