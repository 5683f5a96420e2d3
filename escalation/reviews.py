"""Looking at a fight again: every four weeks a meeting raises, changes, pauses or ends it."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseState, User
from campaigns.wording import date_in_words
from escalation.decisions import record_decision
from escalation.models import Decision, PlanReview
from escalation.moving import MoveRefused, lock, not_from_here

EVERY = dt.timedelta(weeks=4)
LATEST = dt.timedelta(weeks=8)


def due_on(case: Any) -> dt.date | None:
    """Return the day by which a meeting looks at a fight read `with_facts()` again.

    The four weeks count from the escalation or from the vote on the plan, whichever came later; a
    meeting that looked since then chose the day itself.
    """
    if case.state != CaseState.ESCALATING:
        return None
    since = timezone.localdate(case.state_since)
    if case.plan_voted_on:
        since = max(since, case.plan_voted_on)
    if case.reviewed_on and case.reviewed_on >= since and case.review_next_on:
        return case.review_next_on
    return since + EVERY


def is_due(case: Any, today: dt.date) -> bool:
    day = due_on(case)
    return day is not None and day <= today


def due_words(day: dt.date) -> str:
    text = _("A meeting should look at this fight again by %(day)s: raise, change, pause, end it?")
    return text % {"day": date_in_words(day, year=False)}


def not_now(case: Case) -> list[str]:
    """Return why there is nothing to look at again, or nothing."""
    return [] if case.state in CaseState.FIGHTING else [not_from_here(case)]


def record_review(
    case: Case,
    *,
    by: User,
    vote: dict[str, Any],
    choice: str,
    next_on: dt.date,
    today: dt.date,
) -> Decision:
    """Write down what the meeting decided, and when it looks again. Nothing else happens by it:
    what was chosen is done on its own page."""
    if not today < next_on <= today + LATEST:
        raise MoveRefused([_("Choose a day within the next eight weeks.")])
    with transaction.atomic():
        locked = lock(case)
        if reasons := not_now(locked):
            raise MoveRefused(reasons)
        decision = record_decision(locked, Decision.Kind.REVIEW, by=by, vote=vote)
        PlanReview.objects.create(decision=decision, choice=choice, next_on=next_on)
    return decision
