"""Normal forms of what a target is known by, so that two spellings of it are found to be one.

A target is looked up by them only; people read what was typed.
"""

import re
import unicodedata
from collections.abc import Iterator

import phonenumbers
from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LEAST_OF_A_PLATE, MOST_OF_A_PLATE = 4, 10
# Forms of a firm, at the end of its name: "Maple 114" is "Maple 114, L.L.C.".
_FORMS_OF_A_FIRM = _words(
    "llc inc ltd limited co corp corporation company lp llp plc gmbh sl sa slu srl pty"
)
# Words that name nobody. A name of such words alone is no name.
_NOBODY = _words(
    "my the a an our mr mrs ms miss boss bosses owner landlord landlady landlords manager foreman"
    " contractor company agent agency restaurant guy man woman old former name not known unknown"
    " mi el la los las un una jefe jefa dueno duena patron patrona casero casera encargado"
    " encargada empresa agente senor senora sr sra don dona restaurante"
)
_STREET_TYPES = _words(
    "street st avenue ave av road rd drive dr lane ln way boulevard blvd court ct place pl square"
    " sq terrace ter parkway pkwy highway hwy close crescent calle avenida carrera paseo plaza"
    " de del la las los el"
)
_DIRECTIONS = {"north": "n", "south": "s", "east": "e", "west": "w"}
# What follows or comes before a number that is not the number of a house.
_UNITS = _words("apt apartment suite ste unit room floor fl box piso puerta no number")
_DROPPED = re.compile(r"[.'’´`]")  # "L.L.C." and "O'Neill" are one word
_HOUSE_NUMBER = re.compile(r"\d{1,5}[a-z]?")


def folded(text: str) -> str:
    """Return `text` without accents, case and punctuation: "José's Café" is "joses cafe"."""
    plain = unicodedata.normalize("NFKD", _DROPPED.sub("", text)).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^\w]|_", " ", plain).split())


def name_key(text: str) -> str:
    """Return a name folded and without the form of the firm, or "" for a name like "my boss"."""
    words = folded(text).split()
    while len(words) > 1 and words[-1] in _FORMS_OF_A_FIRM:
        words.pop()
    return "" if set(words) <= _NOBODY else " ".join(words)


def phone_keys(text: str, *, country: str) -> set[str]:
    """Return every number in `text` as "+12065550134"."""
    found = PhoneNumberMatcher(text, country, leniency=Leniency.POSSIBLE, max_tries=20)
    return {phonenumbers.format_number(match.number, PhoneNumberFormat.E164) for match in found}


def plate_key(text: str) -> str:
    return folded(text).replace(" ", "")


def plates_in(text: str) -> set[str]:
    """Return what may be a plate in a running text: one to three words with letters and digits."""
    words, found = folded(text).split(), set()
    for start in range(len(words)):
        for end in range(start + 1, min(start + 3, len(words)) + 1):
            plate = "".join(words[start:end])
            mixed = not plate.isdigit() and not plate.isalpha()
            if mixed and LEAST_OF_A_PLATE <= len(plate) <= MOST_OF_A_PLATE:
                found.add(plate)
    return found


def address_keys(text: str) -> set[str]:
    """Return house number and street of each line: "114 N. Maple Street, Apt 3" → "114 n maple"."""
    return {
        f"{number} {' '.join(street)}"
        for line in re.split(r"[\n,;]", text)
        for number, street in _house_numbers(line)
        if street
    }


def addresses_in(text: str) -> set[str]:
    """Return what may be number and street in a running text, with one to three words each."""
    return {
        f"{number} {' '.join(some)}"
        for part in re.split(r"[\n,;]", text)
        for number, street in _house_numbers(part)
        for some in (street[:count] for count in range(1, 4))
        if some
    }


def _house_numbers(line: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each number with the words of its street: those after it, or before it at the end."""
    words = folded(line).split()
    for place, word in enumerate(words):
        if not _HOUSE_NUMBER.fullmatch(word) or (place and words[place - 1] in _UNITS):
            continue
        after = _street(words[place + 1 :])
        if after:
            yield word, after
        elif place == len(words) - 1 and len(word) < 5 and not _UNITS.intersection(words):
            yield word, _street(words[:place])


def _street(words: list[str]) -> list[str]:
    street: list[str] = []
    for word in words:
        if word in _UNITS:
            break
        if word not in _STREET_TYPES:
            street.append(_DIRECTIONS.get(word, word))
    return street
