"""What a caller says on a phone day, and what not. One page for each fight of the action.

It holds what the poster of the fight says, and the business numbers of the target and of whoever
is confirmed to stand behind it. A person's own phone is never on it.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils import translation

from campaigns.models import Case, Group, Target
from campaigns.wording import date_in_words
from escalation.models import Action, Tactic
from letters import posters, recipients, sheets


@dataclass(frozen=True)
class Number:
    name: str
    phone: str


@dataclass(frozen=True)
class Script:
    """One call: whom, about what, and when calling is all right."""

    group: str
    numbers: list[Number]
    target: str
    owed: str
    facts: list[str]
    day: str
    begin: str
    end: str


def why_not(action: Action, *, now: dt.datetime) -> str:
    """Return why there is no script for the action at all, as a sentence, or nothing."""
    from django.utils.translation import gettext as _

    if action.tactic != Tactic.PHONE_DAY:
        return _("Only a phone and e-mail day has a script for callers.")
    is_draft = action.state == Action.State.DRAFT
    return "" if is_draft else action.refusal(now)
