"""Thanks by name in private, and at most one friendly word to who was missed."""

import datetime as dt
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from campaigns.models import Group
from escalation import thanks, todo_after
from escalation.models import Action, KindWord, OutboxMessage
from tests.factories import (
    make_action,
    make_group,
    make_member,
    make_person,
    make_sign_up,
    make_user,
)

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 20, 18, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
PHONE = "206 555 0134"


@pytest.fixture(autouse=True)
def _now() -> Any:
    make_group()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ana() -> Any:
    return make_user("Ana")


@pytest.fixture
def action(ana: Any) -> Action:
    return make_action(leads=[ana], starts_at=NOW - DAY, state=Action.State.DEBRIEFED)


@pytest.fixture
def lead_client(client: Client, ana: Any) -> Client:
    client.force_login(ana)
    return client


def url(name: str, action: Action) -> str:
    return reverse(name, args=[action.public_id])


def names(cards: list[thanks.Card]) -> list[str]:
    return [card.row.name for card in cards]


def lists(action: Action, by: Any) -> tuple[list[str], list[str], list[str]]:
    who = {"by": by, "group": Group.objects.get()}
    return (
        names(thanks.to_thank(action, **who)),
        thanks.without_number(action),
        names(thanks.missed(action, **who)),
    )


# Who gets a word


def test_thanked_by_phone_is_who_came_and_left_no_e_mail(action: Action, ana: Any) -> None:
    make_sign_up(action, "Rosa", came=True, phone=PHONE)
    make_sign_up(action, "Mail", came=True, phone=PHONE, email="m@mail.example")
    make_sign_up(action, "Account", came=True, user=make_member())
    make_sign_up(action, "Walk-in", came=True, is_walk_in=True)
    assert lists(action, ana) == (["Rosa"], ["Walk-in"], [])


def test_missed_is_who_said_yes_and_was_not_ticked_and_did_not_tell_us(
    action: Action, ana: Any
) -> None:
    make_sign_up(action, "Came", came=True, email="c@mail.example")
    make_sign_up(action, "Phone", phone=PHONE)
    make_sign_up(action, "Mail", email="m@mail.example")
    make_sign_up(action, "Told us", answer="no", phone=PHONE)
    make_sign_up(action, "Maybe", answer="maybe", phone=PHONE)
    make_sign_up(action, "Account", user=make_member())
    make_sign_up(action, "Nothing left")
    assert lists(action, ana)[2] == ["Mail", "Phone"]


def test_nobody_is_missed_where_no_roster_was_kept(action: Action, ana: Any) -> None:
    make_sign_up(action, "Phone", phone=PHONE)
    assert lists(action, ana) == ([], [], [])


def test_names_that_have_gone_are_thanked_by_nobody(action: Action, ana: Any) -> None:
    make_sign_up(action, "", came=True, phone=PHONE, contact_key="gone:7")
    assert lists(action, ana) == ([], [], [])


def test_nobody_is_written_to_by_itself_for_having_been_missed(
    lead_client: Client, ana: Any
) -> None:
    action = make_action(leads=[ana], starts_at=NOW - DAY / 4)
    make_sign_up(action, "Came", came=True, email="c@mail.example")
    make_sign_up(action, "Missed", email="m@mail.example")
    lead_client.post(url("close_action", action), {"debrief": "Fine."})
    told = OutboxMessage.objects.values_list("kind", "sign_up__name")
    assert list(told) == [("thanks", "Came")]


# The words


def test_words_are_ready_in_the_language_they_read_and_name_no_action(
    action: Action, ana: Any
) -> None:
    make_sign_up(action, "Rosa", came=True, phone=f"{PHONE}, after six", language="en")
    (card,) = thanks.to_thank(action, by=ana, group=Group.objects.get())
    assert card.text == (
        "Hello Rosa, thank you for coming on Thursday 19 November. It helps that you were "
        "there. Ana"
    )
    assert card.number == "+12065550134"
    assert unquote(card.sms) == f"sms:+12065550134?&body={card.text}"
    assert action.title not in card.text


@pytest.mark.parametrize(
    ("own", "of_person", "expected"),
    [("es", "en", "jueves"), ("", "es", "jueves"), ("", "", "Thursday")],
)
def test_language_is_their_own_or_of_their_record_or_of_the_group(
    action: Action, ana: Any, own: str, of_person: str, expected: str
) -> None:
    person = make_person(language_read=of_person) if of_person else None
    make_sign_up(action, came=True, phone=PHONE, language=own, person=person)
    (card,) = thanks.to_thank(action, by=ana, group=Group.objects.get())
    assert expected in card.text


