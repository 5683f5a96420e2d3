"""Two cases about the same thing become one: what moves over to the one that goes on, and back.

The merged case keeps its people, lines and timeline, so that it can be read as it was. The case
that goes on gets its people as its own; no sum moves, so nothing is ever demanded twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q

from campaigns.linking import copy_consent
from campaigns.models import Case, CaseParty, Consent, Contact, Evidence, Message, Person

# Table -> the column that says who of the people it is from or to.
_MOVED = ((Message, "party"), (Evidence, "added_by_party"), (Contact, None))


class HoldsMore(Exception):
    """Something hangs on the people who came over, so they cannot go back."""


def may_be_same(case: Case) -> Q:
    """Say which cases could be about the same thing: the same target, or a person both know."""
    people = [party.person for party in case.parties.present().select_related("person")]
    same = Q(parties__person__in=people)
    for name in ("phone_key", "email_key"):
        keys = {getattr(person, name) for person in people} - {""}
        same |= Q(**{f"parties__person__{name}__in": keys})
    return same | Q(target=case.target_id) if case.target_id else same


def is_same(one: Person, other: Person) -> bool:
    """Say whether two records are one person: the same name, and a number or address in common."""
    if one.pk == other.pk:
        return True
    named = one.name.strip().casefold() == other.name.strip().casefold()
    phone = one.phone_key != "" and one.phone_key == other.phone_key
    return named and (phone or (one.email_key != "" and one.email_key == other.email_key))


def counterparts(case: Case, into: Case) -> list[tuple[CaseParty, CaseParty | None]]:
    """Return the people of `case`, each with who they are in `into` already, if they are."""
    there = list(into.parties.select_related("person"))
    coming = case.parties.present().select_related("person").order_by("created_at", "pk")
    return [
        (party, next((known for known in there if is_same(known.person, party.person)), None))
        for party in coming
    ]


def move_over(case: Case, into: Case) -> dict[str, Any]:
    """Move people, messages, files and contacts. Return what is needed to move them back."""
    wrote: dict[str, Any] = {"people": {}, "made": [], "came_back": [], "codes": [], "consents": []}
    made: dict[int, CaseParty] = {}
    for party, known in counterparts(case, into):
        if known is None:
            new = _copy(party, into)
            wrote["made"].append(new.pk)
            wrote["consents"] += copy_consent(party, to=into)
        else:
            new = known
            if CaseParty.objects.filter(pk=new.pk).exclude(left_at=None).update(left_at=None):
                wrote["came_back"].append(new.pk)
        made[party.pk] = new
        wrote["people"][str(party.pk)] = new.pk
        if party.code_hash and not new.code_hash:
            _move_code(party, new)
            wrote["codes"].append(party.pk)
    _act_for_the_same(made, {*wrote["made"]})
    people = {old: new.pk for old, new in made.items()}
    for old, new in people.items():
        CaseParty.objects.filter(pk=old).update(goes_on_as=new)
    for model, who in _MOVED:
        rows = list(_coming(model, who, case=case, people=people))
        wrote[model.__name__] = [(pk, old) for pk, old, _new in rows]
        _send(model, who, [(pk, new) for pk, _old, new in rows], to=into)
    return wrote


def move_back(case: Case, into: Case, wrote: dict[str, Any]) -> None:
    """Undo `move_over`. Raises HoldsMore where the people who came over have done more since."""
    people = {int(old): new for old, new in wrote["people"].items()}
    home = {new: old for old, new in people.items() if new in wrote["made"]}
    for model, who in _MOVED:
        rows = [tuple(row) for row in wrote[model.__name__]]
        moved = {pk for pk, _old in rows}
        # What they wrote since they came over goes back with them.
        since = [row for row in _rows(model, who, case=into) if row[1] in home] if who else []
        rows += [(pk, home[new]) for pk, new in since if pk not in moved]
        _send(model, who, rows, to=case)
    CaseParty.objects.filter(pk__in=people).update(goes_on_as=None)
    if _holds_more(wrote["made"]):
        raise HoldsMore
    for pk in wrote["codes"]:
        _move_code(*(CaseParty.objects.get(pk=one) for one in (people[pk], pk)))
    CaseParty.objects.filter(pk__in=wrote["made"]).update(acts_for=None)
    CaseParty.objects.filter(pk__in=wrote["made"]).delete()
    CaseParty.objects.filter(pk__in=wrote["came_back"]).update(left_at=case.closed_at)
    Consent.objects.filter(pk__in=wrote["consents"]).delete()


def _copy(party: CaseParty, into: Case) -> CaseParty:
    return CaseParty.objects.create(
        case=into,
        person_id=party.person_id,
        role=party.role,
        public_name=party.public_name,
        alias=party.alias,
        joined_on=party.joined_on,
        scope=party.scope,
        may_decide=party.may_decide,
        authority_note=party.authority_note,
        payee=party.payee,
        payee_note=party.payee_note,
    )


def _act_for_the_same(made: dict[int, CaseParty], copies: set[int]) -> None:
    """Let who acted for somebody act for the same person in the case that goes on."""
    acting = CaseParty.objects.filter(pk__in=made).exclude(acts_for=None)
    for old, acts_for in acting.values_list("pk", "acts_for"):
        if made[old].pk in copies and acts_for in made:
            CaseParty.objects.filter(pk=made[old].pk).update(acts_for=made[acts_for])


def _move_code(of: CaseParty, to: CaseParty) -> None:
    code_hash = of.code_hash
    CaseParty.objects.filter(pk=of.pk).update(code_hash=None)
    CaseParty.objects.filter(pk=to.pk, code_hash=None).update(code_hash=code_hash)


def _coming(
    model: Any, who: str | None, *, case: Case, people: dict[int, int]
) -> Iterator[tuple[int, int | None, int | None]]:
    """Yield what moves: its key, whose it was, and whose it will be.

    What names nobody is by the first person of its case, or to all of them. In another case that
    would be somebody else, so it is given a name; what cannot be given one stays where it is.
    """
    if who is None:
        yield from (
            (pk, None, None) for pk in model.objects.filter(case=case).values_list("pk", flat=True)
        )
        return
    everybody = [*case.parties.order_by("created_at", "pk").values_list("pk", flat=True)]
    for row in model.objects.filter(case=case).order_by("pk"):
        old = getattr(row, f"{who}_id")
        if model is Evidence and row.is_legal:
            continue  # it opens for people who are named in this case's team, so it stays
        if model is Evidence and old is None and not row.by_affected_person:
            yield row.pk, None, None
            continue
        to_all = model is Message and old is None and row.from_team and len(everybody) > 1
        owner = old or (everybody or [0])[0]
        if owner in people and not to_all:
            yield row.pk, old, people[owner]


def _rows(model: Any, who: str, *, case: Case) -> Iterable[tuple[int, int | None]]:
    return model.objects.filter(case=case).order_by("pk").values_list("pk", who)


def _send(model: Any, who: str | None, rows: Iterable[tuple[int, int | None]], *, to: Case) -> None:
    """Put rows into another case, with the person there whom each is from or to."""
    by_person: dict[int | None, list[int]] = defaultdict(list)
    for pk, person in rows:
        by_person[person].append(pk)
    for person, pks in by_person.items():
        values = {"case": to} | ({f"{who}_id": person} if who else {})
        model.objects.filter(pk__in=pks).update(**values)


def _holds_more(parties: list[int]) -> bool:
    """Say whether a payment, a line, a vote or anything else hangs on people who came over."""
    own = {CaseParty}
    return any(
        relation.related_model._base_manager.filter(
            **{f"{relation.field.name}__in": parties}
        ).exists()
        for relation in CaseParty._meta.related_objects
        if relation.related_model not in own
    )
