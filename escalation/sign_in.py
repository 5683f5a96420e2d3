"""The sign-in sheet: blank lines for an action or a meeting, and what becomes of the sheet.

It names no case and no target: who lies on a table in the street must not be read as being where.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from campaigns.wording import date_in_words
from letters import qr, sheets

LINES = 25


@dataclass(frozen=True)
class SignIn:
    """What stands above the lines. `address` is where people can sign up by phone instead."""

    group: str
    day: dt.date
    is_meeting: bool = False
    address: str = ""


def draw(sheet: SignIn, *, language: str, paper: str, copies: int = 1) -> bytes:
    with translation.override(language):
        return sheets.draw(
            "escalation/paper/sign_in.html",
            language=language,
            paper=paper,
            copies=copies,
            sheet=sheet,
            day=date_in_words(sheet.day),
            lines=range(LINES),
            qr=qr.code(sheet.address) if sheet.address else None,
            qr_says=_("Or sign up on your phone"),
        )
