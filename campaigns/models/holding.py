"""What keeps a case from being forgotten: a legal hold, or a wish to keep it longer."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.cases import Case
from campaigns.models.people import User


class LegalHoldQuerySet(models.QuerySet["LegalHold"]):
    def standing(self) -> "LegalHoldQuerySet":
        return self.filter(lifted_at=None)


class LegalHold(models.Model):
    """While it stands nothing of the case is deleted. One asks to lift it, another does it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="legal_holds")
    reason = models.CharField(
        _("why nothing may be deleted"),
        max_length=300,
        help_text=_("For example: a lawyer of the firm wrote to us on 3 May."),
    )
    set_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)
    lift_reason = models.CharField(_("why it can end"), max_length=300, blank=True)
    lift_asked_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    lift_asked_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ManyToManyField(User, related_name="+")

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        ordering = ["-set_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(lifted_at=None), name="one_legal_hold_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(lifted_by=None)
                | Q(lift_asked_by=None)
                | ~Q(lifted_by=F("lift_asked_by")),
                name="legal_hold_lifted_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.reason}"


class Keeping(models.Model):
    """What the team decided when they were told that a case will be forgotten soon."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="keeping")
    until = models.DateField(
        _("keep it until"), help_text=_("Say why below. A year from today at most.")
    )
    reason = models.CharField(_("why"), max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1, editable=False)

    def __str__(self) -> str:
        return f"{self.case_id}: {self.until}"
