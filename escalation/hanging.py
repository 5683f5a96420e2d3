"""Posters that may still hang when a fight ends or is agreed on: somebody takes them down."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import CaseState, User
from escalation import tasks
from escalation.models import Action, CaseLifecycle, Tactic
from letters.models import Poster

DAYS = 7  # to take them down in, from the end of the fight
# Planned and never announced means that nobody put any up.
PUT_UP = (*Action.State.on(), *Action.State.over())


def take_down(locked: CaseLifecycle, *, by: User) -> None:
    """Make a task of it for the team, where posters were made or put up for the fight.

    Call it in the transaction of the move that ends the fight, or agrees on its end. After an
    agreement nothing new was printed, so the end of that fight asks for no second task.
    """
    if locked.state == CaseState.AGREED:
        return
    put_up = locked.actions.filter(tactic=Tactic.POSTERS, state__in=PUT_UP)
    if not put_up.exists() and not Poster.objects.filter(case=locked).exists():
        return
    due_on = timezone.localdate() + dt.timedelta(days=DAYS)
    what = _("Take down the posters that still hang")
    task = tasks.add(by=by, what=what, case=locked, due_on=due_on)
    locked.wrote["take_down"] = [task.pk]
