"""The form of a draft letter: its own texts. Table, total, names and demands come from the case."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from campaigns.forms import VersionedForm
from letters.models import Letter

FURTHEST_DAYS = 365


class LetterForm(VersionedForm):
    version_field = "edit_version"

    class Meta:
        model = Letter
        fields = [
            "recipient_name",
            "recipient_address",
            "subject",
            "facts",
            "how_to_pay",
            "delivery_on",
            "language",
            "paper",
        ]
        widgets = {
            "recipient_address": forms.Textarea(attrs={"rows": 5}),
            "facts": forms.Textarea(attrs={"rows": 8}),
            "how_to_pay": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)

    def clean_delivery_on(self) -> dt.date:
        day = self.cleaned_data["delivery_on"]
        if day < self.today:
            raise forms.ValidationError(_("This day is over. Choose today or a later day."))
        if day > self.today + dt.timedelta(days=FURTHEST_DAYS):
            raise forms.ValidationError(_("Choose a day within a year from now."))
        return day

    def texts(self) -> dict[str, Any]:
        """Return what a new draft is made of."""
        return {name: self.cleaned_data[name] for name in self._meta.fields}
