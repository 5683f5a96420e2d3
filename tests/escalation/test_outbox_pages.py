"""Having one's link sent again, turning e-mails off and on, and what those who run it see."""

import datetime as dt
import os
import re
import signal
import subprocess
import sys
import zoneinfo
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as project
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import CaseState, User
from escalation import posting, private_links, todo
from escalation.models import Action, MailChoice, MailWish, OutboxMessage, SignUp
from tests.browser import Browser
from tests.factories import (
    make_action,
    make_case,
    make_group,
    make_member,
    make_sign_up,
    make_user,
)

pytestmark = pytest.mark.django_db

ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=ZONE)
Kind = OutboxMessage.Kind
Status = OutboxMessage.Status
Why = OutboxMessage.Why


@pytest.fixture(autouse=True)
def _network() -> Iterator[None]:
    make_group()
    with time_machine.travel(NOON, tick=False), timezone.override(ZONE):
        yield


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


@pytest.fixture
def action(ana: User) -> Action:
    case = make_case(state=CaseState.ESCALATING, team=[ana])
    return make_action(cases=[case], leads=[ana])


def url(name: str, action: Action) -> str:
    return reverse(name, args=[action.public_id])


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# The private link, sent again


def ask(action: Action, email: str, client: Client | None = None) -> Any:
    sent = (client or Client()).post(url("send_link", action), {"email": email}, follow=True)
    return sent.status_code, sent.content.decode()


def without_form_tokens(text: str) -> str:
    return re.sub(r'value="[^"]+"', "", text)


def test_link_is_sent_to_who_is_on_the_list_and_opens_their_answer(action: Action) -> None:
    make_sign_up(action, "Rosa", email="Rosa@People.example")
    assert "the link comes to it" in ask(action, " rosa@people.example")[1]
    posting.post()
    (letter,) = mail.outbox
    assert letter.to == ["Rosa@People.example"]
    path = next(line for line in letter.body.splitlines() if "/my/" in line)
    assert "You said yes, Rosa" in Client().get(path.partition("8000")[2]).content.decode()


def test_answer_is_the_same_for_an_unknown_address(action: Action) -> None:
    make_sign_up(action, "Rosa", email="rosa@people.example")
    known, unknown = ask(action, "rosa@people.example"), ask(action, "who@people.example")
    assert known[0] == unknown[0]
    assert without_form_tokens(known[1]) == without_form_tokens(unknown[1])
    assert OutboxMessage.objects.count() == 1


def test_link_asked_for_again_and_again_comes_once_in_ten_minutes(action: Action) -> None:
    make_sign_up(action, email="rosa@people.example")
    for _time in range(3):
        ask(action, "rosa@people.example")
    assert OutboxMessage.objects.count() == 1
    with time_machine.travel(NOON + dt.timedelta(minutes=11), tick=False):
        ask(action, "rosa@people.example")
    assert OutboxMessage.objects.count() == 2


def test_link_comes_also_at_night_and_to_who_wants_no_other_mail(action: Action) -> None:
    make_sign_up(action, email="rosa@people.example", answer="no", mail=MailWish.NONE)
    with time_machine.travel(NOON + dt.timedelta(hours=14), tick=False):
        ask(action, "rosa@people.example")
        posting.post()
    assert [letter.subject for letter in mail.outbox] == ["Your private link"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("206 555 0134", "by e-mail only"),
        ("", "required"),
        ("rosa@", "valid"),
        ("a@x.example, b@x.example", "valid"),
        ("a@x.example\nBcc: b@x.example", "valid"),
    ],
)
def test_what_is_no_address_is_said_and_nothing_is_sent(
    action: Action, typed: str, sentence: str
) -> None:
    make_sign_up(action, phone="206 555 0134")
    status, text = ask(action, typed)
    assert status == 200
    assert "link_email_error" in text or sentence in text
    assert not OutboxMessage.objects.exists()


def test_eleventh_try_from_one_place_waits(action: Action) -> None:
    for number in range(10):
        assert ask(action, f"{number}@people.example")[0] == 200
    status, text = ask(action, "rosa@people.example")
    assert status == 429
    assert "Too many tries from here" in text


# Which e-mails somebody wants


def test_link_in_a_mail_turns_them_off_and_on_again_and_opening_it_changes_nothing(
    action: Action,
) -> None:
    row = make_sign_up(action, email="rosa@people.example")
    path = reverse("mail_wish", args=[private_links.mail_token("sign_up", row.pk)])
    for _time in range(3):
        assert Client().get(path).status_code == Client().head(path).status_code == 200
        assert SignUp.objects.get().mail == MailWish.ALL
    for wish in (MailWish.NONE, MailWish.ALL):
        Browser().open(path).send(wish=wish).done()
        assert SignUp.objects.get().mail == wish
    assert Client().post(path, {"wish": "never"}).status_code == 200
    assert SignUp.objects.get().mail == MailWish.ALL


def test_forged_link_opens_nothing(action: Action) -> None:
    row = make_sign_up(action, email="rosa@people.example")
    good = private_links.mail_token("sign_up", row.pk)
    for token in (good + "x", f"sign_up-{row.pk}.", "x", "-.", good.replace("sign_up", "account")):
        path = reverse("mail_wish", args=[token])
        assert Client().post(path, {"List-Unsubscribe": "One-Click"}).status_code == 404, token


