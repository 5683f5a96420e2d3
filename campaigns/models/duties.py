"""Duties: the standing jobs of the group, which go round."""

import datetime as dt

from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.people import User, at_hand


class DutyQuerySet(models.QuerySet["Duty"]):
    def held_on(self, today: dt.date) -> "DutyQuerySet":
        return self.filter(from_date__lte=today, until_date__gte=today)

    def by_who_is_here(self, today: dt.date) -> "DutyQuerySet":
        """Leave out those of people who take a break or have left."""
        return self.filter(at_hand(today, "user"))

    def by_who_is_away(self, today: dt.date) -> "DutyQuerySet":
        return self.filter(~at_hand(today, "user"))

    def holders(self, today: dt.date) -> dict[str, int]:
        """Return how many hold each duty today, of the duties the group had in the last months.

        Who takes a break or has left is not counted.
        """
        rows = self.filter(until_date__gte=today - Duty.IN_USE).values("kind").order_by("kind")
        held = Q(from_date__lte=today, until_date__gte=today) & at_hand(today, "user")
        counts = rows.annotate(n=Count("user", filter=held, distinct=True))
        return dict(counts.values_list("kind", "n"))


class Duty(models.Model):
    """A standing job somebody holds for some days. It ends by itself, so that it rotates."""

    class Kind(models.TextChoices):
        INTAKE = "intake", _("intake duty")
        SECRETARY = "secretary", _("phone and mail")
        FACILITATOR = "facilitate", _("leading meetings")
        NOTES = "notes", _("taking notes")
        MOBILIZER = "mobilize", _("getting people to actions")
        TREASURER = "treasurer", _("money of the group")
        TRAINER = "trainer", _("trainings")
        CHILDCARE = "childcare", _("looking after children")
        INTERPRETER = "interpret", _("interpreting")
        WEB = "web", _("website and posters")

    # What each is, for somebody who never did it.
    ABOUT = {
        Kind.INTAKE: _("Reads what people tell us, and contacts them within two days."),
        Kind.SECRETARY: _("Answers phone and mail, and passes on what comes in."),
        Kind.FACILITATOR: _("Leads the meeting: everybody is heard, and it ends on time."),
        Kind.NOTES: _("Writes down what the meeting decided, and who does what."),
        Kind.MOBILIZER: _("Shares out the calls before an action."),
        Kind.TREASURER: _("Looks after donations, and pays for paper and posters."),
        Kind.TRAINER: _("Shows new people how we do things."),
        Kind.CHILDCARE: _("Looks after children at meetings and actions, or finds somebody."),
        Kind.INTERPRETER: _("Interprets at meetings and on the phone, or finds somebody."),
        Kind.WEB: _("Looks after the website, posters and leaflets."),
    }
    # Intake duty opens what strangers tell us, so it is never held for longer than a week.
    MAX_DAYS = 7
    MOST_DAYS = 92
    # A duty nobody held for so long is one the group does without.
    IN_USE = dt.timedelta(days=183)
    # Before its end somebody is looked for who takes it over.
    ENDS_SOON = dt.timedelta(days=14)

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="duties")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.INTAKE)
    from_date = models.DateField(_("from"))
    until_date = models.DateField(_("until"))
    note = models.TextField(
        _("for whoever does it next"),
        max_length=2000,
        blank=True,
        default="",
        help_text=_("What is open, and where things are. No names of people who are owed money."),
    )

    objects = DutyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["kind", "until_date"], name="duty_current")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_date__gte=models.F("from_date")),
                name="duty_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.from_date}"

    @property
    def is_intake(self) -> bool:
        return self.kind == self.Kind.INTAKE

    @classmethod
    def most_days(cls, kind: str) -> int:
        """Return for how many days it may be held before it is taken again."""
        return cls.MAX_DAYS if kind == cls.Kind.INTAKE else cls.MOST_DAYS

    @classmethod
    def open_to(cls, kind: str, user: User) -> bool:
        """Say whether `user` may hold it: intake only an organizer, the others everybody."""
        return user.is_organizer or kind != cls.Kind.INTAKE
