"""Accounts by invitation, intake duty, and the settings of the network and of oneself."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaigns import people
from campaigns.models import CaseState, Duty, Group, Invitation, User
from campaigns.models.people import token_hash
from campaigns.people_forms import GroupForm
from tests.factories import PASSWORD, make_case, make_group, make_member, make_user, put_on_duty

ACCOUNT = {
    "your_name": "Bilal",
    "email": "Bilal@Mail.Example",
    "password": PASSWORD,
    "password_again": PASSWORD,
}


@pytest.fixture(autouse=True)
def _network(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("django_db"):
        make_group()


@pytest.fixture
def ana(client: Client) -> User:
    """An organizer, signed in."""
    user = make_user("Ana")
    client.force_login(user)
    return user


def today() -> dt.date:
    """Return the day it is where the network is, which is not the day of UTC."""
    return Group.objects.get().local_date(timezone.now())


def invited(client: Client, role: str = User.Role.MEMBER, name: str = "Bilal") -> str:
    """Invite somebody through the page and return the path of the link."""
    page = client.post(reverse("invite"), {"name": name, "role": role}).text
    return re.search(r"http://testserver(/invitation/[\w-]+/)", page)[1]


def accept(path: str, **typed: str) -> HttpResponse:
    return Client().post(path, ACCOUNT | typed)


# Invitations


@pytest.mark.django_db
def test_an_invited_member_makes_an_account_and_is_logged_in(client: Client, ana: User) -> None:
    path, browser = invited(client), Client()
    assert browser.get(path).context["form"]["your_name"].value() == "Bilal"
    response = browser.post(path, ACCOUNT)
    assert response.url == reverse("today")
    bilal = User.objects.get(name="Bilal")
    assert (bilal.role, bilal.email) == (User.Role.MEMBER, "bilal@mail.example")
    assert bilal.check_password(PASSWORD)
    assert browser.session["_auth_user_id"] == str(bilal.pk)
    address = EmailAddress.objects.get(user=bilal)
    assert (address.verified, address.primary) == (True, True)


@pytest.mark.django_db
def test_the_link_is_stored_nowhere_and_shown_once(client: Client, ana: User) -> None:
    token = invited(client).split("/")[2]
    invitation = Invitation.objects.get()
    assert invitation.token_hash == token_hash(token)
    assert token not in client.get(reverse("people")).text
    assert token not in client.get(reverse("invite")).text


@pytest.mark.django_db
def test_opening_the_link_changes_nothing(client: Client, ana: User) -> None:
    path = invited(client)
    for _visit in range(3):
        assert Client().get(path).status_code == 200
    assert Invitation.objects.get().used_at is None


@pytest.mark.django_db
def test_a_link_works_once(client: Client, ana: User) -> None:
    path = invited(client)
    accept(path)
    assert Client().get(path).status_code == 404
    assert accept(path, email="other@mail.example").status_code == 404
    assert User.objects.count() == 2


@pytest.mark.django_db
def test_a_link_works_for_72_hours(client: Client, ana: User) -> None:
    path = invited(client)
    now = timezone.now()
    with time_machine.travel(now + dt.timedelta(hours=71, minutes=59)):
        assert Client().get(path).status_code == 200
    with time_machine.travel(now + dt.timedelta(hours=72, minutes=1)):
        assert accept(path).status_code == 404


@pytest.mark.parametrize("token", ["x", "0" * 32, "%00", "..%2F"])
@pytest.mark.django_db
def test_a_made_up_link_is_not_there(token: str) -> None:
    assert Client().get(f"/invitation/{token}/").status_code == 404


@pytest.mark.parametrize(
    ("typed", "field", "says"),
    [
        ({"password": "short", "password_again": "short"}, "password", "at least 12"),
        ({"password": "1q2w3e4r5t6y", "password_again": "1q2w3e4r5t6y"}, "password", "too common"),
        ({"password_again": "something else"}, "password_again", "not the same"),
        ({"email": "bilal"}, "email", "valid email"),
        ({"email": "ANA@rainier.example"}, "email", "There is an account with this e-mail"),
        ({"your_name": ""}, "your_name", "required"),
        ({"your_name": "Bi\0lal"}, "your_name", "Null"),
    ],
)
@pytest.mark.django_db
def test_a_refused_account_leaves_the_invitation_good(
    client: Client, ana: User, typed: dict[str, str], field: str, says: str
) -> None:
    User.objects.filter(pk=ana.pk).update(email="ana@rainier.example")
    path = invited(client)
    response = accept(path, **typed)
    assert says in response.context["form"].errors[field][0]
    assert User.objects.count() == 1
    assert accept(path).url == reverse("today")


@pytest.mark.django_db
def test_more_than_is_asked_is_ignored(client: Client, ana: User) -> None:
    accept(invited(client), role=User.Role.ORGANIZER, is_active="", pk="1")
    assert User.objects.get(name="Bilal").role == User.Role.MEMBER


@pytest.mark.django_db
def test_the_first_organizer_alone_invites_the_second(client: Client, ana: User) -> None:
    accept(invited(client, User.Role.ORGANIZER))
    assert User.objects.get(name="Bilal").is_organizer


@pytest.mark.django_db
def test_with_two_organizers_the_next_one_needs_a_second(client: Client, ana: User) -> None:
    ben = make_user("Ben")
    path = invited(client, User.Role.ORGANIZER)
    assert "invited by two" in Client().get(path).text
    assert accept(path).status_code == 200
    assert User.objects.count() == 2

    second = reverse("second_invitation", args=[Invitation.objects.get().pk])
    assert client.post(second).status_code == 404  # one's own
    client.force_login(make_member())
    assert client.post(second).status_code == 404  # not for members
    client.force_login(ben)
    assert client.get(second).status_code == 405
    assert client.post(second).url == reverse("people")
    assert client.post(second).status_code == 404  # done already
    assert accept(path).url == reverse("today")
    assert User.objects.get(name="Bilal").is_organizer


@pytest.mark.django_db
def test_withdrawn_invitation_lets_nobody_in(client: Client, ana: User) -> None:
    path = invited(client, User.Role.MEMBER)
    withdraw = reverse("withdraw_invitation", args=[Invitation.objects.get().pk])
    assert client.get(withdraw).status_code == 405
    assert client.post(withdraw).url == reverse("people")
    assert Client().get(path).status_code == 404
    accept(path)
    assert not User.objects.filter(name="Bilal").exists()
    assert client.post(withdraw).status_code == 404


@pytest.mark.django_db
def test_once_there_are_two_organizers_what_one_wrote_alone_needs_a_second(
    client: Client, ana: User
) -> None:
    first, other = (invited(client, User.Role.ORGANIZER) for _number in range(2))
    member = invited(client, name="Mo")
    accept(first)
    accept(other, email="cem@mail.example")
    assert [user.email for user in User.objects.organizers()] == [ana.email, "bilal@mail.example"]
    accept(member, email="mo@mail.example")
    assert User.objects.filter(role=User.Role.MEMBER).count() == 1
    client.force_login(User.objects.get(email="bilal@mail.example"))
    pk = Invitation.objects.get(needs_second=True).pk
    client.post(reverse("second_invitation", args=[pk]))
    accept(other, email="cem@mail.example")
    assert User.objects.organizers().count() == 3


@pytest.mark.django_db
def test_a_member_needs_no_second(client: Client, ana: User) -> None:
    make_user("Ben")
    accept(invited(client))
    assert User.objects.filter(name="Bilal").exists()


@pytest.mark.django_db(transaction=True)
def test_used_by_five_at_the_same_moment_a_link_makes_one_account() -> None:
    _invitation, token = people.invite(name="Bilal", role=User.Role.MEMBER, by=make_user())

    def use(number: int) -> bool:
        try:
            people.accept(token, name="B", email=f"b{number}@mail.example", password=PASSWORD)
        except people.InvitationGone:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(use, range(5))) == [False] * 4 + [True]
    assert User.objects.count() == 2


@pytest.mark.parametrize("name", ["people", "invite", "settings"])
@pytest.mark.django_db
def test_pages_of_organizers_are_not_there_for_members(client: Client, name: str) -> None:
    client.force_login(make_member())
    assert client.get(reverse(name)).status_code == 404


# The list


@pytest.mark.django_db
def test_the_list_shows_how_much_everybody_carries(client: Client, ana: User) -> None:
    ben = make_user("Ben")
    make_member("Zoe")
    make_user("Gone", is_active=False)
    make_case(team=[ana, ben])
    make_case(team=[ana], state=CaseState.ESCALATING)
    make_case(team=[ana], state=CaseState.WON)
    left = make_case(team=[ben])
    left.team_memberships.update(left_at=timezone.now())
    listed = client.get(reverse("people")).context["people"]
    assert [(p.name, p.open_cases) for p in listed] == [("Ana", 2), ("Ben", 1), ("Zoe", 0)]


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.django_db
def test_the_list_costs_the_same_however_long(
    client: Client,
    ana: User,
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _each in range(number):
        put_on_duty(make_user())
        people.invite(name="Zoe", role=User.Role.MEMBER, by=make_user())
    with django_assert_num_queries(8):
        client.get(reverse("people"))


# Intake duty


@pytest.mark.django_db
def test_nobody_on_duty_is_said_plainly(client: Client, ana: User) -> None:
    assert "Nobody is on intake duty" in client.get(reverse("people")).text
    client.post(reverse("take_duty"), {"days": 3})
    assert "Nobody is on intake duty" not in client.get(reverse("people")).text


@pytest.mark.parametrize("days", [1, 7])
@pytest.mark.django_db
def test_duty_is_taken_from_today_for_some_days(client: Client, ana: User, days: int) -> None:
    client.post(reverse("take_duty"), {"days": days})
    duty = Duty.objects.get()
    assert (duty.user, duty.from_date) == (ana, today())
    assert duty.until_date == today() + dt.timedelta(days=days - 1)


@pytest.mark.parametrize("days", ["0", "8", "-1", "many", ""])
@pytest.mark.django_db
def test_duty_is_not_taken_for_longer_than_a_week(client: Client, ana: User, days: str) -> None:
    client.post(reverse("take_duty"), {"days": days})
    assert Duty.objects.count() == 0


@pytest.mark.django_db
def test_taking_duty_again_moves_its_end(client: Client, ana: User) -> None:
    for days in (7, 2):
        client.post(reverse("take_duty"), {"days": days})
    assert Duty.objects.get().until_date == today() + dt.timedelta(days=1)


@pytest.mark.django_db
def test_duty_ends_at_once_for_who_ends_it(client: Client, ana: User) -> None:
    put_on_duty(make_user())
    client.post(reverse("take_duty"), {"days": 7})
    client.post(reverse("end_duty"))
    assert not Duty.objects.held_on(today()).filter(user=ana).exists()
    assert Duty.objects.held_on(today()).count() == 1


@pytest.mark.django_db
def test_duty_held_since_days_ago_keeps_its_past(client: Client, ana: User) -> None:
    days_ago = today() - dt.timedelta(days=3)
    Duty.objects.create(user=ana, from_date=days_ago, until_date=today())
    client.post(reverse("end_duty"))
    assert Duty.objects.get().until_date == today() - dt.timedelta(days=1)


# Settings

GOOD_SETTINGS = {
    "name": "Cascade Solidarity",
    "place": "Tacoma",
    "country": "US",
    "time_zone": "America/Los_Angeles",
    "language": "en",
    "currency": "USD",
    "paper": "letter",
    "deadline_days": "14",
    "deadline_hour": "17:00",
    "fight_cap": "3",
    "fights_each": "2",
    "calls_each": "20",
    "threshold": "majority",
    "threshold_less": "majority",
    "quorum": "1",
    "grace_days": "3",
    "calls_from": "09:00",
    "calls_until": "21:00",
    "keep_not_taken_days": "90",
    "keep_withdrawn_days": "30",
    "keep_declined_days": "180",
    "keep_closed_days": "365",
    "keep_roster_days": "365",
}


def settings_form(client: Client) -> dict[str, str]:
    form = client.get(reverse("settings")).context["form"]
    return {name: form[name].value() for name in form.fields}


@pytest.mark.django_db
def test_settings_are_saved(client: Client, ana: User) -> None:
    typed = settings_form(client) | {"name": "Cascade Solidarity", "deadline_days": 7}
    assert client.post(reverse("settings"), typed).url == reverse("settings")
    group = Group.objects.get()
    assert (group.name, group.deadline_days, group.pk) == ("Cascade Solidarity", 7, 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "\0"),
        ("country", "XX"),
        ("time_zone", "Mars/Olympus"),
        ("currency", "BTC"),
        ("paper", "napkin"),
        ("deadline_days", "0"),
        ("deadline_hour", "25:00"),
        ("fight_cap", "0"),
        ("fight_cap", "-1"),
        ("fights_each", "0"),
        ("calls_each", "100"),
        ("email", "nobody"),
        ("jurisdiction", "US-XX"),
        ("keep_closed_days", "1"),
        ("keep_roster_days", "1"),
        ("keep_roster_days", "366"),
    ],
)
@pytest.mark.django_db
def test_a_setting_that_cannot_be_is_refused_beside_its_field(field: str, value: str) -> None:
    form = GroupForm(GOOD_SETTINGS | {field: value})
    assert list(form.errors) == [field]


@pytest.mark.django_db
def test_a_refused_setting_leaves_everything_typed_in_the_page(client: Client, ana: User) -> None:
    typed = settings_form(client) | {"place": "Tacoma", "name": "\0", "fight_cap": "-1"}
    response = client.post(reverse("settings"), typed)
    assert set(response.context["form"].errors) == {"name", "fight_cap"}
    assert response.context["form"]["place"].value() == "Tacoma"
    assert Group.objects.get().place == "Seattle"


@pytest.mark.django_db
def test_the_second_to_save_settings_is_told_and_keeps_the_typing(
    client: Client, ana: User
) -> None:
    typed = settings_form(client)
    client.post(reverse("settings"), typed | {"place": "Tacoma"})
    response = client.post(reverse("settings"), typed | {"place": "Everett"})
    assert "They wrote: Tacoma" in response.context["form"].errors["place"][0]
    assert response.context["form"]["place"].value() == "Everett"
    assert Group.objects.get().place == "Tacoma"
    again = {name: response.context["form"][name].value() for name in typed}
    client.post(reverse("settings"), again)
    assert Group.objects.get().place == "Everett"


@pytest.mark.django_db
def test_everybody_sets_their_own_name_and_language_and_nothing_else(client: Client) -> None:
    zoe = make_member("Zoe")
    client.force_login(zoe)
    client.post(
        reverse("my_settings"),
        {"name": "Zoë", "language": "es", "role": User.Role.ORGANIZER, "email": "x@mail.example"},
    )
    changed = User.objects.get(pk=zoe.pk)
    assert (changed.name, changed.language) == ("Zoë", "es")
    assert (changed.role, changed.email) == (zoe.role, zoe.email)
