"""Writing to some of those who signed up: chosen by where they stand, each with a message alone.

Every message is one from somebody's own phone or mail program to one person, so nobody sees the
address of another.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Group, User
from escalation import call_words
from escalation.models import Action, OptOut, SignUp
from escalation.models.sign_ups import CONFIRMED_WITHIN

Answer = SignUp.Answer
NOT_HERE = "not_here"


@dataclass(frozen=True)
class Which:
    """A choice of people, and what the text to them is about."""

    label: Any
    about: str
    rows: Callable[[QuerySet[SignUp], Action], QuerySet[SignUp]]


def _unconfirmed(rows: QuerySet[SignUp], action: Action) -> QuerySet[SignUp]:
    since = action.starts_at - CONFIRMED_WITHIN
    said = rows.filter(answer=Answer.YES)
    return said.filter(Q(confirmed_at=None) | Q(confirmed_at__lt=since))


WHICH: dict[str, Which] = {
    "yes": Which(
        gettext_lazy("Said yes"), call_words.TELL, lambda rows, _a: rows.filter(answer=Answer.YES)
    ),
    "unconfirmed": Which(gettext_lazy("Said yes, not confirmed"), call_words.CONFIRM, _unconfirmed),
    "maybe": Which(
        gettext_lazy("Said maybe"),
        call_words.CONFIRM,
        lambda rows, _a: rows.filter(answer=Answer.MAYBE),
    ),
    "waiting": Which(
        gettext_lazy("Wait for a place in a role"),
        call_words.TELL,
        lambda rows, _a: rows.exclude(waits_for=None),
    ),
    NOT_HERE: Which(
        gettext_lazy("Said yes, not here yet"),
        call_words.NOT_HERE,
        lambda rows, _a: rows.filter(answer=Answer.YES, came=None, how=""),
    ),
}


def why_not(action: Action, which: str, *, now: dt.datetime) -> str:
    """Return why nobody is written to now, as a sentence, or an empty string."""
    if refusal := action.refusal(now):
        return refusal
    if which == NOT_HERE and now < action.starts_at:
        return _("It has not begun. Who is not here yet shows from the start on.")
    return ""


def people(
    action: Action, which: str, *, user: User, group: Group, site: str
) -> list[tuple[SignUp, call_words.Reach]]:
    """Return each of them with links that open a message to them alone, in their language.

    Who wants no message that asks for anything is left out of it.
    """
    chosen = WHICH[which]
    rows = chosen.rows(action.sign_ups.filter(is_walk_in=False), action)
    if chosen.about != call_words.TELL:
        rows = rows.exclude(OptOut.objects.of_sign_up())
    rows = rows.select_related("user__person__tree_entry")
    found = sorted(rows, key=lambda row: row.name.casefold())
    return [(row, _reach(row, action, user, group, site, chosen.about)) for row in found]


def _reach(
    row: SignUp, action: Action, user: User, group: Group, site: str, about: str
) -> call_words.Reach:
    entry = getattr(row.user and row.user.person, "tree_entry", None)
    return call_words.reach(
        action,
        group=group,
        site=site,
        name=row.name,
        phone=entry.person.phone if entry else row.phone,
        email=row.email,  # an account keeps its address to itself
        language=(row.user.language if row.user else "") or row.language,
        sender=user.name,
        about=about,
    )
