"""Somebody tells what happened, on a phone whose browser runs no script."""

from playwright.sync_api import expect

from campaigns.models import Case
from tests.chromium.conftest import MakePhone


def test_wages_are_told_and_the_code_opens_the_case_without_a_script(
    make_phone: MakePhone,
) -> None:
    phone = make_phone(java_script_enabled=False)
    phone.goto("/tell/wages/")
    phone.locator("[name=story]").fill("Three weeks of work, no pay.")
    phone.locator("[name=phone]").fill("206 555 0134")
    phone.locator("[name=consent]").check()
    phone.locator("main form button:not([name])").last.tap()
    expect(phone.locator(".grouped").first).to_be_visible()
    assert Case.objects.get().sheet.story == "Three weeks of work, no pay."
    code = phone.locator(".grouped").first.inner_text()
    phone.goto("/status/")
    phone.locator("[name=code]").fill(code)
    phone.locator("main form button").first.tap()
    expect(phone).to_have_url("/status/case/")
    expect(phone.locator("main")).to_contain_text("We have what you sent.")
