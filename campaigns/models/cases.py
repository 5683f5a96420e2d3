"""Cases and their teams.

`Case` is the header every organizer may see. Its sheet, people and papers are the file only its
team may open. The state is moved by escalation alone; nothing here changes it.
"""

import datetime as dt
import uuid

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField

from campaigns.models.duties import Duty
from campaigns.models.people import User, at_hand


class CaseState(models.TextChoices):
    NEW = "new", _("New")
    CONTACTING = "contacting", _("Making contact")
    MEETING = "meeting", _("Meeting")
    PROPOSED = "proposed", _("Proposed")
    QUEUED = "queued", _("Waiting its turn")
    PREPARING = "preparing", _("Preparing")
    DELIVERY_SET = "delivery_set", _("Delivery set")
    CLOCK_RUNNING = "clock_running", _("Clock running")
    ESCALATING = "escalating", _("Escalating")
    AGREED = "agreed", _("Agreed")
    ON_HOLD = "on_hold", _("On hold")
    WON = "won", _("Won")
    SETTLED = "settled", _("Settled")
    LOST = "lost", _("Lost")
    DROPPED = "dropped", _("Dropped")
    REFERRED = "referred", _("Referred")
    DECLINED = "declined", _("Not taken on")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MERGED = "merged", _("Merged")


_S = CaseState
# Named once; everything else asks these sets.
CaseState.BEFORE_VOTE = (_S.NEW, _S.CONTACTING, _S.MEETING, _S.PROPOSED, _S.QUEUED)
CaseState.ACCEPTED = (
    _S.PREPARING,
    _S.DELIVERY_SET,
    _S.CLOCK_RUNNING,
    _S.ESCALATING,
    _S.AGREED,
)
CaseState.OPEN = (*CaseState.BEFORE_VOTE, *CaseState.ACCEPTED, _S.ON_HOLD)
CaseState.FIGHTING = (_S.CLOCK_RUNNING, _S.ESCALATING)
# From the first meeting on, two people carry a case.
CaseState.NEEDS_TWO = (_S.MEETING, _S.PROPOSED, _S.QUEUED, *CaseState.ACCEPTED)
CaseState.CLOSED_TAKEN = (_S.WON, _S.SETTLED, _S.LOST, _S.DROPPED)
CaseState.CLOSED_NOT_TAKEN = (_S.REFERRED, _S.DECLINED, _S.WITHDRAWN, _S.MERGED)
CaseState.CLOSED = (*CaseState.CLOSED_TAKEN, *CaseState.CLOSED_NOT_TAKEN)

# After people stand up for their rights we watch this long whether the target hits back. Some laws
# presume that what comes within it is revenge (Washington RCW 59.18.250: 90 days).
WATCH_DAYS = 90


class CaseQuerySet(models.QuerySet["Case"]):
    def of_team(self, user: User) -> "CaseQuerySet":
        """Return the cases `user` is on the team of; one that was forgotten opens for nobody."""
        on_team = TeamMembership.objects.filter(case=OuterRef("pk"), user=user, left_at=None)
        return self.filter(Exists(on_team), forgotten_at=None)

    def opened_to(self, user: User, *, today: dt.date | None = None) -> "CaseQuerySet":
        """Return the cases whose file `user` may open: their team's, and on duty the untaken."""
        return self.filter(_may_open(user, today))

    def to_take_up(self, user: User, *, today: dt.date | None = None) -> "CaseQuerySet":
        """Return the cases `user` may take up again: their own, and on duty those nobody has."""
        return self.filter(_may_open(user, today) | _left_behind(user, today))

    def left_behind_for(self, user: User, *, today: dt.date | None = None) -> "CaseQuerySet":
        """Return the closed cases whose team has gone, for whoever is on intake duty."""
        return self.filter(_left_behind(user, today))

    def listed_for(self, user: User, *, today: dt.date | None = None) -> "CaseQuerySet":
        """Return the cases whose header `user` may see.

        An organizer sees every case somebody has taken; an intake nobody has taken only while on
        intake duty; a member only the cases of their own team.
        """
        if not user.is_organizer:
            return self.of_team(user)
        return self.filter(~UNTAKEN | _may_open(user, today))

    def target_known_to(self, user: User) -> "CaseQuerySet":
        """Return the cases of which `user` may know against whom they are.

        Of a case that is not their own an organizer learns it when the group has taken it on.
        """
        opened = _may_open(user, None)
        if not user.is_organizer:
            return self.filter(opened)
        return self.filter(Q(state__in=CaseState.CLOSED_TAKEN) | _ACCEPTED | opened)

    def open_to_join(self, today: dt.date) -> "CaseQuerySet":
        """Return the taken cases any organizer may join: nobody can open them, or somebody of the
        team who takes a break said so. Any other team adds people itself."""
        team = TeamMembership.objects.current().filter(case=OuterRef("pk"))
        offered = team.filter(offers_place=True).exclude(at_hand(today, "user"))
        return self.filter(~UNTAKEN & (~Exists(team) | Exists(offered)))

    def with_carriers(self, today: dt.date) -> "CaseQuerySet":
        """Annotate how many of the team take no break and have not left (`carriers`)."""
        team = TeamMembership.objects.carrying(today).filter(case=OuterRef("pk"))
        count = team.order_by().values("case").annotate(n=Count("pk")).values("n")
        none = Coalesce(Subquery(count, output_field=models.IntegerField()), 0)
        return self.annotate(carriers=none)

    def carried_by_too_few(self, today: dt.date) -> "CaseQuerySet":
        """Return the cases two people should carry and fewer do."""
        return self.with_carriers(today).filter(state__in=CaseState.NEEDS_TWO, carriers__lt=2)

    def untaken(self) -> "CaseQuerySet":
        return self.filter(UNTAKEN, forgotten_at=None)

    def open(self) -> "CaseQuerySet":
        return self.filter(state__in=CaseState.OPEN)

    def overdue(self, now: dt.datetime) -> "CaseQuerySet":
        """Return those whose clock ran out: over from the midnight after the day, by the calendar
        of the active zone."""
        midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        return self.filter(state=CaseState.CLOCK_RUNNING, deadline_at__lt=midnight)

    def accepted(self) -> "CaseQuerySet":
        """Return the fights the group took on and that have not ended; a pause changes nothing."""
        return self.filter(_ACCEPTED)

    def in_queue(self) -> "CaseQuerySet":
        """Return the cases that wait their turn, in order; a pause keeps the place."""
        paused = Q(state=CaseState.ON_HOLD, held_state=CaseState.QUEUED)
        waiting = self.filter(Q(state=CaseState.QUEUED) | paused)
        return waiting.order_by(F("queue_position").asc(nulls_last=True), "state_since", "pk")


