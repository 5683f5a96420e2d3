"""What the money page of a case shows, and a receipt. Sums and balances come from
campaigns/models/payments.py, the schedule from escalation/schedule.py."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns import law_of_case
from campaigns.models import CaseParty, CaseState, Group, Payment, PaymentEvent, Reason
from campaigns.models.claims import ZERO
from campaigns.models.payments import asked, balance, balances, by_person, cleared_to
from escalation import agreements, schedule
from escalation.models import Agreement, CaseLifecycle
from letters.models import Demand


@dataclass(frozen=True)
class PersonRow:
    """What one person is owed and got. Without `party`: money of which nobody said for whom."""

    party: CaseParty | None
    share: Decimal
    received: Decimal
    cleared: Decimal

    @property
    def open(self) -> Decimal:
        return balance(self.share, self.cleared)

    @property
    def outcome(self) -> str:
        if self.party is None:
            return ""
        if self.party.left_at:
            return str(CaseParty.Outcome.LEFT.label)
        return str(self.party.get_outcome_display())


@dataclass(frozen=True)
class PaymentRow:
    payment: Payment
    balance: Decimal
    fee_url: str = ""

    @property
    def happened(self) -> list[PaymentEvent]:
        return list(self.payment.events.all())

    @property
    def may_clear(self) -> bool:
        return not self.payment.fate

    @property
    def may_bounce(self) -> bool:
        return not self.payment.is_gone

    @property
    def is_apart(self) -> bool:
        """Say whether it came for somebody who had left: it pays nothing of what is demanded."""
        return self.payment.fate == PaymentEvent.Kind.CLEARED and not self.payment.counts

    @property
    def must_be_decided(self) -> bool:
        """Say whether they call it settled and nobody has decided whether to take it."""
        return self.payment.full_and_final and not self.payment.fate and not self.payment.on_account


def contents(case: CaseLifecycle, *, group: Group, today: dt.date) -> dict[str, Any]:
    demanded = asked(case.demanded, case.claimed)
    agreement = agreements.in_force_of(case)
    rows = schedule.of(agreement, today=today, grace_days=group.grace_days) if agreement else []
    return {
        "case": case,
        "people": person_rows(case),
        "asked": demanded,
        "cleared": case.cleared,
        "owed": balance(demanded, case.cleared),
        "payments": payment_rows(case),
        "offers": list(case.offers.all()),
        "agreement": agreement,
        "schedule": rows,
        "next_due": schedule.next_due(rows),
        "missed": schedule.missed(rows),
        "may_waive": case.state == CaseState.AGREED,
        "grace_days": group.grace_days,
        "earlier": _earlier(case, agreement),
        "law": law_of_case.section(case, group, today=today),
    }


def person_rows(case: CaseLifecycle) -> list[PersonRow]:
    """Return what each affected person is owed, got, and what is open; those who left too."""
    people = case.parties.filter(role=CaseParty.Role.AFFECTED).select_related("person")
    shares = shares_of(case)
    received = by_person(case, case.payments.standing())
    cleared = cleared_to(case)
    rows = [
        PersonRow(
            party,
            shares.get(party.pk, ZERO),
            received.get(party.pk, ZERO),
            cleared.get(party.pk, ZERO),
        )
        for party in people
    ]
    if received.get(None):
        rows.append(PersonRow(None, ZERO, received[None], cleared.get(None, ZERO)))
    return rows


def shares_of(case: CaseLifecycle) -> dict[int, Decimal]:
    """Return what is demanded for each person: {party pk: sum}.

    The group votes shares with the demand. Before that, and in older cases, it is what their
    lines come to; for a single person it is all of it.
    """
    demand = Demand.objects.filter(case=case.pk).first()
    voted = dict(demand.shares.values_list("party_id", "amount")) if demand else {}
    if voted:
        return voted
    affected = list(case.parties.affected().values_list("pk", flat=True))
    if len(affected) == 1:
        return {affected[0]: asked(case.demanded, case.claimed)}
    lines: dict[int, Decimal] = {}
    counting = case.claim_lines.counting().order_by()
    for party, amount in counting.values_list("party_id", "amount"):
        lines[party] = lines.get(party, ZERO) + amount
    return {party: max(ZERO, amount) for party, amount in lines.items()}


def payment_rows(case: CaseLifecycle) -> list[PaymentRow]:
    """Return the payments, oldest first, each with the balance after it."""
    payments = case.payments.with_fate().order_by("received_on", "pk")
    after = list(balances(payments, asked(case.demanded, case.claimed)))
    fees = _fees_to_ask(case, [payment for payment, _left in after])
    return [PaymentRow(payment, left, fees.get(payment.pk, "")) for payment, left in after]


def _fees_to_ask(case: CaseLifecycle, payments: list[Payment]) -> dict[int, str]:
    """Return for each bounced payment where the bank's fee is put on top of the demand, by a vote.

    A fee of that sum that was voted already counts for one of them.
    """
    bounced = [(payment, payment.event(PaymentEvent.Kind.BOUNCED)) for payment in payments]
    fees = [(payment, event.fee) for payment, event in bounced if event and event.fee]
    if not fees or case.state not in CaseState.FIGHTING:
        return {}
    moves = case.log.moves_that_stand().filter(reason=Reason.FEE)
    lines = [data["wrote"]["line"] for data in moves.values_list("data", flat=True)]
    voted = list(case.claim_lines.filter(pk__in=lines).values_list("figure", flat=True))
    found = {}
    for payment, fee in fees:
        if fee in voted:
            voted.remove(fee)
        else:
            found[payment.pk] = _fee_url(case, payment, fee)
    return found


def _fee_url(case: CaseLifecycle, payment: Payment, fee: Decimal) -> str:
    url = reverse("make_move", args=[case.reference, "revise_demand"])
    whose = f"&fee_party={payment.party_id}" if payment.party_id else ""
    return f"{url}?reason=fee&fee_amount={fee}{whose}"


def _earlier(case: CaseLifecycle, current: Agreement | None) -> list[Agreement]:
    """Return agreements that no longer bind, because they were broken."""
    agreements_made = Agreement.objects.valid().filter(offer__case=case.pk)
    others = agreements_made.exclude(pk=current.pk if current else None)
    return list(others.select_related("offer"))


def receipt(case: CaseLifecycle, payment: Payment) -> dict[str, Any]:
    """Return what the receipt of a payment says: who, how much, when, how, and what is left."""
    rows = payment_rows(case)
    row = next(row for row in rows if row.payment.pk == payment.pk)
    return {
        "case": case,
        "payment": row.payment,
        "name": _name_on_paper(case, row.payment),
        "balance": row.balance,
        "notes": list(_notes(row)),
    }


def _name_on_paper(case: CaseLifecycle, payment: Payment) -> str:
    """A receipt leaves the house: it carries the name the person chose for papers."""
    party = payment.party or case.parties.affected().select_related("person").first()
    return party.name_in_public(case.kind) if party else ""


def _notes(row: PaymentRow) -> Iterator[str]:
    if row.payment.is_gone:
        yield _("This payment did not come. The sum is still owed.")
        return
    if row.payment.fate != PaymentEvent.Kind.CLEARED:
        yield _("This counts as paid when the money has cleared.")
    if row.balance > ZERO:
        yield _("On account, not in full. Taking it gives up nothing of what is still owed.")
