"""What the law of a place says about deposits and wages, as far as somebody looked it up.

The rows start from campaigns/data and belong to the group from then on: who checked one, and when,
stands beside it. An empty cell means "not confirmed" and never "none". Nothing here is advice.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.people import User


class Rule(models.Model):
    """What deposit and wage rules have in common."""

    jurisdiction = models.CharField(
        _("place"), max_length=6, unique=True, editable=False, help_text=_("ISO 3166 code.")
    )
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

    class Meta:
        abstract = True
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

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
    damages_multiplier = models.CharField(_("damages"), max_length=30, blank=True)
    waiting_time_penalty = models.CharField(_("pay for waiting"), max_length=160, blank=True)
    interest = models.CharField(_("interest"), max_length=80, blank=True)
    overtime_daily = models.CharField(_("overtime by the day"), max_length=120, blank=True)
    tip_credit = models.CharField(_("tips counted as pay"), max_length=60, blank=True)
    retaliation_law = models.CharField(_("law against hitting back"), max_length=120, blank=True)
