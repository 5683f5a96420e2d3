"""To whom a letter may go: the target, and whoever is proven to stand behind it.

A link that is only likely, or that nobody has checked, never reaches a letter or a poster: a wrong
name on a demand is a wrong accused. A relative is nobody's business at all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from campaigns.models import Case, Target, TargetLink
from campaigns.target_keys import folded, name_key
from campaigns.target_words import label

RELATIVE = TargetLink.Role.RELATIVE
# Who owes nothing, and can talk to the target: asked for that, and never for money.
R = TargetLink.Role
WITH_INFLUENCE = (*TargetLink.WRITTEN_TO, R.CLIENT, R.LENDER, R.FRANCHISOR)
MOST_LINES = 12
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


def fields(case: Case, *, to: Sequence[str] = ()) -> dict[str, str]:
    """Return name and address of those chosen by `to`, their keys; of the target without any."""
    return chosen(offered(case), to)


def chosen(among: Sequence[Recipient], to: Sequence[str]) -> dict[str, str]:
    """Return name and address of those of `among` whose keys are in `to`; without any, the first.

    Several stand in one address, one below the other, so that each copy says who got it too.
    """
    picked = [one for one in among if str(one.pk) in to] or among[:1]
    if not picked:
        return {"recipient_name": "", "recipient_address": ""}
    lines = list(picked[0].lines)
    for other in picked[1:]:
        lines += [other.name, *other.lines]
    return {"recipient_name": picked[0].name, "recipient_address": "\n".join(lines[:MOST_LINES])}


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
