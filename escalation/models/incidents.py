"""Incidents: what the target, the police or a court did to people around a fight."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.addresses import street_key
from campaigns.models import Case, CaseParty, Evidence, IncidentKind, TeamMembership, User

K = IncidentKind


class IncidentQuerySet(models.QuerySet["Incident"]):
    def open(self) -> "IncidentQuerySet":
        return self.filter(closed_at=None)

    def notices(self) -> "IncidentQuerySet":
        """Return the notices to stay away from a place that still count."""
        return self.open().filter(kind=K.NO_TRESPASS).exclude(place_key="")

    def opened_to(self, user: User) -> "IncidentQuerySet":
        """Leave out legal papers that `user` is not named for. Who may open the case at all is
        asked of the case."""
        return self.filter(~Q(kind=K.LEGAL_PAPER) | TeamMembership.named_for_legal(user))

    def of_team(self, user: User) -> "IncidentQuerySet":
        memberships = TeamMembership.objects.filter(user=user, left_at=None)
        return self.filter(case__in=memberships.values("case"))

    def waiting(self, today: dt.date) -> "IncidentQuerySet":
        """Return those nobody followed up yet, and those whose day to look again has come."""
        new = Q(followed_up_at=None, follow_up_on=None)
        return self.open().filter(new | Q(follow_up_on__lte=today))


class Incident(models.Model):
    """One thing that happened. Only the team reads it: it stands in no mail and on no action page.

    A paper from a court or a lawyer opens for named people of the team only.
    """

    class Severity(models.IntegerChoices):
        LOW = 1, _("low: noted for later")
        SERIOUS = 2, _("serious: somebody looks at it today")
        URGENT = 3, _("urgent: somebody is in danger, or may lose home or job")

    # What a person on the phone cannot be asked to judge.
    SEVERITY_OF: ClassVar[dict[str, int]] = {
        K.THREAT: Severity.URGENT,
        K.FIRING: Severity.URGENT,
        K.EVICTION: Severity.URGENT,
        K.ASSAULT: Severity.URGENT,
        K.RENT: Severity.SERIOUS,
        K.POLICE: Severity.SERIOUS,
        K.NO_TRESPASS: Severity.SERIOUS,
        K.LEGAL_PAPER: Severity.SERIOUS,
        K.COUNTER_PROTEST: Severity.LOW,
        K.OTHER: Severity.SERIOUS,
    }
    # What some laws take for revenge when it comes soon after people stood up for their rights.
    REVENGE = (K.FIRING, K.EVICTION, K.RENT)

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="incidents")
    kind = models.CharField(_("what it is"), max_length=15, choices=IncidentKind)
    severity = models.PositiveSmallIntegerField(_("how bad"), choices=Severity)
    happened_at = models.DateTimeField(_("when it happened"))
    reported_by_party = models.ForeignKey(
        CaseParty, on_delete=models.SET_NULL, null=True, blank=True, related_name="incidents"
    )
    reported_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    what = models.TextField(
        _("what happened"),
        max_length=4000,
        help_text=_("Who did and said what. Write what you could read aloud in court."),
    )
    place = models.CharField(
        _("where"),
        max_length=200,
        blank=True,
        help_text=_(
            "Street and number. For a notice to stay away: the place it names. Every later action "
            "there is marked with it."
        ),
    )
    place_key = models.CharField(max_length=400, blank=True, editable=False)
    hearing_at = models.DateTimeField(_("day in court"), null=True, blank=True)
    due_on = models.DateField(
        _("to be answered by"),
        null=True,
        blank=True,
        help_text=_("The last day that stands in the paper, if there is one."),
    )
    named = models.ManyToManyField(
        User,
        blank=True,
        related_name="incidents_naming_them",
        verbose_name=_("who of us is named in it"),
    )
    evidence = models.ManyToManyField(
        Evidence, blank=True, related_name="incidents", verbose_name=_("files that show it")
    )
    follow_up = models.TextField(
        _("what was done, and what comes next"), max_length=4000, blank=True
    )
    follow_up_on = models.DateField(_("look at it again on"), null=True, blank=True)
    followed_up_at = models.DateTimeField(null=True, blank=True, editable=False)
    followed_up_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)
    form_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_at", "-pk"]
        indexes = [models.Index(fields=["case", "closed_at"], name="incident_of_case")]
        constraints = [
            models.CheckConstraint(
                condition=Q(severity__gte=1, severity__lte=3), name="incident_severity_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=IncidentKind.values), name="incident_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {timezone.localdate(self.happened_at):%Y-%m-%d}"

    @property
    def day(self) -> dt.date:
        """Return the day it happened on, by the calendar of the active zone."""
        return timezone.localdate(self.happened_at)

    @property
    def severity_word(self) -> str:
        """Return how bad it is in one word, without what the word means."""
        return str(self.get_severity_display()).partition(":")[0]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_legal(self) -> bool:
        return self.kind == K.LEGAL_PAPER

    @property
    def is_bad(self) -> bool:
        return self.severity >= self.Severity.SERIOUS

    @property
    def came_in_watch(self) -> bool:
        """Say whether it looks like revenge by its date. It needs `case` read with it."""
        return self.kind in self.REVENGE and self.case.is_watched(self.day)

    def keep_key(self) -> None:
        """Work out how the place is found again. Call it before the place is written."""
        self.place_key = street_key(self.place)


def incident_facts() -> dict[str, Any]:
    """Return what a case knows of its open incidents, as annotations."""
    rows = Incident.objects.open().filter(case=OuterRef("pk")).order_by()
    count = rows.values("case").annotate(n=Count("pk")).values("n")
    worst = rows.order_by("-severity").values("severity")[:1]
    return {
        "open_incidents": Coalesce(Subquery(count), 0),
        "worst_severity": Coalesce(Subquery(worst), 0),
    }
