"""What went wrong with cases and deadlines in other people's programs, tried here.

Each test says in its first words what went wrong there.
"""

import datetime as dt
import zoneinfo
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns import team
from campaigns.models import (
    Case,
    CaseState,
    Event,
    LogEntry,
    Sheet,
    TeamMembership,
    User,
)
from escalation import moves, todo
from escalation.models import CaseLifecycle
from escalation.sweep import sweep
from tests.factories import (
    complete_sheet,
    make_case,
    make_contact,
    make_demand,
    make_draft,
    make_group,
    make_line,
    make_target,
    make_user,
    put_on_duty,
)

S = CaseState
ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=ZONE)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
CODE = "0123456789BCDFGHJKMNPQRST"


@pytest.fixture(autouse=True)
def _network(db: None) -> Iterator[None]:
    with time_machine.travel(NOON, tick=False), timezone.override(ZONE):
        make_group()
        put_on_duty(make_user())
        yield


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


@pytest.fixture
def pages(client: Client, ana: User) -> Client:
    client.force_login(ana)
    return client


def running(ana: User, deadline: dt.datetime, **values: object) -> Case:
    values = {"team": [ana, make_user()], "deadline_at": deadline, "demanded": "900.00"} | values
    return make_case(state=S.CLOCK_RUNNING, **values)


def urgent(user: User, now: dt.datetime) -> list[str]:
    return [item.text for item in todo.items_for(user, now=now) if item.is_urgent]


def at(moment: dt.datetime) -> time_machine.travel:
    return time_machine.travel(moment, tick=False)


def test_draft_that_was_never_delivered_is_not_overdue(pages: Client, ana: User) -> None:
    """A draft never sent was shown as overdue: the clock starts with the delivery only."""
    case = make_case(state=S.PREPARING, team=[ana, make_user()], target=make_target())
    make_demand(case)
    make_line(case)
    with at(NOON - 60 * DAY):
        make_draft(case, by=ana)
    assert Case.objects.get(pk=case.pk).deadline_at is None
    assert not any("deadline" in text for text in urgent(ana, NOON))
    for url in (case.get_absolute_url(), reverse("board"), reverse("today")):
        assert "The deadline was" not in pages.get(url).content.decode(), url
    assert sweep(NOON)["deadlines"] == 0


def test_deadline_is_extended_from_the_overdue_notice_itself(pages: Client, ana: User) -> None:
    """Nobody found where to extend, and reminders went on for the old date."""
    case = running(ana, NOON - 2 * DAY)
    url = reverse("make_move", args=[case.reference, "extend_deadline"])
    assert url in pages.get(reverse("today")).content.decode()
    assert url in pages.get(case.get_absolute_url()).content.decode()
    typed = {
        "deadline_on": "2026-11-20",
        "affected_agreed": "on",
        "note": "They asked for four days.",
    }
    assert pages.post(url, typed).status_code == 302
    case = Case.objects.get(pk=case.pk)
    assert timezone.localdate(case.deadline_at) == dt.date(2026, 11, 20)
    assert urgent(ana, NOON) == []
    page = pages.get(case.get_absolute_url()).content.decode()
    assert "The deadline was" not in page
    assert "4 days" in page
    entry = LogEntry.objects.get(event=Event.DEADLINE_EXTENDED)
    assert (entry.data["old"], entry.note) == ("2026-11-14", "They asked for four days.")
    assert sweep(NOON)["deadlines"] == 0
    with at(NOON + 5 * DAY):  # once only: the next notice leads elsewhere
        pages.force_login(ana)
        assert url not in pages.get(case.get_absolute_url()).content.decode().split("timeline")[0]


def test_no_statute_is_quoted_without_a_rule_of_the_place(pages: Client, ana: User) -> None:
    """The overdue text gave legally wrong advice: without a rule, nothing of the law is said."""
    case = running(ana, NOON - DAY, kind=Case.Kind.DEPOSIT)
    Sheet.objects.filter(case=case).update(ended_on=dt.date(2026, 9, 1))
    for url in (case.get_absolute_url(), reverse("case_rules", args=[case.reference])):
        page = pages.get(url).content.decode()
        assert "§" not in page
        assert "the limit is" not in page


