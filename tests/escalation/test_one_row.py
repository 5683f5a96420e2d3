"""One row for each person: found again by all they are known by, and joined by a lead."""

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Person, User
from escalation import joining, turnout
from escalation.models import Action, ActionRole, SignUp
from escalation.turnout import SignUpRefused
from tests.factories import make_action, make_group, make_member, make_sign_up, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _network(db: None) -> None:
    make_group()


@pytest.fixture
def action() -> Action:
    return make_action(leads=[make_user("Ana")], roles={"police": 1, "driver": 2})


def url(name: str, action: Action) -> str:
    return reverse(name, args=[action.public_id])


def sign_up(action: Action, client: Client | None = None, **values: Any) -> Any:
    data = {"form_key": str(uuid.uuid4()), "name": "Rosa", "answer": "yes"}
    return (client or Client()).post(url("sign_up", action), data | values)


def test_phone_and_e_mail_once_each_alone_find_who_gave_both(action: Action) -> None:
    sign_up(action, phone="206 555 0134", email="rosa@x.example")
    assert sign_up(action, phone="+1 (206) 555-0134").status_code == 409
    again = sign_up(action, email=" ROSA@x.example")
    assert "already signed up" in again.content.decode()
    assert SignUp.objects.count() == 1


@pytest.mark.parametrize("key", ["phone_key", "email_key", "contact_key"])
def test_database_takes_no_second_row_of_one_person(action: Action, key: str) -> None:
    make_sign_up(action, **{key: "x"})
    with pytest.raises(IntegrityError), transaction.atomic():
        make_sign_up(action, **{key: "x"})


def known_member() -> User:
    mia = make_member("Mia")
    mia.person = Person.objects.create(name="Mia", phone="x", phone_key="+12065550134")
    mia.save(update_fields=["person"])
    return mia


@pytest.mark.parametrize("by", ["email", "phone"])
def test_member_who_signs_up_with_account_and_public_form_is_one_row(
    action: Action, client: Client, by: str
) -> None:
    mia = known_member()
    client.force_login(mia)
    client.post(url("answer_action", action), {"answer": "yes"})
    contact = {"email": mia.email.upper()} if by == "email" else {"phone": "206-555-0134"}
    assert sign_up(action, **contact).status_code == 409
    assert SignUp.objects.count() == 1


@pytest.mark.parametrize("by", ["email", "phone"])
def test_account_takes_over_its_row_of_the_public_form_whose_link_ends(
    action: Action, client: Client, by: str
) -> None:
    mia, police = known_member(), action.roles.get(kind="police")
    contact = {"email": mia.email} if by == "email" else {"phone": "206 555 0134"}
    old = sign_up(action, role=police.pk, **contact).url
    client.force_login(mia)
    client.post(url("answer_action", action), {"answer": "yes", "role": police.pk})
    row = SignUp.objects.get()
    assert (row.user, row.name, row.role) == (mia, "Mia", police)
    assert Client().get(old).status_code == 404
    police.refresh_from_db()
    assert police.taken == 1


def test_two_accounts_with_one_phone_are_two_people(action: Action) -> None:
    person = Person.objects.create(name="Home", phone="x", phone_key="+12065550134")
    for name in ("Mia", "Max"):
        other = Person.objects.create(name=name, phone="x", phone_key=person.phone_key)
        user = make_member(name)
        user.person = other
        user.save(update_fields=["person"])
        turnout.sign_up(action, by=user, answer="yes", now=timezone.now())
    assert set(SignUp.objects.values_list("name", "phone_key")) == {
        ("Mia", "+12065550134"),
        ("Max", None),
    }


# Joined by a lead


def place(action: Action, kind: str, *rows: SignUp) -> ActionRole:
    role = action.roles.get(kind=kind)
    SignUp.objects.filter(pk__in=[row.pk for row in rows]).update(role=role)
    ActionRole.objects.filter(pk=role.pk).update(taken=len(rows))
    return role


def join(action: Action, keep: SignUp, other: SignUp) -> SignUp:
    joining.join(action, keep=keep.pk, other=other.pk, now=timezone.now())
    return SignUp.objects.get(pk=keep.pk)


def test_joined_rows_keep_that_one_came_both_contacts_and_the_stronger_answer(
    action: Action,
) -> None:
    known = make_sign_up(action, phone="206", phone_key="+1206", answer="maybe", guests=1)
    walk_in = make_sign_up(
        action, is_walk_in=True, came=True, email="r@x.example", email_key="r@x.example"
    )
    row = join(action, known, walk_in)
    assert (row.came, row.answer, row.guests, row.is_walk_in) == (True, "yes", 1, False)
    assert (row.phone_key, row.email_key) == ("+1206", "r@x.example")
    assert SignUp.objects.count() == 1


