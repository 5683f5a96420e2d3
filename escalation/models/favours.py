"""What people need to be able to come, and what others offer: a ride, childcare, an interpreter."""

from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from escalation.models.sign_ups import SignUp


class FavourQuerySet(models.QuerySet["Favour"]):
    def in_full(self) -> "FavourQuerySet":
        """Bring who said it, whoever was found for them, and the seats already promised."""
        rows = self.select_related("sign_up", "found__sign_up")
        return rows.annotate(promised=Sum("helps__how_many", default=0))


class Favour(models.Model):
    """One thing that somebody on the list of an action needs, or offers to the others."""

    class Kind(models.TextChoices):
        RIDE = "ride", _("a ride")
        CHILDCARE = "childcare", _("childcare")
        INTERPRETER = "interpreter", _("an interpreter")

    class Side(models.TextChoices):
        NEEDS = "needs", _("needs")
        OFFERS = "offers", _("offers")

    MOST = 20

    sign_up = models.ForeignKey(SignUp, on_delete=models.CASCADE, related_name="favours")
    kind = models.CharField(max_length=11, choices=Kind)
    side = models.CharField(max_length=6, choices=Side)
    how_many = models.PositiveSmallIntegerField(default=1, help_text="Seats, of a ride.")
    about = models.CharField(
        max_length=60, blank=True, help_text="Of a ride the part of town, else the language."
    )
    found = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="helps",
        help_text="The offer that a lead found for this need.",
    )

    objects = FavourQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["sign_up", "kind"], name="favour_once_per_kind"),
            models.CheckConstraint(
                condition=Q(side="needs") | Q(found=None), name="only_a_need_is_helped"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
