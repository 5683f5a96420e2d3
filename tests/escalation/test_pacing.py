"""Where a fight stands in its plan, what is offered next, and what is more than we can carry."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Case, CaseState, User
from escalation import pacing, plans, todo
from escalation.models import Action, CaseLifecycle, Rung, Tactic
from escalation.pacing import Proposed
from tests.factories import (
    make_action,
    make_case,
    make_group,
    make_plan,
    make_sign_up,
    make_user,
    say_yes,
)

S = CaseState
ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOON = dt.datetime(2026, 12, 1, 12, 0, tzinfo=ZONE)
DAY = dt.timedelta(days=1)
HELD, DRAFT = Action.State.DEBRIEFED, Action.State.DRAFT


@pytest.fixture(autouse=True)
def _network(db: None) -> Iterator[None]:
    with time_machine.travel(NOON, tick=False), timezone.override(ZONE):
        make_group()
        yield


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


@pytest.fixture
def case(ana: User) -> Case:
    """A fight whose deadline was yesterday, with posters, leaflets and a picket voted."""
    case = make_case(state=S.CLOCK_RUNNING, team=[ana, make_user("Ben")], deadline_at=NOON - DAY)
    make_plan(case, by=ana, tactics=("posters", "leaflets", "picket"))
    return case


def standing(case: Case) -> list[tuple[str, str]]:
    return [(s.tactic, s.standing.value) for s in plans.steps_of(case, now=timezone.now())]


def offered(ana: User) -> list[tuple[str, str]]:
    items = todo.items_for(ana, now=timezone.now())
    return [(item.text, item.url) for item in items if "/actions/new/" in item.url]


def file(client: Client, case: Case, ana: User) -> str:
    client.force_login(ana)
    return client.get(case.get_absolute_url()).text


# Where it stands


def test_step_is_next_then_planned_then_done(case: Case, ana: User) -> None:
    assert standing(case) == [("posters", "next"), ("leaflets", "later"), ("picket", "later")]
    posters = make_action(cases=[case], tactic="posters", state=DRAFT)
    assert standing(case) == [("posters", "planned"), ("leaflets", "next"), ("picket", "later")]
    Action.objects.filter(pk=posters.pk).update(state=HELD)
    assert standing(case) == [("posters", "done"), ("leaflets", "next"), ("picket", "later")]


def test_action_that_is_over_counts_before_anybody_wrote_down_how_it_went(case: Case) -> None:
    make_action(cases=[case], tactic="posters", starts_at=NOON - 3 * dt.timedelta(hours=1))
    assert standing(case)[0] == ("posters", "done")


def test_cancelled_action_and_a_draft_that_never_took_place_do_not_count(case: Case) -> None:
    make_action(cases=[case], tactic="posters", state=Action.State.CANCELLED, cancel_reason="x")
    make_action(cases=[case], tactic="posters", state=DRAFT, starts_at=NOON - DAY)
    assert standing(case)[0] == ("posters", "next")


def test_second_step_of_a_kind_waits_for_a_second_action(case: Case, ana: User) -> None:
    make_plan(case, by=ana, tactics=("picket", "picket"))
    make_action(cases=[case], tactic="picket")
    assert standing(case) == [("picket", "planned"), ("picket", "next")]


def test_new_plan_starts_anew(case: Case, ana: User) -> None:
    make_action(cases=[case], tactic="posters", starts_at=NOON - 2 * DAY, state=HELD)
    assert standing(case)[0] == ("posters", "next")


def test_weeks_count_from_the_deadline_or_from_a_later_vote(case: Case, ana: User) -> None:
    first = plans.steps_of(case, now=NOON)
    assert [step.begins for step in first] == [dt.date(2026, 12, day) for day in (1, 8, 15)]
    Case.objects.filter(pk=case.pk).update(deadline_at=NOON - 40 * DAY)
    late = plans.steps_of(Case.objects.get(pk=case.pk), now=NOON)
    assert [step.begins for step in late] == [dt.date(2026, 12, day) for day in (1, 8, 15)]


def test_before_the_delivery_a_week_is_said_in_words(ana: User) -> None:
    case = make_case(state=S.PREPARING, team=[ana])
    make_plan(case, by=ana, tactics=("posters", "leaflets"))
    words = [step.when for step in plans.steps_of(case, now=NOON)]
    assert words == ["in the days after the deadline", "in week 1 after the deadline"]


# What is offered


def test_next_step_is_offered_once_the_deadline_is_over(case: Case, ana: User) -> None:
    url = reverse("plan_action", args=[case.reference])
    text = "The deadline passed. The plan says: Posters near the premises. Yes still "
    assert offered(ana) == [(f"{text}missing: Rosa.", f"{url}?tactic=posters")]
    say_yes(case, "posters")
    text = "The deadline passed. The plan says: Posters near the premises."
    assert offered(ana) == [(text, f"{url}?tactic=posters")]


def test_day_of_the_deadline_still_belongs_to_the_target(case: Case, ana: User) -> None:
    Case.objects.filter(pk=case.pk).update(deadline_at=NOON - dt.timedelta(hours=1))
    assert offered(ana) == []


def test_after_a_step_was_held_the_next_is_offered_and_nothing_happens_by_itself(
    client: Client, case: Case, ana: User
) -> None:
    Case.objects.filter(pk=case.pk).update(state=S.ESCALATING)
    say_yes(case, "leaflets")
    make_action(cases=[case], tactic="posters", starts_at=NOON - dt.timedelta(hours=4), state=HELD)
    (found,) = offered(ana)
    text = "Nothing is planned for the next 10 days. The plan says: Leaflets to customers or "
    assert found == (
        f"{text}tenants.",
        f"{reverse('plan_action', args=[case.reference])}?tactic=leaflets",
    )
    page = file(client, case, ana)
    assert f"{text}tenants." in page
    assert Action.objects.count() == 1


def test_step_of_a_later_week_is_not_pressed_for_while_another_is_planned(
    case: Case, ana: User
) -> None:
    Case.objects.filter(pk=case.pk).update(state=S.ESCALATING)
    make_action(cases=[case], tactic="posters")
    make_action(cases=[case], tactic="leaflets")
    assert offered(ana) == []


def test_plan_that_is_done_says_so(client: Client, case: Case, ana: User) -> None:
    Case.objects.filter(pk=case.pk).update(state=S.ESCALATING)
    for tactic in ("posters", "leaflets", "picket"):
        make_action(cases=[case], tactic=tactic, starts_at=NOON - 4 * DAY / 24, state=HELD)
    assert "All steps of the plan are done or on their way." in file(client, case, ana)


def test_one_tap_opens_the_action_filled_in(client: Client, case: Case, ana: User) -> None:
    Rung.objects.filter(tactic="leaflets").update(note="At the busiest hour.")
    client.force_login(ana)
    page = client.get(reverse("plan_action", args=[case.reference]) + "?tactic=leaflets")
    form = page.context["form"]
    assert form["title"].value() == "Leaflets to customers or tenants"
    assert form["what"].value() == "At the busiest hour."
    assert form["needed"].value() == 2
    assert str(form["starts_at"].value()) == "2026-12-08 17:00:00"


# The vote


def send(client: Client, case: Case, **typed: str) -> str:
    said = {
        "motion": "Plan",
        "held_on": "2026-12-01",
        "votes_for": "9",
        "votes_against": "0",
        "affected_agreed": "on",
    }
    url = reverse("vote_plan", args=[case.reference])
    return client.post(url, said | typed, follow=True).text


def test_usual_ladder_is_filled_in_with_its_weeks_by_one_tap(
    client: Client, case: Case, ana: User
) -> None:
    client.force_login(ana)
    before = Rung.objects.count()
    page = client.get(reverse("vote_plan", args=[case.reference]) + "?ladder=usual")
    form = page.context["form"]
    filled = [(form[f"tactic_{n}"].value(), form[f"week_{n}"].value()) for n in range(1, 9)]
    assert filled == [
        ("posters", 0),
        ("clients", 0),
        ("leaflets", 1),
        ("picket", 2),
        ("neighbours", 3),
        ("second_site", 3),
        ("picket", 4),
        ("social_circle", 4),
    ]
    assert form["note_7"].value() == "A bigger one."
    assert Rung.objects.count() == before


def test_each_step_keeps_its_week(client: Client, case: Case, ana: User) -> None:
    client.force_login(ana)
    send(client, case, tactic_1="posters", week_1="0", tactic_2="picket", week_2="3")
    rungs = Rung.objects.current(case).order_by("position")
    assert [(rung.tactic, rung.week) for rung in rungs] == [("posters", 0), ("picket", 3)]


def test_week_that_cannot_be_is_refused_and_nothing_typed_is_lost(
    client: Client, case: Case, ana: User
) -> None:
    client.force_login(ana)
    page = send(client, case, tactic_1="rally", note_1="At the town hall", week_1="99")
    assert "At the town hall" in page
    assert not Rung.objects.filter(tactic="rally").exists()


def test_steps_that_are_done_are_left_out_of_the_next_vote(
    client: Client, case: Case, ana: User
) -> None:
    make_action(cases=[case], tactic="posters", starts_at=NOON - 4 * DAY / 24, state=HELD)
    client.force_login(ana)
    form = client.get(reverse("vote_plan", args=[case.reference])).context["form"]
    kept = [form[f"tactic_{n}"].value() for n in (1, 2, 3)]
    assert kept == ["leaflets", "picket", None]


# More than the group can carry


def test_step_for_more_people_than_came_lately_is_said_kindly(
    client: Client, case: Case, ana: User
) -> None:
    for number in (3, 5):
        action = make_action(starts_at=NOON - number * DAY, state=HELD)
        for _n in range(number):
            make_sign_up(action, came=True)
    client.force_login(ana)
    page = send(client, case, tactic_1="posters", tactic_2="rally")
    text = "Lately 3 to 5 came. This takes more: Rally or march. Ask another group to join, or keep"
    assert text in page
    assert "Posters near the premises" not in page.split("This takes more:")[1].split(".")[0]


def test_three_big_weeks_in_a_row_are_too_much_and_small_steps_between_are_not() -> None:
    big = [Proposed(Tactic.PICKET, week=week) for week in (1, 2, 3)]
    (said,) = pacing.too_much(big, came=[])
    assert said.startswith("Three weeks in a row need many people.")
    assert pacing.too_much([big[0], Proposed(Tactic.POSTERS, week=2), big[2]], came=[12]) == []


def test_plan_is_read_for_today_in_as_many_queries_as_before(
    case: Case, ana: User, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    known = CaseLifecycle.objects.with_facts().get(pk=case.pk)
    assert known.plan_voted_on == NOON.date()
    with django_assert_num_queries(2):
        plans.steps_of(known, now=NOON)
