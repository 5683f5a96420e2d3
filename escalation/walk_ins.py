"""Who a walk-in was: people whose names whoever runs the action may see, without their contacts.

A roster opened by a link offers none of this: who finds a phone at the kerb must not read who is in
the network. There a first name is enough, and a lead says later who it was.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from campaigns.models import User
from escalation import roster
from escalation.models import Action, SignUp
from escalation.models.sign_ups import GONE, WALK_IN
from escalation.roster_page import plain
from escalation.turnout import SignUpRefused

MOST_NAMES = 200  # offered while one types; the search finds the others


@dataclass(frozen=True)
class Known:
    """Somebody with an account, or who signed up for an earlier action of the same leads or team.

    `contact_key` is what makes two rows of two actions the same person.
    """

    value: str
    name: str
    contact_key: str
    user_id: int | None = None
    person_id: int | None = None


def known(action: Action, *, user: User) -> list[Known]:
    """Return whom `user` may name and who is not on the roster yet, by name."""
    there = list(action.sign_ups.values_list("contact_key", "user_id"))
    keys, accounts = {key for key, _user in there}, {user for _key, user in there if user}
    found = {
        one.contact_key: one
        for one in _everybody(user)
        if one.contact_key not in keys and one.user_id not in accounts
    }
    return sorted(found.values(), key=lambda one: plain(one.name))


def _everybody(user: User) -> Iterator[Known]:
    own = Action.objects.run_by(user).values("pk")
    earlier = SignUp.objects.filter(action__in=own, user=None).order_by("pk")
    earlier = earlier.exclude(contact_key__startswith=GONE).exclude(contact_key__startswith=WALK_IN)
    for pk, name, key, person in earlier.values_list("pk", "name", "contact_key", "person_id"):
        yield Known(f"earlier-{pk}", name, key, person_id=person)
    for pk, name in User.objects.active().values_list("pk", "name"):
        yield Known(f"account-{pk}", name, f"user:{pk}", user_id=pk)


def offered(action: Action, *, user: User, sought: str, opened: SignUp | None) -> dict[str, Any]:
    """Return what the roster of an account shows of it: names to type, and whom a search found."""
    everybody = known(action, user=user)
    names = sorted({one.name for one in everybody})
    return {
        "names": names[:MOST_NAMES],
        "not_signed_up": [one for one in everybody if sought and plain(sought) in plain(one.name)],
        "may_link": True,
        "candidates": everybody if opened and opened.is_walk_in else [],
        "form_key": uuid.uuid4(),
    }


def chosen(action: Action, *, user: User, value: str) -> Known | None:
    return next((one for one in known(action, user=user) if one.value == value), None)


def add(action: Action, who: Known, *, by: User, form_key: uuid.UUID, now: dt.datetime) -> SignUp:
    """Add somebody known who had not signed up, as a walk-in."""
    with transaction.atomic():
        row = roster.add_walk_in(action, by=by, name=who.name, form_key=form_key, now=now)
        say_who(row, who)
    return row


def say_who(walk_in: SignUp, who: Known) -> None:
    """Say who a walk-in was. They count once per action, so nobody on the roster can be chosen."""
    values = {"contact_key": who.contact_key, "user": who.user_id, "person": who.person_id}
    rows = SignUp.objects.filter(pk=walk_in.pk, is_walk_in=True)
    try:
        with transaction.atomic():
            rows.update(**values)
    except IntegrityError:
        text = _("%(name)s is on the roster already. Tick that name, and undo this one.")
        raise SignUpRefused(text % {"name": who.name}) from None


def unlink(walk_in: SignUp) -> None:
    """Take back who a walk-in was."""
    rows = SignUp.objects.filter(pk=walk_in.pk, is_walk_in=True)
    rows.update(contact_key=roster.walk_in_key(uuid.uuid4()), user=None, person=None)


def take_off(walk_in: SignUp) -> bool:
    """Delete a walk-in who was a mistake. Return False for one who is ticked: somebody saw them."""
    gone, _rows = SignUp.objects.filter(pk=walk_in.pk, is_walk_in=True, came=None).delete()
    return bool(gone)
