"""What went wrong elsewhere with reminders and phone trees: each tried here through the pages."""

import datetime as dt
import re
import uuid
import zoneinfo
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns import people
from campaigns.models import Invitation, User
from escalation import calling, posting, private_links, reminders, told
from escalation.models import Action, Call, MailChoice, OptOut, OutboxMessage, SignUp
from tests.factories import (
    PASSWORD,
    make_action,
    make_group,
    make_member,
    make_sign_up,
    make_tree_entry,
    make_user,
)

ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOW = dt.datetime(2026, 11, 16, 18, 0, tzinfo=ZONE)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _network(db: None) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False), timezone.override(ZONE):
        make_group()
        yield


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, action: Action) -> str:
    return reverse(name, args=[action.public_id])


def names(answer: Any) -> list[str]:
    return [row.name for row, _reach in answer.context["people"]]


# Reminders are sent twice (row 108)


def test_tick_run_twice_writes_one_mail_for_each_person_and_action(ana: User) -> None:
    action = make_action(starts_at=NOW + 2 * DAY, leads=[ana])
    make_sign_up(action, email="rosa@demo.example", at=NOW - DAY)
    for _n in range(2):
        reminders.plan(NOW, ZONE)
        posting.post(clock=lambda: NOW)
    assert len(mail.outbox) == 1


# Cannot remind once the event has begun (row 110)


@pytest.mark.parametrize(
    ("minutes", "is_open"), [(-30, False), (0, True), (30, True), (119, True), (121, False)]
)
def test_text_to_those_not_here_goes_out_while_it_is_under_way(
    ana: User, minutes: int, is_open: bool
) -> None:
    action = make_action(starts_at=NOW - dt.timedelta(minutes=minutes), leads=[ana])
    make_sign_up(action, "Here", phone="206 555 0131", came=True)
    make_sign_up(action, "Late", phone="206 555 0132", language="es")
    make_sign_up(action, "No", phone="206 555 0133", answer="no")
    make_sign_up(action, "Told us", phone="206 555 0136", how="told")
    never = make_sign_up(action, "Never", phone="206 555 0137", contact_key="phone:+12065550137")
    OptOut.objects.create(contact_key=never.contact_key, name="Never")
    make_sign_up(action, "Walked in", phone="206 555 0135", is_walk_in=True)
    answer = client_of(ana).get(address("write_to_people", action) + "?to=not_here")
    assert names(answer) == (["Late"] if is_open else [])
    assert bool(answer.context["refusal"]) != is_open
    if is_open:
        assert "sms:+12065550132?&amp;body=" in answer.content.decode()


# "Notified" column shows the wrong thing (row 111)


def test_who_was_sent_what_adds_up_to_all_who_signed_up(ana: User) -> None:
    action = make_action(starts_at=NOW + 2 * DAY, leads=[ana])
    sent = make_sign_up(action, "Sent", email="sent@demo.example")
    for name, status in (("Failed", "failed"), ("Waits", "waiting")):
        row = make_sign_up(action, name, email=f"{name}@demo.example")
        why = "refused" if status == "failed" else ""
        OutboxMessage.objects.create(
            action=action, sign_up=row, kind="change", status=status, why=why
        )
    make_sign_up(action, "Phone only", phone="206 555 0131")
    make_sign_up(action, "Wants none", email="none@demo.example", mail="none")
    make_sign_up(action, "New", email="new@demo.example")
    quiet = make_member()
    MailChoice.objects.create(user=quiet, wish="none")
    make_sign_up(action, "Member", user=quiet)
    make_sign_up(action, "Walked in", is_walk_in=True)
    OutboxMessage.objects.create(
        action=action, sign_up=sent, kind="two_days", status="sent", done_at=NOW - HOUR
    )
    answer = client_of(ana).get(address("contacts", action))
    shown = re.sub(r"\s+", " ", answer.content.decode())
    assert (
        "7 people signed up: written to 1, e-mail waits for 1, e-mail failed for 1, no address "
        "of 1, want no e-mail 2, nothing sent yet to 1." in shown
    )
    assert "Reminder two days before: sent, Mon 16 Nov, 17:00" in shown
    assert "Change: could not be sent: the mail server refused the address" in shown
    assert sum(number for number, _label in answer.context["told"]) == 7


def test_page_of_contacts_costs_the_same_however_many_signed_up(ana: User) -> None:
    action = make_action(leads=[ana])

    def cost(more: int) -> int:
        for _n in range(more):
            row = make_sign_up(action, user=make_member())
            OutboxMessage.objects.create(action=action, sign_up=row, kind="change")
        client = client_of(ana)
        with CaptureQueriesContext(connection) as asked:
            client.get(address("contacts", action))
            client.get(address("write_to_people", action))
        return len(asked)

    assert cost(1) == cost(12)


def test_every_standing_has_words() -> None:
    row = SignUp(email="x@demo.example")
    seen = {told._standing(row, had) for had in ({"failed"}, {"sent"}, {"waiting"}, set())}
    seen |= {told._standing(SignUp(), set()), told._standing(SignUp(email="x", mail="none"), set())}
    assert seen == set(told.STANDINGS)


# An opt-out cannot be undone (row 115)


