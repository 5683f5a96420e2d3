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


@dataclass(frozen=True)
class Asked:
    """What they are asked to come to."""

    group: str
    title: str
    starts_at: dt.datetime
    area: str
    how_long: str


def calls(action: Action, *, user: User, now: dt.datetime, language: str) -> list[Call]:
    """Return who can be called: on the call list `user` may see, and with a phone."""
    rows = call_list.people(action, user=user, now=now)
    return [Call(row.name, row.phone, _language_of(row) or language) for row in rows if row.phone]


def _language_of(row: SignUp) -> str:
    if row.user and row.user.language:
        return row.user.language
    return row.person.language_read if row.person else ""


def asked(action: Action, *, group: str) -> Asked:
    return Asked(group, action.title, action.starts_at, action.area, action.how_long)


def draw(people: Iterable[Call], about: Asked, *, language: str, paper: str) -> bytes:
    """Draw the sheets, those in `language` first. The paper itself is in that language."""
    by_language: dict[str, list[Call]] = {language: []}
    for person in people:
        by_language.setdefault(person.language, []).append(person)
    return sheets.draw(
        "escalation/paper/phone_sheets.html",
        language=language,
        paper=paper,
        about=about,
        sheets=[
            {"language": spoken, "calls": some, "when": _when(about, spoken)}
            for spoken, everybody in by_language.items()
            for some in _by_fifteen(everybody)
        ],
    )


def _by_fifteen(everybody: list[Call]) -> list[list[Call]]:
    return [everybody[n : n + ON_A_SHEET] for n in range(0, len(everybody), ON_A_SHEET)]


def _when(about: Asked, language: str) -> str:
    with translation.override(language):
        return date_in_words(about.starts_at, language, with_time=True, year=False)
