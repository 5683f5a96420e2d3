"""Forms of the rules: what a code says is chosen in words, and another code can be typed."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from campaigns import rule_codes
from campaigns.fields import DayField, QuantityField, WebField, WholeField
from campaigns.forms import VersionedForm
from campaigns.models import DepositRule, WageRule
from campaigns.rule_codes import NotACode
from campaigns.rule_words import in_words
from campaigns.wording import date_in_words

SOURCE = ["citation", "source_url", "as_of", "confidence", "note"]


class _RuleForm(VersionedForm):
    """A rule. `chosen` are the columns of codes: their choices are the codes the table holds."""

    chosen: ClassVar[tuple[str, ...]] = ()
    examples: ClassVar[dict[str, str]] = {}

    source_url = WebField(label=_("Where it can be read"), max_length=300, required=False)
    changes_on = DayField(
        label=_("The law changes on"),
        required=False,
        help_text=_(
            "Leave it empty to put this row right. With a day, what you write here counts from "
            "that day, and this row stays as it was for work and tenancies that ended before."
        ),
    )
    checked_now = forms.BooleanField(
        label=_("I checked this today: I read the law itself, and it says so"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = self._meta.model.objects.values_list(*self.chosen)
        columns = zip(*rows, strict=True) if rows else [()] * len(self.chosen)
        for name, column in zip(self.chosen, columns, strict=True):
            self.fields[name] = forms.ChoiceField(
                label=self.fields[name].label,
                choices=self._choices(name, {*column, getattr(self.instance, name)}),
                required=False,
            )
            if name in rule_codes.CODES:
                self.fields[f"other_{name}"] = self._other(name)
        self.order_fields(self._in_pairs())

    def _choices(self, name: str, codes: set[str]) -> list[tuple[str, str]]:
        said = sorted((capfirst(in_words(name, code)), code) for code in codes if code)
        return [("", _now("not confirmed")), *((code, words) for words, code in said)]

    def _other(self, name: str) -> forms.CharField:
        example = _now("Only where none of these fits, as a code. For example: %(code)s.")
        return forms.CharField(
            label=f"{self.fields[name].label}: {_now('Another code')}",
            help_text=example % {"code": self.examples[name]},
            max_length=self._meta.model._meta.get_field(name).max_length,
            required=False,
        )

    def _in_pairs(self) -> list[str]:
        return [each for name in self._meta.fields for each in (name, f"other_{name}")]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for name in self.chosen:
            typed = data.get(f"other_{name}", "")
            if not typed:
                continue
            code = typed.replace(" ", "")
            try:
                rule_codes.CODES[name](code)
            except NotACode:
                text = _now("“%(code)s” is no code we know. Look at the example.")
                self.add_error(f"other_{name}", text % {"code": typed})
            else:
                data[name] = code
        return data

    def clean_changes_on(self) -> dt.date | None:
        day, since = self.cleaned_data["changes_on"], self.instance.valid_from
        if day and since and day <= since:
            raise forms.ValidationError(
                _now("This row counts from %(day)s. Choose a later day."),
                params={"day": date_in_words(since)},
            )
        rows = self._meta.model.objects.filter(jurisdiction=self.instance.jurisdiction)
        if day and rows.filter(valid_from=day).exists():
            raise forms.ValidationError(_now("There is a row for that day already. Change that."))
        return day


class DepositRuleForm(_RuleForm):
    chosen = ("deadline_starts", "itemisation_required", "penalty_basis", "interest_on_deposit")
    examples: ClassVar[dict[str, str]] = {
        "deadline_starts": "later_of:tenancy_end+vacate",
        "penalty_basis": "withheld_amount;total, fixed:200;additional",
    }

    class Meta:
        model = DepositRule
        fields = [
            "return_deadline_days",
            "return_deadline_days_no_deductions",
            "business_days",
            "deadline_starts",
            "itemisation_required",
            "penalty_multiplier",
            "penalty_basis",
            "interest_on_deposit",
            "deposit_interest_percent",
            "max_deposit_months",
            *SOURCE,
        ]
        field_classes = {
            "source_url": WebField,
            "return_deadline_days": WholeField,
            "return_deadline_days_no_deductions": WholeField,
            "penalty_multiplier": QuantityField,
            "deposit_interest_percent": QuantityField,
            "max_deposit_months": QuantityField,
        }


class WageRuleForm(_RuleForm):
    chosen = (
        "final_pay_deadline_fired",
        "final_pay_deadline_quit",
        "damages_multiplier",
        "tip_credit",
    )
    examples: ClassVar[dict[str, str]] = {
        "final_pay_deadline_fired": "days:6, earlier_of:working_days:5+next_payday",
        "final_pay_deadline_quit": "hours:72, later_of:next_payday+days:14",
        "damages_multiplier": "up_to_double, 1.25;after_due:30",
    }

    class Meta:
        model = WageRule
        fields = [
            "minimum_wage",
            "final_pay_deadline_fired",
            "final_pay_deadline_quit",
            "claim_limit_years",
            "damages_multiplier",
            "waiting_time_penalty",
            "interest",
            "overtime_daily",
            "tip_credit",
            "retaliation_law",
            *SOURCE,
        ]
        field_classes = {"source_url": WebField, "claim_limit_years": QuantityField}
        help_texts = {
            "minimum_wage": _("For an hour. For example: 17.13 USD (2026-11)."),
            "waiting_time_penalty": _(
                "A sum is worked out from words like these: one day's wages per late day, max 30 "
                "days; 10% of the wages per day, up to the wages again. Other words are only shown."
            ),
            "interest": _(
                "A sum is worked out from words like 9% a year or 1% a month. Others are only "
                "shown."
            ),
            "overtime_daily": _("For example: yes; over 8 h 1.5x, over 12 h 2x."),
        }


RULE_FORMS: dict[str, type[_RuleForm]] = {"deposit": DepositRuleForm, "wages": WageRuleForm}
