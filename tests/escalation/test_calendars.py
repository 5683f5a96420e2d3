"""Calendar files: what a phone's calendar is told, and what it is not."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from campaigns.models import CaseState, User
from escalation import actions
from escalation.models import Action, CalendarFeed, Meeting
from tests.factories import make_action, make_case, make_group, make_member, make_sign_up, make_user

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 12, 20, 18, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _now() -> Any:
    make_group()
    with time_machine.travel(NOW, tick=False):
        yield


def file_of(action: Action, client: Client | None = None) -> Any:
    return (client or Client()).get(reverse("action_calendar", args=[action.public_id]))


def events(body: bytes) -> list[Any]:
    return list(Calendar.from_ical(body).walk("VEVENT"))


def member_with_feed() -> tuple[User, str]:
    user = make_member("José")
    client = Client()
    client.force_login(user)
    page = client.post(reverse("calendar_feed")).content.decode()
    return user, re.search(r"http://testserver(/calendar/\S+\.ics)", page).group(1)


def test_action_file_holds_what_its_page_tells_and_never_the_meeting_point() -> None:
    action = make_action(
        title="Picket; with drums, and more",
        area="Georgetown",
        meeting_point="Corner of Fifth",
        starts_at=NOW + HOUR,
        ends_at=NOW + 2 * HOUR,
    )
    response = file_of(action)
    (event,) = events(response.content)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert (event["SUMMARY"], event["LOCATION"]) == ("Picket; with drums, and more", "Georgetown")
    assert event["URL"] == f"http://127.0.0.1:8000/a/{action.public_id}/"
    assert b"Fifth" not in response.content
    assert rb"SUMMARY:Picket\; with drums\, and more" in response.content


@pytest.mark.parametrize("month", [1, 7])
def test_hours_are_those_of_the_place_in_winter_and_in_summer(month: int) -> None:
    starts_at = dt.datetime(2027, month, 15, 18, 0, tzinfo=dt.UTC)
    action = make_action(starts_at=starts_at, ends_at=starts_at + HOUR)
    response = file_of(action)
    (event,) = events(response.content)
    assert event.decoded("DTSTART") == starts_at
    local = "10:00" if month == 1 else "11:00"
    assert f"{event.decoded('DTSTART'):%H:%M}" == local
    assert b"BEGIN:VTIMEZONE" in response.content


def test_long_and_foreign_titles_are_folded_by_bytes() -> None:
    title = (
        "Ștefan and Nguyễn Thị Hương call: 工資を払え, and 김민준 comes too, with a very long line"
    )
    body = file_of(make_action(title=title)).content
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    assert events(body)[0]["SUMMARY"] == title


def test_line_break_in_a_title_makes_no_second_event() -> None:
    action = make_action(title="Picket\r\nEND:VEVENT\r\nBEGIN:VEVENT")
    assert len(events(file_of(action).content)) == 1


def test_cancelled_action_stays_the_same_event_with_a_higher_sequence() -> None:
    action, ana = make_action(), make_user("Ana")
    (before,) = events(file_of(action).content)
    actions.cancel(action, by=ana, reason="Storm.")
    (after,) = events(file_of(action).content)
    assert (after["STATUS"], after["UID"]) == ("CANCELLED", before["UID"])
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_file_of_a_draft_or_of_a_members_action_is_not_there_for_strangers() -> None:
    draft = make_action(state=Action.State.DRAFT)
    members = make_action(audience=Action.Audience.MEMBERS)
    assert file_of(draft).status_code == 404
    assert file_of(members).status_code == 404
    client = Client()
    client.force_login(make_member("José"))
    assert file_of(members, client).status_code == 200


def test_feed_shows_own_dates_without_place_or_name() -> None:
    user, address = member_with_feed()
    mine = make_action(title="Picket at Golden Fork", area="Georgetown", starts_at=NOW + HOUR)
    make_sign_up(mine, user=user, answer="yes")
    make_sign_up(make_action(title="Said no"), user=user, answer="no")
    make_action(title="Of others")
    body = Client().get(address).content
    (event,) = events(body)
    assert (event["SUMMARY"], event["UID"]) == ("Action", f"action-{mine.public_id}@127.0.0.1")
    for word in (b"Golden", b"Georgetown", b"LOCATION", b"Jos"):
        assert word not in body


def test_feed_reaches_seven_days_back_and_sixty_ahead() -> None:
    user, address = member_with_feed()
    kept = {}
    for days in (-8, -6, 59, 61):
        starts_at = NOW + dt.timedelta(days=days)
        action = make_action(starts_at=starts_at, ends_at=starts_at + HOUR)
        make_sign_up(action, user=user, answer="maybe")
        kept[days] = f"action-{action.public_id}@127.0.0.1"
    assert {str(event["UID"]) for event in events(Client().get(address).content)} == {
        kept[-6],
        kept[59],
    }


def test_feed_ends_with_a_new_address_and_by_hand_and_with_the_account() -> None:
    user, first = member_with_feed()
    client = Client()
    client.force_login(user)
    page = client.post(reverse("calendar_feed")).content.decode()
    second = re.search(r"http://testserver(/calendar/\S+\.ics)", page).group(1)
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    assert second not in client.get(reverse("calendar_feed")).content.decode()
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert Client().get(second).status_code == 404
    User.objects.filter(pk=user.pk).update(is_active=True)
    client.post(reverse("end_calendar_feed"))
    assert Client().get(second).status_code == 404


def test_feed_that_no_calendar_reads_for_ninety_days_ends() -> None:
    _user, address = member_with_feed()
    with time_machine.travel(NOW + dt.timedelta(days=90), tick=False):
        assert Client().get(address).status_code == 200
    with time_machine.travel(NOW + dt.timedelta(days=180), tick=False):
        assert Client().get(address).status_code == 200
    with time_machine.travel(NOW + dt.timedelta(days=271), tick=False):
        assert Client().get(address).status_code == 404


def test_only_the_hash_of_the_secret_is_kept() -> None:
    user, address = member_with_feed()
    secret = address.split("/")[2]
    kept = CalendarFeed.objects.get(user=user)
    assert secret not in f"{kept.token_hash}"
    assert len(secret) >= 22


def test_team_of_a_case_gets_the_actions_it_leads() -> None:
    ana = make_user("Ana")
    action = make_action(cases=[make_case(state=CaseState.ESCALATING, team=[ana])], leads=[ana])
    client = Client()
    client.force_login(ana)
    page = client.post(reverse("calendar_feed")).content.decode()
    address = re.search(r"http://testserver(/calendar/\S+\.ics)", page).group(1)
    (event,) = events(Client().get(address).content)
    assert str(action.public_id) in event["UID"]


def test_feed_has_the_meetings_of_the_group_in_the_language_of_the_person() -> None:
    user, address = member_with_feed()
    User.objects.filter(pk=user.pk).update(language="es")
    Meeting.objects.create(at=NOW + HOUR, place="Back room of the library")
    (event,) = events(Client().get(address).content)
    assert event["SUMMARY"] == "Reunión"
