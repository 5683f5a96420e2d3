"""Demands, letters and deliveries."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Case, CaseParty, Event, Evidence, Group, LogEntry, User
from letters.models.texts import DEMAND_KINDS


class LetterQuerySet(models.QuerySet["Letter"]):
    def light(self) -> "LetterQuerySet":
        """Leave the frozen HTML and PDF in the database: lists need neither."""
        return self.defer("frozen_html", "frozen_pdf")

    def speaking_for(self, cases: Iterable[Case]) -> "LetterQuerySet":
        """Return the letters of these cases, and those of others that speak for one of them too."""
        links = self.model.together.through.objects
        together = links.filter(letter=OuterRef("pk"), case__in=cases)
        return self.filter(Q(case__in=cases) | Exists(together))

    def demands(self) -> "LetterQuerySet":
        """Return the demand letters: the only ones the clock and the moves of a case know."""
        return self.filter(variant=Letter.Variant.DEMAND)

    def issued(self) -> "LetterQuerySet":
        return self.filter(issued_at__isnull=False)

    def drafts(self) -> "LetterQuerySet":
        """Return what is still worked on: of each kind and case the newest version."""
        newer = self.model.objects.filter(
            case=OuterRef("case"), variant=OuterRef("variant"), version__gt=OuterRef("version")
        )
        return self.filter(~Exists(newer), issued_at=None)

    def ready_to_go_out(self) -> "LetterQuerySet":
        """Return final letters that nobody delivered or sent, the newest demand of a case only."""
        newer = self.model.objects.demands().issued()
        newer = newer.filter(case=OuterRef("case"), version__gt=OuterRef("version"))
        demand = Q(variant=Letter.Variant.DEMAND)
        waiting = (demand & Q(delivery=None) & ~Exists(newer)) | (~demand & Q(sent_on=None))
        return self.issued().filter(waiting)

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

    class Variant(models.TextChoices):
        DEMAND = "demand", _("demand letter")
        REMINDER = "reminder", _("reminder before the deadline")
        INFLUENCE = "influence", _("to somebody who can use their influence")
        REPLY_PAYMENT = "reply_payment", _("answer to a part payment")
        COUNTER = "counter", _("answer to an offer, with another sum")
        REFUSAL = "refusal", _("answer to an offer: no")
        AGREEMENT = "agreement", _("agreement")
        DEFAULT_NOTICE = "default_notice", _("notice that a payment did not come")
        CLOSING = "closing", _("closing note")
        TOGETHER = "together", _("one letter for several fights")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="letters")
    variant = models.CharField(
        _("kind of letter"), max_length=14, choices=Variant, default=Variant.DEMAND, editable=False
    )
    text_kind = models.CharField(
        _("text it started from"),
        max_length=16,
        choices=[(kind.value, kind.label) for kind in DEMAND_KINDS],
        blank=True,
        help_text=_("Of a demand letter. Later letters have one text for each kind."),
    )
    version = models.PositiveIntegerField()
    together = models.ManyToManyField(
        Case,
        verbose_name=_("together with"),
        related_name="letters_together",
        blank=True,
        help_text=_("The people of each fight say yes to every word, or it does not go out."),
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    paper = models.CharField(_("paper"), max_length=6, choices=Group.Paper)
    recipient_name = models.CharField(_("addressed to"), max_length=300)
    recipient_address = models.TextField(_("address"), max_length=500, blank=True)
    also_to = models.TextField(
        _("further recipients, one letter each"),
        max_length=2500,
        blank=True,
        help_text=_(
            "Each gets the same letter with their own address. Name in the first line, address "
            "below, and an empty line before the next one."
        ),
    )
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
    asks = models.TextField(_("what is asked or agreed, one a line"), max_length=4000, blank=True)
    closing = models.TextField(
        _("closing words"),
        max_length=1000,
        blank=True,
        help_text=_("What happens otherwise, without a threat. Left empty, the usual words stand."),
    )
    answer_by = models.DateField(_("answer by"), null=True, blank=True)
    delivery_on = models.DateField(_("day of the delivery"))
    names_the_law = models.BooleanField(
        _("say what the law may add"),
        default=False,
        help_text=_(
            "Apart from the sum, and no part of the demand. It prints only what somebody checked "
            "on the page about the rules."
        ),
    )
    sent_on = models.DateField(_("sent on"), null=True, blank=True, editable=False)
    enclosures = models.ManyToManyField(Evidence, through="Enclosure", related_name="letters")
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
    def is_demand(self) -> bool:
        return self.variant == self.Variant.DEMAND

    @property
    def cases(self) -> list[Case]:
        """Return the cases it speaks for: its own first, and the others in one order.

        No query for a letter of one case.
        """
        if self.variant != self.Variant.TOGETHER:
            return [self.case]
        return [self.case, *self.together.order_by("pk").select_related("sheet", "target")]

    @property
    def is_issued(self) -> bool:
        return self.issued_at is not None

    @property
    def went_out_at(self) -> dt.datetime | None:
        """Return when it was delivered, or None. Costs no query on rows read with `delivery`."""
        delivery = getattr(self, "delivery", None)
        return delivery and delivery.at


class Enclosure(models.Model):
    """A file that goes out with a letter, as its working copy. Its place is its number.

    With the letter it is frozen: `copy_sha256` is the hash of the copy as it was then, empty where
    there is none and the paper itself is printed.
    """

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="enclosed")
    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="enclosed_in")
    position = models.PositiveSmallIntegerField()
    caption = models.CharField(
        _("what the letter says it is"),
        max_length=200,
        help_text=_("Printed as you type it. Whoever gets the letter reads it."),
    )
    copy_sha256 = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "evidence"], name="enclosed_once"),
            models.UniqueConstraint(fields=["letter", "position"], name="enclosure_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.caption}"


class ReadingCopy(models.Model):
    """The words of a letter in the language an affected person reads. It is for reading only."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="copies")
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=160)
    facts = models.TextField(_("facts"), max_length=6000)
    how_to_pay = models.TextField(_("how to pay"), max_length=1000, blank=True)
    asks = models.TextField(_("what is asked or agreed, one a line"), max_length=4000, blank=True)
    closing = models.TextField(_("closing words"), max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name_plural = "reading copies"
        constraints = [
            models.UniqueConstraint(fields=["letter", "language"], name="one_copy_a_language")
        ]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.language}"


class Poster(models.Model):
    """The words of a fight's poster. What is still owed is put in from the balance."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="poster")
    headline = models.CharField(
        _("headline"),
        max_length=80,
        help_text=_("Speak to the reader: Renting here? Eating here?"),
    )
    lines = models.TextField(
        _("what happened, two or three lines"),
        max_length=500,
        help_text=_("Only what can be shown. No names but those people chose."),
    )
    reader_can = models.CharField(_("what the reader can do"), max_length=160, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    def __str__(self) -> str:
        return self.headline


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
