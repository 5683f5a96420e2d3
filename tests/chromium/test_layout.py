"""The look that holds for everybody: large letters, narrow phones, calm screens, right to left."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django import Settings

from campaigns.models import Case, CaseState, User
from tests.chromium.air import Air
from tests.chromium.conftest import MakePhone
from tests.factories import make_action, make_case, make_line, make_target, make_user

FOR_STRANGERS = ["/", "/tell/", "/tell/wages/", "/tell/wages/story/", "/status/", "/how-it-works/"]
ROWS_THAT_MUST_FIT = "document.scrollingElement.scrollWidth <= innerWidth"


@pytest.fixture
def ana(server: Air) -> User:
    return make_user("Ana")


@pytest.fixture
def case(ana: User) -> Case:
    case = make_case(state=CaseState.PREPARING, team=[ana, make_user("Ben")], target=make_target())
    make_line(case)
    return case


@pytest.fixture
def pages(ana: User, case: Case) -> list[str]:
    action = make_action(cases=[case], leads=[ana])
    of_case = [
        *(f"/cases/{case.reference}/{rest}" for rest in ("", "letters/new/")),
        reverse("add_line", args=[case.reference, "work"]),
    ]
    of_action = [f"/a/{action.public_id}/", f"/actions/{action.public_id}/roster/"]
    return [*FOR_STRANGERS, "/today/", "/cases/", "/actions/", *of_case, *of_action]


@pytest.mark.parametrize(
    "screen",
    [
        {"viewport": {"width": 320, "height": 640}},
        # A desk screen of 1280 points whose reader made everything twice as large.
        {
            "viewport": {"width": 640, "height": 400},
            "device_scale_factor": 2,
            "is_mobile": False,
        },
    ],
    ids=["narrow", "twice as large"],
)
def test_nothing_has_to_be_pushed_sideways(
    screen: dict[str, Any], pages: list[str], ana: User, make_phone: MakePhone, log_in: Any
) -> None:
    phone = make_phone(**screen)
    log_in(phone, ana)
    assert [page for page in pages if not fits(phone, page)] == []


def fits(phone: Page, page: str) -> bool:
    assert phone.goto(page).status == 200
    return phone.evaluate(ROWS_THAT_MUST_FIT)


def test_nothing_moves_for_whoever_asked_for_calm(make_phone: MakePhone, ana: User) -> None:
    moving = """() => [...document.querySelectorAll("*")].filter(e => {
        const how = getComputedStyle(e);
        return how.animationName !== "none" || ![...how.transitionDuration.split(", ")]
            .every(time => time === "0s");
    }).map(e => e.tagName)"""
    calm = make_phone(reduced_motion="reduce")
    calm.goto("/tell/wages/")
    assert calm.evaluate(moving) == []


# Right to left: no translation is at hand, so the words stay English and the page turns round.


@pytest.fixture
def arabic(settings: Settings, make_phone: MakePhone, server: Air) -> Page:
    settings.LANGUAGES = [*settings.LANGUAGES, ("ar", "Arabic")]
    phone = make_phone()
    cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": "ar", "url": server.url}
    phone.context.add_cookies([cookie])
    return phone


def test_page_of_a_language_from_right_to_left_is_turned_round(
    arabic: Page, pages: list[str], ana: User, log_in: Any
) -> None:
    arabic.goto("/tell/wages/story/")
    expect(arabic.locator("html")).to_have_attribute("dir", "rtl")
    assert starts_at_the_right(arabic, "main h1")
    leave, name = (box(arabic, where) for where in (".exit", ".masthead a.name"))
    assert leave["x"] + leave["width"] < name["x"] + name["width"]
    log_in(arabic, ana)
    assert [page for page in pages if not fits(arabic, page)] == []


def test_ladder_stands_at_the_right_where_one_reads_from_there(
    arabic: Page, case: Case, ana: User, log_in: Any
) -> None:
    log_in(arabic, ana)
    arabic.set_viewport_size({"width": 1280, "height": 800})
    arabic.goto(f"/cases/{case.reference}/")
    ladder, sheet = box(arabic, ".ladder"), box(arabic, ".casefile > :nth-child(2)")
    assert ladder["x"] > sheet["x"] + sheet["width"] / 2
    rail = "getComputedStyle(document.querySelector('.ladder'), '::before').right"
    assert arabic.evaluate(rail) == "0px"


def box(phone: Page, where: str) -> dict[str, float]:
    return phone.locator(where).first.bounding_box()


def starts_at_the_right(phone: Page, where: str) -> bool:
    """Say whether the words in it, which are shorter than the line, end at its right edge."""
    return phone.locator(where).first.evaluate("""place => {
        const words = document.createRange();
        words.selectNodeContents(place);
        const line = words.getClientRects()[0], all = place.getBoundingClientRect();
        return Math.abs(line.right - all.right) < 2;
    }""")
