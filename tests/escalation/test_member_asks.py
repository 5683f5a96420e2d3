"""Who comes again may be asked to be a member: once, and never somebody who is owed money now."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from campaigns.models import CaseParty, CaseState
from escalation import member_asks, todo_after
from escalation.forgetting import forget_rosters
from escalation.models import Action, MemberAsk, SignUp
from tests.factories import (
    make_action,
    make_case,
    make_group,
    make_member,
    make_person,
    make_sign_up,
    make_user,
)

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 20, 18, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
KEY = "phone:+12065550134"


@pytest.fixture(autouse=True)
def _now() -> Any:
    make_group()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ana() -> Any:
    return make_user("Ana")


def held(*leads: Any, days: int = 5) -> Action:
    starts = NOW - days * DAY
    return make_action(leads=list(leads), starts_at=starts, state=Action.State.DEBRIEFED)


def came(times: int, *leads: Any, name: str = "Rosa", **values: Any) -> SignUp:
    """Insert somebody who came to so many actions of `leads`, and return their last sign-up."""
    said = {"came": True, "contact_key": KEY, "phone": "206 555 0134"} | values
    return [make_sign_up(held(*leads), name, **said) for _number in range(times)][-1]


def names(user: Any) -> list[str]:
    return [row.name for row in member_asks.to_ask(user)]


# Who is proposed


def test_somebody_who_came_twice_is_proposed_and_who_came_once_is_not(ana: Any) -> None:
    came(2, ana)
    came(1, ana, name="Luz", contact_key="phone:+12065550199")
    assert names(ana) == ["Rosa"]


@pytest.mark.parametrize("values", [{"came": None}, {"came": False}])
def test_saying_yes_is_not_coming(ana: Any, values: dict[str, Any]) -> None:
    came(3, ana, **values)
    assert names(ana) == []


def test_two_walk_ins_of_one_name_are_nobody_known(ana: Any) -> None:
    for number in range(3):
        came(1, ana, is_walk_in=True, contact_key=f"walk-in:{number}", phone="")
    assert names(ana) == []


def test_walk_in_who_was_linked_to_a_record_is_known_by_it(ana: Any) -> None:
    rosa = make_person()
    for number in range(2):
        came(1, ana, is_walk_in=True, contact_key=f"walk-in:{number}", phone="", person=rosa)
    assert names(ana) == ["Rosa"]


def test_each_roster_counts_only_for_who_may_open_it(ana: Any) -> None:
    came(1, ana)
    came(1, ben := make_user("Ben"))
    assert names(ana) == names(ben) == []
    came(1, ana, ben)
    assert names(ana) == names(ben) == ["Rosa"]
    assert names(make_user()) == []


def test_member_who_leads_is_shown_them_too() -> None:
    lead = make_member("Lea")
    came(2, lead)
    assert names(lead) == ["Rosa"]


@pytest.mark.parametrize("how", ["sign_up", "email", "person"])
def test_who_has_an_account_is_not_proposed(ana: Any, how: str) -> None:
    mia = make_member("Mia")
    if how == "sign_up":
        came(2, ana, user=mia)
    elif how == "email":
        came(2, ana, email=mia.email.upper())
    else:
        mia.person = make_person()
        mia.save(update_fields=["person"])
        came(2, ana, person=mia.person)
    assert names(ana) == []


@pytest.mark.parametrize("how", ["person", "phone", "email"])
def test_who_is_owed_money_in_an_open_case_is_not_proposed(ana: Any, how: str) -> None:
    person = make_person(phone_key="+12065550134", email_key="rosa@mail.example")
    case = make_case(state=CaseState.ESCALATING, person=person)
    facts = {
        "person": {"person": person, "contact_key": "walk-in:1", "phone": ""},
        "phone": {},
        "email": {"contact_key": "email:rosa@mail.example", "phone": ""},
    }[how]
    row = came(2, ana, **facts)
    assert names(ana) == []
    type(case)._base_manager.filter(pk=case.pk).update(**{"state": CaseState.WON})
    assert [found.pk for found in member_asks.to_ask(ana)] == [row.pk]


def test_who_left_an_open_case_may_be_proposed(ana: Any) -> None:
    person = make_person(phone_key="+12065550134")
    make_case(state=CaseState.ESCALATING, person=person)
    came(2, ana)
    assert names(ana) == []
    CaseParty.objects.update(left_at=NOW)
    assert names(ana) == ["Rosa"]


# Asking


def ask(client: Client, row: SignUp, **said: str) -> Any:
    return client.post(reverse("ask_to_join", args=[row.pk]), said)


def test_today_asks_and_the_page_says_no_number(client: Client, ana: Any) -> None:
    row = came(4, ana)
    item = list(todo_after.items(ana, NOW))[-1]
    assert item.about == "Rosa"
    assert item.text == "Has come to actions twice or more. Ask whether they want to be a member?"
    assert item.url == reverse("ask_to_join", args=[row.pk])
    client.force_login(ana)
    page = client.get(item.url).content.decode()
    assert "Rosa has come to actions twice or more." in page
    assert "nobody asks again" in page


@pytest.mark.parametrize("answer", ["asked", "not_now"])
def test_once_asked_nobody_is_asked_again_also_not_after_coming_again(
    client: Client, ana: Any, answer: str
) -> None:
    row = came(2, ana)
    client.force_login(ana)
    assert ask(client, row, answer=answer).url == reverse("today")
    assert MemberAsk.objects.values_list("answer", "by").get() == (answer, ana.pk)
    came(2, ana)
    assert names(ana) == []
    again = ask(client, member_asks.came_twice(ana).get(), answer="yes")
    assert again.url == reverse("today")
    assert MemberAsk.objects.get().answer == answer


def test_asked_under_one_contact_they_are_known_under_the_other(ana: Any) -> None:
    person = make_person(phone_key="+12065550134", email_key="rosa@mail.example")
    row = came(2, ana, person=person)
    assert member_asks.note(row, by=ana, answer="asked", now=NOW)
    came(2, ana, contact_key="email:rosa@mail.example", phone="", email="rosa@mail.example")
    assert names(ana) == []


def test_yes_leads_an_organizer_to_the_invitation_and_a_member_to_an_organizer(
    client: Client, ana: Any
) -> None:
    client.force_login(ana)
    assert ask(client, came(2, ana), answer="yes").url == reverse("invite")
    page = client.get(reverse("invite")).content.decode()
    assert "Rosa wants to be a member. Make the link for them here." in page
    lead = make_member("Lea")
    client.force_login(lead)
    row = came(2, lead, name="Luz", contact_key="phone:+12065550199")
    assert ask(client, row, answer="yes").url == reverse("today")
    page = client.get(reverse("today")).content.decode()
    assert "Luz wants to be a member. Tell an organizer: they make the link." in page


@pytest.mark.parametrize("answer", ["", "often"])
def test_without_an_answer_nothing_is_noted(client: Client, ana: Any, answer: str) -> None:
    client.force_login(ana)
    response = ask(client, came(2, ana), answer=answer)
    assert list(response.context["form"].errors) == ["answer"]
    assert not MemberAsk.objects.exists()


def test_somebody_of_another_roster_is_not_found(client: Client, ana: Any) -> None:
    row = came(2, ana)
    client.force_login(make_user())
    assert client.get(reverse("ask_to_join", args=[row.pk])).status_code == 404


def test_second_of_two_at_once_changes_nothing(ana: Any) -> None:
    row = came(2, ana)
    assert member_asks.note(row, by=ana, answer="yes", now=NOW)
    assert not member_asks.note(row, by=ana, answer="not_now", now=NOW)
    assert MemberAsk.objects.get().answer == "yes"


def test_three_at_most_are_proposed_at_a_time(ana: Any) -> None:
    for number in range(5):
        came(2, ana, name=f"P{number}", contact_key=f"phone:+{number}", email=f"{number}@x.example")
    assert len(member_asks.to_ask(ana)) == 5
    assert len(list(todo_after.items(ana, NOW))) == 3


def test_what_is_kept_names_nobody_and_outlives_the_roster(ana: Any) -> None:
    row = came(2, ana)
    member_asks.note(row, by=ana, answer="asked", now=NOW)
    kept = MemberAsk.objects.get()
    assert "5550134" not in kept.who_hash
    assert forget_rosters(NOW + 400 * DAY) == 2
    assert MemberAsk.objects.get() == kept
    came(2, ana)
    assert names(ana) == []


def test_it_costs_the_same_with_one_and_with_ten(
    ana: Any, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    counts = []
    for people in (1, 9):
        for _number in range(people):
            number = SignUp.objects.count()
            came(2, ana, contact_key=f"phone:+{number}", person=make_person())
        with django_assert_max_num_queries(5) as queries:
            assert member_asks.to_ask(ana)
        counts.append(len(queries))
    assert counts[0] == counts[1]
