"""Print many letters into a folder at once: those that lie ready to go out, and the drafts.

A final letter is written as it is kept. A draft is drawn as it would print now and says on each
page that it is a draft: for a meeting where people read what they are asked to say yes to.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from letters import pdf, printing, recipients
from letters.document import as_html
from letters.drafting import LETTER_STATES, document_for, for_each
from letters.models import Letter
from letters.models.letters import LetterQuerySet


def print_letters(
    folder: Path, *, references: Sequence[str] = (), drafts: bool = False
) -> Iterator[str]:
    """Write the letters of these cases, or of all, and yield a line on each as it is done.

    A letter that cannot be drawn is named with the reason, and the others are written. Files can
    be read by whoever runs this and by nobody else.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    chosen = _newest_drafts() if drafts else _ready_to_go_out()
    if references:
        chosen = chosen.filter(case__reference__in=references)
    letters = list(chosen.light().select_related("case", "case__target").order_by("case_id", "pk"))
    names = [
        printing.file_name(letter, position)
        for letter in letters
        for position, _to in enumerate(recipients.of(letter), start=1)
    ]
    done = _drawn(letters) if drafts else _kept(letters)
    for number, (name, printed) in enumerate(zip(names, done, strict=True), start=1):
        if isinstance(printed, pdf.LetterError):
            yield f"{number} of {len(names)}: {name} NOT printed. {printed}"
            continue
        _write(folder / name, printed)
        yield f"{number} of {len(names)}: {name}"


def _ready_to_go_out() -> LetterQuerySet:
    demands = Letter.objects.demands().filter(case__state__in=LETTER_STATES)
    others = Letter.objects.exclude(variant=Letter.Variant.DEMAND)
    return (demands | others).ready_to_go_out()


def _newest_drafts() -> LetterQuerySet:
    return Letter.objects.drafts().filter(case__state__in=LETTER_STATES)


def _kept(letters: Sequence[Letter]) -> Iterator[bytes]:
    """Yield the files one by one: all of them at once may not fit into memory."""
    for letter in letters:
        for position, _to in enumerate(recipients.of(letter), start=1):
            yield printing.printed(Letter.objects.get(pk=letter.pk), position)


def _drawn(letters: Sequence[Letter]) -> Iterator[bytes | pdf.LetterError]:
    documents = [
        document
        for letter in letters
        for document in for_each(letter, document_for(letter, is_draft=True))
    ]
    return pdf.render_many((as_html(document), document.paper) for document in documents)


def _write(path: Path, printed: bytes) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(printed)
