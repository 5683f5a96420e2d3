"""What those who ran an action write down after it, and the kind words people got."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Case, User


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


class KindWord(models.Model):
    """That somebody was thanked, or told that they were missed: one word for each sign-up.

    It goes with the name on the roster, so that no list of who stayed away comes of it.
    """

    sign_up = models.OneToOneField(
        "escalation.SignUp", on_delete=models.CASCADE, related_name="kind_word"
    )
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.sign_up_id} {self.at:%Y-%m-%d}"


class MemberAsk(models.Model):
    """That somebody who comes to actions was asked to be a member, or shall not be for now.

    Once for each person, so it outlives the names on the rosters: a scrambled form of their phone
    or e-mail is all that is kept.
    """

    class Answer(models.TextChoices):
        ASKED = "asked", _("I asked. They think about it.")
        NOT_NOW = "not_now", _("Not now")
        YES = "yes", _("They said yes")

    who_hash = models.CharField(max_length=64, unique=True, editable=False)
    answer = models.CharField(max_length=7, choices=Answer)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.get_answer_display())
