"""One switch for a pause, an agreement and an end: what was ahead is called off."""

import datetime as dt
import zoneinfo
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from campaigns.models import Case, CaseState, Consent, Event, Reason, User
from escalation import actions, moves, no_trespass, plans, publicity, reminders, standing_down
from escalation.actions import ActionRefused
from escalation.models import Action, Decision, OutboxMessage, Task
from letters.models import Poster
from tests.factories import (
    make_action,
    make_case,
    make_demand,
    make_group,
    make_incident,
    make_member,
    make_offer,
    make_payment,
    make_plan,
    make_sign_up,
    make_target,
    make_user,
    say_yes,
)

S, State, Kind = CaseState, Action.State, OutboxMessage.Kind
ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOON = dt.datetime(2026, 12, 1, 12, 0, tzinfo=ZONE)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _network(db: None) -> Iterator[None]:
    with time_machine.travel(NOON, tick=False), timezone.override(ZONE):
        make_group(fight_cap=9)
        yield


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


@pytest.fixture
def case(ana: User) -> Case:
    case = make_case(state=S.ESCALATING, team=[ana, make_user("Ben")], deadline_at=NOON - 9 * DAY)
    make_demand(case, "900")
    return Case.objects.get(pk=case.pk)


def vote(case: Case) -> dict[str, object]:
    return {
        "motion": "So be it",
        "votes_for": 9,
        "votes_against": 0,
        "abstained": 0,
        "held_on": NOON.date(),
        "affected_agreed": True,
        "voices": {party.pk: True for party in case.parties.affected()},
    }


def pause(case: Case, by: User, reason: str = Reason.RECORDS) -> None:
    moves.hold(case, by=by, reason=reason, review_on=NOON.date() + 7 * DAY)


def truce(case: Case, by: User) -> None:
    day = NOON.date() + 7 * DAY
    moves.hold(case, by=by, reason=Reason.TRUCE, review_on=day, vote=vote(case))


def agree(case: Case, by: User) -> None:
    offer = make_offer(case, "600.00")
    moves.agree(case, by=by, offer=offer, affected_agreed=True, vote=vote(case))


def win(case: Case, by: User) -> None:
    make_payment(case, "900.00", status="cleared", party=case.parties.first())
    moves.win(case, by=by, demand_met=True)


def settle(case: Case, by: User) -> None:
    make_payment(case, "500.00", status="cleared", party=case.parties.first())
    moves.settle(case, by=by, reason=Reason.FAIR_ENOUGH, vote=vote(case))


def lose(case: Case, by: User) -> None:
    moves.lose(case, by=by, reason=Reason.NO_LEVERAGE_LEFT, vote=vote(case))


def drop(case: Case, by: User) -> None:
    moves.drop(case, by=by, reason=Reason.OWN_WISH, own_word=True)


EVERY_SWITCH = [pause, truce, agree, win, settle, lose, drop]
Switch = Callable[[Case, User], None]


@pytest.mark.parametrize("switch", EVERY_SWITCH)
def test_pause_agreement_and_end_call_off_what_is_ahead_and_tell_everybody(
    case: Case, ana: User, switch: Switch
) -> None:
    posters = make_action(cases=[case], tactic="posters", starts_at=NOON - DAY, state=State.HELD)
    picket = make_action(cases=[case], leads=[ana])
    draft = make_action(cases=[case], state=State.DRAFT)
    later = make_action(cases=[case], state=State.POSTPONED, starts_at=NOON - 2 * DAY)
    yes = make_sign_up(picket, email="yes@x.example")
    maybe = make_sign_up(picket, "Bo", answer="maybe", email="maybe@x.example")
    make_sign_up(picket, "Cy", answer="no", email="no@x.example")
    switch(case, ana)
    states = {action.pk: action.state for action in Action.objects.all()}
    assert states == {
        posters.pk: State.HELD,
        picket.pk: State.CANCELLED,
        draft.pk: State.CANCELLED,
        later.pk: State.CANCELLED,
    }
    told = OutboxMessage.objects.filter(kind=Kind.CANCELLATION).values_list("sign_up", flat=True)
    assert set(told) == {yes.pk, maybe.pk}
    (task,) = Task.objects.open().filter(case=case)
    assert task.what == "Take down the posters that still hang"


def test_reason_in_public_tells_nothing_of_the_fight(case: Case, ana: User) -> None:
    picket = make_action(cases=[case])
    draft = make_action(cases=[case], state=State.DRAFT)
    pause(case, ana)
    picket.refresh_from_db()
    draft.refresh_from_db()
    assert picket.cancel_reason == "It is not needed for now."
    assert draft.cancel_reason == ""
    assert case.log.filter(event=Event.ACTION_CANCELLED).count() == 2


