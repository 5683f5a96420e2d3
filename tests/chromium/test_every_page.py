"""Every page of the demo in every role, on a narrow phone, by day and by night.

axe-core looks for what keeps people out who do not see, hear or point as others do. It is its own
program, under vendor/, and our pages let in no script but our own, so the browser lets it pass.
"""

import re
from collections.abc import Callable, Iterator, Set
from itertools import chain
from pathlib import Path

from django.urls import resolve
from playwright.sync_api import Error, Page, expect

from campaigns.models import User
from escalation import roster_links
from escalation.models import Action
from tests.chromium.conftest import MakePhone
from tests.chromium.forms import answer

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STARTS = {
    "a visitor": ["/", "/tell/", "/status/", "/account/login/"],
    "a person with a code": ["/status/case/"],
    "a member": ["/", "/today/", "/actions/", "/account/"],
    "an organizer": ["/", "/today/", "/actions/", "/account/"],  # on no team of most cases
    "a team": ["/", "/today/", "/actions/", "/account/"],
}
EVERY = {"a team": {"case", "action", "letter"}}  # kinds of which they open all there are
LOG_INS = {"a member": "siobhan", "an organizer": "huong", "a team": "ana"}

# Returns [rule, what it looks at] of each fault. `preload` would fetch each style sheet once more,
# for one rule: that no page holds a phone to one way up. Ours has nothing that could.
LOOK = """async (only) => (await axe.run(document, {runOnly: only, preload: false}))
    .violations.flatMap(v => v.nodes.map(n => [v.id, n.target.join(" ")]))"""
WIDER = """() => [...document.querySelectorAll("body, body *")]
    .filter(e => document.scrollingElement.scrollWidth > innerWidth
        && e.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map(e => e.tagName.toLowerCase() + "." + e.className)"""
TWICE = """() => [...document.querySelectorAll("[id]")].map(e => e.id)
    .filter((id, at, all) => all.indexOf(id) < at)"""
LEADS = """() => [...document.querySelectorAll('a[href^="/"]')].map(a => a.getAttribute("href"))"""


def test_axe_finds_nothing_and_no_page_is_wider_than_a_phone(
    code: str, make_phone: MakePhone, log_in: Callable[[Page, User], None]
) -> None:
    """One page of each kind for each role. A fault stands here as: role, page, rule, place."""
    faults: list[str] = []
    opened = dict.fromkeys(STARTS, 0)
    for role, starts in STARTS.items():
        phone = make_phone(bypass_csp=True, reduced_motion="reduce")
        phone.add_init_script(path=AXE)
        pages = walk(phone, starts, every=EVERY.get(role, set()))
        if role in LOG_INS:
            log_in(phone, User.objects.get(email=f"{LOG_INS[role]}@demo.example"))
        elif role == "a visitor":
            pages = chain(wrong_turns(phone), walk(phone, starts + ways_of_strangers(phone)))
        else:
            phone.goto(f"/s/{code}/")
        for path in pages:
            opened[role] += 1
            faults += [f"{role}, {path}: {fault}" for fault in look(phone)]
    assert not faults, "\n".join(faults)
    assert opened["a visitor"] >= 15
    assert opened["a team"] > 150, opened


def ways_of_strangers(phone: Page) -> list[str]:
    """Tell something and sign up. Return the pages they get to, and a roster sent round."""
    phone.goto("/tell/wages/")
    answer(phone, story="Three weeks.", phone="206 555 0134", consent="on")
    phone.goto("/tell/deposit/story/")
    answer(phone, story="They kept it.")
    action = Action.objects.filter(state=Action.State.ANNOUNCED).latest("starts_at")
    page, roster = f"/a/{action.public_id}/", roster_links.make(action, by=action.leads.first())
    phone.goto(page)
    answer(phone, answer="yes", name="Rosa", phone="206 555 0135")
    mine = f"/my/{phone.url.partition('/my/')[2]}"
    return ["/told/", "/tell/deposit/check/", page, mine, f"/r/{roster}/"]


def wrong_turns(phone: Page) -> Iterator[str]:
    """Send forms empty, and open what is not there."""
    for path, field in (("/tell/wages/", "story"), ("/account/login/", "login")):
        phone.goto(path)
        answer(phone, **{field: ""})
        expect(phone.locator(".errors")).to_be_visible()
        yield f"{path}, sent empty"
    assert phone.goto("/no-such-page/").status == 404
    yield "/no-such-page/"


def walk(phone: Page, starts: list[str], *, every: Set[str] = frozenset()) -> Iterator[str]:
    """Open a page of each kind that links lead to, breadth first, and yield where it is.

    Of the kinds in `every`, open all.
    """
    ahead, met, kinds = list(starts), set(starts), set()
    for path in ahead:
        place = resolve(re.split("[?#]", path)[0])
        kind = (place.url_name, place.kwargs.get("name"))
        if kind in kinds or not is_page(phone, path):
            continue
        if place.url_name not in every:
            kinds.add(kind)
        yield path
        for link in phone.evaluate(LEADS):
            link = link.partition("#")[0]
            if link not in met and not link.startswith(("/static/", "/leave/")):
                met.add(link)
                ahead.append(link)


def is_page(phone: Page, path: str) -> bool:
    """Open it and say whether it is a page to look at, and not a file that is downloaded."""
    try:
        got = phone.goto(path)
    except Error as error:
        if "Download is starting" in error.message:
            return False
        raise
    assert got.status == 200, path
    return "text/html" in got.headers["content-type"]


def look(phone: Page) -> list[str]:
    found = [f"{rule}: {where}" for rule, where in phone.evaluate(LOOK, RULES)]
    found += [f"the same id twice: {name}" for name in phone.evaluate(TWICE)]
    phone.emulate_media(color_scheme="dark")
    dark = phone.evaluate(LOOK, ["color-contrast"])
    phone.emulate_media(color_scheme="light")
    found += [f"{rule} in the dark: {where}" for rule, where in dark]
    phone.set_viewport_size({"width": 320, "height": 740})
    found += [f"too wide: {where}" for where in phone.evaluate(WIDER)]
    phone.set_viewport_size({"width": 360, "height": 740})
    return found
