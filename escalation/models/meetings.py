"""Meetings, what is on their agenda, and the tasks that come of them."""

import datetime as dt

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Case, TeamMembership, User
from escalation.models.decisions import Decision


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def ahead(self, now: dt.datetime) -> "MeetingQuerySet":
        """Return those to come, and those that have begun and are not closed, soonest first."""
        since = now - Meeting.CALLED_PAST_AFTER
        return self.filter(closed_at=None, at__gte=since).order_by("at", "pk")

    def past(self, now: dt.datetime) -> "MeetingQuerySet":
        since = now - Meeting.CALLED_PAST_AFTER
        return self.filter(Q(at__lt=since) | Q(closed_at__isnull=False))

    def on(self, day: dt.date, zone: dt.tzinfo) -> "MeetingQuerySet":
        """Return the meetings of a calendar day of the network."""
        start = dt.datetime.combine(day, dt.time.min, tzinfo=zone)
        end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, tzinfo=zone)
        return self.filter(at__gte=start, at__lt=end).order_by("at", "pk")


class Meeting(models.Model):
    """A meeting of the group. How many came is kept, never who."""

    CALLED_PAST_AFTER = dt.timedelta(hours=12)

    at = models.DateTimeField(_("when"))
    place = models.CharField(_("where"), max_length=200)
    facilitator = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who leads it"),
    )
    note_taker = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who takes notes"),
    )
    languages = models.CharField(_("languages and interpreters"), max_length=200, blank=True)
    present = models.PositiveSmallIntegerField(_("how many came"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{timezone.localdate(self.at):%Y-%m-%d} {self.place}"


class AgendaItem(models.Model):
    """One thing to decide or to talk about. A case stands in it by its number only."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, null=True, blank=True, related_name="agenda_items"
    )
    kind = models.CharField(
        _("what kind of vote"),
        max_length=12,
        choices=Decision.Kind,
        default=Decision.Kind.GENERAL,
    )
    motion = models.CharField(
        _("what is to be decided"),
        max_length=1000,
        help_text=_("Everybody reads it in the minutes. No names: the number of a case is enough."),
    )
    position = models.PositiveSmallIntegerField()
    decision = models.OneToOneField(
        Decision, on_delete=models.SET_NULL, null=True, blank=True, related_name="agenda_item"
    )
    added_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "position"], name="agenda_position_once"),
            models.UniqueConstraint(
                fields=["meeting", "case", "kind"], name="same_vote_once_on_an_agenda"
            ),
        ]

    def __str__(self) -> str:
        return self.motion[:60]


class TaskQuerySet(models.QuerySet["Task"]):
    def open(self) -> "TaskQuerySet":
        return self.filter(done_at=None)

    def visible_to(self, user: User) -> "TaskQuerySet":
        """Return the tasks of one's own cases, and one's own; those of no case for organizers.

        A member who left a team keeps no task of its case.
        """
        if user.is_organizer:
            return self.filter(Q(owner=user) | Q(case=None) | _on_team_of_case(user))
        return self.filter(Q(owner=user, case=None) | _on_team_of_case(user))

    def waiting_for(self, user: User) -> "TaskQuerySet":
        """Return the open tasks `user` does, and those of their team that nobody does.

        Nobody does a task whose owner cannot log in, or is a member who left the team.
        """
        owner_left = (
            Q(owner__isnull=False, case__isnull=False)
            & ~Q(owner__role=User.Role.ORGANIZER)
            & ~Exists(_memberships().filter(user=OuterRef("owner")))
        )
        nobody = Q(owner=None) | Q(owner__is_active=False) | owner_left
        of_nobody = nobody & (_on_team_of_case(user) | Q(case=None))
        return self.open().visible_to(user).filter(Q(owner=user) | of_nobody)


def _memberships() -> models.QuerySet[TeamMembership]:
    return TeamMembership.objects.filter(case=OuterRef("case"), left_at=None)


def _on_team_of_case(user: User) -> Exists:
    return Exists(_memberships().filter(user=user))


class Task(models.Model):
    """Something one person does by a day."""

    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, null=True, blank=True, related_name="tasks"
    )
    meeting = models.ForeignKey(
        Meeting, on_delete=models.SET_NULL, null=True, blank=True, related_name="tasks"
    )
    what = models.CharField(_("what is to be done"), max_length=300)
    owner = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("who does it"),
    )
    due_on = models.DateField(_("by when"), null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True, editable=False)
    done_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.what[:60]
