"""Planning an action, announcing, changing, cancelling and closing it, and who sees what of it."""

import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaigns.models import CaseState, Event, LogEntry, TeamMembership
from escalation.models import Action
from tests.browser import Browser
from tests.factories import (
    make_action,
    make_case,
    make_group,
    make_member,
    make_sign_up,
    make_user,
    put_on_duty,
    say_yes,
)

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 20, 18, 0, tzinfo=dt.UTC)  # Friday 10:00 in Seattle


@pytest.fixture(autouse=True)
def _now() -> Any:
    make_group()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ana() -> Any:
    return make_user("Ana")


@pytest.fixture
def case(ana: Any) -> Any:
    return make_case(state=CaseState.PREPARING, team=[ana], title="Four cooks")


@pytest.fixture
def team_client(client: Client, ana: Any) -> Client:
    client.force_login(ana)
    return client


def form(leader: Any, **values: Any) -> dict[str, Any]:
    return {
        "form_key": str(uuid.uuid4()),
        "tactic": "delivery",
        "title": "Delivery & a walk to O'Neil's",
        "starts_at": "2026-11-24T18:00",
        "ends_at": "2026-11-24T19:30",
        "area": "Pioneer Square",
        "meeting_point": "Under the clock",
        "what": "We hand over the letter.",
        "risk": "low",
        "needed": "20",
        "audience": "public",
        "lead": leader.pk,
        "role_police": "2",
        "role_affected": "1",
    } | values


def plan_url(case: Any) -> str:
    return reverse("plan_action", args=[case.reference])


def url(name: str, action: Action) -> str:
    return reverse(name, args=[action.public_id])


def log(case: Any) -> list[str]:
    return list(LogEntry.objects.filter(case=case).order_by("pk").values_list("event", flat=True))


# Planning


def test_plan_form_proposes_the_delivery_with_its_roles_when_the_letter_is_prepared(
    team_client: Client, case: Any, ana: Any
) -> None:
    response = team_client.get(plan_url(case))
    initial = response.context["form"].initial
    assert initial["tactic"] == "delivery"
    assert initial["lead"] == ana
    roles = {name: n for name, n in initial.items() if name.startswith("role_")}
    assert roles == {
        "role_affected": 1,
        "role_second": 1,
        "role_police": 2,
        "role_calm": 1,
        "role_documents": 1,
        "role_greeter": 1,
    }


def test_plan_form_proposes_no_role_once_the_demand_is_delivered(
    team_client: Client, ana: Any
) -> None:
    case = make_case(state=CaseState.ESCALATING, team=[ana])
    initial = team_client.get(plan_url(case)).context["form"].initial
    assert "tactic" not in initial
    assert not [name for name in initial if name.startswith("role_")]


def test_plan_makes_a_draft_with_local_time_roles_leads_and_a_log_entry(
    team_client: Client, case: Any, ana: Any
) -> None:
    ben = make_member("Ben")
    response = team_client.post(plan_url(case), form(ana, second_lead=ben.pk))
    action = Action.objects.get()
    assert response.url == url("action", action)
    assert action.state == Action.State.DRAFT
    assert action.starts_at == dt.datetime(2026, 11, 25, 2, 0, tzinfo=dt.UTC)
    assert action.day == dt.date(2026, 11, 25)  # read in UTC here, in Seattle on the page
    assert set(action.leads.all()) == {ana, ben}
    assert dict(action.roles.values_list("kind", "capacity")) == {"police": 2, "affected": 1}
    assert action.created_by == ana
    entry = LogEntry.objects.get(case=case)
    assert (entry.event, entry.by) == (Event.ACTION_PLANNED, ana)
    assert entry.what == "Action planned: Delivery & a walk to O'Neil's"


def test_plan_sent_twice_makes_one_action(team_client: Client, case: Any, ana: Any) -> None:
    data = form(ana)
    first = team_client.post(plan_url(case), data)
    second = team_client.post(plan_url(case), data)
    assert first.url == second.url
    assert Action.objects.count() == 1
    assert log(case) == [Event.ACTION_PLANNED]


