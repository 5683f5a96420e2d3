"""The tactics as the group knows them: what each takes, its line, and the group's own words."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from campaigns.models import User
from escalation.models import GroupTactic, Tactic
from escalation.tactic_forms import GroupTacticForm
from escalation.tactic_notes import NOTES, TacticNote

# What has no entry, so no form, no poster and no plan can hold it.
NEVER = (
    _("No damage to anything, and nobody is locked in or out."),
    _("No blockades: whoever wants to pass, passes."),
    _("No threats, not even as a joke, and nothing with police or papers."),
    _("Nobody pretends to be somebody else."),
    _("Nothing private is spread: no home numbers, no health, no family."),
    _("No pictures of children, and no faces on “wanted” posters."),
    _("No visits at night."),
)
# A rule that nobody looked up for so long may have changed.
STALE = dt.timedelta(days=365)


@dataclass(frozen=True)
class Entry:
    """One tactic: `own` is what the group wrote about it, if anything."""

    tactic: str
    note: TacticNote
    own: GroupTactic | None

    @property
    def label(self) -> str:
        return str(Tactic(self.tactic).label)

    @property
    def is_off(self) -> bool:
        return self.own is not None and self.own.is_off

    @property
    def here(self) -> str:
        return self.own.note if self.own else ""

    @property
    def checked_on(self) -> dt.date | None:
        return self.own.checked_on if self.own else None

    def is_stale(self, today: dt.date) -> bool:
        return self.checked_on is not None and today - self.checked_on > STALE


def entries(*, in_plans: bool = False) -> list[Entry]:
    """Return every tactic in one query. `in_plans` leaves out those no plan can hold: the delivery,
    which comes before any plan, and what the group does not use."""
    own = {row.tactic: row for row in GroupTactic.objects.all()}
    found = [Entry(tactic, note, own.get(tactic)) for tactic, note in NOTES.items()]
    if in_plans:
        return [one for one in found if not one.is_off and one.tactic != Tactic.DELIVERY]
    return found


def switched_off() -> set[str]:
    return set(GroupTactic.objects.filter(is_off=True).values_list("tactic", flat=True))


def choices(*, keep: Iterable[str] = (), without: Iterable[str] = ()) -> list[tuple[str, Any]]:
    """Return the tactics to choose from: those the group uses, and `keep`, chosen already."""
    left_out = (switched_off() - set(keep)) | set(without)
    return [choice for choice in Tactic.choices if choice[0] not in left_out]


def of(tactic: str) -> GroupTactic:
    """Return the group's own row of a tactic, or a new one that nobody has saved yet."""
    return GroupTactic.objects.filter(tactic=tactic).first() or GroupTactic(tactic=tactic)


def save(form: GroupTacticForm, *, by: User) -> bool:
    """Write the group's row of a tactic. Return False when somebody else saved it meanwhile."""
    with transaction.atomic():
        first = {"changed_by": by, "version": 0}
        row, _is_new = GroupTactic.objects.get_or_create(
            tactic=form.instance.tactic, defaults=first
        )
        form.instance.pk = row.pk
        return form.save_if_unchanged(changed_by=by)
