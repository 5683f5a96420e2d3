"""The form in which the group writes what holds in its town about a tactic."""

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.fields import DayField
from campaigns.forms import VersionedForm
from escalation.models import GroupTactic, Tactic


class GroupTacticForm(VersionedForm):
    checked_on = DayField(
        label=_l("Checked on"),
        required=False,
        help_text=_l("The day somebody looked the rule up. Look again after a year."),
    )

    class Meta:
        model = GroupTactic
        fields = ["note", "checked_on", "is_off"]
        widgets = {"note": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "is_off": _l("It is not offered in plans and actions any more. What is planned stays.")
        }

    def clean_checked_on(self) -> dt.date | None:
        day = self.cleaned_data["checked_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def clean_is_off(self) -> bool:
        is_off = self.cleaned_data["is_off"]
        if is_off and self.instance.tactic == Tactic.DELIVERY:
            raise forms.ValidationError(_("No fight begins without it. It cannot be left out."))
        return is_off
