"""What was agreed with the target, in which payments, and what became of each.

An agreement binds while its offer is accepted. What has been paid of it is never stored: it
follows from the payments of the case (escalation/schedule.py).
"""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Payment, User
from escalation.models.decisions import Decision, Offer


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def valid(self) -> "AgreementQuerySet":
        """Leave out those that were noted by mistake."""
        return self.filter(struck_at=None)

    def in_force(self) -> "AgreementQuerySet":
        return self.valid().filter(offer__status=Offer.Status.ACCEPTED)

    def with_schedule(self) -> "AgreementQuerySet":
        """Read all that says what was paid, in a fixed number of queries."""
        return self.select_related("offer__case").prefetch_related(
            "instalments__events", "counted", "offer__case__payments__events"
        )


class Agreement(models.Model):
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="agreements")
    text = models.TextField(_("text as agreed"), max_length=8000, blank=True)
    silence = models.BooleanField(_("we agreed to stay silent about it"), default=False)
    agreed_on = models.DateField(_("agreed on"))
    # Money that came before the agreement counts towards it only if somebody said so.
    counted = models.ManyToManyField(
        Payment, related_name="+", blank=True, verbose_name=_("earlier payments that count")
    )
    decision = models.ForeignKey(
        Decision, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    recorded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    struck_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When it was put right: it was noted by mistake.")
    )

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["offer"], condition=Q(struck_at=None), name="one_agreement_per_offer"
            )
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.agreed_on}"

    @property
    def is_in_force(self) -> bool:
        return self.struck_at is None and self.offer.status == Offer.Status.ACCEPTED

    @property
    def amount(self) -> Decimal:
        return self.offer.amount


class Instalment(models.Model):
    """One payment as it was agreed. The instalments of an agreement add up to its sum."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="instalments")
    number = models.PositiveSmallIntegerField()
    amount = models.DecimalField(_("sum"), max_digits=10, decimal_places=2)
    due_on = models.DateField(_("due on"))

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="instalment_number_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="instalment_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.amount}, {self.due_on}"


class InstalmentEvent(models.Model):
    """What happened to an instalment beside the money: it was missed, or let go by a vote."""

    class Kind(models.TextChoices):
        MISSED = "missed", _("missed")
        WAIVED = "waived", _("let go")

    instalment = models.ForeignKey(Instalment, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=6, choices=Kind)
    on = models.DateField(_("on"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    decision = models.ForeignKey(
        Decision, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["instalment", "kind"], name="instalment_event_once"),
            models.CheckConstraint(
                condition=Q(kind="missed") | Q(decision__isnull=False),
                name="waived_by_a_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instalment_id} {self.kind}"
