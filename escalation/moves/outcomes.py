"""How it ended for each of the people affected, from their share and what cleared for them."""

from decimal import Decimal

from campaigns.models import Case, CaseParty, CaseState
from campaigns.models.claims import ZERO, split
from campaigns.models.payments import cleared_to
from escalation.models import CaseLifecycle
from letters.models import Demand

Outcome = CaseParty.Outcome


def write_outcomes(locked: CaseLifecycle, state: str) -> None:
    """Write the outcome of everybody who is still in the case, which ends at `state`."""
    shares, got = shares_now(locked), received(locked)
    affected = locked.parties.affected()
    locked.wrote["outcomes"] = dict(affected.values_list("pk", "outcome"))
    for party in locked.wrote["outcomes"]:
        share = shares.get(party, ZERO)
        outcome = Outcome.WON if state == CaseState.WON else _outcome(share, got[party], state)
        affected.filter(pk=party).update(outcome=outcome)


def clear_outcomes(case: Case) -> None:
    """Take the outcomes back, where the case goes on. Who left keeps theirs."""
    case.parties.affected().update(outcome=Outcome.OPEN)


def _outcome(share: Decimal, got: Decimal, state: str) -> str:
    if share and got >= share:
        return Outcome.WON
    if got or (not share and state == CaseState.SETTLED):
        return Outcome.SETTLED
    return Outcome.LOST


def shares_now(case: Case) -> dict[int, Decimal]:
    """Return the share of each person in the demand; an old demand without any is theirs alone."""
    demand = Demand.objects.current(case)
    if demand is None:
        return {}
    shares = dict(demand.shares.values_list("party", "amount"))
    if not shares:
        shares = split(demand.amount, case.claim_lines.by_party())
        people = list(case.parties.affected().values_list("pk", flat=True))
        if len(people) == 1:
            shares = {people[0]: demand.amount}
    return shares


def received(case: Case) -> dict[int, Decimal]:
    """Return what cleared for each of the people. Money without a name fills up what is missing."""
    shares, cleared = shares_now(case), cleared_to(case)
    people = case.parties.affected().values_list("pk", flat=True)
    got = {party: cleared.get(party, ZERO) for party in people}
    missing = {party: max(ZERO, shares.get(party, ZERO) - sum_) for party, sum_ in got.items()}
    pool = min(cleared.get(None, ZERO), sum(missing.values(), ZERO))
    filled = split(pool, missing) if pool else {}
    return {party: sum_ + filled.get(party, ZERO) for party, sum_ in got.items()}
