"""Who the demand is addressed to, who stands behind them, and how we know.

Targets are people, firms and places, linked with each other: an owner behind a firm, an agent in
front of it, what else they run. Only business facts and public records belong here.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.cases import Case
from campaigns.models.group import Group
from campaigns.models.people import User
from campaigns.target_keys import address_keys, folded, name_key, phone_keys, plate_key

LEAST_DIGITS = 4


class TargetQuerySet(models.QuerySet["Target"]):
    def kept(self) -> "TargetQuerySet":
        """Leave out the records that were merged into another one."""
        return self.filter(merged_into=None)

    def visible_to(self, user: User) -> "TargetQuerySet":
        """Return the targets `user` may know of, and whoever is linked with them within two steps.

        Organizers know the targets of all fights the group took on, and those of files they may
        open; members only those of their own teams' cases.
        """
        return self.filter(_near(Case.objects.target_known_to(user)))

    def changed_by(self, user: User) -> "TargetQuerySet":
        """Return the targets `user` may write about: those near a case whose file they may open."""
        return self.filter(_near(Case.objects.opened_to(user)))

    def called(self, text: str) -> "TargetQuerySet":
        """Return those with `text` in a name, plate, phone, e-mail or address, however spelt."""
        keys = TargetKey.objects.filter(target=OuterRef("pk"))
        plain, plate = name_key(text) or folded(text), plate_key(text)
        digits = "".join(letter for letter in text if letter.isdigit())
        said = Q(value__contains=plain, kind__in=(TargetKey.Kind.NAME, TargetKey.Kind.ADDRESS))
        said |= Q(value__in=address_keys(text), kind=TargetKey.Kind.ADDRESS)
        if len(digits) >= LEAST_DIGITS:
            said |= Q(value__contains=digits.lstrip("0"), kind=TargetKey.Kind.PHONE)
        if len(plate) >= LEAST_DIGITS - 1:
            said |= Q(value__contains=plate, kind=TargetKey.Kind.PLATE)
        if "@" in text:
            said |= Q(value__contains=text.strip().lower(), kind=TargetKey.Kind.EMAIL)
        return self.kept().filter(Exists(keys.filter(said))) if plain else self.none()


def _near(cases: models.QuerySet[Case]) -> Q:
    """Return the condition that one of `cases` is against a target, or against one linked with it.

    Two steps: from the firm on the lease to who runs it, and from there to what else they run.
    """
    here = Target.objects.filter(cases__in=cases.order_by().values("pk")).values("pk")
    one = Target.objects.filter(_linked_with(here)).values("pk")
    two = Target.objects.filter(_linked_with(one)).values("pk")
    near = Q(pk__in=here) | Q(pk__in=one) | Q(pk__in=two)
    return near | Q(merged_into__in=here) | Q(merged_into__in=one) | Q(merged_into__in=two)


def _linked_with(targets: Any) -> Q:
    links = TargetLink.objects.shown().order_by()
    return Q(pk__in=links.filter(to_target__in=targets).values("from_target")) | Q(
        pk__in=links.filter(from_target__in=targets).values("to_target")
    )


class Target(models.Model):
    """A person, a firm or a place. A first name and a street can be all there is."""

    class Kind(models.TextChoices):
        PERSON = "person", _("a person")
        FIRM = "firm", _("a firm")
        PLACE = "place", _("a place: a site, a building")

    kind = models.CharField(_("what it is"), max_length=6, choices=Kind, default=Kind.FIRM)
    name = models.CharField(
        _("who owes it"),
        max_length=160,
        help_text=_("A name, a business, a plate: whatever you have."),
    )
    legal_name = models.CharField(_("legal name"), max_length=160, blank=True)
    contact_name = models.CharField(_("person to hand the letter to"), max_length=120, blank=True)
    address = models.TextField(
        _("address for the letter"),
        max_length=500,
        blank=True,
        help_text=_("Up to six lines. A business address, never where somebody lives."),
    )
    home_address = models.TextField(
        _("where they live"),
        max_length=500,
        blank=True,
        editable=False,
        help_text=_("Sealed: no page, paper or search reads it but the one that opens it."),
    )
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    plate = models.CharField(_("vehicle plate"), max_length=20, blank=True)
    sites = models.TextField(
        _("other places"),
        max_length=1000,
        blank=True,
        help_text=_("Work sites, branches, hours."),
    )
    language = models.CharField(
        _("language of the letter"),
        max_length=10,
        choices=settings.LANGUAGES,
        default="en",
    )
    sources = models.TextField(_("how we know this"), max_length=2000, blank=True)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="merged_from",
        help_text=_("The record that is kept, when two turned out to be of one."),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TargetQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def can_be_reached(self) -> bool:
        """Say whether something could be delivered somewhere."""
        return bool(self.address or self.sites or self.email or self.phone)


class TargetAlias(models.Model):
    """Another name of a target: on the lease, on the van, before it was renamed."""

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(_("other name"), max_length=160)
    source = models.CharField(_("how we know this"), max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name_plural = "target aliases"
        constraints = [models.UniqueConstraint(fields=["target", "name"], name="alias_once")]

    def __str__(self) -> str:
        return self.name


class TargetKey(models.Model):
    """What a target is found by, in its normal form; see campaigns.target_keys.

    Whoever changes a target writes its keys anew with `write_keys`.
    """

    class Kind(models.TextChoices):
        NAME = "name", _("name")
        PHONE = "phone", _("phone")
        EMAIL = "email", _("e-mail")
        PLATE = "plate", _("vehicle plate")
        ADDRESS = "address", _("address")

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=7, choices=Kind)
    value = models.CharField(max_length=260)

    class Meta:
        indexes = [models.Index(fields=["kind", "value"], name="target_key_value")]
        constraints = [
            models.UniqueConstraint(fields=["target", "kind", "value"], name="target_key_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class TargetLinkQuerySet(models.QuerySet["TargetLink"]):
    def shown(self) -> "TargetLinkQuerySet":
        """Leave out what turned out to be wrong."""
        return self.filter(struck_at=None)

    def of(self, *targets: Target) -> "TargetLinkQuerySet":
        return self.filter(Q(from_target__in=targets) | Q(to_target__in=targets))

    def current(self, today: dt.date) -> "TargetLinkQuerySet":
        """Return the links that hold on `today`, as far as we know."""
        return self.shown().filter(Q(until_date=None) | Q(until_date__gte=today))


class TargetLink(models.Model):
    """What one target is to another: `from_target` is the owner of `to_target`."""

    class Role(models.TextChoices):
        OWNER = "owner", _("owner")
        MANAGER = "manager", _("manager")
        REGISTERED_AGENT = "registered", _("registered agent")
        LETTING_AGENT = "letting", _("letting agent")
        FOREMAN = "foreman", _("foreman")
        CONTRACTOR = "contractor", _("general contractor")
        CLIENT = "client", _("client")
        LENDER = "lender", _("lender")
        FRANCHISOR = "franchisor", _("franchisor")
        BRANCH = "branch", _("branch")
        WORKS_AT = "works_at", _("works there")
        RELATIVE = "relative", _("relative")

    class Confidence(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        LIKELY = "likely", _("likely")
        UNVERIFIED = "unverified", _("not checked")

    # Who may be written to for a target. A relative never is.
    WRITTEN_TO = (
        Role.OWNER,
        Role.MANAGER,
        Role.REGISTERED_AGENT,
        Role.LETTING_AGENT,
        Role.FOREMAN,
        Role.CONTRACTOR,
    )
    # Who makes a conflict of interest when they are somebody of ours as well.
    TOO_NEAR = (Role.OWNER, Role.MANAGER, Role.RELATIVE)

    from_target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="links_out")
    to_target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="links_in")
    role = models.CharField(_("what they are to each other"), max_length=10, choices=Role)
    from_date = models.DateField(_("since"), null=True, blank=True)
    until_date = models.DateField(_("until"), null=True, blank=True)
    source = models.CharField(
        _("how we know this"),
        max_length=300,
        help_text=_("A register, an office, a paper, who told us. With the day."),
    )
    confidence = models.CharField(
        _("how sure it is"),
        max_length=10,
        choices=Confidence,
        default=Confidence.UNVERIFIED,
        help_text=_("Confirmed is what stands in a public record or on a paper we have seen."),
    )
    struck_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("When it turned out to be wrong.")
    )
    added_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TargetLinkQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["from_target", "to_target", "role"],
                condition=Q(until_date=None, struck_at=None),
                name="target_link_once",
            ),
            models.CheckConstraint(
                condition=~Q(from_target=models.F("to_target")), name="target_not_its_own_link"
            ),
            models.CheckConstraint(
                condition=Q(from_date=None)
                | Q(until_date=None)
                | Q(until_date__gte=models.F("from_date")),
                name="target_link_ends_after",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="target_link_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.from_target_id} {self.role} {self.to_target_id}"

    @property
    def is_confirmed(self) -> bool:
        return self.confidence == self.Confidence.CONFIRMED


class NotThem(models.Model):
    """Somebody looked: the target of the case is not the known one that resembles it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="not_them")
    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "not them"
        constraints = [models.UniqueConstraint(fields=["case", "target"], name="not_them_once")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.target_id}"


