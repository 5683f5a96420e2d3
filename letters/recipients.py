"""To whom a letter may go: the target, and whoever is proven to stand behind it.

A link that is only likely, or that nobody has checked, never reaches a letter or a poster: a wrong
name on a demand is a wrong accused. A relative is nobody's business at all.
"""

import math
import re
import string
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Case, Target, TargetLink
from campaigns.target_keys import folded, name_key
from campaigns.target_words import label
from letters.models import Letter

RELATIVE = TargetLink.Role.RELATIVE
# Who owes nothing, and can talk to the target: asked for that, and never for money.
R = TargetLink.Role
WITH_INFLUENCE = (*TargetLink.WRITTEN_TO, R.CLIENT, R.LENDER, R.FRANCHISOR)
MOST_LINES = 12
MOST_FURTHER = 5
# What print.css shows in the window of an envelope, in its small letters.
SMALL_LINES = 9
SMALL_CHARACTERS = 52
_WIDE = dict.fromkeys(string.ascii_uppercase, 1.2) | dict.fromkeys("mwMW@%&", 1.6)
LEAST_LETTERS = 3


@dataclass(frozen=True)
class Recipient:
    """Somebody a letter may go to, and what they are to the target."""

    pk: int
    name: str
    lines: list[str]
    what: str = ""


def of_target(target: Target, what: str = "") -> Recipient:
    """Return the addressee and the lines below: person, business, legal name, street."""
    who = [name for name in (target.contact_name, target.name, target.legal_name) if name]
    distinct = list(dict.fromkeys(who))
    return Recipient(target.pk, distinct[0], [*distinct[1:], *target.address.splitlines()], what)


def offered(case: Case) -> list[Recipient]:
    """Return to whom a letter of `case` may go: the target first, then who is confirmed."""
    if case.target is None:
        return []
    behind = _confirmed(case.target, TargetLink.WRITTEN_TO)
    return list(({case.target.pk: of_target(case.target)} | behind).values())


def with_influence(case: Case) -> list[Recipient]:
    """Return who is confirmed to be linked to the target, and is not the target: a letter can ask
    them to use their influence."""
    return list(_confirmed(case.target, WITH_INFLUENCE).values()) if case.target else []


def _confirmed(target: Target, roles: Iterable[str]) -> dict[int, Recipient]:
    links = TargetLink.objects.current(timezone.localdate()).filter(
        to_target=target, role__in=roles, confidence=TargetLink.Confidence.CONFIRMED
    )
    found: dict[int, Recipient] = {}
    for link in links.select_related("from_target"):
        what = label(link.role, is_behind=True)
        found.setdefault(link.from_target_id, of_target(link.from_target, what))
    found.pop(target.pk, None)
    return found


def is_one_of(among: Iterable[Recipient], name: str, address: str) -> bool:
    """Say whether a letter goes to one of those: their name is the addressee, or the line below."""
    written = {folded(line) for line in [name, *address.splitlines()[:1]]}
    return any(folded(one.name) in written for one in among)


def fields(case: Case, *, to: Sequence[str] = (), each: bool = False) -> dict[str, str]:
    """Return name and address of those chosen by `to`, their keys; of the target without any."""
    return chosen(offered(case), to, each=each)


def chosen(among: Sequence[Recipient], to: Sequence[str], *, each: bool = False) -> dict[str, str]:
    """Return name and address of those of `among` whose keys are in `to`; without any, the first.

    With `each` everybody gets a letter of their own, with the same words. Without it several stand
    in one address, one below the other, so that each copy says who got it too.
    """
    picked = [one for one in among if str(one.pk) in to] or among[:1]
    if not picked:
        return {"recipient_name": "", "recipient_address": "", "also_to": ""}
    first, others = picked[0], [Addressee(one.name, one.lines) for one in picked[1:]]
    lines = list(first.lines)
    if not each:
        lines += [line for one in others for line in (one.name, *one.lines)]
    return {
        "recipient_name": first.name,
        "recipient_address": "\n".join(lines[:MOST_LINES]),
        "also_to": as_text(others[:MOST_FURTHER]) if each else "",
    }


@dataclass(frozen=True)
class Addressee:
    """Somebody with a letter of their own: the name, and the lines below it."""

    name: str
    lines: Sequence[str]


