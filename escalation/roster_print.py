"""The roster on paper, for whoever leads the action: who said they come, and lines for others.

It holds what the page of the roster shows its lead, and what people need; no phone and no e-mail.
"""

from dataclasses import dataclass

from django.utils import translation

from campaigns.target_keys import folded
from campaigns.wording import date_in_words
from escalation.models import Action, SignUp
from letters import sheets

WALK_INS = 12


@dataclass(frozen=True)
class Line:
    name: str
    role: str = ""
    is_maybe: bool = False
    guests: int = 0
    needs: str = ""
    came: bool = False


@dataclass(frozen=True)
class Roster:
    title: str
    when: str
    lines: list[Line]


def of(action: Action, *, language: str) -> Roster:
    """Return what is printed of `action`: everybody but those who said no, by name."""
    with translation.override(language):
        lines = [
            Line(
                name=row.name,
                role=str(row.role or ""),
                is_maybe=row.answer == SignUp.Answer.MAYBE,
                guests=row.guests,
                needs=row.needs,
                came=bool(row.came),
            )
            for row in rows(action)
        ]
        when = date_in_words(action.starts_at, with_time=True)
    return Roster(title=action.title, when=when, lines=lines)


def rows(action: Action) -> list[SignUp]:
    """Return the rows in the order of the print: to enter its ticks one reads down both."""
    coming = action.sign_ups.exclude(answer=SignUp.Answer.NO).select_related("role")
    return sorted(coming, key=lambda row: (folded(row.name), row.pk))


def draw(roster: Roster, *, language: str, paper: str) -> bytes:
    return sheets.draw(
        "escalation/paper/roster.html",
        language=language,
        paper=paper,
        roster=roster,
        walk_ins=range(WALK_INS),
    )
