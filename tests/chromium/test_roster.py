"""The roster at the kerb: no signal, two phones, and no script."""

import datetime as dt
import time

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from escalation import roster_links
from escalation.models import Action, SignUp
from tests.chromium.air import Air
from tests.chromium.conftest import MakePhone
from tests.factories import make_action, make_member, make_sign_up

NAMES = [f"Person {number:02}" for number in range(12)]


@pytest.fixture
def action(server: Air) -> Action:
    lead = make_member("Lea")
    action = make_action(leads=[lead], starts_at=timezone.now() + dt.timedelta(minutes=5))
    for name in NAMES:
        make_sign_up(action, name)
    return action


@pytest.fixture
def link(action: Action) -> str:
    return f"/r/{roster_links.make(action, by=action.leads.get())}/"


def open_at(phone: Page, link: str) -> None:
    """Open the roster and wait until the phone keeps it."""
    phone.goto(link)
    expect(phone.locator("#forgetting")).to_be_visible()


def is_sent(phone: Page) -> None:
    expect(phone.locator("#kerb")).to_have_attribute("data-waiting", "0")


def signal_is_back(server: Air, phone: Page) -> None:
    server.regain_signal()
    phone.evaluate("window.dispatchEvent(new Event('online'))")


def tap(phone: Page, name: str) -> None:
    phone.get_by_role("button", name=name, exact=True).tap()


def came(action: Action) -> int:
    return action.sign_ups.filter(came=True).count()


def test_ten_ticks_without_signal_are_counted_once_it_is_back(
    phone: Page, server: Air, action: Action, link: str
) -> None:
    open_at(phone, link)
    server.lose_signal()
    for name in NAMES[:10]:
        tap(phone, name)
    expect(phone.locator("#waits")).to_contain_text("10")
    assert came(action) == 0
    signal_is_back(server, phone)
    is_sent(phone)
    assert came(action) == 10
    assert set(action.sign_ups.filter(came=True).values_list("name", flat=True)) == set(NAMES[:10])
    assert action.sign_ups.filter(ticked_by_link=True, came_marked_by=None).count() == 10


def test_reload_without_signal_shows_the_list_and_what_waits(
    phone: Page, server: Air, action: Action, link: str
) -> None:
    open_at(phone, link)
    server.lose_signal()
    for name in NAMES[:3]:
        tap(phone, name)
    phone.get_by_label("First name").fill("Rosa")
    phone.get_by_role("button", name="Add a walk-in").tap()
    phone.reload()
    expect(phone.locator("#rows li")).to_have_count(13)
    expect(phone.locator("#waits")).to_contain_text("4")
    expect(phone.locator("li.came")).to_have_count(4)
    assert server.tries > 0
    server.regain_signal()
    phone.reload()
    is_sent(phone)
    expect(phone.locator("li.unsent")).to_have_count(0)
    assert came(action) == 4
    assert action.sign_ups.get(is_walk_in=True).name == "Rosa"


def test_two_tabs_of_one_phone_lose_no_tick(
    phone: Page, server: Air, action: Action, link: str
) -> None:
    open_at(phone, link)
    other = phone.context.new_page()
    open_at(other, link)
    server.lose_signal()
    tap(phone, NAMES[0])
    tap(other, NAMES[1])
    tap(phone, NAMES[2])
    other.close()
    signal_is_back(server, phone)
    is_sent(phone)
    assert came(action) == 3


def test_two_phones_at_once_do_not_undo_each_other(
    make_phone: MakePhone, server: Air, action: Action, link: str
) -> None:
    """The other, without signal, ticks whom the first has ticked, and takes its own tick back."""
    one, other = make_phone(), make_phone()
    for phone in (one, other):
        open_at(phone, link)
    tap(one, NAMES[0])
    is_sent(one)
    server.lose_signal()
    tap(other, NAMES[0])
    tap(other, NAMES[0])
    tap(other, NAMES[1])
    signal_is_back(server, other)
    expect(other.get_by_role("alert")).to_contain_text(
        "Person 00: somebody else tapped. It stays at: came."
    )
    assert came(action) == 2
    expect(other.locator("li.came")).to_have_count(2)


