"""Have we heard from the people whose fight it is? Seven days, fourteen days, and the next step."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns import messages
from campaigns.models import (
    Actor,
    Case,
    CaseParty,
    CaseState,
    Contact,
    Event,
    User,
    WageRule,
)
from campaigns.models.log import record
from escalation import actions, check_ins, todo
from escalation.models import Action, CaseLifecycle, OfferVoice
from escalation.todo_item import SOON, URGENT, Item
from tests.factories import (
    make_action,
    make_case,
    make_contact,
    make_demand,
    make_draft,
    make_group,
    make_line,
    make_offer,
    make_person,
    make_user,
    put_on_duty,
    say_yes,
)

S = CaseState
ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=ZONE)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _network(db: None) -> Iterator[None]:
    with time_machine.travel(NOON, tick=False), timezone.override(ZONE):
        make_group()
        put_on_duty(make_user())
        yield


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


def silent(ana: User, days: int, *, state: str = S.ESCALATING, **values: object) -> Case:
    """Insert a fight with something planned, whose person was last reached `days` ago."""
    opened = NOON - 60 * DAY
    case = make_case(state=state, team=[ana, make_user()], opened_at=opened, **values)
    make_contact(case, at=NOON - days * DAY)
    make_action(cases=[case], leads=[make_user()], state=Action.State.DRAFT)
    return case


def asked(user: User) -> list[Item]:
    return [item for item in todo.items_for(user, now=NOON) if "/contacts/new/" in item.url]


def days_of(case: Case) -> int:
    read = CaseLifecycle.objects.with_facts().get(pk=case.pk)
    return check_ins.days_silent(read, NOON.date())


def test_six_days_are_fine_seven_ask_and_fourteen_press(ana: User) -> None:
    silent(ana, 6)
    assert asked(ana) == []
    case = silent(ana, 7, person=make_person("Luz", good_times="after six", may_text=True))
    (item,) = asked(ana)
    assert (item.rank, item.label) == (SOON, "Log a contact")
    assert item.text == (
        "You have not heard from Luz for 7 days. Try to reach them in two ways. "
        "Do not say who we are to anybody else. Leave no voice message. Good times: after six."
    )
    assert item.url == reverse("log_contact", args=[case.reference])
    Contact.objects.filter(case=case).update(at=NOON - 14 * DAY)
    (item,) = asked(ana)
    assert item.rank == URGENT
    assert "for 14 days. Do not escalate without their yes." in item.text


def test_a_call_that_reached_them_clears_it_and_a_try_does_not(ana: User) -> None:
    case = silent(ana, 8)
    make_contact(case, result=Contact.Result.NO_ANSWER)
    make_contact(case, who=Contact.Who.TARGET)
    make_contact(case, purpose=Contact.Purpose.SAFETY)
    assert days_of(case) == 8
    make_contact(case, at=NOON - DAY)
    assert days_of(case) == 1
    assert asked(ana) == []


def test_a_message_or_a_deed_by_code_is_a_word_of_theirs(ana: User) -> None:
    wrote, did = silent(ana, 20), silent(ana, 20)
    messages.write_to_person(wrote, text="Hello?", by=ana)
    assert days_of(wrote) == 20
    messages.write_to_team(wrote, text="Here I am.", by=ana)
    record(did, Event.LETTER_APPROVED, by=None, actor=Actor.AFFECTED, version=1, who="Rosa")
    assert (days_of(wrote), days_of(did)) == (0, 0)


def test_a_word_the_team_passes_on_is_a_word_of_theirs(ana: User) -> None:
    said, approved, goes_on = silent(ana, 20), silent(ana, 20), silent(ana, 20)
    party = said.parties.get()
    OfferVoice.objects.create(offer=make_offer(said), party=party, says="refuse", recorded_by=ana)
    make_demand(approved)
    letter, party = make_draft(approved, by=ana), approved.parties.get()
    letter.approvals.create(party=party, text_sha256="0" * 64, recorded_by=ana)
    record(goes_on, Event.MOVE, by=ana, from_state=S.SETTLED, to_state=S.ESCALATING)
    assert [days_of(case) for case in (said, approved, goes_on)] == [0, 0, 0]


@pytest.mark.parametrize(
    "state", [S.CONTACTING, S.MEETING, S.PROPOSED, S.QUEUED, S.ON_HOLD, S.AGREED, S.WON, S.LOST]
)
def test_only_a_fight_under_way_asks_for_a_word(ana: User, state: str) -> None:
    assert days_of(silent(ana, 30, state=state, held_state=S.ESCALATING)) == 0


def test_days_are_counted_by_the_calendar_of_the_network(ana: User) -> None:
    case = silent(ana, 0)
    Contact.objects.filter(case=case).update(at=dt.datetime(2026, 11, 9, 23, 50, tzinfo=ZONE))
    assert days_of(case) == 7


def test_case_file_says_so_after_two_weeks(client: Client, ana: User) -> None:
    case = silent(ana, 14)
    client.force_login(ana)
    page = client.get(case.get_absolute_url()).content.decode()
    assert "You have not heard from Rosa for 14 days. Do not escalate without their yes." in page
    Contact.objects.filter(case=case).update(at=NOON - 13 * DAY)
    assert "You have not heard" not in client.get(case.get_absolute_url()).content.decode()


def test_action_is_announced_only_with_the_word_that_they_want_it(
    client: Client, ana: User
) -> None:
    case = silent(ana, 21)
    action = case.actions.get()
    action.leads.set([ana])
    say_yes(case, "picket", at=NOON - 30 * DAY)
    client.force_login(ana)
    page = client.get(reverse("action", args=[action.public_id])).content.decode()
    assert "We reached them and they want this" in page
    url = reverse("announce_action", args=[action.public_id])
    answer = client.post(url)
    assert answer.status_code == 409
    assert f"people of {case.reference} for two weeks" in answer.content.decode()
    assert Action.objects.get(pk=action.pk).state == Action.State.DRAFT
    assert client.post(url, {"they_want_it": "1"}).status_code == 302
    assert Action.objects.get(pk=action.pk).state == Action.State.ANNOUNCED
    entry = case.log.get(event=Event.ACTION_ANNOUNCED)
    assert entry.note == "We reached them and they want this."


def test_action_of_people_who_were_heard_asks_for_nothing(ana: User) -> None:
    case = silent(ana, 13)
    say_yes(case, "picket", at=NOON - 30 * DAY)
    actions.announce(case.actions.get(), by=ana, now=NOON)
    assert case.actions.get().state == Action.State.ANNOUNCED


# The gap, and what ends by law


@pytest.mark.parametrize(
    ("starts", "state", "text"),
    [
        (NOON + 10 * DAY, Action.State.DRAFT, []),
        (NOON + 10 * DAY, Action.State.ANNOUNCED, []),
        (
            NOON + 11 * DAY,
            Action.State.ANNOUNCED,
            ["Nothing is planned for the next 10 days."],
        ),
        (NOON + DAY, Action.State.CANCELLED, ["Nothing is planned for the next 10 days."]),
    ],
)
def test_fight_under_way_needs_something_planned_within_ten_days(
    ana: User, starts: dt.datetime, state: str, text: list[str]
) -> None:
    case = make_case(state=S.ESCALATING, team=[ana, make_user()])
    make_action(cases=[case], leads=[make_user()], starts_at=starts, state=state, cancel_reason="x")
    found = [item for item in todo.items_for(ana, now=NOON) if "/actions/new/" in item.url]
    assert [item.text for item in found] == text


def test_limit_is_worked_out_from_the_oldest_line_and_the_rule_of_the_place(ana: User) -> None:
    WageRule.objects.create(jurisdiction="US-WA", name="Washington", claim_limit_years="3")
    case = make_case(state=S.PREPARING, team=[ana, make_user()])
    make_line(case, from_date=dt.date(2024, 1, 5))
    make_line(case, from_date=dt.date(2023, 12, 1), amount="3.00")
    make_line(case, until_date=None)
    gone = CaseParty.objects.create(case=case, person=make_person("Luz"), left_at=NOON)
    make_line(case, party=gone, from_date=dt.date(2023, 1, 1))  # counts no more
    found = [item.text for item in todo.items_for(ana, now=NOON) if "/rules/" in item.url]
    assert found == []
    make_group(jurisdiction="US-WA")
    (item,) = [item for item in todo.items_for(ana, now=NOON) if "/rules/" in item.url]
    assert item.rank == URGENT
    assert item.text == (
        "Some claims end by law on Tuesday 1 December 2026. Ask somebody who knows."
    )


@pytest.mark.parametrize(
    ("days", "rank"), [(91, None), (90, 2), (31, 2), (30, URGENT), (0, URGENT)]
)
def test_limit_by_law_is_warned_at_90_and_at_30_days(
    client: Client, ana: User, days: int, rank: int | None
) -> None:
    day = NOON.date() + days * DAY
    case = make_case(state=S.QUEUED, team=[ana, make_user()], sheet={"limitation_on": day})
    found = [item for item in todo.items_for(ana, now=NOON) if item.url.endswith("/rules/")]
    assert [item.rank for item in found] == ([] if rank is None else [rank])
    client.force_login(ana)
    page = client.get(case.get_absolute_url()).content.decode()
    assert ("Some claims end by law on" in page) == (rank is not None)


def test_limit_by_law_leaves_today_when_somebody_saw_to_it_and_comes_back_once(
    client: Client, ana: User
) -> None:
    day = NOON.date() + 60 * DAY
    case = make_case(state=S.QUEUED, team=[ana, make_user()], sheet={"limitation_on": day})
    url = reverse("case_rules", args=[case.reference])

    def asked_at(now: dt.datetime) -> list[str]:
        return [item.label for item in todo.items_for(ana, now=now) if item.url == url]

    assert asked_at(NOON) == ["Note what you know"]
    client.force_login(ana)
    typed = {"limitation_on": day.isoformat(), "limitation_note": "The clinic", "seen_version": "1"}
    assert client.post(url, typed).status_code == 302
    assert asked_at(NOON) == []
    assert asked_at(NOON + 29 * DAY) == []
    assert asked_at(NOON + 30 * DAY) == ["Note what you know"]
    with time_machine.travel(NOON + 30 * DAY, tick=False):
        client.force_login(ana)
        assert client.post(url, typed | {"seen_version": "2"}).status_code == 302
    assert asked_at(NOON + 60 * DAY) == []
