"""Leads who split and callers who tap at the same moment: nobody is called by two, no tap is lost.

Each person is a thread with a connection of its own, so what the tests write is committed.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from campaigns.models import Group, Person, User
from escalation import call_notes, calling, turnout
from escalation.models import Action, Call, Caller, OptOut, SignUp
from tests.factories import make_action, make_group, make_member, make_tree_entry, make_user

pytestmark = pytest.mark.django_db

PEOPLE = 40


@pytest.fixture
def _django_db_helper(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let a test of this file commit, and delete its rows afterwards, as in test_sign_up_race."""
    with django_db_blocker.unblock():
        make_group()
        yield
        Action.objects.all().delete()
        OptOut.objects.all().delete()
        User.objects.all().delete()
        Person.objects.all().delete()
        Group.objects.all().delete()


def all_at_once(tasks: list[Callable[[], Any]]) -> list[Any]:
    """Run every task in a thread of its own, started together; return what each came to."""
    results: list[Any] = [None] * len(tasks)
    start = threading.Barrier(len(tasks))

    def run(number: int, task: Callable[[], Any]) -> None:
        try:
            start.wait()
            results[number] = task() or "done"
        except calling.CallRefused:
            results[number] = "refused"
        except BaseException as error:  # the thread's own; the test shows it
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def splitting(action: Action, by: User, *callers: User) -> Callable[[], None]:
    return lambda: calling.split(action, by=by, callers=callers, now=timezone.now())


def tapping(call: Call, by: User, outcome: str) -> Callable[[], None]:
    said = {"outcome": outcome, "seen_tries": 0, "country": "US"}
    return lambda: call_notes.note(call, by=by, now=timezone.now(), **said)


def test_two_leads_who_split_at_once_give_each_person_one_caller() -> None:
    ana, ben = make_user("Ana"), make_user("Ben")
    action = make_action(leads=[ana, ben])
    callers = [make_member() for _n in range(4)]
    for _n in range(PEOPLE):
        make_tree_entry()
    tasks = [
        splitting(action, lead, *some) for lead in (ana, ben) for some in (callers, callers[:3])
    ]
    assert all_at_once(tasks) == ["done"] * 4
    assert Call.objects.count() == PEOPLE
    assert not Call.objects.filter(caller=None).exists()
    shares = [Call.objects.of(user).count() for user in callers]
    assert (min(shares), max(shares)) == (10, 10)


def test_taps_while_the_list_is_split_anew_are_kept_or_refused_and_never_half() -> None:
    ana, jose = make_user("Ana"), make_member("José")
    action = make_action(leads=[ana])
    for _n in range(20):
        make_tree_entry()
    splitting(action, ana, jose)()
    calls = list(Call.objects.of(jose).with_people().select_related("action"))
    tasks = [tapping(call, jose, "yes") for call in calls]
    tasks += [splitting(action, ana, make_member()) for _n in range(2)]
    tasks += [lambda: calling.hand_back(Caller.objects.get(user=jose), now=timezone.now())]
    answers = all_at_once(tasks)
    assert set(answers) <= {"done", "refused"}
    kept = sum(answer == "done" for answer in answers[:20])
    assert SignUp.objects.count() == Call.objects.filter(outcome="yes").count() == kept
    left = Call.objects.to_do(timezone.now())
    assert left.count() == 20 - kept
    assert not left.filter(caller__left_at__isnull=False).exists()


def test_one_tap_sent_ten_times_at_once_is_one_try_and_one_sign_up() -> None:
    ana, jose = make_user("Ana"), make_member("José")
    make_tree_entry()
    make_tree_entry()
    splitting(make_action(leads=[ana]), ana, jose)()
    one, two = Call.objects.of(jose).with_people().select_related("action")
    tasks = [tapping(one, jose, "no_answer")] * 10 + [tapping(two, jose, "yes")] * 10
    assert all_at_once(tasks) == ["done"] * 20
    assert Call.objects.get(pk=one.pk).tries == 1
    assert SignUp.objects.count() == 1


def test_who_signs_up_alone_in_the_moment_of_the_tap_is_on_the_list_once() -> None:
    ana, jose = make_user("Ana"), make_member("José")
    make_tree_entry("Rosa", "206 555 0134")
    action = make_action(leads=[ana])
    splitting(action, ana, jose)()
    call = Call.objects.with_people().select_related("action").get()

    def alone() -> None:
        said = {"answer": "maybe", "name": "Rosa", "phone": "206 555 0134", "country": "US"}
        try:
            turnout.sign_up(action, by=None, now=timezone.now(), **said)
        except turnout.AlreadySignedUp:
            return

    assert all_at_once([alone, tapping(call, jose, "yes")]) == ["done", "done"]
    assert SignUp.objects.get().answer in ("yes", "maybe")
    assert SignUp.objects.get().person == call.person


def test_twenty_callers_tapping_in_one_evening_lose_no_tap() -> None:
    ana, callers = make_user("Ana"), [make_member() for _n in range(20)]
    action = make_action(leads=[ana])
    for _n in range(200):
        make_tree_entry()
    splitting(action, ana, *callers)()

    def evening(user: User) -> str:
        client = Client()
        client.force_login(user)
        for number, call in enumerate(list(Call.objects.of(user))):
            outcome = ("yes", "maybe", "no", "no_answer")[number % 4]
            address = reverse("note_call", args=[action.public_id, call.pk])
            answer = client.post(address, {"outcome": outcome, "tries": 0})
            assert answer.status_code == 302
            connections.close_all()  # as the end of a request does; ten serve twenty callers
        return "done"

    assert all_at_once([lambda user=user: evening(user) for user in callers]) == ["done"] * 20
    said = Counter(SignUp.objects.values_list("answer", flat=True))
    assert said == {"yes": 60, "maybe": 60, "no": 40}
    assert Call.objects.filter(outcome="no_answer", tries=1).count() == 40


def test_hand_backs_at_once_lose_nobody() -> None:
    ana, callers = make_user("Ana"), [make_member() for _n in range(4)]
    action = make_action(leads=[ana])
    for _n in range(PEOPLE):
        make_tree_entry()
    splitting(action, ana, *callers)()
    rows = list(Caller.objects.filter(user__in=callers[:3]))
    backs = [lambda row=row: calling.hand_back(row, now=timezone.now()) for row in rows]
    assert all_at_once(backs) == ["done"] * 3
    now = timezone.now()
    assert Call.objects.to_do(now).count() == PEOPLE
    assert Call.objects.of(callers[3]).count() == 20
    assert Call.objects.to_do(now).filter(caller=None).count() == PEOPLE - 20
