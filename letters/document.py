"""What a demand letter says, as plain data, and the HTML drawn from it.

Nothing here knows the database. The words around the facts (headings, salutation, closing) are in
the letter's own language, whatever language the organizer reads the product in.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import groupby
from typing import Any, Literal
from unicodedata import name

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import formats, timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi, pgettext
from django.utils.translation import gettext as _

from campaigns.wording import date_in_words, money

Paper = Literal["a4", "letter"]
Kind = Literal["wages", "deposit", "account"]

# A #10 window is 28 mm high: seven lines fit at the usual size, nine at the small one.
ADDRESS_LINES = 7
ADDRESS_CHARACTERS = 44
LONG_NAME = 34
COLUMNS = {"wages": 3, "deposit": 4, "account": 2}
# WeasyPrint lays out the whole text again for every line of a word that does not fit; in an element
# of its own only that word is. No tag of the templates holds as many characters without a space.
_LONG_WORD = re.compile(r"[^\s<>]{40,}")

# No font of the letters draws pictures, and which ones the machine has is chance.
_PICTURE = re.compile(
    "[\u2600-\u27bf\u2b50-\u2b55\U0001f000-\U0001faff][\ufe0f\u200d\U0001f3fb-\U0001f3ff]*"
)
# After a word written from right to left, "12 Main St" would start with its 12 on the other side.
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+(?: +[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+)*"
    r"(?=[^\w<]*\d)"
)
LEFT_TO_RIGHT_MARK = "\u200e"


@dataclass(frozen=True, kw_only=True)
class Network:
    """Who writes. The phone and the e-mail are the group's, never a volunteer's own."""

    name: str
    address: Sequence[str] = ()
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the calculation. `amount` is signed: it is what the line adds to the total.

    In a deposit letter `claimed` is what the landlord deducted and `accepted` the part of it the
    tenant accepts; both stay empty on lines that are no deduction, such as the deposit itself.
    What `adds_nothing` (a charge to be cancelled) shows no sum in the last column.
    """

    label: str
    amount: Decimal
    person: str = ""
    working: str = ""
    note: str = ""
    claimed: Decimal | None = None
    accepted: Decimal | None = None
    adds_nothing: bool = False


@dataclass(frozen=True, kw_only=True)
class LawPart:
    """What a checked rule may add, apart from what is demanded: ready words, a line each."""

    place: str
    citation: str
    lines: Sequence["LawLine"]


@dataclass(frozen=True, kw_only=True)
class LawLine:
    what: str
    condition: str
    working: str


@dataclass(frozen=True, kw_only=True)
class LetterDocument:
    """Everything one demand letter says.

    `signers` are the names as each affected person chose them ("José García", "One former
    worker"); the network signs below them by itself. `deadline` is a moment in the network's own
    zone. A letter that asks for no money has neither rows nor a total. An empty `salutation`,
    `otherwise` (the sentence on not meeting the deadline), `no_retaliation`, `heading` (above the
    demands), `caption` or `total_label` (of the table) takes the usual one. A letter that asks for
    nothing says nothing of what happens otherwise. A table of kind "account" has two columns.
    """

    language: str
    paper: Paper
    network: Network
    issued_on: dt.date
    recipient_name: str
    recipient_address: Sequence[str]
    subject: str
    facts: Sequence[str]
    demands: Sequence[str]
    how_to_pay: Sequence[str]
    deadline: dt.datetime | None
    signers: Sequence[str]
    enclosures: Sequence[str] = ()  # what goes out with it, in the order of their numbers
    # SHA-256 of the originals of these: a yes is to the files, and not to their captions alone.
    sealed: Sequence[str] = ()
    kind: Kind = "wages"
    rows: Sequence[Row] = ()
    total: Decimal | None = None
    currency: str = "USD"
    salutation: str = ""
    otherwise: str = ""
    no_retaliation: str = ""
    heading: str = ""
    caption: str = ""
    total_label: str = ""
    asks_something: bool = True
    closing: Sequence[str] = ()  # stands in the place of `otherwise` and `no_retaliation`
    deposit_days: tuple[int, int] | None = None  # the limit, and how many days passed
    law: LawPart | None = None
    version: int = 1
    reference: str = ""
    is_draft: bool = False

    def __post_init__(self) -> None:
        if self.language not in dict(settings.LANGUAGES):
            raise ValueError(f"No letters in language {self.language!r}.")
        if self.deadline is not None and timezone.is_naive(self.deadline):
            raise ValueError("The deadline needs a time zone.")

    @property
    def by_person(self) -> bool:
        """Tell whether the table must say whose line each is."""
        return len({row.person for row in self.rows}) > 1

    @property
    def in_groups(self) -> bool:
        """Tell whether each person's lines stand under their name, and not the name on each line:
        shorter to read, and a table costs by its cells."""
        return self.by_person and len(self.rows) > len({row.person for row in self.rows})


def as_html(document: LetterDocument) -> str:
    """Return the letter as one complete page that needs no other file, the same every time.

    Its style is for reading on a screen only; `letters.pdf` lays out the same page for paper.
    """
    with translation.override(document.language):
        context = {
            "letter": document,
            "body": as_fragment(document),
            "sheet": _screen_css(),
            "foot": _foot(document),
        }
        return render_to_string("letters/paper/letter.html", context)


