"""What is owed: claim lines and their arithmetic.

The functions are pure and work with `Decimal` only. A line is rounded half-up to cents, and the
total is the sum of the rounded lines, so paper and screen always add up.
"""

from collections.abc import Iterable, Mapping
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q, Sum, prefetch_related_objects
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from campaigns import line_labels, workings
from campaigns.models.cases import Case
from campaigns.models.evidence import Evidence
from campaigns.models.parties import CaseParty
from campaigns.overtime import OvertimeRule
from campaigns.wages import CENT, ZERO, Day, Week, shortfall, to_cents, unpaid_wages, week_of
from campaigns.wording import date_in_words, money

if TYPE_CHECKING:
    from campaigns.models.weeks import WorkDay


def unreturned_deposit(
    deposits: list[Decimal], accepted: list[Decimal], returned: list[Decimal]
) -> Decimal:
    """Return deposits - accepted deductions - what came back, never below zero."""
    return max(ZERO, to_cents(sum(deposits, ZERO) - sum(accepted, ZERO) - sum(returned, ZERO)))


def split(amount: Decimal, weights: Mapping[Any, Decimal]) -> dict[Any, Decimal]:
    """Divide `amount` in proportion to `weights`, to the cent; the parts add up to it.

    What is left over after rounding down goes to the largest remainders, cent by cent. Weights
    that add up to it are the parts; without any weight the parts are equal.
    """
    weights = {key: max(ZERO, weight) for key, weight in weights.items()}
    if not weights:
        return {}
    total = sum(weights.values(), ZERO)
    if not total:
        weights, total = dict.fromkeys(weights, Decimal(1)), Decimal(len(weights))
    exact = {key: amount * weight / total for key, weight in weights.items()}
    parts = {key: part.quantize(CENT, rounding=ROUND_DOWN) for key, part in exact.items()}
    cents = int((amount - sum(parts.values(), ZERO)) / CENT)
    for key in sorted(parts, key=lambda key: parts[key] - exact[key])[:cents]:
        parts[key] += CENT
    return parts


class ClaimLineQuerySet(models.QuerySet["ClaimLine"]):
    def counting(self) -> "ClaimLineQuerySet":
        """Leave out the lines of people who left the case: they are kept, and count no more."""
        return self.filter(party__left_at=None)

    def total(self) -> Decimal:
        """Return what the lines of people present add up to, never below zero."""
        return max(ZERO, self.counting().aggregate(total=Sum("amount"))["total"] or ZERO)

    def by_party(self) -> dict[int, Decimal]:
        """Return what the lines of each person present add up to, never below zero."""
        rows = self.counting().order_by().values_list("party").annotate(total=Sum("amount"))
        return {party: max(ZERO, total) for party, total in rows}

    def with_evidence_noted(self) -> "ClaimLineQuerySet":
        """Annotate whether a file shows the line, so that `read_parts` asks only for those."""
        shown = ClaimLine.evidence.through.objects.filter(claimline=OuterRef("pk"))
        return self.annotate(has_evidence=Exists(shown))

    def in_full(self) -> "list[ClaimLine]":
        """Return the lines with their days and files, in at most two queries more."""
        return read_parts(self.with_evidence_noted())


def read_parts(lines: "Iterable[ClaimLine]") -> "list[ClaimLine]":
    """Read the days of worked weeks and the files of lines, all at once and only where there are
    any. The lines come from `with_evidence_noted()`."""
    found = list(lines)
    weeks = [line for line in found if line.kind == ClaimLine.Kind.WEEK]
    shown = [line for line in found if line.has_evidence]
    for line in found:
        line.shown_by = ()
    prefetch_related_objects(weeks, "days")
    prefetch_related_objects(shown, "evidence")
    for line in shown:
        line.shown_by = tuple(line.evidence.all())
    return found


