"""The texts letters start from: those that came with the product, or what the group made of them.

What came with it are the plain files of letters/texts, one for each kind and language. A row of
`LetterText` stands in for a file until somebody goes back to it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from textwrap import shorten

from django.conf import settings

from campaigns import own_rows
from campaigns.models import User
from letters import filling
from letters.models import Letter, LetterText, TextKind
from letters.text_forms import LetterTextForm

SHIPPED = Path(__file__).parent / "texts"
# Where no text in a language came with the product, the group begins with this one.
FALLBACK = "en"


@dataclass(frozen=True)
class Words:
    """The parts of one text, with its fields still to be filled in."""

    subject: str
    body: str
    asks: str = ""
    how_to_pay: str = ""
    closing: str = ""

    @property
    def whole(self) -> str:
        return "\n".join(asdict(self).values())

    def filled(self, values: Mapping[str, str]) -> dict[str, str]:
        """Return the fields of a letter that starts with this text."""
        return {
            "subject": _short(" ".join(filling.lines(self.subject, values))),
            "facts": "\n".join(filling.paragraphs(self.body, values)),
            "asks": "\n".join(filling.lines(self.asks, values)),
            "how_to_pay": "\n".join(filling.lines(self.how_to_pay, values)),
            "closing": "\n".join(filling.lines(self.closing, values)),
        }


def _short(subject: str) -> str:
    """Return a subject that fits, cut between two words and seen to be cut."""
    most = Letter._meta.get_field("subject").max_length
    return subject if len(subject) <= most else shorten(subject, most, placeholder=" …")


@cache
def shipped(kind: str, language: str) -> Words:
    path = SHIPPED / language / f"{kind}.txt"
    if not path.exists():
        path = SHIPPED / FALLBACK / f"{kind}.txt"
    return Words(**filling.parse(path.read_text(encoding="utf-8")))


def in_use(kind: str, language: str) -> Words:
    """Return the group's own text, or the one that came with the product.

    `language` may be whatever somebody sent: one we do not have reads as the first.
    """
    if language not in dict(settings.LANGUAGES):
        return shipped(kind, FALLBACK)
    row = LetterText.objects.filter(kind=kind, language=language).first()
    return words_of(row) if row else shipped(kind, language)


def words_of(text: LetterText) -> Words:
    # A browser sends "\r\n"; inside a text a line is a line.
    parts = {field.name: getattr(text, field.name) for field in fields(Words)}
    return Words(**{name: part.replace("\r\n", "\n") for name, part in parts.items()})


def for_editing(kind: str, language: str) -> LetterText:
    """Return the group's row, or one nobody has saved yet with the words that came with it."""
    row = LetterText.objects.select_related("changed_by").filter(kind=kind, language=language)
    return row.first() or LetterText(
        kind=kind, language=language, **asdict(shipped(kind, language))
    )


def overview() -> list[tuple[TextKind, list[tuple[str, str, LetterText | None]]]]:
    """Return every kind with (code, name of the language, the group's row or None)."""
    rows = LetterText.objects.select_related("changed_by")
    own = {(row.kind, row.language): row for row in rows}
    return [
        (kind, [(code, name, own.get((kind, code))) for code, name in settings.LANGUAGES])
        for kind in TextKind
    ]


def save(form: LetterTextForm, *, by: User) -> bool:
    """Write what the group made of a text. Return False when somebody else saved meanwhile."""
    return own_rows.save(form, same=("kind", "language"), by=by)


def go_back(kind: str, language: str) -> bool:
    """Throw the group's text away, and say whether there was one."""
    return LetterText.objects.filter(kind=kind, language=language).delete()[0] > 0
