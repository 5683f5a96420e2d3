"""Evidence: files people sent, kept unchanged, and what they show."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import BigIntegerField, Exists, OuterRef, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.cases import Case, TeamMembership
from campaigns.models.log import Event, LogEntry
from campaigns.models.parties import CaseParty
from campaigns.models.people import User


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def sent_by(self, party: CaseParty) -> "EvidenceQuerySet":
        """Return what `party` sent with their code, or told us with at first.

        A file that says not from whom it is came from the first person of the case.
        """
        unnamed = Q(added_by_party=None) & ~Exists(party.earlier_ones())
        sent = self.filter(case=party.case_id, by_affected_person=True)
        return sent.filter(Q(added_by_party=party) | unnamed)

    def opened_to(self, user: User) -> "EvidenceQuerySet":
        """Leave out the legal papers that `user` is not named for. Who may open the case at all
        is asked of the case."""
        return self.filter(Q(is_legal=False) | TeamMembership.named_for_legal(user))

    def unopened(self) -> "EvidenceQuerySet":
        """Return what people of the case sent and nobody of the team has opened yet."""
        opened = LogEntry.objects.filter(case=OuterRef("case"), event=Event.EVIDENCE_OPENED)
        file = Cast(KeyTextTransform("file", "data"), BigIntegerField())
        looked_at = opened.annotate(of_file=file).filter(of_file=OuterRef("pk"))
        return self.filter(~Exists(looked_at), by_affected_person=True, is_legal=False)


class Evidence(models.Model):
    """One file. The name on disk is random and carries nothing of what the sender called it."""

    class Format(models.TextChoices):
        JPEG = "jpg", "JPEG"
        PNG = "png", "PNG"
        WEBP = "webp", "WebP"
        HEIC = "heic", "HEIC"
        PDF = "pdf", "PDF"
        M4A = "m4a", _("voice note")
        MP3 = "mp3", _("voice note")
        OGG = "ogg", _("voice note")
        WEBM = "webm", _("voice note")
        WAV = "wav", _("voice note")
        AMR = "amr", _("voice note")
        THREE_GP = "3gp", _("voice note")

    # What each kind of voice note is called where it is played.
    SOUND: ClassVar = {
        Format.M4A: "audio/mp4",
        Format.MP3: "audio/mpeg",
        Format.OGG: "audio/ogg",
        Format.WEBM: "audio/webm",
        Format.WAV: "audio/wav",
        Format.AMR: "audio/amr",
        Format.THREE_GP: "audio/3gpp",
    }

    class Copy(models.TextChoices):
        """What there is to show of it; see campaigns.working_copies."""

        WAITING = "waiting", _("not drawn yet")
        READY = "ready", _("drawn")
        NONE = "none", _("no preview")
        DOWNLOAD = "download", _("download only")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="evidence")
    description = models.CharField(_("what it shows"), max_length=200, blank=True)
    file = models.FileField(upload_to="evidence/", max_length=120)
    format = models.CharField(max_length=4, choices=Format)
    size = models.PositiveIntegerField(help_text=_("Bytes."))
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    by_affected_person = models.BooleanField(default=False)
    is_legal = models.BooleanField(
        _("a paper of a court or a lawyer"),
        default=False,
        help_text=_("Only people of the team who are named for it can open it."),
    )
    added_by_party = models.ForeignKey(
        CaseParty,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="evidence",
        help_text=_("Who of the people of the case sent it, with their own code."),
    )
    at = models.DateTimeField(default=timezone.now)
    copy_state = models.CharField(max_length=8, choices=Copy, default=Copy.WAITING, editable=False)
    pages = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text=_("Of the original, as far as we could count.")
    )
    copy_pages = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        return self.description or f"{self.format} {self.at:%Y-%m-%d}"

    @property
    def is_voice(self) -> bool:
        return self.format in self.SOUND

    @property
    def has_copy(self) -> bool:
        """Say whether there is a working copy to show."""
        return self.copy_state == self.Copy.READY

    @property
    def left_out(self) -> int:
        """Return how many pages of the original its working copy does not show."""
        return self.pages - self.copy_pages if self.has_copy else 0
