"""What was said to people after an action: that they were thanked, missed, or asked to join."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import User
from escalation.models.sign_ups import SignUp


class KindWord(models.Model):
    """That somebody was thanked, or told that they were missed: one word for each sign-up.

    It goes with the name on the roster, so that no list of who stayed away comes of it.
    """

    sign_up = models.OneToOneField(SignUp, on_delete=models.CASCADE, related_name="kind_word")
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
