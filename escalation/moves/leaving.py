"""One of several people affected leaves, and the fight goes on for the others."""

from typing import Any

from django.utils.translation import gettext as _

from campaigns.models import Case, CaseParty, User
from campaigns.models.claims import ZERO
from campaigns.sheet import end_part
from escalation.decisions import record_decision
from escalation.models import Decision
from escalation.moves import outcomes
from escalation.moves.demands import take_out
from escalation.moving import MoveRefused, ask_as_it_is, moving


def person_leaves(
    case: Case, *, by: User, party: CaseParty, words: str, vote: dict[str, Any]
) -> None:
    """T30: somebody leaves by their own word; the group votes that their share leaves the demand.

    What was paid to them stays counted. `words` are theirs. Their code ends, and so does that of
    whoever acts for them. Who has got all of their share has won it, and is simply done.
    """
    if not words.strip():
        raise MoveRefused([_("Write down what they said, in their own words.")])
    with moving(case, "person_leaves", by=by, note=words.strip(), who=str(party)) as locked:
        ask_as_it_is(locked, "affected")
        if not case.parties.affected().filter(pk=party.pk).exists():
            raise MoveRefused([_("They are no longer part of this case.")])
        own_word = vote | {"voices": {party.pk: True}}
        decision = record_decision(case, Decision.Kind.LEAVE, by=by, vote=own_word)
        paid = outcomes.received(case).get(party.pk, ZERO)
        share = outcomes.shares_now(case).get(party.pk, ZERO)
        demand = take_out(case, party, by=by, paid=paid)
        if demand:
            locked.demanded = demand.amount
        acting = party.represented_by.present().values_list("pk", flat=True)
        locked.wrote |= {
            "decision": decision.pk,
            "demand": demand.pk if demand else None,
            "left": [party.pk, *acting],
        }
        is_done = bool(share) and paid >= share
        outcome = CaseParty.Outcome.WON if is_done else CaseParty.Outcome.LEFT
        case.parties.filter(pk=party.pk).update(outcome=outcome)
        end_part(party, by=by)
