"""Demands, letters and deliveries."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Case, CaseParty, Event, Group, LogEntry, User


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
    created_at = models.DateTimeField(default=timezone.now)

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

    def asks_the_same_as(self, other: "Demand") -> bool:
        """Say whether a letter would print the same of both."""
        return (self.amount, self.terms, self.deadline_days) == (
            other.amount,
            other.terms,
            other.deadline_days,
        )


class LetterQuerySet(models.QuerySet["Letter"]):
    def light(self) -> "LetterQuerySet":
        """Leave the frozen HTML and PDF in the database: lists need neither."""
        return self.defer("frozen_html", "frozen_pdf")

    def of_cases(self, cases: models.QuerySet[Case]) -> "LetterQuerySet":
        return self.filter(case__in=cases)

    def issued(self) -> "LetterQuerySet":
        return self.filter(issued_at__isnull=False)

    def waiting_for_organizer(self) -> "LetterQuerySet":
        """Return drafts to which no organizer said yes since their words or the facts changed.

        Near enough for a list, and one query; letters.approval compares the very text.
        """
        changed = LogEntry.objects.filter(
            case=OuterRef("case"), event__in=[Event.LETTER_DRAFTED, Event.LETTER_CHANGED]
        ).order_by("-at")
        drafts = self.filter(issued_at=None).annotate(
            words_changed_at=Coalesce(Subquery(changed.values("at")[:1]), F("created_at")),
            facts_changed_at=Coalesce(F("case__facts_changed_at"), F("created_at")),
        )
        said_yes = LetterApproval.objects.filter(
            letter=OuterRef("pk"),
            organizer__isnull=False,
            at__gte=Greatest(OuterRef("words_changed_at"), OuterRef("facts_changed_at")),
        )
        return drafts.filter(~Exists(said_yes))


class Letter(models.Model):
    """One version of the demand letter of a case.

    While `issued_at` is empty it is a draft: its table and total follow the claim lines, and an
    approval counts only for the very text it was given to (`LetterApproval.text_sha256`). Issuing
    freezes HTML and PDF; from then on the row is never written again, and a change of facts needs
    the next version.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="letters")
    version = models.PositiveIntegerField()
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    paper = models.CharField(_("paper"), max_length=6, choices=Group.Paper)
    recipient_name = models.CharField(_("addressed to"), max_length=300)
    recipient_address = models.TextField(_("address"), max_length=500, blank=True)
    subject = models.CharField(_("subject"), max_length=160)
    facts = models.TextField(
        _("facts"),
        max_length=6000,
        help_text=_(
            "Three to six sentences: dates, work or tenancy, what was promised, what was asked. "
            "Only what can be shown."
        ),
    )
    how_to_pay = models.TextField(
        _("how to pay"),
        max_length=1000,
        help_text=_("Payable to whom, in what form, where, whom to call."),
    )
    delivery_on = models.DateField(_("day of the delivery"))
    written_by = models.ManyToManyField(User, related_name="letters_written")
    edit_version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    issued_at = models.DateTimeField(null=True, blank=True, editable=False)
    deadline_at = models.DateTimeField(null=True, blank=True, editable=False)
    total = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, editable=False
    )
    frozen_html = models.TextField(blank=True, editable=False)
    frozen_pdf = models.BinaryField(null=True, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="letter_version_once"),
            models.CheckConstraint(
                condition=Q(issued_at=None) | (~Q(sha256="") & Q(frozen_pdf__isnull=False)),
                name="letter_issued_is_frozen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} v{self.version}"

    @property
    def is_issued(self) -> bool:
        return self.issued_at is not None

    @property
    def went_out_at(self) -> dt.datetime | None:
        """Return when it was delivered, or None. Costs no query on rows read with `delivery`."""
        delivery = getattr(self, "delivery", None)
        return delivery and delivery.at


class LetterApproval(models.Model):
    """A yes to the exact words of a letter: by an affected person, or by an organizer."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="approvals")
    party = models.ForeignKey(CaseParty, on_delete=models.CASCADE, null=True, blank=True)
    organizer = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    text_sha256 = models.CharField(max_length=64)
    recorded_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(party=None, organizer__isnull=False)
                | Q(party__isnull=False, organizer=None),
                name="approval_by_person_or_organizer",
            ),
            models.UniqueConstraint(
                fields=["letter", "party", "text_sha256"],
                condition=Q(party__isnull=False),
                name="approval_once_per_person",
            ),
            models.UniqueConstraint(
                fields=["letter", "organizer", "text_sha256"],
                condition=Q(organizer__isnull=False),
                name="approval_once_per_organizer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter_id}: {self.party or self.organizer}"


class Delivery(models.Model):
    """How the demand reached the target. It starts the clock, and nothing else does."""

    class Method(models.TextChoices):
        BY_HAND = "by_hand", _("handed over")
        READ_ALOUD = "read_aloud", _("read aloud")
        LEFT_THERE = "left_there", _("left there or under the door")
        POST = "post", _("by registered post")

    letter = models.OneToOneField(Letter, on_delete=models.PROTECT, related_name="delivery")
    at = models.DateTimeField(_("when"))
    place = models.CharField(_("where"), max_length=200)
    handed_by = models.CharField(
        _("handed over by"),
        max_length=120,
        help_text=_("First name or role. The affected person, if they wanted to."),
    )
    received_by = models.CharField(
        _("who took it"),
        max_length=120,
        help_text=_("A name or a role: the shift manager."),
    )
    method = models.CharField(_("how"), max_length=10, choices=Method, default=Method.BY_HAND)
    headcount = models.PositiveSmallIntegerField(_("how many went"))
    who_went = models.CharField(
        _("who went"),
        max_length=300,
        blank=True,
        help_text=_("Roles, not full names. The roster knows the rest."),
    )
    note = models.TextField(_("what happened"), max_length=2000, blank=True)
    deadline_at = models.DateTimeField(editable=False)
    recorded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(
                condition=Q(deadline_at__gt=F("at")), name="deadline_after_delivery"
            ),
            models.CheckConstraint(condition=Q(headcount__gte=1), name="delivery_by_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.at:%Y-%m-%d}"


def deadline_for(
    delivered_at: dt.datetime, *, letter: Letter, group: Group, days: int
) -> dt.datetime:
    """Return when the clock ends: `days` after the delivery, at the network's hour.

    Never before the date the letter itself prints: who was promised a day gets that day.
    """
    counted = group.deadline_after(delivered_at, days=days)
    return max(counted, letter.deadline_at) if letter.deadline_at else counted
