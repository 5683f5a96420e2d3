"""How many will come: the range, what it is made of, and that nobody's own number shows."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from campaigns.models import CaseState
from escalation import forecast
from escalation.forecast import Expected, Range, chance, likely
from escalation.models import Action, OutboxMessage, SignUp
from tests.factories import (
    make_action,
    make_case,
    make_group,
    make_member,
    make_sign_up,
    make_user,
)

NOW = dt.datetime(2026, 11, 20, 18, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
PEOPLE = st.lists(
    st.builds(Expected, st.floats(0, 1), st.integers(1, 4)),
    max_size=40,
)
NEVER_CAME_YET = (0, 0)


# The arithmetic


def test_nobody_is_expected_of_nobody() -> None:
    assert likely([]) == Range(0, 0)


def test_half_of_twenty_yeses_come_give_or_take_three() -> None:
    assert likely([Expected(0.5)] * 20) == Range(7, 13)


def test_whoever_surely_comes_is_counted_in_full_with_whom_they_bring() -> None:
    assert likely([Expected(1.0, 3), Expected(1.0)]) == Range(4, 4)


def test_somebody_and_their_friend_come_together_or_not_at_all() -> None:
    assert likely([Expected(0.5, 2)]) == Range(0, 2)


def test_it_is_quick_with_two_thousand_people() -> None:
    assert likely([Expected(0.5)] * 2000) == Range(971, 1029)


@given(PEOPLE)
def test_range_lies_between_nobody_and_everybody(people: list[Expected]) -> None:
    found = likely(people)
    assert 0 <= found.low <= found.high <= sum(one.people for one in people)


@given(PEOPLE, st.builds(Expected, st.floats(0, 1), st.integers(1, 4)))
def test_one_more_person_never_lowers_the_range(people: list[Expected], more: Expected) -> None:
    before, after = likely(people), likely([*people, more])
    assert before.low <= after.low
    assert before.high <= after.high


@given(PEOPLE, st.randoms(use_true_random=False))
def test_order_of_people_does_not_matter(people: list[Expected], random: Any) -> None:
    shuffled = people[:]
    random.shuffle(shuffled)
    assert likely(shuffled) == likely(people)


@pytest.mark.parametrize(
    ("answer", "is_confirmed", "past", "expected"),
    [
        ("yes", False, NEVER_CAME_YET, 0.5),
        ("yes", True, NEVER_CAME_YET, 0.7),
        ("maybe", True, NEVER_CAME_YET, 0.2),
        ("no", False, (9, 9), 0.0),
        ("yes", False, (3, 3), 0.5),  # three yeses do not tell yet
        ("yes", False, (4, 4), 5 / 6),
        ("yes", True, (4, 0), 1 / 6),
        ("maybe", False, (8, 8), 0.2),  # the past of a yes says nothing of a maybe
    ],
)
def test_chance_of_one_person(
    answer: str, is_confirmed: bool, past: tuple[int, int], expected: float
) -> None:
    assert chance(answer, is_confirmed=is_confirmed, past=past) == pytest.approx(expected)


# Of an action


@pytest.fixture
def _now(db: None) -> Any:
    make_group()
    with time_machine.travel(NOW, tick=False):
        yield


def of(action: Action) -> Range | None:
    return forecast.of(Action.objects.with_turnout().get(pk=action.pk), now=NOW)


@pytest.mark.usefixtures("_now")
def test_no_range_while_fewer_than_five_have_answered() -> None:
    action = make_action()
    for _number in range(4):
        make_sign_up(action)
    make_sign_up(action, answer="no")
    make_sign_up(action, is_walk_in=True)
    assert of(action) is None
    make_sign_up(action, answer="maybe")
    assert of(action) == Range(1, 4)


@pytest.mark.usefixtures("_now")
def test_reminder_of_the_last_day_makes_a_yes_surer() -> None:
    action = make_action(starts_at=NOW + dt.timedelta(hours=5))
    rows = [make_sign_up(action, email=f"p{n}@mail.example") for n in range(20)]
    assert of(action) == Range(7, 13)
    for row in rows:
        OutboxMessage.objects.create(
            action=action, sign_up=row, kind="day", status="sent", done_at=NOW - DAY / 2
        )
    assert of(action) == Range(11, 17)
    OutboxMessage.objects.update(done_at=NOW - 2 * DAY)
    assert of(action) == Range(7, 13)


@pytest.mark.usefixtures("_now")
def test_own_past_counts_from_four_yeses_where_a_roster_was_kept() -> None:
    ahead = make_action()
    for n in range(20):
        make_sign_up(ahead, contact_key=f"phone:+{n}")
    for _number in range(4):
        held = make_action(starts_at=NOW - 9 * DAY, state=Action.State.DEBRIEFED)
        for n in range(20):
            make_sign_up(held, contact_key=f"phone:+{n}", came=True)
    unkept = make_action(starts_at=NOW - 5 * DAY, state=Action.State.DEBRIEFED)
    for n in range(20):
        make_sign_up(unkept, contact_key=f"phone:+{n}")
    assert of(ahead) == Range(14, 19)  # five in six, each


@pytest.mark.usefixtures("_now")
def test_members_who_were_told_and_have_not_answered_count_a_little() -> None:
    action = make_action()
    for _number in range(5):
        make_sign_up(action)
    for _number in range(100):
        told = {"kind": "announcement", "status": "sent", "user": make_member()}
        OutboxMessage.objects.create(action=action, **told)
    assert of(action) == Range(3, 8)


@pytest.mark.usefixtures("_now")
def test_forecast_costs_four_queries_for_five_and_for_fifty(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    action = make_action()
    for number in (5, 45):
        for _number in range(number):
            make_sign_up(action)
        seen = Action.objects.with_turnout().get(pk=action.pk)
        with django_assert_num_queries(4):
            forecast.of(seen, now=NOW)


@pytest.mark.usefixtures("_now")
def test_page_shows_the_range_to_those_who_run_it_and_to_nobody_else(client: Client) -> None:
    ana = make_user("Ana")
    action = make_action(cases=[make_case(state=CaseState.ESCALATING, team=[ana])])
    for _number in range(20):
        make_sign_up(action)
    shown = {}
    for user in (ana, make_member("Mia")):
        client.force_login(user)
        shown[user.name] = client.get(reverse("action", args=[action.public_id])).content.decode()
    assert "We expect 7 to 13." in shown["Ana"]
    assert "It may be fewer than the 12 we need." in shown["Ana"]
    assert "We expect" not in shown["Mia"]
    visitor = Client().get(reverse("action_page", args=[action.public_id]))
    assert "We expect" not in visitor.content.decode()
    assert SignUp.objects.count() == 20
