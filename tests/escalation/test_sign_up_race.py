"""People who sign up at the same moment: nobody shares the last place, and nobody gets lost.

Each person is a thread with a connection of its own, or a process, so what the tests write is
committed.
"""

import itertools
import multiprocessing
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from campaigns.models import Group, User
from escalation import actions, roster, turnout
from escalation.models import Action, ActionRole, SignUp
from tests.factories import make_action, make_group, make_sign_up, make_user
from tests.racing import let_go_of_the_database

pytestmark = pytest.mark.django_db

AT_ONCE = 20
PATIENCE = 120  # seconds until a race that hangs fails
_fork = multiprocessing.get_context("fork")


@pytest.fixture
def _django_db_helper(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let a test of this file commit, and delete its rows afterwards.

    It stands in for pytest-django's own fixture, which would either wrap the test in a transaction
    that no thread can look into, or empty every table, which takes PostgreSQL seconds a test.
    """
    with django_db_blocker.unblock():
        make_group()
        yield
        Action.objects.all().delete()
        User.objects.all().delete()
        Group.objects.all().delete()


def all_at_once(tasks: list[Callable[[], Any]]) -> list[Any]:
    """Run every task in a thread of its own, started together; return what each came to."""
    results: list[Any] = [None] * len(tasks)
    start = threading.Barrier(len(tasks))

    def run(number: int, task: Callable[[], Any]) -> None:
        try:
            start.wait()
            results[number] = task()
        except (turnout.SignUpRefused, actions.ActionRefused) as refused:
            results[number] = type(refused).__name__
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


def post(action: Any, number: int, **values: Any) -> Callable[[], tuple[int, str]]:
    data = {
        "form_key": str(uuid.uuid4()),
        "name": f"Person {number}",
        "phone": f"206 555 01{number:02}",
        "answer": "yes",
    } | values

    def send() -> tuple[int, str]:
        response = Client().post(reverse("sign_up", args=[action.public_id]), data)
        return response.status_code, response.content.decode()

    return send


def test_last_place_goes_to_one_of_twenty_and_the_others_wait_in_order() -> None:
    action = make_action(roles={"police": 1})
    role = action.roles.get()
    answers = all_at_once([post(action, n, role=role.pk) for n in range(AT_ONCE)])
    assert Counter(status for status, _text in answers) == {302: AT_ONCE}
    role.refresh_from_db()
    assert (role.taken, role.last_number) == (1, AT_ONCE - 1)
    assert SignUp.objects.filter(role=role).count() == 1
    assert numbers_on(role) == list(range(1, AT_ONCE))


def numbers_on(role: ActionRole) -> list[int]:
    return list(role.waiting.waiting().values_list("line_number", flat=True))


def test_four_processes_give_out_forty_places_and_keep_all_others_in_line() -> None:
    """As the server's processes do, each with its own memory: only the database can agree."""
    action = make_action(roles={"leaflets": 40})
    role, gate, told = action.roles.get(), _fork.Barrier(4), _fork.Queue()

    def process(number: int) -> None:
        gate.wait(timeout=PATIENCE)
        for n in range(30):
            # Every third person taps twice, on two phones that reach two processes.
            whose = "5" if n % 3 == 0 else str(number)
            told.put(_signed_up(action, role, phone=f"206 555 {whose}{n:03}"))

    let_go_of_the_database()
    workers = [_fork.Process(target=process, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    came_to = Counter(told.get(timeout=PATIENCE) for _person in range(120))
    for worker in workers:
        worker.join()
    assert came_to == {"done": 90, "AlreadySignedUp": 30}
    assert SignUp.objects.count() == 90
    assert ActionRole.objects.get().taken == SignUp.objects.filter(role=role).count() == 40
    in_line = SignUp.objects.filter(waits_for=role).order_by("line_number")
    assert list(in_line.values_list("line_number", flat=True)) == list(range(1, 51))


def _signed_up(action: Action, role: ActionRole, *, phone: str) -> str:
    said = {"answer": "yes", "role": role, "name": "Rosa", "phone": phone, "country": "US"}
    try:
        turnout.sign_up(action, by=None, now=timezone.now(), **said)
    except Exception as error:  # whatever it is, the test shows it
        return type(error).__name__
    return "done"


def test_one_contact_twenty_times_at_once_is_one_row() -> None:
    action = make_action(roles={"driver": 9})
    now = timezone.now()

    def sign_up() -> str:
        return turnout.sign_up(
            action,
            by=None,
            name="Rosa",
            phone="206 555 0134",
            answer="yes",
            role=action.roles.get(),
            country="US",
            form_key=uuid.uuid4(),
            now=now,
        )

    answers = all_at_once([sign_up] * AT_ONCE)
    assert answers.count("AlreadySignedUp") == AT_ONCE - 1
    assert SignUp.objects.count() == 1
    assert action.roles.get().taken == 1


def test_one_form_sent_ten_times_at_once_is_one_row_and_every_answer_the_same_link() -> None:
    action = make_action(roles={"driver": 9})
    data = {"form_key": str(uuid.uuid4()), "role": action.roles.get().pk}
    answers = all_at_once([post(action, 1, **data)] * 10)
    assert Counter(status for status, _text in answers) == {302: 10}
    assert SignUp.objects.count() == 1
    assert action.roles.get().taken == 1


def change(row: SignUp, role: ActionRole | None) -> Callable[[], str]:
    def send() -> str:
        turnout.change_answer(row, by=None, answer="yes", role=role, now=timezone.now())
        return "changed"

    return send


def test_change_of_role_and_a_newcomer_race_for_the_last_place() -> None:
    action = make_action(roles={"police": 1, "driver": 1})
    driver, police = action.roles.get(kind="driver"), action.roles.get(kind="police")
    row = make_sign_up(action, role=driver)
    ActionRole.objects.filter(pk=driver.pk).update(taken=1)
    changed, newcomer = all_at_once([change(row, police), post(action, 1, role=police.pk)])
    assert (changed, newcomer[0]) == ("changed", 302)
    row.refresh_from_db()
    held = {role.kind: SignUp.objects.filter(role=role).count() for role in (driver, police)}
    assert dict(action.roles.values_list("kind", "taken")) == held
    assert held["police"] == 1
    assert row.role is not None  # their old place is theirs until the new one is
    assert SignUp.objects.waiting().count() == 1


def test_places_given_back_while_people_ask_for_them_never_stay_free() -> None:
    action = make_action(roles={"police": 4})
    role = action.roles.get()
    ActionRole.objects.update(taken=4)
    holders = [make_sign_up(action, role=role) for _n in range(4)]
    off = [cancel(row) for row in holders]
    answers = all_at_once(off + [post(action, n, role=role.pk) for n in range(12)])
    assert [answer for answer in answers if answer is not None and answer[0] != 302] == []
    role.refresh_from_db()
    assert role.taken == SignUp.objects.filter(role=role).count() == 4
    assert len(numbers_on(role)) == 8
    moved_up = SignUp.objects.exclude(moved_up_at=None)
    assert moved_up.count() + len(numbers_on(role)) == role.last_number


def cancel(row: SignUp) -> Callable[[], None]:
    return lambda: turnout.cancel_sign_up(row, by=None, now=timezone.now())


def test_people_on_two_lists_who_move_up_crosswise_do_not_wait_for_each_other_for_ever() -> None:
    action = make_action(roles={"police": 3, "driver": 3})
    driver, police = action.roles.get(kind="driver"), action.roles.get(kind="police")
    ActionRole.objects.update(taken=3, last_number=3)
    for mine, wanted in ((driver, police), (police, driver)):
        for number in range(3):
            make_sign_up(action, role=mine, waits_for=wanted, line_number=number + 1)
    rows = list(SignUp.objects.order_by("pk"))
    tasks = [cancel(row) if n % 3 == 0 else change(row, None) for n, row in enumerate(rows)]
    assert set(all_at_once(tasks)) == {None, "changed"}
    assert not SignUp.objects.waiting().exists()
    assert not SignUp.objects.exclude(role=None).exists()
    assert dict(action.roles.values_list("kind", "taken")) == {"police": 0, "driver": 0}


def test_phone_alone_e_mail_alone_and_both_at_once_end_as_two_people_at_most() -> None:
    action = make_action()
    both = {"email": "rosa@x.example"}
    forms = [post(action, 1, **both), post(action, 1), post(action, 1, phone="", **both)]
    all_at_once(forms * 4)
    rows = list(SignUp.objects.values_list("phone_key", "email_key"))
    assert rows in (
        [("+12065550101", "rosa@x.example")],
        [("+12065550101", None), (None, "rosa@x.example")],
        [(None, "rosa@x.example"), ("+12065550101", None)],
    )


def test_people_who_swap_roles_do_not_wait_for_each_other_for_ever() -> None:
    action = make_action(roles={"police": 20, "driver": 20})
    driver, police = action.roles.get(kind="driver"), action.roles.get(kind="police")
    ActionRole.objects.update(taken=8)
    tasks = []
    for mine, wanted in [(driver, police), (police, driver)] * 8:
        tasks.append(change(make_sign_up(action, role=mine), wanted))
    assert all_at_once(tasks) == ["changed"] * 16
    assert dict(action.roles.values_list("kind", "taken")) == {"police": 8, "driver": 8}


def test_one_person_changing_in_ten_windows_holds_one_place() -> None:
    action = make_action(roles={"police": 20, "driver": 20})
    roles = [action.roles.get(kind="driver"), action.roles.get(kind="police"), None]
    row = make_sign_up(action)
    all_at_once([change(row, roles[n % 3]) for n in range(10)])
    row.refresh_from_db()
    assert sum(action.roles.values_list("taken", flat=True)) == (1 if row.role else 0)


def test_two_greeters_who_tick_the_same_person_agree() -> None:
    action = make_action(starts_at=timezone.now())
    row, greeters = make_sign_up(action), [make_user(), make_user()]

    def tick(by: Any) -> Callable[[], None]:
        now = timezone.now()
        tap = roster.Tick(key=uuid.uuid4(), row=row.pk, wanted="1", seen="", at=now)
        return lambda: roster.tick(action, tap, by=by, now=now)

    assert all_at_once([tick(by) for by in greeters * 5]) == [None] * 10
    row.refresh_from_db()
    assert row.came is True


def test_two_leads_who_tap_different_things_at_once_do_not_undo_each_other() -> None:
    action = make_action(starts_at=timezone.now())
    row, leads, now = make_sign_up(action), [make_user(), make_user()], timezone.now()

    def tick(lead: int) -> Callable[[], None]:
        wanted = ("1", "told")[lead]
        tap = roster.Tick(key=uuid.uuid4(), row=row.pk, wanted=wanted, seen="", at=now)
        return lambda: roster.tick(action, tap, by=leads[lead], now=now)

    came_to = all_at_once([tick(n % 2) for n in range(10)])
    row.refresh_from_db()
    first = leads.index(row.came_marked_by)
    assert row.presence == ("1", "told")[first]
    assert [came_to[first::2], came_to[1 - first :: 2]] == [[None] * 5, ["SignUpRefused"] * 5]


def test_phones_that_send_the_same_names_in_any_order_do_not_block_each_other() -> None:
    action, now = make_action(starts_at=timezone.now()), timezone.now()
    rows = [make_sign_up(action, f"Person {n}") for n in range(20)]

    def send(phone: int) -> Callable[[], set[str]]:
        mine = rows[phone:] + rows[:phone]
        taps = [
            roster.Tick(key=uuid.uuid4(), row=row.pk, wanted="1", seen="", at=now)
            for row in (reversed(mine) if phone % 2 else mine)
        ]
        return lambda: set(roster.take_ticks(action, taps, by=None, now=now).values())

    assert all_at_once([send(phone) for phone in range(8)]) == [{""}] * 8
    assert action.sign_ups.filter(came=True).count() == 20


def test_walk_in_sent_by_a_phone_many_times_at_once_is_one_person() -> None:
    action, now, key = make_action(starts_at=timezone.now()), timezone.now(), uuid.uuid4()

    def add() -> int:
        return roster.add_walk_in(action, by=None, name="Wren", form_key=key, now=now).pk

    assert len(set(all_at_once([add] * 10))) == 1
    assert action.sign_ups.count() == 1


def test_lead_who_takes_places_away_while_people_sign_up_leaves_no_role_overfull() -> None:
    action, lead = make_action(roles={"driver": 20}), make_user()
    role = action.roles.get()

    def take_away() -> bool:
        return actions.change(
            action,
            by=lead,
            now=timezone.now(),
            save=lambda: True,
            cases=[],
            leads=[lead],
            roles={"driver": 4},
        )

    def take() -> str:
        return turnout.sign_up(
            action,
            by=None,
            name="Rosa",
            phone=f"206 555 {next(numbers)}",
            answer="yes",
            role=role,
            country="US",
            now=timezone.now(),
        )

    numbers = itertools.count(1000)
    answers = all_at_once([take_away, *[take] * 10])
    role.refresh_from_db()
    assert role.taken == SignUp.objects.filter(role=role).count()
    if answers[0] is True:
        assert (role.capacity, role.taken, len(numbers_on(role))) == (4, 4, 6)
    else:
        assert answers[0] == "PlacesTaken"
        assert (role.capacity, role.taken) == (20, 10)
