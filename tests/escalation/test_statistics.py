"""The group's numbers: each counted exactly, each leading to as many cases as it says."""

import csv
import datetime as dt
import io
import zoneinfo
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaigns import money_in
from campaigns.models import Case, CaseState, Event, LogEntry, PaymentEvent, User
from escalation import moves, statistics, statistics_charts
from escalation.charts import Chart
from escalation.forgetting import forget
from escalation.models import Action
from escalation.statistics import Part
from letters.models import Delivery, Demand
from tests.factories import (
    make_action,
    make_case,
    make_demand,
    make_draft,
    make_group,
    make_member,
    make_payment,
    make_user,
    put_on_duty,
)

S = CaseState
ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=ZONE)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _network(db: None) -> Iterator[None]:
    with time_machine.travel(NOON, tick=False), timezone.override(ZONE):
        make_group()
        yield


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


def ago(days: int) -> dt.datetime:
    return NOON - days * DAY


def went(case: Case, *way: tuple[str, int]) -> Case:
    """Let the case have come to each state so many days ago, from `new` on, and be at the last."""
    source = S.NEW
    for state, days in way:
        LogEntry.objects.create(
            case=case, event=Event.MOVE, from_state=source, to_state=state, at=ago(days)
        )
        source = state
    last, days = way[-1]
    closed_at = ago(days) if last in S.CLOSED else None
    Case.objects.filter(pk=case.pk).update(state_since=ago(days), closed_at=closed_at)
    return case


def fight(state: str, *way: tuple[str, int], opened: int = 100, **values: Any) -> Case:
    return went(make_case(state=state, opened_at=ago(opened), **values), *way)


def stretches(case: Case) -> list[tuple[str, int, bool]]:
    found = statistics.stretches(Case.objects.filter(pk=case.pk), now=timezone.now())
    return [stretch[1:] for stretch in found]


# Days at each state


def test_days_are_counted_from_one_state_to_the_next_and_the_last_runs() -> None:
    case = fight(S.MEETING, (S.CONTACTING, 90), (S.MEETING, 70))
    assert stretches(case) == [("new", 10, True), ("contacting", 20, True), ("meeting", 70, False)]


def test_pause_is_not_counted_in_the_state_below_it() -> None:
    case = fight(S.PROPOSED, (S.MEETING, 90), (S.ON_HOLD, 80), (S.MEETING, 50), (S.PROPOSED, 45))
    assert stretches(case) == [
        ("new", 10, True),
        ("on_hold", 30, True),
        ("meeting", 15, True),
        ("proposed", 45, False),
    ]


def test_fight_that_ends_in_a_pause_was_below_it_until_the_pause() -> None:
    case = fight(S.DROPPED, (S.PREPARING, 90), (S.ON_HOLD, 80), (S.DROPPED, 50))
    assert stretches(case) == [("new", 10, True), ("on_hold", 30, True), ("preparing", 10, True)]


def test_pause_that_lasts_runs_on_and_the_state_below_stands_still() -> None:
    case = fight(S.ON_HOLD, (S.PREPARING, 90), (S.ON_HOLD, 80), held_state=S.PREPARING)
    assert stretches(case)[1:] == [("preparing", 10, False), ("on_hold", 80, False)]


def test_pause_of_verbs_is_counted_as_one_however_often_it_is_made_longer(
    ana: User,
) -> None:
    with time_machine.travel(ago(60), tick=False):
        case = make_case(state=S.CONTACTING, team=[ana], opened_at=ago(60))
    with time_machine.travel(ago(50), tick=False):
        moves.hold(case, by=ana, reason="wait", review_on=(ago(40)).date())
    with time_machine.travel(ago(45), tick=False):
        moves.hold_longer(case, by=ana, reason="wait", review_on=(ago(30)).date())
    with time_machine.travel(ago(35), tick=False):
        moves.resume(case, by=ana)
    assert stretches(case) == [("on_hold", 15, True), ("contacting", 45, False)]


