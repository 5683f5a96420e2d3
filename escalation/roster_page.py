"""What a page of the roster shows: the same rows for an account and by link."""

import datetime as dt
import unicodedata
from typing import Any

from escalation.models import Action, SignUp

LONGEST_NAME = 80


def sought_in(data: Any) -> str:
    return data.get("q", "").strip()[:LONGEST_NAME]


def plain(name: str) -> str:
    """Return a name as people look for it: "jose" finds José, whatever the database can fold."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def of(action: Action, *, sought: str, opened: str, now: dt.datetime) -> dict[str, Any]:
    """Return the rows by name, and whose further marks are `opened`: the number of a row."""
    everybody = sorted(action.sign_ups.select_related("role"), key=lambda row: plain(row.name))
    found = [row for row in everybody if plain(sought) in plain(row.name)]
    return {
        "action": action,
        "now": now,
        "expected": [row for row in found if row.answer != SignUp.Answer.NO],
        "declined": [row for row in found if row.answer == SignUp.Answer.NO],
        "opened": next((row for row in found if str(row.pk) == opened), None),
        "came": sum(bool(row.came) for row in everybody),
        "sought": sought,
        "refusal": action.roster_refusal(now),
        "marks": SignUp.How.choices,
    }