def test_organizer_lets_somebody_be_called_again_and_says_why(ana: User) -> None:
    entry, client = make_tree_entry("Rosa", "206 555 0134"), client_of(ana)
    client.post(reverse("never_call", args=[entry.pk]))
    wish = OptOut.objects.get()
    shown = client.get(reverse("phone_list")).content.decode()
    assert "They want no call" in shown
    assert "noted by Ana" in shown
    again = reverse("call_again", args=[wish.pk])
    for _n in range(3):
        client.get(again)
        client.head(again)
    assert "This field is required." in client.post(again, {"why": ""}).content.decode()
    assert OptOut.objects.in_force().exists()
    client.post(again, {"why": "Told me on Sunday."})
    wish.refresh_from_db()
    assert (wish.ended_by, wish.ended_why, wish.ended_at) == (ana, "Told me on Sunday.", NOW)
    action = make_action(leads=[ana])
    calling.split(action, by=ana, callers=[make_member()], now=NOW)
    assert Call.objects.to_do(NOW).count() == 1


# Wants to write to everyone of one day (row 116)


@pytest.mark.parametrize(
    ("which", "listed"),
    [
        ("yes", ["Ada", "Bea"]),
        ("unconfirmed", ["Bea"]),
        ("maybe", ["Cleo"]),
        ("everybody", ["Ada", "Bea"]),
    ],
)
def test_action_and_state_give_the_right_list_each_with_a_message_alone(
    ana: User, which: str, listed: list[str]
) -> None:
    action, other = make_action(starts_at=NOW + DAY, leads=[ana]), make_action(leads=[ana])
    make_sign_up(action, "Ada", email="ada@demo.example", confirmed_at=NOW)
    make_sign_up(action, "Bea", phone="206 555 0132", email="bea@demo.example")
    make_sign_up(action, "Cleo", phone="206 555 0133", answer="maybe")
    make_sign_up(action, "Dan", phone="206 555 0134", answer="no")
    make_sign_up(other, "Other day", phone="206 555 0135")
    answer = client_of(ana).get(address("write_to_people", action) + f"?to={which}")
    assert names(answer) == listed
    for row, reach in answer.context["people"]:
        links = unquote(reach.mail + reach.text)
        for person in SignUp.objects.exclude(pk=row.pk):
            for contact in filter(None, (person.email, person.phone)):
                assert contact not in links
        assert "cc=" not in links
        assert action.title in links


def test_member_who_has_an_account_keeps_the_address_from_the_lead(ana: User) -> None:
    action, mia = make_action(leads=[ana]), make_member("Mia")
    make_sign_up(action, "Mia", user=mia)
    shown = client_of(ana).get(address("write_to_people", action)).content.decode()
    assert mia.email not in shown
    assert "Has an account and gave no phone." in shown


def test_who_wants_no_asking_is_not_asked_to_confirm(ana: User) -> None:
    action = make_action(leads=[ana])
    make_sign_up(action, "Ada", phone="206 555 0134", contact_key="phone:+12065550134")
    OptOut.objects.create(contact_key="phone:+12065550134", name="Ada")
    client, page = client_of(ana), address("write_to_people", action)
    assert names(client.get(page + "?to=unconfirmed")) == []
    assert names(client.get(page + "?to=yes")) == ["Ada"]  # what changes they are told


# A link in a mail changes data when it is opened (row 117)


def test_links_in_mails_change_nothing_however_often_they_are_opened(ana: User) -> None:
    action = make_action(leads=[ana])
    row = make_sign_up(action, email="rosa@demo.example")
    own, mia = private_links.token(row.pk), make_member()
    links = [
        reverse("my_sign_up", args=[own]),
        reverse("cancel_sign_up", args=[own]),
        reverse("mail_wish", args=[private_links.mail_token("sign_up", row.pk)]),
        reverse("mail_wish", args=[private_links.mail_token("account", mia.pk)]),
        address("action_page", action),
    ]
    before = list(SignUp.objects.values())
    for link in links:
        for _n in range(3):
            assert Client().get(link).status_code in (200, 405), link
            assert Client().head(link).status_code in (200, 405), link
    assert list(SignUp.objects.values()) == before
    assert not MailChoice.objects.exists()
    client = Client()
    client.post(links[2], {"wish": "none"})
    assert SignUp.objects.get().mail == "none"
    client.post(links[0], {"answer": "no"})
    assert SignUp.objects.get().answer == "no"
    client.post(links[1])
    assert not SignUp.objects.exists()


# A one-time link is used up by the mail scanner (row 118)


def test_invitation_opened_by_a_scanner_still_works_for_the_person(ana: User) -> None:
    _invitation, token = people.invite(name="Wren", role="member", by=ana)
    link = reverse("accept_invitation", args=[token])
    for _n in range(3):
        Client().get(link)
        Client().head(link)
    assert Invitation.objects.get().used_at is None
    words = "four words make this"
    data = {"your_name": "Wren", "email": "wren@demo.example"}
    data |= {"password": words, "password_again": words}
    Client().post(link, data)
    assert User.objects.filter(email="wren@demo.example").exists()


def test_password_link_opened_by_a_scanner_still_works_for_the_person() -> None:
    user = make_member()
    user.set_password(PASSWORD)
    user.save()
    Client().post(reverse("account_reset_password"), {"email": user.email})
    link = re.search(r"https?://[^/\s]+(/\S+)", mail.outbox[-1].body).group(1)
    for _n in range(3):
        Client().get(link, follow=True)
        Client().head(link)
    client, words = Client(), f"new words {uuid.uuid4()}"
    form = client.get(link, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": words, "password2": words})
    user.refresh_from_db()
    assert user.check_password(words)
