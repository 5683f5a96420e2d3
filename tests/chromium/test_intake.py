"""Somebody tells what happened: without a script, one question at a time, in their language."""

from playwright.sync_api import Page, expect

from campaigns.models import Case
from tests.chromium.conftest import MakePhone
from tests.chromium.forms import answer
from tests.factories import make_action


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


def test_back_and_forth_and_reload_keep_what_was_typed(phone: Page) -> None:
    phone.goto("/tell/")
    phone.locator("main a.way").first.tap()
    answer(phone, story="Three weeks of cleaning.")
    expect(phone).to_have_url("/tell/wages/who/")
    answer(phone, who="Mr. Dan")
    expect(phone).to_have_url("/tell/wages/job/")
    phone.go_back()
    expect(phone.locator("[name=who]")).to_have_value("Mr. Dan")
    phone.reload()
    expect(phone.locator("[name=who]")).to_have_value("Mr. Dan")
    phone.go_back()
    expect(phone.locator("[name=story]")).to_have_value("Three weeks of cleaning.")
    phone.go_forward()
    expect(phone.locator("[name=who]")).to_have_value("Mr. Dan")
    phone.locator("main button[value=on]").tap()
    phone.locator("[name=job]").fill("Cleaner")
    phone.locator("main button[value=back]").tap()
    expect(phone).to_have_url("/tell/wages/who/")
    phone.goto("/tell/wages/job/")
    expect(phone.locator("[name=job]")).to_have_value("Cleaner")


def test_with_the_code_one_goes_on_from_another_phone(make_phone: MakePhone) -> None:
    first, second = make_phone(), make_phone()
    first.goto("/tell/wages/story/")
    first.locator("[name=story]").fill("Three weeks of cleaning.")
    first.locator("main button[value=later]").tap()
    code = first.locator(".grouped").inner_text()
    first.context.close()
    second.goto("/tell/go-on/")
    answer(second, code=code)
    expect(second).to_have_url("/tell/wages/story/")
    expect(second.locator("[name=story]")).to_have_value("Three weeks of cleaning.")
    second.locator("main button[value=on]").tap()
    to_the_end(second)
    assert Case.objects.get().sheet.story == "Three weeks of cleaning."


def to_the_end(phone: Page) -> None:
    """Leave all questions empty but the phone number, look at it once more, and send it."""
    while not phone.url.endswith("/check/"):
        if phone.url.endswith("/reach/"):
            phone.locator("[name=phone]").fill("206 555 0134")
        asked = phone.url
        phone.locator("main button[value=on]").click()
        expect(phone).not_to_have_url(asked)
    phone.locator("[name=consent]").check()
    phone.locator("main button[value=on]").click()
    expect(phone.locator(".reference")).to_be_visible()


def test_it_is_all_told_in_spanish_on_a_phone_that_speaks_it(make_phone: MakePhone) -> None:
    phone = make_phone(locale="es-MX")
    phone.goto("/")
    expect(phone.locator("html")).to_have_attribute("lang", "es")
    expect(phone.get_by_role("link", name="Cuéntenos qué pasó").first).to_be_visible()
    phone.goto("/tell/wages/story/")
    expect(phone.get_by_role("button", name="Salir de esta página")).to_be_visible()
    answer(phone, story="Tres semanas sin pago.")
    to_the_end(phone)
    expect(phone.locator("h1")).to_contain_text("Gracias")
    assert Case.objects.get().sheet.story == "Tres semanas sin pago."


def test_sign_up_speaks_the_language_that_was_chosen(phone: Page) -> None:
    action = make_action()
    phone.goto(f"/a/{action.public_id}/")
    phone.get_by_role("button", name="Español").tap()
    expect(phone.locator("html")).to_have_attribute("lang", "es")
    answer(phone, answer="yes", name="Rosa", phone="206 555 0134")
    expect(phone.locator("main")).to_contain_text("Rosa")
    assert action.sign_ups.get().name == "Rosa"
    assert phone.locator("html").get_attribute("lang") == "es"
