"""A wrong move is taken back: the earlier state returns, and both stay in the timeline."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns import money_in, private_code
from campaigns.models import (
    Case,
    CaseParty,
    CaseState,
    Contact,
    Event,
    InitialMeeting,
    LogEntry,
    Reason,
    User,
)
from escalation import moves
from escalation.models import Agreement, CaseLifecycle, Decision, Offer, Tactic
from escalation.moves import MoveRefused
from escalation.moving import MOVE_FIELDS
from letters.models import Delivery, Demand
from tests.factories import (
    complete_sheet,
    make_action,
    make_case,
    make_demand,
    make_final_letter,
    make_group,
    make_line,
    make_member,
    make_offer,
    make_payment,
    make_person,
    make_target,
    make_user,
    put_on_duty,
)

pytestmark = pytest.mark.django_db

S, R = CaseState, Reason
CODE = "0123456789BCDFGHJKMNPQRST"


@pytest.fixture(autouse=True)
def _group() -> None:
    make_group()


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


@pytest.fixture
def ben() -> User:
    return make_user("Ben")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def reload(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def vote(**values: Any) -> dict[str, Any]:
    return {
        "motion": "The motion",
        "votes_for": 9,
        "votes_against": 1,
        "abstained": 0,
        "affected_agreed": True,
        "held_on": timezone.localdate(),
    } | values


def put_right(case: Case, by: User, **values: Any) -> None:
    said = {"reason": R.CLICKED_WRONG, "note": "The wrong case."} | values
    moves.put_right(case, by=by, **({"move": moves.last_move(case)} | said))


def header(case: Case) -> dict[str, Any]:
    fields = (*MOVE_FIELDS, "state", "state_since", "closed_at")
    return Case.objects.filter(pk=case.pk).values(*fields).get()


def proposed(team: list[User]) -> Case:
    case = make_case(state=S.PROPOSED, team=team, target=make_target())
    complete_sheet(case)
    case.parties.update(joined_on=timezone.localdate())
    return case


def take_on(case: Case, by: User, **values: Any) -> str:
    said = {"sum_voted": Decimal(1620), "deadline_days": 14, "members": []} | values
    return moves.vote_yes(case, by=by, vote=vote(), **said)


def delivery_set(team: list[User]) -> Case:
    case = make_case(state=S.DELIVERY_SET, team=team, target=make_target())
    make_line(case)
    make_demand(case)
    make_final_letter(case, by=team[0], approved_by=team[1])
    return case


def deliver(case: Case, by: User) -> None:
    moves.record_delivery(
        case,
        by=by,
        at=timezone.now(),
        place="Front desk",
        handed_by="Rosa",
        received_by="the manager",
        method="by_hand",
        headcount=9,
    )


# What comes back


def test_wrong_hold_is_put_right_and_both_stay_in_the_timeline(ana: User) -> None:
    case = make_case(state=S.ESCALATING, team=[ana])
    before = header(case)
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    moves.hold(case, by=ana, reason=R.LEGAL_ADVICE, review_on=tomorrow)
    assert header(case) != before
    put_right(case, ana)
    assert header(case) == before
    events = [*case.log.order_by("pk").values_list("event", "from_state", "to_state", "reason")]
    assert events == [
        (Event.MOVE, S.ESCALATING, S.ON_HOLD, R.LEGAL_ADVICE),
        (Event.PUT_RIGHT, S.ON_HOLD, S.ESCALATING, R.CLICKED_WRONG),
    ]
    assert case.log.moves().count() == 1
    assert case.log.moves_that_stand().count() == 0
    assert case.log.get(event=Event.PUT_RIGHT).undoes == case.log.get(event=Event.MOVE)


def test_steps_are_taken_back_one_after_another(ana: User) -> None:
    case = proposed([ana, make_user()])
    before = header(case)
    moves.defer(case, by=ana, questions="How many hours?")
    moves.propose(case, by=ana)
    put_right(case, ana)
    assert reload(case).state == S.MEETING
    put_right(case, ana)
    assert header(case) == before
    with pytest.raises(MoveRefused):
        put_right(case, ana, move=case.log.moves().first())


def test_vote_that_took_it_on_is_struck_and_guards_no_longer_see_it(ana: User, ben: User) -> None:
    cleo = make_member("Cleo")
    case = proposed([ana, ben])
    before = header(case)
    assert take_on(case, ana, members=[cleo]) == S.PREPARING
    put_right(case, ana, reason=R.NOT_SO, note="They voted on another case.")
    assert header(case) == before
    assert Decision.objects.get(case=case).struck_at is not None
    assert not Demand.objects.filter(case=case).exists()
    assert not case.team_memberships.filter(user=cleo, left_at=None).exists()
    facts = CaseLifecycle.objects.with_facts().get(pk=case.pk)
    assert (facts.vote_carried, facts.take_on_at) == (None, None)
    assert take_on(case, ana, sum_voted=Decimal(900)) == S.PREPARING
    assert Demand.objects.get(case=case).amount == Decimal(900)


def test_wrong_no_of_the_meeting_is_put_right(ana: User, ben: User) -> None:
    case = proposed([ana, ben])
    no = vote(votes_for=1, votes_against=9)
    moves.vote_no(case, by=ana, vote=no, reason=R.CAPACITY, text="We cannot.")
    put_right(case, ana)
    assert (reload(case).state, reload(case).close_reason) == (S.PROPOSED, "")
    assert not Decision.objects.valid().filter(case=case).exists()
    assert case.messages.count() == 1  # they may have read it


def test_delivery_that_was_not_is_taken_away_and_its_facts_stay_in_the_log(
    ana: User, ben: User
) -> None:
    case = delivery_set([ana, ben])
    before = header(case)
    deliver(case, ana)
    put_right(case, ana, reason=R.NOT_SO, note="They went to the wrong building.")
    assert header(case) == before
    assert not Delivery.objects.exists()
    kept = case.log.get(event=Event.DELIVERED).data
    assert {name: kept[name] for name in ("place", "handed_by", "received_by", "method")} == {
        "place": "Front desk",
        "handed_by": "Rosa",
        "received_by": "the manager",
        "method": "by_hand",
    }
    assert kept["headcount"] == 9
    deliver(case, ana)
    assert Delivery.objects.count() == 1
    assert reload(case).state == S.CLOCK_RUNNING


def test_accepted_offer_is_open_again(ana: User, ben: User) -> None:
    case = make_case(state=S.ESCALATING, team=[ana, ben])
    make_demand(case, "900")
    offer = make_offer(case, "600", status=Offer.Status.COUNTERED)
    moves.agree(case, by=ana, offer=offer, affected_agreed=True, vote=vote())
    put_right(case, ana)
    offer.refresh_from_db()
    assert (offer.status, offer.decision) == (Offer.Status.COUNTERED, None)
    assert not Agreement.objects.in_force().exists()
    assert not Decision.objects.valid().exists()
    assert reload(case).state == S.ESCALATING
    moves.agree(case, by=ana, offer=offer, affected_agreed=True, vote=vote())
    assert reload(case).state == S.AGREED


def test_agreement_binds_again_when_its_breach_is_put_right(ana: User, ben: User) -> None:
    case = make_case(state=S.AGREED, team=[ana, ben])
    make_demand(case, "900")
    offer = make_offer(case, "600", status=Offer.Status.ACCEPTED)
    moves.default(case, by=ana, reason=R.DEFAULT, note="Nothing came.")
    put_right(case, ana, reason=R.NOT_SO)
    offer.refresh_from_db()
    assert (reload(case).state, offer.status) == (S.AGREED, Offer.Status.ACCEPTED)


def test_reopening_is_put_right_with_its_outcomes(ana: User) -> None:
    closed_at = timezone.now() - dt.timedelta(days=9)
    case = make_case(state=S.SETTLED, team=[ana], closed_at=closed_at, close_reason=R.RISK)
    make_offer(case, "600", status=Offer.Status.ACCEPTED)
    case.parties.update(outcome=CaseParty.Outcome.SETTLED)
    before = header(case)
    moves.reopen(case, by=ana, reason=R.BREACH, note="No reference.", everyone_agreed=True)
    put_right(case, ana)
    assert header(case) == before
    assert case.offers.get().status == Offer.Status.ACCEPTED
    assert case.parties.get().outcome == CaseParty.Outcome.SETTLED


@pytest.mark.parametrize("name", ["win", "lose", "drop"])
def test_end_is_put_right(ana: User, ben: User, name: str) -> None:
    case = make_case(state=S.ESCALATING, team=[ana, ben])
    make_demand(case, "900")
    make_payment(case, "900", status="cleared")
    before = header(case)
    if name == "win":
        moves.win(case, by=ana, demand_met=True)
    elif name == "lose":
        moves.lose(case, by=ana, reason=R.EXHAUSTED, vote=vote())
    else:
        moves.drop(case, by=ana, reason=R.MOVED, vote=vote())
    assert reload(case).closed_at is not None
    put_right(case, ana)
    assert header(case) == before
    assert case.parties.get().outcome == CaseParty.Outcome.OPEN
    assert not Decision.objects.valid().filter(case=case, kind__in=["lose", "drop"]).exists()


def test_taking_is_put_right_and_the_intake_waits_for_duty_again(ana: User, ben: User) -> None:
    case = make_case()
    before = header(case)
    put_on_duty(ben)
    moves.take(case, by=ana, method="phone", result="reached", at=timezone.now())
    url = f"/cases/{case.reference}/moves/put_right/"
    said = {
        "move": moves.last_move(case).pk,
        "reason": R.CLICKED_WRONG,
        "note": "Another one.",
        "seen_state": S.CONTACTING,
    }
    assert signed_in(ana).post(url, said).headers["Location"] == "/cases/"
    assert header(case) == before
    assert not case.team_memberships.filter(left_at=None).exists()
    assert not Contact.objects.filter(case=case).exists()
    assert signed_in(ben).get(f"/cases/{case.reference}/").status_code == 200


def test_meeting_arranged_by_mistake_is_gone(ana: User, ben: User) -> None:
    case = make_case(state=S.CONTACTING, team=[ana])
    Contact.objects.create(
        case=case, method="phone", result="reached", at=timezone.now(), who="person"
    )
    at = timezone.now() + dt.timedelta(days=2)
    moves.arrange_meeting(case, by=ana, at=at, place="Library", organizers=[ana, ben])
    put_right(case, ana)
    assert reload(case).state == S.CONTACTING
    assert not InitialMeeting.objects.filter(case=case).exists()
    assert not case.team_memberships.filter(user=ben, left_at=None).exists()


def test_meeting_arranged_anew_by_mistake_is_as_it_was(ana: User, ben: User) -> None:
    case = make_case(state=S.MEETING, team=[ana, ben])
    Contact.objects.create(
        case=case, method="phone", result="reached", at=timezone.now(), who="person"
    )
    first = timezone.now() + dt.timedelta(days=2)
    InitialMeeting.objects.create(case=case, at=first, place="Library")
    at = timezone.now() + dt.timedelta(days=3)
    moves.arrange_meeting(case, by=ana, at=at, place="Park", organizers=[ana, ben])
    put_right(case, ana)
    meeting = InitialMeeting.objects.get(case=case)
    assert (meeting.at, meeting.place, meeting.held_on) == (first, "Library", None)


def test_merge_is_taken_back_with_all_that_moved(ana: User) -> None:
    target = make_target()
    goes_on = make_case(state=S.MEETING, team=[ana], target=target)
    case = make_case(
        state=S.MEETING, team=[ana], target=target, code=CODE, person=make_person("Luis", phone="")
    )
    make_line(case)
    case.messages.create(text="Hello", from_team=False)
    before = header(case)
    threat = case.incidents.create(
        kind="threat",
        severity=3,
        happened_at=timezone.now(),
        what="He shouted.",
        reported_by_party=case.parties.get(),
    )
    moves.merge(case, by=ana, into=goes_on)
    goes_on.messages.create(text="Since", from_team=False, party=goes_on.parties.last())
    put_right(case, ana)
    assert header(case) == before
    assert goes_on.parties.count() == 1
    assert sorted(case.messages.values_list("text", flat=True)) == ["Hello", "Since"]
    assert private_code.party_of(CODE, now=timezone.now()) == case.parties.get()
    threat.refresh_from_db()
    assert (threat.case, threat.reported_by_party) == (case, case.parties.get())
    assert goes_on.log.filter(event=Event.MERGE_TAKEN_BACK).count() == 1


# What stands


def test_merge_stands_when_a_payment_came_for_who_moved_over(ana: User) -> None:
    target = make_target()
    goes_on = make_case(state=S.ESCALATING, team=[ana], target=target)
    case = make_case(
        state=S.MEETING, team=[ana], target=target, person=make_person("Luis", phone="")
    )
    moves.merge(case, by=ana, into=goes_on)
    make_payment(goes_on, "50", party=goes_on.parties.get(person__name="Luis"))
    with pytest.raises(MoveRefused) as refused:
        put_right(case, ana)
    assert "so they stay there" in str(refused.value)
    assert reload(case).state == S.MERGED
    assert goes_on.parties.count() == 2


def test_vote_stands_when_a_letter_or_money_rests_on_it(ana: User, ben: User) -> None:
    for rests in ("letter", "money"):
        case = proposed([ana, ben])
        take_on(case, ana)
        if rests == "letter":
            make_final_letter(case, by=ana, approved_by=ben)
        else:
            make_payment(case, "100")
        with pytest.raises(MoveRefused) as refused:
            put_right(case, ana)
        assert "so it stands" in str(refused.value)
        assert reload(case).state == S.PREPARING
        assert Decision.objects.valid().filter(case=case).count() == 1


def test_win_stands_when_its_cheque_bounced_since(ana: User) -> None:
    case = make_case(state=S.ESCALATING, team=[ana])
    make_demand(case, "900")
    cheque = make_payment(case, "900", status="cleared")
    moves.win(case, by=ana, demand_met=True)
    money_in.bounce_payment(cheque, by=ana, on=timezone.localdate())
    with pytest.raises(MoveRefused):
        put_right(case, ana)
    assert reload(case).state == S.WON


def test_only_the_newest_step_is_put_right_and_only_once(ana: User) -> None:
    case = proposed([ana, make_user()])
    moves.defer(case, by=ana, questions="How many hours?")
    first = moves.last_move(case)
    moves.propose(case, by=ana)
    with pytest.raises(MoveRefused):
        put_right(case, ana, move=first)
    last = moves.last_move(case)
    put_right(case, ana)
    with pytest.raises(MoveRefused):
        put_right(case, ana, move=last)
    assert case.log.filter(event=Event.PUT_RIGHT).count() == 1


def test_step_without_what_it_wrote_over_stands(ana: User) -> None:
    case = make_case(state=S.ESCALATING, team=[ana])
    entry = LogEntry.objects.create(
        case=case, event=Event.MOVE, from_state=S.CLOCK_RUNNING, to_state=S.ESCALATING
    )
    with pytest.raises(MoveRefused) as refused:
        put_right(case, ana, move=entry)
    assert "before steps could be taken back" in str(refused.value)


def test_putting_right_needs_a_note(ana: User) -> None:
    case = make_case(state=S.ESCALATING, team=[ana])
    moves.drop(case, by=ana, reason=R.OWN_WISH, own_word=True)
    with pytest.raises(MoveRefused):
        put_right(case, ana, note=" ")
    assert reload(case).state == S.DROPPED


def test_member_puts_no_step_before_the_vote_right(ana: User) -> None:
    mia = make_member("Mia")
    case = proposed([ana, mia])
    moves.defer(case, by=ana, questions="How many hours?")
    with pytest.raises(MoveRefused):
        put_right(case, mia)
    assert reload(case).state == S.MEETING


# What people see


def test_page_says_what_goes_back_and_timeline_marks_it(ana: User, ben: User) -> None:
    case = proposed([ana, ben])
    take_on(case, ana)
    client, url = signed_in(ana), f"/cases/{case.reference}/moves/put_right/"
    page = client.get(url).content.decode()
    assert "The last step: Proposed → Preparing, by Ana" in page
    assert "The vote is struck out. It stays in the timeline." in page
    said = {
        "move": moves.last_move(case).pk,
        "reason": R.NOT_SO,
        "note": "Another case.",
        "seen_state": S.PREPARING,
    }
    assert client.post(url, said).status_code == 302
    assert client.post(url, said).status_code == 409
    file = client.get(f"/cases/{case.reference}/").content.decode()
    timeline = client.get(f"/cases/{case.reference}/timeline/").content.decode()
    for text in (file, timeline):
        assert "<s>Proposed → Preparing</s>" in text
        assert "Put right, it was a mistake: Preparing → Proposed" in text


def test_ladder_forgets_the_vote_and_the_step_that_were_put_right(ana: User, ben: User) -> None:
    case = proposed([ana, ben])
    client = signed_in(ana)
    take_on(case, ana)
    assert "9 for, 1 against" in client.get(f"/cases/{case.reference}/").content.decode()
    put_right(case, ana)
    ladder = client.get(f"/cases/{case.reference}/").content.decode().split('id="owed"')[0]
    assert "9 for, 1 against" not in ladder


def test_posters_of_a_fight_that_goes_on_after_all_stay_up(ana: User) -> None:
    case = make_case(state=S.ESCALATING, team=[ana])
    moves.drop(case, by=ana, reason=R.OWN_WISH, own_word=True)
    assert not case.tasks.exists()  # no poster was ever put up
    put_right(case, ana)
    make_action(cases=[case], tactic=Tactic.POSTERS)
    moves.drop(case, by=ana, reason=R.OWN_WISH, own_word=True)
    task = case.tasks.get()
    assert (task.what, task.due_on) == (
        "Take down the posters that still hang",
        timezone.localdate() + dt.timedelta(days=7),
    )
    put_right(case, ana)
    assert not case.tasks.exists()
