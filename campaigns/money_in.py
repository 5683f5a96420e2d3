"""Money that came in: received, cleared, bounced. Nothing is ever written over.

A payment that was written down by mistake is struck out with a reason, and stays to be seen.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from campaigns import evidence
from campaigns.models import (
    Case,
    CaseParty,
    ClaimLine,
    Event,
    Evidence,
    Group,
    Payment,
    PaymentEvent,
    User,
)
from campaigns.models.log import record
from campaigns.wording import money

_EVENTS = {
    PaymentEvent.Kind.CLEARED: Event.PAYMENT_CLEARED,
    PaymentEvent.Kind.BOUNCED: Event.PAYMENT_BOUNCED,
    PaymentEvent.Kind.ON_ACCOUNT: Event.ON_ACCOUNT,
    PaymentEvent.Kind.STRUCK: Event.PAYMENT_STRUCK,
}
# A sum on a line "returned so far" and a payment of the same sum within these days are likely one.
NEAR_DAYS = 14
LONGEST_DESCRIPTION = Evidence._meta.get_field("description").max_length


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
    full_and_final: bool = False,
    payee: str = "",
    payee_note: str = "",
) -> Payment:
    """Note money that came in. It counts once it has cleared.

    `form_key` belongs to one showing of the form: sent twice, it makes one payment. Where the
    person lets somebody else take their money, that name is noted unless `payee` says another.
    """
    if party and party.payee and not payee:
        payee, payee_note = party.payee, party.payee_note
    values = {
        "amount": amount,
        "method": method,
        "received_on": received_on,
        "party": party,
        "payer": payer,
        "note": note,
        "full_and_final": full_and_final,
        "payee": payee,
        "payee_note": payee_note,
        "by": by,
    }
    # Made to depend on the case, so that no forged key reaches a payment of another one.
    key = uuid.uuid5(case.public_id, form_key.hex)
    with transaction.atomic():
        payment, created = Payment.objects.get_or_create(case=case, form_key=key, defaults=values)
        if created:
            record(case, Event.PAYMENT_RECEIVED, by=by, note=note, amount=_sum(payment))
    return payment


def counted_before(case: Case, *, amount: Decimal, received_on: dt.date) -> ClaimLine | None:
    """Return a line that takes the same sum off what is owed already: it would count twice."""
    near = dt.timedelta(days=NEAR_DAYS)
    when = Q(from_date=None) | Q(from_date__range=(received_on - near, received_on + near))
    lines = case.claim_lines.filter(when, kind=ClaimLine.Kind.RETURNED, figure=amount)
    return lines.first()


def paid_before(case: Case, *, figure: Decimal, day: dt.date | None) -> Payment | None:
    """Return a payment of the same sum as a line "returned so far": it would count twice."""
    near = dt.timedelta(days=NEAR_DAYS)
    when = Q(received_on__range=(day - near, day + near)) if day else Q()
    return case.payments.standing().filter(when, amount=figure).first()


def clear_payment(payment: Payment, *, by: User, on: dt.date, note: str = "") -> bool:
    """Note that the money is really there. Return False when its fate was known already."""
    return _happened(payment, PaymentEvent.Kind.CLEARED, by=by, on=on, note=note)


def bounce_payment(
    payment: Payment,
    *,
    by: User,
    on: dt.date,
    note: str = "",
    fee: Decimal | None = None,
    file: UploadedFile | None = None,
) -> bool:
    """Note that the money did not come or was taken back, also after it seemed to have cleared.

    `file`, such as a picture of the cheque, becomes evidence. Return False when it had bounced
    already. What is paid anew is a new payment.
    """
    with evidence.kept([file] if file else []) as files:
        is_new = _happened(
            payment, PaymentEvent.Kind.BOUNCED, by=by, on=on, note=note, fee=fee, files=files
        )
        if not is_new:
            evidence.remove(kept.name for kept in files)
    return is_new


def take_on_account(payment: Payment, *, by: User, on: dt.date, note: str = "") -> bool:
    """Note that it is taken as a part, though they call it settled; the group has decided that.

    Return False when it was noted already, or the payment is gone.
    """
    return _happened(payment, PaymentEvent.Kind.ON_ACCOUNT, by=by, on=on, note=note)


def strike_payment(payment: Payment, *, by: User, on: dt.date, note: str) -> bool:
    """Note that there never was such a payment: another sum, another case, or written down twice.

    Return False when it is gone already. What really came is a new payment.
    """
    return _happened(payment, PaymentEvent.Kind.STRUCK, by=by, on=on, note=note)


def _happened(
    payment: Payment,
    kind: str,
    *,
    by: User,
    on: dt.date,
    note: str,
    files: Iterable[evidence.KeptFile] = (),
    **values: Any,
) -> bool:
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).get(pk=payment.case_id)
        before = set(payment.events.order_by().values_list("kind", flat=True))
        if kind in before or before.intersection(PaymentEvent.GONE):
            return False
        for file in files:
            about = _("Payment that bounced: %(sum)s") % {"sum": _sum(payment)}
            about = f"{about}. {note}" if note else about
            values["evidence"] = evidence.write_down(
                case, file, by=by, by_affected_person=False, description=about[:LONGEST_DESCRIPTION]
            )
        PaymentEvent.objects.create(payment=payment, kind=kind, on=on, note=note, by=by, **values)
        record(case, _EVENTS[PaymentEvent.Kind(kind)], by=by, note=note, amount=_sum(payment))
    return True


def _sum(payment: Payment) -> str:
    return money(payment.amount, Group.objects.get(pk=1).currency)
