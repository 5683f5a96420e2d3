"""The roster by its link: what it opens, how long, and what a phone sends once it has signal."""

import datetime as dt
import json
import uuid
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaigns.models import CaseState
from escalation import actions, forgetting, roster, roster_links
from escalation.models import Action, RosterLink, SignUp
from tests.factories import make_action, make_case, make_group, make_member, make_sign_up, make_user

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 20, 18, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _now() -> Any:
    make_group()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def lead() -> Any:
    return make_member("Lea")


@pytest.fixture
def action(lead: Any) -> Action:
    return make_action(leads=[lead], starts_at=NOW)


@pytest.fixture
def token(action: Action, lead: Any) -> str:
    return roster_links.make(action, by=lead)


def url(token: str, name: str = "roster_by_link") -> str:
    return reverse(name, args=[token])


def status(client: Client, token: str) -> int:
    return client.get(url(token)).status_code


def item(row: SignUp, value: str = "1", *, ago: int = 0, **values: Any) -> dict[str, Any]:
    tick = {"id": uuid.uuid4().hex, "row": row.pk, "value": value, "seen": row.seen_as, "ago": ago}
    return tick | values


def send(client: Client, token: str, *items: Any, **values: Any) -> Any:
    data = json.dumps({"items": items} | values)
    return client.post(url(token, "send_ticks"), data, content_type="text/plain")


# What it opens


def test_lead_makes_a_link_and_sees_it_once(client: Client, action: Action, lead: Any) -> None:
    client.force_login(lead)
    page = client.post(reverse("roster_link", args=[action.public_id]))
    address = page.context["url"]
    token = address.rstrip("/").rpartition("/")[2]
    assert address in page.content.decode()
    assert page.context["qr"].startswith("data:image/svg+xml")
    assert len(token) >= 22  # 128 bits
    assert token not in str(RosterLink.objects.values())
    assert (
        address not in client.get(reverse("roster_link", args=[action.public_id])).content.decode()
    )
    assert status(Client(), token) == 200


def test_link_is_made_by_those_who_run_it_and_only_by_post(client: Client, action: Action) -> None:
    client.force_login(make_member())
    assert client.post(reverse("roster_link", args=[action.public_id])).status_code == 404
    client.force_login(action.leads.get())
    client.get(reverse("roster_link", args=[action.public_id]))
    assert not RosterLink.objects.exists()


def test_link_shows_names_of_one_action_and_no_case_no_contact_no_debrief(
    client: Client, action: Action, token: str
) -> None:
    case = make_case(state=CaseState.ESCALATING, title="Rosa's wages")
    action.cases.add(case)
    Action.objects.filter(pk=action.pk).update(debrief="It rained.")
    make_sign_up(action, "Siobhán", phone="206 555 0134", email="s@x.example", needs="A ride")
    make_sign_up(make_action(starts_at=NOW), "Stranger")
    text = client.get(url(token)).content.decode()
    assert "Siobhán" in text
    assert "Picket at the Golden Fork · Fri 20 Nov, 10:00" in text
    private = ("555", "s@x.example", "A ride", "It rained", case.reference, "Rosa", "Stranger")
    hidden = (*private, action.meeting_point, action.area, action.what, str(action.public_id))
    assert [word for word in hidden if word in text] == []


def test_link_offers_no_name_of_the_network(client: Client, action: Action, token: str) -> None:
    make_member("Nils from the network")
    text = client.get(url(token), {"q": "Nils"}).content.decode()
    assert "Nils from the network" not in text
    assert "Nobody of that name is on the list. Add them as a walk-in?" in text
    assert 'value="Nils"' in text


def test_page_is_kept_by_no_cache_and_found_by_no_search(
    client: Client, action: Action, token: str
) -> None:
    for name in ("roster_by_link", "roster_worker"):
        answer = client.get(url(token, name))
        assert answer["Cache-Control"] == "no-store, private"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["X-Robots-Tag"].startswith("noindex")
        assert "script-src 'self';" in answer["Content-Security-Policy"] + ";"


def test_page_shows_nothing_of_whoever_is_logged_in_on_the_phone(
    client: Client, action: Action, token: str
) -> None:
    client.force_login(make_user("Ana Logged In"))
    assert "Ana Logged In" not in client.get(url(token)).content.decode()


