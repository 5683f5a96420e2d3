"""One of each letter, in every language and both sizes of paper, about invented people.

For whoever looks at them page by page after a change; `./run letter_specimen` writes them. The
people are those whose names and addresses others printed as boxes, cut, or turned round.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from campaigns.models import Group
from campaigns.wording import money
from letters import own_texts, pdf, text_example
from letters.document import LetterDocument, Network, Paper, Row
from letters.models import TextKind
from letters.specimen_people import FIRM, PEOPLE, SIX_LINES

Specimen = tuple[str, Callable[[], bytes]]

SHORT_ADDRESS = (FIRM, "12 Main St", "Seattle, WA 98118")
LINK = "https://example.org/" + "a1b2c3d4e5" * 18
NETWORK = Network(
    name="Rain City Solidarity Network",
    address=("PO Box 28417", "Seattle, WA 98118"),
    phone="206 555 0142",
    email="letters@raincity.example",
)
LONG_NETWORK = Network(
    name="Solidarity Network of Tenants and Workers of the Greater Northwest Region",
    address=("The Old Union Hall, 12345 The Extraordinarily Long Street", "Seattle, WA 98118"),
    phone="206 555 0142",
    email="letters-and-everything-else@solidarity-network.example",
)
ZONE = dt.timezone(dt.timedelta(hours=-8), "PST")


def write(folder: Path, sources: Iterable[Callable[[], Iterator[Specimen]]]) -> Iterator[str]:
    """Draw all specimens of all sources into a folder. Yields the name of each file."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in sources:
        for name, draw in source():
            (folder / f"{name}.pdf").write_bytes(draw())
            yield f"{name}.pdf"


def letters() -> Iterator[Specimen]:
    """Yield (name, what draws it) of every kind of letter."""
    for language, _name in settings.LANGUAGES:
        for paper in get_args(Paper):
            for name, parts in KINDS.items():
                yield f"{name}-{language}-{paper}", _drawing(parts, language, paper)


def texts() -> Iterator[Specimen]:
    """Yield (name, what draws it) of the letter that each shipped text makes."""
    for language, _name in settings.LANGUAGES:
        for paper in get_args(Paper):
            for kind in TextKind.values:
                yield f"text-{kind}-{language}-{paper}", _drawing_text(kind, language, paper)


def _drawing_text(kind: str, language: str, paper: Paper) -> Callable[[], bytes]:
    group = Group(
        name=NETWORK.name,
        address="\n".join(NETWORK.address),
        phone=NETWORK.phone,
        email=NETWORK.email,
    )

    def draw() -> bytes:
        words = own_texts.shipped(kind, language)
        document = text_example.document(words, kind=kind, language=language, group=group)
        return pdf.render(replace(document, paper=paper, is_draft=False))

    return draw


def _drawing(
    parts: Callable[[], dict[str, Any]], language: str, paper: Paper
) -> Callable[[], bytes]:
    def draw() -> bytes:
        with translation.override(language):
            words = _usual() | parts()
        return pdf.render(LetterDocument(language=language, paper=paper, **words))

    return draw


def _usual() -> dict[str, Any]:
    return {
        "network": NETWORK,
        "issued_on": dt.date(2026, 11, 13),
        "recipient_name": FIRM,
        "recipient_address": SHORT_ADDRESS[1:],
        "subject": f"{_('Unpaid wages')}: {PEOPLE[0]}",
        "facts": (f"{PEOPLE[0]}, 12 Main St, $1,200.00.",),
        "demands": (_pay(Decimal("1240")),),
        "how_to_pay": (NETWORK.name, *NETWORK.address, NETWORK.phone),
        "deadline": dt.datetime(2026, 11, 27, 17, tzinfo=ZONE),
        "signers": PEOPLE[:1],
        "reference": "W-0042",
    }


def _pay(amount: Decimal) -> str:
    return _("Pay %(sum)s.") % {"sum": money(amount, "USD")}


def _hours(person: str, day: int, hours: str, paid: str = "0") -> Row:
    amount = Decimal(hours) * 18 - Decimal(paid)
    working = f"{hours} × {money(Decimal(18), 'USD')} − {money(Decimal(paid), 'USD')}"
    return Row(person=person, label=f"2026-09-{day:02}", working=working, amount=amount)


def _wages_of_one() -> dict[str, Any]:
    rows = [_hours(PEOPLE[0], day, "38.5", "200") for day in (1, 8, 15, 22, 29)]
    total = sum((row.amount for row in rows), Decimal(0))
    return {"rows": rows, "total": total, "demands": (_pay(total),)}


