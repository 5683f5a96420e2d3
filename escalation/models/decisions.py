"""What the group decided, and the offers it decided about."""

import datetime as dt

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Case, CaseParty, Group, Payment, User


class DecisionQuerySet(models.QuerySet["Decision"]):
    def valid(self) -> "DecisionQuerySet":
        """Leave out those that were noted by mistake."""
        return self.filter(struck_at=None)

    def carried(self) -> "DecisionQuerySet":
        return self.valid().filter(carried=True)


class Decision(models.Model):
    """One vote. Counts, never names: who voted how is nobody's business later.

    The one exception are the people affected: their own yes or no is kept in `voices`, because
    nothing about their demand, their offer or their name is decided without it.
    """

    class Kind(models.TextChoices):
        TAKE_ON = "take_on", _("take the fight on")
        DEFER = "defer", _("ask questions first")
        PLAN = "plan", _("plan of tactics")
        REVIEW = "review", _("look at the fight again")
        OFFER = "offer", _("accept an offer")
        COUNTER = "counter", _("answer an offer with another sum")
        WAIVE = "waive", _("let a payment go")
        SETTLE = "settle", _("stop with a part")
        LOSE = "lose", _("end without winning")
        DROP = "drop", _("drop the fight")
        CLOSE_QUEUED = "close_queued", _("take it off the queue")
        REVISE = "revise", _("change the demand")
        TRUCE = "truce", _("hold the pressure for a while")
        PUBLICITY = "publicity", _("make it public")
        LEAVE = "leave", _("somebody leaves the fight")
        PAYEE = "payee", _("who takes the money")
        ON_ACCOUNT = "on_account", _("take money on account")
        GENERAL = "general", _("something else")

    # To demand less, take less, go public or give up may take more than a simple majority: the
    # group's own setting.
    LESS = (
        Kind.OFFER,
        Kind.COUNTER,
        Kind.WAIVE,
        Kind.SETTLE,
        Kind.LOSE,
        Kind.DROP,
        Kind.REVISE,
        Kind.PUBLICITY,
    )
    # Beside the vote, only whose own matter it is says yes: their going, or their money.
    OF_ONE = (Kind.LEAVE, Kind.PAYEE, Kind.ON_ACCOUNT)

    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, null=True, blank=True, related_name="decisions"
    )
    meeting = models.ForeignKey(
        "Meeting", on_delete=models.SET_NULL, null=True, blank=True, related_name="decisions"
    )
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
    carried = models.BooleanField(
        help_text=_("By the rule that held that day. See escalation.decisions.")
    )
    rule = models.CharField(max_length=14, choices=Group.Threshold)
    struck_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When it was put right: it was noted by mistake.")
    )
    recorded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = DecisionQuerySet.as_manager()

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


class DecisionVoice(models.Model):
    """What one affected person said to a motion about their own fight."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="voices")
    party = models.ForeignKey(CaseParty, on_delete=models.CASCADE, related_name="voices")
    agreed = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "party"], name="one_voice_per_motion")
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.agreed}"


class OfferQuerySet(models.QuerySet["Offer"]):
    def open(self) -> "OfferQuerySet":
        return self.filter(status__in=Offer.OPEN)

    def past(self, today: dt.date) -> "OfferQuerySet":
        """Return open offers whose last day is over."""
        return self.open().filter(valid_until__lt=today)

    def acceptable(self, today: dt.date) -> "OfferQuerySet":
        """Return open offers whose last day is not over, and which no agreement has dealt with."""
        agreed = Offer.objects.filter(
            case=OuterRef("case"),
            status=Offer.Status.ACCEPTED,
            agreements__struck_at=None,
            agreements__at__gt=OuterRef("at"),
        )
        holds = Q(valid_until=None) | Q(valid_until__gte=today)
        return self.open().filter(holds, ~Exists(agreed))


class Offer(models.Model):
    """Something the target proposed. Pressure goes on until the people affected accept it."""

    class Status(models.TextChoices):
        RECEIVED = "received", _("received")
        DISCUSSED = "discussed", _("talked about")
        ACCEPTED = "accepted", _("accepted")
        COUNTERED = "countered", _("answered with another sum")
        REFUSED = "refused", _("refused")
        EXPIRED = "expired", _("ran out")
        BROKEN = "broken", _("accepted, then broken")

    # What can still be accepted. A counter-offer keeps theirs on the table until it runs out.
    OPEN = (Status.RECEIVED, Status.DISCUSSED, Status.COUNTERED)
    # They want something in return, or we agreed to it.
    WANTS_MORE = Q(silence=True) | Q(release=True) | Q(agreed_silence=True)

    class Channel(models.TextChoices):
        PHONE = "phone", _("phone call")
        TEXT = "text", _("text message")
        EMAIL = "email", _("e-mail")
        POST = "post", _("letter")
        IN_PERSON = "in_person", _("in person")
        LAWYER = "lawyer", _("through a lawyer")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="offers")
    received_on = models.DateField(_("received on"))
    said_by = models.CharField(_("who made it"), max_length=120)
    said_to = models.CharField(_("to whom"), max_length=120, blank=True)
    channel = models.CharField(_("how it came"), max_length=9, choices=Channel, blank=True)
    amount = models.DecimalField(_("sum offered"), max_digits=10, decimal_places=2)
    terms = models.TextField(
        _("terms"),
        max_length=4000,
        blank=True,
        help_text=_("Dates of payment, and anything they want in return, such as silence."),
    )
    pay_by = models.DateField(_("to be paid by"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    # Clauses somebody should look at before anything is signed or cashed.
    full_and_final = models.BooleanField(_("they call it full and final"), default=False)
    silence = models.BooleanField(_("they want silence"), default=False)
    release = models.BooleanField(_("they want all claims given up"), default=False)
    payment = models.ForeignKey(
        Payment,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="offers",
        verbose_name=_("money that came with it"),
    )
    counter_amount = models.DecimalField(
        _("sum we answered with"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    counter_terms = models.TextField(_("terms we answered with"), max_length=4000, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    agreed_text = models.TextField(_("text as agreed"), max_length=8000, blank=True)
    agreed_silence = models.BooleanField(_("we agreed to stay silent about it"), default=False)
    status = models.CharField(max_length=9, choices=Status, default=Status.RECEIVED)
    decision = models.ForeignKey(
        Decision, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    recorded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = OfferQuerySet.as_manager()

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

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    def ran_out(self, today: dt.date) -> bool:
        """Say whether it no longer holds, also before the sweep has noted it. The last day counts
        as theirs to keep."""
        is_over = self.valid_until is not None and self.valid_until < today
        return self.status == self.Status.EXPIRED or (self.is_open and is_over)


class OfferVoice(models.Model):
    """What one affected person says to an offer, by their own code or passed on by the team."""

    class Says(models.TextChoices):
        ACCEPT = "accept", _("accept it")
        COUNTER = "counter", _("ask for something else")
        REFUSE = "refuse", _("refuse it")

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="voices")
    party = models.ForeignKey(CaseParty, on_delete=models.CASCADE, related_name="offer_voices")
    says = models.CharField(_("what they say"), max_length=7, choices=Says)
    note = models.CharField(_("in their words"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "party"], name="one_voice_per_offer")
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.says}"
