"""The pictures of the README, from the demo. `./run pictures` makes them anew.

It is no test and is not among them: it stands here for the phone and the server.
"""

import datetime as dt
import io
import subprocess
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from campaigns.models import Case, CaseState, User
from escalation import roster_links
from escalation.models import Action
from letters.models import Letter
from tests.chromium.conftest import MakePhone

PICTURES = settings.BASE_DIR / "docs" / "pictures"
LARGEST = 120_000  # bytes: whoever opens the README on a phone pays for them
DESK = {"viewport": {"width": 1200, "height": 860}, "is_mobile": False, "has_touch": False}
PHONE = {"viewport": {"width": 360, "height": 720}, "device_scale_factor": 2}


def test_pictures(code: str, make_phone: MakePhone, log_in: Callable[[Page, User], None]) -> None:
    ana = User.objects.get(email="ana@demo.example")
    desk, phone, visitor = make_phone(**DESK), make_phone(**PHONE), make_phone(**PHONE)
    log_in(desk, ana)

    case = Case.objects.filter(state=CaseState.CLOCK_RUNNING).first()
    take(desk, f"/cases/{case.reference}/", "case")
    desk.set_viewport_size({"width": 760, "height": 640})
    take(desk, "/statistics/", "statistics", at="figure.chart:nth-of-type(2)")
    ahead = Action.objects.filter(state=Action.State.ANNOUNCED).order_by("-starts_at")
    take(visitor, f"/a/{ahead.first().public_id}/", "action")
    take(visitor, "/tell/wages/story/", "question")
    take_roster(phone, ahead.last())

    letter = Letter.objects.issued().filter(case=case).first()
    pdf = desk.request.get(f"/cases/{letter.case.reference}/letters/{letter.version}/pdf/").body()
    paper = ["pdftoppm", "-r", "75", "-f", "1", "-l", "1", "-png"]
    keep("letter", subprocess.run(paper, input=pdf, capture_output=True, check=True).stdout)


def take_roster(phone: Page, action: Action) -> None:
    """Let the action begin, and four people arrive."""
    action.starts_at = timezone.now() + dt.timedelta(minutes=10)
    action.ends_at = action.starts_at + dt.timedelta(hours=1)
    action.save(update_fields=["starts_at", "ends_at"])
    link = f"/r/{roster_links.make(action, by=action.leads.first())}/"
    phone.goto(link)
    for name in phone.locator("#rows button.name").all()[:4]:
        name.tap()
    expect(phone.locator("#kerb")).to_have_attribute("data-waiting", "0")
    take(phone, link, "roster")


def take(page: Page, path: str, name: str, *, at: str = "header") -> None:
    """Photograph what is on the screen when `at` is at the top of it."""
    assert page.goto(path).status == 200
    page.locator(at).first.evaluate("place => place.scrollIntoView()")
    page.evaluate("document.fonts.ready")
    keep(name, page.screenshot())


def keep(name: str, png: bytes) -> Path:
    """Store it with as few colours as it takes to be small."""
    path = PICTURES / f"{name}.png"
    with Image.open(io.BytesIO(png)) as whole:
        whole.convert("RGB").quantize(48, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size < LARGEST, name
    return path
