"""What one network hands to the next: its texts, pages, rules and settings, and nobody's name.

A kit is one JSON file. It holds what stands in `PARTS` and `SETTINGS` and nothing else, so no
person, case or address can slip into it. What it brings is taken in as if it was typed: each row is
checked, and a rule counts as unchecked until somebody of the new network has looked it up.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from campaigns.models import DepositRule, Group, HandbookPage, WageRule
from escalation.models import GroupTactic
from letters.models import LetterText, OwnWord

NAME, VERSION = "owed kit", 1
LARGEST = 4 * 1024 * 1024  # bytes
MOST_ROWS = 2000  # of one part

Kit = dict[str, Any]


class KitRefused(Exception):
    """Nothing was taken in. The text of the exception is a sentence for the person."""


@dataclass(frozen=True)
class Part:
    """Rows of one model: known by `same`, with their other `fields`; `only` some of them."""

    model: type[models.Model]
    same: tuple[str, ...]
    fields: tuple[str, ...]
    only: Q | None = None

    def there(self) -> models.QuerySet[models.Model]:
        return self.model._base_manager.filter(self.only or Q())

    def rows(self) -> list[dict[str, Any]]:
        rows = self.there().order_by(*self.same)
        return list(rows.values(*self.same, *self.fields))


def _rule_fields(model: type[models.Model]) -> tuple[str, ...]:
    left_out = {"id", "jurisdiction", "valid_from", "version", "checked_by", "checked_on"}
    return tuple(field.name for field in model._meta.fields if field.name not in left_out)


_OWN = Q(version__gt=1)  # the others came with the product, and are in the next network already
PARTS: dict[str, Part] = {
    "pages": Part(HandbookPage, ("slug", "language"), ("title", "text")),
    "letter_texts": Part(
        LetterText, ("kind", "language"), ("subject", "body", "asks", "how_to_pay", "closing")
    ),
    "tactics": Part(GroupTactic, ("tactic",), ("note", "is_off")),
    "own_words": Part(OwnWord, ("language", "word"), ("level",), Q(removed_at=None)),
    "deposit_rules": Part(
        DepositRule, ("jurisdiction", "valid_from"), _rule_fields(DepositRule), _OWN
    ),
    "wage_rules": Part(WageRule, ("jurisdiction", "valid_from"), _rule_fields(WageRule), _OWN),
}
# How a network works. Its name, place, addresses and language are its own.
SETTINGS = (
    "deadline_days",
    "deadline_hour",
    "fight_cap",
    "fights_each",
    "calls_each",
    "calls_from",
    "calls_until",
    "threshold",
    "threshold_less",
    "quorum",
    "grace_days",
    "keep_not_taken_days",
    "keep_withdrawn_days",
    "keep_declined_days",
    "keep_closed_days",
    "keep_roster_days",
)


def packed(group: Group) -> bytes:
    """Return the kit of this network, in an order that stays the same."""
    kit: Kit = {"kit": NAME, "version": VERSION}
    kit["settings"] = {name: getattr(group, name) for name in SETTINGS}
    kit |= {name: part.rows() for name, part in PARTS.items()}
    return json.dumps(kit, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode()


def read(data: bytes) -> Kit:
    """Return the kit in a file, each value as its field holds it. Raises KitRefused."""
    try:
        kit = json.loads(data)
    except ValueError:
        raise KitRefused(_("This file is no kit of a network.")) from None
    if not isinstance(kit, dict) or kit.get("kit") != NAME:
        raise KitRefused(_("This file is no kit of a network."))
    if kit.get("version") != VERSION:
        raise KitRefused(_("This kit was made by a newer version. Ask them for an older one."))
    clean: Kit = {"settings": _clean_settings(kit.get("settings"))}
    return clean | {name: _clean_rows(part, name, kit.get(name)) for name, part in PARTS.items()}


def _clean_settings(given: Any) -> dict[str, Any]:
    given = given if isinstance(given, dict) else {}
    names = [name for name in SETTINGS if name in given]
    return _clean(Group, {name: given[name] for name in names}, _("Settings"))


def _clean_rows(part: Part, name: str, given: Any) -> list[dict[str, Any]]:
    given = given if isinstance(given, list) else []
    if len(given) > MOST_ROWS:
        raise KitRefused(_("There is too much in this kit."))
    fields = (*part.same, *part.fields)
    return [
        _clean(part.model, {field: row[field] for field in fields if field in row}, name)
        for row in given
        if isinstance(row, dict)
    ]


def _clean(model: type[models.Model], given: Mapping[str, Any], what: str) -> dict[str, Any]:
    """Return the values as their fields hold them. Raises KitRefused with the first wrong one."""
    values = {}
    for name, value in given.items():
        field = model._meta.get_field(name)
        try:
            values[name] = field.clean(value, None)
        except ValidationError as error:
            text = _("%(what)s, %(field)s: %(problem)s")
            problem = {"what": what, "field": field.verbose_name, "problem": error.messages[0]}
            raise KitRefused(text % problem) from None
    return values


def plant(kit: Kit) -> int:
    """Take in what the network does not have yet, and return how many rows that was.

    What it wrote itself stays. Of the rules, its own and the shipped ones are there already: an
    own row of the kit takes the place of a shipped one that nobody here has touched.
    """
    with transaction.atomic():
        return sum(_plant(part, kit[name]) for name, part in PARTS.items())


def _plant(part: Part, rows: list[dict[str, Any]]) -> int:
    new, there = 0, part.there()
    for row in rows:
        same = {name: row.get(name) for name in part.same}
        values = {name: value for name, value in row.items() if name not in same}
        if not same[part.same[0]] or there.filter(**same).exists():
            continue
        if part.only == _OWN:
            part.model._base_manager.update_or_create(**same, defaults=values | {"version": 2})
        else:
            part.model._base_manager.create(**row)
        new += 1
    return new
