"""The form for one claim line. A worked week has a form of its own: campaigns.week_forms."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import line_labels, money_in, overtime, rule_codes, rules, workings
from campaigns.fields import MoneyField, PastDayField, QuantityField
from campaigns.forms import OnceForm, VersionedForm
from campaigns.models import Case, ClaimLine, Evidence, Group, User
from campaigns.money_forms import ANOTHER
from campaigns.wages import ZERO
from campaigns.wording import date_in_words

MOST = Decimal("99999999.99")
K = ClaimLine.Kind

_DATES = ["from_date", "until_date"]
_HOURS = ["quantity", "quantity_high"]
_FIGURES = [*_HOURS, "rate", "paid_rate", "paid", "figure", "accepted"]
_SUM = ["party", "label", *_DATES, "figure", "is_about", "note"]
_FIELDS = {
    K.WORK: ["party", "label", *_DATES, *_HOURS, "unit", "rate", "paid", "is_about", "note"],
    K.WEEK: ["party", "label", "from_date", "rate", "overtime", "paid", "note"],
    K.MINIMUM: ["party", "label", *_DATES, *_HOURS, "rate", "paid_rate", "is_about", "note"],
    K.TIPS: _SUM,
    K.WITHHELD: _SUM,
    K.SUM: _SUM,
    K.PART_PAID: ["party", "label", "from_date", "figure", "note"],
    K.BANK_FEE: ["party", "label", "from_date", "figure", "note"],
    K.DEPOSIT: ["party", "label", "from_date", "figure", "is_about", "note"],
    K.DEDUCTION: ["party", "label", "figure", "accepted", "note"],
    K.RETURNED: ["party", "label", "from_date", "figure", "note"],
    K.CHARGE: ["party", "label", "from_date", "figure", "note"],
}
_LABELS = {
    K.WORK: {"quantity_high": gettext_lazy("At most how many")},
    K.WEEK: {
        "from_date": gettext_lazy("First day of that week"),
        "rate": gettext_lazy("Pay for one hour"),
        "paid": gettext_lazy("Already paid for that week"),
    },
    K.MINIMUM: {
        "quantity": gettext_lazy("How many hours"),
        "quantity_high": gettext_lazy("At most how many hours"),
        "rate": gettext_lazy("The minimum for one hour"),
    },
    K.WITHHELD: {
        "figure": gettext_lazy("What was taken off"),
        "note": gettext_lazy("What they said it was for, and how we know"),
    },
    K.PART_PAID: {
        "from_date": gettext_lazy("Paid on"),
        "figure": gettext_lazy("Sum paid"),
        "note": gettext_lazy("How it was paid"),
    },
    K.BANK_FEE: {
        "from_date": gettext_lazy("Taken on"),
        "figure": gettext_lazy("What the bank took"),
        "note": gettext_lazy("How we know"),
    },
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
    K.CHARGE: {
        "label": gettext_lazy("What the charge is for"),
        "from_date": gettext_lazy("Charged on"),
        "figure": gettext_lazy("Sum they charge"),
        "note": gettext_lazy("Why it is not owed"),
    },
}


class _FilesField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Evidence) -> str:
        return workings.file_in_words(obj)


class LineForm(OnceForm, VersionedForm):
    """One claim line. Which fields it has follows from its kind."""

    quantity = QuantityField(label=gettext_lazy("How many"))
    quantity_high = QuantityField(
        label=gettext_lazy("At most how many"),
        required=False,
        help_text=gettext_lazy("Only if it is a rough figure. We ask for the lower one."),
    )
    rate = MoneyField(label=gettext_lazy("Pay for one"), max_digits=8)
    paid_rate = MoneyField(
        label=gettext_lazy("What they were paid for one hour"), max_digits=8, allow_zero=True
    )
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
    shown_by = _FilesField(
        queryset=Evidence.objects.none(),
        label=gettext_lazy("Which files show it"),
        required=False,
    )

    class Meta:
        model = ClaimLine
        fields = list(dict.fromkeys(name for names in _FIELDS.values() for name in names))
        field_classes = {"from_date": PastDayField, "until_date": PastDayField}

    def __init__(
        self, *args: Any, case: Case, kind: str, group: Group, by: User, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        # The rule of the days the line is about, or of the day the work ended.
        day = self.instance.from_date or case.sheet.ended_on or timezone.localdate()
        self.case, self.wage_rule = case, rules.wage_rule(group, on=day)
        self.currency = group.currency
        self.instance.case, self.instance.kind = case, kind
        self._keep_fields_of(kind)
        self._choose_party()
        self._choose_files(by)
        self._tell_the_minimum()
        if kind == K.SUM and case.kind == Case.Kind.DEPOSIT:
            self.fields["label"].help_text = _(
                "If it is interest, write so here. Then it does not stand under “may be owed by "
                "law” a second time."
            )

    def _keep_fields_of(self, kind: str) -> None:
        asked = ("is_another",) if kind in ClaimLine.TAKES_OFF and self.is_bound else ()
        for name in [*self.fields]:
            if name not in (*_FIELDS[kind], *asked, "shown_by", "seen_version", "form_key"):
                del self.fields[name]
        self.order_fields(_FIELDS[kind])
        for name, label in _LABELS.get(kind, {}).items():
            self.fields[name].label = label
        self.fields["note"].help_text = _("The letter prints this too.")
        if self.instance.pk is None:
            self.fields["label"].initial = line_labels.USUAL.get(kind, "")

    def _choose_party(self) -> None:
        """Ask whose line it is only where several people could be meant."""
        parties = self.case.parties.affected().select_related("person")
        self.fields["party"].queryset = parties
        self.fields["party"].empty_label = None
        if len(parties) == 1:
            self.fields["party"].initial = parties[0].pk
            self.fields["party"].widget = forms.HiddenInput()

    def _choose_files(self, by: User) -> None:
        """Offer the files of the case that `by` may open, where there are any."""
        files = Evidence.objects.opened_to(by).filter(case=self.case)
        self.fields["shown_by"].queryset = files
        if not files.exists():
            del self.fields["shown_by"]
        elif self.instance.pk:
            self.initial["shown_by"] = list(self.instance.evidence.values_list("pk", flat=True))

    def _tell_the_minimum(self) -> None:
        """Say beside the minimum what the table has. It is put into the field only once somebody
        of the group has checked it: a letter prints the figure."""
        found = self.wage_rule
        if "paid_rate" not in self.fields or found is None or not found.minimum_wage:
            return
        self.fields["rate"].help_text = overtime.source_words(found, found.minimum_wage)
        known = rule_codes.minimum_wage(found.minimum_wage)
        if found.is_checked and known and known.currency == self.currency:
            self.fields["rate"].initial = known.amount

    def also(self) -> dict[str, Any]:
        """Return columns that follow from the fields and are stored with them."""
        return {}

    def ticked_files(self) -> list[Evidence]:
        return list(self.cleaned_data.get("shown_by", ()))

    def clean_paid(self) -> Decimal:
        return self.cleaned_data["paid"] or ZERO

    def clean_accepted(self) -> Decimal:
        return self.cleaned_data["accepted"] or ZERO

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self._refuse_what_cannot_be(data)
        if not self.errors:
            self._refuse_too_much(data)
        if "is_another" in self.fields:
            is_another = data.pop("is_another", False)
            if not is_another and (self.errors or not self._is_paid_before(data)):
                del self.fields["is_another"]
        return data

    def _refuse_what_cannot_be(self, data: dict[str, Any]) -> None:
        first, last = data.get("from_date"), data.get("until_date")
        if first and last and last < first:
            self.add_error("until_date", _("The end lies before the beginning."))
        figure, accepted = data.get("figure"), data.get("accepted")
        if figure and accepted and accepted > figure:
            self.add_error("accepted", _("They cannot accept more than was taken off."))
        low, high = data.get("quantity"), data.get("quantity_high")
        if low and high and high < low:
            self.add_error("quantity_high", _("This is less than the figure before it."))
        minimum, paid = data.get("rate"), data.get("paid_rate")
        if minimum and paid is not None and paid >= minimum:
            self.add_error(
                "paid_rate", _("This is not below the minimum, so nothing is missing here.")
            )

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
        line = ClaimLine(kind=self.instance.kind, **figures)
        amounts = line.worked_out(), line.worked_out(high=True)
        if max(amounts) + self.others().total() > MOST:
            self.too_much()

    def others(self) -> Any:
        return self.case.claim_lines.exclude(pk=self.instance.pk)

    def too_much(self) -> None:
        self.add_error(
            None,
            _("All lines together come to more than %(most)s. Look at the figures again.")
            % {"most": f"{MOST:,.2f}"},
        )
