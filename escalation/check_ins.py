"""Have we heard from the people whose fight it is? Their silence is no yes.

A fight that was taken on, is not paused and has no agreement yet asks for a word every week. What
counts is that somebody was reached, wrote, or did something with their private code.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseParty, CaseState
from escalation.models import Action, CaseLifecycle

SOFT, HARD = 7, 14  # days by the calendar
_HEARD = (
    "reached_at",
    "wrote_at",
    "did_at",
    "take_on_at",
    "agreed_at",
    "wants_it_at",
    "approved_at",
    "answered_at",
    "said_at",
)
# An agreement runs for months by itself, and the money tells whether it is kept.
ASKED_IN = (
    CaseState.PREPARING,
    CaseState.DELIVERY_SET,
    CaseState.CLOCK_RUNNING,
    CaseState.ESCALATING,
)


def last_heard(case: Any) -> dt.datetime:
    """Return when we last heard from them, of a case with `heard_facts()`.

    They were there when the fight was taken on or they said yes to something else, and before that
    when the case was opened.
    """
    known = (getattr(case, name) for name in _HEARD)
    return max([case.opened_at, *(moment for moment in known if moment)])


def days_silent(case: Any, today: dt.date) -> int:
    """Return for how many days nobody was heard; 0 where nobody has to be."""
    if case.state not in ASKED_IN:
        return 0
    return max(0, (today - timezone.localdate(last_heard(case))).days)


def is_overdue(case: Any, today: dt.date) -> bool:
    """Say whether the next step needs their yes first."""
    return days_silent(case, today) >= HARD


def needing_a_yes(action: Action, *, now: dt.datetime) -> list[Case]:
    """Return the cases of an action whose people have not been heard for two weeks."""
    cases = CaseLifecycle.objects.filter(actions=action, state__in=ASKED_IN).with_facts()
    return [case for case in cases if is_overdue(case, timezone.localdate(now))]


def needs_a_yes(cases: Iterable[Case]) -> str:
    """Return why an action for these cases is not announced without another look."""
    text = _("Nobody has heard from the people of %(cases)s for two weeks. Reach them first.")
    return text % {"cases": ", ".join(case.reference for case in cases)}


def sentence(case: Any, people: Iterable[CaseParty], *, days: int) -> str:
    """Return who was not heard and how they may be reached, for the team."""
    people = list(people)
    names = ", ".join(str(party) for party in people) or _("the people affected")
    parts = [
        _("You have not heard from %(names)s for %(days)s days.") % {"names": names, "days": days}
    ]
    if days >= HARD:
        parts.append(_("Do not escalate without their yes."))
    parts.append(_("Try to reach them in two ways."))
    if len(people) == 1:
        parts += people[0].person.contact_rules
    return " ".join(parts)
