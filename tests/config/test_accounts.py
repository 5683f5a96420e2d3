"""Logging in and out, the second step, and what is not offered."""

import re
import time

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse

from campaigns.models import User
from config.accounts import AccountAdapter
from tests import factories

PASSWORD = factories.PASSWORD
NEW_PASSWORD = "another long enough passphrase"


@pytest.fixture
def ana(db: None) -> User:
    factories.make_group()
    ana = factories.make_user("Ana")
    ana.set_password(PASSWORD)
    ana.save(update_fields=["password"])
    return ana


def log_in(client: Client, user: User, password: str = PASSWORD) -> str:
    """Log in through the page; return where it leads, or the page that came back."""
    answer = client.post("/account/login/", {"login": user.email, "password": password})
    return answer["Location"] if answer.status_code == 302 else answer.content.decode()


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.mark.parametrize(
    "name",
    ["account_signup", "account_email", "account_set_password", "account_request_login_code"],
)
def test_what_nobody_should_find_is_not_mounted(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_nobody_can_sign_up(rf: RequestFactory) -> None:
    assert AccountAdapter().is_open_for_signup(rf.get("/")) is False


def test_a_right_password_leads_to_today(client: Client, ana: User) -> None:
    assert log_in(client, ana) == reverse("today")
    assert client.get("/account/").status_code == 200


def test_a_wrong_password_and_an_unknown_address_read_the_same(client: Client, ana: User) -> None:
    wrong = log_in(client, ana, "not the password")
    unknown = log_in(client, User(email="nobody@rainier.example"), "not the password")
    box = re.compile(r'<div class="errors".*?</div>', re.DOTALL)
    assert box.search(wrong)[0] == box.search(unknown)[0]
    assert PASSWORD not in wrong


def test_after_five_wrong_passwords_the_right_one_waits(client: Client, ana: User) -> None:
    for _attempt in range(5):
        log_in(client, ana, "not the password")
    assert "Wait five minutes" in log_in(client, ana)


def test_a_closed_account_is_told_so(client: Client, ana: User) -> None:
    ana.is_active = False
    ana.save(update_fields=["is_active"])
    assert "This account is closed" in client.get(log_in(client, ana)).content.decode()


def test_logging_out_needs_a_press_and_empties_the_browser(client: Client, ana: User) -> None:
    log_in(client, ana)
    assert "Log out?" in client.get("/account/logout/").content.decode()
    assert client.get("/account/").status_code == 200
    answer = client.post("/account/logout/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/account/").status_code == 302


def test_no_address_of_a_computer_is_kept(client: Client, ana: User) -> None:
    log_in(client, ana)
    kept = UserSession.objects.get(user=ana).ip
    assert kept.startswith("fd")
    assert "127.0.0.1" not in kept


def test_two_callers_of_one_network_share_their_limit(rf: RequestFactory) -> None:
    def stand_in(address: str) -> str:
        return AccountAdapter().get_client_ip(rf.get("/", REMOTE_ADDR=address))

    assert stand_in("2001:db8:1:2::5") == stand_in("2001:db8:1:2:ffff::9")
    assert stand_in("2001:db8:1:2::5") != stand_in("2001:db8:1:3::5")
    assert stand_in("192.0.2.1") != stand_in("192.0.2.2")
    assert stand_in("::ffff:192.0.2.1") == stand_in("192.0.2.1")
    assert stand_in("::ffff:192.0.2.1") != stand_in("::ffff:192.0.2.2")


def test_a_forgotten_password_is_changed_by_a_link(client: Client, ana: User) -> None:
    client.post("/account/password/reset/", {"email": ana.email})
    letter = mail.outbox[0]
    assert letter.subject == "The link you asked for"
    assert "Rainier" not in letter.subject + letter.body
    link = re.search(r"http://testserver(\S+)", letter.body)[1]
    form = client.get(link)["Location"]
    assert "Choose a new password" in client.get(form).content.decode()
    client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert log_in(client, ana, NEW_PASSWORD) == reverse("today")
    assert "This link no longer works" in Client().get(link).content.decode()


def test_an_unknown_address_gets_no_mail_and_the_same_answer(client: Client, ana: User) -> None:
    known = client.post("/account/password/reset/", {"email": ana.email})
    mail.outbox.clear()
    unknown = client.post("/account/password/reset/", {"email": "nobody@rainier.example"})
    assert (unknown.status_code, unknown["Location"]) == (known.status_code, known["Location"])
    assert mail.outbox == []


@pytest.mark.parametrize("key", ["3-abc", "zzzzzzzzzzzzz-abc", "0-%00", "3-set-password"])
def test_a_made_up_link_is_refused(client: Client, ana: User, key: str) -> None:
    answer = client.get(f"/account/password/reset/{key}/")
    assert "This link no longer works" in answer.content.decode()


def test_a_changed_password_logs_out_everywhere(client: Client, ana: User) -> None:
    elsewhere = Client()
    log_in(elsewhere, ana)
    log_in(client, ana)
    typed = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post("/account/password/", typed)["Location"] == "/account/login/"
    assert elsewhere.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize(
    ("password", "sentence"),
    [("short", "at least 12 characters"), ("password1234", "too common")],
)
def test_a_weak_password_is_refused(
    client: Client, ana: User, password: str, sentence: str
) -> None:
    log_in(client, ana)
    typed = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    assert sentence in client.post("/account/password/", typed).content.decode()


def test_the_second_step_is_turned_on_and_then_asked(client: Client, ana: User) -> None:
    log_in(client, ana)
    confirm = client.get("/account/two-step/app/")["Location"]
    assert "Is it you?" in client.get(confirm).content.decode()
    client.post(confirm, {"password": PASSWORD})
    page = client.get("/account/two-step/app/").content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    secret = re.search(r'<code class="secret">(\w+)</code>', page)[1]
    spare = client.post("/account/two-step/app/", {"code": code_now(secret)})["Location"]
    codes = re.findall(r"<code>(\d+)</code>", client.get(spare).content.decode())
    assert len(codes) == 10

    fresh = Client()
    assert log_in(fresh, ana) == "/account/two-step/code/"
    assert fresh.get("/account/").status_code == 302
    wrong = fresh.post("/account/two-step/code/", {"code": "000000"})
    assert "Incorrect code." in wrong.content.decode()
    answer = fresh.post("/account/two-step/code/", {"code": codes[0]})
    assert answer["Location"] == reverse("today")


def test_a_code_works_once(client: Client, ana: User) -> None:
    TOTP.activate(ana, "JBSWY3DPEHPK3PXP")
    code = code_now("JBSWY3DPEHPK3PXP")
    log_in(client, ana)
    assert client.post("/account/two-step/code/", {"code": code}).status_code == 302
    fresh = Client()
    log_in(fresh, ana)
    assert fresh.post("/account/two-step/code/", {"code": code}).status_code == 200


def test_the_second_step_is_turned_off_after_asking_who_it_is(client: Client, ana: User) -> None:
    client.force_login(ana)
    TOTP.activate(ana, "JBSWY3DPEHPK3PXP")
    assert client.post("/account/two-step/app/remove/")["Location"].startswith("/account/confirm/")
    assert Authenticator.objects.filter(user=ana).exists()
    confirmed = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = confirmed
    session["account_authentication_methods_user"] = str(ana.pk)
    session.save()
    assert client.post("/account/two-step/app/remove/")["Location"] == "/account/two-step/"
    assert not Authenticator.objects.filter(user=ana).exists()


def test_all_other_browsers_can_be_logged_out(client: Client, ana: User) -> None:
    phone = Client(headers={"User-Agent": "Mozilla/5.0 (Android 14; Mobile) Firefox/126.0"})
    log_in(phone, ana)
    log_in(client, ana)
    page = client.get("/account/sessions/").content.decode()
    assert "Firefox, Android" in page
    client.post("/account/sessions/")
    assert phone.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200
