"""Put the facts of a case into a text with named fields. Plain replacing, and nothing runs.

A line is one sentence. Fields stand in it as {names}. What a line begins with says what becomes of
it when a field in it is empty:

    nothing   it stays, with the field to be seen: a hole, which stops the letter
    ?         it is left out
    |         it stands in for the line above where that was left out, and is left out like it

A field that holds several lines makes a line for each of them.
"""

import re
from collections.abc import Collection, Iterator, Mapping

from django.utils.text import capfirst

PARTS = ("subject", "body", "asks", "how_to_pay", "closing")
FIELD = re.compile(r"\{([a-z_]+)\}")
OPTIONAL, INSTEAD = "?", "|"
PEOPLE = ("names", "one_person", "several_people")
_BRACES = re.compile(r"\{[^{}\n]*\}|[{}]")
_HEADING = re.compile(r"^\[([a-z_]+)\]$", re.MULTILINE)


def parse(source: str) -> dict[str, str]:
    """Return the parts of a shipped text: each stands below its name in square brackets.

    Raises ValueError for a part that does not exist.
    """
    before, *rest = _HEADING.split(source)
    found = dict(zip(rest[::2], (part.strip() for part in rest[1::2]), strict=True))
    if before.strip() or set(found) - set(PARTS):
        raise ValueError(f"Not a text of a letter: {[before.strip(), *found]}")
    return {part: found.get(part, "") for part in PARTS}


def fields_in(text: str) -> list[str]:
    """Return the names of the fields in `text`, each once."""
    return list(dict.fromkeys(FIELD.findall(text)))


def unknown_in(text: str, allowed: Collection[str]) -> list[str]:
    """Return what stands in braces and is no allowed field, and any brace that is left alone."""
    found = dict.fromkeys(_BRACES.findall(text))
    return [piece for piece in found if piece[1:-1] not in allowed]


def has_loose_alternative(text: str) -> bool:
    """Say whether a line stands in for another where there is none above that can be left out."""
    above = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith(INSTEAD) and above[:1] not in (OPTIONAL, INSTEAD):
            return True
        above = line
    return False


def paragraphs(part: str, values: Mapping[str, str]) -> list[str]:
    """Return the paragraphs of a part, its sentences one behind the other."""
    blocks = re.split(r"\n\s*\n", part.strip())
    joined = (" ".join(lines(block, values)) for block in blocks)
    return [text for text in joined if text]


def lines(part: str, values: Mapping[str, str]) -> list[str]:
    """Return the lines of a part with the fields filled in, without those that are left out."""
    return list(_lines(part, values))


def _lines(part: str, values: Mapping[str, str]) -> Iterator[str]:
    is_said = True  # whether the line above, or one that stood in for it, was written
    for line in filter(None, map(str.strip, part.splitlines())):
        mark = line[0] if line[0] in (OPTIONAL, INSTEAD) else ""
        text = line[len(mark) :].strip()
        is_known = all(values.get(name) for name in FIELD.findall(text))
        if mark == INSTEAD and is_said:
            continue
        is_said = is_known or not mark
        if is_said:
            yield from _each(text, values)


def _each(text: str, values: Mapping[str, str]) -> Iterator[str]:
    """Yield the line, once for each line of a field in it that has several."""
    names = fields_in(text)
    columns = {name: values.get(name, "").splitlines() for name in names}
    for number in range(max((len(column) for column in columns.values()), default=1) or 1):
        row = {name: _nth(column, number) for name, column in columns.items()}
        yield _filled(text, row)


def _nth(column: list[str], number: int) -> str:
    if len(column) == 1:
        return column[0]
    return column[number] if number < len(column) else ""


def _filled(text: str, values: Mapping[str, str]) -> str:
    """Replace each field once: braces in a value are text, whatever they say.

    "one former worker" at the head of a sentence begins with a capital.
    """

    def value(found: re.Match[str]) -> str:
        known = values[found.group(1)] or found.group()
        is_head = found.start() == 0 and found.group(1) in PEOPLE
        return capfirst(known) if is_head else known

    return FIELD.sub(value, text)
