"""Agreements with the target: made with an accepted offer, kept or missed payment by payment."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import (
    Actor,
    Case,
    CaseState,
    Event,
    Group,
    Payment,
    PaymentEvent,
    User,
)
from campaigns.models.claims import ZERO
from campaigns.models.log import record
from campaigns.wording import date_in_words, money
from escalation import schedule
from escalation.decisions import record_decision
from escalation.models import (
    Agreement,
    CaseLifecycle,
    Decision,
    Instalment,
    InstalmentEvent,
    Offer,
)
from escalation.moving import MoveRefused


def make(
    offer: Offer,
    *,
    by: User,
    agreed_on: dt.date,
    plan: schedule.Plan,
    text: str = "",
    silence: bool = False,
    counted: Iterable[Payment] = (),
    decision: Decision | None = None,
) -> Agreement:
    """Write down what was agreed, and in which payments. Call it in the move that accepts.

    `plan` are (sum, day) pairs that add up to the sum of the offer; an offer of no money has none.
    """
    if sum((amount for amount, _day in plan), ZERO) != offer.amount:
        raise MoveRefused([_("The payments must add up to the sum of the offer.")])
    agreement = Agreement.objects.create(
        offer=offer,
        text=text,
        silence=silence,
        agreed_on=agreed_on,
        decision=decision,
        recorded_by=by,
    )
    agreement.counted.set(payment for payment in counted if payment.case_id == offer.case_id)
    days = sorted(plan, key=lambda part: part[1])
    Instalment.objects.bulk_create(
        Instalment(agreement=agreement, number=n, amount=amount, due_on=day)
        for n, (amount, day) in enumerate(days, start=1)
    )
    record(
        offer.case,
        Event.AGREEMENT,
        by=by,
        note=text,
        amount=_money(offer.amount),
        count=len(plan),
    )
    return agreement


def waive(
    instalment: Instalment, *, by: User, vote: Mapping[str, Any], note: str = ""
) -> InstalmentEvent:
    """Let one payment go: accepting less takes the yes of everyone affected, and a vote."""
    with transaction.atomic():
        case = _lock(instalment)
        agreement = Agreement.objects.with_schedule().get(pk=instalment.agreement_id)
        if not agreement.is_in_force or case.state != CaseState.AGREED:
            raise MoveRefused([_("This agreement does not bind any more.")])
        rows = schedule.of(agreement, today=timezone.localdate(), grace_days=_grace())
        row = next(row for row in rows if row.instalment.pk == instalment.pk)
        if not row.may_be_waived:
            raise MoveRefused([_("This payment is paid or let go already.")])
        decision = record_decision(case, Decision.Kind.WAIVE, by=by, vote=vote)
        if not decision.affected_agreed:
            raise MoveRefused([_("Letting a payment go takes the yes of everyone affected.")])
        if not decision.carried:
            raise MoveRefused([_("The vote did not carry.")])
        event = InstalmentEvent.objects.create(
            instalment=instalment,
            kind=InstalmentEvent.Kind.WAIVED,
            on=decision.held_on,
            note=note,
            decision=decision,
            by=by,
        )
        _log(case, Event.INSTALMENT_WAIVED, instalment, by=by, note=note)
    return event


def note_missed(today: dt.date) -> int:
    """Note each payment that was missed, once, with the day it was due. Return how many.

    A sweep that was down for weeks finds them all, and their true days, when it comes back.
    """
    agreed = Agreement.objects.in_force().filter(offer__case__state=CaseState.AGREED)
    unpaid = agreed.filter(instalments__due_on__lt=today).distinct().order_by("pk")
    return sum(_note_missed_of(pk, today) for pk in unpaid.values_list("pk", flat=True))


def _note_missed_of(pk: int, today: dt.date) -> int:
    noted = 0
    with transaction.atomic():
        _lock(Agreement.objects.get(pk=pk))
        agreement = Agreement.objects.with_schedule().get(pk=pk)
        case = agreement.offer.case
        if not agreement.is_in_force or case.state != CaseState.AGREED:
            return 0
        rows = schedule.of(agreement, today=today, grace_days=_grace())
        for instalment in (row.instalment for row in schedule.missed(rows)):
            _event, is_new = InstalmentEvent.objects.get_or_create(
                instalment=instalment,
                kind=InstalmentEvent.Kind.MISSED,
                defaults={"on": instalment.due_on},
            )
            if is_new:
                _log(case, Event.INSTALMENT_MISSED, instalment, by=None, actor=Actor.SYSTEM)
                noted += 1
    return noted


def in_force_of(case: Case) -> Agreement | None:
    """Return the agreement that binds, with all that says what was paid of it."""
    agreements = Agreement.objects.in_force().with_schedule()
    return agreements.filter(offer__case=case.pk).first()


def missed_in_words(agreement: Agreement, *, today: dt.date, group: Group) -> list[str]:
    """Return a sentence for each payment missed."""
    rows = schedule.of(agreement, today=today, grace_days=group.grace_days)
    return [
        _("%(sum)s was due on %(day)s. %(open)s of it is not paid.")
        % {
            "sum": money(row.instalment.amount, group.currency),
            "day": date_in_words(row.instalment.due_on),
            "open": money(row.open, group.currency),
        }
        for row in schedule.missed(rows)
    ]


def bounced_since(agreement: Agreement) -> bool:
    """Say whether a payment that counts towards it came back."""
    payments = schedule.counting(agreement, agreement.offer.case.payments.all())
    return any(payment.fate == PaymentEvent.Kind.BOUNCED for payment in payments)


def _lock(row: Instalment | Agreement) -> CaseLifecycle:
    agreement = row.agreement if isinstance(row, Instalment) else row
    cases = CaseLifecycle.objects.select_for_update(of=("self",))
    return cases.get(pk=agreement.offer.case_id)


def _log(case: Case, event: str, instalment: Instalment, *, by: User | None, **more: Any) -> None:
    due = instalment.due_on.isoformat()
    record(case, event, by=by, amount=_money(instalment.amount), due=due, **more)


def _grace() -> int:
    return Group.objects.values_list("grace_days", flat=True).get(pk=1)


def _money(amount: Decimal) -> str:
    return money(amount, Group.objects.get(pk=1).currency)
