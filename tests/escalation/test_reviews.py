"""Every four weeks a meeting looks at a fight again, and a person does what it decided."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Case, CaseState, User
from escalation import reviews, todo
from escalation.models import CaseLifecycle, Decision, PlanReview
from tests.factories import make_case, make_group, make_meeting, make_plan, make_user

S = CaseState
ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOON = dt.datetime(2026, 12, 1, 12, 0, tzinfo=ZONE)
DAY = dt.timedelta(days=1)
CHOICES = {
    "go_on": "",
    "raise": "#plan",
    "change": "plan/",
    "pause": "moves/hold/",
    "end": "#top",
}


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
    """A fight that escalated 28 days ago, with a plan of the day before."""
    case = make_case(state=S.ESCALATING, team=[ana, make_user("Ben")], state_since=NOON - 28 * DAY)
    make_plan(case, by=ana, held_on=NOON.date() - 29 * DAY)
    return case


def due_on(case: Case) -> dt.date | None:
    return reviews.due_on(CaseLifecycle.objects.with_facts().get(pk=case.pk))


def asked(ana: User, now: dt.datetime = NOON) -> list[str]:
    items = todo.items_for(ana, now=now)
    return [item.text for item in items if "/plan/review/" in item.url]


def send(client: Client, case: Case, **typed: str) -> object:
    said = {
        "choice": "go_on",
        "next_on": "2026-12-22",
        "motion": "How it goes on",
        "held_on": "2026-12-01",
        "votes_for": "9",
        "votes_against": "0",
    }
    return client.post(reverse("review_plan", args=[case.reference]), said | typed)


def test_review_is_due_four_weeks_after_the_escalation(
    client: Client, case: Case, ana: User
) -> None:
    assert asked(ana, NOON - DAY) == []
    text = "A meeting should look at this fight again by Tuesday 1 December: raise, change,"
    assert asked(ana) == [f"{text} pause, end it?"]
    client.force_login(ana)
    file = client.get(case.get_absolute_url()).text
    assert text in file
    assert "A meeting looks at this fight again by Tue 1 Dec." in file


def test_newer_plan_counts_its_own_four_weeks(case: Case, ana: User) -> None:
    make_plan(case, by=ana, held_on=NOON.date() - 3 * DAY)
    assert due_on(case) == NOON.date() + 25 * DAY


@pytest.mark.parametrize("state", [S.CLOCK_RUNNING, S.AGREED, S.ON_HOLD, S.WON])
def test_only_a_fight_under_way_is_looked_at_again(case: Case, ana: User, state: str) -> None:
    Case.objects.filter(pk=case.pk).update(state=state)
    assert due_on(case) is None
    assert asked(ana) == []


@pytest.mark.parametrize(("choice", "leads_to"), CHOICES.items())
def test_what_was_decided_is_kept_with_its_vote_and_leads_to_its_page(
    client: Client, case: Case, ana: User, choice: str, leads_to: str
) -> None:
    client.force_login(ana)
    answer = send(client, case, choice=choice)
    assert answer.url == case.get_absolute_url() + leads_to
    review = PlanReview.objects.get()
    assert (review.choice, review.next_on, review.decision.votes_for) == (
        choice,
        dt.date(2026, 12, 22),
        9,
    )
    assert Case.objects.get(pk=case.pk).state == S.ESCALATING
    assert due_on(case) == dt.date(2026, 12, 22)
    assert asked(ana) == []
    assert len(asked(ana, NOON + 21 * DAY)) == 1


def test_double_click_notes_it_once(client: Client, case: Case, ana: User) -> None:
    client.force_login(ana)
    page = client.get(reverse("review_plan", args=[case.reference]))
    key = str(page.context["form"]["form_key"].value())
    for _n in range(2):
        send(client, case, form_key=key)
    assert PlanReview.objects.count() == 1


def test_vote_that_did_not_carry_changes_nothing(client: Client, case: Case, ana: User) -> None:
    client.force_login(ana)
    answer = send(client, case, votes_for="1", votes_against="8", choice="change")
    assert answer.url == case.get_absolute_url()
    assert due_on(case) == NOON.date()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"choice": ""}, "Choose what the meeting decided."),
        ({"choice": "burn"}, "not one of the available choices"),
        ({"next_on": "2026-12-01"}, "Choose a day within the next eight weeks."),
        ({"next_on": "2027-06-01"}, "Choose a day within the next eight weeks."),
        ({"votes_for": "0"}, "Nobody voted. Count the hands."),
    ],
)
def test_review_with_bad_input_is_shown_again_with_what_was_typed(
    client: Client, case: Case, ana: User, typed: dict[str, str], sentence: str
) -> None:
    client.force_login(ana)
    answer = send(client, case, motion="Keep these words", **typed)
    assert answer.status_code == 200
    assert sentence in answer.text
    assert "Keep these words" in answer.text
    assert not PlanReview.objects.exists()


def test_review_of_a_fight_that_ended_is_refused(client: Client, case: Case, ana: User) -> None:
    Case.objects.filter(pk=case.pk).update(state=S.WON)
    client.force_login(ana)
    assert send(client, case).status_code == 409


def test_vote_finds_its_place_on_the_agenda(client: Client, case: Case, ana: User) -> None:
    meeting = make_meeting()
    item = meeting.agenda.create(case=case, kind="review", motion="How it goes on", position=1)
    client.force_login(ana)
    page = client.get(reverse("meeting", args=[meeting.pk])).text
    assert reverse("review_plan", args=[case.reference]) in page
    send(client, case)
    item.refresh_from_db()
    assert item.decision == Decision.objects.get(kind="review")


def test_review_settles_nothing(case: Case, ana: User) -> None:
    """A look at the fight is no vote that a move could rest on."""
    vote = {
        "motion": "x",
        "votes_for": 9,
        "votes_against": 0,
        "abstained": 0,
        "held_on": NOON.date(),
        "affected_agreed": True,
    }
    said = {"choice": "end", "next_on": NOON.date() + 9 * DAY, "today": NOON.date()}
    reviews.record_review(case, by=ana, vote=vote, **said)
    assert CaseLifecycle.objects.with_facts().get(pk=case.pk).vote_kind != "review"
