"""Senders that are killed, and several at once, in processes of their own on both databases."""

import datetime as dt
import multiprocessing
import os
import random
import signal
import time
import zoneinfo
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from campaigns.models import Group, User
from escalation import posting
from escalation.models import Action, OutboxMessage
from tests import posting as server
from tests.factories import make_action, make_group, make_sign_up
from tests.racing import let_go_of_the_database

pytestmark = pytest.mark.django_db

ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOON = dt.datetime(2026, 11, 19, 12, 0, tzinfo=ZONE)
DAY = dt.timedelta(days=1)
STARTS = NOON + dt.timedelta(hours=8, minutes=30)
EACH = 75  # messages of each kind
KILLS = int(os.environ.get("OUTBOX_KILLS", "30"))
SENDERS = 4
PATIENCE = 120

Kind = OutboxMessage.Kind
Status = OutboxMessage.Status
_fork = multiprocessing.get_context("fork")


@pytest.fixture
def _django_db_helper(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let a test of this file commit, and delete its rows afterwards; other processes look in."""
    with django_db_blocker.unblock():
        make_group()
        yield
        for model in (Action, User, Group):
            model.objects.all().delete()


@pytest.fixture(autouse=True)
def _server(settings: Any, tmp_path: Path) -> None:
    server.use(settings, tmp_path)


def fill() -> None:
    """Put a reminder to each of some people into the outbox, and a cancellation to others."""
    picket, off = make_action(starts_at=STARTS), make_action(starts_at=STARTS, state="cancelled")
    number = STARTS.toordinal()
    for action, kind, day in ((picket, Kind.MORNING, number), (off, Kind.CANCELLATION, 0)):
        for n in range(EACH):
            row = make_sign_up(action, email=f"{kind}{n}@people.example", at=NOON - 3 * DAY)
            OutboxMessage.objects.create(
                action=action, sign_up=row, kind=kind, number=day, due_at=NOON
            )


def after_leases(number: int) -> dt.datetime:
    return NOON + number * (posting.LEASE + dt.timedelta(minutes=1))


def start_sender(number: int = 0) -> Any:
    """Start one for which the leases of those before it, by number, have run out."""
    clock = partial(after_leases, number)
    process = _fork.Process(target=posting.post, kwargs={"clock": clock})
    process.start()
    return process


def times_sent(kind: Kind) -> Counter[str]:
    return Counter(address for address, _mark in server.sent() if address.startswith(kind))


def statuses(kind: Kind) -> Counter[str]:
    rows = OutboxMessage.objects.filter(kind=kind)
    return Counter(rows.values_list("status", flat=True))


def test_killed_thirty_times_no_reminder_comes_twice_and_no_cancellation_is_lost() -> None:
    """What nobody knows of is named, so that somebody calls: at most one for each kill."""
    fill()
    let_go_of_the_database()
    chance, killed = random.Random(5), 0  # noqa: S311 - it guards nothing
    for number in range(KILLS):
        process = start_sender(number)
        time.sleep(chance.uniform(0.02, 0.12))
        if process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
            killed += 1
        process.join()
        process.close()
    for number in (KILLS, KILLS + 1):  # the second decides on what the last one held
        posting.post(clock=partial(after_leases, number))

    assert killed > 0
    reminders, cancellations = times_sent(Kind.MORNING), times_sent(Kind.CANCELLATION)
    assert set(reminders.values()) <= {1}
    assert len(cancellations) == EACH
    assert sum(cancellations.values()) - EACH <= killed
    marks = {mark for address, mark in server.sent() if address.startswith(Kind.CANCELLATION)}
    assert len(marks) == EACH
    ends = statuses(Kind.MORNING)
    assert ends[Status.UNSURE] <= killed
    assert len(reminders) <= ends[Status.SENT] + ends[Status.UNSURE]


def test_four_senders_at_once_send_each_message_once() -> None:
    fill()
    let_go_of_the_database()
    senders = [start_sender() for _n in range(SENDERS)]
    for process in senders:
        process.join(timeout=PATIENCE)
        assert process.exitcode == 0
    assert set(times_sent(Kind.MORNING).values()) == {1}
    assert set(times_sent(Kind.CANCELLATION).values()) == {1}
    assert len(server.sent()) == 2 * EACH
    assert statuses(Kind.MORNING) == statuses(Kind.CANCELLATION) == {Status.SENT: EACH}


def test_four_ticks_at_once_plan_each_reminder_once() -> None:
    action = make_action(starts_at=STARTS)
    for n in range(EACH):
        make_sign_up(action, email=f"{Kind.MORNING}{n}@people.example", at=NOON - 3 * DAY)
    let_go_of_the_database()
    for process in [start_sender() for _n in range(SENDERS)]:
        process.join(timeout=PATIENCE)
    assert times_sent(Kind.MORNING) == Counter(
        f"{Kind.MORNING}{n}@people.example" for n in range(EACH)
    )
