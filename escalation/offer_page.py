"""What the page of an offer shows: its terms, its clauses, what each person says, the ways on."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.models import CaseParty, CaseState
from campaigns.models.payments import asked, balance
from campaigns.wording import date_in_words
from escalation import offers
from escalation.models import CaseLifecycle, Offer, OfferVoice


@dataclass(frozen=True)
class StepPage:
    """The page of one way on: its heading, what it does, and its button."""

    heading: Any
    explanation: Any
    button: Any


STEPS = {
    "say_to_offer": StepPage(
        _l("What they say to the offer"),
        _l(
            "Write down what each person affected told you. They can also say it themselves, on "
            "the page they open with their code. Who it is about decides."
        ),
        _l("Note it"),
    ),
    "counter_offer": StepPage(
        _l("Answer with another sum"),
        _l(
            "The people affected and the group decide what to ask for. Their offer stays open "
            "until it runs out, and pressure goes on."
        ),
        _l("Note the answer"),
    ),
    "refuse_offer": StepPage(
        _l("Refuse the offer"),
        _l(
            "Everyone affected must want that. While one of them wants to accept it, the offer "
            "stays open, and you talk again."
        ),
        _l("Refuse it"),
    ),
    "renew_offer": StepPage(
        _l("The offer still holds"),
        _l("The day they named has passed. Ask them, and write down what they said."),
        _l("It still holds"),
    ),
}


@dataclass(frozen=True)
class SaidRow:
    party: CaseParty
    voice: OfferVoice | None


def contents(case: CaseLifecycle, offer: Offer, *, today: dt.date) -> dict[str, Any]:
    owed = balance(asked(case.demanded, case.claimed), case.cleared)
    return {
        "case": case,
        "offer": offer,
        "agreement": offer.agreements.valid().first(),
        "said": said(offer),
        "clauses": list(clauses(offer)),
        "owed": owed,
        "gap": balance(owed, offer.amount),
        "ran_out": offer.ran_out(today),
        "ways": list(ways(case, offer, today)),
        "may_discuss": offer.status == Offer.Status.RECEIVED and not why_not_now(case),
        "may_accept": may_accept(case, offer, today),
    }


def said(offer: Offer) -> list[SaidRow]:
    """Return everyone affected with what they said, nothing yet among it."""
    voices = {voice.party_id: voice for voice in offer.voices.select_related("recorded_by")}
    people = CaseParty.objects.affected().filter(case=offer.case_id).select_related("person")
    return [SaidRow(party, voices.get(party.pk)) for party in people]


def clauses(offer: Offer) -> Iterator[tuple[str, str]]:
    """Yield each clause somebody should look at, and why."""
    if offer.full_and_final:
        yield (
            _("Full and final"),
            _("Whoever signs or cashes it may lose the right to the rest."),
        )
    if offer.silence:
        yield (
            _("Silence"),
            _("Nobody could speak of it any more, and the group could not use it in other fights."),
        )
    if offer.release:
        yield (
            _("All claims given up"),
            _("It may also take away claims that have nothing to do with this sum."),
        )


def ways(case: CaseLifecycle, offer: Offer, today: dt.date) -> Iterator[tuple[str, str]]:
    """Yield label and address of each way on that is open now."""
    for name in ("say_to_offer", "renew_offer", "counter_offer", "refuse_offer"):
        if not why_not(case, offer, name, today=today):
            url = reverse(name, args=[case.reference, offer.pk])
            yield str(STEPS[name].heading), url
    if offer.status == Offer.Status.COUNTERED and not why_not_now(case):
        url = reverse("record_offer", args=[case.reference])
        yield _("They said yes to our answer"), f"{url}?answer_to={offer.pk}"


def may_accept(case: CaseLifecycle, offer: Offer, today: dt.date) -> bool:
    states = (CaseState.PREPARING, CaseState.DELIVERY_SET, *CaseState.FIGHTING)
    return case.state in states and offer.is_open and not offer.ran_out(today)


def why_not(case: CaseLifecycle, offer: Offer, step: str, *, today: dt.date) -> str:
    """Return why a step cannot be taken now, or nothing."""
    if why := why_not_now(case):
        return why
    ran_out = offer.ran_out(today)
    if step == "renew_offer":
        return "" if ran_out else _("This offer has not run out.")
    if offer.is_open and not ran_out:
        return ""
    if ran_out and offer.valid_until:
        text = _("This offer ran out on %(day)s. Ask them whether it still holds.")
        return text % {"day": date_in_words(offer.valid_until)}
    return _("This offer is decided already.")


def why_not_now(case: CaseLifecycle) -> str:
    return " ".join(offers.not_now(case))
