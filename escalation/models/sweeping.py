"""What the sweep has already written into a timeline, so that it never writes it twice."""

from django.db import models
from django.utils import timezone

from campaigns.models import Case


class SweepNote(models.Model):
    class Kind(models.TextChoices):
        DEADLINE = "deadline", "deadline passed"
        SILENT_7 = "silent_7", "not heard for 7 days"
        SILENT_14 = "silent_14", "not heard for 14 days"
        WATCH = "watch", "watch over"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="sweep_notes")
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(max_length=32, help_text="What it is about: the day or the moment.")
    run = models.UUIDField(editable=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "kind", "key"], name="swept_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.key}"
