"""The network that uses this installation: one row, made on the set-up page."""

import datetime as dt
import zoneinfo

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def time_zone_choices() -> list[tuple[str, str]]:
    """List the zones people live in, without the historic and technical names."""
    continents = (
        "Africa/",
        "America/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Pacific/",
    )
    names = sorted(n for n in zoneinfo.available_timezones() if n.startswith(continents))
    return [(name, name.replace("_", " ")) for name in names]


# How long something may be kept: at least time to come back to it, never for ever.
_KEPT_DAYS = [MinValueValidator(14), MaxValueValidator(1825)]
# A list of who was where at protests is kept for a year at most, as long as it serves to ask them.
_KEPT_NAMES = [MinValueValidator(14), MaxValueValidator(365)]


class Group(models.Model):
    class Paper(models.TextChoices):
        LETTER = "letter", _("US Letter")
        A4 = "a4", _("A4")

    class Currency(models.TextChoices):
        USD = "USD", _("US dollar ($)")
        CAD = "CAD", _("Canadian dollar (CA$)")
        GBP = "GBP", _("Pound sterling (£)")
        EUR = "EUR", _("Euro (€)")
        NZD = "NZD", _("New Zealand dollar (NZ$)")

    class Threshold(models.TextChoices):
        MAJORITY = "majority", _("more for than against")
        TWO_THIRDS = "two_thirds", _("two thirds of those who vote for or against")
        THREE_QUARTERS = "three_quarters", _("three quarters of those who vote for or against")
        NOBODY_AGAINST = "nobody_against", _("nobody against")

    DEADLINE_DAYS = ((7, _("7 days")), (14, _("14 days")))

    name = models.CharField(_("name of the network"), max_length=80)
    place = models.CharField(_("town or region"), max_length=80)
    country = models.CharField(
        _("country code"),
        max_length=2,
        default="US",
        help_text=_("For phone numbers: US, CA, GB."),
    )
    time_zone = models.CharField(_("time zone"), max_length=50, default="America/Los_Angeles")
    language = models.CharField(
        _("language of the network"),
        max_length=10,
        choices=settings.LANGUAGES,
        default="en",
    )
    currency = models.CharField(_("currency"), max_length=3, choices=Currency, default=Currency.USD)
    paper = models.CharField(_("paper"), max_length=6, choices=Paper, default=Paper.LETTER)
    deadline_days = models.PositiveSmallIntegerField(
        _("days a target gets after the delivery"), choices=DEADLINE_DAYS, default=14
    )
    deadline_hour = models.TimeField(_("hour of the deadline"), default=dt.time(17, 0))
    fight_cap = models.PositiveSmallIntegerField(
        _("open fights at most"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(99)],
        help_text=_("A new fight waits in the queue when this many are running."),
    )
    fights_each = models.PositiveSmallIntegerField(
        _("running fights for one person"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(99)],
        help_text=_("Who takes on more is told so. Nothing is stopped."),
    )
    calls_each = models.PositiveSmallIntegerField(
        _("calls for one person before an action"),
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(99)],
    )
    threshold = models.CharField(
        _("a vote carries with"), max_length=14, choices=Threshold, default=Threshold.MAJORITY
    )
    threshold_less = models.CharField(
        _("to demand less, accept less, go public or give up, it takes"),
        max_length=14,
        choices=Threshold,
        default=Threshold.MAJORITY,
    )
    quorum = models.PositiveSmallIntegerField(
        _("people who must vote at least"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(99)],
    )
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace for a payment by instalments"),
        default=3,
        validators=[MaxValueValidator(30)],
    )
    calls_from = models.TimeField(_("we call people from"), default=dt.time(9, 0))
    calls_until = models.TimeField(_("we call people until"), default=dt.time(21, 0))
    jurisdiction = models.CharField(
        _("whose law"),
        max_length=6,
        blank=True,
        help_text=_("Which rules for deposits and wages are shown beside a case."),
    )
    keep_not_taken_days = models.PositiveSmallIntegerField(
        _("days we keep what nobody took on"), default=90, validators=_KEPT_DAYS
    )
    keep_withdrawn_days = models.PositiveSmallIntegerField(
        _("days we keep a case they did not want to go on with"), default=30, validators=_KEPT_DAYS
    )
    keep_declined_days = models.PositiveSmallIntegerField(
        _("days we keep a case we did not take on"), default=180, validators=_KEPT_DAYS
    )
    keep_closed_days = models.PositiveSmallIntegerField(
        _("days we keep a fight that has ended"), default=365, validators=_KEPT_DAYS
    )
    keep_roster_days = models.PositiveSmallIntegerField(
        _("days we keep who was at an action"),
        default=365,
        validators=_KEPT_NAMES,
        help_text=_("After that only the numbers stay. A year at most."),
    )
    phone = models.CharField(_("phone people may call"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail people may write to"), blank=True)
    address = models.TextField(_("postal address for letters"), max_length=400, blank=True)
    numbers_public = models.BooleanField(
        _("show our numbers to everybody"),
        default=False,
        help_text=_(
            "A page anybody can read: sums and counts without names. What fewer than three fights "
            "add up to is left out."
        ),
    )
    # Set by the demo alone when it makes this row, and by nothing else: what may be thrown away.
    is_demo = models.BooleanField(default=False, editable=False)
    spam_discarded = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="one_group"),
            models.CheckConstraint(
                condition=models.Q(deadline_days__in=[7, 14]),
                name="group_deadline_days",
            ),
            models.CheckConstraint(
                condition=models.Q(calls_until__gt=models.F("calls_from")),
                name="group_calls_by_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Group | None":
        """Return the network, or None before set-up.

        Every request asks for it, so the statement stands here and is not put together each time.
        """
        return next(iter(cls.objects.raw("SELECT * FROM campaigns_group WHERE id = 1")), None)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    def local_date(self, moment: dt.datetime) -> dt.date:
        """Return the calendar day that `moment` falls on where the network is."""
        return timezone.localtime(moment, self.zone).date()

    def may_call(self, now: dt.datetime) -> bool:
        """Say whether people are called at this hour, by the clock where the network is."""
        return self.calls_from <= now.astimezone(self.zone).time() < self.calls_until

    def next_call_at(self, now: dt.datetime) -> dt.datetime:
        """Return when calling starts again, at an hour in which nobody is called."""
        local = now.astimezone(self.zone)
        days = 0 if local.time() < self.calls_from else 1
        day = local.date() + dt.timedelta(days=days)
        return dt.datetime.combine(day, self.calls_from, tzinfo=self.zone)

    def deadline_after(self, delivered_at: dt.datetime, *, days: int) -> dt.datetime:
        """Return the network's hour on the local day `days` after the delivery (day 0)."""
        day = self.local_date(delivered_at) + dt.timedelta(days=days)
        return dt.datetime.combine(day, self.deadline_hour, tzinfo=self.zone)
