"""Today: what needs a person now, and nothing of what is not theirs."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaigns import messages
from campaigns.models import CaseParty, CaseState, Duty, InitialMeeting, User
from campaigns.people import invite
from escalation import todo
from escalation.models import Action
from escalation.todo import LATER, SOON, URGENT, Item
from tests.factories import (
    complete_sheet,
    make_action,
    make_case,
    make_contact,
    make_demand,
    make_draft,
    make_group,
    make_line,
    make_member,
    make_payment,
    make_sign_up,
    make_target,
    make_user,
    put_on_duty,
)

pytestmark = pytest.mark.django_db
S = CaseState
ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=ZONE)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _network() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False), timezone.override(ZONE):
        make_group(fight_cap=1)
        yield


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


@pytest.fixture
def ben() -> User:
    """Another organizer, on intake duty."""
    user = make_user("Ben")
    put_on_duty(user)
    return user


def items(user: User) -> list[Item]:
    return todo.items_for(user, now=NOON)


def texts(user: User) -> list[str]:
    return [item.text for item in items(user)]


# Intake


def test_intake_is_shown_on_duty_and_urgent_after_two_days(ana: User, ben: User) -> None:
    old = make_case(state=S.NEW, opened_at=NOON - 3 * DAY)
    make_case(state=S.NEW, opened_at=NOON)
    assert [(item.rank, item.text) for item in items(ben)] == [
        (URGENT, "Told us 3 days ago. Nobody has taken it yet."),
        (SOON, "Told us today. Nobody has taken it yet."),
    ]
    assert items(ben)[0].url == reverse("case", args=[old.reference])
    assert items(ana) == []


def test_organizers_learn_that_nobody_is_on_duty_but_not_what_waits(ana: User) -> None:
    make_case(state=S.NEW, sheet={"story": "Secret"})
    (item,) = items(ana)
    assert item.rank == URGENT
    assert item.text == "Nobody is on intake duty. What people tell us now is read by nobody."
    assert item.url == reverse("people")
    assert items(make_member()) == []


def test_second_organizer_is_asked_to_stand_for_an_invitation(ana: User, ben: User) -> None:
    invite(name="Cem", role=User.Role.ORGANIZER, by=ana)
    assert [item.about for item in items(ben)] == ["Cem"]
    assert items(ana) == []


# My cases


@pytest.mark.parametrize(
    ("deadline", "found"),
    [
        (NOON + DAY, []),
        (NOON + dt.timedelta(hours=5), ["The deadline is today: Monday 16 November, 17:00."]),
        (NOON - DAY, ["The deadline was Sunday 15 November, 12:00."]),
    ],
)
def test_deadline_is_prompted_on_its_day_and_after(
    ana: User, ben: User, deadline: dt.datetime, found: list[str]
) -> None:
    case = make_case(state=S.CLOCK_RUNNING, team=[ana, ben], deadline_at=deadline)
    urgent = [item for item in items(ana) if item.is_urgent]
    assert [item.text for item in urgent] == found
    assert all(item.url == f"/cases/{case.reference}/#top" for item in urgent)


def test_payment_and_message_wait_until_somebody_deals_with_them(ana: User, ben: User) -> None:
    case = make_case(state=S.AGREED, team=[ana, ben])
    make_payment(case, "5.00", status="cleared")
    messages.write_to_team(case, text="Hello?")
    assert texts(ana) == ["They wrote to us."]
    messages.write_to_person(case, text="Hello.", by=ana)
    make_payment(case, "6.00")
    assert texts(ana) == ["A payment came in. Nobody has noted yet whether it cleared."]
    make_payment(case, "7.00", full_and_final=True)
    assert texts(ana) == ["They call it settled with a payment. Decide before anybody cashes it."]


def test_letter_waits_for_an_organizer_who_did_not_write_it(ana: User, ben: User) -> None:
    case = make_case(state=S.PREPARING, team=[ana, ben], target=make_target())
    make_demand(case)
    make_line(case)
    letter = make_draft(case, by=ana)
    (item,) = items(ben)
    assert item.text == "The letter waits for an organizer who did not write it."
    assert item.url == reverse("letter", args=[case.reference, 1])
    assert "The letter is not final." in texts(ana)[0]
    letter.approvals.create(organizer=ben, text_sha256="a")
    assert "The letter is not final." in texts(ben)[0]


def test_hold_is_prompted_on_the_day_of_its_review(ana: User, ben: User) -> None:
    held = {"state": S.ON_HOLD, "held_state": S.ESCALATING, "team": [ana, ben]}
    make_case(**held, hold_review_on=NOON.date() + DAY)
    assert items(ana) == []
    make_case(**held, hold_review_on=NOON.date())
    assert texts(ana) == ["You wanted to look at it again by Monday 16 November."]


def test_team_of_one_is_shown_to_them_and_to_other_organizers(ana: User, ben: User) -> None:
    case = make_case(state=S.AGREED, team=[ana], title="Nanny v. Hill")
    assert texts(ana) == ["You carry it alone."]
    (item,) = items(ben)
    assert (item.rank, item.about) == (LATER, f"{case.reference} · Nanny v. Hill")
    assert item.text == "This team has fewer than two people."
    assert items(make_member()) == []


def test_next_step_leads_through_the_case(ana: User, ben: User) -> None:
    case = make_case(state=S.CONTACTING, team=[ana, ben])
    (item,) = items(ana)
    assert (item.text, item.label) == (
        "Nobody has reached the person yet. Log the contact first.",
        "Log a contact",
    )
    make_contact(case)
    (item,) = items(ana)
    assert item.label == "Arrange the first meeting"
    assert item.url == reverse("make_move", args=[case.reference, "arrange_meeting"])


def test_next_step_after_the_meeting_is_the_first_thing_that_lacks(ana: User, ben: User) -> None:
    case = make_case(state=S.MEETING, team=[ana, ben])
    InitialMeeting.objects.create(case=case, at=NOON, place="Library").organizers.set([ana])
    (item,) = items(ana)
    assert (item.text, item.label) == (
        "The first meeting has not been held yet.",
        "Note that the meeting was held",
    )
    InitialMeeting.objects.all().delete()
    complete_sheet(case, held_by=[ana])
    assert [item.label for item in items(ana)] == ["Propose it to the meeting"]


def test_fight_without_an_action_ahead_asks_for_one(ana: User, ben: User) -> None:
    case = make_case(state=S.ESCALATING, team=[ana, ben])
    assert texts(ana) == ["Nothing is planned for the next 10 days."]
    make_action(cases=[case], leads=[make_user()])
    assert "Nothing is planned for the next 10 days." not in texts(ana)


def test_case_of_another_team_needs_nobody_else(ana: User, ben: User) -> None:
    case = make_case(
        state=S.CLOCK_RUNNING, team=[ben, make_user()], urgent=True, deadline_at=NOON - DAY
    )
    make_payment(case, "5.00")
    messages.write_to_team(case, text="Help")
    assert items(ana) == []


def test_closed_case_needs_nobody(ana: User, ben: User) -> None:
    case = make_case(state=S.WON, team=[ana])
    make_payment(case, "5.00")
    assert items(ana) == []


@pytest.mark.parametrize("state", [S.PREPARING, S.CLOCK_RUNNING, S.ESCALATING])
def test_fight_that_got_all_of_its_money_asks_for_its_end(ana: User, ben: User, state: str) -> None:
    case = make_case(state=state, team=[ana, ben], demanded="900.00")
    make_payment(case, "900.00", status="cleared")
    (item,) = items(ana)
    assert (item.text, item.label, item.url) == (
        "The whole sum has cleared.",
        "Mark as won",
        reverse("make_move", args=[case.reference, "win"]),
    )


@pytest.mark.parametrize("state", [S.CONTACTING, S.MEETING, S.QUEUED])
def test_member_is_asked_for_no_step_that_only_organizers_make(
    ana: User, ben: User, state: str
) -> None:
    mia = make_member("Mia")
    place = {"queue_position": 1} if state == S.QUEUED else {}
    case = make_case(state=state, team=[ana, mia], **place)
    make_contact(case)
    complete_sheet(case, held_by=[ana])
    assert [item.label for item in items(ana)] == {
        S.CONTACTING: ["Arrange the first meeting"],
        S.MEETING: ["Propose it to the meeting"],
        S.QUEUED: ["Start this fight"],
    }[state]
    assert items(mia) == []


# Actions


def test_lead_sees_the_roster_before_and_the_debrief_after(ana: User, ben: User) -> None:
    soon = make_action(leads=[ana], title="Soon", starts_at=NOON + 3 * DAY, needed=12)
    make_sign_up(soon)
    make_action(leads=[ana], title="Far", starts_at=NOON + 8 * DAY)
    over = make_action(leads=[ana], title="Over", starts_at=NOON - DAY)
    draft = make_action(leads=[ana], title="Draft", starts_at=NOON + DAY, state=Action.State.DRAFT)
    held = make_action(leads=[ana], title="Held", starts_at=NOON - DAY, state=Action.State.HELD)
    told = Action.State.DEBRIEFED
    make_action(leads=[ana], title="Written down", starts_at=NOON - DAY, state=told)
    found = {item.about: (item.label, item.url) for item in items(ana)}
    assert found == {
        "Over": ("Say how it went", reverse("close_action", args=[over.public_id])),
        "Held": ("Say how it went", reverse("close_action", args=[held.public_id])),
        "Draft": ("Look at it again", reverse("action", args=[draft.public_id])),
        "Soon": ("Open the roster", reverse("roster", args=[soon.public_id])),
    }
    assert "Thursday 19 November, 12:00. 1 said yes, 12 needed." in texts(ana)


def test_lead_is_left_alone_while_enough_people_come_until_the_day(ana: User, ben: User) -> None:
    action = make_action(leads=[ana], title="Soon", starts_at=NOON + 3 * DAY, needed=1)
    assert [item.text for item in items(ana)] == [
        "Thursday 19 November, 12:00. 0 said yes, 1 needed."
    ]
    make_sign_up(action)
    assert items(ana) == []
    go, later = Action.State.GO, NOON + dt.timedelta(hours=5)
    Action.objects.filter(pk=action.pk).update(starts_at=later, state=go)
    assert [(item.rank, item.label) for item in items(ana)] == [(URGENT, "Open the roster")]


def test_member_is_asked_once_whether_they_come(client: Client) -> None:
    mia = make_member("Mia")
    action = make_action(title="Picket", leads=[make_user()])
    make_action(title="Draft", state=Action.State.DRAFT)
    (item,) = items(mia)
    assert (item.label, item.url) == (
        "Say whether you come",
        reverse("action", args=[action.public_id]),
    )
    make_sign_up(action, user=mia, answer="no")
    assert items(mia) == []


# Duties that go round


def hold(user: User, kind: str, *, days: int) -> Duty:
    """Let `user` hold a duty for so many days after today."""
    until = NOON.date() + days * DAY
    return Duty.objects.create(user=user, kind=kind, from_date=NOON.date(), until_date=until)


def test_two_weeks_before_the_end_the_holder_is_told_and_the_others_are_asked(
    ana: User, ben: User
) -> None:
    hold(ana, "treasurer", days=14)
    (own,) = items(ana)
    assert (own.rank, own.about, own.label) == (SOON, "Money of the group", "Pass it on")
    assert own.text == "Your turn ends on Monday 30 November. Write down what is open, or go on."
    (asked,) = items(ben)
    assert asked.text == "Ana does it until Monday 30 November. Who takes it over?"
    assert (asked.label, asked.is_done_here) == ("I will take it", True)
    assert asked.url == reverse("hold_duty", args=["treasurer"])


def test_duty_of_fewer_than_two_is_shown_to_every_organizer(ana: User, ben: User) -> None:
    for kind in ("web", "trainer"):
        hold(ana, kind, days=40)
    hold(ben, "web", days=40)
    for user in (ana, ben, make_user("Cy")):
        assert texts(user) == ["Fewer than two people do this: trainings."]
    assert items(make_member()) == []
    User.objects.filter(pk=ben.pk).update(rests_since=NOON.date())
    assert texts(ana)[2:] == ["Fewer than two people do this: trainings, website and posters."]


def test_nobody_is_reminded_earlier_than_two_weeks_before(ana: User, ben: User) -> None:
    for user in (ana, ben):
        hold(user, "notes", days=15)
    assert items(ana) == items(ben) == items(make_user("Cy")) == []


def test_others_are_not_asked_while_two_go_on(ana: User, ben: User) -> None:
    hold(ana, "notes", days=3)
    for user in (make_user("Cy"), make_user("Dee")):
        hold(user, "notes", days=40)
    assert [item.label for item in items(ana)] == ["Pass it on"]
    assert items(ben) == []


def test_tap_on_today_takes_the_duty(client: Client, ana: User, ben: User) -> None:
    hold(ana, "notes", days=3)
    client.force_login(ben)
    item = items(ben)[0]
    client.post(item.url)
    assert Duty.objects.get(user=ben, kind="notes").until_date == NOON.date() + 29 * DAY
    assert "Who takes it over?" not in " ".join(texts(ben))


def test_member_is_reminded_of_their_own_turn_and_asked_for_no_other(ana: User) -> None:
    mia = make_member("Mia")
    hold(mia, "notes", days=3)
    hold(ana, "web", days=3)
    assert [item.label for item in items(mia)] == ["Pass it on"]


def test_intake_changes_hands_each_week_without_a_reminder(ana: User, ben: User) -> None:
    assert items(ana) == items(ben) == []


def test_who_has_left_is_offered_like_who_rests(ana: User, ben: User) -> None:
    make_case(state=S.CONTACTING, team=[make_user("Gone", is_active=False)])
    assert [(item.about, item.text) for item in items(ana)] == [
        ("Gone", "Has left. 1 thing needs somebody else.")
    ]


# The page


def test_page_puts_the_urgent_first_and_has_one_red_action(client: Client, ana: User) -> None:
    client.force_login(ana)
    make_case(state=S.CLOCK_RUNNING, team=[ana, make_user()], deadline_at=NOON - DAY)
    page = client.get(reverse("today")).text
    assert page.index("Nobody is on intake duty.") < page.index("No plan is voted yet")
    assert page.count('<a role="button" href') == 1


def test_empty_page_says_what_to_do(client: Client, ben: User) -> None:
    client.force_login(ben)
    assert "Nothing needs you right now." in client.get(reverse("today")).text
    client.force_login(make_member())
    page = client.get(reverse("today")).text
    assert "Look at the actions" in page
    assert "Look at the cases" not in page


def fill(user: User) -> None:
    """Add one more of everything that can need a person."""
    other = make_user()
    make_case(state=S.NEW)
    make_case(state=S.AGREED, team=[other])
    invite(name="Cem", role=User.Role.ORGANIZER, by=other)
    make_action(leads=[user], starts_at=NOON + DAY)
    make_action(leads=[other], starts_at=NOON + 2 * DAY)
    for state in CaseState.OPEN:
        case = make_case(state=state, team=[user], demanded=Decimal(9), deadline_at=NOON - DAY)
        CaseParty.objects.filter(case=case).update(joined_on=NOON.date())
        make_payment(case, "5.00")
        messages.write_to_team(case, text="Hello")


def test_page_costs_the_same_with_one_and_with_three_of_everything(
    client: Client, ben: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(ben)
    fill(ben)
    client.get(reverse("today"))
    with django_assert_num_queries(42):
        few = client.get(reverse("today"))
    fill(ben)
    fill(ben)
    with django_assert_num_queries(42):
        many = client.get(reverse("today"))
    assert len(many.context["items"]) == 3 * len(few.context["items"])
