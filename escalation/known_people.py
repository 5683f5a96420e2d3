"""The people an organizer may know of, and which records may be of one person.

Need to know: those of cases whose file the organizer may open, and those who signed up for actions
they run. Two records are joined only by somebody who may see all of both.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from campaigns.models import Case, CaseParty, Person, PersonMerge, User
from escalation.models import Action, SignUp


@dataclass(frozen=True)
class Double:
    """Two records that may be of one person, and why: "phone", "email" or "name"."""

    keep: Person
    other: Person
    why: str


def known_to(user: User) -> QuerySet[Person]:
    """Return the people `user` may know of, each with `parties` and `sign_ups` they may see."""
    parties = CaseParty.objects.filter(case__in=Case.objects.opened_to(user).values("pk"))
    sign_ups = SignUp.objects.filter(action__in=Action.objects.run_by(user).values("pk"))
    of_person = {"person": OuterRef("pk")}
    seen = Exists(parties.filter(**of_person)) | Exists(sign_ups.filter(**of_person))
    shown_parties = Prefetch("parties", parties.select_related("case"), to_attr="shown_parties")
    shown_sign_ups = Prefetch(
        "sign_ups", sign_ups.select_related("action"), to_attr="shown_sign_ups"
    )
    people = Person.objects.filter(seen, merged_into=None).order_by("name", "pk")
    return people.prefetch_related(shown_parties, shown_sign_ups)


def joined_by(user: User) -> QuerySet[Person]:
    """Return those of them of whom nothing is hidden from `user`: these they may join."""
    parties = CaseParty.objects.exclude(case__in=Case.objects.opened_to(user).values("pk"))
    sign_ups = SignUp.objects.exclude(action__in=Action.objects.run_by(user).values("pk"))
    of_person = {"person": OuterRef("pk")}
    hidden = Exists(parties.filter(**of_person)) | Exists(sign_ups.filter(**of_person))
    return known_to(user).exclude(hidden).select_related("user")


def merges_of(user: User) -> QuerySet[PersonMerge]:
    """Return the merges `user` may take back."""
    kept = joined_by(user).prefetch_related(None).values("pk")
    rows = PersonMerge.objects.filter(undone_at=None, keep__in=kept)
    return rows.select_related("keep", "other")


def doubles(people: Iterable[Person]) -> Iterator[Double]:
    """Yield pairs of `people`, read by `joined_by`, that share a phone, an e-mail, or a name and a
    target. The record that was there first is proposed to be kept."""
    groups: dict[tuple[str, object], list[Person]] = defaultdict(list)
    for person in people:
        for key in _keys(person):
            groups[key].append(person)
    seen = set()
    for (why, _value), same in groups.items():
        first, *others = sorted(same, key=lambda person: person.pk)
        for other in others:
            pair = (first.pk, other.pk)
            if pair not in seen and not _in_one_case(first, other):
                seen.add(pair)
                yield Double(first, other, why)


def _keys(person: Person) -> set[tuple[str, object]]:
    keys: set[tuple[str, object]] = set()
    if person.phone_key:
        keys.add(("phone", person.phone_key))
    if person.email_key:
        keys.add(("email", person.email_key))
    if name := person.name.strip().casefold():
        targets = {party.case.target_id for party in person.shown_parties} - {None}
        keys |= {("name", (name, target)) for target in targets}
    return keys


def _in_one_case(one: Person, other: Person) -> bool:
    cases = {party.case_id for party in one.shown_parties}
    return any(party.case_id in cases for party in other.shown_parties)
