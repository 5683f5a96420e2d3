"""Who came: ticks on the roster, and people who had not signed up.

A tick says what is wanted and does not flip, and it carries the tap that its page had seen for that
person. It counts only while that one still stands, so two leads at once never undo each other, and
a tick that comes twice, or late from a phone without signal, changes nothing it did not know of.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from campaigns.models import User
from campaigns.models.people import token_hash
from escalation.models import Action, SignUp
from escalation.models.sign_ups import WALK_IN
from escalation.turnout import SignUpRefused

WRITTEN = ["came", "came_marked_by", "how", "ticked_at", "tick_key", "ticked_by_link"]
WANTED = (SignUp.CAME, SignUp.NOT_KNOWN, *SignUp.How.values)


@dataclass(frozen=True, kw_only=True)
class Tick:
    """One tap: that row number `row` is `wanted`, one of WANTED.

    `seen` is the `seen_as` of the row when it was tapped, or None where nobody looked at it.
    """

    key: uuid.UUID
    row: int
    wanted: str
    at: dt.datetime
    seen: str | None = None


def tick(action: Action, tap: Tick, *, by: User | None, now: dt.datetime) -> None:
    """Take one tap, or raise with the sentence why not. Without `by` it came by a link."""
    if sentence := take_ticks(action, [tap], by=by, now=now)[tap.key]:
        raise SignUpRefused(sentence)


def take_ticks(
    action: Action, taps: Iterable[Tick], *, by: User | None, now: dt.datetime
) -> dict[uuid.UUID, str]:
    """Take each tap in the order of the taps, and return for each why not, or an empty string.

    However many they are, it takes three queries. A clock that runs ahead counts as now.
    """
    taps = sorted(taps, key=lambda tap: tap.at)
    if refusal := action.roster_refusal(now):
        return {tap.key: refusal for tap in taps}
    said, changed = {}, {}
    with transaction.atomic():
        numbers = {tap.row for tap in taps}
        locked = action.sign_ups.select_for_update(of=("self",)).filter(pk__in=numbers)
        rows = {row.pk: row for row in locked.order_by("pk")}
        for tap in taps:
            row = rows.get(tap.row)
            said[tap.key] = _why_not(row, tap)
            if row and not said[tap.key]:
                _write(row, tap, by=by, at=min(tap.at, now))
                changed[row.pk] = row
        SignUp.objects.bulk_update(changed.values(), WRITTEN)
    return said


def _why_not(row: SignUp | None, tap: Tick) -> str:
    if row is None:
        return _("This name is not on the list any more. Add them as a walk-in.")
    if row.presence == tap.wanted or tap.seen is None:
        return ""
    words = {"name": row.name, "what": in_words(row)}
    if row.ticked_at and tap.at < row.ticked_at:
        return _("%(name)s: somebody tapped later than you. It stays at: %(what)s.") % words
    if tap.seen != row.seen_as:
        return _("%(name)s: somebody else tapped. It stays at: %(what)s.") % words
    return ""


def in_words(row: SignUp) -> str:
    if row.how:
        return str(row.get_how_display())
    return _("came") if row.came else _("not ticked")


def _write(row: SignUp, tap: Tick, *, by: User | None, at: dt.datetime) -> None:
    """Write the tap into the row. Of two who tap the same, the first is who ticked, and the later
    moment counts: who takes it back has to have seen both."""
    is_same = row.presence == tap.wanted
    row.ticked_at = max(at, row.ticked_at or at)
    if is_same and row.tick_key:
        return
    came = tap.wanted not in (SignUp.NOT_KNOWN, SignUp.How.TOLD)
    row.came = True if came else None
    row.how = tap.wanted if tap.wanted in SignUp.How.values else ""
    row.tick_key = tap.key
    is_mark = tap.wanted != SignUp.NOT_KNOWN
    row.came_marked_by, row.ticked_by_link = (by if is_mark else None), is_mark and by is None


def add_walk_in(
    action: Action,
    *,
    by: User | None,
    name: str,
    form_key: uuid.UUID,
    now: dt.datetime,
    at: dt.datetime | None = None,
) -> SignUp:
    """Note that somebody came who had not signed up. The same form sent twice adds one person,
    also after they were linked to somebody: the hash made from the form's key stays."""
    if refusal := action.roster_refusal(now):
        raise SignUpRefused(refusal)
    moment = min(at or now, now)
    walk_in, _created = SignUp.objects.get_or_create(
        token_hash=token_hash(_token(action, form_key)),
        defaults={
            "action": action,
            "contact_key": walk_in_key(form_key),
            "name": name,
            "answer": SignUp.Answer.YES,
            "is_walk_in": True,
            "came": True,
            "came_marked_by": by,
            "ticked_by_link": by is None,
            "tick_key": form_key,
            "ticked_at": moment,
            "at": moment,
        },
    )
    return walk_in


def walk_in_key(form_key: uuid.UUID) -> str:
    return f"{WALK_IN}{form_key}"


def _token(action: Action, form_key: uuid.UUID) -> str:
    return salted_hmac("escalation.walk_in", f"{action.pk}:{form_key}").hexdigest()
