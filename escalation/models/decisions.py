"""What the group decided, and the offers it decided about."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Case, User


class Decision(models.Model):
    """One vote. Counts, never names: who voted how is nobody's business later."""

    class Kind(models.TextChoices):
        TAKE_ON = "take_on", _("take the fight on")
        DEFER = "defer", _("ask questions first")
        PLAN = "plan", _("plan of tactics")
        OFFER = "offer", _("accept an offer")
        SETTLE = "settle", _("stop with a part")
        LOSE = "lose", _("end without winning")
        DROP = "drop", _("drop the fight")
        CLOSE_QUEUED = "close_queued", _("take it off the queue")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="decisions")
    kind = models.CharField(max_length=12, choices=Kind)
    motion = models.TextField(_("motion"), max_length=1000)
    votes_for = models.PositiveSmallIntegerField(_("for"))
    votes_against = models.PositiveSmallIntegerField(_("against"), default=0)
    abstained = models.PositiveSmallIntegerField(_("abstained"), default=0)
    sum_voted = models.DecimalField(
        _("sum voted"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    affected_agreed = models.BooleanField(
        _("everyone affected was there, or said yes before"), default=False
    )
    held_on = models.DateField(_("date of the meeting"))
    recorded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(votes_for__gt=0) | Q(votes_against__gt=0) | Q(abstained__gt=0),
                name="somebody_voted",
            ),
            models.CheckConstraint(
                condition=Q(sum_voted=None) | Q(sum_voted__gte=0),
                name="sum_voted_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.motion[:60]

    @property
    def carried(self) -> bool:
        """Say whether more were for it than against it."""
        return self.votes_for > self.votes_against


class Offer(models.Model):
    """Something the target proposed. Pressure goes on until the people affected accept it."""

    class Status(models.TextChoices):
        RECEIVED = "received", _("received")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        BROKEN = "broken", _("accepted, then broken")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="offers")
    received_on = models.DateField(_("received on"))
    said_by = models.CharField(_("who made it"), max_length=120)
    amount = models.DecimalField(_("sum offered"), max_digits=10, decimal_places=2)
    terms = models.TextField(
        _("terms"),
        max_length=4000,
        blank=True,
        help_text=_("Dates of payment, and anything they want in return, such as silence."),
    )
    pay_by = models.DateField(_("to be paid by"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.RECEIVED)
    decision = models.ForeignKey(
        Decision, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    recorded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="offer_not_negative"),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(status="accepted"),
                name="one_accepted_offer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.received_on}"
