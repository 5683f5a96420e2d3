"""Messages about actions: one row for each person, action and kind, written before it is sent."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import User
from escalation.models.actions import Action
from escalation.models.phone_tree import OptOut
from escalation.models.sign_ups import MailWish, SignUp


class MailChoice(models.Model):
    """Which e-mails about actions an account wants. Without a row: all of them."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="mail_choice")
    wish = models.CharField(
        _("e-mails about actions"), max_length=9, choices=MailWish, default=MailWish.ALL
    )

    def __str__(self) -> str:
        return str(self.get_wish_display())

    @classmethod
    def of(cls, user: User) -> str:
        """Return what `user` wants, also of one who never said so."""
        return getattr(user, "mail_choice", cls()).wish


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def due(self, now: dt.datetime) -> "OutboxQuerySet":
        return self.filter(status=OutboxMessage.Status.WAITING, due_at__lte=now)

    def at_any_hour(self, until: dt.datetime) -> "OutboxQuerySet":
        """Leave what cannot wait for the morning: it was just asked for, or is about an action
        that begins before `until`."""
        soon = Q(kind__in=OutboxMessage.NEVER_LOST, action__starts_at__lt=until)
        return self.filter(Q(kind=OutboxMessage.Kind.LINK) | soon)

    def held_by(self, run: uuid.UUID) -> "OutboxQuerySet":
        """Leave what one sender holds and has not begun to hand over."""
        return self.filter(run=run, status=OutboxMessage.Status.LEASED, handed_at=None)

    def overdue_leases(self, now: dt.datetime) -> "OutboxQuerySet":
        """Return what a sender took and never came back for."""
        return self.filter(status=OutboxMessage.Status.LEASED, leased_until__lt=now)

    def to_call(self) -> "OutboxQuerySet":
        """Return those of people who were not reached, or of whom nobody knows."""
        return self.filter(status__in=OutboxMessage.Status.not_reached())

    def with_everything(self) -> "OutboxQuerySet":
        """Read what it takes to send them, and `opted_out`: whether they want no asking."""
        same = Q(contact_key=OuterRef("sign_up__contact_key")) | Q(user=OuterRef("user"))
        same |= Q(user=OuterRef("sign_up__user"))
        rows = self.annotate(opted_out=Exists(OptOut.objects.in_force().filter(same)))
        return rows.select_related(
            "action", "sign_up__user__mail_choice", "user__mail_choice", "sign_up__action"
        )


class OutboxMessage(models.Model):
    """One message to one person. Its address is read when it is sent, and never copied here."""

    class Kind(models.TextChoices):
        ANNOUNCEMENT = "announcement", _("new action")
        TWO_DAYS = "two_days", _("reminder two days before")
        DAY = "day", _("reminder the day before")
        MORNING = "morning", _("reminder on the day")
        CHANGE = "change", _("change")
        POSTPONEMENT = "postponement", _("postponed")
        NEW_TIME = "new_time", _("new time")
        CANCELLATION = "cancellation", _("cancelled")
        THANKS = "thanks", _("thank-you")
        LINK = "link", _("private link, asked for")
        PLACE = "place", _("a place in a role")

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        LEASED = "leased", _("being sent")
        SENT = "sent", _("sent")
        DROPPED = "dropped", _("not sent, nobody needs it any more")
        FAILED = "failed", _("could not be sent")
        UNSURE = "unsure", _("we do not know whether it was sent")
        CALLED = "called", _("could not be sent, somebody called them")

        @classmethod
        def not_reached(cls) -> tuple["OutboxMessage.Status", ...]:
            return (cls.FAILED, cls.UNSURE)

    class Why(models.TextChoices):
        """Codes, since what a mail server answers may repeat an address."""

        SAID_NO = "said_no", _("they do not come")
        OVER = "over", _("the action is cancelled, closed or not announced")
        LATE = "late", _("it would have come too late")
        NOT_WANTED = "not_wanted", _("they want no such e-mail")
        NO_ADDRESS = "no_address", _("they have no e-mail address")
        ANSWERED = "answered", _("they have answered already")
        NEWER = "newer", _("a newer message took its place")
        BAD_ADDRESS = "bad_address", _("no mail can go to this address")
        REFUSED = "refused", _("the mail server refused the address")
        GAVE_UP = "gave_up", _("the mail server did not take it, however often we tried")
        CUT_OFF = "cut_off", _("sending was cut off half way")
        BROKEN = "broken", _("a mistake of this program")

    REMINDERS = (Kind.TWO_DAYS, Kind.DAY, Kind.MORNING)
    # Where sending was cut off half way these go out once more: rather twice than never. All
    # others rather never than twice; then somebody calls.
    NEVER_LOST = (Kind.CHANGE, Kind.POSTPONEMENT, Kind.NEW_TIME, Kind.CANCELLATION)

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="messages")
    sign_up = models.ForeignKey(
        SignUp, on_delete=models.CASCADE, null=True, blank=True, related_name="messages"
    )
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="Whoever is told of a new action has not signed up yet.",
    )
    kind = models.CharField(max_length=12, choices=Kind)
    number = models.PositiveIntegerField(
        default=0,
        help_text="Which one of its kind: of a reminder the day it is for, of a change the "
        "action's version, of a link the ten minutes it was asked for in, of a place the number on "
        "its list.",
    )
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    why = models.CharField(max_length=11, choices=Why, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    run = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    handed_at = models.DateTimeField(
        null=True, blank=True, help_text="When handing it to the mail server began."
    )
    done_at = models.DateTimeField(null=True, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["status", "due_at"], name="outbox_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["sign_up", "action", "kind", "number"], name="message_once_per_sign_up"
            ),
            models.UniqueConstraint(
                fields=["user", "action", "kind", "number"], name="message_once_per_account"
            ),
            models.CheckConstraint(
                condition=Q(sign_up__isnull=True, user__isnull=False)
                | Q(sign_up__isnull=False, user__isnull=True),
                name="message_to_one_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_status_display()}"

    @property
    def account(self) -> User | None:
        return self.user or (self.sign_up.user if self.sign_up else None)

    @property
    def address(self) -> str:
        """Return where it goes to, or nothing: an account that was closed gets no mail."""
        if account := self.account:
            return account.email if account.is_active else ""
        return self.sign_up.email if self.sign_up else ""

    @property
    def wish(self) -> str:
        """Return which e-mails its person wants, the stricter of what they said in two places."""
        said = [MailChoice.of(self.account)] if self.account else []
        said += [self.sign_up.mail] if self.sign_up else []
        return max(said, key=MailWish.values.index)
