"""The form in which the group writes what holds in its town about a tactic."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.fields import PastDayField
from campaigns.forms import VersionedForm
from escalation.models import GroupTactic, Tactic


class GroupTacticForm(VersionedForm):
    checked_on = PastDayField(
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

    def clean_is_off(self) -> bool:
        is_off = self.cleaned_data["is_off"]
        if is_off and self.instance.tactic == Tactic.DELIVERY:
            raise forms.ValidationError(_("No fight begins without it. It cannot be left out."))
        return is_off