@pytest.mark.parametrize(
    ("now", "words", "column"),
    [
        (NOON, "The deadline is today", "Today the deadline is"),
        (NOON.replace(hour=16), "The deadline is today", "Today the deadline was"),
        (NOON.replace(hour=23, minute=59), "The deadline is today", "Today the deadline was"),
        ((NOON + DAY).replace(hour=0, minute=0), "The deadline was", "1 day over:"),
    ],
)
def test_overdue_begins_at_midnight_and_every_page_agrees(
    pages: Client, ana: User, now: dt.datetime, words: str, column: str
) -> None:
    """Overdue was computed on the time of day: the day itself is "due today" until midnight."""
    case = running(ana, NOON.replace(hour=15), code=CODE)
    with at(now):
        pages.force_login(ana)
        assert urgent(ana, now)[0].startswith(words)
        assert words in pages.get(case.get_absolute_url()).content.decode()
        assert column in pages.get(reverse("board")).content.decode()
        is_over = sweep(now)["deadlines"] == 1
        person = Client()
        person.get(f"/s/{CODE}/")
        said = person.get(reverse("status_case")).content.decode()
    assert is_over == (words == "The deadline was")
    assert ("over:" in said) == is_over


def test_sweep_that_stopped_for_hours_tells_the_true_time_once(pages: Client, ana: User) -> None:
    """Reminders fired hours late, with the wrong time; pages waited for the job."""
    case = running(ana, NOON - DAY)
    assert "The deadline was" in pages.get(case.get_absolute_url()).content.decode()
    assert not LogEntry.objects.filter(event=Event.DEADLINE_PASSED).exists()
    late = NOON + 3 * HOUR
    assert [sweep(late)["deadlines"], sweep(late)["deadlines"]] == [1, 0]
    entry = LogEntry.objects.get(event=Event.DEADLINE_PASSED)
    assert timezone.localtime(entry.at) == NOON.replace(hour=0)
    assert entry.what == "The deadline passed: Sunday 15 November 2026"


def test_nobody_is_reminded_of_a_closed_case_and_only_the_new_team_of_another(ana: User) -> None:
    """Reminders went out after closing, and to whoever had it before. The reminders there are:
    the items of Today, which are worked out from the case each time, and the sweep's entries."""
    closed, handed = running(ana, NOON + DAY), running(ana, NOON + DAY)
    ben = make_user("Ben")
    moves.drop(closed, by=ana, reason="own_wish", own_word=True)
    team.join(handed, user=ben, by=ana)
    team.leave(handed, user=ana, by=ana)
    later = NOON + 2 * DAY
    with at(later):
        assert not any("deadline" in item.text for item in todo.items_for(ana, now=later))
        assert any("The deadline was" in text for text in urgent(ben, later))
        assert sweep(later)["deadlines"] == 1
    assert LogEntry.objects.get(event=Event.DEADLINE_PASSED).case == handed


def test_twelve_thousand_overdue_cases_are_all_seen_and_swept(ana: User) -> None:
    """The nightly job handled the first 5,000 only."""
    many = 12_000
    cases = [
        Case(
            kind=Case.Kind.WAGES,
            state=S.CLOCK_RUNNING,
            reference=f"X-{n}",
            intake_key=f"x{n}",
            deadline_at=NOON - DAY,
        )
        for n in range(many)
    ]
    Case.objects.bulk_create(cases, batch_size=1000)
    assert Case.objects.overdue(NOON).count() == many
    done = sweep(NOON)
    assert (done["deadlines"], done["not_heard"]) == (many, 0)
    assert LogEntry.objects.filter(event=Event.DEADLINE_PASSED).count() == many
    assert sweep(NOON)["deadlines"] == 0


