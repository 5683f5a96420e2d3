"""Forms for payments. Those for claim lines are in campaigns.line_forms."""

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import evidence, money_in
from campaigns.evidence_forms import EvidenceField
from campaigns.fields import MoneyField, PastDayField
from campaigns.models import Case, CaseParty, Payment

# Asked only when the same sum stands both in a line that takes money off and in a payment.
ANOTHER = gettext_lazy("This is other money. Count both.")


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
        self.fields["file"].case = self.payment.case
        self.fields["note"].help_text = _(
            "The bank and the name on the cheque, if you can read it."
        )