def as_fragment(document: LetterDocument) -> SafeString:
    """Return the letter for a preview inside a page that links static/paper.css."""
    with translation.override(document.language):
        facts = facts_of_page(document)
        body = _for_every_reader(render_to_string("letters/paper/_body.html", facts))
    return mark_safe(_LONG_WORD.sub(r"<span>\g<0></span>", body.strip()))  # escaped by the template


def _for_every_reader(html: str) -> str:
    """Write "[thumbs up sign]" for an emoji, so that whoever says yes reads what will be there, and
    keep what stands after a word in Arabic or Hebrew in its place."""
    told = _PICTURE.sub(lambda found: f"[{name(found[0][0], 'picture').lower()}]", html)
    if get_language_bidi():
        return told
    return _RIGHT_TO_LEFT.sub(rf"\g<0>{LEFT_TO_RIGHT_MARK}", told)


def fragment_of(page: str) -> SafeString:
    """Return the letter out of a page that `as_html` made and that was kept, for a preview."""
    body = page.partition("<body>")[2].rpartition("</body>")[0]
    return mark_safe(body.strip())  # kept as our escaping template made it


def facts_of_page(document: LetterDocument) -> dict[str, Any]:
    """Return what the templates print, in the active language."""

    def amount(value: Decimal | None) -> str:
        return "" if value is None else money(value, document.currency, document.language)

    address = [document.recipient_name, *document.recipient_address]
    printed_lines = sum(1 + len(line) // ADDRESS_CHARACTERS for line in address)
    owner_column = document.by_person and not document.in_groups
    columns = COLUMNS[document.kind] + owner_column
    under_total = min(2, columns - 1)  # a large sum in large type needs room
    contact = [*document.network.address, document.network.phone, document.network.email]
    return {
        "letter": document,
        "contact": " · ".join(filter(None, contact)),
        "address": "\n".join(filter(None, address)),
        "address_is_long": printed_lines > ADDRESS_LINES,
        "name_is_long": len(document.network.name) > LONG_NAME,
        "issued_on": date_in_words(document.issued_on, document.language),
        "groups": [
            (person, [(row, *map(amount, _sums(row))) for row in rows])
            for person, rows in _grouped(document)
        ],
        "owner_column": owner_column,
        "columns": columns,
        "before_total": columns - under_total,
        "under_total": under_total,
        "how_to_pay": "\n".join(document.how_to_pay),
        "total": amount(document.total),
        "deadline": _deadline_in_words(document),
    }


def _grouped(document: LetterDocument) -> Iterable[tuple[str, Iterable[Row]]]:
    if not document.in_groups:
        return [("", document.rows)]
    return groupby(document.rows, key=lambda row: row.person)


def _sums(row: Row) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Return what the columns of a row show. "$0.00" beside a refused deduction would say it is
    not owed, so nothing stands there. A charge to be cancelled adds nothing either."""
    is_empty = row.adds_nothing or row.claimed is not None
    return row.claimed, row.accepted, None if is_empty and not row.amount else row.amount


def _deadline_in_words(document: LetterDocument) -> str:
    """Return "Friday 27 November 2026, 5 p.m. (PST)"."""
    if document.deadline is None:
        return ""
    with timezone.override(document.deadline.tzinfo):
        day = date_in_words(document.deadline, document.language)
    hour = formats.time_format(document.deadline.timetz(), "P")
    zone = document.deadline.tzname() or ""
    if not zone.isalpha():  # many zones have no letters of their own: "-03"
        zone = f"UTC{document.deadline.isoformat()[-6:]}"
    return _("%(day)s, %(hour)s (%(zone)s)") % {"day": day, "hour": hour, "zone": zone}


def _foot(document: LetterDocument) -> SafeString:
    if document.is_draft:
        draft = pgettext("letter", "Draft: not approved, not to be delivered")
        return foot_of_pages(draft, type_="font-size: 10pt; font-weight: 700; ")
    mark = pgettext("letter", "Version %(version)s") % {"version": document.version}
    return foot_of_pages(mark)


def foot_of_pages(mark: str, *, type_: str = "") -> SafeString:
    """Return the rules that write the foot of each printed page: `mark`, and which page it is.

    A count of pages anywhere else but in the margin has WeasyPrint lay out the letter twice.
    """
    folio = pgettext("letter", "Page %(number)s of %(count)s")
    content = " ".join(
        {"%(number)s": "counter(page)", "%(count)s": "counter(pages)"}.get(part, _quoted(part))
        for part in re.split(r"(%\(\w+\)s)", folio)
    )
    rules = (
        f"@bottom-left {{ {type_}content: {_quoted(mark)} }} @bottom-right {{ content: {content} }}"
    )
    return mark_safe(f"@page {{ {rules} }}")  # words of ours and a number, quoted


def _quoted(words: str) -> str:
    return '"' + re.sub(r"[^\w :,.-]", lambda found: f"\\{ord(found[0]):x} ", words) + '"'


@cache
def _screen_css() -> SafeString:
    css = (settings.BASE_DIR / "static" / "paper.css").read_text(encoding="utf-8")
    return mark_safe(css)  # our own file
