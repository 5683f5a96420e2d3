"""The texts letters start from, where the group changed one that came with the product."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import User


class TextKind(models.TextChoices):
    """What a letter is for. The later ones carry the code of their `Letter.Variant`."""

    WAGES = "wages", _("unpaid wages")
    POLICY = "policy", _("tips, breaks or rules at work")
    DEPOSIT_NOTHING = "deposit_nothing", _("deposit, nothing returned")
    DEPOSIT_PART = "deposit_part", _("deposit, a part returned")
    CHARGES = "charges", _("charges that are not owed")
    REPAIRS = "repairs", _("repairs, by a group of tenants")
    OTHER = "other", _("another demand")
    REMINDER = "reminder", _("reminder before the deadline")
    INFLUENCE = "influence", _("to somebody who can use their influence")
    REPLY_PAYMENT = "reply_payment", _("answer to a part payment")
    COUNTER = "counter", _("answer to an offer, with another sum")
    REFUSAL = "refusal", _("answer to an offer: no")
    AGREEMENT = "agreement", _("agreement")
    DEFAULT_NOTICE = "default_notice", _("notice that a payment did not come")
    CLOSING = "closing", _("closing note")
    TOGETHER = "together", _("one letter for several fights")


_K = TextKind
# The kinds of a demand letter. In the last three the money comes after what is to be done.
DEMAND_KINDS = (
    _K.WAGES,
    _K.DEPOSIT_NOTHING,
    _K.DEPOSIT_PART,
    _K.OTHER,
    _K.POLICY,
    _K.CHARGES,
    _K.REPAIRS,
)
DEEDS_FIRST = (_K.POLICY, _K.CHARGES, _K.REPAIRS)


class LetterText(models.Model):
    """The group's own text for one kind of letter in one language.

    There is a row only where the group changed the text of letters/texts. It is plain text with
    named fields (letters/text_fields.py), and never the code of a template.
    """

    kind = models.CharField(max_length=16, choices=TextKind, editable=False)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, editable=False)
    subject = models.CharField(_("subject"), max_length=300)
    body = models.TextField(
        _("what happened"),
        max_length=6000,
        help_text=_("A sentence a line. An empty line begins a new paragraph."),
    )
    asks = models.TextField(
        _("what is asked, one a line"),
        max_length=2000,
        blank=True,
        help_text=_(
            "In a demand letter the sum and what was voted stand there by themselves. What is "
            "written here comes beside it."
        ),
    )
    how_to_pay = models.TextField(_("how to pay or answer"), max_length=1000, blank=True)
    closing = models.TextField(
        _("closing words"),
        max_length=1000,
        blank=True,
        help_text=_("What happens otherwise, without a threat. Left empty, the usual words stand."),
    )
    changed_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["kind", "language"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "language"], name="one_text_a_language")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.language} v{self.version}"
