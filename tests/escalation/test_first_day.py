"""The first day: three pages of settings, a letterhead to look at, and what comes next."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaigns import first_day as new
from campaigns import people as accounts
from campaigns.models import Duty, Group, User
from escalation import first_day
from tests import factories as make

pytestmark = pytest.mark.django_db
LETTERHEAD = {
    "address": "12 Quay Street\r\nBristol",
    "phone": "0117 496 0100",
    "email": "hello@harbor.example",
}
PAPERS = {
    "paper": "a4",
    "currency": "GBP",
    "deadline_days": "7",
    "deadline_hour": "12:00",
    "keep_not_taken_days": "60",
    "keep_withdrawn_days": "30",
    "keep_declined_days": "90",
    "keep_closed_days": "300",
    "keep_roster_days": "100",
}


@pytest.fixture
def ana() -> User:
    make.make_group(name="Harbor Solidarity", address="", phone="", email="")
    return make.make_user("Ana")


@pytest.fixture
def first(client: Client, ana: User) -> Client:
    client.force_login(ana)
    return client


def page(step: str) -> str:
    return reverse("first_day_step", args=[step])


def seen() -> dict[str, str]:
    return {"seen_version": str(Group.objects.get().version)}


def done(now: dt.datetime | None = None) -> list[bool]:
    things = first_day.first_things(Group.objects.get(), now=now or timezone.now())
    return [thing.is_done for thing in things]


# The pages


def test_each_page_saves_and_leads_to_the_next(first: Client) -> None:
    group = Group.objects.get()
    network = {name: getattr(group, name) for name in ("place", "country", "time_zone", "language")}
    answer = first.post(page("network"), network | seen() | {"name": "Quay Solidarity"})
    assert answer.url == page("papers")
    assert first.post(page("papers"), PAPERS | seen()).url == page("letterhead")
    assert first.post(page("letterhead"), LETTERHEAD | seen()).url == reverse("first_day")
    group = Group.objects.get()
    assert (group.name, group.paper, group.deadline_hour) == ("Quay Solidarity", "a4", dt.time(12))
    assert (group.keep_closed_days, group.keep_roster_days) == (300, 100)
    assert group.phone == "0117 496 0100"


def test_going_back_keeps_what_was_typed(first: Client) -> None:
    answer = first.post(page("letterhead"), LETTERHEAD | seen() | {"back": "1"})
    assert answer.url == page("papers")
    assert "0117 496 0100" in first.get(page("letterhead")).text


def test_a_double_click_goes_on_as_one_click_does(first: Client) -> None:
    typed = PAPERS | seen()
    answers = [first.post(page("papers"), typed) for _click in range(2)]
    assert [answer.url for answer in answers] == [page("letterhead")] * 2
    assert Group.objects.get().version == 2


def test_what_somebody_else_saved_meanwhile_is_not_written_over(first: Client) -> None:
    before = seen()
    first.post(page("letterhead"), LETTERHEAD | before)
    answer = first.post(page("letterhead"), LETTERHEAD | before | {"phone": "0117 000"})
    assert answer.status_code == 409
    assert "They wrote: 0117 496 0100" in answer.text
    assert 'value="0117 000"' in answer.text
    assert Group.objects.get().phone == "0117 496 0100"


@pytest.mark.parametrize(
    ("step", "field", "value"),
    [
        ("papers", "deadline_days", "31"),
        ("papers", "deadline_hour", "noon"),
        ("papers", "currency", "BTC"),
        ("papers", "keep_closed_days", "1"),
        ("letterhead", "email", "hello@harbor"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_nothing_is_saved(
    first: Client, step: str, field: str, value: str
) -> None:
    typed = {"papers": PAPERS, "letterhead": LETTERHEAD}[step]
    answer = first.post(page(step), typed | seen() | {field: value})
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"][field].value() == value
    assert Group.objects.get().version == 1


def test_pages_are_not_there_for_members_and_other_names_for_nobody(first: Client) -> None:
    assert first.get("/first-day/other/").status_code == 404
    first.force_login(make.make_member())
    for url in (page("papers"), reverse("first_day")):
        assert first.get(url).status_code == 404


# The letterhead


def test_letterhead_is_shown_as_it_is_printed_before_it_is_saved(first: Client) -> None:
    answer = first.post(page("letterhead"), LETTERHEAD | seen() | {"look": "1"})
    letter = answer.text.partition('class="letter-frame"')[2]
    for words in ("Harbor Solidarity", "12 Quay Street", "0117 496 0100", "hello@harbor.example"):
        assert words in letter
    assert "Nothing is saved yet" in answer.text
    assert Group.objects.get().phone == ""


def test_letter_shown_is_in_the_language_of_the_network(first: Client) -> None:
    Group.objects.update(language="es")
    letter = first.get(page("letterhead")).text.partition('class="letter-frame"')[2]
    assert "la cocina Garza Azul" in letter


def test_words_in_a_letterhead_are_words(first: Client) -> None:
    typed = LETTERHEAD | seen() | {"look": "1", "phone": "<b>0117</b>"}
    assert "<b>0117" not in first.post(page("letterhead"), typed).text


# What comes next


def test_what_is_done_is_read_from_the_data(first: Client, ana: User) -> None:
    assert done() == [False, False, False, False]
    first.post(page("letterhead"), LETTERHEAD | seen())
    assert done() == [True, False, False, False]
    for name in ("Ben", "Chidi"):
        make.make_user(name)
    assert done() == [True, True, False, False]
    make.put_on_duty(ana)
    make.make_case()
    assert done() == [True, True, True, True]
    text = first.get(reverse("first_day")).text
    assert "3 people have an account." in text
    assert "1 person has told you." in text
    assert "Your network is ready." in text


def test_what_is_next_is_the_first_that_is_not_done(first: Client, ana: User) -> None:
    make.put_on_duty(ana)
    assert first.get(reverse("first_day")).context["next"].title == "Letterhead"
    Group.objects.update(address="12 Quay Street", phone="0117")
    assert first.get(reverse("first_day")).context["next"].title == "Be three"


def test_invitations_on_their_way_and_one_that_waits_are_said(first: Client, ana: User) -> None:
    tokens = [
        accounts.invite(name=name, role=User.Role.ORGANIZER, by=ana)[1] for name in ("Ben", "Chidi")
    ]
    text = first.get(reverse("first_day")).text
    assert "1 person has an account. 2 invitations are on their way." in text
    assert "One waits for" not in text
    accounts.accept(tokens[0], name="Ben", email="ben@harbor.example", password="x" * 12)
    text = first.get(reverse("first_day")).text
    assert "1 invitation is on its way. One waits for the yes of another organizer" in text


def test_today_and_people_lead_on_until_three_are_there_and_a_duty(
    first: Client, ana: User
) -> None:
    def leads() -> list[bool]:
        pages = [first.get(reverse(name)).text for name in ("today", "people")]
        return ["Go on with the first day" in text for text in pages]

    assert leads() == [True, True]
    duty = make.put_on_duty(ana)
    assert leads() == [True, True]
    make.make_user("Ben")
    make.make_member("Mia")
    assert leads() == [False, False]
    Duty.objects.filter(pk=duty.pk).update(
        from_date=dt.date(2026, 1, 1), until_date=dt.date(2026, 1, 7)
    )
    assert leads() == [False, False], "a duty that has ended does not make a network new again"
    first.force_login(User.objects.get(name="Mia"))
    duty.delete()
    assert "Go on with the first day" not in first.get(reverse("today")).text


def test_whether_a_network_is_new_costs_one_query(
    ana: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert new.is_on()


@pytest.mark.parametrize("number", [1, 5])
def test_list_costs_the_same_however_much_is_there(
    first: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _one in range(number):
        make.make_user()
        make.make_case()
        make.make_place()
    with django_assert_num_queries(12):
        first.get(reverse("first_day"))


def test_invitation_leads_back_to_the_first_day_and_is_for_an_organizer(first: Client) -> None:
    form = first.get(reverse("invite")).context["form"]
    assert form["role"].value() == User.Role.ORGANIZER
    made: Any = first.post(reverse("invite"), {"name": "Ben", "role": User.Role.ORGANIZER})
    assert f'href="{reverse("first_day")}"' in made.text
    assert made.context["link"] in made.text
    assert made.context["link"] not in first.get(reverse("people")).text
