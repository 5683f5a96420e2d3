"""Escalation, agreements, and every way a fight ends."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseState, Reason, User
from escalation import silence, standing_down
from escalation.decisions import record_decision
from escalation.models import CaseLifecycle, Decision, Offer
from escalation.moves.outcomes import write_outcomes
from escalation.moves.telling import required, tell_person
from escalation.moving import MoveRefused, moving


def escalate(case: Case, *, by: User, note: str = "") -> None:
    """T16: the deadline passed and the demand is not met. `note` sums up their response."""
    with moving(case, "escalate", by=by, note=note):
        pass


def win(case: Case, *, by: User, demand_met: bool, note: str = "") -> None:
    """T15, T19: everything demanded is done and all the money has cleared."""
    if not demand_met:
        raise MoveRefused([_("Confirm that everything demanded is done.")])
    with moving(case, "win", by=by, note=note) as locked:
        write_outcomes(locked, CaseState.WON)
        standing_down.stand_down(locked, by=by)


def settle(
    case: Case,
    *,
    by: User,
    reason: str,
    note: str = "",
    vote: dict[str, Any] | None = None,
) -> None:
    """T20, T20a: less than the demand was paid and cleared, and they chose to stop there."""
    with moving(case, "settle", by=by, reason=reason, note=note) as locked:
        locked.close_reason = reason
        if vote:
            decision = record_decision(case, Decision.Kind.SETTLE, by=by, vote=vote)
            locked.wrote["decision"] = decision.pk
        write_outcomes(locked, CaseState.SETTLED)
        standing_down.stand_down(locked, by=by)


def break_agreement(locked: CaseLifecycle) -> None:
    """Let what was agreed bind no longer. Its offer, its schedule and its text stay on record."""
    accepted = Offer.objects.filter(case=locked, status=Offer.Status.ACCEPTED)
    locked.wrote["broken"] = [*accepted.values_list("pk", flat=True)]
    accepted.update(status=Offer.Status.BROKEN)


def default(case: Case, *, by: User, reason: str, note: str) -> None:
    """T21: the agreement was broken. The fight goes on; the broken offer no longer binds."""
    with moving(case, "default", by=by, reason=reason, note=note) as locked:
        break_agreement(locked)


def lose(case: Case, *, by: User, reason: str, vote: dict[str, Any], note: str = "") -> None:
    """T23: the group votes to end without winning, and everyone affected agrees.

    `note` keeps what was learned.
    """
    with moving(case, "lose", by=by, reason=reason, note=note) as locked:
        locked.close_reason = reason
        locked.wrote["decision"] = record_decision(case, Decision.Kind.LOSE, by=by, vote=vote).pk
        write_outcomes(locked, CaseState.LOST)
        standing_down.stand_down(locked, by=by)


# Who must say what before a fight is dropped for a reason; see `drop`.
TOLD_OF_THE_VOTE = (Reason.SETTLED_PRIVATELY, Reason.FACTS_DOUBTFUL)
EVERYONE_AGREES = (Reason.MOVED, Reason.SAFETY, Reason.CAPACITY)


def drop(
    case: Case,
    *,
    by: User,
    reason: str,
    note: str = "",
    vote: dict[str, Any] | None = None,
    own_word: bool = False,
    text: str = "",
) -> None:
    """T24: end a fight without an end.

    Their own wish is the word of everyone affected, and takes no vote. Any other reason does. Who
    settled alone, or told us what is not so, need not agree, but is told; who does not answer was
    tried often enough; in all other cases everyone affected says yes.
    """
    with moving(case, "drop", by=by, reason=reason, note=note) as locked:
        locked.close_reason = reason
        if reason == Reason.OWN_WISH:
            if not own_word:
                raise MoveRefused([_("Everyone affected must have said so themselves.")])
        else:
            locked.wrote["decision"] = _vote_to_drop(case, reason, by=by, vote=vote).pk
        if reason in TOLD_OF_THE_VOTE:
            required(text)
        tell_person(case, text, by=by)
        write_outcomes(locked, CaseState.DROPPED)
        standing_down.stand_down(locked, by=by)


def _vote_to_drop(case: Case, reason: str, *, by: User, vote: dict[str, Any] | None) -> Decision:
    if not vote:
        raise MoveRefused([_("Dropping it for this reason takes a vote.")])
    decision = record_decision(case, Decision.Kind.DROP, by=by, vote=vote)
    if not decision.carried:
        raise MoveRefused([_("The vote did not carry.")])
    if reason in EVERYONE_AGREES and not decision.affected_agreed:
        raise MoveRefused([_("The people affected must have been there, or said yes before.")])
    if reason == Reason.UNRESPONSIVE and (missing := silence.tried_enough(case, timezone.now())):
        raise MoveRefused([missing])
    return decision
