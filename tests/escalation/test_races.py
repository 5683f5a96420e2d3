"""Several people move one case, or approve one letter, at the same moment: one wins, once.

Each person is a process with a connection of its own, so what the tests write is committed.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from campaigns.models import Case, CaseState, Group, Person, Reason, Target, User
from escalation import moves, offers
from escalation.models import Decision, Offer
from letters import approval, lifting
from letters.models import Delivery, Demand, Letter
from tests.factories import (
    make_case,
    make_demand,
    make_draft,
    make_final_letter,
    make_group,
    make_line,
    make_offer,
    make_payment,
    make_target,
    make_user,
)
from tests.racing import AT_ONCE, CASES, race

pytestmark = pytest.mark.django_db

S = CaseState


@pytest.fixture
def _django_db_helper(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let a test of this file commit, and delete its rows afterwards.

    It stands in for pytest-django's own fixture, which would either wrap the test in a transaction
    no other process can look into, or empty every table, which takes PostgreSQL seconds a test.
    """
    with django_db_blocker.unblock():
        make_group(fight_cap=99)
        yield
        Delivery.objects.all().delete()
        for model in (Case, Target, Person, User, Group):
            model.objects.all().delete()


def moved_once(cases: list[Case], to: str) -> bool:
    """Tell whether each case is at `to` and its timeline has just one move."""
    return all(
        Case.objects.get(pk=case.pk).state == to and case.log.filter(event="move").count() == 1
        for case in cases
    )


@pytest.fixture
def ana(_django_db_helper: None) -> User:
    return make_user("Ana")


@pytest.fixture
def ben(_django_db_helper: None) -> User:
    return make_user("Ben")


def test_case_is_taken_by_one_of_four(ana: User) -> None:
    people = [make_user() for _n in range(AT_ONCE)]
    cases = [make_case() for _n in range(CASES)]

    def take(case: Case, number: int) -> None:
        moves.take(case, by=people[number], method="phone", result="reached", at=timezone.now())

    late = "This cannot be done while the case is at “Making contact”."
    assert race(cases, take) == [Counter({late: 3, "done": 1})] * CASES
    assert moved_once(cases, S.CONTACTING)
    for case in cases:
        assert case.contacts.count() == case.team_memberships.count() == 1


def test_case_is_either_taken_or_deleted(ana: User) -> None:
    cases = [make_case() for _n in range(CASES)]

    def take_or_discard(case: Case, number: int) -> None:
        if number % 2:
            moves.discard(case, by=ana)
        else:
            moves.take(case, by=ana, method="phone", result="reached", at=timezone.now())

    for counted in race(cases, take_or_discard):
        assert counted["done"] == 1
        assert set(counted) <= {
            "done",
            "Somebody deleted this case meanwhile.",
            "Only an intake nobody has taken yet can be deleted.",
            "This cannot be done while the case is at “Making contact”.",
        }
    left = Case.objects.filter(state=S.CONTACTING).count()
    assert Group.objects.get(pk=1).spam_discarded == CASES - left


def test_different_moves_at_once_make_one(ana: User, ben: User) -> None:
    cases = [
        make_case(state=S.AGREED, team=[ana, ben], demanded=Decimal(900)) for _n in range(CASES)
    ]
    for case in cases:
        make_payment(case, "900", status="cleared")
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    vote = {
        "motion": "End it",
        "votes_for": 5,
        "votes_against": 0,
        "abstained": 0,
        "affected_agreed": True,
        "held_on": timezone.localdate(),
    }

    def act(case: Case, number: int) -> None:
        if number == 0:
            moves.win(case, by=ana, demand_met=True)
        elif number == 1:
            moves.lose(case, by=ana, reason=Reason.EXHAUSTED, vote=vote)
        elif number == 2:
            moves.drop(case, by=ana, reason=Reason.OWN_WISH, own_word=True)
        else:
            moves.hold(case, by=ana, reason=Reason.SAFETY, review_on=tomorrow)

    for case, counted in zip(cases, race(cases, act), strict=True):
        # A pause may come first and be ended by dropping; nothing follows an end.
        assert counted["done"] in (1, 2)
        assert case.log.filter(event="move").count() == counted["done"]
        state = Case.objects.get(pk=case.pk).state
        assert (case.decisions.count() == 1) == (state == S.LOST)


