"""That two records were of one person, and what was moved, so that it can be taken back."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from campaigns.models.people import Person, User


class PersonMerge(models.Model):
    """One merge of two records of the same person."""

    keep = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="merges")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="merged_by")
    # {"campaigns.CaseParty.person": [pk, ...], ...}: the rows that hung on the other record.
    moved = models.JSONField(default=dict)
    # {"phone": ["before", "after"], ...}: what the kept record said, and says since.
    changed = models.JSONField(default=dict)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["other"], condition=Q(undone_at=None), name="person_merged_once"
            ),
            models.CheckConstraint(
                condition=~Q(keep=models.F("other")), name="person_not_merged_with_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.other_id} → {self.keep_id}"
