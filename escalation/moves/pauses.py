"""A pause, and its end."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Case, Reason, User
from escalation import standing_down
from escalation.decisions import record_decision
from escalation.models import CaseLifecycle, Decision, guards
from escalation.moving import MoveRefused, moving


def hold(
    case: Case,
    *,
    by: User,
    reason: str,
    review_on: dt.date,
    note: str = "",
    vote: dict[str, Any] | None = None,
) -> None:
    """T25: pause, at most 30 days until somebody looks at it again. The state below is kept.

    What was ahead for this fight is called off; see escalation.standing_down.

    A truce holds the pressure until `review_on`: the group votes it and everyone affected agrees.
    """
    said = {"reason": reason, "review_on": review_on, "note": note, "vote": vote}
    _pause(case, "hold", by=by, **said)


def hold_longer(
    case: Case,
    *,
    by: User,
    reason: str,
    review_on: dt.date,
    note: str = "",
    vote: dict[str, Any] | None = None,
) -> None:
    """T25: stay on hold until another day, from the day it was looked at. A truce is voted anew."""
    said = {"reason": reason, "review_on": review_on, "note": note, "vote": vote}
    _pause(case, "hold_longer", by=by, **said)


def _pause(
    case: Case,
    name: str,
    *,
    by: User,
    reason: str,
    review_on: dt.date,
    note: str,
    vote: dict[str, Any] | None,
) -> None:
    today = timezone.localdate()
    if not today < review_on <= today + dt.timedelta(days=guards.HOLD_DAYS):
        raise MoveRefused(
            [_("Choose a day within the next %(days)s days.") % {"days": guards.HOLD_DAYS}]
        )
    with moving(case, name, by=by, reason=reason, note=note) as locked:
        locked.held_state = locked.held_state or locked.state
        locked.hold_review_on = review_on
        locked.hold_reason = reason
        if reason == Reason.TRUCE:
            _vote_truce(locked, by=by, vote=vote)
        standing_down.stand_down(locked, by=by)


def _vote_truce(locked: CaseLifecycle, *, by: User, vote: dict[str, Any] | None) -> None:
    if not locked.is_accepted:
        raise MoveRefused([_("A truce is for a fight that runs. Choose another reason.")])
    if not vote:
        raise MoveRefused([_("A truce takes a vote.")])
    decision = record_decision(locked, Decision.Kind.TRUCE, by=by, vote=vote)
    if not decision.carried:
        raise MoveRefused([_("The vote did not carry.")])
    if not decision.affected_agreed:
        raise MoveRefused([_("The people affected must have been there, or said yes before.")])
    locked.wrote["decision"] = decision.pk


def resume(case: Case, *, by: User, note: str = "") -> None:
    """T25: go on where it stopped. What was called off stays so: it is planned anew, by people."""
    with moving(case, "resume", by=by, note=note):
        pass
