"""Search, filters and the table: found whatever the spelling, and never what one may not see."""

import csv
import datetime as dt
import io
import zoneinfo
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from campaigns.models import Case, CaseState, User
from campaigns.search import digits, folded
from campaigns.spreadsheet import as_typed, cell
from tests.factories import make_case, make_group, make_payment, make_person, make_target, make_user

pytestmark = pytest.mark.django_db
S = CaseState
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=zoneinfo.ZoneInfo("America/Los_Angeles"))


@pytest.fixture(autouse=True)
def _network() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        make_group()
        yield


@pytest.fixture
def ana(client: Client) -> User:
    user = make_user("Ana")
    client.force_login(user)
    return user


def found(client: Client, **asked: str) -> set[str]:
    context = client.get(reverse("board"), asked).context
    columns = context.get("columns") or []
    cards = [card for column in columns for card in column.cards] + [*context.get("cards", [])]
    return {card.reference for card in cards}


@pytest.mark.parametrize(
    ("written", "read"),
    [("José GARCÍA", "jose garcia"), ("Nguyễn Thị Hương", "nguyen thi huong"), (None, "")],
)
def test_folded(written: str | None, read: str) -> None:
    assert folded(written) == read


def test_digits_of_a_phone_number_however_it_is_written() -> None:
    assert digits("+1 (206) 555-0134, no voicemail") == "12065550134"


@pytest.fixture
def jose(ana: User) -> Case:
    person = make_person("José García", phone="+1 (206) 555-0134, no voicemail")
    target = make_target("Café Ünal & Sons", plate="AB-123", phone="206.555.0177")
    return make_case(
        state=S.ESCALATING, team=[ana], person=person, target=target, title="Cooks v. Ünal"
    )


@pytest.mark.parametrize(
    "text",
    [
        "jose garcia",
        "GARCÍA",
        "5550134",
        "555-0134",
        "(206) 555 0134",
        "cafe unal",
        "ab-123",
        "2065550177",
        "cooks",
        "jose unal",
        "three weeks",
    ],
)
def test_words_find_a_case_whatever_the_spelling(client: Client, jose: Case, text: str) -> None:
    assert found(client, text=text) == {jose.reference}


@pytest.mark.parametrize("text", ["josephine", "garcia smith", "5550135", "%", "_"])
def test_words_that_stand_nowhere_find_nothing(client: Client, jose: Case, text: str) -> None:
    assert found(client, text=text) == set()


def test_reference_finds_its_case_and_words_find_closed_cases_too(
    client: Client, ana: User
) -> None:
    case = make_case(state=S.WON, team=[ana], title="Painters", closed_at=NOON)
    assert found(client, text=case.reference.lower()) == {case.reference}
    assert found(client, text="painters") == {case.reference}
    assert found(client, kind="wages") == set()


@pytest.mark.parametrize(
    "asked",
    [
        {"text": "jose"},
        {"text": "5550134"},
        {"text": "three weeks"},
        {"language": "en"},
        {"sum_from": "1"},
        {"sum_to": "99999"},
    ],
)
def test_what_stands_in_a_file_finds_it_only_for_its_team(
    client: Client, jose: Case, asked: dict[str, str]
) -> None:
    Case.objects.update(demanded=Decimal("900.00"))
    assert found(client, **asked) == {jose.reference}
    client.force_login(make_user("Ben"))
    assert found(client, **asked) == set()
    assert found(client, text="cooks") == {jose.reference}  # its header is for all organizers
    assert found(client, text="unal") == {jose.reference}  # and so is the target of a fight


def test_target_of_a_case_that_is_no_fight_yet_finds_nothing_for_others(
    client: Client, jose: Case
) -> None:
    early = make_case(state=S.MEETING, team=[make_user("Ben")], target=make_target("Hidden Inn"))
    assert found(client, text="hidden") == set()
    assert found(client, target=str(early.target_id)) == {early.reference, jose.reference}
    assert "Hidden Inn" not in client.get(reverse("board")).text


