"""Evidence: files people sent, kept unchanged, and what they show."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.cases import Case
from campaigns.models.people import User


class Evidence(models.Model):
    """One file. The name on disk is random and carries nothing of what the sender called it."""

    class Format(models.TextChoices):
        JPEG = "jpg", "JPEG"
        PNG = "png", "PNG"
        WEBP = "webp", "WebP"
        HEIC = "heic", "HEIC"
        PDF = "pdf", "PDF"

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
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        return self.description or f"{self.format} {self.at:%Y-%m-%d}"
