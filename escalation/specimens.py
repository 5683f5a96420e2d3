"""One of each paper of actions and meetings, in every language and size, about invented people."""

import datetime as dt
from collections.abc import Callable, Iterator

from django.conf import settings
from django.utils import translation

from campaigns.wording import date_in_words
from escalation import phone_script, phone_sheets, roster_print, sign_in
from escalation.models import Action, ActionRole
from letters.sheets_specimens import ADDRESS, PAPERS, Specimen, poster_sheet
from letters.specimen_people import FIRM, PEOPLE

GROUP = "Rain City Solidarity Network"
MANY = 3  # times everybody, so that lists run over a page


def specimens() -> Iterator[Specimen]:
    """Yield (name, what draws it) of each."""
    for language, _name in settings.LANGUAGES:
        for paper in PAPERS:
            for what, draw in _PAPERS.items():
                yield f"{what}-{language}-{paper}", _drawn(draw, language, paper)


def _drawn(draw: Callable[[str, str], bytes], language: str, paper: str) -> Callable[[], bytes]:
    return lambda: draw(language, paper)


def _sign_in(language: str, paper: str) -> bytes:
    sheet = sign_in.SignIn(GROUP, _action().day, address=ADDRESS)
    return sign_in.draw(sheet, language=language, paper=paper, copies=2)


def _meeting_sign_in(language: str, paper: str) -> bytes:
    sheet = sign_in.SignIn(GROUP, _action().day, is_meeting=True)
    return sign_in.draw(sheet, language=language, paper=paper)


def _roster(language: str, paper: str) -> bytes:
    action = _action()
    with translation.override(language):
        lines = [
            roster_print.Line(
                name=name,
                role=str(ActionRole.Kind.GREETER.label) if number % 3 == 0 else "",
                is_maybe=number % 4 == 1,
                needs="A ride from the station, with a child seat." if number % 5 == 2 else "",
                came=number == 0,
            )
            for number, name in enumerate((*PEOPLE, FIRM) * MANY)
        ]
        when = date_in_words(action.starts_at, with_time=True)
    roster = roster_print.Roster(title=action.title, when=when, lines=lines)
    return roster_print.draw(roster, language=language, paper=paper)


def _call_list(language: str, paper: str) -> bytes:
    calls = [
        phone_sheets.Call(name, f"206 555 01{number:02}", language)
        for number, name in enumerate((*PEOPLE, FIRM) * MANY)
    ]
    return phone_sheets.draw(calls, _action(), group=GROUP, language=language, paper=paper)


def _phone_script(language: str, paper: str) -> bytes:
    with translation.override(language):
        owed = poster_sheet().owed
        script = phone_script.Script(
            group=GROUP,
            numbers=[phone_script.Number(FIRM, "206 555 0199")],
            owed=owed,
            facts=["They worked here from August to October.", "The last pay never came."],
            begin=date_in_words(_action().starts_at, with_time=True),
            end="12:00",
        )
    return phone_script.draw([script], language=language, paper=paper)


def _action() -> Action:
    """Return a picket that is in no database."""
    starts = dt.datetime(2026, 12, 5, 10, 0, tzinfo=dt.UTC)
    return Action(
        title=f"Picket at {FIRM}",
        starts_at=starts,
        ends_at=starts + dt.timedelta(hours=2),
        area="Pioneer Square",
    )


_PAPERS = {
    "sign-in": _sign_in,
    "sign-in-meeting": _meeting_sign_in,
    "roster": _roster,
    "call-list": _call_list,
    "phone-script": _phone_script,
}
