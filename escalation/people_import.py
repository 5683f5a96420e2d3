"""People from a spreadsheet onto the phone tree: read, shown as understood, and only then stored.

Nothing is guessed in silence. Each line says how it was read; a day that could be two days is
asked about; who is there already, or wants no call, is left out by name.
"""

import csv
import datetime as dt
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import spreadsheet
from campaigns.contact_keys import email_key, phone_key
from campaigns.models import Group, Person, User
from escalation.models import OptOut, TreeEntry

LARGEST = 1024 * 1024  # bytes
MOST_LINES, MOST_COLUMNS = 3000, 40
COLUMNS = (
    ("", gettext_lazy("leave it out")),
    ("name", gettext_lazy("name")),
    ("phone", gettext_lazy("phone")),
    ("email", gettext_lazy("e-mail")),
    ("language_read", gettext_lazy("language")),
    ("area", gettext_lazy("part of town")),
    ("logistics", gettext_lazy("what they need to come")),
    ("good_times", gettext_lazy("good times to call")),
    ("agreed_on", gettext_lazy("day they agreed")),
)
# What the head of a column says in the spreadsheets of groups, in the languages we know.
_HEADS = {
    "name": r"name|first|nombre|nom\b",
    "phone": r"phone|mobile|cell|tel|m[oó]vil|whats",
    "email": r"mail|correo",
    "language_read": r"lang|idioma|lengua",
    "area": r"area|town|neighbo|district|zone|zona|barrio",
    "logistics": r"need|ride|necesi",
    "good_times": r"time|when to call|hora",
    "agreed_on": r"date|since|joined|consent|agreed|fecha|desde",
}
DAY_FIRST, MONTH_FIRST = "day", "month"
_NUMBERS = re.compile(r"(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{2}|\d{4})")
# Day 0 of a spreadsheet's calendar, as programs count since 1900 had a 29 February for them.
_DAY_0 = dt.date(1899, 12, 30)
_SERIAL = re.compile(r"[345]\d{4}(\.0+)?")  # 1982 to 2064

# Where each column goes, and how much fits there.
_MOST = {
    "name": 80,
    "phone": 60,
    "email": 254,
    "area": 80,
    "logistics": 200,
    "good_times": 200,
    "language_spoken": 60,
}

_OF_PERSON = (
    "name",
    "phone",
    "email",
    "phone_key",
    "email_key",
    "language_spoken",
    "language_read",
    "good_times",
)


class ImportRefused(Exception):
    """Nothing was read. The text of the exception is a sentence for the person."""


@dataclass(frozen=True)
class Table:
    heads: list[str]
    lines: list[list[str]]

    def packed(self) -> str:
        """Return the table as the page carries it, so that nothing is stored before the yes."""
        return json.dumps([self.heads, self.lines], ensure_ascii=False)

    def samples(self, column: int) -> list[str]:
        return [line[column] for line in self.lines if line[column]][:3]


