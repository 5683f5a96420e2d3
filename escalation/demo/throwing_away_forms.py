"""The question before the demo is thrown away."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Group


class ThrowAwayForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("The name of the network"), max_length=80)

    def __init__(self, *args: Any, network: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.network = network

    def clean_name(self) -> str:
        if self.cleaned_data["name"] != self.network.name:
            text = _("Type the name as it stands here: %(name)s")
            raise forms.ValidationError(text % {"name": self.network.name})
        return self.network.name
