"""The forms of those who run an action, once it is planned: another day, and again next week."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.fields import MomentField
from escalation import copies
from escalation.action_forms import FURTHEST, number_words, times_agree


class PostponeForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        help_text=gettext_lazy("Everybody who has the link reads it. No private facts."),
    )


class NewTimeForm(forms.Form):
    """When a postponed action takes place after all."""

    starts_at = MomentField(label=gettext_lazy("Starts"))
    ends_at = MomentField(label=gettext_lazy("Ends"))
    they_want_it = forms.BooleanField(
        label=gettext_lazy("We reached them and they want this"), required=False
    )

    def __init__(self, *args: Any, now: dt.datetime, asks_them: bool, **kwargs: Any) -> None:
        self.now = now
        super().__init__(*args, **kwargs)
        if not asks_them:
            del self.fields["they_want_it"]

    def clean_starts_at(self) -> dt.datetime:
        starts = self.cleaned_data["starts_at"]
        if starts <= self.now:
            raise forms.ValidationError(_("This time has passed. Choose a later one."))
        if starts > self.now + FURTHEST:
            raise forms.ValidationError(_("Choose a day within the next two years."))
        return starts

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        times_agree(self, given.get("starts_at"), given.get("ends_at"))
        return given


class CopyForm(forms.Form):
    weeks = forms.IntegerField(
        label=gettext_lazy("For how many weeks"),
        min_value=1,
        max_value=copies.MOST_WEEKS,
        initial=1,
        error_messages=number_words(1, copies.MOST_WEEKS),
        help_text=gettext_lazy("1 is next week only. The most is 12."),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = uuid.uuid4

    def said(self) -> dict[str, Any]:
        key = self.cleaned_data["form_key"] or uuid.uuid4()
        return {"weeks": self.cleaned_data["weeks"], "form_key": key}
