"""Full roles and their lists: who waits moves up in order, and is told."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries

from campaigns.models import User
from escalation import actions, still_wanted, turnout
from escalation.models import Action, ActionRole, OutboxMessage, SignUp
from escalation.turnout import SignUpRefused
from tests.factories import make_action, make_group, make_member, make_user

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 20, 18, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _now() -> Any:
    make_group()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def action() -> Action:
    return make_action(roles={"police": 1, "driver": 2})


def url(name: str, action: Action) -> str:
    return reverse(name, args=[action.public_id])


def role(action: Action, kind: str) -> ActionRole:
    return action.roles.get(kind=kind)


def ask(action: Action, name: str, wanted: ActionRole | None, **values: Any) -> str:
    """Sign up by the public form, and return the address of the private page."""
    data = {"name": name, "email": f"{name}@x.example", "answer": "yes"} | values
    data["role"] = wanted.pk if wanted else ""
    return str(Client().post(url("sign_up", action), data).url)


def lists(action: Action) -> dict[str, tuple[list[str], list[str]]]:
    """Return who has each role and who waits for it, in order."""
    return {
        role.kind: (
            [row.name for row in role.sign_ups.order_by("pk")],
            [row.name for row in role.waiting.waiting()],
        )
        for role in action.roles.all()
    }


def test_who_asks_for_a_full_role_comes_all_the_same_and_is_told_their_number(
    client: Client, action: Action
) -> None:
    police = role(action, "police")
    ask(action, "Ana", police)
    ask(action, "Ben", police)
    link = ask(action, "Chi", police)
    assert lists(action)["police"] == (["Ana"], ["Ben", "Chi"])
    text = client.get(link).content.decode()
    assert "“Speaks to police” is full. You are number 2 on its list." in text
    assert "You said yes, Chi" in text
    assert Action.objects.with_turnout().get().yes == 3


def test_sign_up_asks_the_database_the_same_few_things_however_many_wait(
    action: Action, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    police = role(action, "police")
    ask(action, "Ana", police)
    ask(action, "Ben", police)
    for many in range(2):
        for n in range(30 * many):
            ask(action, f"P{n}", police)
        with django_assert_num_queries(6):
            ask(action, f"Last{many}", police)


def test_place_given_back_goes_to_the_first_on_the_list_who_is_told(
    client: Client, action: Action
) -> None:
    police = role(action, "police")
    holder, first = ask(action, "Ana", police), ask(action, "Ben", police)
    ask(action, "Chi", police)
    client.post(f"{holder}cancel/")
    assert lists(action)["police"] == (["Ben"], ["Chi"])
    message = OutboxMessage.objects.get()
    assert (message.kind, message.sign_up.name, message.number) == ("place", "Ben", 1)
    assert (
        "A place came free: “Speaks to police” is yours now." in client.get(first).content.decode()
    )


@pytest.mark.parametrize("said", [{"answer": "no"}, {"answer": "maybe"}, {"answer": "yes"}])
def test_place_given_up_by_another_answer_goes_to_the_first(
    client: Client, action: Action, said: dict[str, str]
) -> None:
    police = role(action, "police")
    holder = ask(action, "Ana", police)
    ask(action, "Ben", police)
    client.post(holder, said | {"role": ""})
    assert lists(action)["police"] == (["Ben"], [])
    assert role(action, "police").taken == 1


def test_more_places_go_to_as_many_as_wait(action: Action) -> None:
    lead, police = make_user(), role(action, "police")
    for name in ("Ana", "Ben", "Chi", "Dee"):
        ask(action, name, police)
    actions.change(
        action,
        by=lead,
        now=NOW,
        save=lambda: True,
        cases=[],
        leads=[lead],
        roles={"police": 3, "driver": 2},
    )
    assert lists(action)["police"] == (["Ana", "Ben", "Chi"], ["Dee"])
    assert OutboxMessage.objects.filter(kind="place").count() == 2


def test_who_waits_keeps_the_role_they_have_and_leaves_it_when_they_move_up(
    client: Client, action: Action
) -> None:
    police, driver = role(action, "police"), role(action, "driver")
    holder, link = ask(action, "Ana", police), ask(action, "Ben", driver)
    client.post(link, {"answer": "yes", "role": police.pk})
    assert lists(action) == {"police": (["Ana"], ["Ben"]), "driver": (["Ben"], [])}
    ask(action, "Chi", driver)
    ask(action, "Dee", driver)
    client.post(f"{holder}cancel/")
    assert lists(action) == {"police": (["Ben"], []), "driver": (["Chi", "Dee"], [])}


def test_who_waits_and_saves_other_things_keeps_their_number(
    client: Client, action: Action
) -> None:
    police = role(action, "police")
    ask(action, "Ana", police)
    link = ask(action, "Ben", police)
    ask(action, "Chi", police)
    assert client.get(link).context["form"].initial["role"] == police.pk
    client.post(link, {"answer": "yes", "role": police.pk, "needs": "A chair"})
    assert lists(action)["police"] == (["Ana"], ["Ben", "Chi"])


def test_who_waits_can_just_come_without_a_role(client: Client, action: Action) -> None:
    police = role(action, "police")
    ask(action, "Ana", police)
    link = ask(action, "Ben", police)
    client.post(link, {"answer": "yes", "role": ""})
    assert lists(action)["police"] == (["Ana"], [])
    assert SignUp.objects.get(name="Ben").answer == "yes"


def test_account_asks_for_a_full_role_and_sees_its_number(client: Client, action: Action) -> None:
    police = role(action, "police")
    ask(action, "Ana", police)
    client.force_login(make_member("Mia"))
    client.post(url("answer_action", action), {"answer": "yes", "role": police.pk})
    text = client.get(url("action", action)).content.decode()
    assert "You are number 1 on its list." in text


def test_lead_sees_the_lists_and_whom_to_call(
    client: Client, action: Action, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    lead = make_user()
    action.leads.add(lead)
    client.force_login(lead)
    police = role(action, "police")
    holder = ask(action, "Ana", police)
    ask(action, "Ben", police, email="", phone="206 555 0101")
    for name in ("Chi", "Dee", "Eva"):
        ask(action, name, police)
    client.post(f"{holder}cancel/")
    with django_assert_max_num_queries(11):
        text = client.get(url("action_places", action)).content.decode()
    assert "left no e-mail. Call them: <bdi>Ben</bdi>" in text
    waiting = "<li><bdi>Chi</bdi></li><li><bdi>Dee</bdi></li><li><bdi>Eva</bdi></li>"
    assert waiting in text


def test_message_about_a_place_is_dropped_when_the_place_was_given_back(
    client: Client, action: Action
) -> None:
    police = role(action, "police")
    holder, link = ask(action, "Ana", police), ask(action, "Ben", police)
    client.post(f"{holder}cancel/")
    message = OutboxMessage.objects.with_everything().get()
    assert still_wanted.why_not(message, now=NOW, zone=dt.UTC) == ""
    client.post(link, {"answer": "yes", "role": ""})
    message = OutboxMessage.objects.with_everything().get()
    assert still_wanted.why_not(message, now=NOW, zone=dt.UTC) == "said_no"


PEOPLE, KINDS = 6, ["police", "driver", "calm"]
STEP = st.tuples(
    st.sampled_from(["ask", "change", "cancel", "raise"]),
    st.integers(0, PEOPLE - 1),
    st.sampled_from([None, *KINDS]),
)


class Lists(TestCase):
    """Whatever people do in whatever order: compared with lists in plain Python."""

    @settings(max_examples=60, deadline=None)
    @given(st.lists(STEP, max_size=30))
    def test_no_place_is_free_while_somebody_waits_and_nobody_is_passed(self, steps: Any) -> None:
        make_group()
        action = make_action(roles=dict.fromkeys(KINDS, 1), starts_at=NOW + dt.timedelta(days=9))
        self.order: dict[str, list[str]] = {kind: [] for kind in KINDS}
        for what, person, kind in steps:
            self.step(action, what, f"P{person}", role(action, kind) if kind else None)
            self.check(action)

    def step(self, action: Action, what: str, name: str, wanted: ActionRole | None) -> None:
        row = action.sign_ups.filter(name=name).first()
        if what == "raise" and wanted and wanted.capacity < 3:
            kinds = dict(action.roles.values_list("kind", "capacity"))
            lead = User.objects.first() or make_user()
            actions.change(
                action,
                by=lead,
                now=NOW,
                save=lambda: True,
                cases=[],
                leads=[],
                roles=kinds | {wanted.kind: wanted.capacity + 1},
            )
        elif what == "cancel" and row:
            turnout.cancel_sign_up(row, by=None, now=NOW)
        elif what == "change" and row:
            turnout.change_answer(row, by=None, answer="yes", role=wanted, now=NOW)
        elif what == "ask":
            said = {"name": name, "email": f"{name}@x.example", "answer": "yes", "role": wanted}
            try:
                turnout.sign_up(action, by=None, now=NOW, **said)
            except SignUpRefused:
                assert row

    def check(self, action: Action) -> None:
        for role_ in action.roles.all():
            waiting = [row.name for row in role_.waiting.waiting()]
            assert role_.taken == role_.sign_ups.count() <= role_.capacity
            assert not waiting or role_.taken == role_.capacity
            order = self.order[role_.kind]
            still = [name for name in order if name in waiting]
            assert waiting[: len(still)] == still
            holders = set(role_.sign_ups.values_list("name", flat=True))
            moved_up = [name for name in order if name in holders - set(waiting)]
            assert not still or all(order.index(n) < order.index(still[0]) for n in moved_up)
            self.order[role_.kind] = waiting