def test_move_that_was_put_right_took_no_days(ana: User) -> None:
    with time_machine.travel(ago(60), tick=False):
        case = make_case(state=S.CONTACTING, team=[ana], opened_at=ago(60))
    with time_machine.travel(ago(50), tick=False):
        moves.hold(case, by=ana, reason="wait", review_on=(ago(40)).date())
    with time_machine.travel(ago(48), tick=False):
        wrong = moves.last_move(case)
        moves.put_right(case, by=ana, move=wrong, reason="", note="The wrong case")
    assert stretches(case) == [("contacting", 60, False)]


def test_fight_that_was_reopened_has_a_stretch_for_each_time() -> None:
    case = fight(
        S.WON,
        (S.ESCALATING, 90),
        (S.AGREED, 80),
        (S.WON, 60),
        (S.ESCALATING, 30),
        (S.WON, 25),
    )
    assert [one for one in stretches(case) if one[0] == "escalating"] == [
        ("escalating", 10, True),
        ("escalating", 5, True),
    ]


def test_days_are_those_of_the_network_and_not_of_greenwich() -> None:
    late = dt.datetime(2026, 10, 31, 23, 30, tzinfo=ZONE)
    case = make_case(state=S.CONTACTING, opened_at=late)
    went(case, (S.CONTACTING, 0))
    LogEntry.objects.update(at=late + dt.timedelta(hours=1))
    assert stretches(case)[0] == ("new", 1, True)


def test_middle_is_of_what_is_over_and_the_longest_of_all() -> None:
    fight(S.MEETING, (S.CONTACTING, 95), (S.MEETING, 85))
    fight(S.MEETING, (S.CONTACTING, 95), (S.MEETING, 92))
    fight(S.CONTACTING, (S.CONTACTING, 60))
    chart = statistics_charts.days_at_states(Case.objects.all(), now=NOON, is_linked=False)
    assert [(row.label, row.values, row.says) for row in chart.rows] == [
        ("New", (3, 5, 40), "5 days"),
        ("Making contact", (3, 7, 60), "7 days"),  # 3 and 10: six and a half
        ("Meeting", (2, None, 92), "still there"),
    ]


# How fights ended


def test_fight_counts_with_how_it_ended_last_and_who_was_referred_was_not_lost() -> None:
    for state in (S.WON, S.SETTLED, S.LOST, S.DROPPED, S.WITHDRAWN, S.DECLINED, S.REFERRED):
        make_case(state=state, closed_at=ago(1))
    make_case(state=S.MERGED, closed_at=ago(1))
    fight(S.ESCALATING, (S.ESCALATING, 90), (S.SETTLED, 40), (S.ESCALATING, 10))
    # Still 2025 where the network is.
    make_case(state=S.WON, closed_at=dt.datetime(2026, 1, 1, 7, 30, tzinfo=dt.UTC))
    chart = statistics_charts.outcomes(Case.objects.all(), now=NOON, is_linked=False)
    assert [(row.label, row.values) for row in chart.rows] == [
        ("2026: Won in full", (1,)),
        ("2026: Settled for a part", (1,)),
        ("2026: Lost", (1,)),
        ("2026: Dropped", (1,)),
        ("2026: They did not go on", (1,)),
        ("2026: Not taken on", (2,)),
        ("2025: Won in full", (1,)),
    ]


# Money


def test_money_belongs_to_the_month_it_cleared_also_late_on_its_last_evening(ana: User) -> None:
    case = make_case(state=S.ESCALATING, team=[ana])
    payment = make_payment(case, "600.50", received_on=dt.date(2026, 9, 28))
    with time_machine.travel(dt.datetime(2026, 10, 31, 23, 30, tzinfo=ZONE), tick=False):
        money_in.clear_payment(payment, by=ana, on=timezone.localdate())
    assert statistics.cleared() == [Part(dt.date(2026, 10, 1), case.pk, Decimal("600.50"))]


def test_what_bounced_or_was_struck_did_not_come_back() -> None:
    case = make_case(state=S.ESCALATING)
    for fate in ("bounced", "struck"):
        payment = make_payment(case, "100.00", status="cleared")
        PaymentEvent.objects.create(payment=payment, kind=fate, on=timezone.localdate())
    make_payment(case, "100.00")
    for amount in ("0.10", "0.20"):
        make_payment(case, amount, status="cleared")
    assert statistics.cleared() == [Part(dt.date(2026, 11, 1), case.pk, Decimal("0.30"))]