def test_left_early_is_noted_and_the_count_stays(phone: Page, action: Action, link: str) -> None:
    open_at(phone, link)
    tap(phone, NAMES[0])
    phone.get_by_label(f"More: {NAMES[0]}").tap()
    phone.get_by_role("button", name="Left early").tap()
    expect(phone.locator("li.left")).to_contain_text("left early")
    is_sent(phone)
    row = action.sign_ups.get(name=NAMES[0])
    assert (row.came, row.how) == (True, SignUp.How.LEFT)
    expect(phone.locator("#came")).to_have_text("1")


def test_typing_a_name_finds_it_or_offers_a_walk_in(phone: Page, action: Action, link: str) -> None:
    make_sign_up(action, "José")
    open_at(phone, link)
    phone.get_by_label("Find a name").fill("jose")
    expect(phone.locator("#rows li:visible")).to_have_count(1)
    phone.get_by_label("Find a name").fill("Wren")
    expect(phone.locator("#nobody")).to_be_visible()
    phone.get_by_role("button", name="Add a walk-in").tap()
    expect(phone.locator("#rows")).to_contain_text("Wren")
    is_sent(phone)
    assert action.sign_ups.get(name="Wren").is_walk_in


def test_link_that_ended_leaves_nothing_on_the_phone(
    phone: Page, server: Air, action: Action, link: str
) -> None:
    open_at(phone, link)
    server.lose_signal()
    tap(phone, NAMES[4])
    roster_links.end(action, now=timezone.now())
    signal_is_back(server, phone)
    expect(phone.locator("#over")).to_be_visible()
    expect(phone.locator("#lost")).to_contain_text(NAMES[4])
    assert NAMES[5] not in phone.locator("main").inner_text()
    assert keeps_nothing(phone)
    phone.reload()
    expect(phone.get_by_role("heading")).to_have_text("This link is over")
    assert came(action) == 0


def keeps_nothing(phone: Page) -> bool:
    """Say whether all is gone that this page had put on the phone, once it has had its time."""
    kept = """Promise.all([caches.keys(), navigator.serviceWorker.getRegistrations()])
        .then(([caches, workers]) => localStorage.length + caches.length + workers.length)"""
    ends = time.monotonic() + 5
    while phone.evaluate(kept) and time.monotonic() < ends:
        phone.wait_for_timeout(100)
    return phone.evaluate(kept) == 0


def test_forget_on_this_phone_asks_first_where_something_waits(
    phone: Page, server: Air, action: Action, link: str
) -> None:
    open_at(phone, link)
    server.lose_signal()
    tap(phone, NAMES[4])
    forget = phone.get_by_role("button", name="Forget it on this phone")
    forget.tap()
    expect(phone.locator("#unsent")).to_be_visible()
    forget.tap()
    expect(phone.locator("#forgotten")).to_be_visible()
    assert keeps_nothing(phone)
    assert "Person" not in phone.locator("main").inner_text()


def test_without_a_script_every_tap_is_a_form(
    make_phone: MakePhone, action: Action, link: str
) -> None:
    phone = make_phone(java_script_enabled=False)
    phone.goto(link)
    tap(phone, NAMES[0])
    expect(phone.locator("li.came")).to_have_count(1)
    phone.get_by_label(f"More: {NAMES[1]}").tap()
    phone.get_by_role("button", name="Cannot come").tap()
    phone.get_by_label("First name").fill("Rosa")
    phone.get_by_role("button", name="Add a walk-in").tap()
    expect(phone.locator("li.came")).to_have_count(2)
    assert action.sign_ups.get(name=NAMES[1]).how == SignUp.How.TOLD


def test_list_is_for_a_thumb_on_a_narrow_phone(phone: Page, link: str) -> None:
    open_at(phone, link)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    for button in phone.locator("#rows button, #rows a.more").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 44
