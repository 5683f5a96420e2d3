"""Everything the page of a target shows. As many queries with one case as with fifty."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.text import capfirst

from campaigns.models import Case, CaseState, Payment, Target, TargetEntry, TargetLink, User
from campaigns.models.claims import ZERO
from campaigns.models.payments import balance
from campaigns.target_words import dates, label

HISTORY_SHOWN = 100
FACTS = (
    "kind",
    "legal_name",
    "contact_name",
    "address",
    "phone",
    "email",
    "plate",
    "sites",
    "sources",
)
_ROLES = list(TargetLink.Role)


@dataclass(frozen=True)
class LinkLine:
    """One link as it reads from one of its ends."""

    link: TargetLink
    label: str
    other: Target
    dates: str
    is_over: bool
    further: list["LinkLine"] = field(default_factory=list)


@dataclass(frozen=True)
class CaseRow:
    """The header of a case. Of one that was forgotten only state and sums are left."""

    case: Case
    demanded: Decimal
    cleared: Decimal
    balance: Decimal
    against: Target | None = None

    @property
    def is_forgotten(self) -> bool:
        return self.case.forgotten_at is not None


@dataclass(frozen=True)
class CaseTable:
    rows: list[CaseRow]

    @property
    def demanded(self) -> Decimal:
        return sum((row.demanded for row in self.rows), ZERO)

    @property
    def cleared(self) -> Decimal:
        return sum((row.cleared for row in self.rows), ZERO)

    @property
    def balance(self) -> Decimal:
        return sum((row.balance for row in self.rows), ZERO)

    @property
    def open(self) -> int:
        return sum(row.case.is_open for row in self.rows)


def contents(target: Target, *, user: User, today: dt.date) -> dict[str, Any]:
    """Return what the page of a target that `user` may see is drawn from."""
    lines = links_of(target, today=today)
    near = {line.other.pk: line.other for line in lines}
    near |= {more.other.pk: more.other for line in lines for more in line.further}
    cases = _cases([target, *near.values()], user)
    merged = list(target.merged_from.order_by("pk"))
    opened = Case.objects.opened_to(user).filter(target=target)
    own = list(opened.filter(state__in=CaseState.OPEN).order_by("pk"))
    return {
        "target": target,
        "facts": facts_of(target),
        "aliases": list(target.aliases.all()),
        "links": [line for line in lines if not line.is_over],
        "ended": [line for line in lines if line.is_over],
        "cases": CaseTable([row for row in cases if row.case.target_id == target.pk]),
        "linked_cases": CaseTable([row for row in cases if row.case.target_id != target.pk]),
        "merged": [(gone, facts_of(gone)) for gone in merged],
        "history": _history(target, merged),
        "own_cases": own,
        "fights": [case for case in own if case.is_accepted and case.state != CaseState.ON_HOLD],
        "may_change": Target.objects.changed_by(user).filter(pk=target.pk).exists(),
    }


def facts_of(target: Target) -> list[tuple[str, str]]:
    """Return what is known, field by field, without where somebody lives."""
    pairs = []
    for name in FACTS:
        if value := getattr(target, name):
            shown = getattr(target, f"get_{name}_display", lambda value=value: value)()
            pairs.append((capfirst(Target._meta.get_field(name).verbose_name), str(shown)))
    return pairs


def links_of(target: Target, *, today: dt.date) -> list[LinkLine]:
    """Return the links of a target, and for each what else the other end owns, runs or belongs to.

    Two queries. What is over comes last.
    """
    rows = TargetLink.objects.shown().select_related("from_target", "to_target")
    links = list(rows.of(target))
    ends = {_other_end(link, target.pk).pk for link in links}
    further = list(rows.current(today).of(*ends).exclude(pk__in=[link.pk for link in links]))
    lines = [_line(link, target.pk, further, today) for link in links]
    return sorted(lines, key=lambda line: (line.is_over, _ROLES.index(line.link.role)))


def _other_end(link: TargetLink, pk: int) -> Target:
    return link.to_target if link.from_target_id == pk else link.from_target


def _line(link: TargetLink, pk: int, further: Iterable[TargetLink], today: dt.date) -> LinkLine:
    other = _other_end(link, pk)
    more = [
        LinkLine(
            link=second,
            label=label(second.role, is_behind=second.to_target_id == other.pk, also=True),
            other=_other_end(second, other.pk),
            dates=dates(second),
            is_over=False,
        )
        for second in further
        if other.pk in (second.from_target_id, second.to_target_id)
    ]
    return LinkLine(
        link=link,
        label=label(link.role, is_behind=link.to_target_id == pk),
        other=other,
        dates=dates(link),
        is_over=bool(link.until_date and link.until_date < today),
        further=more,
    )


def _cases(targets: list[Target], user: User) -> list[CaseRow]:
    """Return the cases against `targets` of which `user` may know it, the newest first."""
    sums = Payment.objects.counting().filter(case=OuterRef("pk")).order_by().values("case")
    total = Subquery(
        sums.annotate(n=Sum("amount")).values("n"),
        output_field=DecimalField(max_digits=12, decimal_places=2),
    )
    cases = Case.objects.target_known_to(user).filter(target__in=targets).select_related("target")
    return [
        CaseRow(
            case=case,
            demanded=case.demanded or ZERO,
            cleared=case.cleared,
            balance=balance(case.demanded or ZERO, case.cleared),
            against=case.target,
        )
        for case in cases.annotate(cleared=Coalesce(total, Value(ZERO)))
    ]


def _history(target: Target, merged: list[Target]) -> list[TargetEntry]:
    """Return the history of the target, and of the records that were merged into it."""
    of = Q(target=target) | Q(target__in=merged) | Q(target__merged_into__in=merged)
    return list(TargetEntry.objects.filter(of).select_related("by", "target")[:HISTORY_SHOWN])