class TargetEntry(models.Model):
    """One thing that was written about a target. Entries are written once and never changed.

    A merge leaves them where they are, so that both histories are kept.
    """

    class Event(models.TextChoices):
        CREATED = "created", _("Written down: %(name)s")
        CHANGED = "changed", _("Changed: %(what)s")
        ALIAS = "alias", _("Other name: %(name)s")
        ALIAS_REMOVED = "alias_removed", _("Other name taken away: %(name)s")
        LINK = "link", _("Linked. %(what)s")
        LINK_CHANGED = "link_changed", _("Link changed. %(what)s")
        LINK_ENDED = "link_ended", _("Link ended. %(what)s")
        LINK_STRUCK = "link_struck", _("Link was wrong. %(what)s")
        MERGED = "merged", _("%(name)s is the same and was merged into this")
        MERGED_AWAY = "merged_away", _("This is the same as %(name)s and was merged into it")
        UNMERGED = "unmerged", _("Taken apart again: %(name)s")
        HOME_NOTED = "home_noted", _("Where they live was written down")
        HOME_TAKEN_OUT = "home_taken_out", _("Where they live was deleted")
        HOME_SHOWN = "home_shown", _("Where they live was opened for an action: %(what)s")

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="entries")
    event = models.CharField(max_length=15, choices=Event)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "target entries"

    def __str__(self) -> str:
        return f"{self.target_id} {self.event}"

    @property
    def what(self) -> str:
        """Return the sentence of the history, in the active language."""
        return str(self.Event(self.event).label) % ({"name": "", "what": ""} | self.data)