def test_places_in_the_queue_stay_one_to_n_whatever_happens_at_once(ana: User, ben: User) -> None:
    cases = [
        make_case(state=S.QUEUED, team=[ana, ben], queue_position=place)
        for place in range(1, 2 * AT_ONCE + 1)
    ]

    def act(case: Case, number: int) -> None:
        """Each person does something to a case of their own, twice."""
        mine = cases[number * 2 : number * 2 + 2]
        moves.change_place(mine[0], by=ana, up=number > 1)
        if number % 2:
            moves.withdraw(mine[1], by=ana, reason=Reason.OWN_WISH)
        else:
            tomorrow = timezone.localdate() + dt.timedelta(days=1)
            moves.hold(mine[1], by=ana, reason=Reason.SAFETY, review_on=tomorrow)

    assert race(cases[:1], act) == [Counter({"done": AT_ONCE})]
    places = Case.objects.in_queue().values_list("queue_position", flat=True)
    assert list(places) == [1, 2, 3, 4, 5, 6]


def test_demand_is_changed_by_one_of_four_who_saw_the_same(ana: User, ben: User) -> None:
    cases = [make_case(state=S.ESCALATING, team=[ana, ben]) for _n in range(CASES)]
    for case in cases:
        make_demand(case, "900")
    vote = {
        "motion": "Less",
        "votes_for": 5,
        "votes_against": 0,
        "abstained": 0,
        "affected_agreed": True,
        "held_on": timezone.localdate(),
    }

    def revise(case: Case, number: int) -> None:
        less = {"reason": Reason.LESS_WANTED, "amount": Decimal(800 - number), "vote": vote}
        moves.revise_demand(case, by=ana, version=1, **less)

    late = "The demand was changed meanwhile. Look at it again."
    assert race(cases, revise) == [Counter({late: 3, "done": 1})] * CASES
    for case in cases:
        demand = case.demands.first()
        assert (demand.version, Case.objects.get(pk=case.pk).demanded) == (2, demand.amount)


def test_delivery_is_recorded_once(ana: User, ben: User) -> None:
    cases = []
    for _n in range(3):
        case = make_case(state=S.DELIVERY_SET, team=[ana, ben], target=make_target())
        make_line(case)
        make_demand(case)
        make_final_letter(case, by=ana, approved_by=ben)
        cases.append(case)

    def deliver(case: Case, number: int) -> None:
        moves.record_delivery(
            case,
            by=ana,
            at=timezone.now(),
            place="There",
            handed_by="Rosa",
            received_by="Dan",
            method="by_hand",
            headcount=9 + number,
        )

    late = "This cannot be done while the case is at “Clock running”."
    assert race(cases, deliver) == [Counter({late: 3, "done": 1})] * 3
    assert moved_once(cases, S.CLOCK_RUNNING)
    assert Delivery.objects.count() == 3


def test_offer_is_accepted_once(ana: User, ben: User) -> None:
    cases = [
        make_case(state=S.PREPARING, team=[ana, ben], demanded=Decimal(500)) for _n in range(CASES)
    ]
    for case in cases:
        make_offer(case, "500")
        make_offer(case, "600")

    def agree(case: Case, number: int) -> None:
        offer = case.offers.order_by("amount")[number % 2]
        moves.agree(case, by=ana, offer=offer, affected_agreed=True)

    for counted in race(cases, agree):
        assert counted["done"] == 1
    assert moved_once(cases, S.AGREED)
    assert Offer.objects.filter(status=Offer.Status.ACCEPTED).count() == CASES


