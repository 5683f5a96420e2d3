"""The list of days ahead: all of one's own cases, nothing of others, and each on its local day."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from campaigns.models import CaseState, Duty, User
from escalation.models import Agreement, Incident, Instalment, Meeting, Offer, Task
from tests.factories import make_action, make_case, make_group, make_member, make_offer, make_user

pytestmark = pytest.mark.django_db
S = CaseState
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=zoneinfo.ZoneInfo("America/Los_Angeles"))
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _network() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        make_group()
        yield


@pytest.fixture
def ana(client: Client) -> User:
    user = make_user("Ana")
    client.force_login(user)
    return user


def listed(client: Client) -> list[tuple[str, str, str]]:
    entries = client.get(reverse("dates")).context["entries"]
    return [(entry.day.isoformat(), entry.hour, entry.text) for entry in entries]


def everything(ana: User) -> None:
    """Give Ana's cases one of each thing that has a day."""
    case = make_case(state=S.CLOCK_RUNNING, team=[ana], deadline_at=NOON + 3 * DAY)
    make_case(state=S.ON_HOLD, held_state=S.PREPARING, team=[ana], hold_review_on=NOON + DAY)
    agreed = make_case(state=S.AGREED, team=[ana])
    offer = make_offer(agreed, "500.00", status=Offer.Status.ACCEPTED)
    agreement = Agreement.objects.create(offer=offer, agreed_on=NOON.date())
    due = (NOON + 5 * DAY).date()
    Instalment.objects.create(agreement=agreement, number=1, amount="500.00", due_on=due)
    Incident.objects.create(
        case=case,
        kind="legal_paper",
        severity=3,
        happened_at=NOON,
        what="The paper names us.",
        hearing_at=NOON + 7 * DAY,
    )
    Task.objects.create(case=case, what="Look up the owner", owner=ana, due_on=NOON + 2 * DAY)
    Meeting.objects.create(at=NOON + 6 * DAY, place="Union hall")
    until = NOON.date() + 8 * DAY
    Duty.objects.create(user=ana, kind="web", from_date=NOON.date(), until_date=until)
    # Ten in the evening is the next day already in Greenwich.
    make_action(cases=[case], leads=[ana], starts_at=NOON + dt.timedelta(hours=10))


def test_everything_that_has_a_day_stands_on_it(client: Client, ana: User) -> None:
    everything(ana)
    assert listed(client) == [
        ("2026-11-16", "22:00", "Picket at the Golden Fork"),
        ("2026-11-17", "", "Look at it again"),
        ("2026-11-18", "", "Look up the owner"),
        ("2026-11-19", "12:00", "The deadline ends"),
        ("2026-11-21", "", "$500.00 is due"),
        ("2026-11-22", "12:00", "Meeting"),
        ("2026-11-23", "12:00", "Day in court"),
        ("2026-11-24", "", "Your turn ends"),
    ]
    assert "The paper names us." not in client.get(reverse("dates")).text


def test_days_of_other_teams_are_not_listed(client: Client, ana: User) -> None:
    everything(make_user("Ben"))
    assert [text for _day, _hour, text in listed(client)] == [
        "Picket at the Golden Fork",
        "Meeting",
    ]
    client.force_login(make_member())
    assert len(listed(client)) == 2


def test_list_costs_the_same_with_one_and_with_three_of_everything(
    client: Client, ana: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    everything(ana)
    client.get(reverse("dates"))
    with django_assert_num_queries(11) as counted:
        client.get(reverse("dates"))
    everything(ana)
    everything(ana)
    with django_assert_num_queries(len(counted)):
        client.get(reverse("dates"))