def demand(case: Case, amount: str, days: int) -> Demand:
    return make_demand(case, amount, created_at=ago(days))


def test_demand_counts_once_when_the_target_hears_it_with_the_sum_of_that_day() -> None:
    delivered = fight(
        S.ESCALATING, (S.PREPARING, 80), (S.CLOCK_RUNNING, 60), (S.ESCALATING, 40), opened=90
    )
    demand(delivered, "900.00", 80)
    demand(delivered, "1000.00", 70)
    demand(delivered, "1300.00", 50)  # voted after the letter was handed over
    paid_at_once = fight(S.WON, (S.PREPARING, 80), (S.WON, 10), opened=90)
    demand(paid_at_once, "250.00", 80)
    not_yet = fight(S.PREPARING, (S.PREPARING, 80), opened=90)
    demand(not_yet, "700.00", 80)
    assert statistics.demanded() == [
        Part(dt.date(2026, 9, 1), delivered.pk, Decimal("1000.00")),
        Part(dt.date(2026, 11, 1), paid_at_once.pk, Decimal("250.00")),
    ]


def test_demand_counts_on_the_day_it_was_handed_over_not_when_that_was_written_down(
    ana: User,
) -> None:
    case = fight(S.CLOCK_RUNNING, (S.PREPARING, 80), (S.CLOCK_RUNNING, 15), team=[ana])
    demand(case, "900.00", 80)
    Delivery.objects.create(
        letter=make_draft(case, by=ana),
        at=dt.datetime(2026, 10, 31, 20, 0, tzinfo=ZONE),
        headcount=12,
        deadline_at=NOON,
    )
    assert ago(15).date() == dt.date(2026, 11, 1)
    assert [part.month for part in statistics.demanded()] == [dt.date(2026, 10, 1)]


def test_demand_that_was_put_right_does_not_count() -> None:
    case = fight(S.DELIVERY_SET, (S.DELIVERY_SET, 80), (S.CLOCK_RUNNING, 60))
    demand(case, "900.00", 90)
    wrong = LogEntry.objects.get(to_state=S.CLOCK_RUNNING)
    LogEntry.objects.create(
        case=case,
        event=Event.PUT_RIGHT,
        from_state=S.CLOCK_RUNNING,
        to_state=S.DELIVERY_SET,
        undoes=wrong,
    )
    assert statistics.demanded() == []


def test_both_fights_of_a_case_that_was_taken_up_again_keep_their_own_months() -> None:
    """Scenario 12: the dates of both fights stay separate."""
    case = fight(
        S.CLOCK_RUNNING,
        (S.PREPARING, 200),
        (S.CLOCK_RUNNING, 190),
        (S.LOST, 150),
        (S.MEETING, 60),
        (S.PREPARING, 50),
        (S.CLOCK_RUNNING, 20),
        opened=210,
    )
    demand(case, "900.00", 200)
    demand(case, "300.00", 50)
    assert [(part.month.month, part.amount) for part in statistics.demanded()] == [
        (5, Decimal("900.00")),
        (10, Decimal("300.00")),
    ]


def test_months_show_sums_in_whole_units_and_in_the_table_to_the_cent() -> None:
    case = fight(S.ESCALATING, (S.PREPARING, 80), (S.CLOCK_RUNNING, 70))
    demand(case, "1620.50", 80)
    for _number in range(2):
        make_payment(case, "400.25", status="cleared")
    chart = statistics_charts.money(statistics.cleared(), now=NOON, currency="USD", is_linked=False)
    assert [(row.label, row.says, row.words) for row in chart.rows] == [
        ("Sep 2026", "asked $1,621", ("$1,620.50", "1", "$0.00", "0")),
        ("Oct 2026", "nothing", ("$0.00", "0", "$0.00", "0")),
        ("Nov 2026", "got $801", ("$0.00", "0", "$800.50", "1")),
    ]


# What is left when a case is forgotten


