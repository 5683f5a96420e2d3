"""Who the demand is addressed to."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Target(models.Model):
    """Who the demand is addressed to. A first name and a street can be all there is."""

    name = models.CharField(
        _("who owes it"),
        max_length=160,
        help_text=_("A name, a business, a plate: whatever you have."),
    )
    legal_name = models.CharField(_("legal name"), max_length=160, blank=True)
    contact_name = models.CharField(_("person to hand the letter to"), max_length=120, blank=True)
    address = models.TextField(
        _("address for the letter"),
        max_length=500,
        blank=True,
        help_text=_("Up to six lines."),
    )
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    plate = models.CharField(_("vehicle plate"), max_length=20, blank=True)
    sites = models.TextField(
        _("other places"),
        max_length=1000,
        blank=True,
        help_text=_("Work sites, branches, hours."),
    )
    language = models.CharField(
        _("language of the letter"),
        max_length=10,
        choices=settings.LANGUAGES,
        default="en",
    )
    sources = models.TextField(_("how we know this"), max_length=2000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    def __str__(self) -> str:
        return self.name

    @property
    def can_be_reached(self) -> bool:
        """Say whether something could be delivered somewhere."""
        return bool(self.address or self.sites or self.email or self.phone)
