"""Forms for claim lines and payments."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.fields import MoneyField, PastDayField, QuantityField
from campaigns.forms import VersionedForm
from campaigns.models import Case, CaseParty, ClaimLine, Payment
from campaigns.models.claims import ZERO

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
_USUAL = {K.DEPOSIT: gettext_lazy("Deposit"), K.RETURNED: gettext_lazy("Returned so far")}


class LineForm(VersionedForm):
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
        for name in [*self.fields]:
            if name not in (*_FIELDS[kind], "seen_version"):
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
        return data

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
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    class Meta:
        model = Payment
        fields = ["amount", "method", "payer", "received_on", "party", "note"]
        field_classes = {"amount": MoneyField, "received_on": PastDayField}

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = uuid.uuid4
        self.fields["received_on"].initial = timezone.localdate
        self.fields["method"].choices = [("", _("Choose one")), *Payment.Method.choices]
        parties: Any = CaseParty.objects.filter(case=case).select_related("person")
        self.fields["party"].queryset = parties
        self.fields["party"].empty_label = _("everybody, or not said")


class PaymentFateForm(forms.Form):
    """When a payment cleared or bounced: not before it came, and not in the future."""

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
