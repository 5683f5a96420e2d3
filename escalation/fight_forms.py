"""The forms of moves from the letter to the end of a case."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.fields import DayField, MoneyField, PastDayField, PastMomentField
from campaigns.models import CaseState, Reason
from campaigns.wording import date_in_words, money
from escalation import moves, offers
from escalation.models import Offer, guards
from escalation.move_forms import (
    CountField,
    DecidedForm,
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


def _lessons() -> forms.CharField:
    return text_field(_l("What the group learned"), most=4000)


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
        issued = Letter.objects.light().issued().filter(case=self.case)
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


# Offers and the end


class OfferChoice(forms.ModelChoiceField):
    widget = forms.RadioSelect
    currency = ""

    def label_from_instance(self, offer: Offer) -> str:
        said = _("%(sum)s from %(who)s, %(day)s") % {
            "sum": money(offer.amount, self.currency),
            "who": offer.said_by,
            "day": date_in_words(offer.received_on, short=True, year=False),
        }
        return f"{said}\n{' '.join(offer.terms.split())[:200]}"


class AgreeForm(DecidedForm):
    """Before the delivery the people affected and the team accept; after it, it takes a vote."""

    motion_text = _l("Accept the offer in %(case)s")

    offer = OfferChoice(
        Offer.objects.none(),
        label=_l("Which offer"),
        error_messages={
            "required": _l("Choose the offer you accept."),
            "invalid_choice": _l("Somebody dealt with this offer meanwhile."),
        },
    )

    field_order = ("offer",)

    def prepare(self) -> None:
        super().prepare()
        open_offers = Offer.objects.filter(case=self.case, status=Offer.Status.RECEIVED)
        self.fields["offer"].currency = self.group.currency
        self.fields["offer"].queryset = open_offers
        if self.case.state not in CaseState.FIGHTING:
            self.leave_out_vote(but="affected_agreed")
            self.fields["affected_agreed"].label = _("Everyone affected says yes to it.")

    def make(self) -> str:
        said = self.cleaned_data
        moves.agree(
            self.case,
            by=self.by,
            offer=said["offer"],
            affected_agreed=said["affected_agreed"],
            vote=self.vote(),
        )
        return _("The offer is accepted. Record each payment when it comes, and when it clears.")


class WinForm(MoveForm):
    demand_met = tick(
        _l("Everything demanded is done."),
        else_say=_l("Confirm that everything demanded is done."),
    )
    note = _lessons()

    def facts(self) -> list[str]:
        demand = Demand.objects.filter(case=self.case).first()
        if demand is None:
            return []
        paid = _("%(cleared)s of %(demanded)s has cleared.") % {
            "cleared": money(self.case.cleared, self.group.currency),
            "demanded": money(demand.amount, self.group.currency),
        }
        return [paid, *demand.terms]

    def make(self) -> str:
        moves.win(self.case, by=self.by, **self.cleaned_data)
        return _("Won. Thank everybody who came, and take down what still hangs.")


class SettleForm(DecidedForm):
    motion_text = _l("Stop %(case)s with what has been paid")

    reason = reason_field(R.NEED_OF_MONEY, R.FAIR_ENOUGH, R.RISK, R.TIME)
    note = _lessons()

    field_order = ("reason",)

    def prepare(self) -> None:
        super().prepare()
        if self.case.state not in CaseState.FIGHTING:
            self.leave_out_vote()

    def make(self) -> str:
        said = self.cleaned_data
        moves.settle(
            self.case, by=self.by, reason=said["reason"], note=said["note"], vote=self.vote()
        )
        return _("Settled. Thank everybody who came, and take down what still hangs.")


class DefaultForm(MoveForm):
    reason = reason_field(R.DEFAULT, R.BOUNCED, R.RETALIATION, R.BREACH)
    note = text_field(_l("What happened"), required=True)

    def make(self) -> str:
        moves.default(self.case, by=self.by, **self.cleaned_data)
        return _("The fight goes on. The agreement no longer binds.")


class LoseForm(DecidedForm):
    motion_text = _l("End %(case)s without winning")

    reason = reason_field(R.INSOLVENT, R.NO_LEVERAGE_LEFT, R.COURT_ORDER, R.EXHAUSTED)
    note = _lessons()

    field_order = ("reason",)

    def make(self) -> str:
        said = self.cleaned_data
        moves.lose(
            self.case, by=self.by, reason=said["reason"], note=said["note"], vote=self.vote()
        )
        return _("The case is closed. Tell everybody who came, and thank them.")


class DropForm(DecidedForm):
    """The affected person's own wish is enough. Every other reason takes a vote."""

    marks_optional = False
    vote_may_be_empty = True
    motion_text = _l("Drop %(case)s")

    reason = reason_field(
        R.OWN_WISH,
        R.UNRESPONSIVE,
        R.MOVED,
        R.SETTLED_PRIVATELY,
        R.SAFETY,
        R.FACTS_DOUBTFUL,
        R.CAPACITY,
        help_text=_l("Their own wish is enough. For any other reason the group votes."),
    )
    note = _lessons()

    field_order = ("reason",)

    def vote_is_needed(self) -> bool:
        return self.cleaned_data.get("reason", "") not in ("", R.OWN_WISH)

    def make(self) -> str:
        said = self.cleaned_data
        moves.drop(
            self.case, by=self.by, reason=said["reason"], note=said["note"], vote=self.vote()
        )
        return _("The case is closed. They can write again with their code.")


