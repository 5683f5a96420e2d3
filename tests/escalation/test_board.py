"""The board: which cases stand where, the filter in the address, and what hundreds of them cost."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from campaigns.models import Case, CaseState, TeamMembership, User
from escalation.views import board as board_view
from tests.factories import make_case, make_group, make_member, make_user, put_on_duty

pytestmark = pytest.mark.django_db
S = CaseState
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=zoneinfo.ZoneInfo("America/Los_Angeles"))
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _network() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        make_group()
        yield


@pytest.fixture
def ana(client: Client) -> User:
    user = make_user("Ana")
    client.force_login(user)
    return user


def board(client: Client, **asked: str) -> HttpResponse:
    return client.get(reverse("board"), asked)


def columns(answer: HttpResponse) -> dict[str, list[str]]:
    return {
        column.label: [card.reference for card in column.cards]
        for column in answer.context["columns"]
    }


def test_open_cases_stand_in_the_column_of_their_state_and_closed_ones_are_counted(
    client: Client, ana: User
) -> None:
    preparing = make_case(state=S.PREPARING, team=[ana], title="Cleaners v. Shine", summary="Pay")
    held = make_case(state=S.ON_HOLD, held_state=S.ESCALATING, team=[ana])
    make_case(state=S.WON, team=[ana])
    make_case(state=S.WON, team=[ana])
    answer = board(client)
    assert columns(answer) == {"Preparing": [preparing.reference], "On hold": [held.reference]}
    (ended,) = answer.context["closed"]
    (won,) = ended[1]
    assert ended[0] == "Fights that ended"
    assert (won.label, won.count, won.url) == ("Won", 2, "?state=won")
    for part in ("Cleaners v. Shine", "Pay", "Ana · since today"):
        assert part in answer.text


def test_untaken_intakes_stand_on_the_board_of_whoever_is_on_duty(
    client: Client, ana: User
) -> None:
    case = make_case(state=S.NEW)
    assert columns(board(client)) == {}
    put_on_duty(ana)
    assert columns(board(client)) == {"New": [case.reference]}


def test_board_is_for_organizers(client: Client) -> None:
    client.force_login(make_member())
    assert board(client).status_code == 404


def test_urgent_and_soon_due_cases_stand_first(client: Client, ana: User) -> None:
    later, soon, over, urgent = (
        make_case(state=S.CLOCK_RUNNING, team=[ana], deadline_at=NOON + days * DAY, urgent=urgent)
        for days, urgent in ((9, False), (2, False), (-1, False), (12, True))
    )
    answer = board(client)
    order = [urgent.reference, over.reference, soon.reference, later.reference]
    assert columns(answer) == {"Clock running": order}
    cards = answer.context["columns"][0].cards
    assert [card.is_hot for card in cards] == [True, True, False, False]
    assert cards[2].clock == "2 days left: Wed 18 Nov, 12:00"


@pytest.fixture
def cases(ana: User) -> dict[str, Case]:
    ben = make_user("Ben")
    return {
        "mine": make_case(state=S.CLOCK_RUNNING, team=[ana], deadline_at=NOON + 3 * DAY),
        "bens": make_case(
            state=S.CLOCK_RUNNING, kind=Case.Kind.DEPOSIT, team=[ben], deadline_at=NOON + 9 * DAY
        ),
        "nobodys": make_case(state=S.ESCALATING),
    }


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"kind": "deposit"}, {"bens"}),
        ({"team": "mine"}, {"mine"}),
        ({"team": "nobody"}, {"nobodys"}),
        ({"deadline_after": "2026-11-20"}, {"bens"}),
        ({"deadline_before": "2026-11-19"}, {"mine"}),
        ({"deadline_after": "2026-11-19", "deadline_before": "2026-11-25"}, {"mine", "bens"}),
        ({"kind": "wages", "team": "mine"}, {"mine"}),
    ],
)
def test_filter_finds(
    client: Client, cases: dict[str, Case], asked: dict[str, str], found: set[str]
) -> None:
    shown = {
        reference for column in columns(board(client, **asked)).values() for reference in column
    }
    assert shown == {cases[name].reference for name in found}


def test_filter_by_a_person_finds_the_cases_they_carry_now(
    client: Client, cases: dict[str, Case]
) -> None:
    ben = User.objects.get(name="Ben")
    assert columns(board(client, team=str(ben.pk))) == {"Clock running": [cases["bens"].reference]}
    TeamMembership.objects.filter(user=ben).update(left_at=NOON)
    assert columns(board(client, team=str(ben.pk))) == {}


def test_one_state_is_listed_page_by_page_and_the_address_keeps_the_filter(
    client: Client, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_view, "PER_PAGE", 1)
    answer = board(client, state="clock_running", kind="", page="2")
    assert [card.reference for card in answer.context["cards"]] == [cases["bens"].reference]
    assert 'href="?state=clock_running&amp;kind=&amp;page=1"' in answer.text
    assert '<option value="clock_running" selected>' in answer.text


def test_long_column_ends_with_a_link_to_the_rest(
    client: Client, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_view, "PER_STATE", 1)
    answer = board(client, deadline_before="2026-12-31")
    assert columns(answer) == {"Clock running": [cases["mine"].reference]}
    assert "and 1 more" in answer.text
    assert 'href="?deadline_before=2026-12-31&amp;state=clock_running"' in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "state=nope",
        "kind=%00",
        "team=%00",
        "team=999999999999999999999999",
        "team=-1",
        "deadline_after=%00",
        "deadline_after=9999-12-31",
        "deadline_before=0001-01-01",
        "deadline_before=2026-02-30",
        "state=won&page=x",
        "state=won&page=99999999999999999999",
        "state=won&state=nope&page=%00",
        "sort=state&order_by=sheet__story",
    ],
)
def test_address_that_makes_no_sense_is_never_an_error(
    client: Client, cases: dict[str, Case], query: str
) -> None:
    assert client.get(f"{reverse('board')}?{query}").status_code == 200


def test_filter_value_that_makes_no_sense_is_named_beside_its_field(
    client: Client, cases: dict[str, Case]
) -> None:
    answer = board(client, deadline_after="9999-12-31", kind="wages")
    assert "Look at the year of this day again." in answer.text
    assert len(columns(answer)) == 2  # the other value still counts


def test_board_without_a_case_says_what_to_do(client: Client, ana: User) -> None:
    assert "Look who is on duty" in board(client).text
    assert "No open case fits the filter." in board(client, kind="wages").text


def test_board_costs_the_same_with_one_and_with_three_cases_in_each_state(
    client: Client, ana: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for state in S.values:
        make_case(state=state, team=[ana])
    board(client)
    with django_assert_num_queries(8):
        board(client)
    for state in S.values * 2:
        make_case(state=state, team=[ana, make_user()], deadline_at=NOON)
    with django_assert_num_queries(8):
        answer = board(client)
    assert answer.text.count('<li class="card') == 3 * len(CaseState.OPEN)
    with django_assert_num_queries(8):
        board(client, state="won")