def test_one_click_keeps_a_none_and_counts_for_the_whole_account(action: Action) -> None:
    mia = make_member("Mia")
    path = reverse("mail_wish", args=[private_links.mail_token("account", mia.pk)])
    Client().post(path, {"List-Unsubscribe": "One-Click"})
    assert MailChoice.objects.get(user=mia).wish == MailWish.IMPORTANT
    MailChoice.objects.update(wish=MailWish.NONE)
    Client().post(path, {"List-Unsubscribe": "One-Click"})
    assert MailChoice.objects.get(user=mia).wish == MailWish.NONE


def test_member_chooses_on_their_account_page(action: Action) -> None:
    mia = make_member("Mia")
    row = make_sign_up(action, user=mia)
    client = signed_in(mia)
    client.post(reverse("my_mail"), {"wish": MailWish.NONE})
    message = OutboxMessage.objects.with_everything()
    OutboxMessage.objects.create(action=action, sign_up=row, kind=Kind.CANCELLATION)
    assert message.get().wish == MailWish.NONE
    assert reverse("my_mail") in client.get(reverse("account")).content.decode()


def test_private_page_leads_to_the_choice_where_mail_can_come(action: Action) -> None:
    for values, leads in (({"email": "rosa@people.example"}, True), ({"phone": "206"}, False)):
        row = make_sign_up(action, **values)
        text = Client().get(reverse("my_sign_up", args=[private_links.token(row.pk)]))
        assert ("/mail/" in text.content.decode()) is leads


# For those who run it


def fill(action: Action) -> None:
    for kind, status, name in (
        (Kind.TWO_DAYS, Status.SENT, "Luz"),
        (Kind.TWO_DAYS, Status.FAILED, "Rosa"),
        (Kind.DAY, Status.UNSURE, "Noor"),
        (Kind.DAY, Status.WAITING, "Jo"),
        (Kind.DAY, Status.DROPPED, "Kim"),
    ):
        row = make_sign_up(action, name, email=f"{name}@people.example")
        why = {Status.FAILED: Why.REFUSED, Status.UNSURE: Why.CUT_OFF}.get(status, "")
        OutboxMessage.objects.create(action=action, sign_up=row, kind=kind, status=status, why=why)


def test_action_page_counts_the_messages_and_shows_no_address(action: Action, ana: User) -> None:
    fill(action)
    make_sign_up(action, "Mei", phone="206 555 0134")
    text = signed_in(ana).get(url("action", action)).content.decode()
    for shown in (
        "1 sent, 1 failed",
        "1 waiting",
        "2 people could not be written to",
        "1 person left",
    ):
        assert shown in text
    assert "@people.example" not in text
    assert (
        "E-mails about it"
        not in signed_in(make_member()).get(url("action", action)).content.decode()
    )


def test_today_asks_the_lead_to_call_and_the_contacts_say_whom_until_it_is_done(
    action: Action, ana: User
) -> None:
    fill(action)
    (item,) = [i for i in todo.items_for(ana, now=NOON) if "written to" in i.text]
    assert (item.text, item.is_urgent) == ("2 people could not be written to. Call them.", True)
    client = signed_in(ana)
    text = client.get(item.also_url).content.decode()
    assert text.count("Our e-mail did not reach them:") == 2
    assert "the mail server refused the address" in text
    assert signed_in(make_member()).post(item.url).status_code == 404
    assert client.post(item.url).status_code == 302
    assert not [i for i in todo.items_for(ana, now=NOON) if "written to" in i.text]
    assert "Our e-mail did not reach them" not in client.get(item.also_url).content.decode()


def test_today_says_when_no_mail_leaves_by_day(action: Action, ana: User) -> None:
    """At nine, when the night's mails go out, nobody is alarmed; at ten they should have gone."""
    for name in ("Rosa", "Luz"):
        row = make_sign_up(action, name, email=f"{name}@people.example")
        OutboxMessage.objects.create(
            action=action, sign_up=row, kind=Kind.CHANGE, due_at=NOON + dt.timedelta(hours=8)
        )
    for hours, is_said in ((8, False), (12, False), (21, False), (22, True)):
        found = todo.items_for(ana, now=NOON + dt.timedelta(hours=hours, minutes=1))
        assert any("E-mails to 2 people wait" in item.text for item in found) is is_said, hours


def test_page_says_that_a_site_without_a_mail_server_reaches_nobody(
    action: Action, ana: User, settings: Any
) -> None:
    fill(action)
    client = signed_in(ana)
    assert "no mail server yet" not in client.get(url("action", action)).content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    assert "no mail server yet" in client.get(url("action", action)).content.decode()


# The loop that ./run starts


def test_loop_sends_and_ends_with_the_server_or_when_told(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "SECRET_KEY")}
    environment |= {"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    values = {"cwd": project.BASE_DIR, "env": environment}
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "-v0"], check=True, **values)
    server = subprocess.Popen(["sleep", "600"])
    beside = subprocess.Popen([*manage, "tick", "--loop", "--beside", str(server.pid)], **values)
    told = subprocess.Popen([*manage, "tick", "--loop"], **values)
    server.kill()
    server.wait()
    assert beside.wait(timeout=60) == 0
    with pytest.raises(subprocess.TimeoutExpired):
        told.wait(timeout=1)
    told.send_signal(signal.SIGTERM)
    assert told.wait(timeout=60) in (0, -signal.SIGTERM)  # before it listened, it just ends
