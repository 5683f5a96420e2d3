"""A break: nothing is asked of somebody, nothing is taken from them, and the others may help."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaigns import breaks
from campaigns.case_forms import TeamForm
from campaigns.models import CaseState, Duty, Event, TeamMembership, User
from escalation import actions, calling, posting, sweep, taking_over, todo
from escalation.action_forms import ActionForm
from escalation.meeting_forms import MeetingForm
from escalation.models import Action, Call, MailChoice, MailWish, Task
from escalation.task_forms import TaskForm
from tests.factories import (
    make_action,
    make_case,
    make_group,
    make_meeting,
    make_member,
    make_sign_up,
    make_tree_entry,
    make_user,
    put_on_duty,
)

pytestmark = pytest.mark.django_db
S = CaseState
ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=ZONE)
TODAY, DAY = NOON.date(), dt.timedelta(days=1)


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


@pytest.fixture
def rae() -> User:
    """An organizer who takes a break."""
    return make_user("Rae", rests_since=TODAY)


def texts(user: User) -> list[str]:
    return [f"{item.about}: {item.text}" for item in todo.items_for(user, now=NOON)]


def offered(user: User) -> dict[str, list[str]]:
    return {
        one.person.name: [
            *(team.case.reference for team in one.teams),
            *map(str, one.actions),
            *map(str, one.tasks),
            *(duty.kind for duty in one.duties),
        ]
        for one in taking_over.offered_to(user, now=NOON)
    }


# Saying so, and coming back


@pytest.mark.parametrize("until", ["", "2026-11-16", "2026-12-24"])
def test_break_begins_today_and_its_end_may_stay_open(
    client: Client, ana: User, until: str
) -> None:
    client.post(reverse("my_break"), {"until": until})
    ana.refresh_from_db()
    assert ana.rests_since == TODAY
    assert str(ana.rests_until or "") == until


@pytest.mark.parametrize("until", ["2026-11-15", "soon", "2026-02-30", "1066-01-01"])
def test_end_that_cannot_be_is_refused_and_stays_in_the_page(
    client: Client, ana: User, until: str
) -> None:
    answer = client.post(reverse("my_break"), {"until": until})
    assert list(answer.context["form"].errors) == ["until"]
    assert f'value="{until}"' in answer.text
    assert not User.objects.get(pk=ana.pk).is_resting(TODAY)


def test_nobody_is_asked_why(client: Client, ana: User) -> None:
    form = client.get(reverse("my_break")).context["form"]
    assert list(form.fields) == ["until"]


def test_break_ends_after_its_last_day_by_itself(ana: User) -> None:
    breaks.start(by=ana, today=TODAY, until=TODAY + DAY)
    ana.refresh_from_db()
    assert [ana.is_resting(TODAY + n * DAY) for n in range(3)] == [True, True, False]
    for n, here in ((1, False), (2, True)):
        at_hand = User.objects.at_hand(TODAY + n * DAY)
        assert at_hand.filter(pk=ana.pk).exists() is here
        assert User.objects.away(TODAY + n * DAY).filter(pk=ana.pk).exists() is not here


def test_open_break_lasts_until_they_are_back(client: Client, ana: User) -> None:
    client.post(reverse("my_break"), {"until": ""})
    assert not User.objects.at_hand(TODAY + 900 * DAY).filter(pk=ana.pk).exists()
    assert User.objects.away(TODAY + 900 * DAY).filter(pk=ana.pk).exists()
    assert client.post(reverse("end_break")).url == reverse("today")
    assert User.objects.at_hand(TODAY).filter(pk=ana.pk).exists()


def test_coming_back_without_a_break_does_nothing(client: Client, ana: User) -> None:
    client.post(reverse("end_break"))
    assert not User.objects.get(pk=ana.pk).is_resting(TODAY)


def test_end_is_changed_and_the_first_day_kept(client: Client, ana: User) -> None:
    User.objects.filter(pk=ana.pk).update(rests_since=TODAY - 5 * DAY)
    client.post(reverse("my_break"), {"until": "2026-12-01"})
    ana.refresh_from_db()
    assert (ana.rests_since, ana.rests_until) == (TODAY - 5 * DAY, dt.date(2026, 12, 1))


def test_nothing_is_kept_of_a_break_that_is_over(ana: User) -> None:
    case = make_case(state=S.ESCALATING, team=[ana])
    breaks.start(by=ana, today=TODAY, until=TODAY, offers=[case.pk])
    sweep.sweep(NOON + DAY)
    ana.refresh_from_db()
    assert (ana.rests_since, ana.rests_until) == (None, None)
    assert not TeamMembership.objects.get().offers_place


def test_page_lists_what_they_carry(client: Client, ana: User) -> None:
    case = make_case(state=S.ESCALATING, team=[ana])
    make_action(leads=[ana], title="Picket on Friday")
    Task.objects.create(what="Print the posters", owner=ana)
    Duty.objects.create(user=ana, kind="web", from_date=TODAY, until_date=TODAY + DAY)
    page = client.get(reverse("my_break")).text
    for text in (case.reference, "Picket on Friday", "Print the posters", "Website and posters"):
        assert text in page


# What a break keeps away


def test_today_is_empty_and_says_the_way_back(client: Client, ana: User) -> None:
    make_case(state=S.ESCALATING, team=[ana])
    Task.objects.create(what="Print", owner=ana)
    assert texts(ana)
    client.post(reverse("my_break"), {"until": ""})
    answer = client.get(reverse("today"))
    assert answer.context["items"] == []
    assert "I am back" in answer.text


def test_intake_duty_of_somebody_who_rests_counts_as_nobody(ana: User, rae: User) -> None:
    put_on_duty(rae)
    said = "Intake: Nobody is on intake duty. What people tell us now is read by nobody."
    assert said in texts(ana)
    put_on_duty(make_user("Ben"))
    assert said not in texts(ana)


def test_nothing_new_is_proposed_for_them(ana: User, rae: User) -> None:
    case = make_case(state=S.ESCALATING, team=[ana])
    new = [
        ActionForm(user=ana, now=NOON, case=case).fields["lead"],
        ActionForm(user=ana, now=NOON, case=case).fields["second_lead"],
        MeetingForm(now=NOON).fields["facilitator"],
        TaskForm(case=case).fields["owner"],
        TeamForm(case=case).fields["user"],
    ]
    for field in new:
        assert rae not in field.queryset


def test_what_they_have_already_stays_theirs_in_a_form(ana: User, rae: User) -> None:
    case = make_case(state=S.ESCALATING, team=[ana])
    action = make_action(cases=[case], leads=[rae, ana])
    task = Task.objects.create(case=case, what="Print", owner=rae)
    meeting = make_meeting(facilitator=rae)
    assert rae in ActionForm(instance=action, user=ana, now=NOON).fields["lead"].queryset
    assert rae in TaskForm(instance=task, case=case).fields["owner"].queryset
    form = MeetingForm(instance=meeting, now=NOON)
    assert rae in form.fields["facilitator"].queryset
    assert rae not in form.fields["note_taker"].queryset


def announced(by: User) -> Action:
    draft = make_action(leads=[by], state=Action.State.DRAFT)
    actions.announce(draft, by=by, now=NOON)
    return Action.objects.get(pk=draft.pk)


def test_no_announcement_and_no_reminder_is_mailed_to_them(ana: User, rae: User) -> None:
    action = announced(ana)
    posting.post()
    assert [letter.to for letter in mail.outbox] == []
    make_sign_up(action, user=rae, at=NOON - 5 * DAY)
    with time_machine.travel(action.starts_at - dt.timedelta(hours=40), tick=False):
        posting.post()
    assert mail.outbox == []


@pytest.mark.parametrize(("wish", "letters"), [("all", 1), ("important", 1), ("none", 0)])
def test_who_said_yes_still_hears_that_it_is_off_as_they_wished(
    ana: User, rae: User, wish: str, letters: int
) -> None:
    MailChoice.objects.create(user=rae, wish=MailWish(wish))
    action = announced(ana)
    make_sign_up(action, user=rae)
    actions.cancel(action, by=ana, reason="Snow")
    posting.post()
    assert len([letter for letter in mail.outbox if letter.to == [rae.email]]) == letters


# What is offered round


def test_what_fewer_than_two_others_carry_is_offered(ana: User, rae: User) -> None:
    ben, cy = make_user("Ben"), make_user("Cy")
    alone = make_case(state=S.ESCALATING, team=[rae])
    with_one = make_case(state=S.ESCALATING, team=[rae, ben])
    make_case(state=S.ESCALATING, team=[rae, ben, cy])
    make_case(state=S.WON, team=[rae])
    make_action(leads=[rae], title="Alone")
    make_action(leads=[rae, ben], title="With one")
    make_action(leads=[rae, ben, cy], title="With two")
    make_action(leads=[rae], title="Past", starts_at=NOON - DAY)
    Task.objects.create(what="Print", owner=rae)
    Task.objects.create(what="Done", owner=rae, done_at=NOON)
    Task.objects.create(case=alone, what="Of a file I do not read", owner=rae)
    Duty.objects.create(user=rae, kind="web", from_date=TODAY, until_date=TODAY + 9 * DAY)
    cases = sorted(case.reference for case in (alone, with_one))
    assert offered(ana) == {"Rae": [*cases, "Alone", "With one", "Print", "web"]}
    assert "Rae: Takes a break. 6 things need somebody else." in texts(ana)


def test_nothing_is_offered_of_who_is_here_or_of_oneself(ana: User) -> None:
    make_case(state=S.ESCALATING, team=[ana])
    make_case(state=S.ESCALATING, team=[make_user("Ben")])
    User.objects.filter(pk=ana.pk).update(rests_since=TODAY)
    assert offered(User.objects.get(pk=ana.pk)) == {}


def test_nothing_moves_by_itself(ana: User, rae: User) -> None:
    case = make_case(state=S.ESCALATING, team=[rae])
    action, task = make_action(leads=[rae]), Task.objects.create(what="Print", owner=rae)
    sweep.sweep(NOON + 30 * DAY)
    assert list(case.team_memberships.values_list("user", "left_at")) == [(rae.pk, None)]
    assert list(action.leads.all()) == [rae]
    assert Task.objects.get(pk=task.pk).owner == rae


def test_offers_cost_the_same_however_many_rest(
    ana: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in (1, 20):
        for _each in range(number):
            rests = make_user(rests_since=TODAY)
            make_case(state=S.ESCALATING, team=[rests])
            make_action(leads=[rests])
            Task.objects.create(what="Print", owner=rests)
            Duty.objects.create(user=rests, kind="web", from_date=TODAY, until_date=TODAY)
        with django_assert_num_queries(4):
            taking_over.offered_to(ana, now=NOON)


# Taking over


def test_lead_goes_to_who_takes_it_and_the_case_knows(client: Client, ana: User, rae: User) -> None:
    ben = make_user("Ben")
    case = make_case(state=S.ESCALATING, team=[ben])
    action = make_action(cases=[case], leads=[rae, ben])
    client.post(reverse("take_lead", args=[action.public_id, rae.pk]))
    assert set(action.leads.all()) == {ana, ben}
    entry = case.log.get()
    assert (entry.event, entry.by, entry.note) == (
        Event.ACTION_CHANGED,
        ana,
        "Ana leads it in place of Rae.",
    )
    assert Action.objects.get().version == action.version + 1


def test_lead_of_somebody_who_is_here_is_not_taken(client: Client, ana: User) -> None:
    ben = make_user("Ben")
    action = make_action(leads=[ben])
    url = reverse("take_lead", args=[action.public_id, ben.pk])
    assert "or they are back" in client.post(url, follow=True).text
    assert list(action.leads.all()) == [ben]


def test_draft_of_another_team_is_not_there_to_be_led(client: Client, ana: User, rae: User) -> None:
    draft = make_action(leads=[rae], state=Action.State.DRAFT)
    assert offered(ana) == {}
    url = reverse("take_lead", args=[draft.public_id, rae.pk])
    assert client.post(url).status_code == 404


def test_who_comes_back_meanwhile_keeps_the_lead(ana: User, rae: User) -> None:
    action = make_action(leads=[rae])
    breaks.end(by=rae)
    with pytest.raises(actions.ActionRefused, match="or they are back"):
        taking_over.take_lead(action, of=rae, by=ana, now=NOON)
    assert list(action.leads.all()) == [rae]


def test_task_goes_to_who_takes_it_once(client: Client, ana: User, rae: User) -> None:
    case = make_case(state=S.ESCALATING, team=[ana, rae])
    task = Task.objects.create(case=case, what="Print", owner=rae)
    url = reverse("take_task", args=[task.pk])
    client.post(url)
    assert Task.objects.get().owner == ana
    assert [(entry.event, entry.by) for entry in case.log.all()] == [(Event.TASK_TAKEN, ana)]
    assert "Somebody took it over meanwhile" in client.post(url, follow=True).text
    assert case.log.count() == 1


def test_task_and_duty_of_somebody_who_is_here_are_not_taken(client: Client, ana: User) -> None:
    ben = make_user("Ben")
    task = Task.objects.create(what="Print", owner=ben)
    nobodys = Task.objects.create(what="Fold")
    duty = Duty.objects.create(user=ben, kind="web", from_date=TODAY, until_date=TODAY + DAY)
    for url in (
        reverse("take_task", args=[task.pk]),
        reverse("take_task", args=[nobodys.pk]),
        reverse("take_over_duty", args=[duty.pk]),
    ):
        assert "or they are back" in client.post(url, follow=True).text
    assert {task.owner for task in Task.objects.all()} == {ben, None}
    assert list(Duty.objects.all()) == [duty]


def test_task_of_a_file_one_may_not_read_is_not_there(client: Client, ana: User, rae: User) -> None:
    case = make_case(state=S.ESCALATING, team=[rae])
    task = Task.objects.create(case=case, what="Secret", owner=rae)
    assert client.post(reverse("take_task", args=[task.pk])).status_code == 404
    assert "Secret" not in client.get(reverse("who_carries_what")).text


def test_rest_of_a_duty_goes_to_who_takes_it(client: Client, ana: User, rae: User) -> None:
    duty = Duty.objects.create(
        user=rae, kind="web", from_date=TODAY - 9 * DAY, until_date=TODAY + 20 * DAY, note="Keys"
    )
    answer = client.post(reverse("take_over_duty", args=[duty.pk]), follow=True)
    assert "Keys" in answer.text
    mine = Duty.objects.get(user=ana)
    assert (mine.kind, mine.from_date, mine.until_date) == ("web", TODAY, TODAY + 20 * DAY)
    duty.refresh_from_db()
    assert (duty.until_date, duty.note) == (TODAY - DAY, "Keys")
    assert offered(ana) == {}


@pytest.mark.parametrize("name", ["take_lead", "take_task", "take_over_duty", "join_team"])
def test_member_takes_nothing_over(client: Client, rae: User, name: str) -> None:
    client.force_login(make_member())
    case = make_case(state=S.ESCALATING, team=[rae])
    TeamMembership.objects.update(offers_place=True)
    duty = Duty.objects.create(user=rae, kind="web", from_date=TODAY, until_date=TODAY)
    args = {
        "take_lead": [make_action(leads=[rae]).public_id, rae.pk],
        "take_task": [Task.objects.create(what="Print", owner=rae).pk],
        "take_over_duty": [duty.pk],
        "join_team": [case.reference],
    }[name]
    assert client.post(reverse(name, args=args)).status_code == 404


# Teams: who may join is the same as on any day


def test_team_of_somebody_who_rests_stays_closed_to_others(
    client: Client, ana: User, rae: User
) -> None:
    case = make_case(state=S.ESCALATING, team=[rae])
    assert client.post(reverse("join_team", args=[case.reference])).status_code == 404
    assert "Only Rae can add you." in client.get(reverse("who_carries_what")).text
    make_case(state=S.ESCALATING, team=[rae, make_user("Ben")])
    assert "Ask Ben to add you." in client.get(reverse("who_carries_what")).text


def test_who_rests_may_let_others_join_the_teams_where_they_are_needed(
    client: Client, ana: User
) -> None:
    ben, cy = make_user("Ben"), make_user("Cy")
    mine = make_case(state=S.ESCALATING, team=[ana])
    other = make_case(state=S.ESCALATING, team=[ana, ben])
    full = make_case(state=S.ESCALATING, team=[ana, ben, cy])
    foreign = make_case(state=S.ESCALATING, team=[ben])
    asked = client.get(reverse("my_break")).context["form"].fields["offers"].choices
    assert [int(pk) for pk, _name in asked] == [mine.pk, other.pk]
    for pk in (full.pk, foreign.pk):
        answer = client.post(reverse("my_break"), {"offers": [pk]})
        assert list(answer.context["form"].errors) == ["offers"]
    client.post(reverse("my_break"), {"offers": [mine.pk]})
    client.force_login(cy)
    page = client.get(mine.get_absolute_url()).text
    assert "any organizer may join" in page
    assert client.post(reverse("join_team", args=[other.reference])).status_code == 404
    client.post(reverse("join_team", args=[mine.reference]))
    assert mine.team_memberships.current().filter(user=cy).exists()
    assert mine.log.get().event == Event.TEAM_JOINED
    assert mine.team_memberships.current().filter(user=ana).exists()


def test_place_is_offered_no_longer_once_they_are_back(client: Client, ana: User) -> None:
    case = make_case(state=S.ESCALATING, team=[ana])
    client.post(reverse("my_break"), {"offers": [case.pk]})
    client.post(reverse("end_break"))
    client.force_login(make_user("Cy"))
    assert client.post(reverse("join_team", args=[case.reference])).status_code == 404


def test_team_is_told_that_one_of_two_rests(ana: User, rae: User) -> None:
    case = make_case(state=S.PREPARING, team=[ana, rae])
    about = f"{case.reference} · Wages"
    assert f"{about}: You carry it alone." in texts(ana)
    assert f"{about}: This team has fewer than two people." in texts(make_user("Cy"))


def test_whoever_begins_a_break_hands_the_calls_back_and_the_others_get_them(
    client: Client, ana: User
) -> None:
    make_tree_entry("Rosa")
    jose, action = make_member("José"), make_action(leads=[make_user("Lee")])
    calling.split(action, by=ana, callers=[ana], now=NOON)
    calling.split(action, by=ana, callers=[jose], now=NOON)
    assert Call.objects.get().caller.user == ana
    client.post(reverse("my_break"), {"until": ""})
    assert Call.objects.get().caller.user == jose
