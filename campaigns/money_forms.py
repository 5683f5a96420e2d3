"""Forms for claim lines and payments."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import evidence, money_in
from campaigns.evidence_forms import EvidenceField
from campaigns.fields import MoneyField, PastDayField, QuantityField
from campaigns.forms import OnceForm, VersionedForm
from campaigns.models import Case, CaseParty, ClaimLine, Payment
from campaigns.models.claims import ZERO
from campaigns.wording import date_in_words

MOST = Decimal("99999999.99")
K = ClaimLine.Kind

_DATES = ["from_date", "until_date"]
_FIGURES = ["quantity", "rate", "paid", "figure", "accepted"]
_FIELDS = {
    K.WORK: ["party", "label", *_DATES, "quantity", "unit", "rate", "paid", "is_about", "note"],
    K.SUM: ["party", "label", *_DATES, "figure", "is_about", "note"],
    K.DEPOSIT: ["party", "label", "from_date", "figure", "is_about", "note"],
    K.DEDUCTION: ["party", "label", "figure", "accepted", "note"],
    K.RETURNED: ["party", "label", "from_date", "figure", "note"],
}
_LABELS = {
    K.DEPOSIT: {
        "from_date": gettext_lazy("Paid on"),
        "figure": gettext_lazy("Deposit paid"),
        "note": gettext_lazy("How we know"),
    },
    K.DEDUCTION: {
        "figure": gettext_lazy("What the landlord took off"),
        "accepted": gettext_lazy("Part of it they accept"),
        "note": gettext_lazy("Why the rest is disputed"),
    },
    K.RETURNED: {
        "from_date": gettext_lazy("Returned on"),
        "figure": gettext_lazy("Sum returned"),
        "note": gettext_lazy("How it came back"),
    },
}
# Asked only when the same sum stands both in a line "returned so far" and in a payment.
ANOTHER = gettext_lazy("This is other money. Count both.")
_USUAL = {K.DEPOSIT: gettext_lazy("Deposit"), K.RETURNED: gettext_lazy("Returned so far")}


class LineForm(OnceForm, VersionedForm):
    """One claim line. Which fields it has follows from its kind."""

    quantity = QuantityField(label=gettext_lazy("How many"))
    rate = MoneyField(label=gettext_lazy("Pay for one"), max_digits=8)
    paid = MoneyField(
        label=gettext_lazy("Already paid for this work"), allow_zero=True, required=False
    )
    figure = MoneyField(label=gettext_lazy("Sum"))
    accepted = MoneyField(
        label=gettext_lazy("Part they accept"),
        allow_zero=True,
        required=False,
        help_text=gettext_lazy("0 if they accept nothing of it."),
    )
    is_another = forms.BooleanField(label=ANOTHER, required=False)

    class Meta:
        model = ClaimLine
        fields = list(dict.fromkeys(name for names in _FIELDS.values() for name in names))
        field_classes = {"from_date": PastDayField, "until_date": PastDayField}

    def __init__(self, *args: Any, case: Case, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        self.instance.case, self.instance.kind = case, kind
        self._keep_fields_of(kind)
        self._choose_party()

    def _keep_fields_of(self, kind: str) -> None:
        asked = ("is_another",) if kind == K.RETURNED and self.is_bound else ()
        for name in [*self.fields]:
            if name not in (*_FIELDS[kind], *asked, "seen_version", "form_key"):
                del self.fields[name]
        self.order_fields(_FIELDS[kind])
        for name, label in _LABELS.get(kind, {}).items():
            self.fields[name].label = label
        self.fields["note"].help_text = _("The letter prints this too.")
        if self.instance.pk is None:
            self.fields["label"].initial = _USUAL.get(kind, "")

    def _choose_party(self) -> None:
        """Ask whose line it is only where several people could be meant."""
        parties = self.case.parties.affected().select_related("person")
        self.fields["party"].queryset = parties
        self.fields["party"].empty_label = None
        if len(parties) == 1:
            self.fields["party"].initial = parties[0].pk
            self.fields["party"].widget = forms.HiddenInput()

    def clean_paid(self) -> Decimal:
        return self.cleaned_data["paid"] or ZERO

    def clean_accepted(self) -> Decimal:
        return self.cleaned_data["accepted"] or ZERO

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, last = data.get("from_date"), data.get("until_date")
        if first and last and last < first:
            self.add_error("until_date", _("The end lies before the beginning."))
        figure, accepted = data.get("figure"), data.get("accepted")
        if figure and accepted and accepted > figure:
            self.add_error("accepted", _("They cannot accept more than was taken off."))
        if not self.errors:
            self._refuse_too_much(data)
        if "is_another" in self.fields:
            is_another = data.pop("is_another", False)
            if not is_another and (self.errors or not self._is_paid_before(data)):
                del self.fields["is_another"]
        return data

    def _is_paid_before(self, data: dict[str, Any]) -> bool:
        """Ask about a new sum that stands in a payment: it would be taken off twice."""
        if not {"figure", "from_date"}.intersection(self.changed_data):
            return False
        payment = money_in.paid_before(self.case, figure=data["figure"], day=data["from_date"])
        if payment is None:
            return False
        text = _(
            "A payment of the same sum, received on %(day)s, takes it off already. If it is the "
            "same money, do not write it down again. If it is other money, tick this and send "
            "again."
        )
        self.add_error("is_another", text % {"day": date_in_words(payment.received_on)})
        return True

    def _refuse_too_much(self, data: dict[str, Any]) -> None:
        """Refuse a calculation that comes to more than any paper could print."""
        figures = {name: data[name] for name in _FIGURES if name in data}
        amount = ClaimLine(kind=self.instance.kind, **figures).worked_out()
        others = self.case.claim_lines.exclude(pk=self.instance.pk)
        if amount + others.total() > MOST:
            self.add_error(
                None,
                _("All lines together come to more than %(most)s. Look at the figures again.")
                % {"most": f"{MOST:,.2f}"},
            )


class PaymentForm(forms.ModelForm):
    """Money that came in. Where several people are affected it says for whom.

    A line "returned so far" of the same sum is asked about before the payment is taken: both
    together would take the money off twice.
    """

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    is_another = forms.BooleanField(label=ANOTHER, required=False)

    class Meta:
        model = Payment
        fields = [
            "amount",
            "method",
            "payer",
            "received_on",
            "party",
            "full_and_final",
            "payee",
            "payee_note",
            "note",
        ]
        field_classes = {"amount": MoneyField, "received_on": PastDayField}

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        self.fields["form_key"].initial = uuid.uuid4
        self.fields["received_on"].initial = timezone.localdate
        self.fields["method"].choices = [("", _("Choose one")), *Payment.Method.choices]
        self._choose_party()
        if not self.is_bound:
            del self.fields["is_another"]  # it is asked only when there is something to ask

    def _choose_party(self) -> None:
        """Ask for whom it is only where several people are or were affected."""
        affected: Any = CaseParty.objects.filter(case=self.case, role=CaseParty.Role.AFFECTED)
        self.people = list(affected.select_related("person"))
        field = self.fields["party"]
        field.queryset = affected.select_related("person")
        field.label = _("For whom")
        if len(self.people) == 1:
            del self.fields["party"]
            self.fields["payee"].initial = self.people[0].payee
            self.fields["payee_note"].initial = self.people[0].payee_note
            return
        field.required, field.empty_label = True, _("Choose one")
        field.help_text = _("Is it for several of you? Record one payment for each.")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "party" not in self.fields:
            data["party"] = self.people[0] if self.people else None
        if data.get("payee") and not data.get("payee_note"):
            self.add_error("payee_note", _("Write down how we know that they may take it."))
        is_another = data.pop("is_another", False)
        if not is_another and not self._is_counted_before(data):
            del self.fields["is_another"]
        return data

    def _is_counted_before(self, data: dict[str, Any]) -> bool:
        if not (data.get("amount") and data.get("received_on")):
            return False
        line = money_in.counted_before(
            self.case, amount=data["amount"], received_on=data["received_on"]
        )
        if line is None:
            return False
        text = _(
            "The line “%(line)s” takes the same sum off already. If it is the same money, do not "
            "record it again. If it is other money, tick this and send again."
        )
        self.add_error("is_another", text % {"line": line.label})
        return True


class PaymentFateForm(forms.Form):
    """When something happened to a payment: not before it came, and not in the future."""

    on = PastDayField(label=gettext_lazy("On which day"), widget=forms.DateInput)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, payment: Payment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.payment = payment
        self.fields["on"].initial = timezone.localdate

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day < self.payment.received_on:
            raise forms.ValidationError(_("That is before the payment came in."))
        return day


class StrikeForm(PaymentFateForm):
    """A payment that was written down by mistake. It counted until today, so it ends today."""

    note = forms.CharField(
        label=gettext_lazy("What was wrong"),
        max_length=300,
        help_text=gettext_lazy("For example: another sum, another case, written down twice."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["on"]

    def clean(self) -> dict[str, Any]:
        return super().clean() | {"on": timezone.localdate()}


class BounceForm(PaymentFateForm):
    fee = MoneyField(
        label=gettext_lazy("Fee the bank took"),
        max_digits=8,
        required=False,
        help_text=gettext_lazy("Leave it empty if there was none."),
    )
    file = EvidenceField(
        label=gettext_lazy("Picture of the cheque, or the letter of the bank"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = evidence.limits()
        self.fields["note"].help_text = _(
            "The bank and the name on the cheque, if you can read it."
        )
