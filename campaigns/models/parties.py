"""The people of a case, and what was said between them and us."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.cases import Case
from campaigns.models.people import Person, User


class CasePartyQuerySet(models.QuerySet["CaseParty"]):
    def affected(self) -> "CasePartyQuerySet":
        return self.filter(role=CaseParty.Role.AFFECTED, left_at=None)


class CaseParty(models.Model):
    """A person in a case: somebody affected, or somebody who acts for them."""

    class Role(models.TextChoices):
        AFFECTED = "affected", _("affected person")
        REPRESENTATIVE = "representative", _("representative")

    class PublicName(models.TextChoices):
        OWN = "own", _("their own name")
        ALIAS = "alias", _("another name they chose")
        NONE = "none", _("no name")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="parties")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="parties")
    role = models.CharField(
        _("part in the case"), max_length=15, choices=Role, default=Role.AFFECTED
    )
    public_name = models.CharField(
        _("name in the letter"),
        max_length=6,
        choices=PublicName,
        default=PublicName.NONE,
    )
    alias = models.CharField(_("the other name"), max_length=120, blank=True)
    joined_on = models.DateField(
        _("joined the network on"),
        null=True,
        blank=True,
        help_text=_("We are not a service. Who fights with us joins us."),
    )
    left_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CasePartyQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "person"], name="person_once_in_a_case")
        ]

    def __str__(self) -> str:
        return str(self.person)

    def name_in_public(self, kind: str) -> str:
        """Return the name they chose for letters and posters; without one, who they are."""
        if self.public_name == self.PublicName.OWN and self.person.name:
            return self.person.name
        if self.public_name == self.PublicName.ALIAS and self.alias:
            return self.alias
        if kind == Case.Kind.WAGES:
            return str(_("One former worker"))
        return str(_("One former tenant")) if kind == Case.Kind.DEPOSIT else str(_("One neighbour"))


class InitialMeeting(models.Model):
    """The first long talk: two organizers and the person, at a place that suits them."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="initial_meeting")
    at = models.DateTimeField(_("when"))
    place = models.CharField(_("where"), max_length=200)
    needs_interpreter = models.BooleanField(_("interpreter needed"), default=False)
    organizers = models.ManyToManyField(User, related_name="+")
    held_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.case_id} {self.at:%Y-%m-%d}"


class Contact(models.Model):
    """One attempt or talk with the person, or with the target."""

    class Who(models.TextChoices):
        PERSON = "person", _("the affected person")
        TARGET = "target", _("the target")

    class Method(models.TextChoices):
        PHONE = "phone", _("phone call")
        TEXT = "text", _("text message")
        EMAIL = "email", _("e-mail")
        MESSENGER = "messenger", _("messenger")
        IN_PERSON = "in_person", _("in person")
        POST = "post", _("post")

    class Result(models.TextChoices):
        REACHED = "reached", _("reached")
        NO_ANSWER = "no_answer", _("no answer")
        LEFT_MESSAGE = "left_message", _("left a message")
        WRONG_NUMBER = "wrong_number", _("wrong number")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="contacts")
    who = models.CharField(_("with"), max_length=8, choices=Who, default=Who.PERSON)
    method = models.CharField(_("how"), max_length=10, choices=Method)
    result = models.CharField(_("result"), max_length=13, choices=Result)
    at = models.DateTimeField(_("when"))
    note = models.TextField(
        _("what was said"),
        max_length=4000,
        blank=True,
        help_text=_("Write what you could read aloud. Never note status or health."),
    )
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.at:%Y-%m-%d}"


class Message(models.Model):
    """A text between the affected person and the team, read on the status page."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    text = models.TextField(_("message"), max_length=4000)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    from_team = models.BooleanField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:40]
