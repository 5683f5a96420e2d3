"""The first minutes: a link that works once, and what comes of it."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns import setup
from campaigns.models import Group, User
from campaigns.people_forms import SetUpForm
from tests.factories import PASSWORD, make_group

NETWORK = {
    "name": "Cascade Solidarity & Friends",
    "place": "Tacoma",
    "country": "US",
    "time_zone": "America/Los_Angeles",
    "language": "en",
}
PERSON = {
    "your_name": "Nguyễn Thị Hương",
    "email": "huong@mail.example",
    "password": PASSWORD,
    "password_again": PASSWORD,
}


def link() -> str:
    return setup.link().removeprefix("http://127.0.0.1:8000")


def printed() -> str:
    out = StringIO()
    call_command("setup_link", stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_link_is_printed_until_there_is_a_network() -> None:
    assert "http://127.0.0.1:8000/set-up/" in printed()
    make_group()
    assert printed() == ""


@pytest.mark.django_db
def test_the_page_makes_the_network_and_its_first_organizer(client: Client) -> None:
    response = client.post(link(), NETWORK | PERSON)
    assert response.url == reverse("first_day_step", args=["papers"])
    group, user = Group.objects.get(), User.objects.get()
    assert (group.pk, group.name, group.deadline_hour) == (
        1,
        "Cascade Solidarity & Friends",
        dt.time(17),
    )
    assert (user.name, user.role) == ("Nguyễn Thị Hương", User.Role.ORGANIZER)
    assert EmailAddress.objects.get(user=user).verified
    page = client.get(reverse("people")).text
    assert "Your network is new." in page
    assert "http://testserver/tell/" in page


@pytest.mark.django_db
def test_the_first_organizer_can_log_in_again(client: Client) -> None:
    client.post(link(), NETWORK | PERSON)
    again = Client()
    login = {"login": "Huong@Mail.example", "password": PASSWORD}
    assert again.post(reverse("account_login"), login).url == reverse("today")


@pytest.mark.django_db
def test_a_used_link_makes_nothing(client: Client) -> None:
    used = link()
    client.post(used, NETWORK | PERSON)
    for method in (Client().get, Client().post):
        response = method(used, NETWORK | PERSON | {"email": "other@mail.example"})
        assert response.status_code == 404
        assert "This link does not work" in response.text
    assert Group.objects.count() == User.objects.count() == 1


@pytest.mark.parametrize("token", ["x", "set-up", "1wM7Yx.forged", "%00"])
@pytest.mark.django_db
def test_a_made_up_link_makes_nothing(client: Client, token: str) -> None:
    assert client.post(f"/set-up/{token}/", NETWORK | PERSON).status_code == 404
    assert Group.objects.count() == 0


@pytest.mark.django_db
def test_a_link_works_for_a_week(client: Client) -> None:
    path, now = link(), timezone.now()
    with time_machine.travel(now + dt.timedelta(days=6, hours=23)):
        assert client.get(path).status_code == 200
    with time_machine.travel(now + dt.timedelta(days=7, minutes=1)):
        assert client.get(path).status_code == 404


@pytest.mark.django_db
def test_opening_the_link_makes_nothing(client: Client) -> None:
    assert client.get(link()).status_code == 200
    assert Group.objects.count() == User.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 81),
        ("place", "\0"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", ""),
        ("your_name", ""),
        ("email", "huong"),
    ],
)
@pytest.mark.django_db
def test_a_mistake_is_told_beside_its_field(field: str, value: str) -> None:
    assert list(SetUpForm(NETWORK | PERSON | {field: value}).errors) == [field]


@pytest.mark.django_db
def test_a_mistake_makes_nothing_and_leaves_everything_typed_in_the_page(client: Client) -> None:
    response = client.post(link(), NETWORK | PERSON | {"email": "huong"})
    for name in NETWORK:
        assert response.context["form"][name].value() == NETWORK[name]
    assert response.context["form"]["your_name"].value() == PERSON["your_name"]
    assert Group.objects.count() == User.objects.count() == 0


@pytest.mark.parametrize(
    ("country", "currency", "paper"),
    [
        ("US", "USD", "letter"),
        ("CA", "CAD", "letter"),
        ("GB", "GBP", "a4"),
        ("ES", "EUR", "a4"),
        ("EC", "USD", "a4"),
    ],
)
@pytest.mark.django_db
def test_money_and_paper_begin_as_is_usual_in_the_country(
    client: Client, country: str, currency: str, paper: str
) -> None:
    client.post(link(), NETWORK | PERSON | {"country": country})
    group = Group.objects.get()
    assert (group.currency, group.paper, group.is_demo) == (currency, paper, False)


@pytest.mark.django_db
def test_the_same_sent_twice_goes_on_as_if_it_was_sent_once(client: Client) -> None:
    used = link()
    first = client.post(used, NETWORK | PERSON)
    again = Client()  # the answer to the first one was lost, and its cookie with it
    assert again.post(used, NETWORK | PERSON).url == first.url
    assert again.get(first.url).status_code == 200
    assert Group.objects.count() == User.objects.count() == 1


@pytest.mark.django_db
def test_a_used_link_lets_nobody_in_with_a_wrong_password(client: Client) -> None:
    used = link()
    client.post(used, NETWORK | PERSON)
    stranger = Client()
    for _try in range(8):  # more than allauth lets pass
        answer = stranger.post(used, NETWORK | PERSON | {"password": "five words by the river"})
        assert answer.status_code == 404
    assert stranger.post(used, NETWORK | PERSON).status_code == 404, "guesses are counted"
    assert "_auth_user_id" not in stranger.session
    assert stranger.post("/set-up/x/", NETWORK | PERSON).status_code == 404


@pytest.mark.django_db
def test_the_old_link_leads_an_organizer_to_the_first_day(client: Client) -> None:
    used = link()
    client.post(used, NETWORK | PERSON)
    assert client.get(used).url == reverse("first_day")
    assert "Log in with the e-mail" in Client().get(used).text


@pytest.mark.django_db(transaction=True)
def test_of_two_who_set_up_at_the_same_moment_one_wins() -> None:
    def race(number: int) -> bool:
        try:
            setup.set_up(
                network={"name": f"Network {number}", "place": "Tacoma"},
                name="Hương",
                email=f"huong{number}@mail.example",
                password=PASSWORD,
            )
        except setup.AlreadySetUp:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(race, range(4))) == [False, False, False, True]
    assert Group.objects.count() == User.objects.count() == 1


@pytest.mark.django_db
def test_before_set_up_every_other_page_says_so(client: Client) -> None:
    for name in ("home", "tell", "status"):
        assert "not set up yet" in client.get(reverse(name)).text
