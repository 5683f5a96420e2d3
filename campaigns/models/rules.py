"""What the law of a place says about deposits and wages, as far as somebody looked it up.

The rows start from campaigns/data and belong to the group from then on: who checked one, and when,
stands beside it. An empty cell means "not confirmed" and never "none". Nothing here is advice.
"""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.people import User


class RuleQuerySet(models.QuerySet["Rule"]):
    def valid_on(self, day: Any) -> "RuleQuerySet":
        """Put first, of the rows of a place, the one that counts on `day`: a day or a column."""
        begun = self.filter(Q(valid_from=None) | Q(valid_from__lte=day))
        return begun.order_by(F("valid_from").desc(nulls_last=True))


class Rule(models.Model):
    """What deposit and wage rules have in common.

    A place has one row that counts from ever on, and one more for each day its law changed.
    """

    jurisdiction = models.CharField(
        _("place"), max_length=6, editable=False, help_text=_("ISO 3166 code.")
    )
    valid_from = models.DateField(_("counts from"), null=True, blank=True, editable=False)
    name = models.CharField(_("name of the place"), max_length=40, editable=False)
    citation = models.CharField(
        _("law to name"), max_length=200, blank=True, help_text=_("As a letter would name it.")
    )
    source_url = models.URLField(_("where it can be read"), max_length=300, blank=True)
    as_of = models.CharField(
        _("as of"), max_length=20, blank=True, help_text=_("Year of the law or of the page.")
    )
    confidence = models.CharField(_("how sure"), max_length=160, blank=True)
    note = models.CharField(_("conditions and doubts"), max_length=300, blank=True)
    checked_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    checked_on = models.DateField(_("checked on"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = RuleQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction"],
                condition=Q(valid_from=None),
                name="one_undated_%(class)s",
            ),
            models.UniqueConstraint(
                fields=["jurisdiction", "valid_from"], name="one_%(class)s_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """Return what stands in its address: "US-WA", or "US-WA@2027-01-01"."""
        day = f"@{self.valid_from.isoformat()}" if self.valid_from else ""
        return f"{self.jurisdiction}{day}"

    @property
    def is_checked(self) -> bool:
        return self.checked_on is not None


class DepositRule(Rule):
    """When a deposit is due back, and what the law adds when it comes late."""

    return_deadline_days = models.PositiveSmallIntegerField(
        _("days to give it back"), null=True, blank=True
    )
    return_deadline_days_no_deductions = models.PositiveSmallIntegerField(
        _("days if nothing is taken off"),
        null=True,
        blank=True,
        help_text=_("Only where that differs."),
    )
    business_days = models.BooleanField(
        _("only working days count"), default=False, help_text=_("Monday to Friday, no holidays.")
    )
    deadline_starts = models.CharField(
        _("counted from"),
        max_length=100,
        blank=True,
        help_text=_("For example: later_of:tenancy_end+vacate."),
    )
    itemisation_required = models.CharField(
        _("list of deductions required"), max_length=3, blank=True
    )
    penalty_multiplier = models.DecimalField(
        _("most that may be owed, times"), max_digits=4, decimal_places=2, null=True, blank=True
    )
    penalty_basis = models.CharField(_("times what"), max_length=60, blank=True)
    interest_on_deposit = models.CharField(_("interest on the deposit"), max_length=20, blank=True)
    deposit_interest_percent = models.DecimalField(
        _("interest on the deposit, percent a year"),
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
    )
    max_deposit_months = models.DecimalField(
        _("highest deposit in months of rent"),
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
    )


class WageRule(Rule):
    """When wages are due, how long they can be claimed, and what the law adds."""

    minimum_wage = models.CharField(_("minimum wage"), max_length=60, blank=True)
    final_pay_deadline_fired = models.CharField(
        _("last pay due when fired"), max_length=80, blank=True
    )
    final_pay_deadline_quit = models.CharField(
        _("last pay due when they quit"), max_length=80, blank=True
    )
    claim_limit_years = models.DecimalField(
        _("years to claim"), max_digits=4, decimal_places=2, null=True, blank=True
    )
    damages_multiplier = models.CharField(_("damages"), max_length=60, blank=True)
    waiting_time_penalty = models.CharField(_("pay for waiting"), max_length=160, blank=True)
    interest = models.CharField(_("interest"), max_length=80, blank=True)
    overtime_daily = models.CharField(_("overtime by the day"), max_length=120, blank=True)
    tip_credit = models.CharField(_("tips counted as pay"), max_length=60, blank=True)
    retaliation_law = models.CharField(_("law against hitting back"), max_length=120, blank=True)