@pytest.mark.parametrize(
    ("kept", "gone", "expected"),
    [
        ({"how": "told"}, {"came": True, "how": "late"}, (True, "late")),
        ({"how": "told"}, {"came": True}, (True, "")),
        ({}, {"how": "told"}, (None, "told")),
        ({"came": True}, {"how": "told"}, (True, "")),
        ({"came": True}, {"came": True, "how": "left"}, (True, "")),
    ],
)
def test_joined_rows_keep_what_the_roster_says_of_who_came(
    action: Action, kept: dict[str, Any], gone: dict[str, Any], expected: tuple[bool | None, str]
) -> None:
    keep, other = make_sign_up(action, **kept), make_sign_up(action, **gone)
    said_at = timezone.now()
    SignUp.objects.filter(pk=other.pk).update(confirmed_at=said_at)
    joining.join(action, keep=keep.pk, other=other.pk, now=timezone.now())
    row = SignUp.objects.get()
    assert (row.came, row.how) == expected
    assert row.confirmed_at == said_at


def test_joined_rows_keep_one_place_and_the_other_goes_to_who_waits(action: Action) -> None:
    one, two = make_sign_up(action), make_sign_up(action)
    driver, police = place(action, "driver", one), place(action, "police", two)
    waiting = make_sign_up(action, "Eva", waits_for=police, line_number=1)
    assert join(action, one, two).role == driver
    waiting.refresh_from_db()
    assert (waiting.role, waiting.waits_for) == (police, None)
    assert dict(action.roles.values_list("kind", "taken")) == {"police": 1, "driver": 1}


def test_joined_rows_keep_the_place_of_the_one_that_goes(action: Action) -> None:
    one, two = make_sign_up(action), make_sign_up(action)
    police = place(action, "police", two)
    SignUp.objects.filter(pk=one.pk).update(waits_for=police, line_number=1)
    row = join(action, one, two)
    assert (row.role, row.waits_for) == (police, None)
    police.refresh_from_db()
    assert police.taken == 1


def test_joined_rows_that_both_wait_keep_the_better_number(action: Action) -> None:
    police = place(action, "police", make_sign_up(action))
    one = make_sign_up(action, waits_for=police, line_number=5)
    two = make_sign_up(action, waits_for=police, line_number=2)
    assert join(action, one, two).line_number == 2


def test_row_joined_with_that_of_an_account_is_the_accounts(action: Action, client: Client) -> None:
    mia = make_member("Mia")
    turnout.sign_up(action, by=mia, answer="yes", now=timezone.now())
    of_account = SignUp.objects.get()
    row = join(action, make_sign_up(action), of_account)
    assert (row.user, row.contact_key) == (mia, f"user:{mia.pk}")
    turnout.sign_up(action, by=mia, answer="maybe", now=timezone.now())
    assert SignUp.objects.get().answer == "maybe"


def test_rows_of_two_accounts_and_a_row_with_itself_are_not_joined(action: Action) -> None:
    for name in ("Mia", "Max"):
        turnout.sign_up(action, by=make_member(name), answer="yes", now=timezone.now())
    one, two = SignUp.objects.order_by("pk")
    with pytest.raises(SignUpRefused, match="an account of their own"):
        join(action, one, two)
    with pytest.raises(SignUpRefused, match="two different people"):
        join(action, one, one)
    with pytest.raises(SignUpRefused, match="two different people"):
        join(action, one, make_sign_up(make_action()))


def test_lead_joins_two_rows_in_one_step_on_the_page(action: Action, client: Client) -> None:
    client.force_login(action.leads.get())
    one, two = make_sign_up(action, phone="206 555"), make_sign_up(action, is_walk_in=True)
    page = client.get(url("action_places", action)).content.decode()
    assert "Rosa (206 555)" in page
    assert "Rosa (walk-in)" in page
    data = {"keep": one.pk, "other": two.pk}
    text = client.post(url("join_sign_ups", action), data, follow=True).content.decode()
    assert "Rosa is on the list once now." in text
    data = {"keep": one.pk, "other": one.pk}
    assert client.post(url("join_sign_ups", action), data).status_code == 409
    assert client.post(url("join_sign_ups", action), {"keep": "x"}).status_code == 200
