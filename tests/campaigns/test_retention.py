"""How long what is kept, who is warned before, and what a legal hold stops."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns import legal_hold, messages, retention
from campaigns.models import Case, CaseState, Event, Group, LegalHold, User
from escalation import todo
from escalation.moves import MoveRefused, discard
from tests.factories import make_case, make_group, make_user, put_on_duty

pytestmark = pytest.mark.django_db
S = CaseState
ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=ZONE)
TODAY = NOON.date()
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def group() -> Iterator[Group]:
    with time_machine.travel(NOON, tick=False), timezone.override(ZONE):
        yield make_group()


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


@pytest.fixture
def ben() -> User:
    user = make_user("Ben")
    put_on_duty(user)
    return user


def ended(state: str, days: int, **values: object) -> Case:
    return make_case(state=state, closed_at=NOON - days * DAY, **values)


# When it is time


@pytest.mark.parametrize(
    ("state", "days"),
    [
        (S.WITHDRAWN, 30),
        (S.DECLINED, 180),
        (S.REFERRED, 180),
        (S.WON, 365),
        (S.SETTLED, 365),
        (S.LOST, 365),
        (S.DROPPED, 365),
    ],
)
def test_closed_case_is_due_on_its_day_and_not_before(group: Group, state: str, days: int) -> None:
    case, young = ended(state, days), ended(state, days - 1)
    assert retention.due_on(case, group) == TODAY
    assert retention.due_on(young, group) == TODAY + DAY
    assert list(retention.due_cases(group, on=TODAY)) == [case]


def test_day_is_counted_by_the_calendar_and_not_by_the_hour(group: Group) -> None:
    late = dt.datetime(2026, 10, 17, 23, 30, tzinfo=ZONE)
    case = make_case(state=S.WITHDRAWN, closed_at=late)
    assert retention.due_on(case, group) == TODAY
    assert list(retention.due_cases(group, on=TODAY)) == [case]
    assert not retention.due_cases(group, on=TODAY - DAY).exists()


def test_intake_nobody_took_is_due_after_90_days_without_a_word(group: Group) -> None:
    silent = make_case(state=S.NEW, opened_at=NOON - 90 * DAY)
    wrote = make_case(state=S.NEW, opened_at=NOON - 90 * DAY)
    messages.write_to_team(wrote, text="Are you there?")
    make_case(state=S.NEW, opened_at=NOON - 89 * DAY)
    assert list(retention.due_cases(group, on=TODAY)) == [silent]


@pytest.mark.parametrize("state", [*S.OPEN])
def test_open_case_is_never_due(group: Group, state: str) -> None:
    case = make_case(state=state, state_since=NOON - 2000 * DAY)
    assert not retention.due_cases(group, on=TODAY).filter(pk=case.pk).exists()
    if state != S.NEW:
        assert retention.due_on(case, group) is None


def test_merged_case_lasts_as_long_as_the_one_it_went_into(group: Group) -> None:
    survivor = make_case(state=S.ESCALATING)
    merged = ended(S.MERGED, 400, merged_into=survivor)
    assert not retention.due_cases(group, on=TODAY).exists()
    Case.objects.filter(pk=survivor.pk).update(forgotten_at=NOON)
    assert list(retention.due_cases(group, on=TODAY)) == [merged]


def test_days_are_the_groups_own(group: Group) -> None:
    case = ended(S.WON, 100)
    group.keep_closed_days = 100
    assert retention.due_on(case, group) == TODAY
    assert list(retention.due_cases(group, on=TODAY)) == [case]


# The warning before


def test_team_is_warned_14_days_before_and_can_keep_it_longer(
    client: Client, group: Group, ana: User, ben: User
) -> None:
    case = ended(S.WON, 351, team=[ana])
    ended(S.WON, 350, team=[ana])
    (item,) = todo.items_for(ana, now=NOON)
    assert item.text == "Names, story and files of this case are deleted on Monday 30 November."
    assert item.url == reverse("keep_case", args=[case.reference])
    client.force_login(ana)
    assert "deleted on Monday 30 November" in client.get(case.get_absolute_url()).content.decode()
    typed = {"until": "2026-11-20", "reason": "They asked us to."}
    assert "Choose a day after" in client.post(item.url, typed).content.decode()
    assert client.post(item.url, typed | {"until": "2027-06-01"}).status_code == 302
    assert todo.items_for(ana, now=NOON) == []
    case = Case.objects.get(pk=case.pk)
    assert retention.due_on(case, group) == dt.date(2027, 6, 1)
    assert not retention.due_cases(group, on=dt.date(2027, 5, 31)).filter(pk=case.pk).exists()
    assert case.log.filter(event=Event.KEPT_LONGER, note="They asked us to.").count() == 1


def test_team_lets_it_go_and_is_not_asked_again(
    client: Client, group: Group, ana: User, ben: User
) -> None:
    case = ended(S.LOST, 360, team=[ana])
    client.force_login(ana)
    client.post(reverse("keep_case", args=[case.reference]), {"do": "let_go"})
    assert todo.items_for(ana, now=NOON) == []
    due = retention.due_on(Case.objects.get(pk=case.pk), group)
    assert due == TODAY + 5 * DAY
    assert list(retention.due_cases(group, on=due)) == [case]


# Legal hold


def test_hold_stops_forgetting_and_is_read_by_everybody(
    client: Client, group: Group, ana: User, ben: User
) -> None:
    case = ended(S.LOST, 400, team=[ana, ben])
    client.force_login(ana)
    url = reverse("legal_hold", args=[case.reference])
    client.post(url, {"do": "set", "reason": "Their lawyer wrote."})
    client.post(url, {"do": "set", "reason": "Again"})  # a double click
    assert LegalHold.objects.get().reason == "Their lawyer wrote."
    assert not retention.due_cases(group, on=TODAY).exists()
    assert "Legal hold since" in client.get(case.get_absolute_url()).content.decode()
    assert todo.items_for(ana, now=NOON) == []
    (item,) = todo.items_for(ben, now=NOON)
    assert (item.url, item.is_urgent) == (url, True)
    client.force_login(ben)
    client.post(url, {"do": "read"})
    assert todo.items_for(ben, now=NOON) == []


def test_hold_is_lifted_by_a_second_person_only(
    client: Client, group: Group, ana: User, ben: User
) -> None:
    case = ended(S.LOST, 400, team=[ana, ben])
    legal_hold.place(case, by=ana, reason="Their lawyer wrote.", now=NOON)
    legal_hold.note_read(case, by=ben)
    url = reverse("legal_hold", args=[case.reference])
    client.force_login(ana)
    client.post(url, {"do": "ask", "reason": "It is over."})
    page = client.post(url, {"do": "lift"}, follow=True).content.decode()
    assert "You asked for it yourself. Somebody else of the team agrees." in page
    assert LegalHold.objects.standing().exists()
    (item,) = todo.items_for(ben, now=NOON)
    assert item.text == "Somebody asks to end the legal hold. A second person decides."
    client.force_login(ben)
    client.post(url, {"do": "lift"})
    assert not LegalHold.objects.standing().exists()
    assert Case.objects.get(pk=case.pk).legal_hold_since is None
    assert list(retention.due_cases(group, on=TODAY)) == [case]


def test_hold_stays_when_the_second_person_says_so(ana: User, ben: User) -> None:
    case = make_case(state=S.ESCALATING, team=[ana, ben])
    legal_hold.place(case, by=ana, reason="Their lawyer wrote.", now=NOON)
    with pytest.raises(legal_hold.HoldRefused, match="Nobody has asked"):
        legal_hold.lift(case, by=ben, now=NOON)
    legal_hold.ask_to_lift(case, by=ana, reason="It is over.", now=NOON)
    with pytest.raises(legal_hold.HoldRefused, match="already"):
        legal_hold.ask_to_lift(case, by=ben, reason="Yes.", now=NOON)
    legal_hold.keep(case, by=ben)
    assert LegalHold.objects.standing().get().lift_asked_at is None
    legal_hold.ask_to_lift(case, by=ben, reason="Now it is.", now=NOON)
    legal_hold.lift(case, by=ana, now=NOON)
    assert legal_hold.standing(case) is None


def test_database_refuses_one_person_lifting_alone_and_two_holds(ana: User) -> None:
    case = make_case(team=[ana])
    row = {"case": case, "reason": "x", "lift_asked_by": ana}
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalHold.objects.create(**row, lifted_by=ana, lifted_at=NOON)
    LegalHold.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalHold.objects.create(**row)


def test_intake_under_a_hold_is_not_deleted_as_spam(ana: User) -> None:
    case = make_case(state=S.NEW)
    legal_hold.place(case, by=ana, reason="A court asked for it.", now=NOON)
    with pytest.raises(MoveRefused, match="legal hold"):
        discard(case, by=ana)
    assert Case.objects.filter(pk=case.pk).exists()
