"""The queue: places without gaps, who may change them, and the check-ins of those who wait."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Case, CaseState, Group, Reason, TeamMembership, User
from escalation import moves, todo
from escalation.moves import MoveRefused
from tests.factories import make_case, make_decision, make_group, make_member, make_user

S = CaseState


@pytest.fixture(autouse=True)
def group(db: None) -> Group:
    return make_group(fight_cap=1)


@pytest.fixture
def ana(group: Group) -> User:
    return make_user("Ana")


@pytest.fixture
def team(ana: User) -> list[User]:
    return [ana, make_user("Ben")]


@pytest.fixture
def client(client: Client, ana: User) -> Client:
    client.force_login(ana)
    return client


def vote(**values: Any) -> dict[str, Any]:
    return {
        "motion": "Ours",
        "votes_for": 9,
        "votes_against": 1,
        "abstained": 0,
        "affected_agreed": True,
        "held_on": timezone.localdate(),
    } | values


def queued(team: list[User]) -> Case:
    """Take a case on while the group fights as much as it set itself."""
    if not Case.objects.filter(state=S.ESCALATING).exists():
        make_case(state=S.ESCALATING)
    case = make_case(state=S.PROPOSED, team=team)
    case.parties.update(joined_on=timezone.localdate())
    moves.vote_yes(
        case,
        by=team[0],
        vote=vote(),
        sum_voted=Decimal("900.00"),
        deadline_days=14,
        members=[],
    )
    return Case.objects.get(pk=case.pk)


def places(*cases: Case) -> list[int | None]:
    return [Case.objects.get(pk=case.pk).queue_position for case in cases]


def test_queueing_gives_the_last_place_and_a_day_to_ask_again(team: list[User]) -> None:
    first, second = queued(team), queued(team)
    assert places(first, second) == [1, 2]
    assert second.queue_check_on == timezone.localdate() + dt.timedelta(days=30)


def test_leaving_the_queue_closes_the_gap(team: list[User]) -> None:
    first, second, third = queued(team), queued(team), queued(team)
    moves.withdraw(first, by=team[0], reason=Reason.OWN_WISH)
    assert places(first, second, third) == [None, 1, 2]
    moves.decline(second, by=team[0], reason=Reason.CAPACITY, text="Too few.", vote=vote())
    assert places(second, third) == [None, 1]
    assert Case.objects.get(pk=second.pk).queue_check_on is None


def test_start_of_a_fight_takes_it_off_the_queue(team: list[User]) -> None:
    first, second = queued(team), queued(team)
    Case.objects.filter(state=S.ESCALATING).delete()
    moves.start_queued(first, by=team[0], confirmed=True)
    first = Case.objects.get(pk=first.pk)
    assert (first.state, first.queue_position, first.queue_check_on) == (S.PREPARING, None, None)
    assert places(second) == [1]


def test_start_put_right_gives_the_old_place_back(team: list[User]) -> None:
    first, second = queued(team), queued(team)
    Case.objects.filter(state=S.ESCALATING).delete()
    moves.start_queued(first, by=team[0], confirmed=True)
    move = moves.last_move(first)
    moves.put_right(
        first, by=team[0], move=move, reason=Reason.CLICKED_WRONG, note="The other one."
    )
    assert places(first, second) == [1, 2]
    move = moves.last_move(second)
    moves.put_right(second, by=team[0], move=move, reason=Reason.NOT_SO, note="It did not carry.")
    assert (Case.objects.get(pk=second.pk).state, places(first, second)) == (S.PROPOSED, [1, None])


def test_pause_keeps_the_place(team: list[User]) -> None:
    first, second = queued(team), queued(team)
    until = timezone.localdate() + dt.timedelta(days=9)
    moves.hold(first, by=team[0], reason=Reason.RECORDS, review_on=until)
    third = queued(team)
    assert places(first, second, third) == [1, 2, 3]
    moves.resume(first, by=team[0])
    assert places(first, second, third) == [1, 2, 3]


def test_change_place_moves_one_up_or_down(team: list[User]) -> None:
    first, second, third = queued(team), queued(team), queued(team)
    assert moves.change_place(third, by=team[0], up=True) == 2
    assert places(first, second, third) == [1, 3, 2]
    assert moves.change_place(first, by=team[0], up=False) == 2
    assert places(first, second, third) == [2, 3, 1]
    assert third.log.filter(event="queue_moved").get().data == {"place": 2}


def test_change_place_over_the_end_is_refused(team: list[User]) -> None:
    first, second = queued(team), queued(team)
    with pytest.raises(MoveRefused, match=r"^It is the first already\.$"):
        moves.change_place(first, by=team[0], up=True)
    with pytest.raises(MoveRefused, match=r"^It is the last\.$"):
        moves.change_place(second, by=team[0], up=False)
    assert places(first, second) == [1, 2]


def test_change_place_and_check_in_of_a_case_that_does_not_wait_are_refused(
    team: list[User],
) -> None:
    case = make_case(state=S.PREPARING, team=team)
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    with pytest.raises(MoveRefused, match="cannot be done"):
        moves.change_place(case, by=team[0], up=True)
    with pytest.raises(MoveRefused, match="cannot be done"):
        moves.check_in_queued(case, by=team[0], next_on=tomorrow)


def test_cases_queued_before_there_were_places_get_some(team: list[User]) -> None:
    old = make_case(state=S.QUEUED, team=team)
    new = queued(team)
    assert places(new, old) == [1, 2] or places(old, new) == [1, 2]


def test_check_in_notes_that_they_want_it_and_the_next_day(team: list[User]) -> None:
    case = queued(team)
    day = timezone.localdate() + dt.timedelta(days=90)
    moves.check_in_queued(case, by=team[0], next_on=day, note="By phone.")
    assert Case.objects.get(pk=case.pk).queue_check_on == day
    assert case.log.get(event="queue_checked").note == "By phone."
    for wrong in (0, 91):
        with pytest.raises(MoveRefused, match="within the next 90 days"):
            moves.check_in_queued(
                case, by=team[0], next_on=timezone.localdate() + dt.timedelta(days=wrong)
            )


def test_today_asks_on_the_day_and_not_after_the_check_in(team: list[User]) -> None:
    case = queued(team)
    Case.objects.filter(pk=case.pk).update(queue_check_on=timezone.localdate())

    def asked() -> list[str]:
        items = todo.items_for(team[0], now=timezone.now())
        return [item.url for item in items if "still want it" in item.text]

    assert asked() == [reverse("check_in_queued", args=[case.reference])]
    moves.check_in_queued(case, by=team[0], next_on=timezone.localdate() + dt.timedelta(days=30))
    assert asked() == []


# Through the pages


def test_page_lists_them_in_order_with_days_and_forms_for_the_team(
    client: Client, team: list[User], group: Group
) -> None:
    mine, others = queued(team), make_case(state=S.QUEUED, queue_position=2)
    decision = make_decision(others)
    # On the network's own clock: forty times 24 hours are 39 or 41 days where the clocks change.
    voted = timezone.localtime(timezone.now(), group.zone) - dt.timedelta(days=40)
    type(decision).objects.filter(pk=decision.pk).update(at=voted)
    rows = client.get(reverse("queue")).context["rows"]
    assert [(row.case.pk, row.place, row.days, row.is_mine) for row in rows] == [
        (mine.pk, 1, 0, True),
        (others.pk, 2, 40, False),
    ]
    page = client.get(reverse("queue")).content.decode()
    assert reverse("change_place", args=[mine.reference]) in page
    assert reverse("change_place", args=[others.reference]) not in page


def test_page_costs_the_same_with_one_and_with_five(
    client: Client, team: list[User], django_assert_max_num_queries: Any
) -> None:
    queued(team)
    client.get(reverse("queue"))
    with django_assert_max_num_queries(6):
        client.get(reverse("queue"))
    for _n in range(4):
        queued(team)
    with django_assert_max_num_queries(6):
        client.get(reverse("queue"))


def test_place_is_changed_by_post_only(client: Client, team: list[User]) -> None:
    first, second = queued(team), queued(team)
    url = reverse("change_place", args=[second.reference])
    assert client.get(url).status_code == 405
    assert client.post(url, {"to": "up"}).url == reverse("queue")
    assert places(first, second) == [2, 1]
    response = client.post(url, {"to": "up"}, follow=True)
    assert "It is the first already." in response.content.decode()


def test_place_of_a_case_of_another_team_is_not_found(client: Client) -> None:
    others = make_case(state=S.QUEUED, queue_position=1)
    for name in ("change_place", "check_in_queued"):
        assert client.post(reverse(name, args=[others.reference])).status_code == 404


def test_member_does_not_see_the_queue(client: Client) -> None:
    client.force_login(make_member())
    assert client.get(reverse("queue")).status_code == 404


def test_check_in_through_its_page(client: Client, team: list[User]) -> None:
    case = queued(team)
    url = reverse("check_in_queued", args=[case.reference])
    day = timezone.localdate() + dt.timedelta(days=20)
    response = client.post(url, {"next_on": day.isoformat()})
    assert list(response.context["form"].errors) == ["still_wanted"]
    sent = {"still_wanted": "on", "next_on": day.isoformat(), "note": "They do."}
    assert client.post(url, sent).url == reverse("queue")
    assert Case.objects.get(pk=case.pk).queue_check_on == day
    mia = make_member("Mia")
    TeamMembership.objects.create(case=case, user=mia)
    client.force_login(mia)
    assert client.post(url, sent).url == case.get_absolute_url()
