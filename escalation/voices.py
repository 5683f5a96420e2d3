"""What the people affected say to offers, and what their own page asks them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from campaigns.models import Case, CaseParty
from escalation.models import Offer, OfferVoice


@dataclass(frozen=True)
class Asked:
    """An open offer, and what was said to it by whom the reader can speak for."""

    offer: Offer
    voice: OfferVoice | None
    may_say: bool

    @property
    def waits(self) -> bool:
        return self.may_say and self.voice is None


def asked(party: CaseParty, *, today: dt.date) -> list[Asked]:
    """Return the offers that can still be accepted in the case of `party`, newest first.

    A fight that ended asks nobody anything.
    """
    if not party.case.is_accepted:
        return []
    offers = list(Offer.objects.acceptable(today).filter(case=party.case_id))
    if not offers:
        return []
    speaker = party.speaks_for().first()
    said = OfferVoice.objects.filter(offer__in=offers, party=speaker) if speaker else ()
    known = {voice.offer_id: voice for voice in said}
    return [Asked(offer, known.get(offer.pk), speaker is not None) for offer in offers]


def to_open_offer(case: Case) -> dict[int, OfferVoice]:
    """Return what each of the people affected said to the newest open offer, by their number."""
    offer = Offer.objects.open().filter(case=case.pk).first()
    return {voice.party_id: voice for voice in offer.voices.all()} if offer else {}


def clauses(offer: Offer) -> Iterable[str]:
    """Yield in plain words what they want in return for the money."""
    if offer.full_and_final:
        yield _("They say: with this, everything is paid. After that you cannot ask for the rest.")
    if offer.silence:
        yield _("They want you to be silent about it, for good.")
    if offer.release:
        yield _("They want you to give up everything else you could ask of them.")
