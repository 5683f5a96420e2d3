"""Fights rest in the same moment in which people run their actions: nobody waits for ever, and no
action is left over that serves nobody."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from campaigns.models import Case, CaseState, Group, Person, Reason, User
from escalation import actions, moves
from escalation.actions import ActionRefused
from escalation.models import Action, OutboxMessage
from tests.factories import make_action, make_case, make_group, make_sign_up, make_user, say_yes
from tests.racing import CASES, race

pytestmark = pytest.mark.django_db
S, State = CaseState, Action.State
EXPECTED = {
    "done",
    "This cannot be done while the case is at “On hold”.",
    "This action is cancelled.",
}


@pytest.fixture
def _django_db_helper(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let a test of this file commit, and delete its rows afterwards; see test_races."""
    with django_db_blocker.unblock():
        make_group(fight_cap=99)
        yield
        for model in (Action, Case, Person, User, Group):
            model.objects.all().delete()


@pytest.fixture
def ana(_django_db_helper: None) -> User:
    return make_user("Ana")


def rest(case: Case, by: User) -> None:
    day = timezone.localdate() + dt.timedelta(days=5)
    moves.hold(case, by=by, reason=Reason.RECORDS, review_on=day)


def in_pairs(ana: User, state: str) -> tuple[list[Case], dict[int, Case], dict[int, Action]]:
    """Return cases, the other one of each, and the action of both."""
    cases, others, shared = [], {}, {}
    for _n in range(CASES):
        one, other = (make_case(state=S.ESCALATING, team=[ana]) for _two in range(2))
        action = make_action(cases=[one, other], leads=[ana], state=state)
        make_sign_up(action, email=f"{one.reference}@x.example")
        for case in (one, other):
            say_yes(case, "picket")
        cases.append(one)
        others[one.pk], shared[one.pk] = other, action
    return cases, others, shared


def test_two_fights_that_rest_at_once_leave_no_action_behind(ana: User) -> None:
    cases, others, shared = in_pairs(ana, State.ANNOUNCED)

    def act(case: Case, number: int) -> None:
        rest(case if number % 2 else others[case.pk], ana)

    for answers in race(cases, act):
        assert set(answers) <= EXPECTED
        assert answers["done"] == 2
    for action in shared.values():
        assert Action.objects.get(pk=action.pk).state == State.CANCELLED
        assert OutboxMessage.objects.filter(action=action, kind="cancellation").count() == 1


def test_fight_rests_while_its_action_is_announced_changed_and_cancelled(ana: User) -> None:
    cases, _others, shared = in_pairs(ana, State.DRAFT)

    def act(case: Case, number: int) -> None:
        action, now = Action.objects.get(pk=shared[case.pk].pk), timezone.now()
        try:
            if number == 0:
                rest(case, ana)
            elif number == 1:
                actions.announce(action, by=ana, now=now)
            elif number == 2:
                links = {"cases": list(action.cases.all()), "leads": [ana], "roles": {}}
                actions.change(action, by=ana, now=now, save=lambda: True, **links)
            else:
                actions.cancel(action, by=ana, reason="Rain.")
        except ActionRefused as refused:
            raise moves.MoveRefused([str(refused)]) from None

    for answers in race(cases, act):
        assert set(answers) <= EXPECTED
    for case in cases:
        assert Case.objects.get(pk=case.pk).state == S.ON_HOLD
        assert Action.objects.get(pk=shared[case.pk].pk).state == State.CANCELLED
