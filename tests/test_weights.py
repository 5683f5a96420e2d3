"""What the first pages weigh over the wire: an old phone on slow 3G waits for every kilobyte."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from tests.factories import make_group

MOST = 60_000  # bytes, with the style and the fonts


def wire(address: str) -> int:
    """Return the bytes of a static file as it is sent: fonts are compressed already."""
    path = Path(finders.find(address.removeprefix(settings.STATIC_URL)))
    data = path.read_bytes()
    return len(data) if path.suffix == ".woff2" else len(gzip.compress(data))


def fonts_of(sheet: str) -> list[str]:
    text = Path(finders.find(sheet)).read_text()
    return [f"{settings.STATIC_URL}{name}" for name in re.findall(r"url\((fonts/[^)]+)\)", text)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", [reverse("home"), reverse("tell"), reverse("tell_step", args=["wages", "story"])]
)
def test_first_page_is_light_with_its_style_and_fonts(client: Client, address: str) -> None:
    make_group()
    page = client.get(address)
    asked = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
    assert len(asked) >= 2
    # Pages are sent as they are: compressed, they could give away what is secret in them.
    weight = len(page.content) + sum(map(wire, {*asked, *fonts_of("site.css")}))
    assert weight < MOST
