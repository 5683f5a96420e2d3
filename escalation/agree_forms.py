"""The form that accepts an offer: what was agreed, and in which payments."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext_lazy

from campaigns.fields import DayField, MoneyField, PastDayField
from campaigns.models import CaseState, Payment
from campaigns.models.claims import ZERO
from campaigns.wording import date_in_words, money
from escalation import moves, schedule
from escalation.models import Agreement, Decision, Offer, OfferVoice
from escalation.move_forms import CountField, DecidedForm, text_field
from escalation.offer_forms import PaymentsChoice

ONCE, EQUAL, LISTED = "once", "equal", "listed"


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


class PlanField(forms.CharField):
    """Payments typed one a line, "2026-12-01 500": its value is a list of (sum, day)."""

    widget = forms.Textarea

    def clean(self, value: Any) -> schedule.Plan:
        lines = [line.split(maxsplit=1) for line in (super().clean(value) or "").splitlines()]
        lines = [line for line in lines if line]
        if len(lines) > schedule.MOST_INSTALMENTS:
            text = ngettext_lazy(
                "Write at most %(n)s payment.",
                "Write at most %(n)s payments.",
                schedule.MOST_INSTALMENTS,
            )
            raise forms.ValidationError(text, params={"n": schedule.MOST_INSTALMENTS})
        return [self._part(line) for line in lines]

    def _part(self, line: list[str]) -> tuple[Decimal, dt.date]:
        try:
            day, amount = DayField().clean(line[0]), MoneyField().clean(line[1])
        except (forms.ValidationError, IndexError):
            text = _l("“%(line)s” is not a day and a sum. Write it like this: 2026-12-01 500")
            raise forms.ValidationError(text, params={"line": " ".join(line)}) from None
        return amount, day


class AgreeForm(DecidedForm):
    """Before the delivery the people affected and the team accept; after it, it takes a vote."""

    decision_kind = Decision.Kind.OFFER
    motion_text = _l("Accept the offer in %(case)s")
    from_address = ("offer",)

    offer = OfferChoice(
        Offer.objects.none(),
        label=_l("Which offer"),
        error_messages={
            "required": _l("Choose the offer you accept."),
            "invalid_choice": _l("Somebody dealt with this offer meanwhile."),
        },
    )
    agreed_on = PastDayField(label=_l("Agreed on"), required=False)
    text = text_field(
        _l("Text as agreed"),
        most=Agreement._meta.get_field("text").max_length,
        rows=6,
        help_text=_l("All of it, word for word. It is kept."),
    )
    silence = forms.BooleanField(
        label=_l("We agreed to stay silent about it."),
        required=False,
        help_text=_l("Then nothing about the case is made public any more."),
    )
    pay = forms.ChoiceField(
        label=_l("How it is paid"),
        widget=forms.RadioSelect,
        required=False,
        choices=[
            (ONCE, _l("In one payment")),
            (EQUAL, _l("In equal payments\nA number, a first day, every week or month")),
            (LISTED, _l("In payments you write down\nOne a line: a day and a sum")),
        ],
    )
    first_on = DayField(label=_l("Day of the payment, or of the first one"), required=False)
    number = CountField(
        label=_l("How many equal payments"),
        least=2,
        most=schedule.MOST_INSTALMENTS,
        required=False,
    )
    every = forms.ChoiceField(
        label=_l("How often"),
        choices=[(schedule.MONTHLY, _l("every month")), (schedule.WEEKLY, _l("every week"))],
        required=False,
    )
    lines = PlanField(
        label=_l("Payments, one a line"),
        required=False,
        max_length=2000,
        help_text=_l("A day and a sum: 2026-12-01 500"),
    )
    counted = PaymentsChoice(
        Payment.objects.none(),
        label=_l("Money that came before and is part of this sum"),
        required=False,
        help_text=_l("What comes from the day of the agreement on counts by itself."),
    )

    field_order = ("offer", "agreed_on", "text", "silence", "pay", "first_on", "number", "every")

    def first_values(self) -> dict[str, Any]:
        today = timezone.localdate(self.now)
        values = super().first_values()
        return values | {"agreed_on": today, "pay": ONCE, "every": schedule.MONTHLY}

    def prepare(self) -> None:
        super().prepare()
        self._prepare_offers(timezone.localdate(self.now))
        payments = Payment.objects.filter(case=self.case).standing()
        self.fields["counted"].queryset = payments
        self.fields["counted"].currency = self.group.currency
        if not payments.exists():
            del self.fields["counted"]
        self._prepare_vote()

    def _prepare_vote(self) -> None:
        """Before the delivery, only less than the demand takes a vote; see `less_was_voted`."""
        if self.case.state in CaseState.FIGHTING:
            return
        if not (self.data.get("silence") or any(map(self._is_less, self.choosable))):
            self.leave_out_vote(but_voices=True)
            return
        for name in ("held_on", "motion", *self.COUNTS):
            self.fields[name].required = False

    def _is_less(self, offer: Offer) -> bool:
        is_whole = self.case.demanded is not None and offer.amount >= self.case.demanded
        return not is_whole or offer.silence or offer.release or self.case.demand_has_terms

    def vote_is_needed(self) -> bool:
        if "votes_for" not in self.fields or self.case.state in CaseState.FIGHTING:
            return super().vote_is_needed()
        offer = self.cleaned_data.get("offer")
        wants_silence = self.cleaned_data.get("silence", False)
        return offer is not None and (wants_silence or self._is_less(offer))

    def _prepare_offers(self, today: dt.date) -> None:
        offers = Offer.objects.filter(case=self.case).acceptable(today).select_related("payment")
        field = self.fields["offer"]
        field.queryset, field.currency = offers, self.group.currency
        self.choosable = list(offers)
        if len(self.choosable) == 1:
            self.initial["offer"] = self.choosable[0].pk
            self.initial["first_on"] = self.choosable[0].pay_by
        self.initial["counted"] = [o.payment_id for o in self.choosable if o.payment_id]
        self._tick_who_said_yes()

    def _tick_who_said_yes(self) -> None:
        yes = OfferVoice.objects.filter(offer__in=self.choosable, says=OfferVoice.Says.ACCEPT)
        said = set(yes.values_list("party_id", flat=True)) if len(self.choosable) == 1 else set()
        if self.voice_field == "agreed":
            self.initial["agreed"] = [p.pk for p in self.affected if p.pk in said]
        else:
            self.initial["affected_agreed"] = bool(self.affected) and said.issuperset(
                party.pk for party in self.affected
            )

    def facts(self) -> list[str]:
        today = timezone.localdate(self.now)
        past = Offer.objects.filter(case=self.case).past(today)
        text = _("The offer of %(sum)s ran out on %(day)s. Ask them whether it still holds.")
        return [
            text
            % {
                "sum": money(offer.amount, self.group.currency),
                "day": date_in_words(offer.valid_until),
            }
            for offer in past
        ]

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        agreed = self.bound("offer", "agreed_on", "text", "silence")
        paid = self.bound("pay", "first_on", "number", "every", "lines", "counted")
        return [
            (_("What was agreed"), agreed),
            (_("How it is paid"), paid),
            (_("The vote"), self.bound(*self.VOTE_FIELDS)),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.everyone_agreed():
            text = _("The people affected decide. Without their yes nothing is accepted.")
            self.add_error(self.voice_field, text)
        offer, agreed_on = cleaned.get("offer"), cleaned.get("agreed_on")
        if offer and agreed_on and agreed_on < offer.received_on:
            self.add_error("agreed_on", _("This day is before the offer was received."))
        if offer:
            cleaned["plan"] = self._plan(offer, cleaned)
        return cleaned

    def _plan(self, offer: Offer, said: dict[str, Any]) -> schedule.Plan | None:
        """Return the payments, None for one payment on the day the offer names."""
        how = said.get("pay") or ONCE
        if how == LISTED:
            return self._listed(offer, said.get("lines"))
        if how == EQUAL:
            self.need("first_on", "number")
            if said.get("first_on") and said.get("number"):
                if said["number"] * Decimal("0.01") > offer.amount:
                    self.add_error("number", _("The sum is too small for so many payments."))
                    return None
                every = said.get("every") or schedule.MONTHLY
                return schedule.equal_parts(offer.amount, said["number"], said["first_on"], every)
        elif said.get("first_on") and offer.amount:
            return [(offer.amount, said["first_on"])]
        return None

    def _listed(self, offer: Offer, plan: schedule.Plan | None) -> schedule.Plan | None:
        if "lines" in self.errors:
            return None
        total = sum((amount for amount, _day in plan or []), ZERO)
        if total != offer.amount:
            text = _("These come to %(total)s. The offer is %(sum)s.") % {
                "total": money(total, self.group.currency),
                "sum": money(offer.amount, self.group.currency),
            }
            self.add_error("lines", text)
        return plan

    def make(self) -> str:
        said = self.cleaned_data
        moves.agree(
            self.case,
            by=self.by,
            offer=said["offer"],
            affected_agreed=self.everyone_agreed(),
            vote=self.vote(),
            plan=said["plan"],
            text=said["text"],
            silence=said["silence"],
            agreed_on=said["agreed_on"],
            counted=said.get("counted") or (),
        )
        return _("The offer is accepted. Record each payment when it comes, and when it clears.")
