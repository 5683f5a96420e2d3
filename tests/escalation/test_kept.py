"""What is kept about whoever is logged in."""

import csv
import datetime as dt
import zoneinfo
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from campaigns.models import CaseState, Duty, User
from campaigns.models.log import record
from escalation import kept
from escalation.models import Call, Caller, Favour, OutboxMessage, Task
from tests.factories import (
    make_action,
    make_case,
    make_group,
    make_incident,
    make_person,
    make_sign_up,
    make_user,
    put_on_duty,
)

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=zoneinfo.ZoneInfo("America/Los_Angeles"))
DAY = "Monday 16 November 2026"


@pytest.fixture(autouse=True)
def _network() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        make_group()
        yield


@pytest.fixture
def ana(client: Client) -> User:
    user = make_user("Ana", person=make_person("Ana K."))
    client.force_login(user)
    return user


def test_everything_that_hangs_on_the_account_is_shown(client: Client, ana: User) -> None:
    case = make_case(state=CaseState.ESCALATING, team=[ana, make_user("Ben")])
    put_on_duty(ana)
    Duty.objects.update(note="Two people wait for a call.")
    Task.objects.create(what="Print the posters", owner=ana, due_on=NOON.date())
    make_sign_up(make_action(cases=[case]), user=ana)
    make_incident(case, "police", named=[ana])
    make_incident(case, "threat")
    record(case, "header", by=ana)
    rows = {section.key: section.rows for section in kept.about(ana)}
    assert ["Name", "Ana"] in rows["account"]
    assert ["Phone", "206 555 0134"] in rows["account"]
    assert rows["teams"] == [[case.reference, DAY, "", "no"]]
    assert rows["duties"] == [
        ["intake duty", DAY, "Sunday 22 November 2026", "Two people wait for a call."]
    ]
    assert rows["tasks"] == [["Print the posters", DAY, ""]]
    assert rows["sign_ups"][0][0] == "Picket at the Golden Fork"
    assert rows["incidents"] == [[DAY, "police came", case.reference]]
    assert rows["log"] == [["Entries that say you did something", "1"]]
    page = client.get(reverse("kept")).text
    for text in ("Print the posters", "police came", case.reference):
        assert text in page


def test_it_can_be_taken_along(client: Client, ana: User) -> None:
    Task.objects.create(what="=1+1", owner=ana)
    answer = client.get(reverse("kept_json"))
    assert answer["Content-Disposition"] == 'attachment; filename="kept-about-me-2026-11-16.json"'
    assert answer.json()["tasks"] == [{"Task": "=1+1", "By": "", "Done": ""}]
    table = client.get(reverse("kept_csv"))
    rows = list(csv.reader(table.content.decode("utf-8-sig").splitlines()))
    assert ["Tasks", "'=1+1", "", ""] in rows


def test_nobody_sees_what_is_kept_about_others(client: Client, ana: User) -> None:
    Task.objects.create(what="Her task", owner=make_user("Ben"))
    for name in ("kept", "kept_json", "kept_csv"):
        assert "Her task" not in client.get(reverse(name)).content.decode()
        assert Client().get(reverse(name)).headers["Location"].startswith("/account/login/")


def test_it_costs_the_same_however_much_there_is(
    ana: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _row in range(5):
        case = make_case(state=CaseState.ESCALATING, team=[ana])
        make_incident(case, named=[ana])
        make_sign_up(make_action(cases=[case]), user=ana)
    with django_assert_num_queries(15):
        kept.about(ana)


def test_answers_show_all_that_was_said_with_them_and_who_called_whom(ana: User) -> None:
    action = make_action(roles={"greeter": 1})
    row = make_sign_up(
        action, user=ana, role=action.roles.get(), guests=2, needs="A chair", offers="A drum"
    )
    Favour.objects.create(sign_up=row, kind="ride", side="needs", about="Rainier Beach")
    by_phone = make_sign_up(make_action(title="Leaflets"), "Ana K.", person=ana.person)
    Call.objects.create(action=action, person=ana.person, contact_key="x", outcome="maybe")
    Caller.objects.create(action=action, user=ana)
    OutboxMessage.objects.create(action=action, sign_up=row, kind="change", status="sent")
    rows = {section.key: section.rows for section in kept.about(ana)}
    said = (
        "Greets people, keeps the roster; and 2 more; needs a ride Rainier Beach; A chair; A drum"
    )
    day = "Thursday 19 November 2026"
    assert rows["sign_ups"] == [
        ["Picket at the Golden Fork", day, "Yes, I will come", said, ""],
        ["Leaflets", day, str(by_phone.get_answer_display()), "", ""],
    ]
    assert rows["calls"] == [
        ["Picket at the Golden Fork", day, "You are called", "Maybe"],
        ["Picket at the Golden Fork", day, "You call others", ""],
    ]
    assert rows["messages"] == [["Picket at the Golden Fork", "change", "sent"]]