def test_plan_for_several_cases_stands_in_the_log_of_each(
    team_client: Client, case: Any, ana: Any
) -> None:
    other = make_case(state=CaseState.ESCALATING, team=[ana])
    team_client.post(plan_url(case), form(ana, cases=[other.pk]))
    assert set(Action.objects.get().cases.all()) == {case, other}
    assert log(case) == log(other) == [Event.ACTION_PLANNED]


def test_plan_for_a_case_of_another_team_is_refused(
    team_client: Client, case: Any, ana: Any
) -> None:
    make_case(state=CaseState.ESCALATING, team=[ana])
    foreign = make_case(state=CaseState.ESCALATING, team=[make_user()])
    response = team_client.post(plan_url(case), form(ana, cases=[foreign.pk]))
    assert response.status_code == 200
    assert "cases" in response.context["form"].errors
    assert not Action.objects.exists()


@pytest.mark.parametrize(
    "state", [CaseState.CONTACTING, CaseState.PROPOSED, CaseState.QUEUED, CaseState.WON]
)
def test_plan_for_a_case_that_is_not_taken_on_is_refused_with_the_reason(
    team_client: Client, ana: Any, state: str
) -> None:
    case = make_case(state=state, team=[ana])
    response = team_client.post(plan_url(case), form(ana))
    assert response.status_code == 409
    assert "has not taken this case on" in response.content.decode()
    assert not Action.objects.exists()


@pytest.mark.parametrize("role", ["organizer", "member", "on_duty"])
def test_plan_by_somebody_outside_the_team_is_not_found(
    client: Client, case: Any, role: str
) -> None:
    user = make_member() if role == "member" else make_user()
    if role == "on_duty":
        put_on_duty(user)
    client.force_login(user)
    assert client.get(plan_url(case)).status_code == 404
    assert client.post(plan_url(case), form(user)).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("starts_at", "2026-11-20T09:59", "This time has passed. Choose a later one."),
        ("starts_at", "2029-01-01T10:00", "Choose a day within the next two years."),
        ("starts_at", "2027-03-14T02:30", "The clocks go forward then"),
        ("starts_at", "2026-02-31T10:00", "Write a day and an hour"),
        ("starts_at", "0001-01-01T00:00", "This time has passed. Choose a later one."),
        ("starts_at", "9999-12-31T23:59", "Write a day and an hour"),
        ("starts_at", "tomorrow\0", "Write a day and an hour"),
        ("ends_at", "2026-11-24T18:00", "The end must be later than the start."),
        ("ends_at", "2026-11-24T17:00", "The end must be later than the start."),
        ("ends_at", "2026-12-24T17:00", "An action takes seven days at most."),
        ("needed", "0", "Write a whole number from 1 to 999."),
        ("needed", "-3", "Write a whole number from 1 to 999."),
        ("needed", "9" * 30, "Write a whole number from 1 to 999."),
        ("needed", "many", "Write a whole number from 1 to 999."),
        ("role_police", "-1", "Write a whole number from 0 to 99."),
        ("role_police", "100000", "Write a whole number from 0 to 99."),
        ("title", "", "This field is required."),
        ("title", "x" * 121, "at most 120 characters"),
        ("title", "nul \0 byte", "Null characters are not allowed."),
        ("what", "x" * 100_000, "at most 2000 characters"),
        ("area", "x" * 121, "at most 120 characters"),
        ("tactic", "arson", "not one of the available choices"),
        ("lead", "", "This field is required."),
        ("lead", "999999", "not one of the available choices"),
    ],
)
def test_plan_with_bad_input_says_so_beside_the_field_and_keeps_what_was_typed(
    team_client: Client, case: Any, ana: Any, field: str, value: str, sentence: str
) -> None:
    response = team_client.post(plan_url(case), form(ana, **{field: value}))
    assert response.status_code == 200
    assert sentence in " ".join(response.context["form"].errors[field])
    assert 'value="Under the clock"' in response.content.decode()
    assert not Action.objects.exists()


def test_plan_with_the_same_lead_twice_is_refused(team_client: Client, case: Any, ana: Any) -> None:
    response = team_client.post(plan_url(case), form(ana, second_lead=ana.pk))
    assert "second_lead" in response.context["form"].errors


