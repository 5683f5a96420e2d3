"""The sweep: each thing once, with its true day, whenever it runs."""

import datetime as dt
import threading
import zoneinfo
from collections.abc import Iterator
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from campaigns.models import Case, CaseState, Event, LogEntry, Person
from escalation.models import SweepNote
from escalation.sweep import sweep
from tests.factories import make_case, make_contact, make_group, make_offer, make_user

S = CaseState
ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=ZONE)
DAY = dt.timedelta(days=1)
NOTHING = {
    "offers": 0,
    "instalments": 0,
    "deadlines": 0,
    "not_heard": 0,
    "watches": 0,
    "forgotten": 0,
    "rosters": 0,
    "copies": 0,
    "drafts": 0,
    "forms": 0,
}


@pytest.fixture(autouse=True)
def _network(db: None) -> Iterator[None]:
    with time_machine.travel(NOON, tick=False), timezone.override(ZONE):
        make_group()
        yield


def midnight(year: int, month: int, day: int) -> dt.datetime:
    return dt.datetime(year, month, day, tzinfo=ZONE)


def told(event: str) -> list[tuple[dt.datetime, str]]:
    return [(entry.at, entry.what) for entry in LogEntry.objects.filter(event=event).order_by("at")]


def test_deadline_that_passed_is_written_once_with_its_true_day() -> None:
    make_case(state=S.CLOCK_RUNNING, deadline_at=NOON - 6 * DAY)
    make_case(state=S.CLOCK_RUNNING, deadline_at=NOON - dt.timedelta(hours=2))  # due today
    make_case(state=S.ESCALATING, deadline_at=NOON - 6 * DAY)
    assert sweep(NOON) == NOTHING | {"deadlines": 1}
    assert sweep(NOON) == NOTHING
    assert told(Event.DEADLINE_PASSED) == [
        (midnight(2026, 11, 11), "The deadline passed: Tuesday 10 November 2026")
    ]


def test_deadline_that_was_moved_passes_again() -> None:
    case = make_case(state=S.CLOCK_RUNNING, deadline_at=NOON - 6 * DAY)
    sweep(NOON)
    Case.objects.filter(pk=case.pk).update(deadline_at=NOON + 2 * DAY)
    assert sweep(NOON) == NOTHING
    assert sweep(NOON + 3 * DAY)["deadlines"] == 1


def test_weeks_of_downtime_are_caught_up_in_one_run() -> None:
    case = make_case(state=S.ESCALATING, opened_at=NOON - 60 * DAY)
    make_contact(case, at=NOON - 20 * DAY)
    assert sweep(NOON)["not_heard"] == 2
    assert told(Event.NOT_HEARD) == [
        (midnight(2026, 11, 3), "Not heard from them for 7 days"),
        (midnight(2026, 11, 10), "Not heard from them for 14 days"),
    ]
    make_contact(case, at=NOON - 8 * DAY)  # a new silence is a new entry
    assert sweep(NOON)["not_heard"] == 1


def test_watch_is_over_after_90_days() -> None:
    make_case(state=S.ESCALATING, protected_activity_on=NOON.date() - 91 * DAY)
    make_case(state=S.ESCALATING, protected_activity_on=NOON.date() - 90 * DAY)
    make_case(state=S.WON, protected_activity_on=NOON.date() - 91 * DAY, closed_at=NOON)
    assert sweep(NOON)["watches"] == 1
    assert told(Event.WATCH_OVER) == [
        (midnight(2026, 11, 16), "The 90 days of watching out are over")
    ]


def test_offer_runs_out_and_an_old_case_is_forgotten() -> None:
    offer = make_offer(make_case(state=S.ESCALATING), valid_until=NOON.date() - DAY)
    make_case(state=S.WITHDRAWN, closed_at=NOON - 30 * DAY)
    done = sweep(NOON)
    assert (done["offers"], done["forgotten"]) == (1, 1)
    offer.refresh_from_db()
    assert offer.status == "expired"
    assert Person.objects.filter(name="").count() == 1
    assert sweep(NOON) == NOTHING


def test_nothing_moves_by_itself() -> None:
    states = {
        make_case(state=state, deadline_at=NOON - 9 * DAY, state_since=NOON).pk for state in S.OPEN
    }
    before = list(Case.objects.filter(pk__in=states).order_by("pk").values_list("pk", "state"))
    sweep(NOON)
    assert list(Case.objects.order_by("pk").values_list("pk", "state")) == before


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_write_each_thing_once() -> None:
    for _number in range(20):
        make_case(state=S.CLOCK_RUNNING, deadline_at=NOON - 6 * DAY)
    done: list[int] = []

    def run() -> None:
        done.append(sweep(NOON)["deadlines"])
        connection.close()

    threads = [threading.Thread(target=run) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 20
    assert LogEntry.objects.filter(event=Event.DEADLINE_PASSED).count() == 20
    assert SweepNote.objects.count() == 20


def test_tick_says_what_it_did_and_how_long_it_took() -> None:
    make_case(state=S.CLOCK_RUNNING, deadline_at=NOON - 6 * DAY, team=[make_user()])
    said = StringIO()
    call_command("tick", stdout=said)
    first, second, mail = said.getvalue().splitlines()
    assert "deadlines 1" in first
    assert second.startswith("It took ")
    assert ": mail: nothing due, waiting 0 in " in mail
