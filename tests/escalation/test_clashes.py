"""Somebody said yes to two actions at the same time: they are told, and not stopped."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from escalation.models import Action, SignUp
from tests.factories import make_action, make_group, make_member, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _network(db: None) -> None:
    make_group()


@pytest.fixture
def starts() -> dt.datetime:
    return timezone.now() + dt.timedelta(days=3)


@pytest.fixture
def action(starts: dt.datetime) -> Action:
    return make_action(title="First", starts_at=starts)


def url(name: str, action: Action) -> str:
    return reverse(name, args=[action.public_id])


def sign_up(action: Action, **values: Any) -> str:
    data = {"name": "Rosa", "phone": "206 555 0134", "answer": "yes"} | values
    return str(Client().post(url("sign_up", action), data).url)


TOLD = "You also said yes to another action at this time."


@pytest.mark.parametrize(("hours", "clashes"), [(1, True), (-1, True), (2, False), (-2, False)])
def test_yes_to_a_second_action_at_that_time_is_taken_and_warned_of(
    client: Client, action: Action, starts: dt.datetime, hours: int, clashes: bool
) -> None:
    second = make_action(title="Second", starts_at=starts + dt.timedelta(hours=hours))
    sign_up(action)
    text = client.get(sign_up(second)).content.decode()
    assert (TOLD in text) is clashes
    assert "First" not in text  # whoever typed this phone may be somebody else
    assert SignUp.objects.count() == 2


@pytest.mark.parametrize(
    ("answer", "state", "contact"),
    [
        ("maybe", "announced", {}),
        ("yes", "cancelled", {}),
        ("yes", "announced", {"phone": "2065550100"}),
    ],
)
def test_nobody_is_warned_of_a_maybe_a_cancelled_action_or_somebody_else(
    client: Client, action: Action, starts: dt.datetime, answer: str, state: str, contact: Any
) -> None:
    sign_up(action, answer=answer, **contact)
    Action.objects.update(state=state)
    second = make_action(title="Second", starts_at=starts)
    assert TOLD not in client.get(sign_up(second)).content.decode()


def test_account_is_told_which_action_it_is(client: Client, action: Action) -> None:
    second = make_action(title="Second", starts_at=action.starts_at)
    client.force_login(make_member("Mia"))
    for one in (action, second):
        client.post(url("answer_action", one), {"answer": "yes"})
    text = client.get(url("action", second)).content.decode()
    assert TOLD in text
    assert f'<a href="{url("action", action)}">First</a>' in text


def test_lead_sees_who_clashes_and_of_what_they_may_not_see_only_that(
    client: Client, action: Action, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    lead = make_user()
    action.leads.add(lead)
    second = make_action(title="Second", starts_at=action.starts_at)
    for name, phone in (("Rosa", "206 555 0134"), ("Luz", "206 555 0135")):
        sign_up(action, name=name, phone=phone)
    sign_up(second)
    client.force_login(lead)
    with django_assert_max_num_queries(11):
        page = client.get(url("action_places", action))
    (clash,) = page.context["clashes"]
    assert (clash.name, clash.others) == ("Rosa", [second])
    Action.objects.filter(pk=second.pk).update(state="draft")
    assert client.get(url("action_places", action)).context["clashes"] == []
