"""Words a group adds to the checks of its letters. They make them stricter, never laxer."""

import re

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from campaigns.models import User
from letters.models import OwnWord
from letters.word_lists import WordList

LEAST_LETTERS = 3
_SENTENCES = {
    OwnWord.Level.BLOCK: gettext_lazy(
        "Your group does not want this in its letters. Take out: %(words)s."
    ),
    OwnWord.Level.WARN: gettext_lazy("Your group wants to look at this twice: %(words)s."),
}


def lists(language: str) -> list[WordList]:
    """Return the group's own lists for letters in `language`, one for each level."""
    words = list(OwnWord.objects.in_use().filter(language=language))
    found = []
    for level, sentence in _SENTENCES.items():
        if own := tuple(word.word for word in words if word.level == level):
            found.append(WordList(level.value, f"own_{level}", sentence, {language: own}))
    return found


def tidy(word: str) -> str:
    """Return a word as it is kept: one space between words, and no sign but a star at an end."""
    spaced = " ".join(re.sub(r"[…/=|]", " ", word).split())
    return re.sub(r"\*+(?!\s|$)", "", re.sub(r"\*+(?=\s|$)", "*", spaced))


def add(*, language: str, level: str, word: str, by: User) -> bool:
    """Put a word on the list. Return False when it stands there already."""
    try:
        with transaction.atomic():
            OwnWord.objects.create(language=language, level=level, word=word, added_by=by)
    except IntegrityError:
        return False
    return True


def remove(word: OwnWord, *, by: User) -> None:
    """Take a word off the list. Who did it, and when, stays to be read. Twice is once."""
    OwnWord.objects.in_use().filter(pk=word.pk).update(removed_by=by, removed_at=timezone.now())
