"""Forms that take in what another network handed on."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.people_forms import SetUpForm
from escalation import seed_kit


class KitField(forms.FileField):
    """A kit, read and checked."""

    widget = forms.FileInput(attrs={"accept": ".json,application/json"})

    def clean(self, data: UploadedFile | None, initial: Any = None) -> seed_kit.Kit | None:
        file = super().clean(data, initial)
        if not file:
            return None
        if file.size > seed_kit.LARGEST:
            raise forms.ValidationError(_("This file is too large to be a kit."))
        try:
            return seed_kit.read(file.read())
        except seed_kit.KitRefused as refused:
            raise forms.ValidationError(str(refused)) from None


class SetUpWithKitForm(SetUpForm):
    kit = KitField(
        label=gettext_lazy("A kit from another network"),
        required=False,
        help_text=gettext_lazy(
            "Their texts, pages and rules to start from. You find it there under Settings."
        ),
    )

    def network(self) -> dict[str, Any]:
        """Return the settings: those of the kit, and before them what was chosen here."""
        kit = self.cleaned_data["kit"]
        return (kit["settings"] if kit else {}) | super().network()


class KitForm(forms.Form):
    kit = KitField(
        label=gettext_lazy("The file"),
        error_messages={"required": gettext_lazy("Choose the file of the kit.")},
    )
