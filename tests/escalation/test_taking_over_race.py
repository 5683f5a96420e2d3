"""Two take over the same thing at the same moment: it goes to one of them, and the other is told.

Each is a thread with a connection of its own, so what the tests write is committed.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from campaigns.models import CaseState, Event, User
from escalation import taking_over
from escalation.actions import ActionRefused
from escalation.models import Task
from tests.factories import make_action, make_case, make_group, make_user

pytestmark = pytest.mark.django_db(transaction=True)
TAKERS = 6


@pytest.fixture
def rae() -> User:
    """An organizer who takes a break."""
    make_group()
    return make_user("Rae", rests_since=timezone.localdate())


def all_at_once(take: Callable[[User], Any]) -> int:
    """Let each of some organizers take it, and return how many got it."""

    def run(user: User) -> bool:
        try:
            return take(user) is not False
        except ActionRefused:
            return False
        finally:
            connections.close_all()

    takers = [make_user() for _taker in range(TAKERS)]
    with ThreadPoolExecutor(TAKERS) as pool:
        return sum(pool.map(run, takers))


def test_lead_goes_to_one(rae: User) -> None:
    case = make_case(state=CaseState.ESCALATING, team=[rae])
    action, now = make_action(cases=[case], leads=[rae]), timezone.now()
    assert all_at_once(lambda u: taking_over.take_lead(action, of=rae, by=u, now=now)) == 1
    assert action.leads.count() == 1
    assert case.log.filter(event=Event.ACTION_CHANGED).count() == 1


def test_task_goes_to_one(rae: User) -> None:
    case = make_case(state=CaseState.ESCALATING, team=[rae])
    task, today = Task.objects.create(case=case, what="Print", owner=rae), timezone.localdate()
    assert all_at_once(lambda u: taking_over.take_task(task, by=u, today=today)) == 1
    assert Task.objects.get().owner != rae
    assert case.log.filter(event=Event.TASK_TAKEN).count() == 1
