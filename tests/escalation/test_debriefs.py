"""What is written down after an action: its parts, the headcount, who reads it, what is kept."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from campaigns.models import Case, CaseState, Event, LogEntry
from escalation import actions
from escalation.forgetting import forget
from escalation.models import Action, Effect
from tests.factories import (
    make_action,
    make_case,
    make_group,
    make_incident,
    make_member,
    make_sign_up,
    make_user,
)

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 20, 18, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
SAID = {
    "debrief": "Loud and friendly.",
    "their_answer": "The owner took a leaflet.",
    "next_time": "A second bullhorn.",
    "police": "watched",
    "headcount": "16",
}


@pytest.fixture(autouse=True)
def _now() -> Any:
    make_group()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ana() -> Any:
    return make_user("Ana")


@pytest.fixture
def case(ana: Any) -> Case:
    return make_case(state=CaseState.ESCALATING, team=[ana], title="Four cooks")


@pytest.fixture
def action(case: Case) -> Action:
    return make_action(cases=[case], starts_at=NOW - dt.timedelta(hours=3))


@pytest.fixture
def team_client(client: Client, ana: Any) -> Client:
    client.force_login(ana)
    return client


def url(name: str, action: Action) -> str:
    return reverse(name, args=[action.public_id])


def text_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


# The form


def test_every_part_is_kept_and_shown_to_those_who_run_it(
    team_client: Client, action: Action, case: Case
) -> None:
    said = SAID | {f"moved_{case.pk}": "He offered to pay half."}
    assert team_client.post(url("close_action", action), said).status_code == 302
    kept = Action.objects.get()
    assert (kept.state, kept.headcount, kept.police) == (Action.State.DEBRIEFED, 16, "watched")
    page = text_of(team_client, url("action", action))
    words = [*SAID.values(), "They watched", "He offered to pay half."]
    assert [word for word in words if word not in page and word != "watched"] == []
    team_client.force_login(make_member())
    page = text_of(team_client, url("action", action))
    assert [word for word in words if word in page] == ["16"]


def test_timeline_of_the_case_tells_all_of_it(
    team_client: Client, action: Action, case: Case
) -> None:
    said = SAID | {f"moved_{case.pk}": "He offered to pay half."}
    team_client.post(url("close_action", action), said)
    entry = LogEntry.objects.get()
    assert entry.what == "Action held: Picket at the Golden Fork, 16 came"
    assert entry.note.splitlines() == [
        "Loud and friendly.",
        "Police: They watched",
        "How the other side answered: The owner took a leaflet.",
        "What it moved: He offered to pay half.",
        "What we do differently next time: A second bullhorn.",
    ]


def test_all_of_it_may_stay_empty(team_client: Client, action: Action, case: Case) -> None:
    assert team_client.post(url("close_action", action), {}).status_code == 302
    assert Action.objects.get().state == Action.State.DEBRIEFED
    assert LogEntry.objects.values_list("event", "note").get() == (Event.ACTION_HELD, "")
    assert team_client.get(url("action", action)).status_code == 200


def test_headcount_begins_with_the_ticks(team_client: Client, action: Action) -> None:
    form = team_client.get(url("close_action", action)).context["form"]
    assert form["headcount"].value() is None
    for _number in range(3):
        make_sign_up(action, came=True)
    form = team_client.get(url("close_action", action)).context["form"]
    assert form["headcount"].value() == 3


@pytest.mark.parametrize(
    ("heads", "sentence"),
    [
        ("2", "3 people are ticked on the roster, and you counted fewer. Please check"),
        ("-1", "Write a whole number from 0 to 9999."),
        ("10000", "Write a whole number from 0 to 9999."),
        ("many", "Write a whole number from 0 to 9999."),
    ],
)
def test_headcount_that_cannot_be_is_asked_about_and_nothing_typed_is_lost(
    team_client: Client, action: Action, heads: str, sentence: str
) -> None:
    for _number in range(3):
        make_sign_up(action, came=True)
    answer = team_client.post(url("close_action", action), SAID | {"headcount": heads})
    form = answer.context["form"]
    assert form.errors["headcount"][0].startswith(sentence)
    assert (form["debrief"].value(), form["headcount"].value()) == ("Loud and friendly.", heads)
    assert Action.objects.get().state == Action.State.ANNOUNCED


def test_empty_headcount_lets_the_ticks_count(team_client: Client, action: Action) -> None:
    make_sign_up(action, came=True)
    team_client.post(url("close_action", action), SAID | {"headcount": ""})
    assert Action.objects.with_turnout().get().came == 1
    assert LogEntry.objects.get().data["came"] == 1


@pytest.mark.parametrize("field", ["debrief", "their_answer", "police"])
def test_too_long_or_unknown_is_refused_beside_its_field(
    team_client: Client, action: Action, field: str
) -> None:
    answer = team_client.post(url("close_action", action), SAID | {field: "x" * 4001})
    assert list(answer.context["form"].errors) == [field]


def test_what_was_written_can_be_added_to_and_the_log_keeps_both(
    team_client: Client, action: Action, case: Case
) -> None:
    team_client.post(url("close_action", action), SAID)
    form = team_client.get(url("close_action", action)).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    assert (typed["debrief"], typed["headcount"]) == ("Loud and friendly.", 16)
    changed = typed | {"police": "arrest", f"moved_{case.pk}": "They called."}
    assert team_client.post(url("close_action", action), changed).status_code == 302
    assert Action.objects.get().police == "arrest"
    assert Effect.objects.get().text == "They called."
    assert list(LogEntry.objects.values_list("event", flat=True)) == [
        Event.ACTION_CHANGED,
        Event.ACTION_HELD,
    ]


def test_sent_twice_it_is_written_once(team_client: Client, action: Action, case: Case) -> None:
    said = SAID | {f"moved_{case.pk}": "They called."}
    for _time in range(2):
        assert team_client.post(url("close_action", action), said).status_code == 302
    assert LogEntry.objects.count() == 1


def test_two_at_once_see_each_part_of_the_other(
    team_client: Client, action: Action, case: Case
) -> None:
    moved = f"moved_{case.pk}"
    team_client.post(url("close_action", action), SAID | {moved: "They called."})
    mine = {"debrief": "Loud and friendly.", "police": "spoke", "headcount": "16", moved: "A no."}
    answer = team_client.post(url("close_action", action), mine)
    assert answer.status_code == 409
    errors = answer.context["form"].errors
    assert errors["police"] == ["They wrote: They watched"]
    assert errors[moved] == ["They wrote: They called."]
    assert "debrief" not in errors
    again = mine | {"seen_version": answer.context["form"]["seen_version"].value()}
    assert team_client.post(url("close_action", action), again).status_code == 302
    assert Action.objects.get().police == "spoke"


def test_lead_of_no_team_writes_it_and_says_nothing_for_a_case(
    client: Client, action: Action, case: Case
) -> None:
    lead = make_member("Lea")
    action.leads.add(lead)
    client.force_login(lead)
    form = client.get(url("close_action", action)).context["form"]
    assert [name for name in form.fields if name.startswith("moved")] == []
    client.post(url("close_action", action), SAID | {f"moved_{case.pk}": "Not mine to say."})
    assert Action.objects.get().debrief == "Loud and friendly."
    assert not Effect.objects.exists()


def test_team_of_one_case_does_not_read_what_moved_in_another(
    team_client: Client, action: Action, case: Case
) -> None:
    other = make_case(state=CaseState.ESCALATING, team=[make_user()])
    action.cases.add(other)
    moved = {other.pk: "Their sister was called."}
    actions.close(action, by=make_user(), debrief="Fine.", now=NOW, moved=moved)
    assert "Their sister" not in text_of(team_client, url("action", action))
    notes = dict(LogEntry.objects.values_list("case_id", "note"))
    assert notes[other.pk] == "Fine.\nWhat it moved: Their sister was called."
    assert notes[case.pk] == "Fine."


# Police


@pytest.mark.parametrize(
    ("police", "sentence"),
    [("arrest", "Somebody was arrested."), ("leave", "The police told you to leave.")],
)
def test_what_the_police_did_is_asked_for_as_an_incident_until_it_is_noted(
    team_client: Client, action: Action, case: Case, police: str, sentence: str
) -> None:
    team_client.post(url("close_action", action), SAID | {"police": police})
    add = reverse("add_incident", args=[case.reference]) + "?kind=police"
    page = text_of(team_client, url("action", action))
    assert sentence in page
    assert add in page
    assert team_client.get(add).context["form"]["kind"].value() == "police"
    make_incident(case, "police", happened_at=NOW)
    assert sentence not in text_of(team_client, url("action", action))


@pytest.mark.parametrize("police", ["", "none", "watched", "spoke"])
def test_police_that_did_nothing_is_no_incident(
    team_client: Client, action: Action, police: str
) -> None:
    team_client.post(url("close_action", action), SAID | {"police": police})
    assert "?kind=police" not in text_of(team_client, url("action", action))


def test_lead_of_no_team_is_not_sent_to_a_case_they_cannot_open(
    client: Client, action: Action
) -> None:
    action.leads.add(lead := make_member("Lea"))
    client.force_login(lead)
    client.post(url("close_action", action), SAID | {"police": "arrest"})
    page = text_of(client, url("action", action))
    assert "?kind=police" not in page
    assert "Tell the team of the case" in page


# What is kept


def test_words_go_with_the_case_and_the_counts_stay(
    team_client: Client, action: Action, case: Case
) -> None:
    said = SAID | {f"moved_{case.pk}": "He offered to pay half."}
    team_client.post(url("close_action", action), said)
    Case.objects.filter(pk=case.pk).update(closed_at=NOW - 365 * DAY)
    Case._base_manager.filter(pk=case.pk).update(**{"state": CaseState.WON})
    assert forget(case, now=NOW)
    kept = Action.objects.with_turnout().get()
    assert (kept.debrief, kept.their_answer, kept.next_time) == ("", "", "")
    assert (kept.headcount, kept.came, kept.police) == (16, 16, "watched")
    assert Effect.objects.get().text == ""
    entry = LogEntry.objects.get(event=Event.ACTION_HELD)
    assert (entry.note, entry.data) == ("", {"what": "…", "came": 16})


def test_page_costs_the_same_with_one_and_three_cases(
    team_client: Client,
    action: Action,
    ana: Any,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    counts = []
    for _number in range(2):
        now = {"by": ana, "debrief": "Fine.", "now": NOW, "police": "arrest"}
        moved = {case.pk: "It moved." for case in action.cases.all()}
        version = Action.objects.get().version
        actions.close(action, moved=moved, seen_version=version, **now)
        with django_assert_max_num_queries(16) as queries:
            team_client.get(url("action", action))
        counts.append(len(queries))
        for _more in range(2):
            action.cases.add(make_case(state=CaseState.ESCALATING, team=[ana]))
    assert counts[0] == counts[1]