def test_numbers_stay_as_they_are_when_the_case_is_forgotten(ana: User) -> None:
    case = fight(
        S.WON, (S.PREPARING, 490), (S.CLOCK_RUNNING, 480), (S.WON, 460), opened=500, team=[ana]
    )
    demand(case, "900.00", 490)
    make_payment(case, "900.00", status="cleared")
    before = everything(ana)
    assert forget(case, now=NOON)
    assert everything(ana) == before


def everything(user: User) -> Any:
    return statistics_charts.of(user, now=NOON, currency="USD")


# The pages


def history(ana: User) -> None:
    """A small network: six fights at different points, money, actions."""
    running = fight(S.ESCALATING, (S.PREPARING, 80), (S.CLOCK_RUNNING, 60), (S.ESCALATING, 40))
    demand(running, "1000.00", 80)
    won = fight(S.WON, (S.PREPARING, 90), (S.CLOCK_RUNNING, 60), (S.WON, 20), title="Rosa v. Fork")
    demand(won, "500.00", 90)
    settled = fight(S.SETTLED, (S.PREPARING, 450), (S.AGREED, 440), (S.SETTLED, 400), opened=460)
    demand(settled, "300.00", 450)
    fight(S.REFERRED, (S.CONTACTING, 90), (S.REFERRED, 80))
    fight(S.DECLINED, (S.CONTACTING, 90), (S.DECLINED, 80))
    fight(S.ON_HOLD, (S.MEETING, 90), (S.ON_HOLD, 5), held_state=S.MEETING, team=[ana])
    for case, amount, days in (
        (running, "200.00", 0),
        (won, "500.00", 30),
        (settled, "99.99", 400),
    ):
        payment = make_payment(case, amount)
        PaymentEvent.objects.create(payment=payment, kind="cleared", on=ago(days).date())
    make_payment(won, "12.00", status="cleared")
    for days in (3, 4, 40):
        state = Action.State.DEBRIEFED
        make_action(starts_at=ago(days), state=state, cases=[running], headcount=9)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def charts(client: Client) -> dict[str, Chart]:
    page = client.get(reverse("statistics"))
    return {chart.key: chart for chart in page.context["numbers"].charts}


def listed(client: Client, url: str) -> int:
    """Return how many rows the linked list has, as a page and as a file."""
    page = client.get(url)
    if "actions" in page.context:
        return len(page.context["actions"])
    if "columns" in page.context:
        cards = sum(len(column.cards) for column in page.context["columns"])
    else:
        cards = page.context["page"].paginator.count
    file = client.get(url.replace(reverse("board"), reverse("board_table")))
    assert len(file.text.splitlines()) - 1 == cards
    return cards


def test_each_figure_leads_to_a_list_with_as_many_rows(ana: User) -> None:
    history(ana)
    put_on_duty(ana)
    make_case(state=S.NEW)
    client = signed_in(ana)
    found = charts(client)
    assert list(found) == ["open_now", "money", "outcomes", "days_at_states", "turnout_by_month"]
    for key in ("open_now", "outcomes", "days_at_states", "turnout_by_month"):
        for row in found[key].rows:
            count = row.values[0]
            assert bool(row.url) == (count > 0), (key, row.label)
            assert not row.url or listed(client, row.url) == count, (key, row.label)
    for row in found["money"].rows:
        for count, url in ((row.values[1], row.urls[1]), (row.values[3], row.urls[3])):
            assert bool(url) == (count > 0)
            assert not url or listed(client, url) == count, row.label
    numbers = client.get(reverse("statistics")).context["numbers"]
    assert numbers.came_back == (Decimal("811.99"), 3)
    assert listed(client, numbers.came_back_url) == 3


def test_open_fights_are_counted_by_state(ana: User) -> None:
    history(ana)
    rows = charts(signed_in(ana))["open_now"].rows
    assert [(row.label, row.values, row.url) for row in rows] == [
        ("Escalating", (1,), "/cases/?state=escalating"),
        ("On hold", (1,), "/cases/?state=on_hold"),
    ]


