"""How a poster is printed. Sent by GET: it changes nothing."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.fields import DayField
from campaigns.models import Group
from letters import sheets

FURTHEST_DAYS = 60


class PosterPrintForm(forms.Form):
    on_a_sheet = forms.TypedChoiceField(
        label=_l("What you print"),
        coerce=int,
        choices=[
            (1, _l("Poster, one on a sheet")),
            (2, _l("Leaflets, two on a sheet")),
            (4, _l("Leaflets, four on a sheet")),
        ],
    )
    paper = forms.ChoiceField(label=_l("Paper"))
    language = forms.ChoiceField(
        label=_l("Language"),
        choices=settings.LANGUAGES,
        help_text=_l("What you wrote yourselves stays as you wrote it."),
    )
    on = DayField(label=_l("Day it is put up"))
    copies = forms.IntegerField(
        label=_l("Sheets"), min_value=1, max_value=sheets.MOST_COPIES, initial=1
    )

    def __init__(self, data: Any, *, group: Group, today: dt.date) -> None:
        self.today = today
        initial = {"language": group.language, "paper": group.paper, "on": today}
        super().__init__(data, initial=initial)
        self.fields["paper"].choices = sheets.paper_choices(group)

    def clean_on(self) -> dt.date:
        day = self.cleaned_data["on"]
        if not 0 <= (day - self.today).days <= FURTHEST_DAYS:
            raise forms.ValidationError(
                _("Choose today, or a day in the next %(days)d days.") % {"days": FURTHEST_DAYS}
            )
        return day
