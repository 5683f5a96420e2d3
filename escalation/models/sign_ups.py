"""Who said they will come, and, apart from that, whether they came."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from campaigns.models import Person, User
from campaigns.models.people import token_hash
from escalation import private_links
from escalation.models.actions import Action, ActionRole

# A yes said so shortly before is a confirmed one.
CONFIRMED_WITHIN = dt.timedelta(hours=48)
GONE = "gone:"  # the contact key of somebody whose name was taken off the roster in time
WALK_IN = "walk-in:"  # begins the contact key of somebody of whom only a name is known


class MailWish(models.TextChoices):
    """Which e-mails about actions somebody wants, from all to none."""

    ALL = "all", _("All, also reminders and new actions")
    IMPORTANT = "important", _("Only when something changes or is cancelled")
    NONE = "none", _("None")


class SignUpQuerySet(models.QuerySet["SignUp"]):
    def of_token(self, token: str) -> "SignUpQuerySet":
        """Return the sign-up that a private link belongs to: the one shown once, or a mailed one.

        A mailed link is over two days after the action, and of a postponed one it is not yet.
        """
        if (number := private_links.number_in(token)) is None:
            return self.filter(token_hash=token_hash(token))
        lasts = Q(action__ends_at__gt=timezone.now() - SignUp.MAILED_LINK_LASTS)
        return self.filter(lasts | Q(action__state=Action.State.POSTPONED), pk=number)

    def waiting(self) -> "SignUpQuerySet":
        """Leave those on the list of a role, who has waited longest first."""
        return self.exclude(waits_for=None).order_by("waits_for", "line_number")

    def reached_by_mail(self) -> "SignUpQuerySet":
        """Leave those whose e-mail address is known."""
        return self.filter(Q(user__is_active=True) | Q(user=None) & ~Q(email=""))

    def wanting(self, *wishes: MailWish) -> "SignUpQuerySet":
        """Leave those who want such e-mails, by what they said here and in their account."""
        of_account = Q(user__mail_choice=None) | Q(user__mail_choice__wish__in=wishes)
        return self.filter(of_account, mail__in=wishes)


class SignUp(models.Model):
    """One person and one action: what they said, and, apart from it, whether they came."""

    class Answer(models.TextChoices):
        YES = "yes", _("Yes, I will come")
        MAYBE = "maybe", _("Maybe")
        NO = "no", _("No, I cannot")

    class How(models.TextChoices):
        """What the roster knows beside whether they came."""

        LATE = "late", _("came late")
        LEFT = "left", _("left early")
        TOLD = "told", _("cannot come")

    CAME, NOT_KNOWN = "1", "0"
    MAILED_LINK_LASTS = dt.timedelta(days=2)
    MOST_GUESTS = 3

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="sign_ups")
    role = models.ForeignKey(
        ActionRole,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="sign_ups",
    )
    waits_for = models.ForeignKey(
        ActionRole,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="waiting",
        help_text="A full role. They come all the same, and may hold another role until then.",
    )
    line_number = models.PositiveIntegerField(
        null=True, editable=False, help_text="Who asked for the full role earlier has a lower one."
    )
    moved_up_at = models.DateTimeField(
        null=True, editable=False, help_text="When they got their role from its list."
    )
    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="sign_ups"
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="sign_ups",
    )
    name = models.CharField(_("first name"), max_length=80)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    contact_key = models.CharField(
        max_length=270,
        editable=False,
        help_text=_("Phone or e-mail in one spelling, so that a person signs up once."),
    )
    # Beside the first one, what else they are known by: no two rows of an action share any of it.
    phone_key = models.CharField(max_length=32, null=True, editable=False)  # noqa: DJ001 - unique
    email_key = models.CharField(max_length=254, null=True, editable=False)  # noqa: DJ001 - unique
    answer = models.CharField(_("will you come"), max_length=5, choices=Answer)
    guests = models.PositiveSmallIntegerField(
        _("how many you bring"), default=0, help_text=_("They count as people who come.")
    )
    needs = models.CharField(
        _("what you need"),
        max_length=300,
        blank=True,
        help_text=_("A ride, childcare, a language."),
    )
    offers = models.CharField(
        _("what you can offer"),
        max_length=300,
        blank=True,
        help_text=_("Seats in a car, a drum."),
    )
    language = models.CharField(
        max_length=10,
        choices=settings.LANGUAGES,
        blank=True,
        editable=False,
        help_text="What they read the page in; messages to them are in it.",
    )
    mail = models.CharField(
        _("e-mails about this action"),
        max_length=9,
        choices=MailWish,
        default=MailWish.ALL,
        editable=False,
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    confirmed_at = models.DateTimeField(
        null=True, editable=False, help_text="When they last said yes, in the two days before."
    )
    is_walk_in = models.BooleanField(default=False, editable=False)
    came = models.BooleanField(null=True, editable=False)
    came_marked_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    how = models.CharField(max_length=4, choices=How, blank=True, editable=False)
    ticked_at = models.DateTimeField(null=True, editable=False, help_text="When it was tapped.")
    tick_key = models.UUIDField(null=True, editable=False, help_text="The tap that stands.")
    ticked_by_link = models.BooleanField(default=False, editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SignUpQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "contact_key"], name="person_once_per_action"
            ),
            models.UniqueConstraint(fields=["action", "phone_key"], name="phone_once_per_action"),
            models.UniqueConstraint(fields=["action", "email_key"], name="email_once_per_action"),
            models.UniqueConstraint(
                fields=["waits_for", "line_number"], name="number_once_per_line"
            ),
            models.CheckConstraint(
                condition=Q(waits_for=None) | Q(answer="yes", line_number__isnull=False),
                name="only_a_yes_waits_for_a_role",
            ),
            models.CheckConstraint(condition=Q(guests__lte=3), name="few_guests"),
            models.CheckConstraint(
                condition=Q(role=None) | Q(answer="yes"), name="only_a_yes_takes_a_role"
            ),
            models.CheckConstraint(
                condition=Q(how="")
                | Q(how="told", came=None)
                | Q(how__in=("late", "left"), came=True),
                name="late_and_left_came",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_confirmed(self) -> bool:
        """Say whether they said yes again within two days of the start, wherever it is now."""
        said_at = self.confirmed_at
        return said_at is not None and self.confirms(self.answer, said_at)

    def confirms(self, answer: str, now: dt.datetime) -> bool:
        """Say whether an answer given now is a yes within two days of the start."""
        return answer == self.Answer.YES and now >= self.action.starts_at - CONFIRMED_WITHIN

    @property
    def presence(self) -> str:
        """Return in one word what the roster says of them, as a tick sets it."""
        return self.how or (self.CAME if self.came else self.NOT_KNOWN)

    @property
    def seen_as(self) -> str:
        """Return what stands for the tap that set it: a page that knows it has seen that tap."""
        return self.tick_key.hex[:8] if self.tick_key else ""

    @property
    def is_linked(self) -> bool:
        """Say whether it was said who this walk-in was."""
        return self.is_walk_in and not self.contact_key.startswith(WALK_IN)

    @property
    def place_in_line(self) -> int:
        """Return 1 for whoever gets the next free place of the role they wait for."""
        earlier = SignUp.objects.filter(
            waits_for=self.waits_for_id, line_number__lt=self.line_number
        )
        return earlier.count() + 1

    @property
    def guests_in_words(self) -> str:
        """Return "and 1 more", or nothing: guests have no names here."""
        if not self.guests:
            return ""
        return ngettext("and %(n)d more", "and %(n)d more", self.guests) % {"n": self.guests}

    def may_see_point(self, now: dt.datetime) -> bool:
        """Say whether the exact meeting point is shown to them: a yes, from 24 hours before."""
        return self.answer == self.Answer.YES and self.action.shows_point(now)
