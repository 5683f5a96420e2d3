"""Offers of the target. Pressure goes on until the people affected accept one."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import money_in
from campaigns.models import Actor, Case, CaseParty, CaseState, Event, Group, Payment, User
from campaigns.models.log import record
from campaigns.wording import money
from escalation.decisions import record_decision
from escalation.models import Decision, Offer, OfferVoice
from escalation.moves import MoveRefused


def not_now(case: Case) -> list[str]:
    """Return why no offer can be noted in the state of `case`, or nothing.

    An offer may come in any state after the vote, also while the fight pauses.
    """
    if case.is_accepted:
        return []
    state = CaseState(case.state).label
    return [_("No offer is noted while the case is at “%(state)s”.") % {"state": state}]


def record_offer(case: Case, *, by: User, **said: Any) -> Offer:
    """Note an offer. `said` are fields of it: `received_on`, `said_by`, `amount`, `terms` and more.

    The very same offer, while it is open, is noted once: a double click makes one.
    """
    with transaction.atomic():
        locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if reasons := not_now(locked):
            raise MoveRefused(reasons)
        open_offers = Offer.objects.filter(case=locked, status=Offer.Status.RECEIVED)
        if same := open_offers.filter(**said).first():
            return same
        offer = Offer.objects.create(case=locked, recorded_by=by, **said)
        record(locked, Event.OFFER, by=by, amount=_money(offer.amount), note=offer.terms)
    return offer


def say(
    offer: Offer,
    *,
    party: CaseParty,
    says: str,
    note: str = "",
    by: User | None = None,
    spoken_by: CaseParty | None = None,
) -> OfferVoice:
    """Keep what one affected person says to an offer; until it is decided they may change it.

    `by` is the organizer who passes it on, None where it was said with a code; `spoken_by` is who
    said it for them, if anybody. Raises MoveRefused when the offer is no longer open.
    """
    note = note.strip()
    with transaction.atomic():
        locked = Case.objects.select_for_update(of=("self",)).get(pk=offer.case_id)
        if not Offer.objects.filter(pk=offer.pk, status__in=Offer.OPEN).exists():
            raise MoveRefused([_("This offer is decided already. Nothing was changed.")])
        if not locked.is_accepted:
            raise MoveRefused([_("This case has ended. Nothing was changed.")])
        if not CaseParty.objects.affected().filter(pk=party.pk, case=locked).exists():
            raise MoveRefused([_("They are no longer part of this case.")])
        before = OfferVoice.objects.filter(offer=offer, party=party).first()
        if before and (before.says, before.note) == (says, note):
            return before
        voice, _created = OfferVoice.objects.update_or_create(
            offer=offer,
            party=party,
            defaults={"says": says, "note": note, "recorded_by": by, "at": timezone.now()},
        )
        speaker = {"person": (spoken_by or party).person.name} if by is None else {}
        actor = Actor.USER if by else Actor.AFFECTED
        said = {"who": str(party), "says": says} | speaker
        record(locked, Event.OFFER_VOICE, by=by, actor=actor, note=note, **said)
    return voice


def discuss(offer: Offer, *, by: User, note: str = "") -> None:
    """Note that the offer was talked about. It stays open."""
    with transaction.atomic():
        _lock(offer)
        _change(offer, to=Offer.Status.DISCUSSED, only=(Offer.Status.RECEIVED,))
        record(offer.case, Event.OFFER_DISCUSSED, by=by, note=note, amount=_money(offer.amount))


def counter(
    offer: Offer,
    *,
    by: User,
    amount: Decimal,
    answered_on: dt.date,
    terms: str = "",
    vote: Mapping[str, Any] | None = None,
    affected_agreed: bool = False,
) -> None:
    """Note that we answered with another sum. Their own offer stays on the table.

    It takes the yes of everyone affected, and in a fight a vote: what is asked now may be less
    than what was voted. The very same answer is noted once: a double click makes one.
    """
    answer = {"counter_amount": amount, "counter_terms": terms, "answered_on": answered_on}
    with transaction.atomic():
        case = _lock(offer)
        noted = Offer.objects.filter(pk=offer.pk, status=Offer.Status.COUNTERED, **answer)
        if noted.exists():
            return
        if _is_fighting(case) and not vote:
            raise MoveRefused([_("Answering with another sum takes a vote.")])
        if not vote:
            _everyone_wants_other(case, offer, by=by, agreed=affected_agreed)
        else:
            decision = record_decision(
                case, Decision.Kind.COUNTER, by=by, vote=vote, sum_voted=amount
            )
            if not decision.affected_agreed:
                raise MoveRefused([_("Ask the people affected first. Without their yes it waits.")])
            if not decision.carried:
                raise MoveRefused([_("The vote did not carry.")])
        _change(offer, to=Offer.Status.COUNTERED, **answer)
        sums = {"amount": _money(offer.amount), "answer": _money(amount)}
        record(case, Event.OFFER_COUNTERED, by=by, note=terms, **sums)


def _everyone_wants_other(case: Case, offer: Offer, *, by: User, agreed: bool) -> None:
    """Keep the word of each person affected where no vote keeps it; who said something, said it."""
    if not agreed:
        raise MoveRefused([_("Ask the people affected first. Without their yes it waits.")])
    for party in case.parties.affected().exclude(offer_voices__offer=offer):
        say(offer, party=party, says=OfferVoice.Says.COUNTER, by=by)


def refuse(
    offer: Offer,
    *,
    by: User,
    answered_on: dt.date,
    note: str = "",
    said_no: Iterable[CaseParty] = (),
) -> None:
    """Refuse an offer. Everyone affected must have said so: the team alone never refuses.

    `said_no` are those whose no is passed on here. Who wants to accept keeps it open.
    """
    with transaction.atomic():
        case = _lock(offer)
        for party in said_no:
            say(offer, party=party, says=OfferVoice.Says.REFUSE, by=by)
        if missing := who_must_say_no(offer):
            text = _("%(names)s must say no too. While they want it, the offer stays open.")
            raise MoveRefused([text % {"names": ", ".join(map(str, missing))}])
        _change(offer, to=Offer.Status.REFUSED, answered_on=answered_on)
        record(case, Event.OFFER_REFUSED, by=by, note=note, amount=_money(offer.amount))


def who_must_say_no(offer: Offer) -> list[CaseParty]:
    """Return the people affected who have not said that they refuse, or want something else."""
    no = (OfferVoice.Says.REFUSE, OfferVoice.Says.COUNTER)
    said = OfferVoice.objects.filter(offer=offer, says__in=no).values("party")
    affected = CaseParty.objects.affected().filter(case=offer.case_id).select_related("person")
    return list(affected.exclude(pk__in=said))


def renew(offer: Offer, *, by: User, valid_until: dt.date | None, note: str = "") -> None:
    """Note that the target said an offer that ran out still holds. Then it can be accepted."""
    today = timezone.localdate()
    if valid_until and valid_until < today:
        raise MoveRefused([_("Choose a day that has not passed.")])
    with transaction.atomic():
        case = _lock(offer)
        offer.refresh_from_db(fields=["status", "valid_until"])
        if not offer.ran_out(today):
            raise MoveRefused([_("This offer has not run out.")])
        only = (*Offer.OPEN, Offer.Status.EXPIRED)
        _change(offer, to=Offer.Status.DISCUSSED, only=only, valid_until=valid_until)
        record(case, Event.OFFER_RENEWED, by=by, note=note, amount=_money(offer.amount))


def expire(today: dt.date) -> int:
    """Mark the open offers whose last day is over, each once, with an entry. Return how many."""
    noted = 0
    for offer in Offer.objects.past(today).select_related("case").order_by("pk"):
        with transaction.atomic():
            Case.objects.select_for_update(of=("self",)).get(pk=offer.case_id)
            past = Offer.objects.past(today).filter(pk=offer.pk)
            if not past.update(status=Offer.Status.EXPIRED):
                continue
            due = offer.valid_until.isoformat()
            said = {"amount": _money(offer.amount), "due": due}
            record(offer.case, Event.OFFER_EXPIRED, by=None, actor=Actor.SYSTEM, **said)
            noted += 1
    return noted


def take_on_account(payment: Payment, *, by: User, agreed: bool, vote: Mapping[str, Any]) -> None:
    """Take money as a part of what is owed, though they call the matter settled with it.

    Cashing it may give up the rest, so it takes the yes of whose money it is, and a vote.
    """
    if not agreed:
        raise MoveRefused([_("It is their money. Without their yes nothing is changed.")])
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).get(pk=payment.case_id)
        affected = case.parties.affected().values_list("pk", flat=True)
        whose = [payment.party_id] if payment.party_id else affected
        said = dict(vote) | {"voices": dict.fromkeys(whose, True)}
        decision = record_decision(case, Decision.Kind.ON_ACCOUNT, by=by, vote=said)
        if not decision.carried:
            raise MoveRefused([_("The vote did not carry.")])
        if not money_in.take_on_account(payment, by=by, on=decision.held_on):
            raise MoveRefused([_("Somebody had noted already what became of this payment.")])


def _lock(offer: Offer) -> Case:
    case = Case.objects.select_for_update(of=("self",)).get(pk=offer.case_id)
    if reasons := not_now(case):
        raise MoveRefused(reasons)
    return case


def _change(offer: Offer, *, to: str, only: Iterable[str] = Offer.OPEN, **values: Any) -> None:
    """Let one UPDATE decide: of two who deal with an offer at once, the second is told."""
    rows = Offer.objects.filter(pk=offer.pk, status__in=only)
    if not rows.update(status=to, **values):
        raise MoveRefused([_("Somebody dealt with this offer meanwhile.")])
    offer.refresh_from_db()


def _is_fighting(case: Case) -> bool:
    return CaseState(case.held_state or case.state) in CaseState.FIGHTING


def _money(amount: Decimal) -> str:
    return money(amount, Group.objects.get(pk=1).currency)
