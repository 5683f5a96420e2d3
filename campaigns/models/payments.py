"""Money that came in. Rows are written once; what happens to them later is a new row.

Only cleared money counts. A cheque received is a promise; a cheque that bounces, even after it
seemed cleared, takes its sum off the balance again.
"""

from decimal import Decimal

from django.db import models
from django.db.models import Exists, OuterRef, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.cases import Case
from campaigns.models.claims import ZERO
from campaigns.models.parties import CaseParty
from campaigns.models.people import User


def balance(demanded: Decimal, cleared: Decimal) -> Decimal:
    """Return what is still owed. Every page and paper takes it from here."""
    return max(ZERO, demanded - cleared)


class PaymentQuerySet(models.QuerySet["Payment"]):
    def cleared(self) -> "PaymentQuerySet":
        """Return payments that cleared and have not bounced since: a bounce is the last word."""
        return self.filter(_has(PaymentEvent.Kind.CLEARED), ~_has(PaymentEvent.Kind.BOUNCED))

    def pending(self) -> "PaymentQuerySet":
        """Return payments received of which nobody has said whether they cleared."""
        return self.filter(events=None)

    def total(self) -> Decimal:
        return self.aggregate(total=Sum("amount"))["total"] or ZERO


def _has(kind: str) -> Exists:
    return Exists(PaymentEvent.objects.filter(payment=OuterRef("pk"), kind=kind))


class Payment(models.Model):
    class Method(models.TextChoices):
        CASH = "cash", _("cash")
        CHEQUE = "cheque", _("cheque")
        MONEY_ORDER = "money_order", _("money order")
        TRANSFER = "transfer", _("transfer")
        OTHER = "other", _("other")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="payments")
    party = models.ForeignKey(
        CaseParty,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="payments",
        verbose_name=_("paid to"),
    )
    amount = models.DecimalField(_("sum"), max_digits=10, decimal_places=2)
    method = models.CharField(_("how it was paid"), max_length=12, choices=Method)
    payer = models.CharField(_("who paid"), max_length=160, blank=True)
    received_on = models.DateField(_("received on"))
    note = models.CharField(
        _("note"),
        max_length=300,
        blank=True,
        help_text=_("For example: on account, not in full."),
    )
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    form_key = models.UUIDField(unique=True, editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["received_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_is_positive")
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.received_on}"


class PaymentEvent(models.Model):
    class Kind(models.TextChoices):
        CLEARED = "cleared", _("cleared")
        BOUNCED = "bounced", _("bounced")

    payment = models.ForeignKey(Payment, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=8, choices=Kind)
    on = models.DateField(_("on"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            # A payment clears once and bounces once; after a bounce comes a new payment.
            models.UniqueConstraint(fields=["payment", "kind"], name="payment_event_once")
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.kind}"
