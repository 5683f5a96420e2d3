"""What a group adds to the checks, and what two organizers let stand in one letter."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import User


class OwnWordQuerySet(models.QuerySet["OwnWord"]):
    def in_use(self) -> "OwnWordQuerySet":
        return self.filter(removed_at=None)


class OwnWord(models.Model):
    """A word the group does not want in its letters. One taken off the list stays on record."""

    class Level(models.TextChoices):
        BLOCK = "block", _("stops the letter")
        WARN = "warn", _("asks to look again")

    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    level = models.CharField(_("what it does"), max_length=5, choices=Level, default=Level.BLOCK)
    word = models.CharField(
        _("word or words"),
        max_length=60,
        help_text=_("A star at the end of a word stands for any ending: evict* finds eviction."),
    )
    added_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    removed_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = OwnWordQuerySet.as_manager()

    class Meta:
        ordering = ["language", "word", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["language", "word"],
                condition=Q(removed_at=None),
                name="own_word_once_a_language",
            )
        ]

    def __str__(self) -> str:
        return self.word


class LiftedFinding(models.Model):
    """One of two organizers says that words the checks stop may stand in this letter, and why.

    `key` stands for the finding, its words, and everything people wrote in the letter. Whether a
    word is harmless depends on the sentences around it, so a change of any of them makes this void.
    """

    letter = models.ForeignKey("letters.Letter", on_delete=models.CASCADE, related_name="lifts")
    code = models.CharField(max_length=20)
    words = models.TextField()
    key = models.CharField(max_length=64)
    organizer = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(_("why it may stay"), max_length=300)
    at = models.DateTimeField(default=timezone.now)
    stands_in_final = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "key", "organizer"], name="lifted_once_by_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.code}: {self.words}"
