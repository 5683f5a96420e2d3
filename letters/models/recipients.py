"""The copies of a letter for those who get the same letter with an address of their own."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LetterRecipient(models.Model):
    """The copy for a further recipient, frozen with the letter. The first one is in the letter.

    While the letter is a draft they stand in `Letter.also_to`.
    """

    letter = models.ForeignKey("letters.Letter", on_delete=models.CASCADE, related_name="further")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=300)
    address = models.TextField(max_length=500, blank=True)
    frozen_html = models.TextField(editable=False)
    frozen_pdf = models.BinaryField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    handed_on = models.DateField(_("handed over on"), null=True, blank=True)
    handed_to = models.CharField(
        _("who took it"),
        max_length=120,
        blank=True,
        help_text=_("A name or a role: the shift manager."),
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "position"], name="recipient_position_once"),
            models.CheckConstraint(
                condition=Q(position__gte=2) & ~Q(sha256=""), name="recipient_copy_is_frozen"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.position}: {self.name}"
