"""Every paper that is no letter: posters, leaflets, signs and lists. From a template to a PDF.

The style is letters/sheets.css for all of them; text from people stands in a page as the text of
an element and nowhere else. A paper is drawn once, however many copies are asked for.
"""

import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.models import Group
from letters import pdf
from letters.fitting import SIZES

MOST_CHARACTERS = 60_000
MOST_ELEMENTS = 8_000
MOST_COPIES = 200
TOPS = range(8, 240, 4)  # millimetres to leave free above a text that stands in the middle


@dataclass(frozen=True)
class Format:
    """A sheet of paper, in millimetres."""

    width: float
    height: float


FORMATS = {
    "a4": Format(210, 297),
    "letter": Format(215.9, 279.4),
    "a3": Format(297, 420),
    "tabloid": Format(279.4, 431.8),
}
NAMES = {"a4": _l("A4"), "letter": _l("US Letter"), "a3": _l("A3"), "tabloid": _l("Tabloid")}
LARGE = {"a4": "a3", "letter": "tabloid"}


def paper_choices(group: Group) -> list[tuple[str, Any]]:
    """Return the paper of the group, and the one of twice the size."""
    return [(paper, NAMES[paper]) for paper in (group.paper, LARGE[group.paper])]


def draw(template: str, *, language: str, paper: str, copies: int = 1, **context: Any) -> bytes:
    """Draw a page in `language` on `paper`, and repeat it for the copies.

    Call it outside any transaction. Raises `pdf.LetterError` with a sentence.
    """
    with translation.override(language):
        html = render_to_string(template, context | {"language": language})
        _refuse_too_long(html)
        return repeated(pdf.print_page(html, style(paper)), copies)


def _refuse_too_long(html: str) -> None:
    body = html.partition("<body")[2]
    text = strip_tags(body)
    if len(text) > MOST_CHARACTERS or body.count("<") > 2 * MOST_ELEMENTS:
        raise pdf.LetterTooLong(_("There is more on this paper than can be printed at once."))
    if any(len(word) > pdf.MAX_WORD for word in text.split()):
        raise pdf.LetterTooLong(
            _("This paper has a word of more than %(number)d letters. Put spaces into it.")
            % {"number": pdf.MAX_WORD}
        )


@cache
def style(paper: str) -> str:
    """Return the style sheet for one size of paper."""
    sheet = FORMATS[paper]
    upright = f"{sheet.width}mm {sheet.height}mm"
    lying = f"{sheet.height}mm {sheet.width}mm"
    return "\n".join(
        [
            (Path(__file__).parent / "sheets.css").read_text(encoding="utf-8"),
            f"@page {{ size: {upright} }} @page wide {{ size: {lying} }}",
            f".whole {{ width: {sheet.width}mm; height: {sheet.height - 0.1}mm }}",
            f".half {{ width: {sheet.width}mm; height: {sheet.height / 2 - 0.1}mm }}",
            f".quarter {{ width: {sheet.width / 2}mm; height: {sheet.height / 2 - 0.1}mm }}",
            *(
                f".{cell} .qr, .{cell} .qr svg {{ width: {side:.1f}mm }} "
                f".{cell} .qr svg {{ height: {side:.1f}mm }}"
                for cell, side in qr_sides(paper).items()
            ),
            *(f".top{room} {{ padding-top: {room}mm }}" for room in TOPS),
            *(f".f{size} {{ font-size: {size}pt }}" for size in SIZES),
        ]
    )


def qr_sides(paper: str) -> dict[str, float]:
    """Return how wide a QR code is on a whole, a half and a quarter of a sheet, in millimetres."""
    high = FORMATS[paper].height
    return {"whole": high * 0.125, "half": high * 0.078, "quarter": high * 0.07}


def repeated(printed: bytes, copies: int) -> bytes:
    """Return the pages of a PDF so many times; the second costs next to nothing.

    The copies show what the first ones hold, so the file hardly grows either.
    """
    if copies < 2:
        return printed
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=io.BytesIO(printed))
    pages = list(writer.pages)
    for _copy in range(copies - 1):
        for page in pages:
            writer.add_page(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