def test_worker_lies_below_its_page_so_it_reaches_no_other(client: Client, token: str) -> None:
    answer = client.get(url(token, "roster_worker"))
    assert url(token, "roster_worker").startswith(url(token))
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert "Service-Worker-Allowed" not in answer


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"state": Action.State.CANCELLED}, "This action is cancelled."),
        ({"starts_at": NOW + dt.timedelta(hours=13)}, "You can tick names from 12 hours before"),
    ],
)
def test_link_shows_no_name_while_nobody_can_be_ticked(
    client: Client, action: Action, token: str, values: dict[str, Any], sentence: str
) -> None:
    make_sign_up(action, "Siobhán")
    late = {"ends_at": NOW + dt.timedelta(hours=15)}
    Action.objects.filter(pk=action.pk).update(**(late | values))
    text = client.get(url(token)).content.decode()
    assert sentence in text
    assert "Siobhán" not in text
    assert send(client, token).json()["new"] == []


# How long


def test_link_ends_two_days_after_the_action(client: Client, action: Action, token: str) -> None:
    ends = action.ends_at + dt.timedelta(days=2)
    with time_machine.travel(ends, tick=False):
        assert status(client, token) == 200
    with time_machine.travel(ends + MINUTE, tick=False):
        assert status(client, token) == 404
        assert send(client, token).status_code == 404


@pytest.mark.parametrize("change", ["one more", "another", "none"])
def test_link_ends_when_the_leads_change(
    client: Client, action: Action, token: str, lead: Any, change: str
) -> None:
    leads = {"one more": [lead, make_user()], "another": [make_user()], "none": []}[change]
    action.leads.set([lead])
    assert status(client, token) == 200
    action.leads.set(leads)
    assert status(client, token) == 404


def test_link_ends_with_the_account_of_who_made_it(client: Client, token: str, lead: Any) -> None:
    lead.is_active = False
    lead.save()
    assert status(client, token) == 404


def test_lead_ends_every_link_of_one_action(client: Client, action: Action, lead: Any) -> None:
    other = make_action(leads=[lead], starts_at=NOW)
    tokens = [roster_links.make(action, by=lead) for _phone in range(2)]
    kept = roster_links.make(other, by=lead)
    client.force_login(lead)
    client.post(reverse("end_roster_links", args=[action.public_id]))
    assert [status(Client(), token) for token in (*tokens, kept)] == [404, 404, 200]


def test_link_that_is_over_and_one_that_never_was_give_the_same_page(
    client: Client, action: Action, token: str
) -> None:
    roster_links.end(action, now=NOW)
    over, never = client.get(url(token)), client.get(url("never"))
    assert over.content == never.content
    assert "This link is over" in over.content.decode()
    assert "roster.js" in over.content.decode()  # deletes what the phone kept


def test_links_and_who_ticked_go_with_the_names_after_a_year(
    client: Client, action: Action, token: str, lead: Any
) -> None:
    row = make_sign_up(action)
    tap = roster.Tick(key=uuid.uuid4(), row=row.pk, wanted="left", seen="", at=NOW)
    roster.tick(action, tap, by=lead, now=NOW)
    forgetting.forget_rosters(NOW + dt.timedelta(days=370))
    row.refresh_from_db()
    assert (row.name, row.came_marked_by, row.ticked_at) == ("", None, None)
    assert (row.came, row.how) == (True, "left")  # the count stays
    assert not RosterLink.objects.exists()


# Ticks without a script


def test_tick_by_link_is_noted_as_by_link(client: Client, action: Action, token: str) -> None:
    row = make_sign_up(action)
    answer = client.post(url(token, "mark_came_by_link"), {"tick": f"{row.pk}:1"})
    assert answer.url == f"{url(token)}#row{row.pk}"
    row.refresh_from_db()
    assert (row.came, row.came_marked_by, row.ticked_by_link) == (True, None, True)
    client.force_login(action.leads.get())
    page = client.get(reverse("roster", args=[action.public_id]), {"more": row.pk})
    assert "Ticked by link, Fri 20 Nov, 10:00." in page.content.decode()


