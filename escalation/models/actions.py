"""Actions, where each stands, and the roles it needs."""

import datetime as dt
import uuid
from typing import Any

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from campaigns.models import Case, TeamMembership, User
from escalation.models.debriefs import Debrief
from escalation.models.plans import Tactic

# Drafts, and those called off as drafts: why a cancelled one is off stands there for everybody to
# read, and only where somebody had been told of it.
NEVER_TOLD = Q(state="draft") | Q(state="cancelled", cancel_reason="")


class ActionQuerySet(models.QuerySet["Action"]):
    def visible_to(self, user: User) -> "ActionQuerySet":
        """Return actions announced to members, and those of one's own cases or lead."""
        return self.filter(~NEVER_TOLD | _led_by(user) | _of_own_case(user))

    def run_by(self, user: User) -> "ActionQuerySet":
        """Return actions whose roster `user` may open: those they lead, and of their own cases."""
        return self.filter(_led_by(user) | _of_own_case(user))

    def drafts(self) -> "ActionQuerySet":
        return self.filter(state=Action.State.DRAFT)

    def announced(self) -> "ActionQuerySet":
        """Return those people may have been told about, also when cancelled or over."""
        return self.exclude(NEVER_TOLD)

    def to_sign_up(self) -> "ActionQuerySet":
        """Read no more of each than a sign-up asks for: in a burst the rest is what costs most."""
        return self.announced().only("public_id", "state", "audience", "starts_at", "ends_at")

    def ahead(self, now: dt.datetime) -> "ActionQuerySet":
        return self.filter(ends_at__gte=now, state__in=Action.State.on())

    def awaiting_a_time(self) -> "ActionQuerySet":
        return self.filter(state=Action.State.POSTPONED)

    def led_ahead(self, now: dt.datetime) -> "ActionQuerySet":
        """Return those that somebody still has to lead: planned, announced or postponed."""
        planned = Q(state__in=[Action.State.DRAFT, *Action.State.on()], ends_at__gte=now)
        return self.filter(planned | Q(state=Action.State.POSTPONED))

    def with_turnout(self) -> "ActionQuerySet":
        """Annotate how many said yes (`yes`), maybe (`maybe`), and came (`came`).

        Those who came are the heads that were counted, or the ticks on the roster (`ticked`) where
        these are more. Every page and every chart means that by "came".
        Whoever is brought along counts with them: they stand there and hold a sign as well. A
        walk-in came without having said yes. `by_phone` counts who may come and left no e-mail.
        """
        heads = F("sign_ups__guests") + 1
        said_yes = Q(sign_ups__answer="yes", sign_ups__is_walk_in=False)
        by_phone = Q(sign_ups__user=None, sign_ups__email="", sign_ups__is_walk_in=False)
        ticked = Count("sign_ups", filter=Q(sign_ups__came=True))
        return self.annotate(
            ticked=ticked,
            came=Greatest(ticked, Coalesce(F("headcount"), 0), output_field=models.IntegerField()),
            yes=Sum(heads, filter=said_yes, default=0),
            maybe=Sum(heads, filter=Q(sign_ups__answer="maybe"), default=0),
            by_phone=Count("sign_ups", filter=by_phone & ~Q(sign_ups__answer="no")),
        )

    def marked_undecided(self, now: dt.datetime) -> "ActionQuerySet":
        """Annotate whether it should be decided now that it goes ahead (`to_decide`)."""
        until = now + Action.DECIDED_BEFORE
        announced = Q(state=Action.State.ANNOUNCED)
        return self.annotate(to_decide=announced & Q(starts_at__gt=now, starts_at__lte=until))

    def marked_for(self, user: User) -> "ActionQuerySet":
        """Annotate whether `user` runs the action (`is_mine`) and what they said (`my_answer`)."""
        sign_ups = self.model._meta.get_field("sign_ups").related_model
        said = sign_ups.objects.filter(action=OuterRef("pk"), user=user)
        return self.annotate(
            is_mine=_led_by(user) | _of_own_case(user),
            my_answer=Subquery(said.values("answer")[:1]),
        )


def _led_by(user: User) -> Exists:
    return Exists(Action.leads.through.objects.filter(action_id=OuterRef("pk"), user_id=user.pk))


def _of_own_case(user: User) -> Exists:
    return Exists(
        Action.cases.through.objects.filter(
            action_id=OuterRef("pk"),
            case_id__in=TeamMembership.objects.filter(user=user, left_at=None).values("case_id"),
        )
    )


