"""The same action again, week by week: the same hour by the clock, and nobody on its list."""

import datetime as dt
import uuid
import zoneinfo
from collections.abc import Iterator

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import CaseState, Event, User
from escalation import actions, copies
from escalation.models import Action
from escalation.models.debriefs import Debrief
from tests.factories import make_action, make_case, make_group, make_sign_up, make_user

pytestmark = pytest.mark.django_db

ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOW = dt.datetime(2026, 11, 20, 10, 0, tzinfo=ZONE)
WEEK, HOUR = dt.timedelta(days=7), dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _network() -> Iterator[None]:
    make_group()
    with time_machine.travel(NOW, tick=False), timezone.override(ZONE):
        yield


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


def local(*when: int) -> dt.datetime:
    return dt.datetime(*when, tzinfo=ZONE)


def copied(action: Action, by: User, weeks: int = 1, now: dt.datetime = NOW) -> list[Action]:
    return copies.weekly(action, by=by, weeks=weeks, form_key=uuid.uuid4(), now=now, zone=ZONE)


def clock(moment: dt.datetime) -> str:
    return f"{moment.astimezone(ZONE):%d %b %H:%M %z}"


def url(action: Action) -> str:
    return reverse("copy_action", args=[action.public_id])


# When


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        # The clocks go forward on 14 March 2027: six stays six, and is an hour earlier in UTC.
        (
            local(2027, 3, 9, 18),
            local(2027, 3, 9, 20),
            ["16 Mar 18:00 -0700", "16 Mar 20:00 -0700", "23 Mar 18:00 -0700"],
        ),
        # They go back on 7 November 2027.
        (
            local(2027, 11, 2, 18),
            local(2027, 11, 2, 20),
            ["09 Nov 18:00 -0800", "09 Nov 20:00 -0800", "16 Nov 18:00 -0800"],
        ),
        # Overnight into the change: it still ends at that hour the next day, where there is one.
        (
            local(2027, 3, 6, 22),
            local(2027, 3, 7, 4),
            ["13 Mar 22:00 -0800", "14 Mar 04:00 -0700", "20 Mar 22:00 -0700"],
        ),
        (
            local(2027, 3, 6, 22),
            local(2027, 3, 7, 2),
            ["13 Mar 22:00 -0800", "14 Mar 03:00 -0700", "20 Mar 22:00 -0700"],
        ),
        (
            local(2027, 10, 30, 22),
            local(2027, 10, 31, 2),
            ["06 Nov 22:00 -0700", "07 Nov 02:00 -0800", "13 Nov 22:00 -0800"],
        ),
        # An hour that is skipped is the one after it.
        (
            local(2027, 3, 7, 2, 30),
            local(2027, 3, 7, 5),
            ["14 Mar 03:30 -0700", "14 Mar 05:00 -0700", "21 Mar 02:30 -0700"],
        ),
        # Both hours are skipped, or fall together: it keeps its length.
        (
            local(2027, 3, 7, 2),
            local(2027, 3, 7, 3),
            ["14 Mar 03:00 -0700", "14 Mar 04:00 -0700", "21 Mar 02:00 -0700"],
        ),
        # An hour that comes twice is its first time.
        (
            local(2027, 10, 31, 1, 30),
            local(2027, 10, 31, 4),
            ["07 Nov 01:30 -0700", "07 Nov 04:00 -0800", "14 Nov 01:30 -0800"],
        ),
    ],
)
def test_copy_keeps_the_hour_by_the_clock_when_the_clocks_change(
    ana: User, starts: dt.datetime, ends: dt.datetime, expected: list[str]
) -> None:
    action = make_action(starts_at=starts, ends_at=ends)
    first, second = copied(action, ana, weeks=2)
    stored = Action.objects.get(pk=first.pk)
    assert [clock(m) for m in (stored.starts_at, stored.ends_at, second.starts_at)] == expected


def test_copy_to_next_week_is_seven_days_on_and_overnight_ends_the_next_day(ana: User) -> None:
    action = make_action(starts_at=local(2026, 11, 27, 22), ends_at=local(2026, 11, 28, 2))
    (copy,) = copied(action, ana)
    assert (copy.starts_at, copy.ends_at) == (local(2026, 12, 4, 22), local(2026, 12, 5, 2))
    assert not copy.ends_on_its_day


def test_first_copy_of_a_past_action_is_the_next_such_day_that_is_ahead(ana: User) -> None:
    action = make_action(starts_at=local(2026, 10, 30, 18), ends_at=local(2026, 10, 30, 19))
    assert copied(action, ana)[0].starts_at == local(2026, 11, 20, 18)  # today at six
    later = local(2026, 11, 20, 18, 0)
    assert copied(action, ana, now=later)[0].starts_at == local(2026, 11, 27, 18)


def test_every_week_makes_so_many(ana: User) -> None:
    action = make_action(starts_at=local(2026, 11, 27, 18), ends_at=local(2026, 11, 27, 19))
    made = copied(action, ana, weeks=12)
    first = local(2026, 11, 27, 18)
    assert [copy.starts_at for copy in made] == [first + n * WEEK for n in range(1, 13)]


# What


