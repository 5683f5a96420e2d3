"""What a phone at the kerb sends once it has signal, and what it gets back.

It sends `{"items": [...], "after": 17}`. An item is a tick, `{id, row, value, seen, ago}`, or a
walk-in, `{id, name, ago}`. `ago` says how many milliseconds before the sending somebody tapped, so
that no clock of a phone is ever compared with another's. `after` is the highest row its page shows.

It gets `{"said": {id: sentence}, "rows": {row: [value, seen]}, "new": [row, ...]}`: for each item
an empty sentence or why it was not taken, how everybody stands who was ever ticked, and whom the
page does not show yet. What is sent again is taken once.
"""

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from escalation import roster
from escalation.models import Action, SignUp
from escalation.turnout import SignUpRefused

MOST = 100  # items in one request; a phone sends the rest in the next
LONGEST_AGO = 7 * 24 * 60 * 60 * 1000


class Unreadable(Exception):
    """Nothing of it was taken: it is none of the messages described above."""


class _ItemForm(forms.Form):
    id = forms.UUIDField()
    ago = forms.IntegerField()

    def at(self, now: dt.datetime) -> dt.datetime:
        ago = min(max(self.cleaned_data["ago"], 0), LONGEST_AGO)
        return now - dt.timedelta(milliseconds=ago)


class _TickItem(_ItemForm):
    row = forms.IntegerField(min_value=1, max_value=10**18)
    value = forms.ChoiceField(choices=[(value, value) for value in roster.WANTED])
    seen = forms.RegexField(r"^[0-9a-f]{8}$", required=False)


class _WalkInItem(_ItemForm):
    name = forms.CharField(max_length=80)


@dataclass
class Sent:
    after: int = 0
    ticks: list[roster.Tick] = field(default_factory=list)
    walk_ins: list[dict[str, Any]] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)


def read(body: bytes, *, now: dt.datetime) -> Sent:
    """Read a message. An item that cannot be read gets its sentence; the others count."""
    try:
        data = json.loads(body)
        items, after = data.get("items", []), int(data.get("after", 0))
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        raise Unreadable from None
    if not isinstance(items, list) or len(items) > MOST:
        raise Unreadable
    sent = Sent(after=min(max(after, 0), 10**18))
    for item in items:
        _read_item(item if isinstance(item, dict) else {}, sent, now)
    return sent


def _read_item(item: dict[str, Any], sent: Sent, now: dt.datetime) -> None:
    form = _WalkInItem(item) if "name" in item else _TickItem(item)
    is_good, given = form.is_valid(), form.cleaned_data
    if "id" not in given:
        raise Unreadable
    if not is_good:
        sent.said[given["id"].hex] = _("We could not read this. Note it again.")
    elif "name" in given:
        sent.walk_ins.append({"form_key": given["id"], "name": given["name"], "at": form.at(now)})
    else:
        tick = roster.Tick(
            key=given["id"],
            row=given["row"],
            wanted=given["value"],
            seen=given["seen"],
            at=form.at(now),
        )
        sent.ticks.append(tick)


def take(action: Action, sent: Sent, *, now: dt.datetime) -> dict[str, Any]:
    """Take all of it, and return what the phone is told."""
    said = dict(sent.said)
    for walk_in in sent.walk_ins:
        key = walk_in["form_key"].hex
        try:
            roster.add_walk_in(action, by=None, now=now, **walk_in)
            said[key] = ""
        except SignUpRefused as refused:
            said[key] = str(refused)
    taken = roster.take_ticks(action, sent.ticks, by=None, now=now)
    said |= {key.hex: sentence for key, sentence in taken.items()}
    return {"said": said} | _state(action, after=sent.after, now=now)


def _state(action: Action, *, after: int, now: dt.datetime) -> dict[str, Any]:
    rows = list(action.sign_ups.select_related("role"))
    # While nobody can be ticked the page shows no names, and neither does this.
    is_open = not action.roster_refusal(now)
    new = [row for row in rows if is_open and row.pk > after and row.answer != SignUp.Answer.NO]
    return {
        "rows": {row.pk: [row.presence, row.seen_as] for row in rows if row.tick_key or row.came},
        "new": [{"row": row.pk, "name": row.name, "tags": tags(row)} for row in new],
    }


def tags(row: SignUp) -> list[str]:
    """Return the short words beside a name."""
    found = [_("walk-in")] if row.is_walk_in else []
    if row.answer == SignUp.Answer.MAYBE and not row.is_walk_in:
        found.append(_("maybe"))
    return found + ([str(row.role)] if row.role else [])