def note(
    target: Target, event: str, *, by: User | None, text: str = "", **data: Any
) -> TargetEntry:
    """Write one entry of the history of a target, in the transaction of what it tells about."""
    return TargetEntry.objects.create(target=target, event=event, by=by, note=text, data=data)


def keys_of(target: Any, *, country: str, aliases: list[str]) -> set[tuple[str, str]]:
    """Return the keys of one record as (kind, value). Where somebody lives is never among them."""
    kind = TargetKey.Kind
    names = [target.name, target.legal_name, target.contact_name, *aliases]
    keys = {(kind.NAME, name_key(name)) for name in names}
    keys |= {(kind.PHONE, phone) for phone in phone_keys(target.phone, country=country)}
    keys |= {(kind.PHONE, phone) for phone in phone_keys(target.sites, country=country)}
    keys |= {(kind.EMAIL, target.email.strip().lower()), (kind.PLATE, plate_key(target.plate))}
    for text in (target.address, target.sites):
        keys |= {(kind.ADDRESS, address) for address in address_keys(text)}
    return {(str(kind), value) for kind, value in keys if value}


def write_keys(target: Target) -> None:
    """Write what a kept target is found by: its own keys, and those of what was merged into it."""
    country = Group.objects.values_list("country", flat=True).filter(pk=1).first() or "US"
    keys: set[tuple[str, str]] = set()
    for record in _with_merged(target):
        aliases = list(record.aliases.values_list("name", flat=True))
        keys |= keys_of(record, country=country, aliases=aliases)
    TargetKey.objects.filter(target=target).delete()
    store_keys(target, keys)


def store_keys(target: Target, keys: set[tuple[str, str]]) -> None:
    """Write keys of a target that has none."""
    TargetKey.objects.bulk_create(
        TargetKey(target=target, kind=kind, value=value[:260]) for kind, value in sorted(keys)
    )


def _with_merged(target: Target) -> list[Target]:
    found, next_ones = [], [Target.objects.get(pk=target.pk)]
    while next_ones:
        found += next_ones
        next_ones = list(Target.objects.filter(merged_into__in=next_ones))
    return found
