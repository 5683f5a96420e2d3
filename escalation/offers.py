"""Offers of the target. Pressure goes on until the people affected accept one."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseState, Event, Group, User
from campaigns.models.log import record
from campaigns.wording import money
from escalation.models import Offer
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
    """Note an offer: `received_on`, `said_by`, `amount`, `terms`, `pay_by`, `valid_until`.

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
        amount = money(offer.amount, Group.objects.get(pk=1).currency)
        record(locked, Event.OFFER, by=by, amount=amount, note=offer.terms)
    return offer
