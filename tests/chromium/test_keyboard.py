"""Without a mouse or a finger: Tab, Enter, Space and letters, and one always sees where one is."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from campaigns.models import Case, CaseState, Sheet, User
from letters.models import Letter
from tests.chromium.air import Air
from tests.chromium.conftest import MakePhone
from tests.factories import (
    make_action,
    make_case,
    make_demand,
    make_line,
    make_sign_up,
    make_target,
    make_user,
)

IS_HERE = "place => place === document.activeElement"
IS_SEEN = """() => {
    const here = document.activeElement, how = getComputedStyle(here);
    return here === document.body
        || (how.outlineStyle !== "none" && parseFloat(how.outlineWidth) >= 2);
}"""


@pytest.fixture
def ana(server: Air) -> User:
    return make_user("Ana")


@pytest.fixture
def desk(make_phone: MakePhone, log_in: Callable[[Page, User], None], ana: User) -> Page:
    """A screen with a keyboard, where Ana is logged in."""
    page = make_phone(viewport={"width": 1280, "height": 800}, is_mobile=False, has_touch=False)
    log_in(page, ana)
    return page


def tab_to(page: Page, where: str) -> None:
    page.wait_for_load_state()
    place = page.locator(where).first
    for _ in range(150):
        page.keyboard.press("Tab")
        assert page.evaluate(IS_SEEN), page.evaluate("document.activeElement.outerHTML")
        if place.evaluate(IS_HERE):
            return
    raise AssertionError(f"The Tab key does not get to {where}")


def press(page: Page, where: str, key: str = "Enter") -> None:
    tab_to(page, where)
    page.keyboard.press(key)


def test_intake(make_phone: MakePhone) -> None:
    page = make_phone(is_mobile=False, has_touch=False)
    page.goto("/tell/")
    press(page, "main a.way")
    expect(page).to_have_url("/tell/wages/story/")
    tab_to(page, "[name=story]")
    page.keyboard.type("Three weeks, no pay.")
    while not page.url.endswith("/check/"):
        if page.url.endswith("/reach/"):
            tab_to(page, "[name=phone]")
            page.keyboard.type("206 555 0134")
        asked = page.url
        press(page, "main button[value=on]")
        expect(page).not_to_have_url(asked)
    press(page, "[name=consent]", "Space")
    press(page, "main button[value=on]")
    expect(page.locator(".reference")).to_be_visible()
    assert Case.objects.get().sheet.story == "Three weeks, no pay."


def test_first_stop_is_a_way_past_the_menu(desk: Page) -> None:
    desk.goto("/today/")
    desk.keyboard.press("Tab")
    expect(desk.locator(".skip")).to_be_focused()
    expect(desk.locator(".skip")).to_be_in_viewport()
    desk.keyboard.press("Enter")
    expect(desk.locator("main")).to_be_focused()


def test_move(desk: Page, ana: User) -> None:
    case = make_case(state=CaseState.PREPARING, team=[ana])
    desk.goto(f"/cases/{case.reference}/")
    press(desk, "main details:has(a[href$='/moves/hold/']) > summary")
    press(desk, "main a[href$='/moves/hold/']")
    expect(desk).to_have_url(f"/cases/{case.reference}/moves/hold/")
    press(desk, "main [name=reason]", "ArrowDown")
    tab_to(desk, "main [name=note]")
    desk.keyboard.type("Rosa is away.")
    press(desk, "main form button")
    expect(desk).to_have_url(f"/cases/{case.reference}/")
    case.refresh_from_db()
    assert case.state == CaseState.ON_HOLD


def test_letter(desk: Page, ana: User) -> None:
    case = make_case(state=CaseState.PREPARING, team=[ana, make_user("Ben")], target=make_target())
    Sheet.objects.update(started_on="2026-08-03", ended_on="2026-10-16")
    make_line(case)
    make_demand(case)
    desk.goto(f"/cases/{case.reference}/letters/new/")
    tab_to(desk, "main [name=facts]")
    desk.keyboard.type("Three weeks of cleaning. ")
    press(desk, "main form:has([name=facts]) .moves button")
    expect(desk).to_have_url(f"/cases/{case.reference}/letters/1/")
    press(desk, "main form[action$='/approve/'] button", "Space")
    expect(desk.locator(".approvals .tag.green")).to_be_visible()
    assert Letter.objects.get().approvals.count() == 1


def test_roster(desk: Page, ana: User) -> None:
    action = make_action(leads=[ana], starts_at=timezone.now() + dt.timedelta(minutes=5))
    row = make_sign_up(action, "Rosa")
    desk.goto(f"/actions/{action.public_id}/roster/")
    press(desk, ".roster button.name", "Space")
    expect(desk.locator(".roster li.came")).to_have_count(1)
    row.refresh_from_db()
    assert row.came