class Action(Debrief):
    """One collective step in public, for one case or for several."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ANNOUNCED = "announced", _("announced")
        GO = "go", _("going ahead")
        POSTPONED = "postponed", _("postponed")
        CANCELLED = "cancelled", _("cancelled")
        HELD = "held", _("held")
        DEBRIEFED = "debriefed", _("written down")

        @classmethod
        def on(cls) -> tuple["Action.State", ...]:
            """Return those in which people are awaited at the time it says."""
            return (cls.ANNOUNCED, cls.GO)

        @classmethod
        def over(cls) -> tuple["Action.State", ...]:
            """Return those of an action that took place."""
            return (cls.HELD, cls.DEBRIEFED)

    class Audience(models.TextChoices):
        PUBLIC = "public", _("Anybody with the link")
        MEMBERS = "members", _("Members only")

    class Children(models.TextChoices):
        YES = "yes", _("Welcome")
        CARE = "care", _("Welcome with care: ask the lead first")
        NO = "no", _("Better without children")

    class Risk(models.TextChoices):
        LOW = "low", _("Low: on public ground, we go when told")
        SOME = "some", _("Some: security or police may come")
        HIGH = "high", _("Higher: talk to the lead before you sign up")

    DECIDED_BEFORE = dt.timedelta(hours=48)
    POINT_SHOWN_BEFORE = dt.timedelta(hours=24)
    ROSTER_OPENS_BEFORE = dt.timedelta(hours=12)
    ROSTER_CLOSES_AFTER = dt.timedelta(hours=48)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cases = models.ManyToManyField(Case, related_name="actions", verbose_name=_("for which cases"))
    leads = models.ManyToManyField(User, related_name="actions_led", verbose_name=_("leads"))
    tactic = models.CharField(_("kind of action"), max_length=14, choices=Tactic)
    title = models.CharField(
        _("title"),
        max_length=120,
        help_text=_("Anybody with the link reads it. No private facts."),
    )
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    area = models.CharField(
        _("area"),
        max_length=120,
        help_text=_("Part of town. Everybody who has the link sees it."),
    )
    meeting_point = models.CharField(
        _("exact meeting point"),
        max_length=200,
        help_text=_("Only people who said yes see it, from 24 hours before."),
    )
    what = models.TextField(
        _("what we will do"), max_length=2000, help_text=_("Members and organizers read it.")
    )
    risk = models.CharField(_("how risky"), max_length=4, choices=Risk, default=Risk.LOW)
    access = models.CharField(
        _("access"),
        max_length=200,
        blank=True,
        help_text=_("Steps, toilets, places to sit, how far we walk."),
    )
    children = models.CharField(_("children"), max_length=4, choices=Children, blank=True)
    languages = models.CharField(_("languages spoken there"), max_length=120, blank=True)
    good_to_know = models.TextField(
        _("good to know"),
        max_length=1000,
        blank=True,
        help_text=_("What to bring or wear, how to get there."),
    )
    minimum = models.PositiveSmallIntegerField(
        _("how many it takes at least"),
        default=1,
        help_text=_("With fewer it is not held."),
    )
    needed = models.PositiveSmallIntegerField(_("how many we need"))
    audience = models.CharField(
        _("who may sign up"), max_length=7, choices=Audience, default=Audience.PUBLIC
    )
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT, editable=False)
    cancel_reason = models.CharField(_("why"), max_length=300, blank=True, editable=False)
    why_postponed = models.CharField(_("why"), max_length=300, blank=True, editable=False)
    decided_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text="Who said that it goes ahead, or postponed it.",
    )
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    notices_read = models.ManyToManyField(
        "Incident",
        blank=True,
        editable=False,
        related_name="+",
        help_text=_("Notices to stay away that those who run it have read, and will keep to."),
    )
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    form_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["state", "starts_at"], name="action_ahead")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="action_ends_later"
            ),
            models.CheckConstraint(condition=Q(needed__gte=1), name="action_needs_somebody"),
            models.CheckConstraint(
                condition=Q(minimum__gte=1, minimum__lte=F("needed")),
                name="action_minimum_is_least",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def refusal(self, now: dt.datetime) -> str:
        """Return why nobody can sign up now, as a sentence, or an empty string."""
        if self.state == self.State.CANCELLED:
            return str(_("This action is cancelled."))
        if self.is_over(now):
            return str(_("This action is over."))
        if self.state == self.State.DRAFT:
            return str(_("This action is not announced yet."))
        if self.state == self.State.POSTPONED:
            return str(_("This action is postponed. The new time is not set yet."))
        return ""

    def answer_refusal(self, now: dt.datetime) -> str:
        """Return why somebody on the list cannot change what they said, or an empty string.

        While it is postponed they can: it takes nobody else's place, and they may be out of it.
        """
        return "" if self.state == self.State.POSTPONED else self.refusal(now)

    def is_to_be_decided(self, now: dt.datetime) -> bool:
        """Say whether those who run it should now say that it goes ahead, or that it does not."""
        opens = self.starts_at - self.DECIDED_BEFORE
        return self.state == self.State.ANNOUNCED and opens <= now < self.starts_at

    def roster_refusal(self, now: dt.datetime) -> str:
        """Return why nobody can be ticked on the roster now, as a sentence, or an empty string."""
        if self.state in (self.State.DRAFT, self.State.POSTPONED, self.State.CANCELLED):
            return self.refusal(now)
        if now < self.starts_at - self.ROSTER_OPENS_BEFORE:
            return str(_("You can tick names from 12 hours before the start."))
        if now > self.ends_at + self.ROSTER_CLOSES_AFTER:
            return str(_("The roster closed 48 hours after the end. Nothing can be changed now."))
        return ""

    def sign_up_of(self, user: User) -> Any:
        return self.sign_ups.filter(user=user).select_related("role", "waits_for").first()

    def shows_point(self, now: dt.datetime) -> bool:
        is_ahead = now >= self.starts_at - self.POINT_SHOWN_BEFORE
        return is_ahead and self.state != self.State.POSTPONED

    def is_over(self, now: dt.datetime) -> bool:
        if self.state == self.State.POSTPONED:
            return False
        return self.state in self.State.over() or now > self.ends_at

    @property
    def is_on(self) -> bool:
        """Say whether people are awaited, or were, and nobody has noted yet that it is over."""
        return self.state in self.State.on()

    @property
    def is_counted(self) -> bool:
        """Say whether anybody was ticked or counted; else it is not known how many came.

        Only of an action read with_turnout().
        """
        return self.ticked > 0 or self.headcount is not None

    @property
    def day(self) -> dt.date:
        """Return the day it starts on, by the calendar of the active zone."""
        return timezone.localdate(self.starts_at)

    @property
    def month(self) -> dt.date:
        return self.day.replace(day=1)

    @property
    def ends_on_its_day(self) -> bool:
        return timezone.localdate(self.ends_at) == self.day

    @property
    def how_long(self) -> str:
        """Return "2 hours", "1 hour 30 minutes"; minutes as the clock counts them."""
        hours, minutes = divmod(int((self.ends_at - self.starts_at).total_seconds()) // 60, 60)
        words = []
        if hours:
            words.append(ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours})
        if minutes:
            words.append(ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes})
        return " ".join(words)


class ActionRole(models.Model):
    """A job at the action. `taken` is the only authority on free places."""

    class Kind(models.TextChoices):
        LEAD = "lead", _("Lead")
        AFFECTED = "affected", _("Affected person")
        SECOND = "second", _("Second at the delivery")
        POLICE = "police", _("Speaks to police")
        CALM = "calm", _("Keeps things calm")
        CHANTS = "chants", _("Leads chants")
        LEAFLETS = "leaflets", _("Hands out leaflets")
        DOCUMENTS = "documents", _("Takes notes and pictures")
        OBSERVER = "observer", _("Legal observer")
        SPEAKER = "speaker", _("Speaks to the press")
        GREETER = "greeter", _("Greets people, keeps the roster")
        INTERPRETER = "interpreter", _("Interpreter")
        DRIVER = "driver", _("Driver")
        SIGNS = "signs", _("Brings the signs")
        CHILDCARE = "childcare", _("Childcare")
        FIRST_AID = "first_aid", _("First aid")

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="roles")
    kind = models.CharField(_("role"), max_length=11, choices=Kind)
    capacity = models.PositiveSmallIntegerField(_("how many"))
    taken = models.PositiveSmallIntegerField(default=0, editable=False)
    last_number = models.PositiveIntegerField(
        default=0, editable=False, help_text="The last number given to somebody on its list."
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["action", "kind"], name="role_once_per_action"),
            models.CheckConstraint(
                condition=Q(taken__lte=F("capacity")), name="role_never_overfull"
            ),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="role_has_a_place"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def free(self) -> int:
        return self.capacity - self.taken
