"""Who stands on the phone tree: who agreed to be asked for actions, and who wants no call.

A wish not to be called is kept by phone and account, so that it holds on every list there is.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from campaigns.contact_keys import email_key, phone_key
from campaigns.models import Person, User
from escalation.models import OptOut, SignUp, TreeEntry
from escalation.turnout import contact_key

# What is kept with the person, and what with their place on the tree.
OF_PERSON = (
    "name",
    "phone",
    "language_read",
    "may_text",
    "may_leave_voicemail",
    "may_say_who",
    "good_times",
)
OF_ENTRY = ("area", "logistics", "not_kinds", "no_risk")


class TreeRefused(Exception):
    """Nothing was written. The text of the exception is a sentence for the person."""


def on_tree() -> QuerySet[TreeEntry]:
    """Return the entries, each with `is_off`: whether they said that nobody should call."""
    number = Concat(Value("phone:"), OuterRef("person__phone_key"))
    same = Q(contact_key=number) | Q(user=OuterRef("person__user"))
    rows = TreeEntry.objects.filter(person__merged_into=None)
    rows = rows.annotate(is_off=Exists(OptOut.objects.in_force().filter(same)))
    return rows.select_related("person__user", "caller").order_by("person__name", "pk")


def entry_of(user: User) -> TreeEntry | None:
    return TreeEntry.objects.select_related("person").filter(person__user=user).first()


def put_on(*, by: User, country: str, now: dt.datetime, **said: Any) -> TreeEntry:
    """Put somebody on the tree who agreed to it. Each phone stands there once."""
    return _write(None, by=by, country=country, now=now, said=said)


def change(
    entry: TreeEntry,
    *,
    by: User,
    country: str,
    now: dt.datetime,
    seen_version: int,
    **said: Any,
) -> bool:
    """Change how somebody is asked. Return False when somebody saved meanwhile.

    With another phone the old wrong number is forgotten.
    """
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=entry.person_id)
        if person.version != seen_version:
            return False
        entry.person = person
        _write(entry, by=by, country=country, now=now, said=said)
    return True


def wishes_in(entry: TreeEntry) -> dict[str, Any]:
    """Return how somebody is asked, by the names that `change` takes."""
    of_person = {name: getattr(entry.person, name) for name in OF_PERSON}
    return of_person | {name: getattr(entry, name) for name in OF_ENTRY}


def join(user: User, *, country: str, now: dt.datetime, **said: Any) -> TreeEntry:
    """Put one's own account on the tree, or change how one is asked, also after a no."""
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        person = locked.person or Person.objects.create(
            name=locked.name, language_read=locked.language or "en"
        )
        if locked.person_id is None:
            locked.person = person
            locked.save(update_fields=["person"])
        entry = TreeEntry.objects.filter(person=person).first()
        entry = entry or TreeEntry(person=person, added_by=user, since=now)
        entry = _write(entry, by=user, country=country, now=now, said=said)
        wishes = wishes_of(person, country=country)
        end_wishes(wishes, by=user, why=_("They said so."), now=now)
    return entry


def _write(
    entry: TreeEntry | None, *, by: User, country: str, now: dt.datetime, said: Mapping[str, Any]
) -> TreeEntry:
    number = phone_key(said["phone"], country=country)
    if not number:
        raise TreeRefused(_("This is no phone number we can call. Write it with its area code."))
    others = TreeEntry.objects.filter(person__phone_key=number, person__merged_into=None)
    if entry and entry.pk:
        others = others.exclude(pk=entry.pk)
    with transaction.atomic():
        if others.exists():
            raise TreeRefused(_("This phone is on the list already."))
        person = entry.person if entry else Person()
        had = person.phone_key
        for name in OF_PERSON:
            setattr(person, name, said.get(name, getattr(person, name)))
        person.phone_key = number
        person.version = F("version") + 1 if person.pk else 1
        _save(person, (*OF_PERSON, "phone_key", "version"))
        entry = entry or TreeEntry(added_by=by, since=now)
        entry.person = person
        for name in OF_ENTRY:
            setattr(entry, name, said.get(name, getattr(entry, name)))
        entry.is_wrong_number = entry.is_wrong_number and had == number
        _save(entry, (*OF_ENTRY, "is_wrong_number"))
    return entry


def _save(row: Any, fields: tuple[str, ...]) -> None:
    if row.pk:
        row.save(update_fields=fields)
    else:
        row.save(force_insert=True)


def take_off(entry: TreeEntry) -> None:
    """Take somebody off the tree. Of whom nothing else is known, nothing is kept."""
    with transaction.atomic():
        person = entry.person
        entry.delete()
        is_known = person.parties.exists() or person.sign_ups.exists() or hasattr(person, "user")
        if not (is_known or person.aliases.exists()):
            person.delete()


# Who wants no call


def wishes_of(known: Person | SignUp, *, country: str) -> QuerySet[OptOut]:
    """Return what is noted of somebody, by their phone and by their account."""
    account = getattr(known, "user", None)
    number = phone_key(known.phone, country=country)
    found = Q(contact_key=f"phone:{number}") if number else Q(pk=None)
    if known.email and not number:
        found = Q(contact_key=f"email:{email_key(known.email)}")
    return OptOut.objects.filter(found | Q(user=account) if account else found)


def opt_out(known: Person | SignUp, *, by: User, country: str, now: dt.datetime) -> OptOut:
    """Note that somebody wants to be asked no more, whatever list they are on. Once is enough."""
    account = getattr(known, "user", None)
    key = contact_key(phone=known.phone, email=known.email, country=country)
    if account and not known.phone:
        key = f"user:{account.pk}"
    try:
        with transaction.atomic():
            return OptOut.objects.create(
                contact_key=key, user=account, name=str(known), by=by, at=now
            )
    except IntegrityError:
        return OptOut.objects.in_force().get(contact_key=key)


def opt_out_account(user: User, *, now: dt.datetime, country: str) -> None:
    """Note that the one who is logged in wants no call and no mail that asks for anything."""
    if user.person:
        opt_out(user.person, by=user, country=country, now=now)
        return
    OptOut.objects.get_or_create(
        contact_key=f"user:{user.pk}",
        ended_at=None,
        defaults={"user": user, "name": user.name, "by": user, "at": now},
    )


def end_wishes(wishes: QuerySet[OptOut], *, by: User, why: str, now: dt.datetime) -> int:
    """Let people be asked again: they said so, or `by` writes why. Who and when is kept."""
    in_force = wishes.filter(ended_at=None)
    return in_force.update(ended_at=now, ended_by=by, ended_why=why)


def is_off(user: User) -> bool:
    return OptOut.objects.in_force().filter(user=user).exists()
