"""The plan of a fight: rungs of rising pressure, each a lawful tactic."""

from django.db import models
from django.db.models import Subquery
from django.utils.translation import gettext_lazy as _

from campaigns.models import Case
from escalation.models.decisions import Decision


class Tactic(models.TextChoices):
    """What a rung or an action can be. Unlawful or cruel tactics have no entry, so no form."""

    DELIVERY = "delivery", _("Demand delivery")
    POSTERS = "posters", _("Posters near the premises")
    LEAFLETS = "leaflets", _("Leaflets to customers or tenants")
    PICKET = "picket", _("Picket")
    WEEKLY_PICKET = "weekly_picket", _("Weekly picket")
    SECOND_SITE = "second_site", _("Picket at a second site")
    NEIGHBOURS = "neighbours", _("Visit to the neighbours")
    VIGIL = "vigil", _("Vigil on the public pavement")
    SOCIAL_CIRCLE = "social_circle", _("Leaflets in their social circle")
    CLIENTS = "clients", _("Letters to clients and partners")
    CLIENT_SITE = "client_site", _("Action at a client's site")
    PUBLIC_BODIES = "public_bodies", _("Speaking at a public hearing")
    PHONE_DAY = "phone_day", _("Phone and e-mail day")
    REVIEWS = "reviews", _("True reviews online")
    STORY_SITE = "story_site", _("Page with people's stories")
    PLEDGE = "pledge", _("Pledge of customers or renters")
    THEATRE = "theatre", _("Street theatre")
    MEDIA = "media", _("Talk to the press")
    RALLY = "rally", _("Rally or march")
    MEETING = "meeting", _("Meeting or sit-down")
    VISIT = "visit", _("Visit in numbers")


class RungQuerySet(models.QuerySet["Rung"]):
    def current(self, case: Case) -> "RungQuerySet":
        """Return the plan of `case`: the rungs of the latest vote on tactics that carried."""
        votes = Decision.objects.filter(case=case, kind=Decision.Kind.PLAN)
        carried = votes.carried().order_by("-at", "-pk")
        return self.filter(decision=Subquery(carried.values("pk")[:1]))


class Rung(models.Model):
    """One step of the plan. It counts once a vote carried it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="rungs")
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="rungs")
    position = models.PositiveSmallIntegerField()
    tactic = models.CharField(_("tactic"), max_length=14, choices=Tactic)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = RungQuerySet.as_manager()

    class Meta:
        ordering = ["decision_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "position"], name="rung_position_once")
        ]

    def __str__(self) -> str:
        return str(self.get_tactic_display())
