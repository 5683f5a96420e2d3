"""What the style sheet promises."""

import gzip
import itertools
import re

import pytest
from django.conf import settings

SHEET = (settings.BASE_DIR / "static/site.css").read_text()
TEXT = ("ink", "soft", "red", "green", "amber")
GROUNDS = ("paper", "sheet", "wash")


def palette(selector: str) -> dict[str, str]:
    block = SHEET[SHEET.index(selector) :]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block[: block.index("}")]))


def luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


LIGHT = palette(":root:not([data-theme=dark])")
DARK = palette("[data-theme=dark] {")


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read(colours: dict[str, str]) -> None:
    for text, ground in itertools.product(TEXT, GROUNDS):
        assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for ground in ("fill", "fill-hover"):
        assert contrast(colours["on-fill"], colours[ground]) >= 4.5, ground


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_the_edge_of_a_field_can_be_seen(colours: dict[str, str]) -> None:
    assert contrast(colours["edge"], colours["paper"]) >= 3
    assert contrast(colours["edge"], colours["sheet"]) >= 3


def test_the_two_ways_to_dark_are_the_same() -> None:
    assert palette(":root:not([data-theme]) {") == DARK


def test_nothing_is_left_or_right() -> None:
    physical = r"(?:margin|padding|border)-(?:left|right|top|bottom)|(?:^|[\s;{])(?:left|right)\s*:"
    assert re.findall(physical, SHEET) == []


def test_a_long_table_prints_its_total_once() -> None:
    assert "tfoot { display: table-row-group; }" in SHEET[SHEET.index("@media print") :]


def test_nothing_comes_from_elsewhere() -> None:
    addresses = re.findall(r"url\(\"?([^)\"]+)", SHEET)
    assert all(a.startswith(("fonts/", "data:image/svg+xml")) for a in addresses)
    assert "@import" not in SHEET


def test_the_first_page_is_light_on_an_old_phone() -> None:
    """All that a first visit loads beside the page itself, which stays under 12 kB, is 48 kB."""
    sheets = (settings.BASE_DIR / "static").glob("*.css")
    fonts = (settings.BASE_DIR / "static/fonts").glob("*.woff2")
    loaded = sum(len(gzip.compress(sheet.read_bytes())) for sheet in sheets)
    assert loaded + sum(font.stat().st_size for font in fonts) < 48_000