def test_plan_at_an_hour_that_comes_twice_means_its_first_time(
    team_client: Client, case: Any, ana: Any
) -> None:
    times = {"starts_at": "2027-11-07T01:30", "ends_at": "2027-11-07T03:00"}
    team_client.post(plan_url(case), form(ana, **times))
    assert Action.objects.get().starts_at == dt.datetime(2027, 11, 7, 8, 30, tzinfo=dt.UTC)


# Announcing


def test_announce_opens_the_action_and_logs_it_once(
    team_client: Client, case: Any, ana: Any
) -> None:
    action = make_action(cases=[case], leads=[ana], state=Action.State.DRAFT)
    say_yes(case, "picket")
    team_client.post(url("announce_action", action))
    team_client.post(url("announce_action", action))
    action = Action.objects.get()
    assert action.state == Action.State.ANNOUNCED
    assert log(case) == [Event.ACTION_ANNOUNCED]


def test_announce_after_the_start_is_refused_with_the_reason(
    team_client: Client, case: Any
) -> None:
    action = make_action(cases=[case], state=Action.State.DRAFT, starts_at=NOW)
    response = team_client.post(url("announce_action", action))
    assert response.status_code == 409
    assert "The start has passed" in response.content.decode()
    assert Action.objects.get().state == Action.State.DRAFT


def test_announce_by_get_changes_nothing(team_client: Client, case: Any) -> None:
    action = make_action(cases=[case], state=Action.State.DRAFT)
    assert team_client.get(url("announce_action", action)).status_code == 405
    assert Action.objects.get().state == Action.State.DRAFT


def test_announce_of_a_cancelled_action_is_refused(team_client: Client, case: Any) -> None:
    action = make_action(cases=[case], state=Action.State.CANCELLED)
    response = team_client.post(url("announce_action", action))
    assert response.status_code == 409
    assert Action.objects.get().state == Action.State.CANCELLED


@pytest.mark.parametrize(
    "name", ["edit_action", "announce_action", "cancel_action", "close_action"]
)
def test_running_an_action_by_somebody_else_is_not_found(
    client: Client, case: Any, name: str
) -> None:
    action = make_action(cases=[case])
    client.force_login(make_user())
    assert client.post(url(name, action), {}).status_code == 404
    assert Action.objects.get().state == Action.State.ANNOUNCED


def test_team_that_somebody_left_runs_the_action_without_them(
    team_client: Client, case: Any
) -> None:
    action = make_action(cases=[case])
    TeamMembership.objects.update(left_at=timezone.now())
    assert team_client.get(url("edit_action", action)).status_code == 404


# Changing


def edit_form(action: Action, lead: Any, **values: Any) -> dict[str, Any]:
    return form(lead, title=action.title, seen_version=action.version, **values)


def test_edit_after_announcing_changes_facts_roles_and_leads(
    team_client: Client, case: Any, ana: Any
) -> None:
    action = make_action(cases=[case], leads=[ana], roles={"calm": 1, "driver": 2})
    ben = make_member("Ben")
    data = edit_form(action, ben, area="Ballard", role_driver="3")
    response = team_client.post(url("edit_action", action), data)
    assert response.url == url("action", action)
    action = Action.objects.get()
    assert (action.area, action.version) == ("Ballard", 2)
    assert [lead.name for lead in action.leads.all()] == ["Ben"]
    roles = dict(action.roles.values_list("kind", "capacity"))
    assert roles == {"driver": 3, "police": 2, "affected": 1}
    assert log(case) == [Event.ACTION_CHANGED]


def test_edit_cannot_take_places_away_that_somebody_holds(
    team_client: Client, case: Any, ana: Any
) -> None:
    action = make_action(cases=[case], leads=[ana], roles={"driver": 3, "calm": 1})
    action.roles.update(taken=1)
    action.roles.filter(kind="driver").update(taken=2)
    response = team_client.post(
        url("edit_action", action), edit_form(action, ana, role_driver="1", area="Ballard")
    )
    errors = response.context["form"].errors
    assert "2 have taken this role" in errors["role_driver"][0]
    assert "1 have taken this role" in errors["role_calm"][0]
    assert Action.objects.get().area == "Pioneer Square"
    assert dict(action.roles.values_list("kind", "capacity")) == {"driver": 3, "calm": 1}
    assert log(case) == []


