"""Forms about offers: what came, what is answered, and what each person affected says."""

import datetime as dt
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.fields import DayField, MoneyField, PastDayField
from campaigns.models import CaseParty, CaseState, Payment
from campaigns.wording import date_in_words, money
from escalation import agreements, offers
from escalation.models import Decision, Instalment, Offer, OfferVoice
from escalation.move_forms import (
    DecidedForm,
    MoveForm,
    PartiesField,
    line_field,
    text_field,
)

CLAUSES = ("full_and_final", "silence", "release")


class PaymentChoice(forms.ModelChoiceField):
    """Payments of the case: "$400.00, cheque, Fri 27 Nov"."""

    currency = ""

    def label_from_instance(self, payment: Payment) -> str:
        return payment_in_short(payment, self.currency)


class PaymentsChoice(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple
    currency = ""

    def label_from_instance(self, payment: Payment) -> str:
        return payment_in_short(payment, self.currency)


def payment_in_short(payment: Payment, currency: str) -> str:
    day = date_in_words(payment.received_on, short=True, year=False)
    return f"{money(payment.amount, currency)}, {payment.get_method_display()}, {day}"


class OfferForm(MoveForm):
    """An offer of the target, in their words.

    `answered` is an offer of theirs that we answered: the new one says yes to our answer.
    """

    received_on = PastDayField(label=_l("Received on"))
    said_by = line_field(Offer, "said_by", help_text=_l("A name or a part: the owner's lawyer."))
    said_to = line_field(Offer, "said_to", help_text=_l("Who of us heard it or got it."))
    channel = forms.ChoiceField(
        label=_l("How it came"),
        choices=[("", _l("Not said")), *Offer.Channel.choices],
        required=False,
    )
    amount = MoneyField(label=_l("Sum offered"), allow_zero=True)
    terms = text_field(
        _l("Terms"),
        most=Offer._meta.get_field("terms").max_length,
        rows=4,
        help_text=Offer._meta.get_field("terms").help_text,
    )
    full_and_final = forms.BooleanField(label=_l("They call it full and final."), required=False)
    silence = forms.BooleanField(label=_l("They want silence about it."), required=False)
    release = forms.BooleanField(label=_l("They want all claims given up."), required=False)
    payment = PaymentChoice(
        Payment.objects.none(),
        label=_l("Money that came with it"),
        required=False,
        empty_label=_l("None"),
        help_text=_l("Record the payment first. Then choose it here."),
    )
    pay_by = DayField(label=_l("To be paid by"), required=False)
    valid_until = DayField(label=_l("Valid until"), required=False)

    def __init__(self, *args: Any, answered: Offer | None = None, **kwargs: Any) -> None:
        self.answered = answered
        super().__init__(*args, **kwargs)

    def first_values(self) -> dict[str, Any]:
        values: dict[str, Any] = {"received_on": timezone.localdate(self.now)}
        if self.answered:
            values["amount"] = self.answered.counter_amount
            values["terms"] = self.answered.counter_terms
            values["said_by"] = self.answered.said_by
        return values

    def prepare(self) -> None:
        payments = Payment.objects.filter(case=self.case).standing().order_by("-received_on")
        field = self.fields["payment"]
        field.queryset, field.currency = payments, self.group.currency
        if not payments.exists():
            del self.fields["payment"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        received = cleaned.get("received_on")
        for name in ("pay_by", "valid_until"):
            if received and cleaned.get(name) and cleaned[name] < received:
                self.add_error(name, _("This day is before the offer was received."))
        return cleaned

    def make(self) -> str:
        self.offer = offers.record_offer(self.case, by=self.by, **self.cleaned_data)
        return _("The offer is noted. The people affected and the group decide; pressure goes on.")

    def leads_to(self) -> str:
        return address_of(self.offer)


def address_of(offer: Offer) -> str:
    return reverse("offer", args=[offer.case.reference, offer.pk])


class AboutOffer(MoveForm):
    """A form about one offer. The view gives it before the form is drawn or cleaned."""

    offer: Offer

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        self.offer = offer
        super().__init__(*args, **kwargs)

    def leads_to(self) -> str:
        return address_of(self.offer)

    def affected(self) -> Any:
        return self.case.parties.affected().select_related("person")


class SayForm(AboutOffer):
    """What one affected person says, passed on by the team."""

    party = forms.ModelChoiceField(
        CaseParty.objects.none(), label=_l("Who says it"), empty_label=_l("Choose one")
    )
    says = forms.ChoiceField(
        label=_l("What they say"), choices=OfferVoice.Says, widget=forms.RadioSelect
    )
    note = line_field(OfferVoice, "note")

    def prepare(self) -> None:
        people = list(self.affected())
        self.fields["party"].queryset = self.affected()
        if len(people) == 1:
            self.fields["party"].initial = people[0].pk
            self.fields["party"].widget = forms.HiddenInput()

    def make(self) -> str:
        offers.say(self.offer, by=self.by, **self.cleaned_data)
        return _("What they say is noted.")


class CounterForm(AboutOffer, DecidedForm):
    """Our answer with another sum. In a fight the group votes on it."""

    decision_kind = Decision.Kind.COUNTER
    motion_text = _l("Answer the offer in %(case)s with another sum")

    amount = MoneyField(label=_l("Sum we ask for"))
    terms = text_field(_l("Our terms"), most=4000, rows=4)
    answered_on = PastDayField(label=_l("Answered on"))

    field_order = ("amount", "terms", "answered_on")

    def first_values(self) -> dict[str, Any]:
        return super().first_values() | {"answered_on": timezone.localdate(self.now)}

    def prepare(self) -> None:
        super().prepare()
        if (self.case.held_state or self.case.state) not in CaseState.FIGHTING:
            self.leave_out_vote(but_voices=True)

    def clean_answered_on(self) -> dt.date:
        return _not_before(self.offer, self.cleaned_data["answered_on"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.everyone_agreed():
            self.add_error(self.voice_field, _("Ask everyone affected first."))
        return cleaned

    def make(self) -> str:
        said = self.cleaned_data
        offers.counter(
            self.offer,
            by=self.by,
            amount=said["amount"],
            terms=said["terms"],
            answered_on=said["answered_on"],
            vote=self.vote(),
            affected_agreed=self.everyone_agreed(),
        )
        return _("The answer is noted. Pressure goes on until they agree to it.")


class RefuseForm(AboutOffer):
    """A no. Whoever is affected must have said so; the team alone never refuses."""

    said_no = PartiesField(
        CaseParty.objects.none(),
        label=_l("Who else says no"),
        required=False,
        help_text=_l("Tick who told you that they do not want it."),
    )
    answered_on = PastDayField(label=_l("Answered on"))
    note = text_field(_l("What you answered"))

    def first_values(self) -> dict[str, Any]:
        return {"answered_on": timezone.localdate(self.now)}

    def prepare(self) -> None:
        silent = self.affected().exclude(offer_voices__offer=self.offer)
        self.fields["said_no"].queryset = silent
        if not silent.exists():
            del self.fields["said_no"]

    def clean_answered_on(self) -> dt.date:
        return _not_before(self.offer, self.cleaned_data["answered_on"])

    def make(self) -> str:
        offers.refuse(self.offer, by=self.by, **self.cleaned_data)
        return _("The offer is refused. The fight goes on as it was.")


class RenewForm(AboutOffer):
    """The target said that an offer that ran out still holds."""

    confirmed = forms.BooleanField(
        label=_l("We asked them: the offer still holds."),
        error_messages={"required": _l("Ask them first. Tick this when they said yes.")},
    )
    valid_until = DayField(label=_l("Until when"), required=False)
    note = text_field(_l("Who said it, and how"))

    def make(self) -> str:
        said = self.cleaned_data
        offers.renew(self.offer, by=self.by, valid_until=said["valid_until"], note=said["note"])
        return _("The offer holds again. It can be accepted.")


class WaiveForm(DecidedForm):
    """Let one payment of an agreement go: it takes a vote and everyone's yes."""

    decision_kind = Decision.Kind.WAIVE
    motion_text = _l("Let a payment go in %(case)s")

    note = text_field(_l("Why"), most=300, required=True)

    field_order = ("note",)

    def __init__(self, *args: Any, instalment: Instalment, **kwargs: Any) -> None:
        self.instalment = instalment
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.everyone_agreed():
            self.add_error(self.voice_field, _("It takes the yes of everyone affected."))
        return cleaned

    def make(self) -> str:
        note = self.cleaned_data["note"]
        agreements.waive(self.instalment, by=self.by, vote=self.vote(), note=note)
        return _("The payment is let go. The rest of the agreement holds.")

    def leads_to(self) -> str:
        return reverse("case_money", args=[self.case.reference])


class OnAccountForm(DecidedForm):
    """Take money on account that they call full and final: whose money it is, and the group."""

    decision_kind = Decision.Kind.ON_ACCOUNT
    motion_text = _l("Take the money in %(case)s on account, not in full, and go on")
    asks_voices = False  # of the others: beside the vote it is for whom the money is

    agreed_to_it = forms.BooleanField(
        label=_l("Everyone affected said yes to this."),
        error_messages={"required": _l("Ask them first. Without their yes it is not cashed.")},
    )

    def __init__(self, *args: Any, payment: Payment, **kwargs: Any) -> None:
        self.payment = payment
        super().__init__(*args, **kwargs)
        if payment.party:
            label = _("%(name)s said yes to this.") % {"name": payment.party}
            self.fields["agreed_to_it"].label = label

    def voices(self) -> dict[int, bool]:
        whose = [self.payment.party] if self.payment.party else self.affected
        return {party.pk: True for party in whose if self.cleaned_data.get("agreed_to_it")}

    def everyone_agreed(self) -> bool:
        return bool(self.cleaned_data.get("agreed_to_it"))

    def clean_held_on(self) -> dt.date | None:
        day = super().clean_held_on()
        if day and day < self.payment.received_on:
            raise forms.ValidationError(_("That is before the payment came in."))
        return day

    def make(self) -> str:
        offers.take_on_account(
            self.payment, by=self.by, agreed=self.everyone_agreed(), vote=self.vote()
        )
        return _("Saved. Write to them that it is taken on account, and that the rest is owed.")

    def leads_to(self) -> str:
        return reverse("case_money", args=[self.case.reference])


def _not_before(offer: Offer, day: dt.date) -> dt.date:
    if day < offer.received_on:
        raise forms.ValidationError(_("This day is before the offer was received."))
    return day
