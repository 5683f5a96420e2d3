"""A wage case from the first words to the letter, by people who log in with two steps."""

import time
from collections.abc import Callable

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from campaigns.models import Case, CaseState, Group, User
from letters.models import Letter
from tests.chromium.air import Air
from tests.chromium.conftest import MakePhone
from tests.chromium.forms import answer
from tests.factories import PASSWORD, make_user, put_on_duty

SECRET = "JBSWY3DPEHPK3PXP"


def test_wage_case_gets_to_a_letter_that_two_have_read(
    phone: Page, make_phone: MakePhone, server: Air, log_in: Callable[[Page, User], None]
) -> None:
    ana, ben = make_user("Ana"), make_user("Ben")
    put_on_duty(ana)
    tell(make_phone())
    case = Case.objects.get()
    log_in_with_two_steps(phone, ana)
    now = timezone.localtime(timezone=Group.current().zone)
    today, minute = now.date().isoformat(), now.strftime("%Y-%m-%dT%H:%M")
    at = f"/cases/{case.reference}/"

    phone.goto(f"{at}moves/take/")
    answer(phone, method="phone", result="reached", at=minute)
    expect(phone).to_have_url(f"{server.url}{at}")

    phone.goto(f"{at}moves/arrange_meeting/")
    tick_both(phone, ana, ben)
    answer(phone, at=minute, place="The library")
    phone.goto(f"{at}first-meeting/held/")
    tick_both(phone, ana, ben)
    answer(phone, held_on=today)
    assert is_now(case, CaseState.MEETING)

    phone.goto(f"{at}people/{case.parties.get().pk}/")
    answer(phone, joined_on=today, public_name="own")
    phone.goto(f"{at}target/")
    answer(phone, name="Golden Fork", address="114 Maple Street\nSeattle, WA 98104")
    phone.goto(f"{at}sheet/")
    answer(
        phone,
        started_on="2026-08-01",
        ended_on="2026-10-20",
        evidence_list="none",
        readiness="Comes to the delivery",
        wish="What is owed",
        risks_explained="on",
        not_a_service_explained="on",
        retaliation_talk_on=today,
    )
    phone.goto(reverse("add_line", args=[case.reference, "work"]))
    answer(phone, label="First week", quantity="36", rate="15", paid="0")
    expect(phone.locator("main")).to_contain_text("$540.00")

    phone.goto(f"{at}moves/propose/")
    phone.locator("main form button").first.click()
    assert is_now(case, CaseState.PROPOSED)
    phone.goto(f"{at}moves/vote/")
    for box in phone.locator("main [name=affected_agreed], main [name=agreed]").all():
        box.check()
    answer(phone, result="take_on", held_on=today, votes_for="12", votes_against="1")
    assert is_now(case, CaseState.PREPARING)

    phone.goto(f"{at}letters/new/")
    phone.locator("main form", has=phone.locator("[name=facts]")).locator("button").first.click()
    letter = Letter.objects.get()
    say_yes(phone, f"{at}letters/{letter.version}/")
    other = make_phone()
    log_in(other, ben)
    say_yes(other, f"{at}letters/{letter.version}/")
    letter.refresh_from_db()
    assert letter.is_issued
    other.goto(f"{at}letters/{letter.version}/")
    link = other.locator("main a[href*=pdf]").first.get_attribute("href")
    answered = other.request.get(link)
    assert answered.headers["content-type"] == "application/pdf"
    assert answered.body().startswith(b"%PDF")


def tell(phone: Page) -> None:
    phone.goto("/tell/wages/")
    answer(phone, story="Three weeks.", name="Rosa", phone="206 555 0134", consent="on")
    expect(phone.locator(".grouped")).to_be_visible()


def log_in_with_two_steps(phone: Page, user: User) -> None:
    """Log in by the page, with the figures that the app of their phone shows."""
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    TOTP.activate(user, SECRET)
    phone.goto("/today/")
    answer(phone, login=user.email, password=PASSWORD)
    expect(phone).to_have_url("/account/two-step/code/")
    answer(phone, code="000000")
    expect(phone.locator(".error, .errors").first).to_be_visible()
    answer(phone, code=format_hotp_value(hotp_value(SECRET, int(time.time()) // 30)))
    expect(phone).to_have_url("/today/")


def tick_both(phone: Page, *people: User) -> None:
    for person in people:
        phone.locator(f"main [name=organizers][value='{person.pk}']").check()


def say_yes(phone: Page, page: str) -> None:
    """Press each button by which this person may say yes to the letter."""
    phone.goto(page)
    buttons = phone.locator("main form[action$='/approve/'] button")
    while buttons.count():
        left = buttons.count()
        buttons.first.click()
        expect(buttons).not_to_have_count(left)


def is_now(case: Case, state: CaseState) -> bool:
    case.refresh_from_db()
    return case.state == state