def _wages_of_three() -> dict[str, Any]:
    """Mixed directions in one line, a long address, several lines for each person."""
    people = (PEOPLE[6], PEOPLE[3], PEOPLE[1])
    rows = [_hours(person, day, "24") for person in people for day in (7, 14, 21)]
    return {
        "recipient_name": PEOPLE[6],
        "recipient_address": SIX_LINES,
        "subject": f"{_('Unpaid wages')}: {', '.join(people)}",
        "facts": (
            f"{people[0]}, 12 Main St, $1,200.00. {PEOPLE[7]}: $900.00 (12 Main St).",
            f"{people[1]}, {people[2]}: {LINK}",
        ),
        "rows": rows,
        "total": sum((row.amount for row in rows), Decimal(0)),
        "signers": people,
        "enclosures": (people[0], f"{people[1]}, {people[2]}", LINK),
    }


def _wages_of_fourteen() -> dict[str, Any]:
    rows = [_hours(person, 14, "36.25", "100") for person in PEOPLE]
    return {
        "network": LONG_NETWORK,
        "recipient_name": PEOPLE[13],
        "recipient_address": SIX_LINES,
        "subject": f"{_('Unpaid wages')}: {', '.join(PEOPLE)}"[:160],
        "facts": (f"{', '.join(PEOPLE)}. 2026-09-14, 12 Main St.",) * 6,
        "rows": rows,
        "total": sum((row.amount for row in rows), Decimal(0)),
        "signers": PEOPLE,
    }


def _wages_on_three_pages() -> dict[str, Any]:
    rows = [_hours(person, day, "12") for person in PEOPLE for day in (7, 14, 21, 28)]
    total = sum((row.amount for row in rows), Decimal(0))
    return _wages_of_fourteen() | {"rows": rows, "total": total}


def _deposit(returned: Decimal) -> dict[str, Any]:
    deductions = (("A", 240, 0), ("B", 600, 0), ("C", 360, 0), ("D", 85, 85))
    refused = [
        Row(
            label=f"{_('Deduction')} {letter}",
            amount=Decimal(-accepted),
            claimed=Decimal(claimed),
            accepted=Decimal(accepted),
            note="" if accepted else PEOPLE[11],
        )
        for letter, claimed, accepted in deductions
    ]
    back = [Row(label=_("Returned"), amount=-returned)] if returned else []
    rows = [Row(label=_("Deposit"), amount=Decimal(1800)), *refused, *back]
    return {
        "kind": "deposit",
        "rows": rows,
        "total": sum((row.amount for row in rows), Decimal(0)),
        "deposit_days": (30, 44),
        "subject": f"{_('Deposit')}: {PEOPLE[9]}, {PEOPLE[10]}",
        "facts": (f"{PEOPLE[9]}, {PEOPLE[10]}, 114 Maple Street.",),
        "signers": PEOPLE[9:11],
        "reference": "D-0007",
    }


def _account() -> dict[str, Any]:
    paid = (Decimal(500), Decimal("250.50"))
    rows = [Row(label=_("Demanded"), amount=Decimal(2536))]
    rows += [
        Row(label=f"{_('Paid')}, 2026-11-{day}", amount=-sum_) for day, sum_ in enumerate(paid, 14)
    ]
    return {
        "kind": "account",
        "rows": rows,
        "total": sum((row.amount for row in rows), Decimal(0)),
        "caption": _("Paid and still owed"),
        "total_label": _("Still owed"),
        "facts": (f"{PEOPLE[4]}, {PEOPLE[5]}, {PEOPLE[8]}.",),
        "signers": (PEOPLE[4], PEOPLE[5], PEOPLE[8]),
    }


def _without_money() -> dict[str, Any]:
    return {
        "facts": (f"{PEOPLE[2]}, {PEOPLE[12]}.",) * 3,
        "demands": (f"{PEOPLE[2]}.", f"{PEOPLE[12]}, 12 Main St."),
        "signers": (PEOPLE[2], PEOPLE[12]),
    }


def _closing() -> dict[str, Any]:
    return _account() | {"demands": (), "how_to_pay": (), "deadline": None, "asks_something": False}


KINDS: dict[str, Callable[[], dict[str, Any]]] = {
    "wages-one": _wages_of_one,
    "wages-three": _wages_of_three,
    "wages-fourteen": _wages_of_fourteen,
    "wages-three-pages": _wages_on_three_pages,
    "deposit-nothing-back": lambda: _deposit(Decimal(0)),
    "deposit-part-back": lambda: _deposit(Decimal(515)),
    "part-payment": _account,
    "no-money": _without_money,
    "closing": _closing,
    "draft": lambda: _wages_of_one() | {"is_draft": True},
}
