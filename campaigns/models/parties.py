"""The people of a case, and what was said between them and us."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.cases import Case
from campaigns.models.people import Person, User


class CasePartyQuerySet(models.QuerySet["CaseParty"]):
    def present(self) -> "CasePartyQuerySet":
        return self.filter(left_at=None)

    def affected(self) -> "CasePartyQuerySet":
        return self.present().filter(role=CaseParty.Role.AFFECTED)

    def representatives(self) -> "CasePartyQuerySet":
        return self.present().filter(role=CaseParty.Role.REPRESENTATIVE)


class CaseParty(models.Model):
    """A person in a case: somebody affected, or somebody who acts for them."""

    class Role(models.TextChoices):
        AFFECTED = "affected", _("affected person")
        REPRESENTATIVE = "representative", _("representative")

    class PublicName(models.TextChoices):
        OWN = "own", _("their own name")
        ALIAS = "alias", _("another name they chose")
        NONE = "none", _("no name")

    class Outcome(models.TextChoices):
        OPEN = "", _("still open")
        WON = "won", _("got all of it")
        SETTLED = "settled", _("got a part and chose to stop")
        LOST = "lost", _("got nothing")
        LEFT = "left", _("left the fight")

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
    acts_for = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="represented_by",
        verbose_name=_("acts for"),
    )
    scope = models.CharField(
        _("what they may do"),
        max_length=300,
        blank=True,
        help_text=_("For example: speaks for his uncle and takes the money for the family."),
    )
    may_decide = models.BooleanField(_("may say yes or no for them"), default=False)
    authority_note = models.CharField(
        _("how we know they may"),
        max_length=300,
        blank=True,
        help_text=_("A signed note, a call with the person. Never why they cannot come."),
    )
    payee = models.CharField(
        _("who takes the money"),
        max_length=160,
        blank=True,
        help_text=_("Only if it is somebody else. A name."),
    )
    payee_note = models.CharField(_("how we know they may take it"), max_length=300, blank=True)
    outcome = models.CharField(
        _("how it ended for them"),
        max_length=8,
        choices=Outcome,
        blank=True,
        default=Outcome.OPEN,
        editable=False,
    )
    code_hash = models.CharField(
        max_length=64,
        unique=True,
        null=True,
        blank=True,
        editable=False,
        help_text=_("Of the private code with which they open their page."),
    )
    goes_on_as = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="was",
        help_text=_("The same person in the case that this one was merged into."),
    )
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
            models.UniqueConstraint(fields=["case", "person"], name="person_once_in_a_case"),
            models.CheckConstraint(
                condition=Q(acts_for=None) | Q(role="representative"),
                name="only_a_representative_acts_for",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)

    def speaks_for(self) -> models.QuerySet["CaseParty"]:
        """Return the affected people whose yes this person can give: their own, or another's."""
        if self.role == self.Role.AFFECTED:
            return CaseParty.objects.affected().filter(pk=self.pk)
        allowed = self.may_decide and self.left_at is None
        return CaseParty.objects.affected().filter(pk=self.acts_for_id if allowed else None)

    def earlier_ones(self) -> models.QuerySet["CaseParty"]:
        """Return who was in the case before this person, whether they are still there or not."""
        before = Q(created_at__lt=self.created_at) | Q(created_at=self.created_at, pk__lt=self.pk)
        return CaseParty.objects.filter(before, case=self.case_id)

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

    class Purpose(models.TextChoices):
        CASE = "case", _("the fight")
        SAFETY = "safety", _("whether they are safe, not the fight")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="contacts")
    who = models.CharField(_("with"), max_length=8, choices=Who, default=Who.PERSON)
    method = models.CharField(_("how"), max_length=10, choices=Method)
    result = models.CharField(_("result"), max_length=13, choices=Result)
    purpose = models.CharField(
        _("about"),
        max_length=6,
        choices=Purpose,
        default=Purpose.CASE,
        help_text=_("A safety check asks for nothing. It counts neither as chasing nor as missed."),
    )
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


class MessageQuerySet(models.QuerySet["Message"]):
    def read_by(self, party: CaseParty) -> "MessageQuerySet":
        """Return what the page of `party` shows: never what the others wrote, or were told.

        What the team wrote to all goes to everybody. Who acts for somebody without a code of
        their own reads what was written to them. An old text that says not from whom it is was
        written by the first person of the case: nobody else had a code then.
        """
        addressed = Q(party=None) | Q(party=party)
        if party.acts_for_id:
            addressed |= Q(party=party.acts_for_id, party__code_hash=None)
        told = Q(from_team=True) & addressed
        written = Q(from_team=False, party=party)
        by_first = Q(from_team=False, party=None) & ~Exists(party.earlier_ones())
        return self.filter(case=party.case_id).filter(told | written | by_first)

    def unanswered(self) -> "MessageQuerySet":
        """Return what people wrote and nobody of the team has answered, to them or to all.

        What does not say from whom it is was answered by whatever was written next.
        """
        newer = Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))
        answers = Message.objects.filter(newer, case=OuterRef("case"), from_team=True)
        to_them = answers.filter(Q(party=None) | Q(party=OuterRef("party")))
        answered = Exists(to_them) | (Q(party=None) & Exists(answers))
        return self.filter(~answered, from_team=False)


class Message(models.Model):
    """A text between a person of the case and the team, read on their status page."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    # Deleted together: without the person it would be one to all, which others read.
    party = models.ForeignKey(
        CaseParty,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("to whom"),
        help_text=_("Whom it is from or to. Nobody named: everybody of the case."),
    )
    text = models.TextField(_("message"), max_length=4000)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    from_team = models.BooleanField()
    at = models.DateTimeField(default=timezone.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:40]
