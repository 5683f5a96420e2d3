"""The form of one of the group's texts. A field that does not exist is refused by its name."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.forms import VersionedForm
from letters import filling, text_fields
from letters.models import LetterText


class LetterTextForm(VersionedForm):
    class Meta:
        model = LetterText
        fields = ["subject", "body", "asks", "how_to_pay", "closing"]
        widgets = {
            "subject": forms.Textarea(attrs={"rows": 2}),
            "body": forms.Textarea(attrs={"rows": 14}),
            "asks": forms.Textarea(attrs={"rows": 4}),
            "how_to_pay": forms.Textarea(attrs={"rows": 4}),
            "closing": forms.Textarea(attrs={"rows": 3}),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        allowed = text_fields.allowed(self.instance.kind)
        for name in self._meta.fields:
            text = cleaned.get(name, "")
            if unknown := filling.unknown_in(text, allowed):
                self.add_error(name, _unknown_words(unknown))
            if filling.has_loose_alternative(text):
                self.add_error(
                    name, _("A line that begins with | needs one above it that begins with ?.")
                )
        return cleaned


def _unknown_words(unknown: list[str]) -> str:
    text = ngettext(
        "There is no such field: %(names)s. Take one from the list, or write the words out.",
        "There are no such fields: %(names)s. Take them from the list, or write the words out.",
        len(unknown),
    )
    return text % {"names": ", ".join(unknown)}
