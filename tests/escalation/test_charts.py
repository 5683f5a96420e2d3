"""Bars and their table; who came by action of a fight and by month, also when names are gone."""

import datetime as dt
import re
import zoneinfo
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaigns.models import CaseState, Group
from escalation import turnout_charts
from escalation.charts import Chart, Look, Row, Series
from escalation.forgetting import forget_rosters
from escalation.models import Action, KindWord
from tests.factories import (
    make_action,
    make_case,
    make_group,
    make_member,
    make_sign_up,
    make_user,
)

ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=ZONE)
DAY = dt.timedelta(days=1)
HELD = Action.State.DEBRIEFED
SERIES = (Series("needed", Look.MARK), Series("yes", Look.HATCHED), Series("came"))


def chart(*rows: Row, series: tuple[Series, ...] = SERIES) -> Chart:
    return Chart(key="k", title="Who came", row_name="Action", series=series, rows=rows)


def drawn(one: Chart) -> str:
    return render_to_string("_chart.html", {"chart": one})


# The picture


def test_longest_bar_fills_the_width_and_the_others_are_shares_of_it() -> None:
    rows = Row("One", (5, 20, 10), "10 came"), Row("Two", (40, 0, None), "not counted")
    widths = [[(bar.look, bar.width) for bar in row.bars] for row in chart(*rows).drawn()]
    assert widths == [
        [("mark", "12.5%"), ("hatched", "50.0%"), ("solid", "25.0%")],
        [("mark", "100.0%"), ("hatched", "0.0%")],
    ]


def test_series_of_the_table_alone_is_not_drawn_and_not_measured_by() -> None:
    series = (Series("sum", Look.TABLE_ONLY), Series("came"))
    (row,) = chart(Row("One", (900, 9), "9 came"), series=series).drawn()
    assert [(bar.look, bar.width) for bar in row.bars] == [("solid", "100.0%")]


@pytest.mark.parametrize("values", [(0, 0, 0), (0, 0, None)])
def test_row_of_noughts_is_drawn_without_a_bar(values: tuple[int, ...]) -> None:
    (row,) = chart(Row("One", values, "0 came")).drawn()
    assert {bar.width for bar in row.bars} == {"0.0%"}


def test_chart_without_rows_is_nothing_high() -> None:
    empty = chart()
    assert (empty.height, list(empty.drawn()), empty.says) == (0, [], "")


def test_picture_is_named_told_in_words_and_repeated_as_a_table() -> None:
    page = drawn(chart(Row("Mon", (5, 8, 6), "6 came"), Row("Tue", (5, 1, None), "unknown")))
    assert 'role="img"' in page
    assert 'aria-labelledby="k_title k_desc"' in page
    assert '<desc id="k_desc">Mon: 6 came; Tue: unknown</desc>' in page
    cells = re.findall(r"<td class=\"num\" data-label=\"\w+\">(.*?)</td>", page)
    assert cells == ["5", "8", "6", "5", "1", "–"]


def test_picture_with_links_is_a_group_and_bar_row_and_value_lead_on() -> None:
    page = drawn(chart(Row("Mon", (5, 8, 6), "6", "/x/", urls=("/a/", "", "/b/"))))
    assert 'role="group"' in page
    assert '<a href="/x/"><rect class="reach"' in page
    assert '<th scope="row"><a href="/x/">Mon</a></th>' in page
    cells = re.findall(r"<td class=\"num\" data-label=\"\w+\">(.*?)</td>", page)
    assert cells == ['<a href="/a/">5</a>', "8", '<a href="/b/">6</a>']


def test_table_may_say_a_value_in_words_and_its_file_keeps_the_number() -> None:
    one = chart(Row("Mon", (Decimal("5.25"), 8, None), "", words=("$5.25", "eight", "not known")))
    ((_row, cells),) = one.lines()
    assert [cell.text for cell in cells] == ["$5.25", "eight", "not known"]
    assert list(one.table()) == [["Mon", Decimal("5.25"), 8, None]]
    assert one.heads == ["Action", "needed", "yes", "came"]


def test_picture_holds_no_style_and_escapes_what_people_typed() -> None:
    page = drawn(chart(Row("<script>alert(1)</script> long enough to cut", (1, 1, 1), "<b>")))
    assert "style" not in page
    assert "<script>" not in page
    assert "<b>" not in page.split("</figcaption>")[1]


# Who came


@pytest.fixture(autouse=True)
def _network(db: None) -> Iterator[None]:
    with time_machine.travel(NOON, tick=False), timezone.override(ZONE):
        make_group()
        yield


def rows(one: Chart) -> list[tuple[str, tuple[int | None, ...], str]]:
    return [(row.label, row.values, row.says) for row in one.rows]


