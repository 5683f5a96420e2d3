"""Sheets to call from: the call list of an action, fifteen people each, with what to say on top.

Each sheet is in the language of the people on it, as far as we know it. What they say is ticked,
and nothing is written about them.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import translation

from campaigns.models import User
from campaigns.wording import date_in_words
from escalation import call_list
from escalation.models import Action, SignUp
from letters import sheets

ON_A_SHEET = 15


@dataclass(frozen=True)
class Call:
    name: str
    phone: str
    language: str


def calls(action: Action, *, user: User, now: dt.datetime, language: str) -> list[Call]:
    """Return who can be called: on the call list `user` may see, and with a phone."""
    rows = call_list.people(action, user=user, now=now)
    return [Call(row.name, row.phone, _language_of(row) or language) for row in rows if row.phone]


def _language_of(row: SignUp) -> str:
    if row.user and row.user.language:
        return row.user.language
    return row.person.language_read if row.person else ""


def draw(people: Iterable[Call], action: Action, *, group: str, language: str, paper: str) -> bytes:
    """Draw the sheets, those in `language` first. The paper itself is in that language."""
    by_language: dict[str, list[Call]] = {language: []}
    for person in people:
        by_language.setdefault(person.language, []).append(person)
    return sheets.draw(
        "escalation/paper/phone_sheets.html",
        language=language,
        paper=paper,
        action=action,
        group=group,
        sheets=[
            {"language": spoken, "calls": some, **_words(action, spoken)}
            for spoken, everybody in by_language.items()
            for some in _by_fifteen(everybody)
        ],
    )


def _by_fifteen(everybody: list[Call]) -> list[list[Call]]:
    return [everybody[n : n + ON_A_SHEET] for n in range(0, len(everybody), ON_A_SHEET)]


def _words(action: Action, language: str) -> dict[str, str]:
    with translation.override(language):
        when = date_in_words(action.starts_at, with_time=True, year=False)
        return {"when": when, "how_long": action.how_long}