@dataclass
class Line:
    """One line as it was understood; with a `problem` it is left out."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    problem: str = ""
    day_as_typed: str = ""

    @property
    def language(self) -> str:
        return dict(settings.LANGUAGES)[self.values["language_read"]]


def read_file(data: bytes) -> Table:
    """Return the table in a CSV file, whatever program wrote it. Raises ImportRefused."""
    text = _decoded(data)
    try:
        delimiter = csv.Sniffer().sniff(text[:4096], delimiters=",;\t").delimiter
    except csv.Error:
        delimiter = ","
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = [[spreadsheet.as_typed(cell.strip()).strip() for cell in line] for line in lines]
    return _table([row for row in rows if any(row)])


def _decoded(data: bytes) -> str:
    if data[:2] in (b"PK", b"\xd0\xcf"):
        raise ImportRefused(_("Save the spreadsheet as CSV first, and choose that file."))
    for encoding in ("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ImportRefused(_("This file cannot be read. Save the spreadsheet as CSV in UTF-8."))


def unpacked(text: str) -> Table:
    """Return the table that a page carried. Raises ImportRefused."""
    try:
        heads, lines = json.loads(text)
    except (ValueError, TypeError):
        raise ImportRefused(_("The page lost the file. Please choose it again.")) from None
    return _table([[str(cell) for cell in row] for row in [heads, *lines]], has_heads=True)


def _table(rows: list[list[str]], *, has_heads: bool = False) -> Table:
    if not rows:
        raise ImportRefused(_("There is nothing in this file."))
    width = max(map(len, rows))
    if width > MOST_COLUMNS or len(rows) > MOST_LINES + 1:
        raise ImportRefused(
            _("This is too much at once. %(n)s lines fit. Make two files of it.")
            % {"n": MOST_LINES}
        )
    rows = [row + [""] * (width - len(row)) for row in rows]
    if has_heads or not any(len(re.findall(r"\d", cell)) >= 7 for cell in rows[0]):
        return Table(rows[0], rows[1:])
    heads = [_("Column %(n)s") % {"n": n} for n in range(1, width + 1)]
    return Table(heads, rows)


def guessed(table: Table) -> list[str]:
    """Return what each column seems to be; each meaning once, the rest left out."""
    columns: list[str] = []
    for head in table.heads:
        fits = (what for what, words in _HEADS.items() if re.search(words, head, re.IGNORECASE))
        columns.append(next((what for what in fits if what not in columns), ""))
    if "phone" not in columns:
        columns = [_by_content(table, n, what) for n, what in enumerate(columns)]
    return columns


def _by_content(table: Table, column: int, guess: str) -> str:
    cells = table.samples(column)
    looks_like_phones = cells and all(len(re.findall(r"\d", cell)) >= 7 for cell in cells)
    return "phone" if not guess and looks_like_phones else guess


# Days


def order_of_days(cells: Iterable[str]) -> str | None:
    """Return which comes first in these days, or None where nobody can know.

    One day with a number over 12 settles it for its column. Where no cell leaves a doubt, any
    order is right, and the day comes first.
    """
    pairs = [pair for pair in map(_two_numbers, cells) if pair]
    days_first = any(first > 12 for first, _second in pairs)
    months_first = any(second > 12 for _first, second in pairs)
    if days_first and months_first:
        return None
    if days_first or months_first:
        return DAY_FIRST if days_first else MONTH_FIRST
    return None if any(first != second for first, second in pairs) else DAY_FIRST


def _two_numbers(cell: str) -> tuple[int, int] | None:
    """Return the first two numbers of a day whose year comes last, or None."""
    found = _NUMBERS.fullmatch(cell.strip())
    return (int(found[1]), int(found[2])) if found and len(found[1]) < 3 else None


def read_day(cell: str, order: str) -> dt.date | None:
    """Return the day a cell means: 2025-04-03, 45750, or 03/04/2025 by `order`. None if none."""
    cell = cell.strip()
    if _SERIAL.fullmatch(cell):
        return _DAY_0 + dt.timedelta(days=int(cell.split(".")[0]))
    try:
        return dt.date.fromisoformat(cell[:10])
    except ValueError:
        pass
    found = _NUMBERS.fullmatch(cell)
    if not found or len(found[1]) > 2:
        return None
    first, second, year = (int(found[n]) for n in (1, 2, 3))
    day, month = (first, second) if order == DAY_FIRST else (second, first)
    try:
        return dt.date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


# How it is understood


def understood(
    table: Table, columns: Sequence[str], *, order: str, group: Group, today: dt.date
) -> list[Line]:
    """Return every line as it would be taken in, in three queries however long the table is."""
    lines = [
        _line(n, dict(zip(columns, row, strict=True)), order, group, today)
        for n, row in enumerate(table.lines, start=2)
    ]
    keys = {line.values["phone_key"] for line in lines if not line.problem}
    entries = TreeEntry.objects.filter(person__phone_key__in=keys, person__merged_into=None)
    there = set(entries.values_list("person__phone_key", flat=True))
    wishes = OptOut.objects.in_force().filter(contact_key__in=[f"phone:{key}" for key in keys])
    off = set(wishes.values_list("contact_key", flat=True))
    seen: Counter[str] = Counter()
    for line in lines:
        if not line.problem:
            key = line.values["phone_key"]
            line.problem = _known(key, is_there=key in there, is_off=f"phone:{key}" in off)
            line.problem = line.problem or (_("stands in this file twice") if seen[key] else "")
            seen[key] += 1
    return lines


def _known(key: str, *, is_there: bool, is_off: bool) -> str:
    if is_off:
        return _("wants no call")
    return _("is on the phone tree already") if is_there else ""


def _line(number: int, cells: dict[str, str], order: str, group: Group, today: dt.date) -> Line:
    cells.pop("", None)
    day_typed = cells.pop("agreed_on", "")
    cells["language_spoken"] = cells.get("language_read", "")
    line = Line(number, {name: cells.get(name, "") for name in _MOST}, day_as_typed=day_typed)
    line.values["language_read"] = _language(cells.get("language_read", ""), group.language)
    line.values["phone_key"] = phone_key(line.values["phone"], country=group.country)
    line.values["email_key"] = email_key(line.values["email"])
    line.values["agreed_on"] = read_day(day_typed, order) if day_typed else None
    line.problem = _problem(line, today)
    return line


def _problem(line: Line, today: dt.date) -> str:
    values = line.values
    too_long = next((name for name, most in _MOST.items() if len(values[name]) > most), "")
    if too_long:
        columns = dict(COLUMNS) | {"language_spoken": _("language")}
        return _("%(column)s: too long") % {"column": columns[too_long]}
    if not values["name"]:
        return _("has no name")
    if not values["phone_key"]:
        return _("has no phone that we can call")
    if line.day_as_typed and values["agreed_on"] is None:
        return _("“%(day)s” is no day we can read") % {"day": line.day_as_typed}
    if values["agreed_on"] and values["agreed_on"] > today:
        return _("“%(day)s” is in the future") % {"day": line.day_as_typed}
    return ""


def _language(typed: str, fallback: str) -> str:
    """Return the code of a language we have: by its code, or by its name in any of them."""
    typed = typed.strip().casefold()
    names = {"english": "en", "inglés": "en", "ingles": "en", "spanish": "es"}
    names |= {"español": "es", "espanol": "es", "castellano": "es"}
    known = dict(settings.LANGUAGES)
    code = names.get(typed, typed[:2])
    return code if code in known else fallback


def take_in(lines: Iterable[Line], *, by: User, now: dt.datetime) -> int:
    """Put the lines without a problem on the phone tree, all or none, and return how many."""
    good = [line.values for line in lines if not line.problem]
    with transaction.atomic():
        people = [Person(**{name: values[name] for name in _OF_PERSON}) for values in good]
        Person.objects.bulk_create(people, batch_size=500)
        entries = [
            TreeEntry(
                person=person,
                added_by=by,
                since=_since(values["agreed_on"], now),
                area=values["area"],
                logistics=values["logistics"],
            )
            for person, values in zip(people, good, strict=True)
        ]
        TreeEntry.objects.bulk_create(entries, batch_size=500)
    return len(good)


def _since(day: dt.date | None, now: dt.datetime) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), tzinfo=now.tzinfo) if day else now