class HoldForm(MoveForm):
    reason = reason_field(R.TRUCE, R.LEGAL_ADVICE, R.SAFETY, R.TRAVEL_OR_ILLNESS, R.RECORDS)
    review_on = DayField(label=_l("Day to look at it again"))
    note = text_field(_l("Note"))

    def first_values(self) -> dict[str, Any]:
        return {"review_on": timezone.localdate(self.now) + dt.timedelta(days=14)}

    def prepare(self) -> None:
        self.fields["review_on"].help_text = _("Within the next %(days)s days.") % {
            "days": guards.HOLD_DAYS
        }

    def clean_review_on(self) -> dt.date:
        day = self.cleaned_data["review_on"]
        if not 0 < (day - timezone.localdate(self.now)).days <= guards.HOLD_DAYS:
            text = _("Choose a day within the next %(days)s days.")
            raise forms.ValidationError(text % {"days": guards.HOLD_DAYS})
        return day

    def make(self) -> str:
        moves.hold(self.case, by=self.by, **self.cleaned_data)
        day = date_in_words(self.cleaned_data["review_on"])
        return _("The case is on hold. Look at it again on %(day)s.") % {"day": day}


class ResumeForm(MoveForm):
    note = text_field(_l("Note"))

    def make(self) -> str:
        moves.resume(self.case, by=self.by, **self.cleaned_data)
        return _("The case goes on where it stopped.")


class OfferForm(MoveForm):
    received_on = PastDayField(label=_l("Received on"))
    said_by = line_field(Offer, "said_by", help_text=_l("A name or a part: the owner's lawyer."))
    amount = MoneyField(label=_l("Sum offered"), allow_zero=True)
    terms = text_field(
        _l("Terms"),
        most=Offer._meta.get_field("terms").max_length,
        rows=4,
        help_text=Offer._meta.get_field("terms").help_text,
    )
    pay_by = DayField(label=_l("To be paid by"), required=False)
    valid_until = DayField(label=_l("Valid until"), required=False)

    def first_values(self) -> dict[str, Any]:
        return {"received_on": timezone.localdate(self.now)}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        received = cleaned.get("received_on")
        for name in ("pay_by", "valid_until"):
            if received and cleaned.get(name) and cleaned[name] < received:
                self.add_error(name, _("This day is before the offer was received."))
        return cleaned

    def make(self) -> str:
        offers.record_offer(self.case, by=self.by, **self.cleaned_data)
        return _("The offer is noted. The people affected and the group decide; pressure goes on.")
