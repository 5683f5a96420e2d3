"""Posters that may still hang when a fight rests or ends: somebody takes them down."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseState, User
from escalation import tasks
from escalation.models import Action, CaseLifecycle, Tactic, Task
from letters.models import Poster

DAYS = 7  # to take them down in, from the end of the fight
# Planned and never announced means that nobody put any up.
PUT_UP = (*Action.State.on(), *Action.State.over())
# Here nothing new is printed, so what follows asks for no second task.
QUIET = (CaseState.AGREED, CaseState.ON_HOLD)


def take_down(locked: CaseLifecycle, *, by: User) -> None:
    """Make a task of it for the team, where posters were made or put up for the fight.

    Call it in the transaction of the move that pauses or ends the fight, or agrees on its end,
    before what is ahead is called off.
    """
    if locked.state in QUIET:
        return
    if task := ask_for_it(locked, by=by):
        locked.wrote["take_down"] = [task.pk]


def ask_for_it(case: Case, *, by: User | None) -> Task | None:
    """Make the task where anything may hang and nobody was asked yet, also where one person stopped
    publicity."""
    what = _("Take down the posters that still hang")
    if not may_hang(case) or Task.objects.open().filter(case=case, what=what).exists():
        return None
    due_on = timezone.localdate() + dt.timedelta(days=DAYS)
    return tasks.add(by=by, what=what, case=case, due_on=due_on)


def may_hang(case: Case) -> bool:
    put_up = case.actions.filter(tactic=Tactic.POSTERS, state__in=PUT_UP)
    return put_up.exists() or Poster.objects.filter(case=case).exists()
