"""What is owed: claim lines and their arithmetic.

The functions are pure and work with `Decimal` only. A line is rounded half-up to cents, and the
total is the sum of the rounded lines, so paper and screen always add up.
"""

from collections.abc import Mapping
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from campaigns.models.cases import Case
from campaigns.models.parties import CaseParty
from campaigns.wording import date_in_words, money

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def to_cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def unpaid_wages(quantity: Decimal, rate: Decimal, paid: Decimal) -> Decimal:
    """Return quantity x rate - paid, in cents; paid too much on one line is not a debt: zero."""
    return max(ZERO, to_cents(quantity * rate) - to_cents(paid))


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


class ClaimLine(models.Model):
    """One line of the calculation. `amount` is signed: it is what the line adds to the total."""

    class Kind(models.TextChoices):
        WORK = "work", _("Unpaid work")
        SUM = "sum", _("Another sum")
        DEPOSIT = "deposit", _("Deposit paid")
        DEDUCTION = "deduction", _("Deduction the landlord made")
        RETURNED = "returned", _("Returned so far")

    WAGE_KINDS = (Kind.WORK, Kind.SUM)
    EARNED = (Kind.WORK,)
    DEPOSIT_KINDS = (Kind.DEPOSIT, Kind.DEDUCTION, Kind.RETURNED, Kind.SUM)
    KINDS_FOR = {
        Case.Kind.WAGES: WAGE_KINDS,
        Case.Kind.DEPOSIT: DEPOSIT_KINDS,
        Case.Kind.OTHER: (Kind.WORK, *DEPOSIT_KINDS),
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
    unit = models.CharField(_("unit"), max_length=6, choices=Unit, default=Unit.HOURS)
    rate = models.DecimalField(_("rate"), max_digits=8, decimal_places=2, null=True, blank=True)
    paid = models.DecimalField(_("already paid"), max_digits=10, decimal_places=2, default=ZERO)
    figure = models.DecimalField(_("sum"), max_digits=10, decimal_places=2, null=True, blank=True)
    accepted = models.DecimalField(
        _("part they accept"), max_digits=10, decimal_places=2, default=ZERO
    )
    is_about = models.BooleanField(_("a rough figure"), default=False)
    note = models.CharField(_("how we know, or why it is disputed"), max_length=300, blank=True)
    amount = models.DecimalField(max_digits=10, decimal_places=2, editable=False)
    position = models.PositiveIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ClaimLineQuerySet.as_manager()

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
                condition=Q(rate=None) | Q(rate__gt=0), name="line_rate_positive"
            ),
            models.CheckConstraint(
                condition=Q(accepted__gte=0)
                & (Q(accepted=0) | Q(accepted__lte=models.F("figure"))),
                name="line_accepted_within_figure",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def worked_out(self) -> Decimal:
        """Return the signed amount: work and sums and deposits add, accepted and returned take."""
        if self.kind == self.Kind.WORK:
            return unpaid_wages(self.quantity or ZERO, self.rate or ZERO, self.paid)
        if self.kind == self.Kind.DEDUCTION:
            return -to_cents(self.accepted)
        if self.kind == self.Kind.RETURNED:
            return -to_cents(self.figure or ZERO)
        return to_cents(self.figure or ZERO)

    def working(self, currency: str) -> str:
        """Return how the amount came about, in the active language; "" for a plain sum.

        "about 62 hours × $17.25 − $100.00 paid", "$240.00 taken off, $85.00 accepted"
        """
        if self.kind == self.Kind.WORK:
            text = self._hours_and_rate(currency)
        elif self.kind == self.Kind.DEDUCTION:
            text = _now("%(figure)s taken off, %(accepted)s accepted") % {
                "figure": money(self.figure or ZERO, currency),
                "accepted": money(self.accepted, currency),
            }
        else:
            return pgettext("a rough sum", "about") if self.is_about else ""
        return _now("about %(working)s") % {"working": text} if self.is_about else text

    def _hours_and_rate(self, currency: str) -> str:
        quantity = self.quantity or ZERO
        text = _now("%(quantity)s %(unit)s × %(rate)s")
        if self.paid:
            text = _now("%(quantity)s %(unit)s × %(rate)s − %(paid)s paid")
        return text % {
            "quantity": f"{quantity.normalize():f}",
            "unit": _ONE[self.unit] if quantity == 1 else self.get_unit_display(),
            "rate": money(self.rate or ZERO, currency),
            "paid": money(self.paid, currency),
        }

    @property
    def dated_label(self) -> str:
        """Return "Unpaid hours, Sun 4 Oct – Sat 17 Oct 2026", in the active language."""
        first, last = self.from_date, self.until_date
        if first and last and first != last:
            start = date_in_words(first, short=True, year=first.year != last.year)
            return f"{self.label}, {start} – {date_in_words(last, short=True)}"
        day = first or last
        return f"{self.label}, {date_in_words(day, short=True)}" if day else self.label


_ONE = {
    ClaimLine.Unit.HOURS: _("hour"),
    ClaimLine.Unit.DAYS: _("day"),
    ClaimLine.Unit.WEEKS: _("week"),
    ClaimLine.Unit.PIECES: _("piece"),
}
