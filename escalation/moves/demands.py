"""What is demanded, and how much of it for whom: each change is a new version."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from campaigns.models import Case, CaseParty, ClaimLine, Event, Group, Reason, User
from campaigns.models.claims import ZERO, ClaimLineQuerySet, split
from campaigns.models.log import record
from campaigns.sheet import facts_changed
from campaigns.wording import money
from escalation.decisions import record_decision
from escalation.models import Decision
from escalation.moving import MoveRefused, moving
from letters.models import Demand, DemandShare

# More than before is asked only for one of these, and with a note that says what is new.
RAISES = (Reason.NEW_FACTS, Reason.SUM_WRONG, Reason.FEE)
REVISIONS = (Reason.LESS_WANTED, *RAISES)


def new_demand(
    case: Case,
    amount: Decimal,
    *,
    other_terms: str,
    deadline_days: int,
    shares: Mapping[int, Decimal] | None = None,
    is_less_wanted: bool = False,
) -> Demand:
    """Write the next version, and the share of each affected person, {party pk: sum}.

    The shares add up to the sum. Without `shares` they follow the claim lines. What was paid to
    people who have left stays in the sum as it was. Where `is_less_wanted`, what the lines come to
    beyond the sum is left out by choice, and a letter says so.
    """
    last = Demand.objects.current(case)
    kept = kept_shares(last)
    if shares is None:
        shares = default_shares(case, amount - sum(kept.values(), ZERO))
    _check(case, shares, kept, amount)
    demand = Demand.objects.create(
        case=case,
        version=last.version + 1 if last else 1,
        amount=amount,
        other_terms=other_terms,
        deadline_days=deadline_days,
        not_asked=_beyond(
            case.claim_lines.all(),
            amount - sum(kept.values(), ZERO),
            most=None if is_less_wanted else _left_out_of(last),
        ),
    )
    DemandShare.objects.bulk_create(
        DemandShare(demand=demand, party_id=party, amount=part)
        for party, part in {**shares, **kept}.items()
    )
    if last and not demand.asks_the_same_as(last):
        facts_changed(case)  # a letter made final before this vote prints the old demand
    return demand


def _beyond(lines: ClaimLineQuerySet, asked: Decimal, *, most: Decimal | None) -> Decimal:
    """Return what the lines come to beyond what is asked; no more than `most` was ever chosen."""
    beyond = max(ZERO, lines.total() - asked)
    return beyond if most is None else min(beyond, most)


def _left_out_of(demand: Demand | None) -> Decimal:
    return demand.not_asked if demand else ZERO


def kept_shares(demand: Demand | None) -> dict[int, Decimal]:
    """Return what was paid to people who have left since: it stays part of what was demanded."""
    if demand is None:
        return {}
    left = demand.shares.filter(party__left_at__isnull=False)
    return dict(left.values_list("party", "amount"))


def kept_in_sum(case: Case) -> Decimal:
    return sum(kept_shares(Demand.objects.current(case)).values(), ZERO)


def default_shares(case: Case, amount: Decimal) -> dict[int, Decimal]:
    """Divide `amount` among the affected people as their claim lines do."""
    lines = case.claim_lines.by_party()
    people = case.parties.affected().values_list("pk", flat=True)
    return split(amount, {party: lines.get(party, ZERO) for party in people})


def _check(
    case: Case, shares: Mapping[int, Decimal], kept: Mapping[int, Decimal], amount: Decimal
) -> None:
    affected = set(case.parties.affected().values_list("pk", flat=True))
    if set(shares) != affected:
        raise MoveRefused([_("The people of this case changed meanwhile. Look at the sums again.")])
    total = sum([*shares.values(), *kept.values()], ZERO)
    if (shares and total != amount) or any(part < 0 for part in shares.values()):
        raise MoveRefused([shares_do_not_add_up(total, amount)])


def shares_do_not_add_up(total: Decimal, amount: Decimal) -> str:
    """Return the sentence for shares that are not the whole sum, no more and no less."""
    currency = Group.objects.values_list("currency", flat=True).first() or ""
    return _("The sums of the people come to %(total)s. The demand is %(amount)s.") % {
        "total": money(total, currency),
        "amount": money(amount, currency),
    }


def revise_demand(
    case: Case,
    *,
    by: User,
    reason: str,
    amount: Decimal,
    vote: dict[str, Any],
    note: str = "",
    other_terms: str | None = None,
    deadline_days: int | None = None,
    shares: Mapping[int, Decimal] | None = None,
    fee: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Demand:
    """T22: change the demand of a fight that runs. The group votes, and everyone affected says yes.

    With the reason FEE, `fee` holds amount, label and party: it becomes a claim line and is added
    to the sum, so that `amount` is the sum with it. `version` is that of the demand they looked at:
    sent twice, or after somebody else, nothing is changed again.
    """
    with moving(case, "revise_demand", by=by, reason=reason, note=note) as locked:
        last = Demand.objects.current(case)
        if last is None:
            raise MoveRefused([_("The group has not voted a demand yet.")])
        if version not in (None, last.version):
            raise MoveRefused([_("The demand was changed meanwhile. Look at it again.")])
        _may_change(last, reason=reason, amount=amount, note=note, fee=fee)
        decision = record_decision(case, Decision.Kind.REVISE, by=by, vote=vote, sum_voted=amount)
        if fee:
            line = _fee_line(case, **fee)
            locked.wrote["line"] = line.pk
            record(case, Event.LINE, by=by, what=line.label)
            shares = shares or _with_fee(last, line)
        demand = new_demand(
            case,
            amount,
            other_terms=last.other_terms if other_terms is None else other_terms,
            deadline_days=deadline_days or last.deadline_days,
            shares=shares,
            is_less_wanted=reason == Reason.LESS_WANTED,
        )
        if demand.asks_the_same_as(last) and shares_of(last) in ({}, shares_of(demand)):
            raise MoveRefused([_("This is what is demanded already. Change something.")])
        locked.demanded = amount
        locked.wrote |= {"decision": decision.pk, "demand": demand.pk}
        _log(case, last, demand, by=by, reason=reason)
    return demand


def _may_change(
    last: Demand, *, reason: str, amount: Decimal, note: str, fee: Mapping[str, Any] | None
) -> None:
    if reason not in REVISIONS:
        raise MoveRefused([_("Say why the demand changes.")])
    if (reason == Reason.FEE) != bool(fee) or (fee and amount != last.amount + fee["amount"]):
        raise MoveRefused([_("A fee is added to the demand as it is, and nothing else changes.")])
    if amount > last.amount and reason not in RAISES:
        raise MoveRefused(
            [_("More is asked only for new facts, a wrong sum or a fee. Choose the reason.")]
        )
    if amount > last.amount and not note.strip():
        raise MoveRefused([_("Write down what is new, so that everybody can see why it is more.")])
    if amount < last.kept_for_left:
        raise MoveRefused([_("This is less than what was paid already to people who have left.")])


def _fee_line(case: Case, *, amount: Decimal, label: str, party: CaseParty) -> ClaimLine:
    line = ClaimLine(case=case, party=party, kind=ClaimLine.Kind.SUM, label=label, figure=amount)
    line.amount = line.worked_out()
    line.position = case.claim_lines.count()
    line.save()
    return line


def _with_fee(last: Demand, line: ClaimLine) -> dict[int, Decimal] | None:
    """Return the shares as they were, and the fee on top of the one it is for."""
    shares = dict(last.shares.filter(party__left_at=None).values_list("party", "amount"))
    if not shares:
        return None
    everybody = dict.fromkeys(line.case.parties.affected().values_list("pk", flat=True), ZERO)
    return everybody | shares | {line.party_id: shares.get(line.party_id, ZERO) + line.amount}


def shares_of(demand: Demand) -> dict[int, Decimal]:
    return dict(demand.shares.values_list("party", "amount"))


def _log(case: Case, last: Demand, demand: Demand, *, by: User, reason: str) -> None:
    currency = Group.objects.get(pk=1).currency
    record(
        case,
        Event.DEMAND_CHANGED,
        by=by,
        reason=reason,
        old=money(last.amount, currency),
        new=money(demand.amount, currency),
        version=demand.version,
    )


def take_out(case: Case, party: CaseParty, *, by: User, paid: Decimal) -> Demand | None:
    """Take the share of somebody who leaves out of the demand. What was paid to them stays in."""
    last = Demand.objects.current(case)
    if last is None:
        return None
    shares = shares_of(last)
    stays = min(shares.get(party.pk, ZERO), paid)
    gone = shares.get(party.pk, ZERO) - stays
    demand = Demand.objects.create(
        case=case,
        version=last.version + 1,
        amount=last.amount - gone,
        other_terms=last.other_terms,
        deadline_days=last.deadline_days,
        not_asked=_beyond(
            case.claim_lines.exclude(party=party),
            last.for_people_present - shares.get(party.pk, ZERO),
            most=last.not_asked,
        ),
    )
    DemandShare.objects.bulk_create(
        DemandShare(demand=demand, party_id=whose, amount=part)
        for whose, part in {**shares, party.pk: stays}.items()
        if whose != party.pk or part
    )
    facts_changed(case)
    _log(case, last, demand, by=by, reason=Reason.ONE_LEFT)
    return demand
