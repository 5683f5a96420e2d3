"""What has been paid of an agreement, instalment by instalment. Pure functions, no query.

Money fills the oldest instalment first, in the order it came. A payment that is gone is as if it
had never come, so what it filled is open again by itself.
"""

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from campaigns.models.claims import CENT, ZERO
from campaigns.models.payments import PaymentEvent
from escalation.models.agreements import Agreement, InstalmentEvent

MOST_INSTALMENTS = 24


class State(StrEnum):
    DUE = "due"
    LATE = "late"  # the day has passed, the days of grace have not
    MISSED = "missed"
    RECEIVED = "received"  # the money is in, and nobody has said whether it cleared
    CLEARED = "cleared"
    WAIVED = "waived"


LABELS = {
    State.DUE: _("to come"),
    State.LATE: _("late"),
    State.MISSED: _("missed"),
    State.RECEIVED: _("received, not cleared yet"),
    State.CLEARED: _("cleared"),
    State.WAIVED: _("let go"),
}


@dataclass(frozen=True)
class Standing:
    """One instalment, and how much of it is there: cleared, and received but not cleared."""

    instalment: Any
    state: State
    cleared: Decimal = ZERO
    pending: Decimal = ZERO

    @property
    def open(self) -> Decimal:
        """Return what nobody has paid yet."""
        if self.state == State.WAIVED:
            return ZERO
        return self.instalment.amount - self.cleared - self.pending

    @property
    def label(self) -> str:
        return str(LABELS[self.state])

    @property
    def may_be_waived(self) -> bool:
        return self.state in (State.DUE, State.LATE, State.MISSED)


def standing(
    instalments: Iterable[Any],
    payments: Iterable[Any],
    events: Iterable[Any],
    today: dt.date,
    grace_days: int,
) -> list[Standing]:
    """Return how each instalment stands on `today`, by number.

    `payments` are those that count towards the agreement (see `counting`), each with `amount`,
    `received_on`, `pk` and `fate`.
    """
    waived = {event.instalment_id for event in events if event.kind == InstalmentEvent.Kind.WAIVED}
    rows = [
        Standing(i, State.WAIVED if i.pk in waived else State.DUE)
        for i in sorted(instalments, key=lambda i: i.number)
    ]
    for payment in sorted(payments, key=lambda payment: (payment.received_on, payment.pk)):
        if payment.fate not in PaymentEvent.GONE:
            rows = _fill(rows, payment.amount, payment.fate == PaymentEvent.Kind.CLEARED)
    return [replace(row, state=_state(row, today, grace_days)) for row in rows]


def _fill(rows: list[Standing], left: Decimal, is_cleared: bool) -> list[Standing]:
    filled = []
    for row in rows:
        part = min(left, row.open)
        left -= part
        if is_cleared:
            filled.append(replace(row, cleared=row.cleared + part))
        else:
            filled.append(replace(row, pending=row.pending + part))
    return filled


def _state(row: Standing, today: dt.date, grace_days: int) -> State:
    if row.state == State.WAIVED:
        return State.WAIVED
    if row.cleared == row.instalment.amount:
        return State.CLEARED
    if row.open == ZERO:
        return State.RECEIVED
    days = (today - row.instalment.due_on).days
    if days > grace_days:
        return State.MISSED
    return State.LATE if days > 0 else State.DUE


def counting(agreement: Agreement, payments: Iterable[Any]) -> list[Any]:
    """Return the payments that count: from the day of the agreement on, and earlier ones that the
    people who made it counted in. Costs no query for an agreement read `with_schedule()`."""
    counted = {payment.pk for payment in agreement.counted.all()}
    return [p for p in payments if p.received_on >= agreement.agreed_on or p.pk in counted]


def of(agreement: Agreement, *, today: dt.date, grace_days: int) -> list[Standing]:
    """Return how an agreement read `with_schedule()` stands."""
    instalments = list(agreement.instalments.all())
    events = [event for instalment in instalments for event in instalment.events.all()]
    payments = counting(agreement, agreement.offer.case.payments.all())
    return standing(instalments, payments, events, today, grace_days)


def missed(rows: Iterable[Standing]) -> list[Standing]:
    return [row for row in rows if row.state == State.MISSED]


def next_due(rows: Iterable[Standing]) -> Standing | None:
    """Return the oldest instalment somebody still has to pay."""
    return next((row for row in rows if row.open > ZERO), None)


def is_cleared(rows: Iterable[Standing]) -> bool:
    return all(row.state in (State.CLEARED, State.WAIVED) for row in rows)


# Making a plan

MONTHLY, WEEKLY = "monthly", "weekly"
Plan = list[tuple[Decimal, dt.date]]


def equal_parts(amount: Decimal, number: int, first_on: dt.date, every: str) -> Plan:
    """Return `number` payments that add up to `amount`; the odd cents are in the last one."""
    part = (amount / number).quantize(CENT, rounding="ROUND_DOWN")
    parts = [part] * (number - 1) + [amount - part * (number - 1)]
    return [(part, _later(first_on, n, every)) for n, part in enumerate(parts)]


def _later(first_on: dt.date, n: int, every: str) -> dt.date:
    """Return the day `n` weeks or months on. A month too short for the day ends with its last."""
    if every == WEEKLY:
        return first_on + dt.timedelta(weeks=n)
    months = first_on.month - 1 + n
    year, month = first_on.year + months // 12, months % 12 + 1
    return dt.date(year, month, min(first_on.day, monthrange(year, month)[1]))
