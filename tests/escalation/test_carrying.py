"""Who carries what: what organizers see of everybody, and what a member sees of themselves."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaigns import loads, team
from campaigns.models import Case, CaseState, Duty, Group, User
from escalation import carrying
from escalation.models import Action, Call, Caller, Task
from tests.factories import (
    make_action,
    make_case,
    make_group,
    make_member,
    make_tree_entry,
    make_user,
    put_on_duty,
)

pytestmark = pytest.mark.django_db
S = CaseState
ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=ZONE)
TODAY, DAY = NOON.date(), dt.timedelta(days=1)
PAGE = "/who-carries-what/"


@pytest.fixture(autouse=True)
def _network() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False), timezone.override(ZONE):
        make_group()
        yield


@pytest.fixture
def ana(client: Client) -> User:
    """An organizer, signed in."""
    user = make_user("Ana")
    client.force_login(user)
    return user


def counts() -> dict[str, list[int]]:
    rows = carrying.table(group=Group.objects.get(), now=NOON)
    return {row.user.name: [n for _label, n, _a_lot in row.cells] for row in rows}


# Everybody


def test_each_organizer_stands_there_by_name_with_what_they_carry_now(ana: User) -> None:
    zoe, ben = make_user("Zoe"), make_user("Ben")
    make_member("Mia")
    make_user("Gone", is_active=False)
    for state in (S.MEETING, S.CLOCK_RUNNING, S.ESCALATING, S.WON):
        make_case(state=state, team=[zoe])
    left = make_case(state=S.ESCALATING, team=[zoe, ben])
    team.leave(left, user=zoe, by=zoe)
    make_action(leads=[zoe, ben])
    make_action(leads=[zoe], state=Action.State.DRAFT)
    make_action(leads=[zoe], state=Action.State.POSTPONED, starts_at=NOON - 2 * DAY)
    make_action(leads=[zoe], state=Action.State.CANCELLED)
    make_action(leads=[zoe], starts_at=NOON - DAY)
    Task.objects.create(what="Print", owner=zoe)
    Task.objects.create(what="Done", owner=zoe, done_at=NOON)
    put_on_duty(ben)
    caller = Caller.objects.create(action=make_action(), user=ben)
    for key, outcome in (("phone:1", ""), ("phone:2", Call.Outcome.YES)):
        person = make_tree_entry().person
        said = {"contact_key": key, "outcome": outcome}
        Call.objects.create(action=caller.action, caller=caller, person=person, **said)
    assert counts() == {"Ana": [0] * 5, "Ben": [1, 1, 1, 0, 1], "Zoe": [3, 2, 3, 1, 0]}
    assert list(counts()) == ["Ana", "Ben", "Zoe"]


def test_page_names_duties_with_their_end_and_who_rests(client: Client, ana: User) -> None:
    Duty.objects.create(user=ana, kind="web", from_date=TODAY, until_date=TODAY + 20 * DAY)
    make_user("Rae", rests_since=TODAY)
    page = client.get(PAGE).text
    assert "website and posters until Sun 6 Dec" in page
    assert "takes a break" in page


def test_over_the_cap_is_said_gently_and_under_it_nothing(client: Client, ana: User) -> None:
    ben = make_user("Ben")
    for _case in range(2):
        make_case(state=S.ESCALATING, team=[ana, ben])
    assert "a lot" not in client.get(PAGE).text
    make_case(state=S.CLOCK_RUNNING, team=[ben, make_user("Cy")])
    page = client.get(PAGE).text
    assert "Fights that run, more than 2 for one person: Ben. Who could share?" in page
    assert "fights run now" not in page
    make_case(state=S.CLOCK_RUNNING, team=[make_user("Dee"), make_user("Eli")])
    assert "4 fights run now. The group said 3 at most." in client.get(PAGE).text


def test_cap_is_a_setting_of_the_group(client: Client, ana: User) -> None:
    make_case(state=S.ESCALATING, team=[ana, make_user("Ben")])
    Group.objects.update(fights_each=1)
    assert "a lot" not in client.get(PAGE).text
    make_case(state=S.ESCALATING, team=[ana, make_user("Cy")])
    assert "more than 1 for one person: Ana." in client.get(PAGE).text


def test_page_costs_the_same_with_one_and_with_forty_organizers(
    client: Client, ana: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in (1, 40):
        for _each in range(number):
            user = make_user()
            rests = make_user(rests_since=TODAY)
            make_case(state=S.ESCALATING, team=[user, rests])
            make_action(leads=[user, rests])
            Task.objects.create(what="Print", owner=rests)
            for holder in (user, rests):
                Duty.objects.create(
                    user=holder, kind="web", from_date=TODAY, until_date=TODAY + DAY
                )
        with django_assert_num_queries(22):
            client.get(PAGE)


# Members, and one's own


def test_member_sees_what_they_carry_and_nothing_of_others(client: Client, ana: User) -> None:
    mia = make_member("Mia")
    mine = make_case(state=S.ESCALATING, team=[mia, ana], title="Rosa v. Fork")
    other = make_case(state=S.ESCALATING, team=[ana], title="Luis v. Bakery")
    Task.objects.create(what="Print posters", owner=mia)
    Task.objects.create(what="Call the paper", owner=ana)
    User.objects.filter(pk=ana.pk).update(rests_since=TODAY)
    client.force_login(mia)
    answer = client.get(PAGE)
    assert mine.reference in answer.text
    assert "Print posters" in answer.text
    for hidden in (other.reference, "Luis v. Bakery", "Call the paper", "Ana"):
        assert hidden not in answer.text
    assert "rows" not in answer.context


def test_stranger_is_asked_to_log_in() -> None:
    assert Client().get(PAGE).headers["Location"].startswith("/account/login/")


def test_own_list_tells_who_carries_a_case_alone(client: Client, ana: User) -> None:
    alone = make_case(state=S.ESCALATING, team=[ana])
    shared = make_case(state=S.ESCALATING, team=[ana, make_user()])
    resting = make_case(state=S.ESCALATING, team=[ana, make_user(rests_since=TODAY)])
    own = carrying.own(ana, now=NOON)
    assert {m.case: m.others for m in own.teams} == {alone: 0, shared: 1, resting: 0}
    assert client.get(PAGE).text.count("you alone") == 2


# Fewer than two


def test_case_and_duty_held_by_fewer_than_two_are_shown_to_every_organizer(
    client: Client, ana: User
) -> None:
    ben, rae = make_user("Ben"), make_user("Rae", rests_since=TODAY)
    thin = make_case(state=S.ESCALATING, team=[ben, rae], title="Thin")
    gone = make_case(state=S.QUEUED, team=[make_user("Gone", is_active=False)], title="Gone")
    make_case(state=S.ESCALATING, team=[ana, ben], title="Two carry it")
    make_case(state=S.CONTACTING, team=[ben], title="Not met yet")
    Duty.objects.create(user=ben, kind="treasurer", from_date=TODAY, until_date=TODAY + 30 * DAY)
    answer = client.get(PAGE)
    assert list(answer.context["thin_cases"]) == sorted([thin, gone], key=lambda c: c.reference)
    assert [one.kind for one in answer.context["thin_duties"]] == ["intake", "treasurer"]
    header = client.get(thin.get_absolute_url())
    assert "Three weeks of work, no pay." not in header.text


def test_nothing_of_an_untaken_intake_is_shown(client: Client, ana: User) -> None:
    make_case(state=S.NEW, title="Nobody's")
    assert "Nobody&#x27;s" not in client.get(PAGE).text


# Taking on more


def join(client: Client, case: Case, user: User) -> str:
    url = reverse("add_to_team", args=[case.reference])
    return client.post(url, {"user": user.pk}, follow=True).text


def test_who_puts_a_third_fight_on_somebody_is_told_and_not_stopped(
    client: Client, ana: User
) -> None:
    ben = make_user("Ben")
    make_case(state=S.ESCALATING, team=[ben])
    case = make_case(state=S.PREPARING, team=[ana])
    assert "running fight" not in join(client, case, ben)
    make_case(state=S.CLOCK_RUNNING, team=[ben])
    more = make_case(state=S.MEETING, team=[ana])
    page = join(client, more, ben)
    said = "Ben carries 2 running fights already. The group said: 2 for one person."
    assert f"{said} Who could share one?" in page
    assert more.team_memberships.current().filter(user=ben).exists()


def test_who_takes_over_a_case_beyond_the_cap_is_told_of_their_own(
    client: Client, ana: User
) -> None:
    Group.objects.update(fights_each=1)
    make_case(state=S.ESCALATING, team=[ana])
    left = make_case(state=S.ESCALATING, team=[make_user(is_active=False)])
    page = client.post(reverse("join_team", args=[left.reference]), follow=True).text
    said = "You carry 1 running fight already. The group said: 1 for one person."
    assert f"{said} Who could share one with you?" in page


def test_who_takes_an_intake_beyond_the_cap_is_told(client: Client, ana: User) -> None:
    put_on_duty(ana)
    for _case in range(2):
        make_case(state=S.ESCALATING, team=[ana])
    case = make_case(state=S.NEW)
    typed = {
        "responsible": ana.pk,
        "method": "phone",
        "result": "reached",
        "at": "2026-11-16T11:00",
    }
    page = client.post(reverse("make_move", args=[case.reference, "take"]), typed, follow=True).text
    assert "You are responsible for this case now." in page
    assert "You carry 2 running fights already." in page


def test_vote_that_takes_a_case_on_names_who_carries_much_and_stops_nothing(ana: User) -> None:
    ben = make_user("Ben")
    for _case in range(2):
        make_case(state=S.ESCALATING, team=[ben])
    new = make_case(state=S.PROPOSED, team=[ana, ben])
    said = {"by": ana, "group": Group.objects.get()}
    assert loads.before_one_more(new, [ana, ben], **said) == [
        "Ben carries 2 running fights already. The group said: 2 for one person. "
        "Who could share one?"
    ]
