"""Two records of one target made one, and taken apart again when that was wrong.

The record that goes keeps its facts and its history; its cases, links and names move to the one
that stays. What moved is written into the history of the one that stays, so that it can go back.
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from campaigns.models import (
    Case,
    Event,
    Target,
    TargetAlias,
    TargetEntry,
    TargetKey,
    TargetLink,
    User,
)
from campaigns.models.log import record
from campaigns.models.targets import note, write_keys
from campaigns.sheet import facts_changed
from campaigns.targets import lock, lock_cases_of

E = TargetEntry.Event


class MergeRefused(Exception):
    """Somebody merged or took apart one of the two meanwhile."""


@dataclass(frozen=True)
class Preview:
    """What a merge would do, before anybody says yes."""

    names: list[str]
    cases: int
    links: int
    between: int


def preview(kept: Target, gone: Target) -> Preview:
    """Say which names `kept` would gain and how much would move to it."""
    between = _between(kept, gone).count()
    return Preview(
        names=_names_gained(kept, gone),
        cases=gone.cases.count(),
        links=TargetLink.objects.shown().of(gone).count() - between,
        between=between,
    )


def _names_gained(kept: Target, gone: Target) -> list[str]:
    has = {kept.name, *kept.aliases.values_list("name", flat=True)}
    told = [gone.name, gone.legal_name, *gone.aliases.values_list("name", flat=True)]
    return [name for name in dict.fromkeys(told) if name and name not in has | {kept.legal_name}]


def _between(kept: Target, gone: Target) -> Any:
    return TargetLink.objects.shown().filter(
        Q(from_target=kept, to_target=gone) | Q(from_target=gone, to_target=kept)
    )


def merge(kept: Target, *, gone: Target, reason: str, by: User) -> None:
    """Make `gone` part of `kept`. Raises MergeRefused."""
    with transaction.atomic():
        lock_cases_of(gone)
        kept, gone = lock(kept, gone)
        if kept.merged_into_id or gone.merged_into_id or kept.pk == gone.pk:
            raise MergeRefused
        moved = {
            "aliases": _move_names(kept, gone, by=by),
            "links": _move_links(kept, gone),
            "cases": _move_cases(list(gone.cases.all()), to=kept, by=by),
        }
        gone.merged_into = kept
        gone.save(update_fields=["merged_into"])
        TargetKey.objects.filter(target=gone).delete()
        write_keys(kept)
        note(kept, E.MERGED, by=by, text=reason, name=gone.name, gone=gone.pk, moved=moved)
        note(gone, E.MERGED_AWAY, by=by, text=reason, name=kept.name)


def _move_names(kept: Target, gone: Target, *, by: User) -> list[int]:
    names = _names_gained(kept, gone)
    return [TargetAlias.objects.create(target=kept, name=name, by=by).pk for name in names]


def _move_links(kept: Target, gone: Target) -> dict[str, list[int]]:
    """Turn the ends of the links of `gone` to `kept`. Strike what would link it with itself, or
    say twice what a link of `kept` says already."""
    moved: dict[str, list[int]] = {"from_target": [], "to_target": [], "struck": []}
    now = timezone.now()
    for link in TargetLink.objects.shown().of(gone):
        side = "from_target" if link.from_target_id == gone.pk else "to_target"
        other = link.to_target_id if side == "from_target" else link.from_target_id
        far = "to_target_id" if side == "from_target" else "from_target_id"
        same = TargetLink.objects.shown().filter(role=link.role, until_date=None)
        twice = link.until_date is None and same.filter(**{side: kept, far: other}).exists()
        if other == kept.pk or twice:
            moved["struck"].append(link.pk)
            TargetLink.objects.filter(pk=link.pk).update(struck_at=now)
        else:
            moved[side].append(link.pk)
            TargetLink.objects.filter(pk=link.pk).update(**{side: kept})
    return moved


def _move_cases(cases: list[Case], *, to: Target, by: User) -> list[int]:
    for case in cases:
        Case.objects.filter(pk=case.pk).update(target=to)
        facts_changed(case)
        record(case, Event.TARGET, by=by)
    return [case.pk for case in cases]


def unmerge(gone: Target, *, reason: str, by: User) -> None:
    """Take `gone` out of the record it was merged into, with all that came with it and is still
    there. What was written since stays with the other. Raises MergeRefused."""
    with transaction.atomic():
        kept = gone.merged_into
        if kept is None:
            raise MergeRefused
        lock_cases_of(kept)
        kept, gone = lock(kept, gone)
        if gone.merged_into_id != kept.pk or kept.merged_into_id:
            raise MergeRefused
        gone.merged_into = None
        gone.save(update_fields=["merged_into"])
        moved = _what_moved(kept, gone)
        _move_cases(list(kept.cases.filter(pk__in=moved["cases"])), to=gone, by=by)
        _move_links_back(kept, gone, moved["links"])
        TargetAlias.objects.filter(target=kept, pk__in=moved["aliases"]).delete()
        for target in (kept, gone):
            write_keys(target)
        note(kept, E.UNMERGED, by=by, text=reason, name=gone.name)
        note(gone, E.UNMERGED, by=by, text=reason, name=kept.name)


def _what_moved(kept: Target, gone: Target) -> dict[str, Any]:
    entry = kept.entries.filter(event=E.MERGED, data__gone=gone.pk).first()
    return entry.data["moved"]


def _move_links_back(kept: Target, gone: Target, moved: dict[str, list[int]]) -> None:
    for side in ("from_target", "to_target"):
        links = TargetLink.objects.filter(**{side: kept}, pk__in=moved[side])
        links.update(**{side: gone})
    # What was merged away meanwhile has no links of its own.
    standing = {"from_target__merged_into": None, "to_target__merged_into": None}
    struck = TargetLink.objects.filter(pk__in=moved["struck"], **standing)
    TargetLink.objects.filter(pk__in=[*struck.values_list("pk", flat=True)]).update(struck_at=None)
