"""Who of those on the list was written to, what and when, and whom no e-mail reaches.

Each of them stands in exactly one of the counts, so that these add up to all who signed up.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalation.models import Action, MailChoice, MailWish, OutboxMessage, SignUp

Status = OutboxMessage.Status

FAILED, SENT, WAITING, NO_ADDRESS, NOT_WANTED, NOTHING = (
    "failed",
    "sent",
    "waiting",
    "no_address",
    "not_wanted",
    "nothing",
)
STANDINGS = {
    SENT: gettext_lazy("written to"),
    WAITING: gettext_lazy("e-mail waits for"),
    FAILED: gettext_lazy("e-mail failed for"),
    NO_ADDRESS: gettext_lazy("no address of"),
    NOT_WANTED: gettext_lazy("want no e-mail"),
    NOTHING: gettext_lazy("nothing sent yet to"),
}


@dataclass(frozen=True)
class Line:
    """One message to one person: which one, what became of it, and when."""

    kind: str
    status: str
    at: dt.datetime | None


def mark(action: Action, rows: Iterable[SignUp]) -> list[SignUp]:
    """Return the rows, each with `told`, the lines of what was sent, and `standing`."""
    lines: dict[int, list[OutboxMessage]] = defaultdict(list)
    for message in action.messages.exclude(sign_up=None).order_by("pk"):
        lines[message.sign_up_id].append(message)
    marked = list(rows)
    for row in marked:
        row.told = [_line(message) for message in lines[row.pk]]
        row.standing = _standing(row, {message.status for message in lines[row.pk]})
    return marked


def counts(rows: Iterable[SignUp]) -> list[tuple[int, Any]]:
    """Return how many stand where, in words, without those where nobody stands."""
    counted = Counter(row.standing for row in rows)
    return [(counted[key], label) for key, label in STANDINGS.items() if counted[key]]


def _line(message: OutboxMessage) -> Line:
    status = str(message.get_status_display())
    if message.why and message.status != Status.SENT:
        status = _("%(status)s: %(why)s") % {"status": status, "why": message.get_why_display()}
    return Line(str(message.get_kind_display()), status, message.done_at)


def _standing(row: SignUp, had: set[str]) -> str:
    if had & {*Status.not_reached()}:
        return FAILED
    if Status.SENT in had:
        return SENT
    if not (row.user.is_active if row.user else row.email):
        return NO_ADDRESS
    if had & {Status.WAITING, Status.LEASED}:
        return WAITING
    wishes = {row.mail, MailChoice.of(row.user) if row.user else row.mail}
    return NOT_WANTED if MailWish.NONE in wishes else NOTHING
