"""The days of a worked week, as people remember them: from when to when, or how many hours."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from campaigns.models.claims import ClaimLine
from campaigns.wages import HOUR, minutes_between


class WorkDay(models.Model):
    """One day of a line of kind "week": either `starts` and `ends`, or `low` and perhaps `high`.

    A shift belongs to the day it starts on. Hours are the clock's as written down: a night in
    which the clocks change is not worked out anew.
    """

    line = models.ForeignKey(ClaimLine, on_delete=models.CASCADE, related_name="days")
    weekday = models.PositiveSmallIntegerField(choices=list(WEEKDAYS.items()))
    starts = models.TimeField(null=True, blank=True)
    ends = models.TimeField(null=True, blank=True)
    pause = models.PositiveSmallIntegerField(default=0, help_text=_("Minutes."))
    low = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    high = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    rate = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["weekday", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "weekday"], name="one_row_a_day"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="work_day_of_the_week"),
            models.CheckConstraint(
                condition=Q(starts__isnull=False, ends__isnull=False, low=None, high=None)
                | Q(starts=None, ends=None, low__gt=0, low__lte=24),
                name="work_day_times_or_hours",
            ),
            models.CheckConstraint(
                condition=Q(high=None) | Q(high__gte=F("low"), high__lte=24),
                name="work_day_low_to_high",
            ),
            models.CheckConstraint(condition=Q(rate=None) | Q(rate__gt=0), name="work_day_rate"),
        ]

    def __str__(self) -> str:
        return str(self.get_weekday_display())

    def minutes(self, *, high: bool = False) -> Decimal:
        """Return the minutes worked; with `high` the most it may have been."""
        if self.starts is not None and self.ends is not None:
            return minutes_between(self.starts, self.ends, self.pause)
        hours = self.high if high and self.high is not None else self.low
        return (hours or Decimal(0)) * HOUR

    def as_values(self) -> dict[str, Any]:
        """Return the columns that a form asks for."""
        return {name: getattr(self, name) for name in DAY_FIELDS}


DAY_FIELDS = ("starts", "ends", "low", "high", "pause", "rate")