_ACCEPTED = Q(state__in=CaseState.ACCEPTED) | Q(held_state__in=CaseState.ACCEPTED)
# An intake that is paused before anybody took it still belongs to whoever is on duty.
UNTAKEN = Q(state=CaseState.NEW) | Q(state=CaseState.ON_HOLD, held_state=CaseState.NEW)


def _may_open(user: User, today: dt.date | None) -> Q:
    on_team = TeamMembership.objects.filter(case=OuterRef("pk"), user=user, left_at=None)
    kept = Q(forgotten_at=None)
    if not user.is_organizer:
        return kept & Q(Exists(on_team))
    duty = Duty.objects.held_on(today or timezone.localdate())
    on_duty = duty.filter(user=user, kind=Duty.Kind.INTAKE)
    return kept & (Q(Exists(on_team)) | (UNTAKEN & Q(Exists(on_duty))))


def _left_behind(user: User, today: dt.date | None) -> Q:
    if not user.is_organizer:
        return Q(pk=None)
    duty = Duty.objects.held_on(today or timezone.localdate())
    on_duty = duty.filter(user=user, kind=Duty.Kind.INTAKE)
    team = TeamMembership.objects.current().filter(case=OuterRef("pk"))
    closed = Q(state__in=CaseState.CLOSED, forgotten_at=None)
    return closed & Q(~Exists(team)) & Q(Exists(on_duty))