def test_offer_sent_four_times_is_noted_once(ana: User, ben: User) -> None:
    cases = [make_case(state=S.ESCALATING, team=[ana, ben]) for _n in range(CASES)]
    said = {
        "received_on": timezone.localdate(),
        "said_by": "the owner",
        "amount": Decimal(500),
        "terms": "",
        "pay_by": None,
        "valid_until": None,
    }
    outcomes = race(cases, lambda case, number: offers.record_offer(case, by=ana, **said))
    assert outcomes == [Counter({"done": AT_ONCE})] * CASES
    assert [case.offers.count() for case in cases] == [1] * CASES


def test_one_draft_is_made_by_four(ana: User, ben: User) -> None:
    cases = []
    for _n in range(CASES):
        case = make_case(state=S.PREPARING, team=[ana, ben])
        make_demand(case)
        cases.append(case)
    outcomes = race(cases, lambda case, number: make_draft(case, by=ana))
    late = "Version 1 is being written already."
    assert outcomes == [Counter({late: 3, "done": 1})] * CASES
    assert Letter.objects.count() == CASES


def test_last_approvals_at_once_freeze_the_letter_once(ana: User, ben: User) -> None:
    cleo = make_user("Cleo")
    cases = []
    for _n in range(3):
        case = make_case(state=S.PREPARING, team=[ana, ben, cleo], target=make_target())
        make_line(case)
        make_demand(case)
        make_draft(case, by=ana)
        cases.append(case)

    def say_yes(case: Case, number: int) -> None:
        who = [{"party": case.parties.get()}, {"organizer": ben}, {"organizer": cleo}]
        approval.approve(case.letters.get(), **who[number % 3])

    for case, counted in zip(cases, race(cases, say_yes), strict=True):
        letter = case.letters.get()
        assert letter.is_issued
        assert counted["done"] == letter.approvals.count() in (2, 3)
        assert case.log.filter(event="letter_issued").count() == 1


def test_words_lifted_at_once_count_once_for_each_organizer(ana: User, ben: User) -> None:
    cases = []
    for _n in range(CASES):
        case = make_case(state=S.PREPARING, team=[ana, ben], target=make_target())
        make_line(case)
        make_demand(case)
        make_draft(case, by=ana, facts="The police came.")
        cases.append(case)

    def lift(case: Case, number: int) -> None:
        letter = case.letters.get()
        key = approval.Standing(letter).stops[0].key
        lifting.lift(letter, key=key, reason="A fact.", by=(ana, ben)[number % 2])

    twice = "This was lifted already."
    assert race(cases, lift) == [Counter({"done": 2, twice: 2})] * CASES
    for case in cases:
        letter = Letter.objects.get(case=case.pk)
        assert sorted(lift.organizer.name for lift in letter.lifts.all()) == ["Ana", "Ben"]
        assert approval.Standing(letter).blocks == []


# Against a step back, against the cap, and against a no


def test_same_move_by_two_organizers_is_made_once(ana: User, ben: User) -> None:
    cases = [make_case(state=S.AGREED, team=[ana, ben]) for _n in range(CASES)]
    for case in cases:
        make_offer(case, status=Offer.Status.ACCEPTED)

    def broken(case: Case, number: int) -> None:
        moves.default(case, by=(ana, ben)[number % 2], reason=Reason.DEFAULT, note="Nothing came.")

    late = "This cannot be done while the case is at “Escalating”."
    assert race(cases, broken) == [Counter({late: 3, "done": 1})] * CASES
    assert moved_once(cases, S.ESCALATING)
    assert Offer.objects.filter(status=Offer.Status.BROKEN).count() == CASES


