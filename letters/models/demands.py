"""What the group demands: each version as it was voted, and whose part of it is whose."""

from decimal import Decimal

from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Case, CaseParty, Group, Payment
from campaigns.models.payments import balance


class DemandQuerySet(models.QuerySet["Demand"]):
    def current(self, case: Case) -> "Demand | None":
        """Return what is demanded now: the last version."""
        return self.filter(case=case).order_by("-version").first()


class Demand(models.Model):
    """What must be done for the fight to end, as the group voted it. A change is a new version."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="demands")
    version = models.PositiveIntegerField()
    amount = models.DecimalField(_("sum"), max_digits=10, decimal_places=2)
    other_terms = models.TextField(
        _("other demands, one a line"),
        max_length=2000,
        blank=True,
        help_text=_("For example: the tax form, a reference, the debt cancelled in writing."),
    )
    deadline_days = models.PositiveSmallIntegerField(
        _("days to answer"), choices=Group.DEADLINE_DAYS, default=14
    )
    not_asked = models.DecimalField(
        _("left out of the demand"),
        max_digits=10,
        decimal_places=2,
        default=Decimal(0),
        help_text=_("What the lines come to beyond the sum: people chose to ask for less."),
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = DemandQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="demand_version_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="demand_not_negative"),
            models.CheckConstraint(
                condition=Q(deadline_days__in=[7, 14]), name="demand_deadline_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} v{self.version}: {self.amount}"

    @property
    def terms(self) -> list[str]:
        return [line.strip() for line in self.other_terms.splitlines() if line.strip()]

    @property
    def kept_for_left(self) -> Decimal:
        """Return what was paid to people who left: it stays in the sum, and is in no letter."""
        left = self.shares.filter(party__left_at__isnull=False)
        return left.aggregate(total=Sum("amount"))["total"] or Decimal(0)

    @property
    def for_people_present(self) -> Decimal:
        """Return the sum without what people got who have left."""
        return self.amount - self.kept_for_left

    @property
    def outstanding(self) -> Decimal:
        """Return what a letter asks for today: what has cleared it asks for no more."""
        paid = Payment.objects.cleared().to_people_present().filter(case=self.case_id).total()
        return balance(self.for_people_present, paid)

    def asks_the_same_as(self, other: "Demand") -> bool:
        """Say whether a letter would print the same of both."""
        mine, theirs = (
            (demand.amount, demand.terms, demand.deadline_days, demand.not_asked)
            for demand in (self, other)
        )
        return mine == theirs


class DemandShare(models.Model):
    """The part of a demand that is for one person. The shares of a version add up to its sum."""

    demand = models.ForeignKey(Demand, on_delete=models.CASCADE, related_name="shares")
    party = models.ForeignKey(CaseParty, on_delete=models.CASCADE, related_name="shares")
    amount = models.DecimalField(_("sum"), max_digits=10, decimal_places=2)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["demand", "party"], name="one_share_each"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="share_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.amount}"
