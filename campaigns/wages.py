"""The arithmetic of wages: a week of days, overtime, a minimum that was not paid.

Pure functions on `Decimal`, no database. Time is counted in minutes, so that twenty minutes are
exact; money is rounded once, half-up, where a line ends.

Hours are taken as people wrote them down. A change of the clocks in the night does not matter.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
HOUR = Decimal(60)
DAY = 24 * HOUR
HALF = Decimal("0.5")
# An average of several rates is rounded here, so that the printed figures can be worked out again.
FINE = Decimal("0.0001")


def to_cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def unpaid_wages(quantity: Decimal, rate: Decimal, paid: Decimal) -> Decimal:
    """Return quantity x rate - paid, in cents; paid too much on one line is not a debt: zero."""
    return max(ZERO, to_cents(quantity * rate) - to_cents(paid))


def shortfall(hours: Decimal, minimum: Decimal, paid_rate: Decimal) -> Decimal:
    """Return hours x (minimum - what one hour was paid), in cents, never below zero."""
    return max(ZERO, to_cents(hours * (minimum - paid_rate)))


def minutes_between(starts: dt.time, ends: dt.time, pause: int = 0) -> Decimal:
    """Return the minutes worked of a shift. One that ends before it starts ends the next day."""
    first, last = (60 * at.hour + at.minute for at in (starts, ends))
    return Decimal((last - first) % (24 * 60) - pause)


@dataclass(frozen=True)
class Overtime:
    """When an hour is paid more, in hours; None where there is no such limit.

    Beyond `weekly` or `daily` it is 1.5 times the rate, beyond `double` on one day twice. With
    `seventh` the seventh day in a row of a week is paid 1.5 times, and twice beyond `daily`.
    """

    weekly: int | None = None
    daily: int | None = None
    double: int | None = None
    seventh: bool = False


@dataclass(frozen=True)
class Day:
    minutes: Decimal
    rate: Decimal


@dataclass(frozen=True)
class Week:
    """What a week of days comes to. `over` and `double` are part of the minutes in `by_rate`."""

    by_rate: tuple[tuple[Decimal, Decimal], ...]  # (rate, minutes), the lowest rate first
    over: Decimal
    double: Decimal

    @property
    def minutes(self) -> Decimal:
        return sum((minutes for _rate, minutes in self.by_rate), Decimal(0))

    @property
    def straight(self) -> Decimal:
        return self.minutes - self.over - self.double

    @property
    def average(self) -> Decimal:
        """Return the regular rate: with several rates their average, weighted by the hours."""
        if len(self.by_rate) == 1:
            return self.by_rate[0][0]
        if not self.minutes:
            return ZERO
        return (self._plain() / self.minutes).quantize(FINE, rounding=ROUND_HALF_UP)

    @property
    def earned(self) -> Decimal:
        """Return the pay of the week in cents: each hour at its rate, and what overtime adds."""
        added = self.average * (self.over * HALF + self.double)
        return to_cents((self._plain() + added) / HOUR)

    def unpaid(self, paid: Decimal) -> Decimal:
        return max(ZERO, self.earned - to_cents(paid))

    def _plain(self) -> Decimal:
        return sum((rate * minutes for rate, minutes in self.by_rate), Decimal(0))


def week_of(days: Sequence[Day], rule: Overtime) -> Week:
    """Return what `days` come to. All of one week, in their order, are seven: see `Overtime`."""
    by_rate: dict[Decimal, Decimal] = {}
    for day in days:
        if day.minutes:
            by_rate[day.rate] = by_rate.get(day.rate, Decimal(0)) + day.minutes
    over, double = overtime_minutes([day.minutes for day in days], rule)
    return Week(tuple(sorted(by_rate.items())), over, double)


def overtime_minutes(days: Sequence[Decimal], rule: Overtime) -> tuple[Decimal, Decimal]:
    """Return the minutes paid 1.5 times and those paid twice.

    What is overtime by the day is not counted again towards the hours of the week.
    """
    seven = rule.seventh and len(days) == 7 and all(days)
    over = double = straight = Decimal(0)
    for number, minutes in enumerate(days):
        more = _over(minutes, rule.daily)
        twice = _over(minutes, rule.double)
        if seven and number == 6:
            more, twice = minutes, _over(minutes, rule.daily)
        over += more - twice
        double += twice
        straight += minutes - more
    return over + _over(straight, rule.weekly), double


def _over(minutes: Decimal, hours: int | None) -> Decimal:
    return Decimal(0) if hours is None else max(Decimal(0), minutes - hours * HOUR)
