"""How the poster with the link for whoever is owed something is printed. Sent by GET."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from campaigns.models import Group
from letters import sheets
from letters.intake_poster import Print


class IntakePosterForm(forms.Form):
    POSTER, STRIPS = "poster", "strips"
    ON_A_SHEET = {POSTER: 1, STRIPS: 1, "two": 2, "four": 4}

    what = forms.ChoiceField(
        label=_("What you print"),
        choices=[
            (POSTER, _("Poster, one on a sheet")),
            (STRIPS, _("Poster with strips to tear off")),
            ("two", _("Leaflets, two on a sheet")),
            ("four", _("Leaflets, four on a sheet")),
        ],
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Those you tick stand on one sheet, one below the other."),
        error_messages={"required": _("Choose at least one language.")},
    )
    paper = forms.ChoiceField(label=_("Paper"))
    copies = forms.IntegerField(
        label=_("Sheets"), min_value=1, max_value=sheets.MOST_COPIES, initial=1
    )

    def __init__(self, data: Any, *, group: Group) -> None:
        every = [code for code, _name in settings.LANGUAGES]
        initial = {"languages": every, "paper": group.paper}
        super().__init__(data, initial=initial)
        self.fields["paper"].choices = sheets.paper_choices(group)
        # The language of the group stands first, on the paper too.
        self.order = sorted(every, key=lambda code: code != group.language)

    def how(self) -> Print:
        what = self.cleaned_data["what"]
        return Print(
            languages=tuple(c for c in self.order if c in self.cleaned_data["languages"]),
            paper=self.cleaned_data["paper"],
            on_a_sheet=self.ON_A_SHEET[what],
            strips=what == self.STRIPS,
            copies=self.cleaned_data["copies"],
        )
