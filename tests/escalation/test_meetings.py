"""Meetings: what waits goes on the agenda, votes find their place, minutes tell no names."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Case, CaseState, Group, User
from escalation import agenda_page, decisions, meetings, plans
from escalation.meetings import MeetingRefused
from escalation.models import AgendaItem, Decision, Meeting, Offer, Task
from tests.factories import (
    make_case,
    make_group,
    make_meeting,
    make_member,
    make_offer,
    make_person,
    make_plan,
    make_user,
)

S, K = CaseState, Decision.Kind
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def group(db: None) -> Group:
    return make_group()


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


@pytest.fixture
def client(client: Client, ana: User) -> Client:
    client.force_login(ana)
    return client


def at(state: str, *team: User, **values: Any) -> Case:
    return make_case(state=state, team=[*team] or [make_user()], **values)


def day_of(meeting: Meeting) -> dt.date:
    return Group.objects.get(pk=1).local_date(meeting.at)


def vote(meeting: Meeting, **values: Any) -> dict[str, Any]:
    counts = {"motion": "The motion", "votes_for": 9, "votes_against": 1, "abstained": 2}
    return counts | {"held_on": day_of(meeting), "affected_agreed": True} | values


def waiting(meeting: Meeting, user: User) -> list[tuple[str, str]]:
    found = agenda_page.waiting(meeting, user=user, group=Group.objects.get(pk=1))
    return [(due.case.reference, due.kind) for due in found]


def text_of(response: Any) -> str:
    return " ".join(response.text.split())


# Who sees what


def test_members_read_when_and_where_and_nothing_of_the_agenda(client: Client) -> None:
    meeting = make_meeting(at=timezone.now() + DAY, place="Union hall, room 4")
    case = at(S.PROPOSED, title="Four cooks v. Golden Fork")
    meetings.add_item(meeting, by=make_user(), case=case, kind=K.TAKE_ON, motion="Take on it")
    client.force_login(make_member())
    page = client.get(reverse("meetings"))
    assert "Union hall, room 4" in page.text
    assert case.reference not in page.text
    assert "Golden Fork" not in page.text
    for name in ("meeting", "minutes", "edit_meeting", "close_meeting"):
        assert client.get(reverse(name, args=[meeting.pk])).status_code == 404
    assert client.get(reverse("plan_meeting")).status_code == 404


def test_meeting_is_planned_once_by_a_double_click(client: Client, ana: User) -> None:
    form = client.get(reverse("plan_meeting")).context["form"]
    typed = {
        "at": (timezone.now() + DAY).strftime("%Y-%m-%d %H:%M"),
        "place": "Library",
        "facilitator": ana.pk,
        "form_key": form["form_key"].value(),
    }
    for _click in range(2):
        assert client.post(reverse("plan_meeting"), typed).status_code == 302
    meeting = Meeting.objects.get()
    assert (meeting.place, meeting.facilitator) == ("Library", ana)


def test_second_who_changes_a_meeting_sees_what_the_first_wrote(client: Client) -> None:
    meeting = make_meeting()
    url = reverse("edit_meeting", args=[meeting.pk])
    when = meeting.at.strftime("%Y-%m-%d %H:%M")
    first = {"at": when, "place": "Park", "seen_version": 1}
    assert client.post(url, first).status_code == 302
    answer = client.post(url, first | {"place": "Church"})
    assert answer.status_code == 409
    assert "They wrote: Park" in answer.text
    assert Meeting.objects.get().place == "Park"


# The agenda


def test_what_waits_for_a_vote_is_offered_by_itself(ana: User) -> None:
    make_group(fight_cap=9)
    meeting = make_meeting()
    offered = at(S.ESCALATING)
    make_offer(offered)
    make_plan(offered, by=ana)
    proposed, queued = at(S.PROPOSED), at(S.QUEUED)
    planless = at(S.CLOCK_RUNNING)
    stale = at(S.ESCALATING)
    make_plan(stale, by=ana, held_on=day_of(meeting) - 29 * DAY)
    Case.objects.filter(pk=stale.pk).update(state_since=meeting.at - 29 * DAY)
    at(S.PREPARING)
    assert waiting(meeting, ana) == [
        (offered.reference, K.OFFER),
        (proposed.reference, K.TAKE_ON),
        (queued.reference, K.TAKE_ON),
        (stale.reference, K.REVIEW),
        (planless.reference, K.PLAN),
    ]


def test_plan_of_four_weeks_and_a_refused_offer_do_not_wait(ana: User) -> None:
    meeting = make_meeting()
    case = at(S.ESCALATING)
    make_plan(case, by=ana, held_on=day_of(meeting) - 28 * DAY)
    make_offer(case, status=Offer.Status.REFUSED)
    assert waiting(meeting, ana) == []


def test_queue_waits_while_as_many_fights_run_as_the_group_set_itself(ana: User) -> None:
    make_group(fight_cap=1)
    make_plan(at(S.ESCALATING), by=ana)
    at(S.QUEUED)
    assert waiting(make_meeting(), ana) == []


def test_one_tap_puts_it_on_the_agenda_once(client: Client, ana: User) -> None:
    meeting, case = make_meeting(), at(S.PROPOSED, ana)
    url = reverse("add_agenda_item", args=[meeting.pk])
    for _click in range(2):
        answer = client.post(url, {"case": case.pk, "kind": K.TAKE_ON})
        assert answer.status_code == 302
    item = AgendaItem.objects.get()
    assert (item.case, item.motion, item.position) == (case, f"Take on {case.reference}", 1)
    assert waiting(meeting, ana) == []
    page = client.get(reverse("meeting", args=[meeting.pk]))
    assert reverse("make_move", args=[case.reference, "vote"]) in page.text


def test_vote_about_a_case_of_others_is_left_to_their_team(client: Client, ana: User) -> None:
    meeting, case = make_meeting(), at(S.ESCALATING)
    meetings.add_item(meeting, by=ana, case=case, kind=K.PLAN, motion="Plan")
    page = client.get(reverse("meeting", args=[meeting.pk]))
    assert "Its team records the vote." in page.text
    assert reverse("vote_plan", args=[case.reference]) not in page.text


def test_intake_nobody_has_taken_cannot_be_put_on_the_agenda(client: Client) -> None:
    case = make_case(state=S.NEW)
    url = reverse("add_agenda_item", args=[make_meeting().pk])
    assert client.post(url, {"case": case.pk, "kind": K.TAKE_ON}).status_code == 200
    assert not AgendaItem.objects.exists()


def test_agenda_says_that_an_interpreter_is_needed(client: Client, ana: User) -> None:
    meeting = make_meeting()
    case = at(S.PROPOSED, ana, person=make_person("Lucio", needs_interpreter=True))
    meetings.add_item(meeting, by=ana, case=case, kind=K.TAKE_ON, motion="Take on")
    page = client.get(reverse("meeting", args=[meeting.pk]))
    assert "An interpreter is needed." in page.text
    assert "Lucio" not in page.text


# Votes find their place


def test_vote_of_the_day_is_linked_to_its_item_and_meeting(ana: User) -> None:
    meeting, case = make_meeting(), at(S.ESCALATING, ana)
    item = meetings.add_item(meeting, by=ana, case=case, kind=K.PLAN, motion="Plan")
    counts = vote(meeting)
    decision = plans.vote_plan(case, by=ana, vote=counts, rungs=[("posters", "")])
    item.refresh_from_db()
    decision.refresh_from_db()
    assert (item.decision, decision.meeting) == (decision, meeting)


def test_vote_recorded_before_the_item_is_linked_when_the_item_is_added(ana: User) -> None:
    meeting, case = make_meeting(), at(S.ESCALATING, ana)
    decision = decisions.record_decision(case, K.LOSE, by=ana, vote=vote(meeting))
    item = meetings.add_item(meeting, by=ana, case=case, kind=K.LOSE, motion="Give up")
    item.refresh_from_db()
    assert item.decision == decision


def test_vote_of_another_day_or_kind_is_not_linked(ana: User) -> None:
    meeting, case = make_meeting(), at(S.ESCALATING, ana)
    item = meetings.add_item(meeting, by=ana, case=case, kind=K.PLAN, motion="Plan")
    other_day = vote(meeting, held_on=day_of(meeting) - DAY)
    decisions.record_decision(case, K.PLAN, by=ana, vote=other_day)
    decisions.record_decision(case, K.LOSE, by=ana, vote=vote(meeting))
    item.refresh_from_db()
    assert item.decision is None


def test_vote_noted_by_mistake_leaves_its_item_to_the_next_one(ana: User) -> None:
    meeting, case = make_meeting(), at(S.ESCALATING, ana)
    item = meetings.add_item(meeting, by=ana, case=case, kind=K.LOSE, motion="Give up")
    wrong = decisions.record_decision(case, K.LOSE, by=ana, vote=vote(meeting))
    Decision.objects.filter(pk=wrong.pk).update(struck_at=timezone.now())
    right = decisions.record_decision(case, K.LOSE, by=ana, vote=vote(meeting, votes_for=1))
    item.refresh_from_db()
    assert item.decision == right


# General motions


def general(meeting: Meeting, ana: User, motion: str = "Buy a megaphone") -> AgendaItem:
    return meetings.add_item(meeting, by=ana, motion=motion)


def test_general_motion_is_decided_on_the_page_of_the_meeting(client: Client, ana: User) -> None:
    meeting = make_meeting()
    item = general(meeting, ana)
    url = reverse("decide_motion", args=[meeting.pk, item.pk])
    typed = {"motion": "Buy two megaphones", "votes_for": 5, "votes_against": 5}
    for _click in range(2):
        assert client.post(url, typed).status_code == 302
    decision = Decision.objects.get()
    assert (decision.case, decision.kind, decision.carried) == (None, K.GENERAL, False)
    assert (decision.meeting, decision.held_on) == (meeting, day_of(meeting))
    item.refresh_from_db()
    assert item.decision == decision


def test_general_motion_is_decided_once(client: Client, ana: User) -> None:
    meeting = make_meeting()
    item = general(meeting, ana)
    now = timezone.now()
    meetings.decide(item, by=ana, vote=vote(meeting), now=now)
    url = reverse("decide_motion", args=[meeting.pk, item.pk])
    other = {"motion": "The motion", "votes_for": 1, "votes_against": 7}
    answer = client.post(url, other)
    assert answer.status_code == 409
    assert "This was decided already." in answer.text
    assert Decision.objects.count() == 1


def test_general_motion_noted_by_mistake_can_be_voted_anew(client: Client, ana: User) -> None:
    meeting = make_meeting()
    item = general(meeting, ana)
    old = meetings.decide(item, by=ana, vote=vote(meeting), now=timezone.now())
    client.post(reverse("strike_motion", args=[meeting.pk, item.pk]))
    new = meetings.decide(item, by=ana, vote=vote(meeting, votes_for=3), now=timezone.now())
    old.refresh_from_db()
    item.refresh_from_db()
    assert old.struck_at is not None
    assert item.decision == new


def test_motion_nobody_voted_on_is_refused(client: Client, ana: User) -> None:
    meeting = make_meeting()
    item = general(meeting, ana)
    url = reverse("decide_motion", args=[meeting.pk, item.pk])
    page = client.post(url, {"motion": "M", "votes_for": 0, "votes_against": 0})
    assert page.context["form"].errors == {"votes_for": ["Nobody voted. Count the hands."]}


def test_nothing_is_decided_before_the_day(ana: User) -> None:
    meeting = make_meeting(at=timezone.now() + 2 * DAY)
    item = general(meeting, ana)
    with pytest.raises(MeetingRefused, match="has not come yet"):
        meetings.decide(item, by=ana, vote=vote(meeting), now=timezone.now())
    with pytest.raises(MeetingRefused, match="has not come yet"):
        meetings.close(meeting, present=9, now=timezone.now())
    assert not Decision.objects.exists()


def test_vote_about_a_case_is_not_recorded_on_the_page_of_the_meeting(
    client: Client, ana: User
) -> None:
    meeting, case = make_meeting(), at(S.ESCALATING, ana)
    item = meetings.add_item(meeting, by=ana, case=case, kind=K.PUBLICITY, motion="Public")
    url = reverse("decide_motion", args=[meeting.pk, item.pk])
    answer = client.post(url, {"motion": "M", "votes_for": 9, "votes_against": 0})
    assert answer.headers["Location"] == reverse("vote_publicity", args=[case.reference])
    with pytest.raises(MeetingRefused):
        meetings.decide(item, by=ana, vote=vote(meeting), now=timezone.now())
    assert not Decision.objects.exists()


def test_what_was_decided_stays_on_the_agenda(client: Client, ana: User) -> None:
    meeting = make_meeting()
    item, other = general(meeting, ana), general(meeting, ana, "Sing")
    meetings.decide(item, by=ana, vote=vote(meeting), now=timezone.now())
    refused = client.post(reverse("remove_agenda_item", args=[meeting.pk, item.pk]))
    assert refused.status_code == 409
    client.post(reverse("remove_agenda_item", args=[meeting.pk, other.pk]))
    assert [*AgendaItem.objects.all()] == [item]


# The end of a meeting


def test_closed_with_the_number_present_a_meeting_takes_nothing_more(
    client: Client, ana: User
) -> None:
    meeting = make_meeting()
    item = general(meeting, ana)
    url = reverse("close_meeting", args=[meeting.pk])
    assert client.post(url, {"present": 14}).headers["Location"] == reverse(
        "minutes", args=[meeting.pk]
    )
    meeting.refresh_from_db()
    assert (meeting.present, meeting.closed_at is None) == (14, False)
    for refused in (
        lambda: meetings.add_item(meeting, by=ana, motion="One more"),
        lambda: meetings.decide(item, by=ana, vote=vote(meeting), now=timezone.now()),
        lambda: meetings.remove_item(item),
        lambda: meetings.close(meeting, present=15, now=timezone.now()),
    ):
        with pytest.raises(MeetingRefused, match="closed"):
            refused()
    client.post(reverse("reopen_meeting", args=[meeting.pk]))
    meetings.add_item(meeting, by=ana, motion="One more")
    assert meeting.agenda.count() == 2


def test_fewer_present_than_voted_is_refused(client: Client, ana: User) -> None:
    meeting = make_meeting()
    meetings.decide(general(meeting, ana), by=ana, vote=vote(meeting), now=timezone.now())
    page = client.post(reverse("close_meeting", args=[meeting.pk]), {"present": 11})
    assert "12 people voted on one of the motions." in page.text
    meeting.refresh_from_db()
    assert meeting.closed_at is None


def test_minutes_hold_tasks_and_counts_and_a_case_by_its_number_alone(
    client: Client, ana: User
) -> None:
    meeting = make_meeting(facilitator=ana, present=14)
    rosa = make_person("Rosa Quiñones")
    case = at(S.ESCALATING, ana, person=rosa, title="Rosa v. Golden Fork", summary="Not paid")
    meetings.add_item(meeting, by=ana, case=case, kind=K.PLAN, motion=f"Plan {case.reference}")
    secret = vote(meeting, motion="Posters against Golden Fork for Rosa")
    decisions.record_decision(case, K.PLAN, by=ana, vote=secret)
    decisions.record_decision(case, K.TRUCE, by=ana, vote=secret)
    meetings.decide(general(meeting, ana), by=ana, vote=vote(meeting), now=timezone.now())
    Task.objects.create(meeting=meeting, what="Fetch the megaphone", owner=ana)
    text = text_of(client.get(reverse("minutes", args=[meeting.pk])))
    assert text.index("Fetch the megaphone") < text.index(f"Plan {case.reference}")
    assert text.count("9 for, 1 against, 2 abstained") == 3
    assert f"{case.reference}: hold the pressure for a while" in text
    for private in ("Rosa", "Golden Fork", "Not paid"):
        assert private not in text


def test_meeting_on_a_later_day_takes_the_votes_of_that_day(client: Client, ana: User) -> None:
    meeting, case = make_meeting(at=timezone.now() - 3 * DAY), at(S.ESCALATING, ana)
    item = meetings.add_item(meeting, by=ana, case=case, kind=K.LOSE, motion="Give up")
    today = Group.objects.get(pk=1).local_date(timezone.now())
    decision = decisions.record_decision(case, K.LOSE, by=ana, vote=vote(meeting, held_on=today))
    zone = Group.objects.get(pk=1).zone
    noon = dt.datetime.combine(today, dt.time(0, 1), tzinfo=zone)
    typed = {"at": noon.strftime("%Y-%m-%d %H:%M"), "place": "Library", "seen_version": 1}
    assert client.post(reverse("edit_meeting", args=[meeting.pk]), typed).status_code == 302
    item.refresh_from_db()
    assert item.decision == decision


def test_page_of_a_meeting_costs_the_same_however_long(
    client: Client, ana: User, django_assert_max_num_queries: Any
) -> None:
    meeting = make_meeting()
    for n in range(6):
        case = at(S.PROPOSED, ana)
        meetings.add_item(meeting, by=ana, case=case, kind=K.TAKE_ON, motion=f"M{n}")
        at(S.PROPOSED)
        Task.objects.create(meeting=meeting, case=case, what=f"T{n}", owner=ana)
    with django_assert_max_num_queries(15):
        client.get(reverse("meeting", args=[meeting.pk]))


def test_form_sent_with_a_forged_key_makes_its_own_meeting(ana: User) -> None:
    key = uuid.uuid4()
    for user in (ana, make_user("Ben")):
        assert meetings.plan(by=user, form_key=key, at=timezone.now(), place="Library")
    assert Meeting.objects.count() == 2


@pytest.mark.parametrize("kind", agenda_page.MOTIONS)
def test_every_kind_of_vote_leads_to_a_page_that_opens(
    client: Client, ana: User, kind: str
) -> None:
    case = at(S.ESCALATING, ana, make_user())
    assert case.reference in agenda_page.motion_for(case, kind)
    assert client.get(agenda_page.record_page(case, kind)).status_code == 200


def test_answer_with_another_sum_deals_with_the_offer_on_the_agenda(ana: User) -> None:
    meeting, case = make_meeting(), at(S.ESCALATING, ana)
    item = meetings.add_item(meeting, by=ana, case=case, kind=K.OFFER, motion="Offer")
    decision = decisions.record_decision(case, K.COUNTER, by=ana, vote=vote(meeting))
    item.refresh_from_db()
    assert item.decision == decision
