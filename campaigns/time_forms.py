"""Forms of limits by law, legal holds, and how long a case is kept."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from campaigns.fields import DayField
from campaigns.forms import VersionedForm, tell_both_texts
from campaigns.models import Keeping, Sheet
from campaigns.retention import LONGEST
from campaigns.wording import date_in_words


class LawDayField(DayField):
    """A day some law sets: it may lie many years ahead."""

    LATEST = dt.timedelta(days=20 * 366)

    def clean(self, value: Any) -> dt.date | None:
        day = forms.DateField.clean(self, value)
        if day and not self.FIRST <= day <= timezone.localdate() + self.LATEST:
            raise forms.ValidationError(self.error_messages["unlikely"], code="unlikely")
        return day


class LimitationForm(VersionedForm):
    class Meta:
        model = Sheet
        fields = ["limitation_on", "limitation_note"]
        field_classes = {"limitation_on": LawDayField}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("limitation_on") and not data.get("limitation_note"):
            self.add_error("limitation_note", _now("Write down who told us that."))
        return data


class HoldForm(forms.Form):
    reason = forms.CharField(
        label=_("Why nothing may be deleted"),
        max_length=300,
        help_text=_("For example: a lawyer of the firm wrote to us on 3 May."),
    )


class LiftForm(forms.Form):
    reason = forms.CharField(label=_("Why it can end"), max_length=300)


class KeepForm(VersionedForm):
    """Keep a case longer than the network set for itself, a year at most, with the reason."""

    class Meta:
        model = Keeping
        fields = ["until", "reason"]
        field_classes = {"until": DayField}
        labels = {"until": _("Keep it until"), "reason": _("Why")}
        help_texts = {"until": "", "reason": _("For example: they asked us to.")}

    def __init__(self, *args: Any, due: dt.date, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.due, self.last = due, today + LONGEST
        self.fields["reason"].required = True

    def clean(self) -> dict[str, Any]:
        said, kept = super().clean(), self.instance
        if kept.pk and said.get("seen_version") not in (None, kept.version):
            self.outrun = True
            tell_both_texts(self, kept, self._meta.fields, version=kept.version)
        elif said.get("until") not in (None, kept.until) and not (
            self.due < said["until"] <= self.last
        ):
            text = _now("Choose a day after %(due)s and until %(last)s.")
            between = {"due": date_in_words(self.due), "last": date_in_words(self.last)}
            self.add_error("until", text % between)
        return said
