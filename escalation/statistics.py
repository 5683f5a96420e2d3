"""What the group's history comes to, counted. Nothing here writes, and nothing is drawn.

Each count is one query or two, however long the history is. It reads only what stays when a case is
forgotten: states and days of the log, sums of demands and payments. What was put right counts
nowhere.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Case, CaseState, LogEntry, Payment, PaymentEvent
from campaigns.models.claims import ZERO
from escalation.periods import Period
from letters.models import Delivery, Demand

S = CaseState


class Outcome(models.TextChoices):
    """How a fight ended. Who was sent on to others was not taken on; nothing was lost."""

    WON = "won", _("Won in full")
    SETTLED = "settled", _("Settled for a part")
    LOST = "lost", _("Lost")
    DROPPED = "dropped", _("Dropped")
    WITHDRAWN = "withdrawn", _("They did not go on")
    NOT_TAKEN = "not_taken", _("Not taken on")

    @property
    def states(self) -> tuple[str, ...]:
        return (S.DECLINED, S.REFERRED) if self == Outcome.NOT_TAKEN else (S(self.value),)


_OUTCOMES = {state: outcome for outcome in Outcome for state in outcome.states}


class End(NamedTuple):
    day: dt.date
    outcome: Outcome


class Part(NamedTuple):
    """Money of one case in one month; `month` is its first day."""

    month: dt.date
    case: int
    amount: Decimal


class Sums(NamedTuple):
    amount: Decimal
    fights: int

    @classmethod
    def of(cls, parts: Iterable[Part]) -> "Sums":
        parts = list(parts)
        return cls(sum((part.amount for part in parts), ZERO), len({part.case for part in parts}))


class Stretch(NamedTuple):
    """How many days a case was at a state, from when it came there until it left, or so far."""

    case: int
    state: str
    days: int
    is_over: bool


def open_by_state(cases: QuerySet[Case]) -> dict[str, int]:
    rows = cases.open().order_by().values_list("state").annotate(Count("pk"))
    return dict(rows)


def ends(cases: QuerySet[Case]) -> list[End]:
    """Return how each case ended last: one that was reopened counts once, with its newest end.

    A case that went into another one has not ended.
    """
    ended = cases.filter(state__in=_OUTCOMES, closed_at__isnull=False).order_by("closed_at", "pk")
    rows = ended.values_list("closed_at", "state")
    return [End(timezone.localdate(at), _OUTCOMES[state]) for at, state in rows]


# Money


def cleared() -> list[Part]:
    """Return what came back, in the month in which it cleared. What bounced since did not."""
    events = PaymentEvent.objects.filter(
        kind=PaymentEvent.Kind.CLEARED, payment__in=Payment.objects.cleared()
    )
    by_month = events.annotate(month=TruncMonth("on")).order_by("month", "payment__case")
    rows = by_month.values_list("month", "payment__case").annotate(Sum("payment__amount"))
    return [Part(*row) for row in rows]


def cleared_in(period: Period) -> QuerySet[Payment]:
    """Return the payments that `cleared` counts in a period."""
    days = {"events__on__gte": period.first, "events__on__lt": period.after}
    return Payment.objects.cleared().filter(events__kind=PaymentEvent.Kind.CLEARED, **days)


def demanded() -> list[Part]:
    """Return what was demanded, in the month in which the target first heard it."""
    rows = first_heard().order_by("heard_at", "pk")
    return [
        Part(timezone.localdate(heard_at).replace(day=1), case, amount)
        for heard_at, case, amount in rows.values_list("heard_at", "case", "amount")
    ]


def first_heard() -> QuerySet[LogEntry]:
    """Return the moves with which a target first heard what is demanded: the letter was handed
    over, or they paid or agreed before that.

    Annotated are the moment (`heard_at`) and what was demanded then (`amount`). A demand that
    changes later is not a second one; a case that was taken up anew begins anew.
    """
    moves = LogEntry.objects.moves_that_stand().filter(
        from_state__in=(S.PREPARING, S.DELIVERY_SET),
        to_state__in=(S.CLOCK_RUNNING, S.AGREED, S.WON),
    )
    handed = Delivery.objects.filter(letter__case=OuterRef("case"), at__lte=OuterRef("at"))
    asked = Demand.objects.filter(case=OuterRef("case"), created_at__lte=OuterRef("at"))
    handed_at = Subquery(handed.order_by("-at").values("at")[:1])
    amount = Subquery(asked.order_by("-version").values("amount")[:1])
    return moves.annotate(
        heard_at=Coalesce(
            models.Case(models.When(to_state=S.CLOCK_RUNNING, then=handed_at)), F("at")
        ),
        amount=Coalesce(amount, ZERO, output_field=Demand._meta.get_field("amount")),
    )


# Time


def stretches(cases: QuerySet[Case], *, now: dt.datetime) -> list[Stretch]:
    """Return how long each case was at each state, in days of the calendar; two queries.

    A pause is a stretch of its own, and is not counted in the state below it: that goes on
    afterwards. A case that comes to a state again begins anew there.
    """
    moves = LogEntry.objects.moves_that_stand().filter(case__in=cases.order_by().values("pk"))
    moved = moves.exclude(from_state=F("to_state")).order_by("case", "pk")
    rows = moved.values_list("case", "from_state", "to_state", "at")
    by_case = {case: list(found) for case, found in groupby(rows, key=lambda row: row[0])}
    fields = ("pk", "state", "held_state", "opened_at", "state_since")
    found: list[Stretch] = []
    for case in cases.order_by("pk").values_list(*fields, named=True):
        way = [row[1:] for row in by_case.get(case.pk, ())]
        # Without a move it has been where it is since its row says so.
        began = case.opened_at if way else case.state_since
        found += _stretches(case, began, way, now)
    return found


def been_at(state: str) -> QuerySet[LogEntry]:
    """Return the moves that end a stretch at `state`, or interrupt it."""
    return LogEntry.objects.moves_that_stand().filter(from_state=state)


Move = tuple[str, str, dt.datetime]  # from, to, when


def _stretches(
    case: Any, began: dt.datetime, way: list[Move], now: dt.datetime
) -> Iterator[Stretch]:
    spent, paused = 0, ""  # days at a state before the pause in it, and which state that is
    for source, target, at in way:
        days, began = _days(began, at), at
        if target == S.ON_HOLD:
            spent, paused = spent + days, source
            continue
        if source == S.ON_HOLD:
            yield Stretch(case.pk, source, days, True)
            if target == paused:
                continue
            source, days = paused, 0  # it ended during the pause
        yield Stretch(case.pk, source, spent + days, True)
        spent = 0
    if case.state == S.ON_HOLD:
        yield Stretch(case.pk, case.held_state, spent, False)
        spent = 0
    if case.state in S.OPEN:
        yield Stretch(case.pk, case.state, spent + _days(began, now), False)


def _days(began: dt.datetime, ended: dt.datetime) -> int:
    return (timezone.localdate(ended) - timezone.localdate(began)).days
