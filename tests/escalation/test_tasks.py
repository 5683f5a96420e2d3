"""Tasks: who does what by when, on Today until it is done, and only for those it concerns."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Case, CaseState, Event, User
from escalation import moves, tasks, todo, todo_meetings
from escalation.models import Task
from escalation.todo_item import LATER, SOON, URGENT
from tests.factories import make_case, make_group, make_meeting, make_member, make_user

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _network(db: None) -> None:
    make_group()


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


@pytest.fixture
def mia() -> User:
    return make_member("Mia")


@pytest.fixture
def case(ana: User, mia: User) -> Case:
    return make_case(state=CaseState.ESCALATING, team=[ana, mia])


@pytest.fixture
def client(client: Client, ana: User) -> Client:
    client.force_login(ana)
    return client


def task(case: Case | None = None, **values: Any) -> Task:
    return Task.objects.create(case=case, **({"what": "Find the owner"} | values))


def on_today(user: User) -> list[tuple[int, str]]:
    url = {reverse("finish_task", args=[pk]) for pk in Task.objects.values_list("pk", flat=True)}
    found = todo.items_for(user, now=timezone.now())
    return [(item.rank, item.text) for item in found if item.url in url]


# A new task


def test_task_of_a_case_is_added_once_by_a_double_click(
    client: Client, case: Case, mia: User
) -> None:
    url = reverse("add_task", args=[case.reference])
    key = client.get(url).context["form"]["form_key"].value()
    typed = {"what": "Find the owner", "owner": mia.pk, "form_key": key}
    for _click in range(2):
        answer = client.post(url, typed)
        assert answer.headers["Location"] == f"/cases/{case.reference}/decisions/#tasks"
    added = Task.objects.get()
    assert (added.case, added.owner, added.meeting) == (case, mia, None)


def test_task_of_a_meeting_may_be_about_a_case_of_its_agenda(
    client: Client, case: Case, ana: User
) -> None:
    meeting = make_meeting()
    meeting.agenda.create(case=case, kind="plan", motion="Plan", position=1)
    url = reverse("add_meeting_task", args=[meeting.pk])
    client.post(url, {"what": "Print posters", "owner": ana.pk, "about": case.pk})
    added = Task.objects.get()
    assert (added.meeting, added.case) == (meeting, case)


def test_only_the_team_and_organizers_can_be_given_a_task(client: Client, case: Case) -> None:
    stranger, organizer = make_member("Sam"), make_user("Olu")
    url = reverse("add_task", args=[case.reference])
    page = client.post(url, {"what": "Find the owner", "owner": stranger.pk})
    assert "owner" in page.context["form"].errors
    client.post(url, {"what": "Find the owner", "owner": organizer.pk})
    assert Task.objects.get().owner == organizer


def test_task_for_a_day_that_has_passed_is_refused(client: Client, case: Case) -> None:
    yesterday = (timezone.localdate() - 2 * DAY).isoformat()
    url = reverse("add_task", args=[case.reference])
    page = client.post(url, {"what": "Find the owner", "due_on": yesterday})
    assert page.context["form"].errors == {
        "due_on": ["This day has passed. Choose a later one."],
    }


def test_second_who_changes_a_task_sees_what_the_first_wrote(client: Client, case: Case) -> None:
    url = reverse("edit_task", args=[task(case).pk])
    assert client.post(url, {"what": "Ask the neighbours", "seen_version": 1}).status_code == 302
    answer = client.post(url, {"what": "Ask the bank", "seen_version": 1})
    assert answer.status_code == 409
    assert "They wrote: Ask the neighbours" in answer.text


# On Today


def test_own_tasks_are_on_today_and_late_ones_urgent(case: Case, mia: User) -> None:
    today = timezone.localdate()
    task(case, owner=mia, what="Late", due_on=today - 2 * DAY)
    task(case, owner=mia, what="Soon", due_on=today + 3 * DAY)
    task(case, owner=mia, what="Some day")
    task(case, owner=mia, what="Was done", done_at=timezone.now())
    ranks = [(rank, text.split(".")[0]) for rank, text in on_today(mia)]
    assert ranks == [(URGENT, "Late"), (SOON, "Soon"), (LATER, "Some day")]


def test_task_of_nobody_is_on_today_of_the_team_and_of_no_one_else(
    case: Case, ana: User, mia: User
) -> None:
    task(case)
    text = "Find the owner (nobody does it yet)"
    assert on_today(ana) == on_today(mia) == [(LATER, text)]
    assert on_today(make_user("Olu")) == on_today(make_member("Sam")) == []


def test_task_of_somebody_else_is_not_on_today(case: Case, ana: User, mia: User) -> None:
    task(case, owner=mia)
    assert on_today(ana) == []


@pytest.mark.parametrize("how", ["left the team", "lost the account"])
def test_task_of_who_is_gone_falls_back_to_the_team(
    case: Case, ana: User, mia: User, how: str
) -> None:
    task(case, owner=mia)
    if how == "left the team":
        case.team_memberships.filter(user=mia).update(left_at=timezone.now())
        assert on_today(mia) == []
    else:
        User.objects.filter(pk=mia.pk).update(is_active=False)
    assert on_today(ana) == [(LATER, "Find the owner (nobody does it yet)")]


def test_tasks_on_today_cost_one_query_however_many(
    case: Case, mia: User, django_assert_num_queries: Any
) -> None:
    for n in range(9):
        task(case, owner=mia, what=f"Task {n}")
    with django_assert_num_queries(2):
        assert len([*todo_meetings.items(mia, timezone.now())]) == 9


# Done, and not done after all


def test_one_tap_on_today_does_it_and_another_undoes_it(
    client: Client, case: Case, ana: User
) -> None:
    done = task(case, owner=ana)
    today = reverse("today")
    assert reverse("finish_task", args=[done.pk]) in client.get(today).text
    answer = client.post(reverse("finish_task", args=[done.pk]))
    assert answer.headers["Location"] == today
    done.refresh_from_db()
    assert (done.done_by, done.done_at is None) == (ana, False)
    assert on_today(ana) == []
    page = client.get(today)
    assert reverse("reopen_task", args=[done.pk]) in page.text
    client.post(reverse("reopen_task", args=[done.pk]))
    done.refresh_from_db()
    assert (done.done_by, done.done_at) == (None, None)
    assert len(on_today(ana)) == 1
    events = [*case.log.order_by("pk").values_list("event", flat=True)]
    assert events == [Event.TASK_DONE, Event.TASK_OPEN_AGAIN]


def test_done_twice_keeps_who_was_first(case: Case, ana: User, mia: User) -> None:
    done = task(case)
    tasks.finish(done, by=mia, now=timezone.now())
    tasks.finish(done, by=ana, now=timezone.now())
    done.refresh_from_db()
    assert done.done_by == mia
    assert case.log.count() == 1


@pytest.mark.parametrize("name", ["edit_task", "finish_task", "reopen_task"])
def test_task_of_a_case_of_others_answers_like_none(
    client: Client, case: Case, mia: User, name: str
) -> None:
    own = task(case, owner=mia)
    client.force_login(make_user("Olu"))
    assert client.post(reverse(name, args=[own.pk])).status_code == 404
    own.refresh_from_db()
    assert own.done_at is None


def test_nothing_is_done_by_opening_a_link(client: Client, case: Case) -> None:
    open_task = task(case)
    assert client.get(reverse("finish_task", args=[open_task.pk])).status_code == 405
    open_task.refresh_from_db()
    assert open_task.done_at is None


# Questions of the meeting


def test_each_question_of_the_meeting_becomes_a_task(ana: User, mia: User) -> None:
    case = make_case(state=CaseState.PROPOSED, team=[ana, mia])
    questions = "Who owns the building?\n\n- Is there a second worker?\r\n"
    moves.defer(case, by=ana, questions=questions)
    found = Task.objects.filter(case=case).order_by("pk")
    assert [row.what for row in found] == ["Who owns the building?", "Is there a second worker?"]
    assert {row.owner for row in found} == {None}
    assert len(on_today(mia)) == 2


def test_question_longer_than_a_task_is_cut_and_a_flood_stays_together(
    case: Case, ana: User
) -> None:
    tasks.from_questions(case, "x" * 900, by=ana)
    assert len(Task.objects.get().what) == 300
    Task.objects.all().delete()
    made = tasks.from_questions(case, "\n".join(f"Question {n}" for n in range(50)), by=ana)
    assert len(made) == tasks.MOST_LINES
