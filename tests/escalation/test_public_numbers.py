"""The numbers for everybody: only where the group wants it, and none that tells of one person."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaigns.models import Case, CaseState, Group, PaymentEvent
from escalation import public_numbers
from escalation.models import Action
from tests.factories import make_action, make_case, make_group, make_member, make_payment, make_user

S = CaseState
ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def _network(db: None) -> Iterator[None]:
    with time_machine.travel(NOON, tick=False), timezone.override(ZONE):
        make_group(numbers_public=True)
        yield


def paid(amount: str, on: str, case: Case | None = None) -> Case:
    case = case or make_case(state=S.WON)
    payment = make_payment(case, amount)
    PaymentEvent.objects.create(payment=payment, kind="cleared", on=dt.date.fromisoformat(on))
    return case


def ended(state: str, day: str, times: int = 1) -> None:
    for _number in range(times):
        make_case(state=state, closed_at=dt.datetime.fromisoformat(f"{day}T12:00-08:00"))


def page() -> HttpResponse:
    return Client().get(reverse("public_statistics"))


def rows(key: str) -> list[tuple[str, tuple[object, ...]]]:
    read = public_numbers.read(now=NOON, currency="USD")
    return [
        (row.label, row.values) for chart in read.charts if chart.key == key for row in chart.rows
    ]


# Who sees it


def test_numbers_are_public_only_where_the_group_switched_it_on() -> None:
    assert page().status_code == 200
    Group.objects.update(numbers_public=False)
    assert page().status_code == 404
    table = reverse("public_statistics_table", args=["came_back"])
    assert Client().get(table).status_code == 404
    for name in ("home", "how_it_works"):
        assert reverse("public_statistics") not in Client().get(reverse(name)).text


def test_network_begins_with_its_numbers_switched_off() -> None:
    assert Group(name="A network").numbers_public is False


@pytest.mark.parametrize("name", ["home", "how_it_works"])
def test_public_pages_lead_there(name: str) -> None:
    assert reverse("public_statistics") in Client().get(reverse(name)).text


def test_organizer_switches_it_on_among_the_settings(client: Client) -> None:
    Group.objects.update(numbers_public=False)
    client.force_login(make_user("Ana"))
    form = client.get(reverse("settings")).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    typed = {name: value for name, value in typed.items() if value not in (None, False)}
    client.post(reverse("settings"), typed | {"numbers_public": "on"})
    assert Group.objects.get().numbers_public is True


# What is joined, and what is left out


def test_months_are_joined_until_three_fights_are_in_them() -> None:
    first = paid("100.00", "2026-01-10")
    paid("50.00", "2026-02-10", first)  # the same fight again
    paid("200.00", "2026-03-31")
    paid("300.00", "2026-03-31")
    for amount in ("1.00", "2.00", "3.00"):
        paid(amount, "2026-06-15")
    paid("9000.00", "2026-08-15")
    paid("8000.00", "2026-09-15")
    assert rows("came_back") == [
        ("Jan 2026 – Mar 2026", (3, 650)),
        ("June 2026", (3, 6)),
    ]


def test_sentence_counts_only_what_the_bars_show() -> None:
    for amount in ("100.00", "200.00", "300.00"):
        paid(amount, "2026-06-15")
    paid("9000.00", "2026-08-15")
    assert "$600.00 came back, in 3 fights." in page().text
    assert "9,000" not in page().text


def test_month_that_runs_is_not_shown_so_that_nobody_reads_one_payment_off_it() -> None:
    for _number in range(5):
        paid("100.00", "2026-11-02")
    assert rows("came_back") == []
    with time_machine.travel(NOON + dt.timedelta(days=15), tick=False):
        read = public_numbers.read(now=timezone.now(), currency="USD")
    assert read.came_back == (500, 5)


def test_what_was_shown_grows_by_three_fights_or_more() -> None:
    seen = [0]
    for month in range(1, 11):
        paid("10.00", f"2026-{month:02}-15")
        seen.append(public_numbers.read(now=NOON, currency="USD").came_back.fights)
    assert seen == [0, 0, 0, 3, 3, 3, 6, 6, 6, 9, 9]


def test_ends_that_are_rare_are_joined_or_left_out() -> None:
    ended(S.WON, "2026-03-10", 4)
    ended(S.REFERRED, "2026-03-10", 2)
    ended(S.DECLINED, "2026-03-10", 1)
    ended(S.WITHDRAWN, "2026-03-10", 2)
    assert rows("ends") == [("Won in full", (4,)), ("Not taken on", (3,))]
    ended(S.LOST, "2026-04-10", 2)
    ended(S.DROPPED, "2026-04-10", 1)
    assert rows("ends")[-1] == ("Another way", (5,))


def test_ends_of_which_none_happened_often_are_not_shown_at_all() -> None:
    ended(S.WON, "2026-03-10", 2)
    ended(S.LOST, "2026-03-10", 2)
    assert rows("ends") == []


def test_people_at_actions_are_counted_by_joined_months_too() -> None:
    over = Action.State.DEBRIEFED
    for day, came in (("2026-01-10", 9), ("2026-02-10", 8), ("2026-02-11", 7), ("2026-10-01", 6)):
        starts = dt.datetime.fromisoformat(f"{day}T12:00-08:00")
        make_action(starts_at=starts, state=over, headcount=came)
    assert rows("turnout") == [("Jan 2026 – Feb 2026", (3, 24))]


def test_only_fights_their_targets_know_of_are_told_to_run_and_only_from_three_on() -> None:
    for _number in range(2):
        make_case(state=S.ESCALATING)
    for _number in range(5):
        make_case(state=S.DELIVERY_SET)
    assert "fights run now" not in page().text
    make_case(state=S.CLOCK_RUNNING)
    assert "3 fights run now." in page().text


def test_page_names_no_case_person_or_target_and_links_to_no_list() -> None:
    for amount in ("100.00", "200.00", "300.00"):
        case = paid(amount, "2026-06-15")
        Case.objects.filter(pk=case.pk).update(title="Rosa v. Golden Fork")
    text = page().text
    assert "Rosa" not in text
    assert reverse("board") not in text
    assert reverse("actions") not in text
    assert case.reference not in text


def test_table_comes_as_a_file_for_everybody() -> None:
    for amount in ("100.00", "200.00", "300.55"):
        paid(amount, "2026-06-15")
    answer = Client().get(reverse("public_statistics_table", args=["came_back"]))
    lines = answer.text.lstrip("\ufeff").splitlines()
    assert lines == ["Months,fights,came back", "June 2026,3,600.55"]


def test_page_without_enough_to_count_says_so_kindly() -> None:
    paid("100.00", "2026-06-15")
    text = page().text.split("<main")[1]
    assert "There is not much to count yet." in text
    assert "<svg" not in text
    assert "100.00" not in text


def test_public_numbers_cost_four_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for month in range(1, 9):
        paid("10.00", f"2026-{month:02}-15")
        ended(S.LOST, f"2026-{month:02}-15")
    with django_assert_num_queries(4):
        public_numbers.read(now=NOON, currency="USD")


def test_member_reads_the_public_page_as_anybody(client: Client) -> None:
    client.force_login(make_member())
    assert client.get(reverse("public_statistics")).status_code == 200