def test_reminders_stop(case: Case, ana: User) -> None:
    picket = make_action(cases=[case], starts_at=NOON + 2 * DAY)
    make_sign_up(picket, email="yes@x.example")
    pause(case, ana)
    with time_machine.travel(NOON + DAY, tick=False):
        reminders.plan(NOON + DAY, ZONE)
    kinds = set(OutboxMessage.objects.values_list("kind", flat=True))
    assert kinds == {Kind.CANCELLATION}


def test_what_has_begun_is_not_called_off(case: Case, ana: User) -> None:
    going_on = make_action(cases=[case], starts_at=NOON - DAY / 24)
    pause(case, ana)
    going_on.refresh_from_db()
    assert going_on.state == State.ANNOUNCED


def test_nothing_comes_back_when_the_pause_ends(case: Case, ana: User) -> None:
    picket = make_action(cases=[case])
    pause(case, ana)
    moves.resume(case, by=ana)
    picket.refresh_from_db()
    assert picket.state == State.CANCELLED
    assert Case.objects.get(pk=case.pk).state == S.ESCALATING


def test_pause_put_right_says_that_what_was_called_off_stays_so(
    client: Client, case: Case, ana: User
) -> None:
    picket = make_action(cases=[case])
    pause(case, ana)
    client.force_login(ana)
    page = client.get(reverse("make_move", args=[case.reference, "put_right"])).text
    assert "What was called off with it stays so: people were told. Plan it anew." in page
    step = moves.last_move(case)
    moves.put_right(case, by=ana, move=step, reason=Reason.CLICKED_WRONG, note="Wrong case.")
    picket.refresh_from_db()
    assert picket.state == State.CANCELLED


def test_refused_pause_calls_nothing_off(case: Case, ana: User) -> None:
    picket = make_action(cases=[case])
    with pytest.raises(moves.MoveRefused):
        moves.hold(case, by=ana, reason=Reason.TRUCE, review_on=NOON.date() + DAY)
    picket.refresh_from_db()
    assert picket.state == State.ANNOUNCED
    assert not OutboxMessage.objects.exists()


def test_page_says_before_what_it_calls_off(client: Client, case: Case, ana: User) -> None:
    other = make_case(state=S.ESCALATING, team=[ana])
    make_action(cases=[case], title="Friday")
    make_action(cases=[case], title="A draft", state=State.DRAFT)
    make_action(cases=[case, other], title="Both")
    Poster.objects.create(case=case, headline="Eating here?", lines="Three weeks.")
    client.force_login(ana)
    url = reverse("make_move", args=[case.reference, "hold"])
    page = client.get(url).text
    for sentence in (
        "“Friday” on Fri 4 Dec is called off. Who left an e-mail is told. Call the others.",
        "“A draft” on Fri 4 Dec is called off. Nobody was told of it yet.",
        "“Both” on Fri 4 Dec goes on for another fight, without this one.",
        "The team gets a task: take down the posters that still hang.",
    ):
        assert sentence in page, sentence
    typed = {"reason": "records", "review_on": "2026-12-09", "seen_state": S.ESCALATING}
    assert client.post(url, typed).status_code == 302
    assert case.actions.exclude(state=State.CANCELLED).count() == 0


def test_end_of_a_paused_fight_asks_for_no_second_task(case: Case, ana: User) -> None:
    Poster.objects.create(case=case, headline="Eating here?", lines="Three weeks.")
    pause(case, ana)
    drop(case, ana)
    assert Task.objects.filter(case=case).count() == 1


# An action that serves several fights


@pytest.fixture
def other(ana: User) -> Case:
    return make_case(state=S.ESCALATING, team=[ana, make_user("Ben")], target=make_target())


def test_action_for_two_stays_for_the_other_and_is_called_off_with_the_last(
    case: Case, other: Case, ana: User
) -> None:
    both = make_action(cases=[case, other])
    make_sign_up(both, email="yes@x.example")
    pause(case, ana)
    both.refresh_from_db()
    assert (both.state, list(both.cases.all())) == (State.ANNOUNCED, [other])
    assert not OutboxMessage.objects.exists()
    entry = case.log.filter(event=Event.ACTION_CHANGED).get()
    assert entry.note == "It takes place for another fight, and no longer for this one."
    pause(other, ana)
    both.refresh_from_db()
    assert both.state == State.CANCELLED
    assert OutboxMessage.objects.filter(kind=Kind.CANCELLATION).count() == 1


