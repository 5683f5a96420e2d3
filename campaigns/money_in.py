"""Money that came in: received, cleared, bounced. Nothing is ever written over."""

import datetime as dt
import uuid
from decimal import Decimal

from django.db import transaction

from campaigns.models import Case, CaseParty, Event, Group, Payment, PaymentEvent, User
from campaigns.models.log import record
from campaigns.wording import money

_EVENTS = {
    PaymentEvent.Kind.CLEARED: Event.PAYMENT_CLEARED,
    PaymentEvent.Kind.BOUNCED: Event.PAYMENT_BOUNCED,
}


def record_payment(
    case: Case,
    *,
    by: User,
    form_key: uuid.UUID,
    amount: Decimal,
    method: str,
    received_on: dt.date,
    party: CaseParty | None = None,
    payer: str = "",
    note: str = "",
) -> Payment:
    """Note money that came in. It counts once it has cleared.

    `form_key` belongs to one showing of the form: sent twice, it makes one payment.
    """
    values = {
        "amount": amount,
        "method": method,
        "received_on": received_on,
        "party": party,
        "payer": payer,
        "note": note,
        "by": by,
    }
    # Made to depend on the case, so that no forged key reaches a payment of another one.
    key = uuid.uuid5(case.public_id, form_key.hex)
    with transaction.atomic():
        payment, created = Payment.objects.get_or_create(case=case, form_key=key, defaults=values)
        if created:
            record(case, Event.PAYMENT_RECEIVED, by=by, note=note, amount=_sum(payment))
    return payment


def clear_payment(payment: Payment, *, by: User, on: dt.date, note: str = "") -> bool:
    """Note that the money is really there. Return False when its fate was known already."""
    return _happened(payment, PaymentEvent.Kind.CLEARED, by=by, on=on, note=note)


def bounce_payment(payment: Payment, *, by: User, on: dt.date, note: str = "") -> bool:
    """Note that the money did not come or was taken back, also after it seemed to have cleared.

    Return False when it had bounced already. What is paid anew is a new payment.
    """
    return _happened(payment, PaymentEvent.Kind.BOUNCED, by=by, on=on, note=note)


def _happened(payment: Payment, kind: str, *, by: User, on: dt.date, note: str) -> bool:
    with transaction.atomic():
        Case.objects.select_for_update(of=("self",)).get(pk=payment.case_id)
        before = set(payment.events.values_list("kind", flat=True))
        if kind in before or PaymentEvent.Kind.BOUNCED in before:
            return False
        PaymentEvent.objects.create(payment=payment, kind=kind, on=on, note=note, by=by)
        record(payment.case, _EVENTS[kind], by=by, note=note, amount=_sum(payment))
    return True


def _sum(payment: Payment) -> str:
    return money(payment.amount, Group.objects.get(pk=1).currency)
