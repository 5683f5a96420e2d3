"""Saying that one takes a break, and leaving the group."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.fields import DayField
from campaigns.models import User
from escalation.carrying import Own


class BreakForm(forms.Form):
    """For how long, and which teams others may join meanwhile. Nobody is asked why."""

    until = DayField(
        label=_l("Until when"),
        required=False,
        help_text=_l("The last day of your break. You can leave it open."),
    )
    offers = forms.MultipleChoiceField(
        label=_l("Any organizer may join the team of"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_l("On these you are the only one, or one of two. Who joins reads the file."),
    )

    def __init__(self, *args: Any, user: User, own: Own, today: dt.date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)
        thin = [membership for membership in own.teams if membership.others < 2]
        self.fields["offers"].choices = [(str(m.case_id), _name(m)) for m in thin]
        self.initial["offers"] = [str(m.case_id) for m in thin if m.offers_place]
        if user.is_resting(today):
            self.initial["until"] = user.rests_until
        if not thin:
            del self.fields["offers"]

    def clean_until(self) -> dt.date | None:
        until = self.cleaned_data["until"]
        if until and until < self.today:
            raise forms.ValidationError(_("This day has passed. Choose a later one."))
        return until

    def said(self) -> dict[str, Any]:
        offers = [int(pk) for pk in self.cleaned_data.get("offers", [])]
        return {"until": self.cleaned_data["until"], "offers": offers}


def _name(membership: Any) -> str:
    case = membership.case
    return f"{case.reference} · {case.title or case.get_kind_display()}"


class LeaveForm(forms.Form):
    sure = forms.BooleanField(
        label=_l("I leave the group and close my account."),
        error_messages={"required": _l("Tick this if you want to leave.")},
    )
