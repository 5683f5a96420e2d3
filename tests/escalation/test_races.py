"""Several people move one case, or approve one letter, at the same moment: one wins, once.

Each person is a thread with a connection of its own, so what the tests write is committed.
"""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from campaigns.models import Case, CaseState, Group, Person, Reason, Target, User
from escalation import moves, offers
from escalation.models import Offer
from escalation.moves import MoveRefused
from letters import approval
from letters.drafting import LetterRefused
from letters.models import Delivery, Letter
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

pytestmark = pytest.mark.django_db

S = CaseState
AT_ONCE = 4
CASES = 5


@pytest.fixture
def _django_db_helper(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let a test of this file commit, and delete its rows afterwards.

    It stands in for pytest-django's own fixture, which would either wrap the test in a transaction
    that no thread can look into, or empty every table, which takes PostgreSQL seconds a test.
    """
    with django_db_blocker.unblock():
        make_group(fight_cap=99)
        yield
        Delivery.objects.all().delete()
        for model in (Case, Target, Person, User, Group):
            model.objects.all().delete()


def race(cases: list[Case], act: Callable[[Case, int], Any]) -> list[Counter[str]]:
    """Let four people act on each case, started together; return what it came to, by case."""
    outcomes = [Counter[str]() for _case in cases]
    gate = threading.Barrier(AT_ONCE)

    def person(number: int) -> None:
        try:
            for case, counted in zip(cases, outcomes, strict=True):
                fresh = Case.objects.get(pk=case.pk)
                gate.wait(timeout=60)
                counted[outcome(fresh, number)] += 1
        finally:
            connections.close_all()

    def outcome(case: Case, number: int) -> str:
        try:
            act(case, number)
        except (MoveRefused, LetterRefused) as refused:
            return refused.reasons[0]
        except Exception as error:  # whatever else it is, the test shows it
            return repr(error)
        return "done"

    people = [threading.Thread(target=person, args=(n,)) for n in range(AT_ONCE)]
    for thread in people:
        thread.start()
    for thread in people:
        thread.join()
    return outcomes


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
            moves.drop(case, by=ana, reason=Reason.OWN_WISH)
        else:
            moves.hold(case, by=ana, reason=Reason.TRUCE, review_on=tomorrow)

    for case, counted in zip(cases, race(cases, act), strict=True):
        # A pause may come first and be ended by dropping; nothing follows an end.
        assert counted["done"] in (1, 2)
        assert case.log.filter(event="move").count() == counted["done"]
        state = Case.objects.get(pk=case.pk).state
        assert (case.decisions.count() == 1) == (state == S.LOST)


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
    cases = [make_case(state=S.PREPARING, team=[ana, ben]) for _n in range(CASES)]
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
