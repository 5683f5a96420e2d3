"""People from a spreadsheet: shown as it is read, and nothing stored before the yes."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaigns.models import Person
from escalation import people_import, phone_tree
from escalation.models import TreeEntry
from escalation.people_import import DAY_FIRST, MONTH_FIRST
from tests.factories import make_group, make_user

URL = "/phone-tree/import/"
LIST = """Name,Phone,Language,Part of town,Since
Rosa,206 555 0111,Spanish,Delridge,03/04/2025
José García,(206) 555-0112,español,,2025-04-03
Hương,+1 206 555 0113,,Rainier,45750
张伟,2065550114,English,,31/12/2024
"""


@pytest.fixture
def organizer(client: Client, db: None) -> Client:
    make_group()
    client.force_login(make_user())
    return client


def choose(client: Client, content: str | bytes = LIST) -> HttpResponse:
    data = content.encode() if isinstance(content, str) else content
    return client.post(URL, {"file": SimpleUploadedFile("people.csv", data)})


def say(client: Client, page: HttpResponse, **typed: Any) -> HttpResponse:
    form = page.context["form"]
    given = {name: form[name].value() for name in form.fields if form[name].value()}
    return client.post(URL, given | typed)


def read(page: HttpResponse) -> list[tuple[str, str, dt.date | None]]:
    return [
        (line.values["name"], line.values["phone_key"], line.values["agreed_on"])
        for line in page.context["good"]
    ]


def left_out(page: HttpResponse) -> list[tuple[int, str]]:
    return [(line.number, line.problem) for line in page.context["left_out"]]


# Days


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["03/04/2025"], None),
        (["03/04/2025", "31/12/2024"], DAY_FIRST),
        (["03/04/2025", "12/31/2024"], MONTH_FIRST),
        (["31/12/2024", "12/31/2024"], None),
        (["05/05/2025", "2025-04-03", "45750", ""], DAY_FIRST),
    ],
)
def test_one_day_that_leaves_no_doubt_settles_the_others(
    cells: list[str], order: str | None
) -> None:
    assert people_import.order_of_days(cells) == order


@pytest.mark.parametrize(
    ("cell", "order", "day"),
    [
        ("03/04/2025", DAY_FIRST, dt.date(2025, 4, 3)),
        ("03/04/2025", MONTH_FIRST, dt.date(2025, 3, 4)),
        ("3.4.25", DAY_FIRST, dt.date(2025, 4, 3)),
        ("2025-04-03", MONTH_FIRST, dt.date(2025, 4, 3)),
        ("2025-04-03T18:00", DAY_FIRST, dt.date(2025, 4, 3)),
        ("45750", DAY_FIRST, dt.date(2025, 4, 3)),
        ("45750.0", DAY_FIRST, dt.date(2025, 4, 3)),
        ("31/12/2024", MONTH_FIRST, None),
        ("spring", DAY_FIRST, None),
        ("30/02/2025", DAY_FIRST, None),
    ],
)
def test_a_day_is_read_as_spreadsheets_write_it(cell: str, order: str, day: dt.date | None) -> None:
    assert people_import.read_day(cell, order) == day


# Reading


def test_the_page_says_how_each_line_is_read_and_stores_nothing(organizer: Client) -> None:
    page = choose(organizer)
    assert read(page) == [
        ("Rosa", "+12065550111", dt.date(2025, 4, 3)),
        ("José García", "+12065550112", dt.date(2025, 4, 3)),
        ("Hương", "+12065550113", dt.date(2025, 4, 3)),
        ("张伟", "+12065550114", dt.date(2024, 12, 31)),
    ]
    assert "03/04/2025 = <b>Thursday 3 April 2025</b>" in page.text
    assert not Person.objects.exists()


def test_a_day_that_could_be_two_days_is_asked_about(organizer: Client) -> None:
    page = choose(organizer, "Name,Phone,Since\nRosa,206 555 0111,03/04/2025\n")
    assert page.context["asks_order"]
    asked = say(organizer, page, agreed="on", take_in="1")
    assert "two ways" in asked.context["form"].errors["order"][0]
    assert not Person.objects.exists()
    say(organizer, asked, order=MONTH_FIRST, agreed="on", take_in="1")
    assert timezone.localdate(TreeEntry.objects.get().since) == dt.date(2025, 3, 4)


def test_on_a_yes_the_people_are_on_the_phone_tree(organizer: Client) -> None:
    answer = say(organizer, choose(organizer), agreed="on", take_in="1")
    assert answer.url == reverse("phone_list")
    rosa = TreeEntry.objects.get(person__name="Rosa")
    assert (rosa.person.language_read, rosa.area) == ("es", "Delridge")
    assert timezone.localdate(rosa.since) == dt.date(2025, 4, 3)
    assert TreeEntry.objects.count() == 4


def test_without_their_agreement_nobody_is_taken_in(organizer: Client) -> None:
    page = say(organizer, choose(organizer), take_in="1")
    assert "did not agree" in page.context["form"].errors["agreed"][0]
    assert not Person.objects.exists()


def test_sent_twice_everybody_is_there_once(organizer: Client) -> None:
    page = choose(organizer)
    say(organizer, page, agreed="on", take_in="1")
    say(organizer, page, agreed="on", take_in="1")
    assert TreeEntry.objects.count() == 4


def test_who_is_there_or_wants_no_call_or_stands_twice_is_left_out_by_name(
    organizer: Client,
) -> None:
    by, now = make_user(), timezone.now()
    known = {"by": by, "country": "US", "now": now}
    phone_tree.put_on(name="Rosa", phone="206 555 0111", **known)
    gone = phone_tree.put_on(name="Hương", phone="206 555 0113", **known)
    phone_tree.opt_out(gone.person, **known)
    phone_tree.take_off(gone)
    page = choose(organizer, LIST + "Jose,206-555-0112,,,\n,206 555 0119,,,\nAna,none,,,\n")
    assert left_out(page) == [
        (2, "is on the phone tree already"),
        (4, "wants no call"),
        (6, "stands in this file twice"),
        (7, "has no name"),
        (8, "has no phone that we can call"),
    ]
    assert [name for name, _phone, _day in read(page)] == ["José García", "张伟"]


def test_columns_can_be_put_right(organizer: Client) -> None:
    page = choose(organizer, "A;B\n206 555 0111;Rosa\n")
    assert read(page) == []
    page = say(organizer, page, column_0="phone", column_1="name", look="1")
    assert read(page) == [("Rosa", "+12065550111", None)]


def test_two_columns_that_are_the_same_are_refused(organizer: Client) -> None:
    page = say(organizer, choose(organizer), column_3="phone", take_in="1", agreed="on")
    assert "Two columns are" in page.text
    assert not Person.objects.exists()


def test_a_list_without_heads_keeps_its_first_person(organizer: Client) -> None:
    page = choose(organizer, "Rosa,206 555 0111\nAna,206 555 0112\n")
    page = say(organizer, page, column_0="name", look="1")
    assert [name for name, _phone, _day in read(page)] == ["Rosa", "Ana"]


@pytest.mark.parametrize(
    "data",
    [
        LIST.replace(",", ";").encode("utf-8-sig"),
        LIST.replace(",", "\t").encode("utf-16"),
        LIST.replace("\n", "\r\n").encode(),
    ],
)
def test_it_reads_what_spreadsheets_write(organizer: Client, data: bytes) -> None:
    assert [name for name, _phone, _day in read(choose(organizer, data))] == [
        "Rosa",
        "José García",
        "Hương",
        "张伟",
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK\x03\x04xlsx", "as CSV first"),
        (b"", "empty"),
        (b"\n\n", "nothing in this file"),
        (b"a,b\n" * 3002, "too much at once"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(
    organizer: Client, data: bytes, sentence: str
) -> None:
    assert sentence in choose(organizer, data).context["form"].errors["file"][0]


def test_a_page_that_lost_its_table_asks_for_the_file_again(organizer: Client) -> None:
    page = organizer.post(URL, {"table": "[]", "take_in": "1"})
    assert "choose it again" in page.text


def test_formulas_come_back_as_they_were_typed(organizer: Client) -> None:
    page = choose(organizer, "Name,Phone\n'=SUM(A1),'+1 206 555 0111\n")
    assert read(page) == [("=SUM(A1)", "+12065550111", None)]


def test_three_thousand_people_cost_as_few_queries_as_one(
    organizer: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    many = "".join(f"P{n},206 55{n:05},,,\n" for n in range(3000))
    page = choose(organizer, LIST.splitlines()[0] + "\n" + many)
    with django_assert_max_num_queries(100):  # in blocks, as many as the database takes
        say(organizer, page, agreed="on", take_in="1")
    assert TreeEntry.objects.count() == 3000