@pytest.mark.parametrize("state", [S.ON_HOLD, S.AGREED, S.WON])
def test_action_for_a_fight_that_rests_already_is_called_off(
    case: Case, other: Case, ana: User, state: str
) -> None:
    Case.objects.filter(pk=other.pk).update(state=state)
    both = make_action(cases=[case, other])
    pause(case, ana)
    both.refresh_from_db()
    assert both.state == State.CANCELLED


def test_action_for_two_is_a_step_of_both_plans(case: Case, other: Case, ana: User) -> None:
    for fight in (case, other):
        make_plan(fight, by=ana, tactics=("picket", "rally"))
    make_action(cases=[case, other])
    for fight in (case, other):
        found = [step.standing for step in plans.steps_of(fight, now=NOON)]
        assert found == ["planned", "next"]


def test_action_for_two_needs_the_yes_of_the_people_of_both(
    case: Case, other: Case, ana: User
) -> None:
    both = make_action(cases=[case, other], state=State.DRAFT)
    say_yes(case, "picket")
    with pytest.raises(ActionRefused, match="The yes of Rosa to this step is missing"):
        actions.announce(both, by=ana, now=NOON)
    say_yes(other, "picket")
    actions.announce(both, by=ana, now=NOON)


def test_action_for_two_needs_publicity_in_both_and_the_tick_near_either_place(
    case: Case, other: Case, ana: User
) -> None:
    press = make_action(cases=[case, other], tactic="media", state=State.DRAFT)
    consent = {"person": case.parties.get().person, "kind": Consent.Kind.PUBLICITY}
    Consent.objects.create(case=case, **consent)
    Case.objects.filter(pk=case.pk).update(publicity=Case.Publicity.YES)
    with pytest.raises(ActionRefused, match=f"{other.reference} may not be made public"):
        actions.announce(press, by=ana, now=NOON)
    make_incident(case, "no_trespass", place="114 Maple Street")
    picket = make_action(cases=[case, other], state=State.DRAFT)
    assert no_trespass.why_not_announced(picket).startswith("Tick first")


def test_fight_that_rests_is_not_announced(case: Case, other: Case, ana: User) -> None:
    action = make_action(cases=[case], state=State.DRAFT)
    say_yes(case, "picket")
    Case.objects.filter(pk=case.pk).update(state=S.ON_HOLD, held_state=S.ESCALATING)
    with pytest.raises(ActionRefused, match=f"{case.reference} rests or has ended"):
        actions.announce(action, by=ana, now=NOON)
    action.cases.add(other)
    say_yes(other, "picket")
    actions.announce(action, by=ana, now=NOON)


def test_balance_of_one_fight_ends_nothing_of_the_other(case: Case, other: Case, ana: User) -> None:
    both = make_action(cases=[case, other])
    win(case, ana)
    both.refresh_from_db()
    assert both.state == State.ANNOUNCED
    assert list(both.cases.all()) == [other]
    assert Case.objects.get(pk=other.pk).state == S.ESCALATING


# One no to publicity


def test_no_to_publicity_asks_for_the_posters_to_come_down(case: Case, ana: User) -> None:
    Poster.objects.create(case=case, headline="Eating here?", lines="Three weeks.")
    Case.objects.filter(pk=case.pk).update(publicity=Case.Publicity.YES)
    for _n in range(2):
        publicity.stop(case, party=case.parties.get(), by=None)
    (task,) = Task.objects.filter(case=case)
    assert (task.what, task.by, task.due_on) == (
        "Take down the posters that still hang",
        None,
        NOON.date() + 7 * DAY,
    )


def test_no_to_publicity_asks_for_nothing_where_nothing_hangs(case: Case, ana: User) -> None:
    publicity.stop(case, party=case.parties.get(), by=ana)
    assert not Task.objects.exists()


def test_truce_is_a_vote_and_calls_off_in_the_same_moment(case: Case, ana: User) -> None:
    make_action(cases=[case], leads=[make_member()])
    truce(case, ana)
    assert Decision.objects.get().kind == Decision.Kind.TRUCE
    assert standing_down.in_words(Case.objects.get(pk=case.pk), "hold_longer", now=NOON) == []


def test_why_it_is_off_is_read_in_the_language_of_the_page(
    client: Client, case: Case, ana: User
) -> None:
    picket = make_action(cases=[case], leads=[ana])
    with translation.override("es"):
        pause(case, ana)
    picket.refresh_from_db()
    assert picket.cancel_reason == "It is not needed for now."
    Action.objects.filter(pk=picket.pk).update(cancel_reason="<b>Rain</b> and 50% of us are ill.")
    page = client.get(reverse("action_page", args=[picket.public_id])).content.decode()
    assert "&lt;b&gt;Rain&lt;/b&gt; and 50% of us are ill." in page
