"""The plan of a fight: rungs of rising pressure, each a lawful tactic, each with a week of its own.

What people affected say to a step, what the group wrote about a tactic, and the reviews stand here
as well.
"""

from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Case, CaseParty, User
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
    STRIKE = "strike", _("Standing with people on strike")
    FORMAL = "formal", _("A complaint or a claim beside the fight")


class RungQuerySet(models.QuerySet["Rung"]):
    def in_force(self) -> "RungQuerySet":
        """Return of each case its plan: the rungs of the latest vote on tactics that carried."""
        votes = Decision.objects.filter(case=OuterRef("case"), kind=Decision.Kind.PLAN)
        carried = votes.carried().order_by("-at", "-pk")
        return self.filter(decision=Subquery(carried.values("pk")[:1]))

    def current(self, case: Case) -> "RungQuerySet":
        """Return the plan of `case`."""
        return self.in_force().filter(case=case)


class Rung(models.Model):
    """One step of the plan. It counts once a vote carried it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="rungs")
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="rungs")
    position = models.PositiveSmallIntegerField()
    tactic = models.CharField(_("tactic"), max_length=14, choices=Tactic)
    note = models.CharField(_("note"), max_length=200, blank=True)
    week = models.PositiveSmallIntegerField(
        _("week"), default=0, help_text=_("How many weeks after the deadline it comes.")
    )

    objects = RungQuerySet.as_manager()

    class Meta:
        ordering = ["decision_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "position"], name="rung_position_once")
        ]

    def __str__(self) -> str:
        return str(self.get_tactic_display())


class StepVoice(models.Model):
    """What one affected person says to one kind of step in their fight. Written once.

    The last word counts. It is kept by the tactic and not by the rung, so that it outlives a new
    vote on the plan, and is asked of an action that is in no plan as well.
    """

    party = models.ForeignKey(CaseParty, on_delete=models.CASCADE, related_name="step_voices")
    tactic = models.CharField(_("tactic"), max_length=14, choices=Tactic)
    agreed = models.BooleanField()
    recorded_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Who passed it on. Empty where it was said with a private code."),
    )
    by_code = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.party_id} {self.tactic}: {self.agreed}"


class GroupTactic(models.Model):
    """What the group says about a tactic: the rules of its town, and whether it uses it at all."""

    tactic = models.CharField(_("tactic"), max_length=14, choices=Tactic, unique=True)
    note = models.TextField(
        _("what holds where we are"),
        max_length=1000,
        blank=True,
        help_text=_("Rules of the town, what worked, what did not. No names of people."),
    )
    checked_on = models.DateField(
        _("checked on"),
        null=True,
        blank=True,
        help_text=_("The day somebody looked the rule up."),
    )
    is_off = models.BooleanField(_("we do not use this"), default=False)
    changed_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    def __str__(self) -> str:
        return self.tactic


class PlanReview(models.Model):
    """What a meeting decided when it looked at a fight again, and when it looks the next time."""

    class Choice(models.TextChoices):
        GO_ON = "go_on", _("go on as planned")
        RAISE = "raise", _("raise the pressure")
        CHANGE = "change", _("change the plan")
        PAUSE = "pause", _("pause")
        END = "end", _("end the fight")

    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, related_name="review")
    choice = models.CharField(max_length=6, choices=Choice)
    next_on = models.DateField(_("when we look again"))

    def __str__(self) -> str:
        return f"{self.choice} {self.next_on}"
