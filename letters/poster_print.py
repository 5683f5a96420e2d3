"""The poster and the leaflets of a fight as PDF: what `letters.posters.sheet` says, and its size.

They hang in windows and are read from across the street, so each is set as large as its words
allow. Nothing of it is typed here: the sum comes from the balance of the day.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from letters import fitting, qr, sheets
from letters.fitting import BODY, DISPLAY, Block
from letters.pdf import LetterTooLong
from letters.posters import Sheet

# On one sheet of paper: the class of a cell of it, and the space it leaves free at its edge in mm.
CELLS = {1: ("whole", 10.0), 2: ("half", 9.0), 4: ("quarter", 7.0)}
QR_SAYS = {1: 11, 2: 8, 4: 8}  # points of the words below the QR code, as in sheets.css
TEMPLATE = "letters/sheets/poster.html"


@dataclass(frozen=True)
class Print:
    """How it is printed: so many on a sheet, on which paper, and where its QR code leads."""

    language: str
    paper: str
    on_a_sheet: int = 1
    copies: int = 1
    address: str = ""
    tells_more: bool = False  # the address is a page about this fight, not the group's first page


def poster(sheet: Sheet, *, how: Print) -> bytes:
    """Draw it. `sheet` is in the language of the print already. Raises `pdf.LetterError`."""
    with translation.override(how.language):
        cell, edge = CELLS[how.on_a_sheet]
        qr_says = _("Scan to read more") if how.tells_more else _("Scan to find us")
        try:
            size = _sizes(sheet, how=how, edge=edge, qr_says=qr_says)
        except fitting.DoesNotFit:
            raise LetterTooLong(
                _("These words do not fit here. Make them shorter, or print fewer on a sheet.")
            ) from None
        return sheets.draw(
            TEMPLATE,
            language=how.language,
            paper=how.paper,
            copies=how.copies,
            sheet=sheet,
            size=size,
            cell=cell,
            each=range(how.on_a_sheet),
            qr=qr.code(how.address) if how.address else None,
            qr_says=qr_says,
            kicker=_("Still owed"),
        )


def _sizes(sheet: Sheet, *, how: Print, edge: float, qr_says: str) -> dict[str, Any]:
    """Return the size of each text, so that all of them fill the cell and none runs over."""
    paper = sheets.FORMATS[how.paper]
    wide = paper.width / (2 if how.on_a_sheet == 4 else 1) - 2 * edge
    high = paper.height / (1 if how.on_a_sheet == 1 else 2) - 2 * edge
    side = sheets.qr_sides(how.paper)[CELLS[how.on_a_sheet][0]] if how.address else 0.0
    code = side and side + fitting.MM * QR_SAYS[how.on_a_sheet] * 1.1 * fitting.lines(
        qr_says, QR_SAYS[how.on_a_sheet], side, DISPLAY
    )
    foot, foot_height = _foot(sheet, wide=wide, high=high, side=side, code=code)
    blocks = {
        "headline": Block(sheet.headline, 3.4, DISPLAY, 0.98),
        **{f"line{n}": Block(line, 1.0) for n, line in enumerate(sheet.lines)},
        "sum": Block(sheet.sum, 4.4, DISPLAY, 1.06),
        "owed": Block(sheet.owed, 0.95),
        "can": Block(sheet.reader_can, 1.3, DISPLAY, 1.08),
    }
    frame = 5 + foot["kicker"] * 1.55 * fitting.MM  # rules, and the strip above the sum
    room, left = wide - 0.05 * wide, high - foot_height - frame
    space = {"room": room, "height": left, "gap": 0.42}
    sizes = fitting.together(list(blocks.values()), **space)
    # One step more would break each line in two. What room is left goes to the other texts.
    for (name, block), size in zip(blocks.items(), sizes, strict=True):
        if name.startswith("line"):
            blocks[name] = replace(block, most=size)
    sizes = fitting.together(list(blocks.values()), **space)
    found = dict(zip(blocks, sizes, strict=True))
    lines = [size for name, size in found.items() if name.startswith("line")]
    return found | foot | {"lines": min(lines, default=found["owed"])}


def _foot(
    sheet: Sheet, *, wide: float, high: float, side: float, code: float
) -> tuple[dict[str, int], float]:
    """Return the sizes of the last lines, and how high they are together in millimetres.

    `side` is how wide the QR code beside them is, `code` how high it is with its words.
    """
    name, reach = fitting.down_to(high * 0.115), fitting.down_to(high * 0.075)
    small = fitting.down_to(max(7, high * 0.034))
    room = wide - (side + 4 if side else 0)
    parts = [(sheet.group, name, DISPLAY), *((text, reach, BODY) for text in sheet.reach)]
    parts.append((f"{sheet.posted} {sheet.take_down}", small, BODY))
    used = sum(
        fitting.lines(text, size, room, fonts) * size * 1.25 * fitting.MM
        for text, size, fonts in parts
    )
    sizes = {"name": name, "reach": reach, "small": small, "kicker": reach}
    return sizes, max(used + small * fitting.MM, code) + 2