def further(text: str) -> list[Addressee]:
    """Return the further recipients that `Letter.also_to` names, parted by empty lines."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    parts = [[line.strip() for line in block.splitlines() if line.strip()] for block in blocks]
    return [Addressee(lines[0], lines[1:]) for lines in parts if lines]


def of(letter: Letter) -> list[Addressee]:
    """Return everybody who gets a copy of their own, the first one first."""
    first = Addressee(letter.recipient_name, letter.recipient_address.splitlines())
    return [first, *further(letter.also_to)]


def again(case: Case, letter: Letter) -> dict[str, str]:
    """Return the recipients of an earlier letter, whoever is known at their present address."""
    known = {folded(one.name): Addressee(one.name, one.lines) for one in offered(case)}
    first, *others = [known.get(folded(one.name), one) for one in of(letter)]
    return {
        "recipient_name": first.name,
        "recipient_address": "\n".join(first.lines),
        "also_to": as_text(others),
    }


def as_text(addressees: Iterable[Addressee]) -> str:
    return "\n\n".join("\n".join([one.name, *one.lines]) for one in addressees)


def why_not_in_window(name: str, lines: Sequence[str]) -> str:
    """Return why an address does not fit into the window of an envelope, or nothing."""
    printed = sum(_printed_lines(line) for line in (name, *lines))
    if printed <= SMALL_LINES:
        return ""
    return _(
        "The address takes %(printed)d lines, and the window of an envelope shows %(limit)d. A "
        "line holds %(letters)d letters. Make it shorter, or write one letter each."
    ) % {"printed": printed, "limit": SMALL_LINES, "letters": SMALL_CHARACTERS}


def _printed_lines(line: str) -> int:
    """Return how many lines of the window a line of an address takes, broken between words."""
    count, room = 0, 0.0
    for word in line.split():
        width = _width(word)
        if width > room:
            count += max(1, math.ceil(width / SMALL_CHARACTERS))
            room = SMALL_CHARACTERS - width % SMALL_CHARACTERS
        else:
            room -= width
        room -= 1
    return count


def _width(word: str) -> float:
    """Return about how many small letters wide a word is; a Chinese sign is two."""
    return sum(
        2 if unicodedata.east_asian_width(letter) in "WF" else _WIDE.get(letter, 1)
        for letter in word
    )


def unproven_in(case: Case, texts: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return who is named in `texts`, pairs of a place and a text, without a confirmed link:
    {name: [places]}.

    Whoever is proven may be named, also where an unproven name is part of theirs.
    """
    unproven, proven = _names_around(case)
    if not unproven:
        return {}
    found: dict[str, list[str]] = {}
    for place, text in texts:
        plain = f" {folded(text)} "
        for name in sorted(proven, key=len, reverse=True):
            plain = plain.replace(f" {name} ", " | ")
        for key, name in unproven.items():
            if f" {key} " in plain and place not in found.setdefault(name, []):
                found[name].append(place)
    return {name: places for name, places in found.items() if places}


def _names_around(case: Case) -> tuple[dict[str, str], set[str]]:
    """Return the names within two steps of the target: unproven {folded: as written}, proven."""
    if case.target_id is None:
        return {}, set()
    here = case.target_id
    first = TargetLink.objects.shown().of(here).order_by()
    ends = Q()
    for side in ("from_target", "to_target"):
        ends |= Q(from_target__in=first.values(side)) | Q(to_target__in=first.values(side))
    links = list(
        TargetLink.objects.shown()
        .filter(ends)
        .values_list("from_target", "to_target", "role", "confidence")
    )
    if not links:
        return {}, set()
    proven = {here}
    # What belongs to the target itself first: from there the proof goes one step on.
    for one, other, role, confidence in sorted(links, key=lambda link: here not in link[:2]):
        sure = confidence == TargetLink.Confidence.CONFIRMED and role != RELATIVE
        if sure and {one, other} & proven:
            proven |= {one, other}
    around = {pk for one, other, *_rest in links for pk in (one, other)} | proven
    unproven_names: dict[str, str] = {}
    proven_names: set[str] = set()
    for target in Target.objects.filter(pk__in=around).prefetch_related("aliases"):
        names = [target.name, target.legal_name, *(alias.name for alias in target.aliases.all())]
        if target.pk in proven:
            proven_names |= {form for name in names for form in (folded(name), name_key(name))}
        else:
            unproven_names |= {
                name_key(name): name for name in names if len(name_key(name)) >= LEAST_LETTERS
            }
    return unproven_names, proven_names - {""}
