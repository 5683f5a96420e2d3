"""What somebody began to tell us and has not sent yet."""

import datetime as dt

from django.db import models


class IntakeDraftQuerySet(models.QuerySet["IntakeDraft"]):
    def kept(self, now: dt.datetime) -> "IntakeDraftQuerySet":
        return self.filter(saved_at__gt=now - IntakeDraft.KEPT)

    def stale(self, now: dt.datetime) -> "IntakeDraftQuerySet":
        return self.filter(saved_at__lte=now - IntakeDraft.KEPT)


class IntakeDraft(models.Model):
    """Answers that nobody but their writer can read: the key is the code, and only they have it.

    It is not told yet, so it is not ours to read; campaigns.intake_drafts seals and opens it.
    """

    KEPT = dt.timedelta(days=7)

    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    sealed = models.TextField(editable=False)
    saved_at = models.DateTimeField(editable=False)

    objects = IntakeDraftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["saved_at"], name="draft_saved_at")]

    def __str__(self) -> str:
        return f"{self.saved_at:%Y-%m-%d}"
