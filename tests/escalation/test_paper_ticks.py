"""The ticks of a printed roster, entered in one go."""

import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from escalation import roster
from escalation.models import Action, SignUp
from tests.factories import make_action, make_group, make_member, make_sign_up

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 20, 18, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _now() -> Any:
    make_group()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def lead() -> Any:
    return make_member("Lea")


@pytest.fixture
def action(lead: Any) -> Action:
    return make_action(leads=[lead], starts_at=NOW)


@pytest.fixture
def greeter(client: Client, lead: Any) -> Client:
    client.force_login(lead)
    return client


def url(action: Action) -> str:
    return reverse("enter_ticks", args=[action.public_id])


def sheet(*rows: SignUp, names: str = "", **values: str) -> dict[str, Any]:
    key = {"form_key": str(uuid.uuid4()), "told": ""}
    return key | {"came": [row.pk for row in rows], "names": names} | values


def came(action: Action) -> list[str]:
    return list(action.sign_ups.filter(came=True).values_list("name", flat=True))


def test_names_stand_in_the_order_of_the_print_without_those_who_said_no(
    greeter: Client, action: Action
) -> None:
    for name in ("Zoe", "álvaro", "Bo"):
        make_sign_up(action, name)
    make_sign_up(action, "Nora", answer="no")
    lines = greeter.get(url(action)).context["lines"]
    assert [row.name for row, _ticked in lines] == ["álvaro", "Bo", "Zoe"]


def test_ticks_and_walk_ins_are_entered_in_one_go(
    greeter: Client, action: Action, lead: Any
) -> None:
    rows = [make_sign_up(action, name) for name in ("Ann", "Bo", "Cy")]
    answer = greeter.post(url(action), sheet(*rows[:2], names=" Wren \n\nWren\nDi"), follow=True)
    text = answer.content.decode()
    assert "Ticked now: 2. Ticked before: 0. Walk-ins: 3." in text
    assert came(action) == ["Ann", "Bo", "Di", "Wren", "Wren"]
    assert set(action.sign_ups.filter(came=True).values_list("came_marked_by", flat=True)) == {
        lead.pk
    }
    assert action.sign_ups.get(name="Cy").came is None


def test_same_sheet_sent_twice_changes_nothing(greeter: Client, action: Action) -> None:
    data = sheet(make_sign_up(action, "Ann"), names="Wren\nWren")
    greeter.post(url(action), data)
    answer = greeter.post(url(action), data, follow=True)
    assert "Ticked now: 0. Ticked before: 1." in answer.content.decode()
    assert came(action) == ["Ann", "Wren", "Wren"]


def test_who_is_not_ticked_on_paper_stays_ticked(greeter: Client, action: Action) -> None:
    make_sign_up(action, "Ann", came=True)
    greeter.post(url(action), sheet(make_sign_up(action, "Bo")))
    assert came(action) == ["Ann", "Bo"]


def test_who_left_early_by_another_lead_stays_so(greeter: Client, action: Action) -> None:
    row = make_sign_up(action, "Ann", came=True, how="left")
    greeter.post(url(action), sheet(row))
    row.refresh_from_db()
    assert row.how == "left"


def test_what_somebody_noted_meanwhile_is_asked_about_and_nothing_typed_is_lost(
    greeter: Client, action: Action, lead: Any
) -> None:
    rows = [make_sign_up(action, name) for name in ("Ann", "Bo")]
    tap = roster.Tick(key=uuid.uuid4(), row=rows[0].pk, wanted="told", at=NOW)
    roster.tick(action, tap, by=lead, now=NOW)
    data = sheet(*rows, names="Wren")
    answer = greeter.post(url(action), data)
    assert answer.status_code == 409
    assert "Meanwhile somebody noted that these people cannot come." in answer.content.decode()
    assert came(action) == ["Bo", "Wren"]
    assert all(ticked for _row, ticked in answer.context["lines"])
    greeter.post(url(action), data | {"told": answer.context["told"]})
    assert came(action) == ["Ann", "Bo", "Wren"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"names": "x" * 81}, "One of the names is too long."),
        ({"names": "\n".join("n" * 3 for _line in range(201))}, "more than 200 names"),
        ({"came": ["999999"]}, "Somebody left the list meanwhile."),
        ({"came": ["x\0"]}, "Somebody left the list meanwhile."),
    ],
)
def test_bad_sheet_is_told_so_and_keeps_what_was_typed(
    greeter: Client, action: Action, values: dict[str, Any], sentence: str
) -> None:
    row = make_sign_up(action, "Ann")
    answer = greeter.post(url(action), sheet(row, names="Wren") | values)
    assert sentence in answer.content.decode()
    assert came(action) == []


def test_after_the_roster_closed_nothing_is_entered(greeter: Client, lead: Any) -> None:
    action = make_action(leads=[lead], starts_at=NOW - dt.timedelta(days=4))
    row = make_sign_up(action)
    assert greeter.post(url(action), sheet(row)).status_code == 409
    assert came(action) == []


def test_sheet_is_not_found_for_anybody_else(client: Client, action: Action) -> None:
    client.force_login(make_member())
    assert client.get(url(action)).status_code == 404


def test_sheet_of_eighty_costs_the_same_as_one(
    greeter: Client, action: Action, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [make_sign_up(action, f"Person {n:02}") for n in range(80)]
    with django_assert_max_num_queries(15):
        greeter.post(url(action), sheet(*rows))
    assert len(came(action)) == 80
