"""The phone tree: who wants to be asked for actions, who calls whom, and who wants no call."""

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Person, User
from campaigns.models.people import at_hand
from escalation.models.actions import Action
from escalation.models.sign_ups import CONFIRMED_WITHIN, SignUp


class OptOutQuerySet(models.QuerySet["OptOut"]):
    def in_force(self) -> "OptOutQuerySet":
        return self.filter(ended_at=None)

    def of_sign_up(self) -> Exists:
        """Return the condition that whoever signed up wants to be asked for nothing more."""
        same = Q(contact_key=OuterRef("contact_key")) | Q(user=OuterRef("user"))
        return Exists(self.in_force().filter(same))


class OptOut(models.Model):
    """Somebody said: never ask me. It holds for their phone or account, on whatever list they are.

    Taken back it stays on record: who noted what, and when.
    """

    contact_key = models.CharField(max_length=270, editable=False)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="opt_outs"
    )
    name = models.CharField(max_length=120, help_text="To find them, should they want calls again.")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    ended_why = models.CharField(max_length=200, blank=True)

    objects = OptOutQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact_key"], condition=Q(ended_at=None), name="opted_out_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class TreeEntryQuerySet(models.QuerySet["TreeEntry"]):
    def wanting(self, action: Action) -> "TreeEntryQuerySet":
        """Return those who may be asked for `action`, as far as the database can say."""
        rows = self.filter(is_wrong_number=False, person__merged_into=None)
        if action.audience == Action.Audience.MEMBERS:
            rows = rows.filter(person__user__is_active=True)
        if action.risk != Action.Risk.LOW:
            rows = rows.filter(no_risk=False)
        return rows.exclude(person__user__is_active=False)


class TreeEntry(models.Model):
    """That somebody agreed to be asked for actions by phone, and for which ones not.

    Nothing of an employer, a case, health or politics belongs here.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="tree_entry")
    since = models.DateTimeField(default=timezone.now, editable=False)
    added_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    area = models.CharField(_("part of town"), max_length=80, blank=True)
    logistics = models.CharField(
        _("what they need to come"),
        max_length=200,
        blank=True,
        help_text=_("A ride, childcare, a language. Callers read it. Judge nobody."),
    )
    not_kinds = models.JSONField(_("not for these kinds of action"), default=list, blank=True)
    no_risk = models.BooleanField(_("not where security or police may come"), default=False)
    is_wrong_number = models.BooleanField(default=False, editable=False)
    caller = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who reached them last, and calls them again if possible.",
    )

    objects = TreeEntryQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.person)

    def wants(self, action: Action) -> bool:
        return action.tactic not in self.not_kinds


class CallerQuerySet(models.QuerySet["Caller"]):
    def calling(self) -> "CallerQuerySet":
        """Return those who have not handed their list back."""
        return self.filter(left_at=None, user__is_active=True)


class Caller(models.Model):
    """Somebody who calls people for one action, and sees the names on their own list only."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="callers")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="calling")
    asked_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    since = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = CallerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "user"], name="caller_once_per_action")
        ]

    def __str__(self) -> str:
        return str(self.user)


class CallQuerySet(models.QuerySet["Call"]):
    def to_do(self, now: dt.datetime) -> "CallQuerySet":
        """Return whom somebody still has to reach: three tries, and nobody who answered alone.

        In the last two days a yes or a maybe is asked once more. Whoever takes a break is asked
        for nothing.
        """
        opted_out = OptOut.objects.in_force().filter(_same_contact())
        rows = self.filter(Q(outcome="") | Q(outcome=Call.Outcome.NO_ANSWER))
        rows = rows.filter(tries__lt=Call.MOST_TRIES)
        for account in ("person__user", "sign_up__user"):
            here = at_hand(timezone.localdate(now), account)
            rows = rows.filter(Q(**{account: None}) | here)
        return rows.exclude(Exists(opted_out)).exclude(Exists(_settled(now)))

    def of(self, user: User) -> "CallQuerySet":
        return self.filter(caller__user=user, caller__left_at=None)

    def of_nobody(self) -> "CallQuerySet":
        """Return those that are on the list of nobody who still calls."""
        stopped = Q(caller__left_at__isnull=False) | Q(caller__user__is_active=False)
        return self.filter(Q(caller=None) | stopped)

    def with_people(self) -> "CallQuerySet":
        return self.select_related("person__user", "person__tree_entry", "sign_up__user")


