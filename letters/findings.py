"""What a check finds in a letter."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from letters.document import LetterDocument
from letters.word_lists import BLOCK, WARN


@dataclass(frozen=True)
class Finding:
    """One thing found: `code` for tests and statistics, `sentence` for the person who writes.

    `where` names the fields of the letter it was found in, when it stands in a text, and `words`
    what of a word list was found there.
    """

    level: str
    code: str
    sentence: str
    where: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def is_block(self) -> bool:
        return self.level == BLOCK

    @property
    def can_be_lifted(self) -> bool:
        """Say whether two organizers may let it stand: a word may be harmless, a wrong sum is not,
        and nobody may give away somebody else's name."""
        return self.is_block and bool(self.words)

    def key(self, document: LetterDocument) -> str:
        """Return what this finding in this wording is known by, in any interface language."""
        typed = [text for _where, text in texts(document)]
        parts = [self.code, *self.words, "", document.language, *typed]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def block(code: str, sentence: str, where: tuple[str, ...] = ()) -> Finding:
    return Finding(BLOCK, code, sentence, where)


def warn(code: str, sentence: str, where: tuple[str, ...] = ()) -> Finding:
    return Finding(WARN, code, sentence, where)


def texts(document: LetterDocument) -> Iterator[tuple[str, str]]:
    """Yield (where it stands, text) of everything somebody typed for this letter."""
    yield _("the subject"), document.subject
    for text in document.facts:
        yield _("the facts"), text
    for text in document.demands:
        yield _("the demands"), text
    for text in document.how_to_pay:
        yield _("how to pay"), text
    for row in document.rows:
        yield _("the table"), f"{row.label}\n{row.working}\n{row.note}"
    usual = (document.salutation, document.otherwise, document.no_retaliation)
    for text in (*usual, *document.closing):
        yield _("the closing words"), text
    for text in document.enclosures:
        yield _("the enclosures"), text