class Case(ConcurrentTransitionMixin, models.Model):
    """One fight with one boss or landlord, from the first word to the outcome.

    `ConcurrentTransitionMixin` makes a stale `save()` raise instead of putting an old state back.
    """

    class Kind(models.TextChoices):
        WAGES = "wages", _("Wages")
        DEPOSIT = "deposit", _("Deposit")
        OTHER = "other", _("Something else")

    class Publicity(models.TextChoices):
        UNDECIDED = "", _("not decided")
        YES = "yes", _("yes, the people affected and the group decided it")
        NO = "no", _("no")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(max_length=12, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(
        _("short title"),
        max_length=120,
        blank=True,
        help_text=_("For example: Four cooks v. Golden Fork. Only names that may be public."),
    )
    summary = models.CharField(
        _("one line for all organizers"),
        max_length=200,
        blank=True,
        help_text=_("What it is about, without names."),
    )
    state = FSMField(
        _("state"),
        max_length=20,
        choices=CaseState.choices,
        default=CaseState.NEW,
        protected=True,
        editable=False,
    )
    held_state = models.CharField(max_length=20, blank=True, editable=False)
    hold_reason = models.CharField(max_length=30, blank=True, editable=False)
    hold_review_on = models.DateField(null=True, blank=True, editable=False)
    state_since = models.DateTimeField(default=timezone.now, editable=False)
    queue_position = models.PositiveIntegerField(null=True, blank=True, editable=False)
    queue_check_on = models.DateField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("Day to ask again whether they still want it."),
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="merged_from",
    )
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    close_reason = models.CharField(max_length=30, blank=True, editable=False)
    responsible = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="cases_led"
    )
    team = models.ManyToManyField(
        User,
        through="TeamMembership",
        through_fields=("case", "user"),
        related_name="cases",
    )
    target = models.ForeignKey(
        "Target", on_delete=models.SET_NULL, null=True, blank=True, related_name="cases"
    )
    demanded = models.DecimalField(
        _("demanded"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        editable=False,
    )
    deadline_at = models.DateTimeField(null=True, blank=True, editable=False)
    deadline_extended = models.BooleanField(default=False, editable=False)
    urgent = models.BooleanField(_("urgent"), default=False)
    looks_like_spam = models.BooleanField(
        default=False,
        editable=False,
        help_text=_("A machine may have sent it. A person looks and decides."),
    )
    facts_changed_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("When something a letter prints changed."),
    )
    publicity = models.CharField(
        _("may it be made public"),
        max_length=3,
        choices=Publicity,
        blank=True,
        default=Publicity.UNDECIDED,
        editable=False,
    )
    protected_activity_on = models.DateField(
        _("day they stood up for their rights"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("From here we watch for 90 days whether the target hits back."),
    )
    legal_hold_since = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("Nothing of the case is deleted while this is set."),
    )
    forgotten_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("When names, story and files were deleted, and only numbers were kept."),
    )
    intake_key = models.CharField(max_length=64, unique=True, editable=False)
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "-opened_at"], name="case_state_opened"),
            models.Index(fields=["deadline_at"], name="case_deadline"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CaseState.values), name="case_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(demanded=None) | Q(demanded__gte=0),
                name="case_demand_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(queue_position=None, queue_check_on=None)
                | Q(state__in=[CaseState.QUEUED, CaseState.ON_HOLD]),
                name="place_only_while_it_waits",
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.get_kind_display()} {self.reference}"

    def get_absolute_url(self) -> str:
        """Return the address of the case file, from which every page about the case hangs."""
        return reverse("case", args=[self.reference])

    @property
    def is_open(self) -> bool:
        return self.state in CaseState.OPEN

    @property
    def watch_until(self) -> dt.date | None:
        """Return the last day on which we watch whether the target hits back."""
        if self.protected_activity_on is None:
            return None
        return self.protected_activity_on + dt.timedelta(days=WATCH_DAYS)

    def is_watched(self, day: dt.date) -> bool:
        """Say whether `day` lies in the watch: from the day they stood up, 90 days long."""
        started = self.protected_activity_on
        return started is not None and started <= day <= started + dt.timedelta(days=WATCH_DAYS)

    @property
    def is_untaken(self) -> bool:
        """Say whether it is an intake nobody has taken, paused or not. See `UNTAKEN`."""
        return CaseState.NEW in (self.state, self.held_state)

    @property
    def is_accepted(self) -> bool:
        return self.state in CaseState.ACCEPTED or self.held_state in CaseState.ACCEPTED


class TeamMembershipQuerySet(models.QuerySet["TeamMembership"]):
    def current(self) -> "TeamMembershipQuerySet":
        """Return those of people who are on the team now and can still log in."""
        return self.filter(left_at=None, user__is_active=True)

    def carrying(self, today: dt.date) -> "TeamMembershipQuerySet":
        """Return those of people who carry the case now: a break leaves them on the team."""
        return self.filter(at_hand(today, "user"), left_at=None)

    def named_for_legal(self) -> "TeamMembershipQuerySet":
        """Return those of people of the team who may open its legal papers."""
        return self.current().filter(sees_legal=True)


class TeamMembership(models.Model):
    """Who carries a case, since when. Leaving keeps the row, so the history stays true."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="team_memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="team_memberships")
    since = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)
    sees_legal = models.BooleanField(
        _("may open legal papers"),
        default=False,
        help_text=_("Papers of a court or a lawyer are opened by named people of the team only."),
    )
    offers_place = models.BooleanField(
        default=False,
        help_text=_("They take a break, and let any organizer join the team meanwhile."),
    )

    objects = TeamMembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "user"],
                condition=Q(left_at=None),
                name="once_on_a_team",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.case_id})"

    @staticmethod
    def named_for_legal(user: User) -> Exists:
        """Return the condition that `user` may open the legal papers of a row's case."""
        named = TeamMembership.objects.named_for_legal()
        return Exists(named.filter(case=OuterRef("case"), user=user))


class CaseLink(models.Model):
    """Two cases that belong together: the later one grew out of the earlier one."""

    class Kind(models.TextChoices):
        GRIEVANCE = "grievance", _("a new wrong by the same target")
        FOLLOWS = "follows", _("follows from it")

    earlier = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="later_links")
    later = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="earlier_links")
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.GRIEVANCE)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["earlier", "later"], name="cases_linked_once"),
            models.CheckConstraint(
                condition=~Q(earlier=models.F("later")), name="case_not_linked_to_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.earlier_id} → {self.later_id}"


class ReferenceCounter(models.Model):
    """The next number of a kind of case. One row per letter, raised under a lock."""

    letter = models.CharField(max_length=1, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.letter}-{self.last:04}"
