"""Taking a duty, ending it, handing it over, and who holds which."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from campaigns.models import Duty, User

# So many notes of those who did it before are worth reading.
NOTES_SHOWN = 3
NOTES_KEPT = dt.timedelta(days=365)


def take(kind: str, *, days: int, by: User, today: dt.date) -> Duty:
    """Hold a duty from today for `days` days; taking it again sets the new end."""
    until = today + dt.timedelta(days=min(days, Duty.most_days(kind)) - 1)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)
        duty = Duty.objects.held_on(today).filter(user=by, kind=kind).first()
        if duty is None:
            return Duty.objects.create(user=by, kind=kind, from_date=today, until_date=until)
        duty.until_date = until
        duty.save(update_fields=["until_date"])
        return duty


def end(kind: str, *, by: User, today: dt.date) -> None:
    """End a duty at once. Who took it only today and wrote nothing leaves no trace of it."""
    with transaction.atomic():
        _end(Duty.objects.held_on(today).filter(user=by, kind=kind), today)


def _end(held: QuerySet[Duty], today: dt.date) -> None:
    """Let them have ended yesterday: what a duty opens is closed from now on."""
    yesterday = today - dt.timedelta(days=1)
    began = held.filter(from_date=today)
    began.filter(note="").delete()
    began.update(from_date=yesterday)
    held.update(until_date=yesterday)


def take_over(duty: Duty, *, by: User, today: dt.date) -> bool:
    """Do the rest of the duty of somebody who is away. Return False when it is not theirs now."""
    days = (duty.until_date - today).days + 1
    with transaction.atomic():
        # Whoever takes or ends a duty holds its person's row.
        User.objects.select_for_update().get(pk=duty.user_id)
        away = Duty.objects.held_on(today).by_who_is_away(today).filter(pk=duty.pk)
        if not away.exists():
            return False
        _end(Duty.objects.filter(pk=duty.pk), today)
        take(duty.kind, days=days, by=by, today=today)
    return True


def write_note(duty: Duty, *, note: str) -> None:
    """Keep what whoever does it next should know."""
    duty.note = note
    duty.save(update_fields=["note"])


def notes_for(kind: str, user: User, *, today: dt.date) -> list[Duty]:
    """Return what others wrote about a duty, newest first, for those who hold it now."""
    if not Duty.objects.held_on(today).filter(kind=kind, user=user).exists():
        return []
    written = Duty.objects.filter(kind=kind).exclude(note="").exclude(user=user)
    return list(written.select_related("user").order_by("-until_date", "-pk")[:NOTES_SHOWN])


def forget_notes(today: dt.date) -> int:
    """Empty the notes of duties that ended long ago, and return how many."""
    old = Duty.objects.filter(until_date__lt=today - NOTES_KEPT).exclude(note="")
    return old.update(note="")


def new_to(kind: str, *, today: dt.date) -> list[User]:
    """Return who could hold a duty and never did, by name: an offer, nothing owed."""
    did = Duty.objects.filter(kind=kind, user=OuterRef("pk"))
    could = User.objects.at_hand(today).filter(~Exists(did))
    if kind == Duty.Kind.INTAKE:
        could = could.organizers()
    return list(could.order_by("name", "pk"))


@dataclass(frozen=True)
class Standing:
    """A duty, and who holds it today."""

    kind: str
    label: str
    about: str
    held: list[Duty]

    @property
    def too_few(self) -> bool:
        return len(self.held) < 2

    def ending(self, today: dt.date) -> list[Duty]:
        """Return those in their last two weeks. Intake changes hands each week anyway."""
        soon = today + Duty.ENDS_SOON
        return [duty for duty in self.held if duty.until_date <= soon and not duty.is_intake]

    def goes_on(self, today: dt.date) -> bool:
        """Say whether two or more still do it after the next two weeks."""
        return len(self.held) - len(self.ending(today)) >= 2


def standing(today: dt.date) -> tuple[list[Standing], list[Standing]]:
    """Return the duties the group has, and those nobody did in the last months, in two queries.

    Who takes a break is not counted among the holders, and comes back among them afterwards.
    """
    held: dict[str, list[Duty]] = {kind: [] for kind in _holders(today)}
    rows = Duty.objects.held_on(today).by_who_is_here(today).select_related("user")
    for duty in rows.order_by("user__name", "user__pk"):
        held.setdefault(duty.kind, []).append(duty)
    kinds = [
        Standing(kind, str(kind.label), str(Duty.ABOUT[kind]), held.get(kind, []))
        for kind in Duty.Kind
    ]
    used = [one for one in kinds if one.kind in held]
    return used, [one for one in kinds if one.kind not in held]


def _holders(today: dt.date) -> dict[str, int]:
    """Return how many hold each duty the group has. Intake it always has."""
    return {Duty.Kind.INTAKE.value: 0} | Duty.objects.holders(today)
