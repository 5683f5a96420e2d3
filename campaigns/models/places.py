"""Places we send people to when somebody else can help, or help too."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.cases import Case


class PlaceQuerySet(models.QuerySet["Place"]):
    def offered(self) -> "PlaceQuerySet":
        """Return those still on the list."""
        return self.filter(removed_at=None)

    def fitting(self, kind: str) -> "PlaceQuerySet":
        """Return those on the list that help with this kind of case."""
        return self.offered().filter(**{f"for_{kind}": True})


class Place(models.Model):
    """An office, a clinic, a hotline or another group. Taken off the list, its row stays: people
    agreed that it gets their sheet."""

    name = models.CharField(_("name"), max_length=160)
    what = models.CharField(
        _("what they do"),
        max_length=300,
        blank=True,
        help_text=_("For whom, on which days, and what it costs."),
    )
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    web = models.URLField(_("web page"), max_length=300, blank=True)
    languages = models.CharField(_("languages they speak"), max_length=160, blank=True)
    for_wages = models.BooleanField(_("helps with wages"), default=True)
    for_deposit = models.BooleanField(_("helps with deposits and housing"), default=True)
    for_other = models.BooleanField(_("helps with other things"), default=True)
    note = models.CharField(
        _("note for us"),
        max_length=500,
        blank=True,
        help_text=_("Whom to ask for, what they do not do. People we refer do not see it."),
    )
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)
    form_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(phone="") | ~Q(address="") | ~Q(web=""),
                name="place_can_be_reached",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def in_one_line(self) -> str:
        """Return what a person needs to go there, as it stands in the text they get."""
        ways = ", ".join(part for part in (self.phone, self.address, self.web) if part)
        line = f"{self.name}: {ways}."
        return " ".join(part for part in (line, self.what, self.languages) if part)

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of case it helps with, in words."""
        return [str(label) for kind, label in Case.Kind.choices if getattr(self, f"for_{kind}")]