def test_state_changed_elsewhere_shows_in_every_list_at_once(pages: Client, ana: User) -> None:
    """Lists showed an out-of-date status."""
    case = running(ana, NOON + DAY, code=CODE, title="Rosa v. Golden Fork")
    moves.hold(case, by=ana, reason="travel", review_on=NOON.date() + 7 * DAY)
    board = reverse("board")
    assert case.reference in pages.get(board, {"state": S.ON_HOLD}).content.decode()
    assert case.reference not in pages.get(board, {"state": S.CLOCK_RUNNING}).content.decode()
    assert "On hold" in pages.get(case.get_absolute_url()).content.decode()
    person = Client()
    person.get(f"/s/{CODE}/")
    assert "paused for now" in person.get(reverse("status_case")).content.decode()


def test_closing_has_one_truth_and_reopening_clears_it(ana: User) -> None:
    """Two fields said whether a case is closed, and disagreed."""
    case = running(ana, NOON + DAY)
    moves.drop(case, by=ana, reason="own_wish", own_word=True)
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.closed_at, case.is_open) == (S.DROPPED, NOON, False)
    assert not Case.objects.open().filter(pk=case.pk).exists()
    moves.take_up_again(case, by=ana, reason="came_back", note="She called.")
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.closed_at, case.is_open) == (S.MEETING, None, True)
    assert Case.objects.open().filter(pk=case.pk).exists()


def test_every_kind_of_ending_has_its_time_to_be_forgotten(ana: User) -> None:
    """A retention rule set for a sub-status never fired. A reopened case is left alone."""
    long_ago = NOON - 400 * DAY
    closed = [make_case(state=state, closed_at=long_ago) for state in S.CLOSED]
    reopened = make_case(state=S.ESCALATING, opened_at=long_ago)
    assert sweep(NOON)["forgotten"] == len(closed)
    assert sweep(NOON)["forgotten"] == 0
    assert not Case.objects.filter(state__in=S.CLOSED, forgotten_at=None).exists()
    assert Case.objects.get(pk=reopened.pk).forgotten_at is None


@pytest.mark.parametrize("name", ["escalate", "win", "lose", "settle", "accept", "put_right"])
def test_hand_made_post_does_not_pass_the_flow(pages: Client, ana: User, name: str) -> None:
    """The flow decided which buttons are drawn, but a made-up request set any state, unlogged."""
    case = make_case(state=S.MEETING, team=[ana, make_user()])
    url = reverse("make_move", args=[case.reference, name])
    answer = pages.post(url, {"state": S.WON, "demand_met": "on", "note": "x", "reason": "x"})
    assert answer.status_code in (200, 404, 409)
    pages.post(reverse("edit_header", args=[case.reference]), {"title": "x", "state": S.WON})
    pages.post(reverse("edit_sheet", args=[case.reference]), {"story": "x", "state": S.WON})
    assert Case.objects.get(pk=case.pk).state == S.MEETING
    assert not LogEntry.objects.filter(case=case, event=Event.MOVE).exists()


def test_move_stands_in_the_history_with_who_when_and_why(ana: User) -> None:
    """A drag on the board set a state without a trace."""
    case = running(ana, NOON + DAY)
    moves.hold(case, by=ana, reason="travel", review_on=NOON.date() + DAY, note="They asked.")
    entry = LogEntry.objects.get(case=case, event=Event.MOVE)
    assert (entry.from_state, entry.to_state, entry.by, entry.at) == (
        S.CLOCK_RUNNING,
        S.ON_HOLD,
        ana,
        NOON,
    )
    assert entry.why == "travel or illness: They asked."


def test_delivery_before_midnight_stays_on_its_day(pages: Client, ana: User) -> None:
    """Dates were a day early or late: 23:30 on 30 June is 30 June on every page."""
    night = dt.datetime(2026, 6, 30, 23, 30, tzinfo=ZONE)
    with at(night):
        case = running(ana, night + 14 * DAY)
        make_contact(case, at=night)
        assert timezone.localdate(case.deadline_at) == dt.date(2026, 7, 14)
        page = pages.get(case.get_absolute_url()).content.decode()
    assert "14 Jul" in page
    assert "15 Jul" not in page
    read = CaseLifecycle.objects.with_facts().get(pk=case.pk)
    assert timezone.localdate(read.reached_at) == dt.date(2026, 6, 30)
    complete_sheet(case)
    assert TeamMembership.objects.filter(case=case).count() == 2