class Call(models.Model):
    """One person to be asked for one action, and what came of it.

    Who is asked stands on the tree (`person`) or has signed up for an action (`sign_up`): this one
    or an earlier one.
    """

    class Outcome(models.TextChoices):
        YES = "yes", _("Yes")
        MAYBE = "maybe", _("Maybe")
        NO = "no", _("No")
        NO_ANSWER = "no_answer", _("No answer")
        WRONG_NUMBER = "wrong_number", _("Wrong number")
        NOT_THIS = "not_this", _("Do not ask for this")
        NOT_KIND = "not_kind", _("Never ask for this kind of action")
        NEVER = "never", _("Never call me")

        @classmethod
        def answers(cls) -> tuple["Call.Outcome", ...]:
            return (cls.YES, cls.MAYBE, cls.NO)

    MOST_TRIES = 3
    AGAIN_AFTER = dt.timedelta(hours=1)

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="calls")
    caller = models.ForeignKey(
        Caller, on_delete=models.SET_NULL, null=True, blank=True, related_name="calls"
    )
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="calls"
    )
    sign_up = models.ForeignKey(
        SignUp, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    contact_key = models.CharField(max_length=270, editable=False)
    tries = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    answer_before = models.CharField(
        max_length=5, blank=True, help_text="What they had said before the call, to put it back."
    )
    last_at = models.DateTimeField(null=True, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["tries", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "contact_key"], name="called_by_one_per_action"
            ),
            models.CheckConstraint(
                condition=Q(person=None, sign_up__isnull=False)
                | Q(person__isnull=False, sign_up=None),
                name="call_to_one_person",
            ),
            models.CheckConstraint(condition=Q(tries__lte=3), name="call_three_tries"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def _known(self) -> Any:
        return self.person or self.sign_up

    @property
    def name(self) -> str:
        return str(self._known)

    @property
    def phone(self) -> str:
        return self._known.phone

    @property
    def account(self) -> User | None:
        """Return the account they answer with, if they have one."""
        return getattr(self._known, "user", None)

    @property
    def entry(self) -> TreeEntry | None:
        return getattr(self.person, "tree_entry", None)

    @property
    def language(self) -> str:
        """Return the language they read, or nothing where nobody knows it."""
        if self.account and self.account.language:
            return self.account.language
        return self.person.language_read if self.person else self.sign_up.language

    @property
    def rules(self) -> list[str]:
        """Return what to mind before anybody calls."""
        return self.person.contact_rules if self.person else []

    @property
    def may_text(self) -> bool:
        return self.person.may_text if self.person else True

    @property
    def logistics(self) -> str:
        return (self.entry.logistics if self.entry else "") or getattr(self._known, "needs", "")

    @property
    def again_at(self) -> dt.datetime | None:
        """Return from when on they may be tried again, if somebody tried."""
        return self.last_at + self.AGAIN_AFTER if self.tries and self.last_at else None


def _same_contact() -> Q:
    account = Q(user=OuterRef("person__user")) | Q(user=OuterRef("sign_up__user"))
    return Q(contact_key=OuterRef("contact_key")) | account


def _settled(now: dt.datetime) -> models.QuerySet[SignUp]:
    """Return the answers that need no call now."""
    same = _same_contact() | Q(person=OuterRef("person"))
    late = F("action__starts_at") - CONFIRMED_WITHIN
    confirmed = Q(confirmed_at__gte=late) | Q(at__gte=late)
    is_early = Q(action__starts_at__gt=now + CONFIRMED_WITHIN)
    done = is_early | confirmed | Q(answer=SignUp.Answer.NO) | Q(came=True)
    return SignUp.objects.filter(same, action=OuterRef("action")).filter(done)
