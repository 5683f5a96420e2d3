"""One spelling of street addresses, to find the same place in two texts.

People write "114 Maple Street, office" in a notice and "in front of 114 maple st." in a plan. What
both have in common is the number and the word beside it, so that is what is compared. A text
without a number is compared as a whole.
"""

import re
import unicodedata
from collections.abc import Iterator

_WORD = re.compile(r"[^\W_]+")
_PART = re.compile(r"[\n,;()/]+")
_HOUSE = re.compile(r"\d{1,5}[a-z]?")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that say what kind of street, side or unit it is: they differ from one spelling to the next.
_STREETS = _words(
    "street st avenue ave av road rd boulevard blvd drive dr lane ln court ct way place pl square "
    "sq highway hwy calle c avenida avda camino plaza paseo carrera strasse str"
)
_SIDES = _words("n s e w ne nw se sw north south east west norte sur este oeste")
_UNITS = _words(
    "suite ste apt apartment unit floor room rm box no nr num number piso depto apartamento "
    "oficina office"
)
_FILLERS = _words("the of at on in to and de del la las el los y en a")
_LONGEST = 400


def folded(text: str) -> list[str]:
    """Return the words of `text` without accents, capitals and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _WORD.findall(plain)


def street_key(text: str) -> str:
    """Return how the place in `text` is found again, or "" when it names none.

    Numbered places, each "114 maple", stand one beside the other with "|" between them; a text
    without any is its words.
    """
    numbered = sorted(_numbered(text))
    if numbered:
        return "|".join(numbered)[:_LONGEST]
    words = [word for word in folded(text) if word not in _FILLERS]
    return " ".join(words)[:_LONGEST]


def is_there(key: str, text: str) -> bool:
    """Say whether `text` names the place that `key` was worked out from."""
    if not key:
        return False
    if re.match(r"\d", key):
        return not set(key.split("|")).isdisjoint(_numbered(text))
    words = [word for word in folded(text) if word not in _FILLERS]
    return f" {key} " in f" {' '.join(words)} "


def _numbered(text: str) -> set[str]:
    """Return each house number with the name of its street.

    A postal code stands beside a town, and is left out where there is a shorter number.
    """
    found = {pair for part in _PART.split(text) for pair in _pairs(folded(part))}
    houses = {pair for pair in found if len(pair.split()[0]) < 5}
    return houses or found


def _pairs(words: list[str]) -> Iterator[str]:
    for at, word in enumerate(words):
        if not _HOUSE.fullmatch(word) or (at and words[at - 1] in _UNITS):
            continue
        after = _name(words[at + 1 :])
        before = _name(words[:at][::-1])
        if after:
            yield f"{word} {after}"
        if before and len(word) < 5:
            yield f"{word} {before}"


def _name(words: list[str]) -> str:
    """Return the first word that can be the name of a street."""
    skipped = _STREETS | _SIDES | _FILLERS
    name = next((word for word in words if word not in skipped), "")
    return "" if name in _UNITS or name.isdigit() else name
