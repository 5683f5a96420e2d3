"""The forms of a pause and its end."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.fields import DayField
from campaigns.models import Reason
from campaigns.wording import date_in_words
from escalation import moves
from escalation.models import Decision, guards
from escalation.move_forms import DecidedForm, MoveForm, reason_field, text_field

R = Reason


class HoldForm(DecidedForm):
    """A pause. A truce is one that the group votes, with the yes of everyone affected."""

    marks_optional = False
    vote_may_be_empty = True
    everyone_agrees = True
    decision_kind = Decision.Kind.TRUCE
    motion_text = _l("A truce in %(case)s")

    reason = reason_field(
        R.LEGAL_ADVICE, R.SAFETY, R.TRAVEL_OR_ILLNESS, R.RECORDS, R.UNRESPONSIVE, R.TRUCE
    )
    review_on = DayField(label=_l("Day to look at it again"))
    note = text_field(_l("Note"))

    field_order = ("reason", "review_on", "note")

    def first_values(self) -> dict[str, Any]:
        day = timezone.localdate(self.now) + dt.timedelta(days=14)
        return super().first_values() | {"review_on": day}

    def prepare(self) -> None:
        super().prepare()
        self.fields["review_on"].help_text = _("Within the next %(days)s days.") % {
            "days": guards.HOLD_DAYS
        }
        if self.case.is_accepted:
            self.fields["reason"].help_text = _("A truce takes a vote. It ends on that day.")
            return
        self.leave_out_vote()
        reason = self.fields["reason"]
        reason.choices = [choice for choice in reason.choices if choice[0] != R.TRUCE]

    def vote_is_needed(self) -> bool:
        return self.cleaned_data.get("reason") == R.TRUCE

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        if "votes_for" not in self.fields:
            return []
        return [
            (_("The pause"), self.bound("reason", "review_on", "note")),
            (_("The vote on a truce"), self.bound(*self.VOTE_FIELDS)),
        ]

    def clean_review_on(self) -> dt.date:
        day = self.cleaned_data["review_on"]
        if not 0 < (day - timezone.localdate(self.now)).days <= guards.HOLD_DAYS:
            text = _("Choose a day within the next %(days)s days.")
            raise forms.ValidationError(text % {"days": guards.HOLD_DAYS})
        return day

    pause = staticmethod(moves.hold)

    def make(self) -> str:
        said = {name: self.cleaned_data[name] for name in ("reason", "review_on", "note")}
        self.pause(self.case, by=self.by, vote=self.vote(), **said)
        day = date_in_words(self.cleaned_data["review_on"])
        return _("The case is on hold. Look at it again on %(day)s.") % {"day": day}


class HoldLongerForm(HoldForm):
    """Another day for a pause. The reason may be another one by now."""

    pause = staticmethod(moves.hold_longer)

    def first_values(self) -> dict[str, Any]:
        return super().first_values() | {"reason": self.case.hold_reason}


class ResumeForm(MoveForm):
    note = text_field(_l("Note"))

    def make(self) -> str:
        moves.resume(self.case, by=self.by, **self.cleaned_data)
        return _("The case goes on where it stopped.")
