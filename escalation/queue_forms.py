"""The form that notes that somebody in the queue still wants it."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.fields import DayField
from campaigns.models import CaseParty
from campaigns.wording import date_in_words
from escalation import moves
from escalation.move_forms import MoveForm, text_field, tick
from escalation.moves.queueing import CHECK_DAYS, FURTHEST_CHECK


class CheckInQueuedForm(MoveForm):
    still_wanted = tick(
        _l("We asked: they still want it."),
        else_say=_l("Ask first. If they do not want it any more, take the case off the queue."),
    )
    next_on = DayField(label=_l("Day to ask again"))
    note = text_field(_l("Note"))

    def first_values(self) -> dict[str, Any]:
        return {"next_on": timezone.localdate(self.now) + dt.timedelta(days=CHECK_DAYS)}

    def people(self) -> Iterable[CaseParty]:
        return self.case.parties.present().select_related("person")

    def clean_next_on(self) -> dt.date:
        day = self.cleaned_data["next_on"]
        if not 0 < (day - timezone.localdate(self.now)).days <= FURTHEST_CHECK:
            text = _("Choose a day within the next %(days)s days.")
            raise forms.ValidationError(text % {"days": FURTHEST_CHECK})
        return day

    def make(self) -> str:
        said = self.cleaned_data
        moves.check_in_queued(self.case, by=self.by, next_on=said["next_on"], note=said["note"])
        return _("Noted. Ask them again on %(day)s.") % {"day": date_in_words(said["next_on"])}

    def leads_to(self) -> str:
        """The queue is for organizers; who is no organizer goes back to the case."""
        return reverse("queue") if self.by.is_organizer else super().leads_to()