def test_edit_when_somebody_saved_meanwhile_shows_both_texts_and_keeps_typing(
    team_client: Client, case: Any, ana: Any
) -> None:
    action = make_action(cases=[case], leads=[ana])
    Action.objects.update(area="Fremont", version=2)
    data = edit_form(action, ana, area="Ballard")
    response = team_client.post(url("edit_action", action), data)
    text = response.content.decode()
    assert "They wrote: Fremont" in text
    assert "They wrote: Monday 23 November 2026, 10:00" in text
    assert 'value="Ballard"' in text
    assert Action.objects.get().area == "Fremont"
    again = team_client.post(url("edit_action", action), data | {"seen_version": 2})
    assert again.status_code == 302
    assert Action.objects.get().area == "Ballard"


def test_edit_under_way_may_leave_the_start_and_move_the_end(
    team_client: Client, case: Any, ana: Any
) -> None:
    action = make_action(cases=[case], leads=[ana], starts_at=NOW - dt.timedelta(hours=1))
    times = {"starts_at": "2026-11-20T09:00", "ends_at": "2026-11-20T12:00"}
    team_client.post(url("edit_action", action), edit_form(action, ana, **times))
    assert Action.objects.get().ends_at == dt.datetime(2026, 11, 20, 20, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize("state", [Action.State.CANCELLED, Action.State.DEBRIEFED])
def test_edit_of_what_is_cancelled_or_over_is_refused(
    team_client: Client, case: Any, ana: Any, state: str
) -> None:
    action = make_action(cases=[case], leads=[ana], state=state)
    response = team_client.post(url("edit_action", action), edit_form(action, ana, area="Ballard"))
    assert response.status_code == 409
    assert Action.objects.get().area == "Pioneer Square"


def test_edit_that_is_refused_keeps_what_was_typed(
    team_client: Client, case: Any, ana: Any
) -> None:
    action = make_action(cases=[case], leads=[ana])
    typed = edit_form(action, ana, tactic="media", area="Ballard")
    response = team_client.post(url("edit_action", action), typed)
    assert response.status_code == 409
    assert response.context["form"].non_field_errors()
    assert response.context["form"]["area"].value() == "Ballard"
    assert Action.objects.get().area == "Pioneer Square"


def test_edit_adds_cases_and_never_takes_away_those_one_cannot_see(
    client: Client, case: Any, ana: Any
) -> None:
    lead = make_user("Lea")
    own = make_case(state=CaseState.ESCALATING, team=[lead])
    action = make_action(cases=[case], leads=[lead])
    client.force_login(lead)
    client.post(url("edit_action", action), edit_form(action, lead, cases=[own.pk]))
    assert set(action.cases.all()) == {case, own}
    assert log(own) == [Event.ACTION_PLANNED]
    assert log(case) == [Event.ACTION_CHANGED]


# Cancelling and closing


@pytest.mark.parametrize("name", ["cancel_action", "close_action", "edit_action"])
def test_form_about_an_action_goes_to_its_own_page(ana: Any, case: Any, name: str) -> None:
    hours = 4 if name == "close_action" else -24
    action = make_action(cases=[case], starts_at=timezone.now() - dt.timedelta(hours=hours))
    browser = Browser()
    browser.client.force_login(ana)
    (form,) = (
        f for f in browser.open(url(name, action)).forms if {"reason", "debrief", "title"} & f.names
    )
    assert form.action == ""


def test_cancel_says_why_on_the_public_page_and_in_each_log(
    team_client: Client, case: Any, ana: Any
) -> None:
    other = make_case(state=CaseState.ESCALATING, team=[make_user()])
    action = make_action(cases=[case, other])
    team_client.post(url("cancel_action", action), {"reason": "They paid on Monday."})
    page = Client().get(url("action_page", action)).content.decode()
    assert "This action is cancelled." in page
    assert "They paid on Monday." in page
    assert log(case) == log(other) == [Event.ACTION_CANCELLED]


def test_cancel_of_a_draft_tells_nobody_of_it(team_client: Client, case: Any) -> None:
    action = make_action(cases=[case], title="Own draft", state=Action.State.DRAFT)
    team_client.post(url("cancel_action", action), {"reason": "Another day."})
    assert Action.objects.get().state == Action.State.CANCELLED
    assert [entry.note for entry in case.log.all()] == ["Another day."]
    assert team_client.get(url("action", action)).status_code == 200
    assert Client().get(url("action_page", action)).status_code == 404
    member = Client()
    member.force_login(make_member())
    assert member.get(url("action", action)).status_code == 404
    assert "Own draft" not in member.get(reverse("actions")).content.decode()


def test_cancel_without_a_reason_asks_for_it(team_client: Client, case: Any) -> None:
    action = make_action(cases=[case])
    response = team_client.post(url("cancel_action", action), {"reason": " "})
    assert response.context["form"].errors
    assert Action.objects.get().state == Action.State.ANNOUNCED


def test_cancel_twice_keeps_the_first_reason(team_client: Client, case: Any) -> None:
    action = make_action(cases=[case])
    team_client.post(url("cancel_action", action), {"reason": "Rain"})
    response = team_client.post(url("cancel_action", action), {"reason": "Snow"})
    assert response.status_code == 409
    assert Action.objects.get().cancel_reason == "Rain"
    assert log(case) == [Event.ACTION_CANCELLED]


def test_close_writes_how_many_came_into_each_log(team_client: Client, case: Any) -> None:
    other = make_case(state=CaseState.ESCALATING, team=[make_user()])
    action = make_action(cases=[case, other], starts_at=NOW - dt.timedelta(hours=3))
    make_sign_up(action, came=True)
    make_sign_up(action, came=True, is_walk_in=True)
    make_sign_up(action)
    team_client.post(url("close_action", action), {"debrief": "They let us in."})
    action = Action.objects.get()
    assert (action.state, action.debrief) == (Action.State.DEBRIEFED, "They let us in.")
    for entry in LogEntry.objects.all():
        assert entry.what == "Action held: Picket at the Golden Fork, 2 came"
    assert log(case) == log(other) == [Event.ACTION_HELD]


def test_close_before_the_end_is_refused_with_the_reason(team_client: Client, case: Any) -> None:
    action = make_action(cases=[case], starts_at=NOW - dt.timedelta(hours=2))
    response = team_client.post(url("close_action", action), {"debrief": "Done."})
    assert response.status_code == 409
    assert "once the action is over" in response.content.decode()
    assert Action.objects.get().state == Action.State.ANNOUNCED


def test_close_by_a_second_person_shows_both_texts_and_loses_none(
    team_client: Client, case: Any
) -> None:
    action = make_action(cases=[case], starts_at=NOW - dt.timedelta(hours=3))
    team_client.post(url("close_action", action), {"debrief": "First."})
    response = team_client.post(url("close_action", action), {"debrief": "Second."})
    assert response.status_code == 409
    assert Action.objects.get().debrief == "First."
    assert log(case) == [Event.ACTION_HELD]
    form = response.context["form"]
    assert (form["debrief"].value(), form.errors["debrief"]) == ("Second.", ["They wrote: First."])
    again = {"debrief": "First. Second.", "seen_version": form["seen_version"].value()}
    assert team_client.post(url("close_action", action), again).status_code == 302
    assert Action.objects.get().debrief == "First. Second."
    assert log(case) == [Event.ACTION_HELD, Event.ACTION_CHANGED]


# The pages


def test_list_files_an_evening_action_under_its_local_day(client: Client) -> None:
    make_action(starts_at=dt.datetime(2026, 12, 2, 2, 0, tzinfo=dt.UTC))  # Tuesday 18:00
    client.force_login(make_member())
    text = client.get(reverse("actions")).content.decode()
    assert "Tue 1 Dec, 18:00" in text
    assert "December 2026" in text


def test_list_shows_ahead_past_and_only_the_drafts_one_runs(team_client: Client, case: Any) -> None:
    make_action(cases=[case], title="Own draft", state=Action.State.DRAFT)
    make_action(title="Foreign draft", state=Action.State.DRAFT)
    make_action(title="Ahead")
    make_action(title="Now", starts_at=NOW - dt.timedelta(hours=1))
    make_action(title="Past", starts_at=NOW - dt.timedelta(days=3))
    context = team_client.get(reverse("actions")).context
    shown = {name: [a.title for a in context[name]] for name in ("drafts", "ahead", "past")}
    assert shown == {"drafts": ["Own draft"], "ahead": ["Now", "Ahead"], "past": ["Past"]}


def test_list_costs_the_same_with_one_and_three_actions(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(make_member())
    counts = []
    for more in (1, 2):
        for _number in range(more):
            action = make_action(leads=[make_user()], roles={"calm": 1})
            make_sign_up(action)
        with django_assert_max_num_queries(12) as queries:
            client.get(reverse("actions"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_page_costs_the_same_with_one_and_three_of_everything(
    team_client: Client,
    case: Any,
    ana: Any,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    action = make_action(cases=[case], leads=[ana], roles={"calm": 1})
    counts = []
    for kind in ("driver", "childcare"):
        make_sign_up(action)
        with django_assert_max_num_queries(15) as queries:
            team_client.get(url("action", action))
        counts.append(len(queries))
        action.roles.create(kind=kind, capacity=1)
        action.leads.add(make_user())
        action.cases.add(make_case(state=CaseState.ESCALATING))
    assert counts[0] == counts[1]


def test_page_of_a_draft_is_only_for_those_who_run_it(client: Client, case: Any, ana: Any) -> None:
    lead = make_member("Lea")
    action = make_action(cases=[case], leads=[lead], state=Action.State.DRAFT)
    for user, status in ((ana, 200), (lead, 200), (make_user(), 404), (make_member(), 404)):
        client.force_login(user)
        assert client.get(url("action", action)).status_code == status


def test_page_shows_a_member_no_case_no_link_to_pass_on_and_no_meeting_point(
    client: Client, case: Any, ana: Any
) -> None:
    action = make_action(cases=[case], leads=[ana])
    client.force_login(make_member())
    text = client.get(url("action", action)).content.decode()
    assert action.what in text
    assert "Four cooks" not in text
    assert case.reference not in text
    assert action.meeting_point not in text
    assert url("roster", action) not in text
    assert url("action_page", action) not in text


def test_page_gives_the_lead_link_code_text_roster_and_meeting_point(
    client: Client, case: Any
) -> None:
    lead = make_member("Lea")
    action = make_action(cases=[case], leads=[lead])
    client.force_login(lead)
    text = client.get(url("action", action)).content.decode()
    link = f"http://testserver{url('action_page', action)}"
    assert f"{link}</textarea>" in text
    assert "data:image/svg+xml" in text
    assert url("roster", action) in text
    assert action.meeting_point in text
    assert case.reference not in text  # a member sees no case, even one they lead an action of


def test_link_to_pass_on_for_members_asks_for_a_log_in(team_client: Client, case: Any) -> None:
    action = make_action(cases=[case], audience=Action.Audience.MEMBERS)
    share = team_client.get(url("action", action)).context["share"]
    assert share["url"] == f"http://testserver{url('action', action)}"


@pytest.mark.parametrize(
    ("said", "hours", "is_shown"),
    [("yes", 23, True), ("yes", 25, False), ("maybe", 23, False), ("no", 23, False)],
)
def test_meeting_point_is_shown_to_a_yes_from_24_hours_before(
    client: Client, said: str, hours: int, is_shown: bool
) -> None:
    member = make_member()
    action = make_action(starts_at=NOW + dt.timedelta(hours=hours))
    make_sign_up(action, answer=said, user=member)
    client.force_login(member)
    text = client.get(url("action", action)).content.decode()
    assert (action.meeting_point in text) is is_shown


def test_lead_finds_the_way_to_the_link_and_the_lists_while_people_are_awaited(
    client: Client,
) -> None:
    ana = make_user("Ana")
    client.force_login(ana)
    on, off = make_action(leads=[ana]), make_action(leads=[ana], state="cancelled")
    page = client.get(reverse("action", args=[on.public_id])).content.decode()
    assert page.index('href="#share"') < page.index('id="share"') < page.index("On paper")
    assert "Who can help whom" in page
    page = client.get(reverse("action", args=[off.public_id])).content.decode()
    assert "Who can help whom" not in page
    assert "#share" not in page
    assert "at least" not in page
