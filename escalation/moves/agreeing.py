"""Accepting an offer: the people affected and the group, and what was agreed in which payments."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseState, Payment, User
from escalation import agreements, schedule, standing_down
from escalation.decisions import record_decision
from escalation.models import Agreement, Decision, Offer, OfferVoice
from escalation.moving import MoveRefused, moving


def agree(
    case: Case,
    *,
    by: User,
    offer: Offer,
    affected_agreed: bool,
    vote: dict[str, Any] | None = None,
    plan: schedule.Plan | None = None,
    text: str = "",
    silence: bool = False,
    agreed_on: dt.date | None = None,
    counted: Iterable[Payment] = (),
) -> Agreement:
    """T15, T18: accept an offer. Before the delivery the team does it; after it takes a vote.

    The people affected must agree in either case. Without a `plan` the whole sum is due in one
    payment, on the day the offer names. `counted` are earlier payments that are part of the sum.
    Where silence is part of it, the case is not made public any more. Posters come down in any
    case: while an agreement holds, none is printed.
    """
    if not affected_agreed:
        raise MoveRefused([_("The people affected decide. Without their yes nothing is accepted.")])
    with moving(case, "agree", by=by, offer=offer.pk) as locked:
        if locked.state in CaseState.FIGHTING and not vote:
            raise MoveRefused([_("Accepting an offer takes a vote.")])
        before = _take(case, offer)
        decision = vote and record_decision(
            case, Decision.Kind.OFFER, by=by, vote=vote | {"affected_agreed": True}
        )
        voices = _everyone_accepts(locked, offer, by=by)
        Offer.objects.filter(pk=offer.pk).update(
            decision=decision or None, agreed_text=text, agreed_silence=silence
        )
        today = agreed_on or timezone.localdate()
        agreement = agreements.make(
            offer,
            by=by,
            agreed_on=today,
            plan=_plan_of(offer, today) if plan is None else plan,
            text=text,
            silence=silence,
            counted=counted,
            decision=decision or None,
        )
        if silence:
            locked.publicity = Case.Publicity.NO
        locked.wrote |= {
            "offer": offer.pk,
            "offer_was": before,
            "agreement": agreement.pk,
            "decision": decision.pk if decision else None,
            "voices": voices,
        }
        standing_down.stand_down(locked, by=by)
    return agreement


def _take(case: Case, offer: Offer) -> str:
    """Mark an open offer as accepted, and return what it was before. One UPDATE decides."""
    before = Offer.objects.filter(pk=offer.pk, case=case).values_list("status", flat=True).first()
    today = timezone.localdate()
    open_now = Offer.objects.filter(pk=offer.pk, case=case)
    if open_now.acceptable(today).update(status=Offer.Status.ACCEPTED):
        return str(before)
    offer.refresh_from_db()
    if offer.ran_out(today):
        raise MoveRefused([_("This offer ran out. Ask them whether it still holds.")])
    raise MoveRefused([_("Somebody dealt with this offer meanwhile.")])


def _everyone_accepts(case: Case, offer: Offer, *, by: User) -> list[int]:
    """Keep the yes of each person affected, and return the new ones.

    Who said otherwise before must say it anew first: a tick of the team does not outdo their word.
    """
    against = offer.voices.exclude(says=OfferVoice.Says.ACCEPT).filter(party__left_at=None)
    if names := [str(voice.party) for voice in against.select_related("party__person")]:
        text = _("%(names)s said something else. Note on the page of the offer what they say now.")
        raise MoveRefused([text % {"names": ", ".join(names)}])
    silent = case.parties.affected().exclude(offer_voices__offer=offer)
    yes = {"says": OfferVoice.Says.ACCEPT, "recorded_by": by}
    return [OfferVoice.objects.create(offer=offer, party=party, **yes).pk for party in silent]


def _plan_of(offer: Offer, today: dt.date) -> schedule.Plan:
    if not offer.amount:
        return []
    return [(offer.amount, max(offer.pay_by or today, today))]
