"""What those who ran an action write down after it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Case


class Debrief(models.Model):
    """The part of an action that is written when it is over. Each of it may stay empty."""

    class Police(models.TextChoices):
        NONE = "none", _("There were none")
        WATCHED = "watched", _("They watched")
        SPOKE = "spoke", _("They spoke with us")
        LEAVE = "leave", _("They told us to leave")
        ARREST = "arrest", _("They arrested somebody")

    WORDS = ("debrief", "their_answer", "next_time")
    PARTS = (*WORDS, "police", "headcount")
    MOST_HEADS = 9999

    debrief = models.TextField(_("what happened"), max_length=4000, blank=True, editable=False)
    their_answer = models.TextField(
        _("how the other side answered"), max_length=1000, blank=True, editable=False
    )
    next_time = models.TextField(
        _("what we do differently next time"), max_length=1000, blank=True, editable=False
    )
    police = models.CharField(_("police"), max_length=7, choices=Police, blank=True, editable=False)
    headcount = models.PositiveSmallIntegerField(
        _("how many were there"),
        null=True,
        blank=True,
        editable=False,
        help_text="Counted heads. Not everybody who comes wants to stand on a list.",
    )

    class Meta:
        abstract = True

    @property
    def was_tense(self) -> bool:
        """Say whether the police did what should stand among the incidents of a case as well."""
        return self.police in (self.Police.LEAVE, self.Police.ARREST)


class Effect(models.Model):
    """What an action moved in one of its cases. An action of several cases has one for each."""

    action = models.ForeignKey(
        "escalation.Action", on_delete=models.CASCADE, related_name="effects"
    )
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="effects")
    text = models.CharField(_("what it moved"), max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["action", "case"], name="effect_once_per_case")
        ]

    def __str__(self) -> str:
        return self.text
