"""The pages of the phone tree: the list of a caller, the page of a lead, who stands on the tree."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Group, User
from escalation import calling, todo
from escalation.models import Action, Call, Caller, OptOut, SignUp, TreeEntry
from tests.factories import (
    make_action,
    make_case,
    make_group,
    make_member,
    make_tree_entry,
    make_user,
)

ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOW = dt.datetime(2026, 11, 16, 18, 0, tzinfo=ZONE)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _network(db: None) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False), timezone.override(ZONE):
        make_group()
        yield


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


@pytest.fixture
def jose() -> User:
    return make_member("José")


@pytest.fixture
def action(ana: User, jose: User) -> Action:
    """A picket for which José calls Rosa, who reads Spanish, and then Tia."""
    picket = make_action(leads=[ana], cases=[make_case(title="Rosa v. Golden Fork", team=[ana])])
    make_tree_entry("Rosa", "206 555 0134", language_read="es", good_times="After six")
    make_tree_entry("Tia", "206 555 0177", may_text=False, logistics="A ride")
    calling.split(picket, by=ana, callers=[jose], now=NOW)
    return picket


def page(action: Action, user: User, name: str = "my_calls", query: str = "") -> str:
    answer = client_of(user).get(reverse(name, args=[action.public_id]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def tap(action: Action, user: User, name: str, outcome: str, **values: Any) -> Any:
    call = Call.objects.get(person__name=name)
    address = reverse("note_call", args=[action.public_id, call.pk])
    data = {"outcome": outcome, "tries": call.tries} | values
    return client_of(user).post(address, data, follow=True)


def test_caller_sees_one_person_with_links_to_call_and_text(action: Action, jose: User) -> None:
    shown = page(action, jose)
    assert "<h1>Rosa</h1>" in shown
    assert 'href="tel:+12065550134"' in shown
    assert "Good times: After six." in shown
    text = unquote(shown.split('href="sms:+12065550134?&amp;body=')[1].split('"')[0])
    for part in ("José", "Picket at the Golden Fork", "Pioneer Square", "18:00"):
        assert part in text
    assert text.endswith("STOP.")
    assert f"http://testserver/a/{action.public_id}/" in text
    assert f">{text}</textarea>" in shown.replace("&#x27;", "'")
    assert "jueves 19 de noviembre" in text  # Rosa reads Spanish
    assert "Rosa v." not in shown
    assert "W-" not in shown


def test_who_wants_no_text_has_no_link_for_one(action: Action, jose: User) -> None:
    number = Call.objects.get(person__name="Tia").pk
    shown = page(action, jose, query=f"?call={number}")
    assert "<h1>Tia</h1>" in shown
    assert "sms:" not in shown
    assert "Send no text message." in shown
    assert "A ride" in shown


def test_tap_signs_up_and_shows_the_next_person(action: Action, jose: User) -> None:
    shown = tap(action, jose, "Rosa", "yes").content.decode()
    assert "Rosa: Yes." in shown
    assert "<h1>Tia</h1>" in shown
    assert SignUp.objects.get().name == "Rosa"


def test_last_tap_says_that_the_list_is_done_and_undo_brings_them_back(
    action: Action, jose: User
) -> None:
    tap(action, jose, "Rosa", "no")
    assert "Your list is done" in tap(action, jose, "Tia", "maybe").content.decode()
    assert "<h1>Tia</h1>" in tap(action, jose, "Tia", "undo").content.decode()
    assert list(SignUp.objects.values_list("name", flat=True)) == ["Rosa"]


def test_unknown_tap_changes_nothing_and_keeps_the_person(action: Action, jose: User) -> None:
    answer = tap(action, jose, "Tia", "perhaps")
    assert answer.status_code == 400
    assert "<h1>Tia</h1>" in answer.content.decode()
    assert not Call.objects.exclude(outcome="").exists()


def test_nobody_else_sees_the_list(action: Action, ana: User) -> None:
    for user in (ana, make_member()):
        address = reverse("my_calls", args=[action.public_id])
        assert client_of(user).get(address).status_code == 404


def test_second_caller_sees_only_their_own_names(action: Action, ana: User, jose: User) -> None:
    wren = make_member("Wren")
    calling.split(action, by=ana, callers=[wren], now=NOW)
    theirs, mine = page(action, wren), page(action, jose)
    assert ("Tia" in theirs, "Rosa" in theirs) == (True, False)
    assert ("Tia" in mine, "Rosa" in mine) == (False, True)
    answer = tap(action, wren, "Rosa", "yes")
    assert answer.status_code == 409
    assert "Rosa" not in answer.content.decode()
    assert not SignUp.objects.exists()


@pytest.mark.parametrize("over", ["handed back", "cancelled", "ended"])
def test_list_closes_when_it_is_handed_back_or_the_action_is_over(
    action: Action, jose: User, over: str
) -> None:
    if over == "handed back":
        address = reverse("hand_calls_back", args=[action.public_id])
        client_of(jose).post(address)
    else:
        Action.objects.update(state="cancelled" if over == "cancelled" else "held")
    shown = page(action, jose)
    assert "This list is closed" in shown
    assert "Rosa" not in shown
    assert tap(action, jose, "Rosa", "yes").status_code == 409
    assert not SignUp.objects.exists()


@pytest.mark.parametrize(
    ("hour", "opens"), [(8, "Mon 16 Nov, 09:00"), (21, "Tue 17 Nov, 09:00"), (9, ""), (20, "")]
)
def test_calls_rest_at_night_by_the_clock_of_the_network(
    action: Action, jose: User, hour: int, opens: str
) -> None:
    with time_machine.travel(NOW.replace(hour=hour), tick=False):
        shown = page(action, jose)
    assert ("They asked me to call now" in shown) == bool(opens)
    assert opens in shown


def test_group_sets_its_own_hours_for_calls(action: Action, jose: User, ana: User) -> None:
    Group.objects.update(calls_from=dt.time(11), calls_until=dt.time(17))
    assert "Go on from Tue 17 Nov, 11:00" in page(action, jose)
    settings = client_of(ana).get(reverse("settings")).content.decode()
    assert 'value="11:00"' in settings


def test_hours_that_end_before_they_begin_are_refused(ana: User) -> None:
    client = client_of(ana)
    form = client.get(reverse("settings")).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    data |= {"calls_from": "20:00", "calls_until": "09:00"}
    answer = client.post(reverse("settings"), data)
    assert "This has to be later than the first hour." in answer.content.decode()


# The lead


def test_lead_shares_out_and_sees_who_has_most_left(action: Action, ana: User) -> None:
    for _n in range(8):
        make_tree_entry()
    wren = make_member("Wren")
    address = reverse("call_round", args=[action.public_id])
    client_of(ana).post(address, {"callers": [wren.pk]})
    tap(action, User.objects.get(name="José"), "Rosa", "yes")
    shown = page(action, ana, "call_round")
    assert "9 people to reach." in shown
    assert shown.index(">Wren</th>") < shown.index(">José</th>")
    assert "%" not in shown.split("<main")[1].split("</main>")[0]


def test_lead_lets_a_caller_stop(action: Action, ana: User) -> None:
    caller = Caller.objects.get()
    address = reverse("release_caller", args=[action.public_id, caller.pk])
    shown = client_of(ana).post(address, follow=True).content.decode()
    assert "2 people have no caller." in shown
    assert "1 more caller is needed." in shown


def test_lead_cannot_share_out_for_a_cancelled_action(action: Action, ana: User) -> None:
    Action.objects.update(state="cancelled")
    address = reverse("call_round", args=[action.public_id])
    answer = client_of(ana).post(address, {"callers": [make_member().pk]})
    assert answer.status_code == 409
    assert Caller.objects.count() == 1


def test_today_says_how_many_people_to_call_and_what_has_no_caller(
    action: Action, ana: User, jose: User
) -> None:
    texts = [item.text for item in todo.items_for(jose, now=NOW)]
    assert "You have 2 people to call for Thursday 19 November, 18:00." in texts
    calling.hand_back(Caller.objects.get(), now=NOW)
    texts = [item.text for item in todo.items_for(ana, now=NOW)]
    assert "2 people on the phone tree have no caller." in texts
    assert "call for" not in " ".join(item.text for item in todo.items_for(jose, now=NOW))


# The tree


SAID = {"name": "Noor", "phone": "206 555 0166", "language_read": "en", "agreed": "on"}


def test_organizer_puts_somebody_on_the_tree_who_agreed(ana: User) -> None:
    client, address = client_of(ana), reverse("add_to_phone_list")
    refused = client.post(address, SAID | {"agreed": ""}).content.decode()
    assert "Ask them first." in refused
    assert 'value="206 555 0166"' in refused
    shown = client.post(address, SAID | {"not_kinds": ["visit"]}, follow=True).content.decode()
    assert "Noor" in shown
    assert "0166" not in shown  # the list shows no phone
    assert TreeEntry.objects.get().not_kinds == ["visit"]


def test_same_phone_again_is_refused_and_what_was_typed_stays(ana: User) -> None:
    make_tree_entry("Noor", "206 555 0166")
    answer = client_of(ana).post(reverse("add_to_phone_list"), SAID | {"area": "Ballard"})
    shown = answer.content.decode()
    assert "This phone is on the list already." in shown
    assert 'value="Ballard"' in shown


def test_entry_is_changed_and_taken_off(ana: User) -> None:
    entry, client = make_tree_entry("Noor", "206 555 0166", area="Ballard"), client_of(ana)
    address = reverse("edit_on_phone_list", args=[entry.pk])
    assert 'value="Ballard"' in client.get(address).content.decode()
    client.post(address, SAID | {"area": "Fremont", "seen_version": 1})
    assert TreeEntry.objects.get().area == "Fremont"
    client.post(reverse("take_off_phone_list", args=[entry.pk]))
    assert not TreeEntry.objects.exists()


def test_member_puts_themselves_on_the_tree_stops_and_starts_again(jose: User) -> None:
    client, address = client_of(jose), reverse("my_phone_tree")
    client.post(address, {"phone": "206 555 0166", "language_read": "es", "may_text": "on"})
    entry = TreeEntry.objects.get()
    assert (entry.person.user, entry.person.language_read) == (jose, "es")
    refused = client.post(address, {"phone": "x", "language_read": "es"}).content.decode()
    assert "This is no phone number we can call." in refused
    client.post(reverse("stop_calls"))
    wish = OptOut.objects.get()
    assert (wish.by, wish.ended_at) == (jose, None)
    assert "You may ask me again" in client.get(address).content.decode()
    assert ["Calls before an action", "You want none"] in kept(client)
    client.post(reverse("start_calls"))
    wish.refresh_from_db()
    assert (wish.ended_by, wish.ended_at, wish.ended_why) == (jose, NOW, "They said so.")


def kept(client: Client) -> list[list[str]]:
    rows = client.get(reverse("kept_json")).json()["account"]
    return [list(row.values()) for row in rows]


# How much a tap costs


def queries(action: Action, jose: User, *, more: int) -> tuple[int, int]:
    """Return what the page and a tap cost, with so many more people on the list."""
    for _n in range(more):
        make_tree_entry()
    calling.split(action, by=action.leads.get(), callers=[], now=NOW)
    client = client_of(jose)
    with CaptureQueriesContext(connection) as on_page:
        client.get(reverse("my_calls", args=[action.public_id]))
    address = reverse("note_call", args=[action.public_id, Call.objects.of(jose).to_do(NOW)[0].pk])
    with CaptureQueriesContext(connection) as on_tap:
        assert client.post(address, {"outcome": "yes", "tries": 0}).status_code == 302
    return len(on_page), len(on_tap)


def test_page_and_tap_cost_the_same_however_long_the_list(action: Action, jose: User) -> None:
    few = queries(action, jose, more=1)
    assert queries(action, jose, more=16) == few
    assert few[0] <= 12
    assert few[1] <= 30


def test_page_of_the_lead_costs_the_same_however_many_call(action: Action, ana: User) -> None:
    def cost() -> int:
        client = client_of(ana)
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("call_round", args=[action.public_id]))
        return len(asked)

    few = cost()
    for _n in range(60):
        make_tree_entry()
    calling.split(action, by=ana, callers=[make_member() for _n in range(5)], now=NOW)
    assert cost() == few


def test_evening_of_twenty_callers_reaches_everybody_once(ana: User) -> None:
    """Twenty callers, a list for each, and a tap for every name on it."""
    picket = make_action(leads=[ana])
    for _n in range(200):
        make_tree_entry()
    callers = [make_member() for _n in range(20)]
    calling.split(picket, by=ana, callers=callers, now=NOW)
    for user in callers:
        client = client_of(user)
        calls = list(Call.objects.of(user).to_do(NOW))
        assert len(calls) == 10
        for number, call in enumerate(calls):
            outcome = ("yes", "maybe", "no", "not_this")[number % 4]
            address = reverse("note_call", args=[picket.public_id, call.pk])
            assert client.post(address, {"outcome": outcome, "tries": 0}).status_code == 302
    said = SignUp.objects.filter(action=picket)
    assert [said.filter(answer=answer).count() for answer in ("yes", "maybe", "no")] == [60, 60, 40]
    assert not Call.objects.to_do(NOW).exists()
