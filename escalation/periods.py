"""Whole months and years of the network's calendar, as they stand in an address: "2026-10", "2026",
and from one to another "2025-11..2026-10"."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.dateformat import format as format_date

_WRITTEN = re.compile(r"((?:19|20)[0-9]{2})(?:-(0[1-9]|1[0-2]))?")


@dataclass(frozen=True)
class Period:
    """From its `first` day to the day before `after`; both are the first of a month."""

    first: dt.date
    after: dt.date

    @classmethod
    def month(cls, day: dt.date) -> "Period":
        first = day.replace(day=1)
        return cls(first, _next_month(first))

    @classmethod
    def year(cls, number: int) -> "Period":
        return cls(dt.date(number, 1, 1), dt.date(number + 1, 1, 1))

    @classmethod
    def around(cls, days: Iterable[dt.date]) -> "Period":
        """Return the months from the first of `days` to the last."""
        days = list(days)
        return cls(min(days).replace(day=1), _next_month(max(days)))

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Raises ValueError for what is no period, or ends before it begins."""
        first, _dots, last = text.partition("..")
        begins, ends = _written(first), _written(last or first)
        if begins.first >= ends.after:
            raise ValueError(f"no period: {text}")
        return cls(begins.first, ends.after)

    @property
    def code(self) -> str:
        """Return how it stands in an address; see `parse`."""
        if self._is_year:
            return str(self.first.year)
        first, last = f"{self.first:%Y-%m}", f"{self._last:%Y-%m}"
        return first if first == last else f"{first}..{last}"

    @property
    def moments(self) -> tuple[dt.datetime, dt.datetime]:
        """Return its midnights in the active zone: from the one, until before the other."""
        first, after = (dt.datetime.combine(day, dt.time()) for day in (self.first, self.after))
        return timezone.make_aware(first), timezone.make_aware(after)

    def __str__(self) -> str:
        if self._is_year:
            return str(self.first.year)
        if self.month(self.first) == self:
            return format_date(self.first, "F Y")
        return f"{format_date(self.first, 'M Y')} – {format_date(self._last, 'M Y')}"

    @property
    def _last(self) -> dt.date:
        return self.after - dt.timedelta(days=1)

    @property
    def _is_year(self) -> bool:
        return self == self.year(self.first.year)


def _next_month(day: dt.date) -> dt.date:
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def _written(text: str) -> Period:
    found = _WRITTEN.fullmatch(text)
    if not found:
        raise ValueError(f"no period: {text}")
    year, month = int(found[1]), found[2]
    return Period.month(dt.date(year, int(month), 1)) if month else Period.year(year)