def test_step_is_either_taken_back_or_followed_by_the_next(ana: User, ben: User) -> None:
    cases = [make_case(state=S.ESCALATING, team=[ana, ben]) for _n in range(CASES)]
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    for case in cases:
        moves.hold(case, by=ana, reason=Reason.LEGAL_ADVICE, review_on=tomorrow)
    seen = {case.pk: moves.last_move(case) for case in cases}

    def resume_or_put_right(case: Case, number: int) -> None:
        if number % 2:
            moves.resume(case, by=ana)
        else:
            wrong = {"reason": Reason.CLICKED_WRONG, "note": "The other case."}
            moves.put_right(case, by=ben, move=seen[case.pk], **wrong)

    late = {
        "This cannot be done while the case is at “Escalating”.",
        "Somebody moved this case meanwhile, or took the step back.",
    }
    for case, counted in zip(cases, race(cases, resume_or_put_right), strict=True):
        assert counted["done"] == 1
        assert set(counted) == {"done", *late} & set(counted)
        fresh = Case.objects.get(pk=case.pk)
        assert (fresh.state, fresh.held_state, fresh.hold_review_on) == (S.ESCALATING, "", None)
        undone = case.log.filter(event="put_right").count()
        assert (undone, case.log.filter(event="move").count()) in ((1, 1), (0, 2))


def test_votes_at_the_cap_take_no_place_twice(ana: User, ben: User) -> None:
    """The one fight the group has room for runs, so every case goes to the queue, each to a place
    of its own; four who note the same vote note it once."""
    Group.objects.update(fight_cap=1)
    make_case(state=S.CLOCK_RUNNING)
    cases = []
    for _n in range(CASES):
        case = make_case(state=S.PROPOSED, team=[ana, ben])
        case.parties.update(joined_on=timezone.localdate())
        cases.append(case)

    def take_on(case: Case, number: int) -> None:
        moves.vote_yes(
            case,
            by=(ana, ben)[number % 2],
            vote=yes("Take it on"),
            sum_voted=Decimal(900),
            deadline_days=14,
            members=[],
        )

    late = "This cannot be done while the case is at “Waiting its turn”."
    assert race(cases, take_on) == [Counter({late: 3, "done": 1})] * CASES
    assert moved_once(cases, S.QUEUED)
    places = Case.objects.in_queue().values_list("queue_position", flat=True)
    assert list(places) == [*range(1, CASES + 1)]
    assert Decision.objects.filter(case__in=cases).count() == CASES
    assert Demand.objects.filter(case__in=cases).count() == CASES


def test_offer_is_either_accepted_or_refused(ana: User, ben: User) -> None:
    cases = [make_case(state=S.PREPARING, team=[ana, ben]) for _n in range(CASES)]
    for case in cases:
        make_offer(case, "500")

    def answer(case: Case, number: int) -> None:
        offer = case.offers.get()
        if number % 2:
            moves.agree(
                case, by=ana, offer=offer, affected_agreed=True, vote=yes("Accept the offer")
            )
        else:
            today, no = timezone.localdate(), case.parties.affected()
            offers.refuse(offer, by=ben, answered_on=today, said_no=no)

    for case, counted in zip(cases, race(cases, answer), strict=True):
        assert counted["done"] == 1
        assert not [said for said in counted if "Error" in said or "Exception" in said]
        state, status = Case.objects.get(pk=case.pk).state, case.offers.get().status
        assert (state, status) in ((S.AGREED, "accepted"), (S.PREPARING, "refused"))


def test_two_cases_merged_crosswise_leave_one_open(ana: User, ben: User) -> None:
    pairs = {}
    for _n in range(CASES):
        target = make_target()
        one, other = (
            make_case(state=S.MEETING, team=[ana, ben], target=target) for _pair in range(2)
        )
        pairs[one] = other

    def merge(case: Case, number: int) -> None:
        if number % 2:
            moves.merge(case, by=ana, into=pairs[case])
        else:
            moves.merge(pairs[case], by=ben, into=case)

    for counted in race([*pairs], merge):
        assert counted["done"] == 1
        assert set(counted) <= {
            "done",
            "The other case is not open any more.",
            "This cannot be done while the case is at “Merged”.",
        }
    assert Case.objects.filter(state=S.MERGED).count() == CASES
    assert Case.objects.open().count() == CASES


def yes(motion: str) -> dict[str, Any]:
    return {
        "motion": motion,
        "votes_for": 5,
        "votes_against": 0,
        "abstained": 0,
        "affected_agreed": True,
        "held_on": timezone.localdate(),
    }