def test_untaken_intakes_are_counted_for_whoever_is_on_duty(ana: User) -> None:
    make_case(state=S.NEW)
    make_case(state=S.ON_HOLD, held_state=S.NEW)
    make_case(state=S.CONTACTING)
    labels = {name: count(user) for name, user in (("ana", ana), ("mia", make_member()))}
    assert labels == {"ana": [("Making contact", 1)], "mia": [("Making contact", 1)]}
    put_on_duty(ana)
    assert count(ana) == [("New", 1), ("Making contact", 1), ("On hold", 1)]


def count(user: User) -> list[tuple[str, Any]]:
    return [(row.label, row.values[0]) for row in charts(signed_in(user))["open_now"].rows]


def test_member_sees_the_numbers_and_no_way_to_a_case(ana: User) -> None:
    history(ana)
    client = signed_in(make_member())
    own, theirs = charts(signed_in(ana)), charts(client)
    for key, chart in theirs.items():
        assert [row.values for row in chart.rows] == [row.values for row in own[key].rows]
    page = client.get(reverse("statistics"))
    assert reverse("board") not in page.text
    assert "Rosa v. Fork" not in page.text
    assert "In all, $811.99 came back, in 3 fights." in page.text


def test_page_links_each_bar_and_says_sums_to_the_cent(ana: User) -> None:
    history(ana)
    page = signed_in(ana).get(reverse("statistics")).text
    assert 'role="group"' in page
    assert '<a href="/cases/?outcome=not_taken&amp;ended_in=2026">' in page
    assert '<a href="/cases/?cleared_in=2026-11">$212.00</a>' in page
    assert '<a href="/cases/?demanded_in=2026-09">$1,500.00</a>' in page


def test_table_comes_as_a_file_with_numbers_a_spreadsheet_can_add(ana: User) -> None:
    history(ana)
    answer = signed_in(ana).get(reverse("statistics_table", args=["money"]))
    name = "what-we-demanded-and-what-came-back-2026-11-16.csv"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert rows == [
        ["Month", "demanded", "fights", "came back", "fights paid"],
        ["Sep 2026", "1500.00", "2", "0.00", "0"],
        ["Oct 2026", "0.00", "0", "500.00", "1"],
        ["Nov 2026", "0.00", "0", "212.00", "2"],
    ]


def test_table_nobody_knows_is_not_there(ana: User) -> None:
    for key in ("money", "salaries"):  # nothing to count yet, and never
        url = reverse("statistics_table", args=[key])
        assert signed_in(ana).get(url).status_code == 404


def test_empty_network_is_told_so_kindly_and_sees_no_axes(ana: User) -> None:
    page = signed_in(ana).get(reverse("statistics")).text.split("<main")[1]
    assert "Nothing is counted yet." in page
    assert "<svg" not in page
    assert "came back" not in page


def test_numbers_cost_the_same_however_long_the_history_is(
    ana: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(2):
        history(ana)
        with django_assert_num_queries(7):
            everything(ana)


def test_board_says_which_figure_it_lists(ana: User) -> None:
    client = signed_in(ana)
    page = client.get(reverse("board"), {"outcome": "not_taken", "ended_in": "2026"})
    assert page.context["counted"] == [("How it ended", "Not taken on"), ("Ended in", "2026")]
    assert "<p><b>Ended in</b> 2026</p>" in page.text


def test_board_says_what_is_wrong_with_a_period(ana: User) -> None:
    page = signed_in(ana).get(reverse("board"), {"cleared_in": "next year"})
    assert "Write a month like 2026-10, or a year like 2026." in page.text


def test_board_shows_the_filters_of_figures_only_while_they_are_asked(ana: User) -> None:
    client = signed_in(ana)
    assert "Money cleared in" not in client.get(reverse("board")).text
    page = client.get(reverse("board"), {"cleared_in": "2026"}).text
    assert "Money cleared in" in page
    assert "Was at" not in page


@pytest.mark.parametrize(("year", "month"), [(2026, 13), (0, 1), (9999, 12), (99999, 1)])
def test_month_that_is_none_is_not_there(ana: User, year: int, month: int) -> None:
    url = reverse("actions_of_month", args=[year, month])
    assert signed_in(ana).get(url).status_code == 404
