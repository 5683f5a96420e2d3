"""Leaving the group: the account closes, and what it carried is offered to the others."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account.models import EmailAddress
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns import people
from campaigns.models import CaseState, Duty, User
from escalation import taking_over
from escalation.models import Task
from tests.factories import PASSWORD, make_action, make_case, make_group, make_member, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _network() -> None:
    make_group()


@pytest.fixture
def ana(client: Client) -> User:
    """An organizer, signed in."""
    user = make_user("Ana")
    client.force_login(user)
    return user


def leave(client: Client) -> str:
    return client.post(reverse("leave_group"), {"sure": "on"}, follow=True).text


def test_account_is_closed_and_the_browser_logged_out(client: Client, ana: User) -> None:
    make_user("Ben")
    assert "Your account is closed." in leave(client)
    gone = User.objects.get(pk=ana.pk)
    assert (gone.is_active, gone.name) == (False, "Ana")
    assert "/account/login/" in client.get(reverse("today")).url


def test_other_browser_is_out_from_the_next_request_on(client: Client, ana: User) -> None:
    make_user("Ben")
    phone = Client()
    phone.force_login(ana)
    leave(client)
    assert "/account/login/" in phone.get(reverse("today")).url


def test_nothing_happens_without_the_tick(client: Client, ana: User) -> None:
    make_user("Ben")
    answer = client.post(reverse("leave_group"))
    assert list(answer.context["form"].errors) == ["sure"]
    assert User.objects.get(pk=ana.pk).is_active


def test_address_goes_and_the_person_can_be_invited_again(client: Client) -> None:
    make_user("Ben")
    values = {"email": "ana@rainier.example", "name": "Ana", "password": PASSWORD}
    ana = people.make_account(**values, role=User.Role.ORGANIZER)
    client.force_login(ana)
    leave(client)
    assert not User.objects.filter(email=values["email"]).exists()
    assert not EmailAddress.objects.exists()
    again = people.make_account(**values, role=User.Role.MEMBER)
    case = make_case(state=CaseState.ESCALATING, team=[ana])
    assert not case.team_memberships.filter(user=again).exists()


def test_only_organizer_cannot_leave(client: Client, ana: User) -> None:
    make_member()
    make_user(is_active=False)
    assert "You are the only organizer." in leave(client)
    assert User.objects.get(pk=ana.pk).is_active


def test_member_leaves_whoever_else_is_there(client: Client) -> None:
    mia = make_member()
    client.force_login(mia)
    leave(client)
    assert not User.objects.get(pk=mia.pk).is_active


def test_what_they_carried_is_offered_and_can_be_taken(client: Client, ana: User) -> None:
    ben, today = make_user("Ben"), timezone.localdate()
    case = make_case(state=CaseState.ESCALATING, team=[ana])
    action = make_action(leads=[ana])
    task = Task.objects.create(what="Print", owner=ana)
    duty = Duty.objects.create(user=ana, kind="web", from_date=today, until_date=today)
    leave(client)
    (offered,) = taking_over.offered_to(ben, now=timezone.now())
    assert (offered.person, offered.number) == (ana, 4)
    client.force_login(ben)
    page = client.get(reverse("who_carries_what")).text
    assert "Has left." in page
    for url in (
        reverse("join_team", args=[case.reference]),
        reverse("take_lead", args=[action.public_id, ana.pk]),
        reverse("take_task", args=[task.pk]),
        reverse("take_over_duty", args=[duty.pk]),
    ):
        assert f'action="{url}"' in page
        client.post(url)
    assert case.team_memberships.current().get().user == ben
    assert list(action.leads.all()) == [ben]
    assert Task.objects.get().owner == ben
    assert Duty.objects.get().user == ben


@pytest.mark.django_db(transaction=True)
def test_of_the_last_two_organizers_one_stays() -> None:
    both = [make_user("Ana"), make_user("Ben")]

    def go(user: User) -> str:
        try:
            return people.leave(by=user)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(bool(refusal) for refusal in pool.map(go, both)) == [False, True]
    assert User.objects.organizers().count() == 1
