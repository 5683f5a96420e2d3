"""A phone with a real browser, against the product with a real server. `./run test-browser`

  phone        a page of 360 x 740 with touch
  make_phone   more of them, each on its own: make_phone(java_script_enabled=False)
  log_in       log_in(phone, user)
  server       the address of the product; server.signal takes it off the air and brings it back
  code         loads the demo, which takes half a minute, and is the code of somebody in it

A test that fails leaves a picture of each of its pages in var/chromium. A script error or a blocked
file fails the test.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from campaigns.models import Group, User
from escalation.demo import load_demo
from tests.chromium.air import Air
from tests.factories import make_group

# Playwright keeps a loop running in this thread, which Django takes for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

PICTURES = settings.BASE_DIR / "var" / "chromium"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
NOT_LOADED = "Failed to load resource"

expect.set_options(timeout=10_000)  # milliseconds; a busy machine is slow

MakePhone = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    # Its sandbox does not work for root, and the pages are our own.
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=os.environ["CHROMIUM"],
            args=["--disable-dev-shm-usage", "--disable-gpu", *root],
        )


@pytest.fixture
def server(live_server: Any) -> Iterator[Air]:
    make_group()
    with Air(live_server.thread.host, live_server.thread.port) as air:
        yield air


@pytest.fixture
def code(server: Air) -> str:
    """Load the demo in place of the empty network; return the code of an affected person."""
    Group.objects.all().delete()
    lines = "\n".join(load_demo())
    return re.findall(r"^  ((?:\w{5}-){4}\w{5})", lines, re.MULTILINE)[-1]


@pytest.fixture
def make_phone(
    chromium: Browser, server: Air, request: pytest.FixtureRequest
) -> Iterator[MakePhone]:
    pages: list[Page] = []
    wrong: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        # A page without a signal, or one that is gone, is for the test to look at.
        is_page = NOT_LOADED in message.text and "/static/" not in message.location["url"]
        if message.type == "error" and not is_page:
            wrong.append(message.text)

    def make(**options: Any) -> Page:
        page = chromium.new_context(base_url=server.url, **(PHONE | options)).new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", heard)
        page.set_default_timeout(10_000)
        pages.append(page)
        return page

    yield make
    if request.node.stash.get(_FAILED, False):
        PICTURES.mkdir(parents=True, exist_ok=True)
        for number, page in enumerate(pages):
            page.screenshot(path=_picture(request.node.name, number), full_page=True)
    for page in pages:
        page.context.close()
    assert wrong == []


def _picture(test: str, number: int) -> Path:
    return PICTURES / f"{re.sub(r'[^A-Za-z0-9]+', '_', test)}-{number}.png"


@pytest.fixture
def phone(make_phone: MakePhone) -> Page:
    return make_phone()


@pytest.fixture
def log_in(server: Air) -> Callable[[Page, User], None]:
    def log_in(page: Page, user: User) -> None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.url}])

    return log_in


_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Iterator[Any]:
    report = yield
    item.stash[_FAILED] = item.stash.get(_FAILED, False) or report.failed
    return report
