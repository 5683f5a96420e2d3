"""Two people who decide about one action at the same moment: one decision stands, and each reads
which."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from campaigns.models import Group, User
from escalation import actions, copies, decided
from escalation.models import Action, ActionRole
from tests.factories import make_action, make_group, make_user

pytestmark = pytest.mark.django_db

AT_ONCE = 8


@pytest.fixture
def _django_db_helper(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let a test of this file commit, and delete its rows afterwards."""
    with django_db_blocker.unblock():
        make_group()
        yield
        Action.objects.all().delete()
        User.objects.all().delete()
        Group.objects.all().delete()


def all_at_once(tasks: list[Callable[[], Any]]) -> list[Any]:
    """Run every task in a thread of its own; return "done", or the sentence of its refusal."""
    results: list[Any] = [None] * len(tasks)
    start = threading.Barrier(len(tasks))

    def run(number: int, task: Callable[[], Any]) -> None:
        try:
            start.wait()
            task()
            results[number] = "done"
        except actions.ActionRefused as refused:
            results[number] = str(refused)
        except BaseException as error:  # the thread's own; the test shows it
            results[number] = repr(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_go_by_many_at_once_is_said_by_one_of_them() -> None:
    people, now = [make_user() for _n in range(AT_ONCE)], timezone.now()
    action = make_action(starts_at=now + dt.timedelta(hours=30))
    said = [lambda by=by: decided.go(action, by=by, now=now) for by in people]
    assert all_at_once(said) == ["done"] * AT_ONCE
    fresh = Action.objects.get(pk=action.pk)
    assert (fresh.state, fresh.version) == (Action.State.GO, 2)
    assert fresh.decided_by in people


def test_postponing_and_cancelling_at_once_leaves_one_word_that_is_told() -> None:
    ana, now = make_user(), timezone.now()
    for _try in range(10):
        action = make_action(starts_at=now + dt.timedelta(hours=30))
        tasks = [
            lambda action=action: decided.postpone(action, by=ana, reason="Storm.", now=now),
            lambda action=action: actions.cancel(action, by=ana, reason="They paid."),
        ]
        results = all_at_once(tasks)
        # One that is postponed can still be cancelled; what is cancelled stays so.
        assert results in (["done", "done"], ["This action is cancelled.", "done"])
        assert Action.objects.get(pk=action.pk).state == Action.State.CANCELLED


def test_same_copy_form_sent_at_once_makes_one_set() -> None:
    ana, now = make_user(), timezone.now()
    action = make_action(starts_at=now + dt.timedelta(hours=30), leads=[ana], roles={"police": 2})
    said = {"by": ana, "weeks": 3, "form_key": action.public_id, "now": now}
    zone = Group.current().zone
    tasks = [lambda: copies.weekly(action, zone=zone, **said) for _n in range(AT_ONCE)]
    assert all_at_once(tasks) == ["done"] * AT_ONCE
    made = Action.objects.exclude(pk=action.pk)
    assert made.count() == 3
    assert ActionRole.objects.filter(action__in=made).count() == 3
