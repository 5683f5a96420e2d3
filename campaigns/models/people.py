"""Accounts, people and invitations.

A `User` is an account of a member or an organizer. A `Person` is anybody the network knows by
name: somebody owed money, somebody who turns out. The two meet only where a person says so.
"""

import datetime as dt
import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def token_hash(token: str) -> str:
    """Return what is stored of a secret link or code: the secret itself never is."""
    return hashlib.sha256(f"{settings.SECRET_KEY}:{token}".encode()).hexdigest()


def at_hand(today: dt.date, user: str = "") -> Q:
    """Return the condition that an account is open and takes no break. `user` leads to it."""
    path = f"{user}__" if user else ""
    is_back = Q(**{f"{path}rests_since": None}) | Q(**{f"{path}rests_until__lt": today})
    return is_back & Q(**{f"{path}is_active": True})


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def at_hand(self, today: dt.date) -> "UserQuerySet":
        """Return whom new work may be proposed for: the accounts of people who take no break."""
        return self.filter(at_hand(today))

    def at_hand_or(self, named: Any, today: dt.date) -> "UserQuerySet":
        """Return those at hand, and who is `named` already: a form leaves them where they are."""
        return self.active().filter(at_hand(today) | Q(pk__in=named.values("pk")))

    def away(self, today: dt.date) -> "UserQuerySet":
        """Return who takes a break, and who has left."""
        return self.exclude(at_hand(today))

    def organizers(self) -> "UserQuerySet":
        return self.active().filter(role=User.Role.ORGANIZER)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, email: str, *, name: str, role: str, password: str | None) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), name=name, role=role)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """An account. There is no staff flag and no superuser: what one may do follows from duties."""

    class Role(models.TextChoices):
        MEMBER = "member", _("member")
        ORGANIZER = "organizer", _("organizer")

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name others call you"), max_length=80)
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    person = models.OneToOneField(
        "Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="user"
    )
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, blank=True, default=""
    )
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    rests_since = models.DateField(null=True, blank=True, editable=False)
    rests_until = models.DateField(
        _("until"),
        null=True,
        blank=True,
        help_text=_("The last day of your break. You can leave it open."),
    )

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rests_until=None) | Q(rests_until__gte=models.F("rests_since")),
                name="break_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_organizer(self) -> bool:
        return self.role == self.Role.ORGANIZER

    def is_resting(self, today: dt.date) -> bool:
        """Say whether the person takes a break on this day of the network's calendar."""
        ended = self.rests_until is not None and self.rests_until < today
        return self.rests_since is not None and not ended


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def usable(self, now: dt.datetime) -> "InvitationQuerySet":
        """Return those not used, not expired, and seconded where a second person is needed."""
        return self.open(now).exclude(needs_second=True, seconded_by=None)

    def open(self, now: dt.datetime) -> "InvitationQuerySet":
        return self.filter(used_at=None, expires_at__gt=now)

    def waiting_for(self, user: User, *, now: dt.datetime) -> "InvitationQuerySet":
        """Return those that `user` may second: another organizer's, seconded by nobody yet."""
        return self.open(now).filter(needs_second=True, seconded_by=None).exclude(invited_by=user)


class Invitation(models.Model):
    """A one-time link to make an account.

    A member is invited by one organizer. An organizer is invited by one and seconded by another,
    as soon as the network has two, so that nobody alone can hand out that trust.
    """

    LIFETIME = dt.timedelta(hours=72)

    name = models.CharField(_("name"), max_length=80)
    role = models.CharField(_("invited as"), max_length=10, choices=User.Role)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    needs_second = models.BooleanField(default=False, editable=False)
    seconded_by = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seconded_by=None) | ~Q(seconded_by=models.F("invited_by")),
                name="invitation_seconded_by_another",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_seconded(self) -> bool:
        return not self.needs_second or self.seconded_by_id is not None

    @staticmethod
    def new_token() -> str:
        return secrets.token_urlsafe(24)


class Person(models.Model):
    """Somebody the network knows. Every field but the name may stay empty.

    Never add status, identity number, birth date, bank or health: what is not kept cannot be
    handed over.
    """

    name = models.CharField(
        _("name to call them"),
        max_length=120,
        blank=True,
        help_text=_("Any name they choose."),
    )
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    messenger = models.CharField(
        _("other way to reach them"),
        max_length=120,
        blank=True,
        help_text=_("WhatsApp, Signal."),
    )
    phone_key = models.CharField(max_length=20, blank=True, editable=False, db_index=True)
    email_key = models.CharField(max_length=254, blank=True, editable=False, db_index=True)
    language_spoken = models.CharField(_("language they speak"), max_length=60, blank=True)
    language_read = models.CharField(
        _("language they read"), max_length=10, choices=settings.LANGUAGES, default="en"
    )
    needs_interpreter = models.BooleanField(_("needs an interpreter"), default=False)
    may_leave_voicemail = models.BooleanField(_("we may leave a voice message"), default=False)
    may_text = models.BooleanField(_("we may send a text"), default=False)
    may_say_who = models.BooleanField(_("we may say who we are"), default=False)
    good_times = models.CharField(_("good times to call"), max_length=200, blank=True)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="aliases",
        help_text=_("The record of the same person that is kept. Everything hangs on that one."),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    def __str__(self) -> str:
        return self.name or str(_("No name given"))

    @property
    def has_contact(self) -> bool:
        return bool(self.phone or self.email or self.messenger)

    @property
    def contact_rules(self) -> list[str]:
        """Return what to mind before reaching them, as sentences. Show it above every number."""
        rules = []
        if not self.may_say_who:
            rules.append(_("Do not say who we are to anybody else."))
        if not self.may_leave_voicemail:
            rules.append(_("Leave no voice message."))
        if not self.may_text:
            rules.append(_("Send no text message."))
        if self.good_times:
            rules.append(_("Good times: %(times)s.") % {"times": self.good_times.rstrip(".")})
        if self.needs_interpreter:
            rules.append(_("Bring an interpreter."))
        return [str(rule) for rule in rules]


class Consent(models.Model):
    """What a person agreed to, in which wording, and when."""

    class Kind(models.TextChoices):
        INTAKE = "intake", _("that organizers read what was sent")
        PUBLICITY = "publicity", _("that the fight is made public")
        HANDOVER = "handover", _("that the sheet is passed on")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    case = models.ForeignKey("Case", on_delete=models.CASCADE, related_name="consents")
    kind = models.CharField(max_length=12, choices=Kind)
    place = models.ForeignKey(
        "Place",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="consents",
        help_text=_("To whom the sheet may be passed on."),
    )
    text_version = models.CharField(max_length=20)
    language = models.CharField(max_length=10)
    given_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When they took it back, or it no longer held.")
    )

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"
