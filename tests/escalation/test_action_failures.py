"""What went wrong elsewhere with the hours and days of actions: each tried through the pages."""

import datetime as dt
import re
import zoneinfo
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from campaigns.models import CaseState
from escalation.models import Action
from tests.browser import Browser
from tests.factories import make_action, make_case, make_group, make_sign_up, make_user, say_yes
from tests.papers import words_of

pytestmark = pytest.mark.django_db

SEATTLE, SYDNEY = zoneinfo.ZoneInfo("America/Los_Angeles"), zoneinfo.ZoneInfo("Australia/Sydney")
MINUTE = dt.timedelta(minutes=1)
# 18:00 in Seattle on a Tuesday is Wednesday in UTC; 08:00 in Sydney on a Wednesday is Tuesday.
EVENING = dt.datetime(2026, 12, 1, 18, 0, tzinfo=SEATTLE)
MORNING = dt.datetime(2026, 12, 2, 8, 0, tzinfo=SYDNEY)


def logged_in(user: Any) -> Browser:
    browser = Browser()
    browser.client.force_login(user)
    return browser


def page(name: str, action: Action) -> str:
    return reverse(name, args=[action.public_id])


# Typed hours (98)


@pytest.mark.parametrize(("zone", "place"), [(SEATTLE, "Seattle"), (SYDNEY, "Sydney")])
def test_six_typed_anywhere_is_six_there_and_the_same_instant(
    zone: zoneinfo.ZoneInfo, place: str
) -> None:
    make_group(time_zone=str(zone), place=place)
    six = dt.datetime(2027, 1, 5, 18, 0, tzinfo=zone)
    with time_machine.travel(dt.datetime(2026, 12, 30, 12, 0, tzinfo=zone), tick=False):
        ana = make_user("Ana")
        case = make_case(state=CaseState.ESCALATING, team=[ana])
        say_yes(case, "picket")
        browser = logged_in(ana)
        times = {"starts_at": "2027-01-05T18:00", "ends_at": "2027-01-05T19:00"}
        words = {"title": "Picket", "area": "Dock", "meeting_point": "Pier", "what": "Signs."}
        kind = {"tactic": "picket", "needed": "9", "risk": "low", "audience": "public"}
        browser.open(reverse("plan_action", args=[case.reference]))
        browser.send(having="title", **times, **words, **kind)
        action = Action.objects.get()
        assert action.starts_at == six
        browser.open(page("edit_action", action)).send(having="title")
        assert Action.objects.get().starts_at == six
        Action.objects.update(state=Action.State.POSTPONED, starts_at=six - MINUTE)
        browser.open(page("set_new_time", action)).send(having="starts_at", **times)
        assert Action.objects.get().starts_at == six
        for shown in ("action", "action_page"):
            assert f"Tuesday 5 January 2027, 18:00 to 19:00 1 hour · {place} time" in (
                browser.open(page(shown, action)).text
            )


# The local day (101)


@pytest.mark.parametrize(
    ("starts", "zone", "day", "utc_day"),
    [
        (EVENING, SEATTLE, "Tue 1 Dec, 18:00", "2 Dec"),
        (MORNING, SYDNEY, "Wed 2 Dec, 08:00", "1 Dec"),
    ],
)
def test_action_stands_under_its_local_day_everywhere(
    starts: dt.datetime, zone: zoneinfo.ZoneInfo, day: str, utc_day: str
) -> None:
    make_group(time_zone=str(zone))
    with time_machine.travel(starts - dt.timedelta(hours=6), tick=False):
        ana = make_user("Ana")
        case = make_case(state=CaseState.ESCALATING, team=[ana])
        action = make_action(cases=[case], leads=[ana], starts_at=starts)
        make_sign_up(action)
        browser = logged_in(ana)
        listed = browser.open(reverse("actions")).text
        assert day in listed
        assert f"{utc_day}," not in listed
        number = day.split()[1]
        for name in ("action", "roster"):
            html = browser.client.get(page(name, action)).content.decode()
            assert re.search(rf"\b{number} Dec", html), name
        for name in ("print_roster", "print_sign_in"):
            paper = words_of(browser.client.get(page(name, action)).content)
            assert re.search(rf"\b{number} Dec", paper), name
        assert f"{number} December, {starts:%H:%M}" in browser.open(reverse("today")).text
        dates = browser.open(reverse("dates")).text
        assert number in dates
        public = Client().get(page("action_page", action)).content.decode()
        assert re.search(rf"\b{number} December", public)
        calendar = Calendar.from_ical(Client().get(page("action_calendar", action)).content)
        begins = next(iter(calendar.walk("VEVENT"))).decoded("DTSTART")
        assert (begins, begins.day) == (starts, int(number))


def test_action_on_the_last_evening_of_a_month_stands_under_that_month() -> None:
    make_group()
    starts = dt.datetime(2026, 11, 30, 18, 0, tzinfo=SEATTLE)  # 1 December in UTC
    with time_machine.travel(starts - dt.timedelta(days=2), tick=False):
        make_action(starts_at=starts)
        text = logged_in(make_user()).open(reverse("actions")).text
    assert "November 2026" in text
    assert "December 2026" not in text


# Before, during, after (102)


@pytest.mark.parametrize(
    ("moment", "word"),
    [
        (EVENING - MINUTE, ""),
        (EVENING, "under way"),
        (EVENING + MINUTE, "under way"),
        (EVENING + dt.timedelta(hours=2) - MINUTE, "under way"),
        (EVENING + dt.timedelta(hours=2) + MINUTE, "over"),
    ],
)
@pytest.mark.parametrize("state", Action.State.on())
def test_action_is_ahead_under_way_or_over_by_the_minute(
    moment: dt.datetime, word: str, state: str
) -> None:
    make_group()
    with time_machine.travel(moment, tick=False):
        action = make_action(starts_at=EVENING, state=state)
        browser = logged_in(make_user())
        expected = word or ("going ahead" if state == Action.State.GO else "")
        for address in (page("action", action), page("action_page", action), reverse("actions")):
            html = browser.open(address).page.content.decode()
            tags = re.findall(r'<span class="tag[^"]*">([^<]+)</span>', html)
            assert tags == ([expected] if expected else []), address
        is_past = "Past" in browser.text
        assert is_past == (word == "over")
        stranger = Client().get(page("action_page", action)).content.decode()
        assert ("This action is over." in stranger) == (word == "over")