def test_link_ticks_nobody_of_another_action(client: Client, token: str) -> None:
    foreign = make_sign_up(make_action(starts_at=NOW))
    answer = client.post(url(token, "mark_came_by_link"), {"tick": f"{foreign.pk}:1"})
    assert answer.status_code == 409
    said = send(client, token, item(foreign)).json()["said"]
    assert list(said.values()) == ["This name is not on the list any more. Add them as a walk-in."]
    foreign.refresh_from_db()
    assert foreign.came is None


def test_tick_by_link_needs_no_cookie_but_the_secret(action: Action, token: str) -> None:
    row, strict = make_sign_up(action), Client(enforce_csrf_checks=True)
    assert send(strict, token, item(row)).status_code == 200
    assert send(strict, "guessed", item(row)).status_code == 404


def test_walk_in_by_link_is_stored_with_its_mark(
    client: Client, action: Action, token: str
) -> None:
    """Row 125."""
    data = {"name": "Hương", "form_key": str(uuid.uuid4())}
    for _twice in range(2):
        client.post(url(token, "add_walk_in_by_link"), data)
    row = SignUp.objects.get()
    assert (row.is_walk_in, row.came, row.ticked_by_link) == (True, True, True)


def test_walk_in_without_a_name_is_told_so(client: Client, token: str) -> None:
    data = {"name": "", "form_key": str(uuid.uuid4())}
    answer = client.post(url(token, "add_walk_in_by_link"), data)
    assert answer.context["walk_in_form"].errors
    assert not SignUp.objects.exists()


# What a phone sends


def test_ticks_are_taken_each_once_however_often_they_are_sent(
    client: Client, action: Action, token: str
) -> None:
    """Row 124: the answer was lost, so the phone sends again; meanwhile somebody took one back."""
    rows = [make_sign_up(action, f"Person {n}") for n in range(10)]
    items = [item(row) for row in rows]
    assert set(send(client, token, *items).json()["said"].values()) == {""}
    first = rows[0]
    first.refresh_from_db()
    send(client, token, item(first, "0"))
    again = send(client, token, *items).json()
    assert (
        again["said"][items[0]["id"]] == "Person 0: somebody else tapped. It stays at: not ticked."
    )
    assert [again["said"][other["id"]] for other in items[1:]] == [""] * 9
    assert action.sign_ups.filter(came=True).count() == 9


def test_taps_on_one_name_count_in_the_order_they_were_made(
    client: Client, action: Action, token: str
) -> None:
    row = make_sign_up(action)
    came = item(row, ago=3000)
    left = item(row, "left", ago=2000, seen=came["id"][:8])
    said = send(client, token, left, came).json()
    assert set(said["said"].values()) == {""}
    assert said["rows"] == {str(row.pk): ["left", left["id"][:8]]}
    row.refresh_from_db()
    assert row.ticked_at == NOW - dt.timedelta(seconds=2)


def test_old_tick_of_a_phone_without_signal_does_not_overwrite_a_newer_one(
    client: Client, action: Action, token: str, lead: Any
) -> None:
    row = make_sign_up(action)
    newer = roster.Tick(key=uuid.uuid4(), row=row.pk, wanted="left", seen="", at=NOW)
    roster.tick(action, newer, by=lead, now=NOW)
    said = send(client, token, item(row, ago=60_000)).json()
    assert list(said["said"].values()) == [
        "Rosa: somebody tapped later than you. It stays at: left early."
    ]
    row.refresh_from_db()
    assert (row.how, row.came_marked_by) == ("left", lead)


def test_own_mistake_taken_back_leaves_the_tick_of_another_lead(
    client: Client, action: Action, token: str, lead: Any
) -> None:
    row = make_sign_up(action)
    theirs = roster.Tick(key=uuid.uuid4(), row=row.pk, wanted="1", seen="", at=NOW - MINUTE)
    roster.tick(action, theirs, by=lead, now=NOW)
    mistake = item(row, ago=2000, seen="")
    back = item(row, "0", ago=1000, seen=mistake["id"][:8])
    said = send(client, token, mistake, back).json()["said"]
    assert said == {
        mistake["id"]: "",
        back["id"]: "Rosa: somebody else tapped. It stays at: came.",
    }
    row.refresh_from_db()
    assert (row.came, row.came_marked_by) == (True, lead)