def test_came_is_the_headcount_or_the_ticks_where_these_are_more() -> None:
    for headcount, ticks, came, is_counted in (
        (None, 0, 0, False),
        (None, 2, 2, True),
        (5, 2, 5, True),
        (1, 2, 2, True),  # somebody was ticked after the count
        (0, 0, 0, True),
    ):
        action = make_action(headcount=headcount)
        for _number in range(ticks):
            make_sign_up(action, came=True)
        make_sign_up(action)
        read = Action.objects.with_turnout().get(pk=action.pk)
        assert (read.came, read.ticked, read.is_counted) == (came, ticks, is_counted)


def test_fight_shows_its_actions_that_took_place_in_order() -> None:
    case = make_case(state=CaseState.ESCALATING)
    second = make_action(cases=[case], starts_at=NOON - 3 * DAY, state=HELD, headcount=7)
    make_action(cases=[case], starts_at=NOON - 9 * DAY, state=HELD, tactic="posters", needed=2)
    make_action(cases=[case], starts_at=NOON - 5 * DAY, state=Action.State.CANCELLED)
    make_action(cases=[case])
    make_action(starts_at=NOON - 5 * DAY, state=HELD)
    make_sign_up(second, came=True)
    make_sign_up(second)
    assert rows(turnout_charts.of_case(case)) == [
        ("Sat 7 Nov Posters near the premises", (2, 0, None), "not counted"),
        ("Fri 13 Nov Picket", (12, 2, 7), "7 came"),
    ]


def test_months_go_by_the_calendar_of_the_network_and_gaps_are_shown() -> None:
    # In Seattle still the last evening of August.
    late = dt.datetime(2026, 9, 1, 3, 0, tzinfo=dt.UTC)
    make_action(starts_at=late, state=HELD, headcount=30)
    for days in (1, 2):
        make_action(starts_at=NOON - days * DAY, state=HELD, headcount=10)
    make_action(starts_at=NOON - 40 * DAY, state=HELD)
    make_action(starts_at=NOON - 400 * DAY, state=HELD, headcount=99)
    assert rows(turnout_charts.by_month(NOON)) == [
        ("August 2026", (1, 30), "1 action, 30 came"),
        ("September 2026", (0, 0), "none"),
        ("October 2026", (1, None), "1 action, not counted"),
        ("November 2026", (2, 20), "2 actions, 20 came"),
    ]


def test_charts_cost_one_query_each(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    case = make_case(state=CaseState.ESCALATING)
    for days in range(1, 6):
        action = make_action(cases=[case], starts_at=NOON - days * DAY, state=HELD)
        make_sign_up(action, came=True)
    with django_assert_num_queries(1):
        assert len(turnout_charts.of_case(case).rows) == 5
    with django_assert_num_queries(1):
        turnout_charts.by_month(NOON)


def test_member_sees_numbers_by_month_and_no_name(client: Client) -> None:
    action = make_action(starts_at=NOON - DAY, state=HELD)
    make_sign_up(action, "Rosamunde", came=True)
    client.force_login(make_member())
    page = client.get(reverse("turnout_by_month")).content.decode()
    assert "1 action, 1 came" in page
    assert "Rosamunde" not in page
    assert reverse("turnout_by_month") in client.get(reverse("actions")).content.decode()


def test_page_without_an_action_says_so(client: Client) -> None:
    client.force_login(make_member())
    page = client.get(reverse("turnout_by_month")).content.decode()
    assert "No action has been written down yet." in page
    assert "<svg" not in page.split("<main")[1]


def test_file_of_a_fight_shows_the_chart_once_an_action_took_place(client: Client) -> None:
    ana = make_user("Ana")
    case = make_case(state=CaseState.ESCALATING, team=[ana])
    client.force_login(ana)
    assert 'class="chart"' not in client.get(case.get_absolute_url()).content.decode()
    make_action(cases=[case], starts_at=NOON - DAY, state=HELD, headcount=16)
    page = client.get(case.get_absolute_url()).content.decode()
    assert "Sun 15 Nov Picket: 16 came" in page


# When the names are gone


def test_numbers_and_charts_stay_when_the_names_have_gone(client: Client) -> None:
    ana = make_user("Ana")
    case = make_case(state=CaseState.ESCALATING, team=[ana])
    old = make_action(cases=[case], starts_at=NOON - 100 * DAY, state=HELD, headcount=4)
    for name, came in (("Rosa", True), ("Luz", True), ("Noor", None)):
        row = make_sign_up(old, name, came=came, phone="206 555 0134")
        KindWord.objects.create(sign_up=row, by=ana)
    before = turnout_charts.of_case(case), turnout_charts.by_month(NOON)
    assert forget_rosters(NOON) == 0
    Group.objects.update(keep_roster_days=90)
    assert forget_rosters(NOON) == 3
    assert set(old.sign_ups.values_list("name", "phone")) == {("", "")}
    assert not KindWord.objects.exists()
    assert (turnout_charts.of_case(case), turnout_charts.by_month(NOON)) == before
    assert before[0].rows[0].values == (12, 3, 4)


def test_public_page_says_for_how_many_days_names_stay() -> None:
    Group.objects.update(keep_roster_days=90)
    page = Client().get(reverse("privacy")).content.decode()
    assert "your name and contact go 90 days after it" in page
