"""One of each paper of the street, in every language and size, about invented people.

For whoever looks at them page by page after a change; `./run letter_specimen` writes them.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from campaigns.models import Group
from campaigns.wording import date_in_words, money
from letters import intake_poster, poster_print, signs
from letters.poster_print import Print
from letters.posters import TAKEN_DOWN_AFTER_DAYS, Sheet
from letters.specimen_people import FIRM, PEOPLE

Specimen = tuple[str, Callable[[], bytes]]

PAPERS = ("a4", "letter")
ALL_PAPERS = (*PAPERS, "a3", "tabloid")
_DAY = dt.date(2026, 12, 5)
ADDRESS = "https://owed.example/p/5f6f2f0e-93f1-4c4b-9b0f-3d8a1d1c7d11/"
TELL = "https://owed.example/tell/"
SLOGANS = ("PAY THEM NOW", "¡Páguenles ya!", "Wage theft hurts us all", FIRM, *PEOPLE)


def specimens() -> Iterator[Specimen]:
    """Yield (name, what draws it) of each."""
    for language, _name in settings.LANGUAGES:
        for paper in ALL_PAPERS:
            for on_a_sheet, what in ((1, "poster"), (2, "leaflet-half"), (4, "leaflet-quarter")):
                if paper in PAPERS or on_a_sheet == 1:
                    yield f"{what}-{language}-{paper}", _poster(language, paper, on_a_sheet)
        for paper in PAPERS:
            yield f"poster-full-{language}-{paper}", _poster(language, paper, 1, is_full=True)
            yield f"leaflet-full-{language}-{paper}", _poster(language, paper, 4, is_full=True)
            yield f"signs-{language}-{paper}", _signs(language, paper)
    every = tuple(language for language, _name in settings.LANGUAGES)
    for paper in PAPERS:
        for what, how in (
            ("poster", intake_poster.Print(every, paper)),
            ("strips", intake_poster.Print(every, paper, strips=True)),
            ("leaflet-half", intake_poster.Print(every, paper, 2)),
            ("leaflet-quarter", intake_poster.Print(every[:1], paper, 4)),
        ):
            yield f"intake-{what}-{paper}", _intake(how)


def _poster(
    language: str, paper: str, on_a_sheet: int, *, is_full: bool = False
) -> Callable[[], bytes]:
    def draw() -> bytes:
        how = Print(language, paper, on_a_sheet, address=ADDRESS, tells_more=True)
        with translation.override(language):
            return poster_print.poster(poster_sheet(is_full=is_full), how=how)

    return draw


def poster_sheet(*, is_full: bool = False) -> Sheet:
    """Return what a poster says in the active language: little, or as much as there is room for."""
    total = money(Decimal("1234567.89" if is_full else "1620"), "USD")
    people = (*PEOPLE[:7], PEOPLE[-1]) if is_full else PEOPLE[:2]
    line = "They worked here from August to October, and the last pay never came."
    last = _DAY + dt.timedelta(days=TAKEN_DOWN_AFTER_DAYS)
    return Sheet(
        headline=("Eating here? " * 7)[:80].strip() if is_full else "Eating here?",
        lines=[line] * 7 if is_full else [line],
        owed=_("%(target)s still owes %(sum)s to %(names)s.")
        % {"target": FIRM, "sum": total, "names": get_text_list(people, _("and"))},
        sum=total,
        is_less=False,
        reader_can=("Ask the owner to pay them. " * 6)[: 160 if is_full else 26].strip(),
        group="Rain City Solidarity Network",
        reach=["206 555 0142", "hello@raincity.example"],
        posted=_("Put up on %(day)s.") % {"day": date_in_words(_DAY)},
        take_down=_("Taken down by %(day)s, or when the fight ends.")
        % {"day": date_in_words(last)},
    )


def _intake(how: intake_poster.Print) -> Callable[[], bytes]:
    group = Group(name="Rain City Solidarity Network", phone="206 555 0142")
    return lambda: intake_poster.draw(group, how=how, address=TELL)


def _signs(language: str, paper: str) -> Callable[[], bytes]:
    return lambda: signs.draw(list(SLOGANS), language=language, paper=paper)