def test_phone_whose_clock_runs_ahead_ticks_now(client: Client, action: Action, token: str) -> None:
    row = make_sign_up(action)
    send(client, token, item(row, ago=-3_600_000))
    row.refresh_from_db()
    assert row.ticked_at == NOW


def test_walk_in_of_a_phone_is_added_once_and_shown_to_the_others(
    client: Client, action: Action, token: str
) -> None:
    walk_in = {"id": uuid.uuid4().hex, "name": "Wren", "ago": 5000}
    first = send(client, token, walk_in).json()
    send(client, token, walk_in)
    row = SignUp.objects.get()
    assert (row.name, row.is_walk_in, row.came) == ("Wren", True, True)
    assert row.ticked_at == NOW - dt.timedelta(seconds=5)
    assert first["new"] == [{"row": row.pk, "name": "Wren", "tags": ["walk-in"]}]
    assert send(client, token, after=row.pk).json()["new"] == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'{"items": {}}',
        b'{"items": [1]}',
        b'{"items": [{}]}',
        b'{"after": "x"}',
        b'{"after": 1e400}',
        b"[" * 5000,
        json.dumps({"items": [{}] * 101}).encode(),
    ],
)
def test_what_no_phone_of_ours_sends_is_refused(client: Client, token: str, body: bytes) -> None:
    answer = client.post(url(token, "send_ticks"), body, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "broken",
    [
        {"row": "x"},
        {"row": 10**30},
        {"value": "absent"},
        {"seen": "zz"},
        {"ago": None},
        {"name": ""},
        {"name": "x" * 81},
        {"name": "a\0b"},
    ],
)
def test_item_that_cannot_be_read_gets_its_sentence_and_the_others_count(
    client: Client, action: Action, token: str, broken: dict[str, Any]
) -> None:
    row = make_sign_up(action)
    bad, good = item(row) | broken, item(row)
    said = send(client, token, bad, good).json()["said"]
    assert said == {bad["id"]: "We could not read this. Note it again.", good["id"]: ""}
    row.refresh_from_db()
    assert row.came is True


def test_ticks_that_come_after_the_action_was_called_off_say_why(
    client: Client, action: Action, token: str, lead: Any
) -> None:
    row = make_sign_up(action)
    actions.cancel(action, by=lead, reason="Rain.")
    tick, walk_in = item(row), {"id": uuid.uuid4().hex, "name": "Wren", "ago": 0}
    said = send(client, token, tick, walk_in).json()["said"]
    assert set(said.values()) == {"This action is cancelled."}
    assert action.sign_ups.filter(came=True).count() == 0


# Weight


def test_roster_of_eighty_by_link_is_light(
    client: Client,
    action: Action,
    token: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    """Under 10 queries and 40 kB before any compression; forty ticks cost the same as one."""
    role = action.roles.create(kind="leaflets", capacity=40, taken=40)
    rows = [
        make_sign_up(action, f"Hương Nguyễn {n}", role=role if n % 2 else None) for n in range(80)
    ]
    with django_assert_max_num_queries(9):
        answer = send(client, token, *[item(row) for row in rows[:40]], after=rows[-1].pk)
    assert len(answer.content) < 8_000
    with django_assert_max_num_queries(9):
        assert len(client.get(url(token)).content) < 40_000


def test_forty_sign_ins_in_five_minutes_are_all_there(
    client: Client, action: Action, token: str
) -> None:
    """Two phones with poor signal: everything is sent twice, in parts, out of order."""
    rows = [make_sign_up(action, f"Person {n}") for n in range(30)]
    walk_ins = [{"id": uuid.uuid4().hex, "name": f"New {n}", "ago": n * 7000} for n in range(10)]
    items = [item(row, ago=row.pk % 30 * 10_000) for row in rows] + walk_ins
    for part in (items[20:], items[:20], items[5:25], items[20:]):
        send(client, token, *part)
    assert action.sign_ups.filter(came=True).count() == 40
    assert timezone.now() == NOW