def test_filter_by_target_language_and_sum(client: Client, ana: User, jose: Case) -> None:
    other = make_case(
        state=S.ESCALATING,
        team=[ana],
        person=make_person("Lê", language_read="es"),
        demanded=Decimal("400.00"),
    )
    Case.objects.filter(pk=jose.pk).update(demanded=Decimal("1200.50"))
    assert found(client, target=str(jose.target_id)) == {jose.reference}
    assert found(client, language="es") == {other.reference}
    assert found(client, sum_from="$1,200.50") == {jose.reference}
    assert found(client, sum_to="1200.49") == {other.reference}


def test_same_answer_whether_or_not_a_hidden_case_fits(client: Client, jose: Case) -> None:
    """Two networks that differ in the file of a hidden case only look the same to others."""
    client.force_login(make_user("Ben"))
    asked = {"text": "rosalind"}
    before = client.get(reverse("board_table"), asked).content
    jose.sheet.story = "Rosalind saw it."
    jose.sheet.save(update_fields=["story"])
    assert client.get(reverse("board_table"), asked).content == before


# The table


def table(client: Client, **asked: str) -> list[dict[str, str]]:
    answer = client.get(reverse("board_table"), asked)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return [*csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))]


def test_table_holds_exactly_what_the_filter_finds(client: Client, ana: User, jose: Case) -> None:
    make_case(state=S.PREPARING, team=[ana], title="Another")
    make_case(state=S.NEW)  # nobody on duty: not listed
    Case.objects.filter(pk=jose.pk).update(demanded=Decimal("900.00"), state_since=NOON)
    make_payment(jose, "400.00", status="cleared")
    make_payment(jose, "100.00")
    (row,) = table(client, text="jose")
    assert row == {
        "Reference": jose.reference,
        "Kind": "Wages",
        "Title": "Cooks v. Ünal",
        "Summary": "",
        "State": "Escalating",
        "Since": "2026-11-16",
        "Opened": "2026-11-16",
        "Closed": "",
        "Why": "",
        "Team": "Ana",
        "Deadline": "",
        "Target": "Café Ünal & Sons",
        "Demanded": "900.00",
        "Cleared": "400.00",
        "Still owed": "500.00",
    }
    assert {row["Title"] for row in table(client)} == {"Cooks v. Ünal", "Another"}


def test_table_leaves_out_what_one_may_not_see(client: Client, jose: Case) -> None:
    Case.objects.filter(pk=jose.pk).update(demanded=Decimal("900.00"))
    hidden = make_case(state=S.MEETING, team=[make_user("Ben")], target=make_target("Hidden Inn"))
    client.force_login(make_user("Cleo"))
    rows = {row["Reference"]: row for row in table(client)}
    assert rows[jose.reference]["Target"] == "Café Ünal & Sons"
    assert rows[jose.reference]["Demanded"] == rows[jose.reference]["Still owed"] == ""
    assert rows[hidden.reference]["Target"] == ""


def test_day_in_the_table_is_the_day_where_the_network_is(client: Client, ana: User) -> None:
    late = dt.datetime(2026, 6, 30, 23, 30, tzinfo=NOON.tzinfo)
    make_case(state=S.CLOCK_RUNNING, team=[ana], opened_at=late, deadline_at=late)
    (row,) = table(client)
    assert (row["Opened"], row["Deadline"]) == ("2026-06-30", "2026-06-30T23:30-07:00")


@pytest.mark.parametrize(
    "typed",
    ['=HYPERLINK("http://x","y")', "+1+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "'=1", "＝1", " =1"],
)
def test_cell_never_works_anything_out_and_comes_back_as_it_was(typed: str) -> None:
    assert cell(typed) == f"'{typed}"
    assert as_typed(cell(typed)) == typed


@pytest.mark.parametrize("typed", ["Nguyễn Thị Hương", "张伟", "Ștefan", "O'Fakerson & Daughters"])
def test_cell_leaves_plain_text_alone(typed: str) -> None:
    assert cell(typed) == typed


def test_table_costs_the_same_with_one_and_with_three_cases(
    client: Client, jose: Case, ana: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(reverse("board_table"))
    with django_assert_num_queries(9) as counted:
        client.get(reverse("board_table"))
    for _n in range(2):
        make_payment(make_case(state=S.ESCALATING, team=[ana], target=make_target()), "5.00")
    with django_assert_num_queries(len(counted)):
        client.get(reverse("board_table"))
