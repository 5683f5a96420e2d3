"""The forms of moves from the letter to the deadline."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.fields import DayField, PastMomentField
from campaigns.models import CaseState, Reason
from campaigns.wording import date_in_words
from escalation import moves
from escalation.move_forms import (
    CountField,
    MoveForm,
    line_field,
    reason_field,
    text_field,
    tick,
)
from letters.models import Delivery, Demand, Letter

R = Reason
MOST_PEOPLE = 9999
FURTHEST_DEADLINE = 180  # days: a deadline moved further than this is no deadline


class SetDeliveryForm(MoveForm):
    def make(self) -> str:
        moves.set_delivery(self.case, by=self.by)
        return _("The delivery is set. After it, record how it went: that starts the clock.")


class RecordDeliveryForm(MoveForm):
    at = PastMomentField(label=_l("When"))
    place = line_field(Delivery, "place")
    handed_by = line_field(Delivery, "handed_by")
    received_by = line_field(Delivery, "received_by")
    method = forms.ChoiceField(
        label=_l("How"), choices=Delivery.Method, initial=Delivery.Method.BY_HAND
    )
    headcount = CountField(label=_l("How many went"), least=1, most=MOST_PEOPLE)
    who_went = line_field(Delivery, "who_went")
    note = text_field(_l("What happened"), most=Delivery._meta.get_field("note").max_length)

    def first_values(self) -> dict[str, Any]:
        return {"at": self.now}

    def prepare(self) -> None:
        issued = Letter.objects.light().demands().issued().filter(case=self.case)
        self.letter = issued.first()
        self.demand = Demand.objects.filter(case=self.case).first()

    def clean_at(self) -> dt.datetime:
        at = self.cleaned_data["at"]
        issued = self.letter and self.letter.issued_at
        if issued and at < issued.replace(second=0, microsecond=0):
            text = _("The letter became final on %(when)s. It went out after that.")
            raise forms.ValidationError(text % {"when": date_in_words(issued, with_time=True)})
        return at

    def facts(self) -> list[str]:
        if not (self.letter and self.demand):
            return []
        at = self.now
        if self.is_bound and "at" not in self.errors:
            at = self.cleaned_data["at"]
        return self._deadlines(at)

    def _deadlines(self, at: dt.datetime) -> list[str]:
        """Say when the deadline will be, and that the letter prints another one, if it does."""
        days, printed = self.demand.deadline_days, self.letter.deadline_at
        counted = self.group.deadline_after(at, days=days)
        words = {
            "days": days,
            "day": date_in_words(timezone.localdate(at)),
            "counted": date_in_words(counted, with_time=True),
            "printed": date_in_words(printed, with_time=True),
        }
        said = [
            _("The deadline counts from the day of the delivery."),
            _("Delivered on %(day)s: %(days)s days end on %(counted)s.") % words,
        ]
        if counted < printed:
            said.append(
                _("The letter prints a later deadline, %(printed)s. Who was given it keeps it.")
                % words
            )
        elif counted > printed:
            said.append(
                _("The letter prints an earlier deadline, %(printed)s. The later one holds.")
                % words
            )
        return said

    def make(self) -> str:
        delivery = moves.record_delivery(self.case, by=self.by, **self.cleaned_data)
        when = date_in_words(delivery.deadline_at, with_time=True)
        return _("The clock is running. The deadline is %(when)s.") % {"when": when}


class DeliverAgainForm(RecordDeliveryForm):
    """A second letter. While the clock runs it may move the deadline, and only later."""

    def facts(self) -> list[str]:
        said = super().facts()
        if self.case.state == CaseState.CLOCK_RUNNING:
            return [*said, _("The deadline of the fight moves only if this is later.")]
        return [*said, _("The fight goes on meanwhile.")]

    def make(self) -> str:
        delivery = moves.deliver_again(self.case, by=self.by, **self.cleaned_data)
        when = date_in_words(delivery.deadline_at, with_time=True)
        return _("The second letter is noted. It gives them until %(when)s.") % {"when": when}


class DeliveryFailedForm(MoveForm):
    note = text_field(_l("What happened"), required=True)

    def make(self) -> str:
        moves.delivery_failed(self.case, by=self.by, **self.cleaned_data)
        return _("The case is back at preparing. The letter has a date, so draft a new version.")


class BackToProposedForm(MoveForm):
    reason = reason_field(R.FACTS_CHANGED, R.DEMAND_CHANGED)
    note = text_field(_l("What is different now"), required=True)

    def make(self) -> str:
        moves.back_to_proposed(self.case, by=self.by, **self.cleaned_data)
        return _("The case is on the agenda again. The meeting votes anew.")


class EscalateForm(MoveForm):
    note = text_field(_l("How they answered, in short"))

    def make(self) -> str:
        moves.escalate(self.case, by=self.by, **self.cleaned_data)
        return _("The fight escalates. Plan the first action of the plan.")


class ExtendDeadlineForm(MoveForm):
    deadline_on = DayField(label=_l("New day"))
    affected_agreed = tick(
        _l("The people affected agree."), else_say=_l("Ask the people affected first.")
    )
    note = text_field(_l("Who asked for it, and why"), required=True)

    def facts(self) -> list[str]:
        if self.case.deadline_at is None:
            return []
        now = date_in_words(self.case.deadline_at, with_time=True)
        return [_("The deadline now: %(when)s. The hour stays.") % {"when": now}]

    def clean_deadline_on(self) -> dt.date:
        day, today = self.cleaned_data["deadline_on"], timezone.localdate(self.now)
        old = self.case.deadline_at and timezone.localdate(self.case.deadline_at)
        if day <= max(old or today, today):
            raise forms.ValidationError(
                _("Choose a day after today and after the deadline there is now.")
            )
        if (day - today).days > FURTHEST_DEADLINE:
            text = _("Choose a day within the next %(days)s days.")
            raise forms.ValidationError(text % {"days": FURTHEST_DEADLINE})
        return day

    def make(self) -> str:
        said = self.cleaned_data
        moves.extend_deadline(
            self.case, by=self.by, deadline_on=said["deadline_on"], note=said["note"]
        )
        day = date_in_words(said["deadline_on"])
        return _("The deadline is moved to %(day)s. It cannot be moved again.") % {"day": day}