class ClaimLine(models.Model):
    """One line of the calculation. `amount` is signed: it is what the line adds to the total."""

    class Kind(models.TextChoices):
        WORK = "work", _("Unpaid work")
        WEEK = "week", _("A week of work, day by day")
        MINIMUM = "minimum", _("Paid below the minimum wage")
        TIPS = "tips", _("Tips kept")
        WITHHELD = "withheld", _("Taken off the pay")
        PART_PAID = "part_paid", _("Paid in part")
        BANK_FEE = "bank_fee", _("Bank fee of a bounced cheque")
        SUM = "sum", _("Another sum")
        DEPOSIT = "deposit", _("Deposit paid")
        DEDUCTION = "deduction", _("Deduction the landlord made")
        RETURNED = "returned", _("Returned so far")
        CHARGE = "charge", _("Extra charge to be cancelled")

    # What is wages, and what a law may multiply. What was paid of it in part lowers it; fees of a
    # bank and other sums are costs, and no law multiplies them.
    EARNED: ClassVar = (
        Kind.WORK,
        Kind.WEEK,
        Kind.MINIMUM,
        Kind.TIPS,
        Kind.WITHHELD,
        Kind.PART_PAID,
    )
    # What takes off what is owed. A payment that was recorded takes the same money off too.
    TAKES_OFF: ClassVar = (Kind.RETURNED, Kind.PART_PAID)
    WAGE_KINDS: ClassVar = (*EARNED, Kind.BANK_FEE, Kind.SUM)
    DEPOSIT_KINDS: ClassVar = (
        Kind.DEPOSIT,
        Kind.DEDUCTION,
        Kind.RETURNED,
        Kind.CHARGE,
        Kind.BANK_FEE,
        Kind.SUM,
    )
    KINDS_FOR: ClassVar = {
        Case.Kind.WAGES: WAGE_KINDS,
        Case.Kind.DEPOSIT: DEPOSIT_KINDS,
        Case.Kind.OTHER: (*EARNED, *DEPOSIT_KINDS),
    }

    class Unit(models.TextChoices):
        HOURS = "hours", _("hours")
        DAYS = "days", _("days")
        WEEKS = "weeks", _("weeks")
        PIECES = "pieces", _("pieces")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="claim_lines")
    party = models.ForeignKey(
        CaseParty,
        on_delete=models.CASCADE,
        related_name="claim_lines",
        verbose_name=_("person"),
    )
    kind = models.CharField(_("kind of line"), max_length=10, choices=Kind)
    label = models.CharField(_("what for"), max_length=120)
    from_date = models.DateField(_("from"), null=True, blank=True)
    until_date = models.DateField(_("until"), null=True, blank=True)
    quantity = models.DecimalField(
        _("quantity"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    quantity_high = models.DecimalField(
        _("at most"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    unit = models.CharField(_("unit"), max_length=6, choices=Unit, default=Unit.HOURS)
    overtime = models.CharField(
        _("overtime"), max_length=10, choices=OvertimeRule, default="", blank=True
    )
    rate = models.DecimalField(_("rate"), max_digits=8, decimal_places=2, null=True, blank=True)
    paid_rate = models.DecimalField(
        _("paid for one hour"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    paid = models.DecimalField(_("already paid"), max_digits=10, decimal_places=2, default=ZERO)
    figure = models.DecimalField(_("sum"), max_digits=10, decimal_places=2, null=True, blank=True)
    accepted = models.DecimalField(
        _("part they accept"), max_digits=10, decimal_places=2, default=ZERO
    )
    is_about = models.BooleanField(_("a rough figure"), default=False)
    note = models.CharField(_("how we know, or why it is disputed"), max_length=300, blank=True)
    evidence = models.ManyToManyField(
        Evidence, blank=True, related_name="claim_lines", verbose_name=_("what shows it")
    )
    amount = models.DecimalField(max_digits=10, decimal_places=2, editable=False)
    position = models.PositiveIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ClaimLineQuerySet.as_manager()

    typed_days: "list[WorkDay] | None" = None  # the days of a form, until they are stored
    has_evidence: bool  # of `with_evidence_noted()`
    shown_by: tuple[Evidence, ...]  # of `read_parts()`

    class Meta:
        ordering = ["party__created_at", "party_id", "position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(paid__gte=0), name="line_paid_not_negative"),
            models.CheckConstraint(
                condition=Q(figure=None) | Q(figure__gt=0), name="line_figure_positive"
            ),
            models.CheckConstraint(
                condition=Q(quantity=None) | Q(quantity__gt=0),
                name="line_quantity_positive",
            ),
            models.CheckConstraint(
                condition=Q(quantity_high=None) | Q(quantity_high__gte=models.F("quantity")),
                name="line_low_to_high",
            ),
            models.CheckConstraint(
                condition=Q(rate=None) | Q(rate__gt=0), name="line_rate_positive"
            ),
            models.CheckConstraint(
                condition=Q(paid_rate=None) | Q(paid_rate__gte=0),
                name="line_paid_rate_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(accepted__gte=0)
                & (Q(accepted=0) | Q(accepted__lte=models.F("figure"))),
                name="line_accepted_within_figure",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def worked_out(self, *, high: bool = False) -> Decimal:
        """Return the signed amount: what is owed adds, what was accepted or came back takes.

        It is counted from the low figure of rough hours, or with `high` from the high one. A
        charge to be cancelled adds nothing: nobody has paid it.
        """
        hours = self.hours(high=high)
        if self.kind == self.Kind.WORK:
            return unpaid_wages(hours, self.rate or ZERO, self.paid)
        if self.kind == self.Kind.WEEK:
            return self.week(high=high).unpaid(self.paid)
        if self.kind == self.Kind.MINIMUM:
            return shortfall(hours, self.rate or ZERO, self.paid_rate or ZERO)
        if self.kind == self.Kind.DEDUCTION:
            return -to_cents(self.accepted)
        if self.kind == self.Kind.CHARGE:
            return ZERO
        figure = to_cents(self.figure or ZERO)
        return -figure if self.kind in self.TAKES_OFF else figure

    def hours(self, *, high: bool = False) -> Decimal:
        low = self.quantity or ZERO
        return self.quantity_high if high and self.quantity_high is not None else low

    def week(self, *, high: bool = False) -> Week:
        """Return what the days of a worked week come to. It begins on `from_date`, or a Monday."""
        first = self.from_date.weekday() if self.from_date else 0
        by_weekday = {day.weekday: day for day in self.worked_days}
        rate, days = self.rate or ZERO, []
        for number in range(7):
            day = by_weekday.get((first + number) % 7)
            days.append(Day(day.minutes(high=high), day.rate or rate) if day else Day(ZERO, rate))
        return week_of(days, OvertimeRule(self.overtime).limits)

    @property
    def hourly_rates(self) -> set[Decimal]:
        """Return what an hour of this work should have been paid; several where days differ."""
        if self.kind == self.Kind.WEEK:
            return {rate for rate, _minutes in self.week().by_rate}
        by_the_hour = self.kind == self.Kind.MINIMUM or (
            self.kind == self.Kind.WORK and self.unit == self.Unit.HOURS
        )
        return {self.rate} if by_the_hour and self.rate else set()

    @property
    def worked_days(self) -> "list[WorkDay]":
        if self.typed_days is not None:
            return self.typed_days
        return list(self.days.all()) if self.pk else []

    @property
    def is_rough(self) -> bool:
        """Say whether its hours are a low and a high figure, or it was marked as rough."""
        if self.kind == self.Kind.WEEK:
            return self.is_about or any(day.high is not None for day in self.worked_days)
        return self.is_about or self.quantity_high is not None

    def working(self, currency: str) -> str:
        """Return how the amount came about, in the active language; "" for a plain sum.

        "about 62 hours × $17.25 − $100.00 paid", "$240.00 taken off, $85.00 accepted"
        """
        text = self._how(currency)
        if not self.is_rough:
            return text
        return _now("about %(working)s") % {"working": text} if text else _about()

    def range_in_words(self, currency: str) -> str:
        """Return what a rough line comes to at least and at most; "" where there is one figure."""
        if not self.is_rough:
            return ""
        low, high = self.worked_out(), self.worked_out(high=True)
        return workings.between(low, high, currency) if low != high else ""

    def _how(self, currency: str) -> str:
        figure, rate = self.figure or ZERO, self.rate or ZERO
        if self.kind == self.Kind.WORK:
            return workings.hours_and_rate(self._quantity(), rate, self.paid, currency)
        if self.kind == self.Kind.WEEK:
            return workings.week(self.week(), paid=self.paid, currency=currency)
        if self.kind == self.Kind.MINIMUM:
            paid = self.paid_rate or ZERO
            return workings.below_minimum(self._quantity(), rate, paid, currency)
        if self.kind == self.Kind.CHARGE:
            text = _now("%(figure)s charged beyond the deposit, to be cancelled")
            return text % {"figure": money(figure, currency)}
        if self.kind == self.Kind.DEDUCTION:
            values = {"figure": money(figure, currency), "accepted": money(self.accepted, currency)}
            return _now("%(figure)s taken off, %(accepted)s accepted") % values
        return ""

    def _quantity(self) -> str:
        """Return "62 hours" or "1 piece"."""
        quantity = self.quantity or ZERO
        unit = _ONE[self.unit] if quantity == 1 else self.get_unit_display()
        return f"{workings.plain(quantity)} {unit}"

    @property
    def dated_label(self) -> str:
        """Return "Unpaid hours, Sun 4 Oct – Sat 17 Oct 2026", in the active language."""
        label = line_labels.in_words(self.kind, self.label)
        first, last = self.from_date, self.until_date
        if first and last and first != last:
            start = date_in_words(first, short=True, year=first.year != last.year)
            return f"{label}, {start} – {date_in_words(last, short=True)}"
        day = first or last
        return f"{label}, {date_in_words(day, short=True)}" if day else label


_ONE = {
    ClaimLine.Unit.HOURS: _("hour"),
    ClaimLine.Unit.DAYS: _("day"),
    ClaimLine.Unit.WEEKS: _("week"),
    ClaimLine.Unit.PIECES: _("piece"),
}


def _about() -> str:
    return pgettext("a rough sum", "about")