def test_copy_is_a_draft_with_the_same_words_roles_and_leads_and_nobody_on_it(ana: User) -> None:
    gone = make_user("Gone", is_active=False)
    action = make_action(
        leads=[ana, gone],
        roles={"police": 2, "greeter": 1},
        access="No steps.",
        children="care",
        languages="Spanish",
        minimum=4,
        state=Action.State.DEBRIEFED,
        debrief="Calm.",
        cancel_reason="",
    )
    role = action.roles.get(kind="police")
    role.taken = 1
    role.save(update_fields=["taken"])
    make_sign_up(action, role=role)
    (copy,) = copied(action, ana)
    assert copy.state == Action.State.DRAFT
    assert [getattr(copy, n) == getattr(action, n) for n in copies.SAME] == [True] * 13
    assert list(copy.roles.values_list("kind", "capacity", "taken")) == [
        ("police", 2, 0),
        ("greeter", 1, 0),
    ]
    assert list(copy.leads.all()) == [ana]
    assert (copy.sign_ups.count(), copy.debrief, copy.created_by) == (0, "", ana)
    assert copy.public_id != action.public_id


def test_every_field_of_an_action_is_copied_or_left_on_purpose() -> None:
    own = {
        *("id", "public_id", "starts_at", "ends_at", "state", "cancel_reason", "why_postponed"),
        *("decided_by", "decided_at", "created_by", "form_key", "version"),
        *(field.name for field in Debrief._meta.fields),
    }
    assert {field.name for field in Action._meta.fields} - own == set(copies.SAME)


def test_copy_is_for_the_cases_that_are_still_fought_and_stands_in_their_log(ana: User) -> None:
    fought, won, paused = (
        make_case(state=state, team=[ana])
        for state in (CaseState.ESCALATING, CaseState.WON, CaseState.ON_HOLD)
    )
    action = make_action(cases=[fought, won, paused], leads=[ana])
    (copy,) = copied(action, ana)
    assert list(copy.cases.all()) == [fought]
    assert [entry.event for entry in fought.log.all()] == [Event.ACTION_PLANNED]
    assert not won.log.exists()


def test_copy_of_an_action_whose_fights_are_over_is_refused_with_the_reason(
    client: Client, ana: User
) -> None:
    action = make_action(cases=[make_case(state=CaseState.WON, team=[ana])])
    client.force_login(ana)
    response = client.post(url(action), {"weeks": 2})
    assert response.status_code == 409
    assert "Every fight it was for is over or paused." in response.content.decode()
    with pytest.raises(actions.ActionRefused):
        copied(action, ana)
    assert Action.objects.count() == 1


# The page


@pytest.fixture
def lead(client: Client, ana: User) -> Client:
    client.force_login(ana)
    return client


def test_page_names_the_first_day_and_one_copy_leads_to_itself(lead: Client, ana: User) -> None:
    case = make_case(state=CaseState.ESCALATING, team=[ana])
    starts = local(2026, 11, 27, 18)
    action = make_action(cases=[case], leads=[ana], starts_at=starts)
    page = lead.get(url(action))
    assert "Friday 4 December, 18:00" in page.content.decode()
    assert page.context["form"]["weeks"].value() == 1
    response = lead.post(
        url(action), {"weeks": 1, "form_key": page.context["form"]["form_key"].value()}
    )
    copy = Action.objects.exclude(pk=action.pk).get()
    assert response.url == reverse("action", args=[copy.public_id])
    assert copy.starts_at == local(2026, 12, 4, 18)


def test_same_form_sent_twice_makes_no_second_set(lead: Client, ana: User) -> None:
    action = make_action(leads=[ana])
    data = {"weeks": 3, "form_key": str(uuid.uuid4())}
    for _time in range(2):
        assert lead.post(url(action), data).url == reverse("actions")
    assert Action.objects.count() == 4
    lead.post(url(action), {"weeks": 3, "form_key": str(uuid.uuid4())})
    assert Action.objects.count() == 7


@pytest.mark.parametrize("weeks", ["0", "13", "-1", "", "many", "1.5"])
def test_number_of_weeks_that_cannot_be_is_refused_beside_the_field(
    lead: Client, ana: User, weeks: str
) -> None:
    action = make_action(leads=[ana])
    response = lead.post(url(action), {"weeks": weeks})
    assert response.context["form"].errors["weeks"]
    assert Action.objects.count() == 1


@pytest.mark.parametrize(
    ("starts", "sentence"),
    [
        (
            local(2027, 3, 7, 2, 30),
            "Sunday 14 March 2027: the clocks go forward in that hour. It is set to 03:30.",
        ),
        (
            local(2027, 10, 31, 1, 30),
            "Sunday 7 November 2027: 01:30 comes twice, the clocks go back. It is set to the first "
            "time.",
        ),
    ],
)
def test_page_says_what_was_chosen_in_the_night_the_clocks_change(
    lead: Client, ana: User, starts: dt.datetime, sentence: str
) -> None:
    action = make_action(leads=[ana], starts_at=starts, ends_at=starts + 4 * HOUR)
    response = lead.post(url(action), {"weeks": 1})
    said = [str(message) for message in get_messages(response.wsgi_request)]
    assert said[1:] == [sentence]


def test_copying_by_get_or_by_somebody_else_makes_nothing(client: Client, ana: User) -> None:
    action = make_action(leads=[ana])
    client.force_login(make_user())
    assert client.post(url(action), {"weeks": 1}).status_code == 404
    client.force_login(ana)
    client.get(url(action))
    assert Action.objects.count() == 1
