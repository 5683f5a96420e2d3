"""What is owed, as the page of a case shows it: whose each line is, how it was worked out, and
which files show it."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from campaigns import workings
from campaigns.models import CaseParty, ClaimLine
from campaigns.models.claims import ZERO
from escalation.models import CaseLifecycle

# Lines beside which no sum stands: "$0.00" would say that it is not owed.
ADDS_NOTHING = (ClaimLine.Kind.DEDUCTION, ClaimLine.Kind.CHARGE)


@dataclass(frozen=True)
class LedgerRow:
    """One line; `person` and what is owed to them stand on the first of their lines only."""

    line: ClaimLine
    person: str
    subtotal: Decimal | None
    working: str
    between: str
    shown_by: str


def lines(case: CaseLifecycle, parties: dict[int, CaseParty]) -> list[ClaimLine]:
    found = case.claim_lines.order_by("position", "pk").in_full()
    for line in found:
        line.party = parties[line.party_id]
    order = list(parties)
    return sorted(found, key=lambda line: order.index(line.party_id))


def rows(found: list[ClaimLine], currency: str, *, sees_legal: bool) -> list[LedgerRow]:
    """Return the rows of lines that stand person by person."""
    owed_to: dict[int, Decimal] = {}
    for line in found:
        owed_to[line.party_id] = owed_to.get(line.party_id, ZERO) + line.amount
    drawn, last = [], None
    for line in found:
        first = line.party_id != last
        last = line.party_id
        counts = first and len(owed_to) > 1 and line.party.left_at is None
        subtotal = owed_to[last] if counts else None
        name = _name_in_ledger(line.party) if first else ""
        drawn.append(
            LedgerRow(
                line=line,
                person=name,
                subtotal=subtotal,
                working=line.working(currency),
                between=line.range_in_words(currency),
                shown_by=workings.shown_by(line.shown_by, sees_legal=sees_legal),
            )
        )
    return drawn


def of_person(party: CaseParty, currency: str) -> list[LedgerRow]:
    """Return the lines of one person, as their own page shows them: no legal paper is named."""
    found = ClaimLine.objects.filter(party=party).order_by("position", "pk").in_full()
    for line in found:
        line.party = party
    return rows(found, currency, sees_legal=False)


def _name_in_ledger(party: CaseParty) -> str:
    """Lines of people who left are kept, and count no more."""
    if party.left_at is None:
        return str(party)
    return _("%(name)s has left: not counted") % {"name": party}