def test_what_to_mind_before_reaching_somebody_is_minded(
    lead_client: Client, action: Action, ana: Any
) -> None:
    make_sign_up(action, "Rosa", came=True, phone=PHONE, person=make_person(may_text=False))
    page = lead_client.get(url("thank_people", action)).content.decode()
    assert "Send no text message." in page
    assert "sms:" not in page
    assert "tel:+12065550134" in page


# Ticking off


def test_done_is_ticked_off_and_can_be_taken_back(
    lead_client: Client, action: Action, ana: Any
) -> None:
    row = make_sign_up(action, "Rosa", came=True, phone=PHONE)
    for _time in range(2):
        answer = lead_client.post(url("note_thanked", action), {"tick": f"{row.pk}:1"})
        assert answer.url == f"{url('thank_people', action)}#row{row.pk}"
    assert KindWord.objects.values_list("sign_up", "by").get() == (row.pk, ana.pk)
    page = lead_client.get(url("thank_people", action)).content.decode()
    assert "Not done after all" in page
    assert "thank you for coming" not in page
    lead_client.post(url("note_thanked", action), {"tick": f"{row.pk}:0"})
    assert not KindWord.objects.exists()


@pytest.mark.parametrize("tick", ["", "x:1", "999999:1", "\0"])
def test_tick_of_nobody_is_not_found(lead_client: Client, action: Action, tick: str) -> None:
    assert lead_client.post(url("note_thanked", action), {"tick": tick}).status_code == 404


def test_page_is_only_for_those_who_run_it(client: Client, action: Action) -> None:
    make_sign_up(action, "Rosa", came=True, phone=PHONE)
    for user in (make_user(), make_member()):
        client.force_login(user)
        assert client.get(url("thank_people", action)).status_code == 404


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"state": Action.State.ANNOUNCED}, "Write down what happened first."),
        (
            {"starts_at": NOW - 16 * DAY, "ends_at": NOW - 15 * DAY},
            "The action was over two weeks ago.",
        ),
    ],
)
def test_too_early_or_too_late_no_name_is_shown_and_the_page_says_why(
    lead_client: Client, action: Action, change: dict[str, Any], sentence: str
) -> None:
    row = make_sign_up(action, "Rosamunde", came=True, phone=PHONE)
    Action.objects.update(**change)
    page = lead_client.get(url("thank_people", action)).content.decode()
    assert sentence in page
    assert "Rosamunde" not in page
    answer = lead_client.post(url("note_thanked", action), {"tick": f"{row.pk}:1"})
    assert answer.status_code == 409
    assert not KindWord.objects.exists()


def test_page_costs_the_same_with_two_and_with_twenty(
    lead_client: Client, action: Action, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    counts = []
    for number in (1, 9):
        for _number in range(number):
            for came in (True, None):
                make_sign_up(action, came=came, phone=PHONE, person=make_person())
        with django_assert_max_num_queries(9) as queries:
            lead_client.get(url("thank_people", action))
        counts.append(len(queries))
    assert counts[0] == counts[1]


# On Today


def test_today_of_the_lead_asks_to_thank_until_all_are_thanked(action: Action, ana: Any) -> None:
    rows = [make_sign_up(action, came=True, phone=PHONE) for _number in range(2)]
    make_sign_up(action, phone=PHONE)
    make_sign_up(action, came=True, email="m@mail.example", phone=PHONE)
    make_sign_up(action, came=True, is_walk_in=True)
    (item,) = todo_after.items(ana, NOW)
    assert item.text == "2 people came and left only a phone number. Thank them by name."
    assert item.url == url("thank_people", action)
    assert list(todo_after.items(make_user(), NOW)) == []
    thanks.note(rows[0], by=ana, is_done=True, now=NOW)
    (item,) = todo_after.items(ana, NOW)
    assert item.text == "1 person came and left only a phone number. Thank them by name."
    assert list(todo_after.items(ana, NOW + 14 * DAY)) == []
    thanks.note(rows[1], by=ana, is_done=True, now=NOW)
    assert list(todo_after.items(ana, NOW)) == []
