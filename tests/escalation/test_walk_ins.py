"""Who a walk-in was: names offered to leads, joined later and parted again."""

import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

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


def url(action: Action, name: str = "roster") -> str:
    return reverse(name, args=[action.public_id])


def walk_in(action: Action, name: str = "Rosa") -> SignUp:
    return make_sign_up(
        action, name, is_walk_in=True, came=True, contact_key=f"walk-in:{uuid.uuid4()}"
    )


def say(client: Client, row: SignUp, who: str) -> str:
    answer = client.post(url(row.action, "say_who"), {"row": row.pk, "who": who}, follow=True)
    row.refresh_from_db()
    return answer.content.decode()


def test_typing_offers_members_and_those_who_came_before_without_contacts(
    greeter: Client, action: Action, lead: Any
) -> None:
    before = make_action(leads=[lead], starts_at=NOW - dt.timedelta(days=30))
    make_sign_up(before, "Noor", phone="206 555 0134", email="n@x.example")
    make_sign_up(make_action(starts_at=NOW), "Stranger")
    walk_in(before, "Only a name")
    make_member("Mia")
    text = greeter.get(url(action)).content.decode()
    for name in ("Noor", "Mia"):
        assert f'<option value="{name}">' in text
    for hidden in ("555", "n@x.example", "Stranger", "Only a name"):
        assert hidden not in text


def test_known_name_that_did_not_sign_up_is_asked_about_and_stored_as_walk_in(
    greeter: Client, action: Action
) -> None:
    """Row 125."""
    mia = make_member("Mia")
    text = greeter.get(url(action), {"q": "mia"}).content.decode()
    assert "Not signed up. Add as a walk-in?" in text
    data = {"who": f"account-{mia.pk}", "form_key": str(uuid.uuid4())}
    for _twice in range(2):
        greeter.post(url(action, "add_known"), data)
    row = action.sign_ups.get()
    assert (row.name, row.user, row.is_walk_in, row.came) == ("Mia", mia, True, True)
    assert "Not signed up" not in greeter.get(url(action), {"q": "mia"}).content.decode()


@pytest.mark.parametrize("who", ["", "account-999999", "earlier-1", "x", "\0"])
def test_forged_choice_adds_nobody(greeter: Client, action: Action, who: str) -> None:
    data = {"who": who, "form_key": str(uuid.uuid4())}
    answer = greeter.post(url(action, "add_known"), data, follow=True)
    assert "Look whether this name is on the roster." in answer.content.decode()
    assert not action.sign_ups.exists()


def test_walk_in_is_joined_with_an_account_and_parted_again(
    greeter: Client, action: Action
) -> None:
    mia, row = make_member("Mia Berg"), walk_in(action, "Mia")
    assert "This was Mia Berg." in say(greeter, row, f"account-{mia.pk}")
    assert (row.user, row.contact_key, row.name) == (mia, f"user:{mia.pk}", "Mia")
    assert "Who was this?" in say(greeter, row, "")
    assert (row.user, row.is_linked, row.came) == (None, False, True)


def test_walk_in_is_joined_with_somebody_who_signed_up_before(
    greeter: Client, action: Action, lead: Any
) -> None:
    before = make_action(leads=[lead], starts_at=NOW - dt.timedelta(days=30))
    known, row = make_sign_up(before, "Noor"), walk_in(action, "Noor")
    assert "Joined with somebody" in say(greeter, row, f"earlier-{known.pk}")
    assert row.contact_key == known.contact_key


def test_walk_in_is_not_joined_with_somebody_on_the_roster(greeter: Client, action: Action) -> None:
    mia, row = make_member("Mia"), walk_in(action)
    make_sign_up(action, "Mia", user=mia, contact_key=f"user:{mia.pk}")
    text = say(greeter, row, f"account-{mia.pk}")
    assert "This name is on the roster already. Choose another." in text
    assert row.user is None


def test_who_signed_up_is_never_joined_with_another(greeter: Client, action: Action) -> None:
    mia, row = make_member("Mia"), make_sign_up(action)
    data = {"row": row.pk, "who": f"account-{mia.pk}"}
    assert greeter.post(url(action, "say_who"), data).status_code == 404


def test_walk_in_sent_again_after_it_was_joined_stays_one(greeter: Client, action: Action) -> None:
    mia, data = make_member("Mia"), {"name": "Mia", "form_key": str(uuid.uuid4())}
    greeter.post(url(action, "add_walk_in"), data)
    say(greeter, action.sign_ups.get(), f"account-{mia.pk}")
    greeter.post(url(action, "add_walk_in"), data)
    assert action.sign_ups.count() == 1


def test_walk_in_who_was_a_mistake_is_taken_off_once_the_tick_is_undone(
    greeter: Client, action: Action
) -> None:
    row = walk_in(action)
    data = {"row": row.pk}
    answer = greeter.post(url(action, "take_off_walk_in"), data, follow=True)
    assert "Rosa is ticked. Undo the tick first." in answer.content.decode()
    SignUp.objects.filter(pk=row.pk).update(came=None)
    page = greeter.get(url(action), {"more": row.pk}).content.decode()
    assert "A mistake: take this name off" in page
    answer = greeter.post(url(action, "take_off_walk_in"), data, follow=True)
    assert "Rosa is off the list." in answer.content.decode()
    assert not action.sign_ups.exists()


def test_who_signed_up_is_not_taken_off_as_a_mistake(greeter: Client, action: Action) -> None:
    row = make_sign_up(action)
    assert greeter.post(url(action, "take_off_walk_in"), {"row": row.pk}).status_code == 404
    assert action.sign_ups.exists()
