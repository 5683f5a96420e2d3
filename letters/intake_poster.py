"""The poster that leads to us whoever is owed something: two questions, a link and a QR code.

It hangs where bosses and landlords come by too. So it names no fight and nobody, asks for nothing,
and says what people are afraid of: that it costs something, or that we ask for papers.
"""

from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from campaigns.models import Group
from letters import fitting, qr, sheets
from letters.fitting import BODY, DISPLAY, Block
from letters.pdf import LetterTooLong
from letters.poster_print import CELLS

TEMPLATE = "letters/sheets/intake_poster.html"
STRIPS = 8  # to tear off, at the lower edge of a poster
STRIP_HEIGHT, STRIP_EDGE = 58.0, 2.5  # millimetres; the same stands in sheets.css
QR_SAYS = {1: 11, 2: 8, 4: 8}  # points of the words below the QR code, as in sheets.css


@dataclass(frozen=True)
class Call:
    """What the poster says in one language."""

    language: str
    work: str
    home: str
    tell: str
    free: str

    @property
    def parts(self) -> dict[str, Block]:
        return {
            "work": Block(self.work, 3.2, DISPLAY, 1.0),
            "home": Block(self.home, 3.2, DISPLAY, 1.0),
            "tell": Block(self.tell, 1.25, BODY, 1.25),
            "free": Block(self.free, 1.45, DISPLAY, 1.12),
        }


@dataclass(frozen=True)
class Print:
    """How it is printed: in which languages, so many on a sheet, and with strips or without."""

    languages: tuple[str, ...]
    paper: str
    on_a_sheet: int = 1
    strips: bool = False
    copies: int = 1


def call_in(language: str) -> Call:
    with translation.override(language):
        return Call(
            language=language,
            work=_("Did your boss not pay you?"),
            home=_("Did your landlord keep your deposit?"),
            tell=_("Tell us what happened. We are workers and tenants, and we stand together."),
            free=_("It costs nothing. You need no account. We never ask about your status."),
        )


def message(group: Group, *, language: str, address: str) -> str:
    """Return the same as a text to send, in one line."""
    call = call_in(language)
    said = f"{call.work} {call.home} {call.tell} {call.free} {address}"
    with translation.override(language):
        phone = _("Or call %(phone)s.") % {"phone": group.phone} if group.phone else ""
    return " ".join(part for part in (said, phone, group.name) if part)


def draw(group: Group, *, how: Print, address: str) -> bytes:
    """Draw it. `address` is the link for whoever is owed something. Raises `pdf.LetterError`."""
    calls = [call_in(language) for language in how.languages]
    says = [_in(language, _scan) for language in how.languages]
    cell, edge = CELLS[how.on_a_sheet]
    link = address.partition("://")[2].rstrip("/")
    try:
        size = _sizes(calls, group, link, how=how, edge=edge, qr_says=" · ".join(says))
    except fitting.DoesNotFit:
        raise LetterTooLong(
            _("These words do not fit here. Choose fewer languages, or print fewer on a sheet.")
        ) from None
    return sheets.draw(
        TEMPLATE,
        language=how.languages[0],
        paper=how.paper,
        copies=how.copies,
        calls=[(call, size[call.language]) for call in calls],
        group=group.name,
        phone=group.phone,
        link=link,
        size=size["foot"],
        cell=cell,
        each=range(how.on_a_sheet),
        strips=range(STRIPS) if how.strips else (),
        qr=qr.code(address),
        qr_says=" · ".join(says),
    )


def _scan() -> str:
    return _("Scan to tell us")


def _in(language: str, say: Any) -> str:
    with translation.override(language):
        return say()


def _sizes(
    calls: list[Call], group: Group, link: str, *, how: Print, edge: float, qr_says: str
) -> dict[str, Any]:
    """Return the size of each text by language, and those of the foot and of a strip."""
    paper = sheets.FORMATS[how.paper]
    wide = paper.width / (2 if how.on_a_sheet == 4 else 1) - 2 * edge
    high = paper.height / (1 if how.on_a_sheet == 1 else 2) - 2 * edge
    high -= STRIP_HEIGHT if how.strips else 0
    side = sheets.qr_sides(how.paper)[CELLS[how.on_a_sheet][0]]
    points = QR_SAYS[how.on_a_sheet]
    code = side + fitting.MM * points * 1.1 * fitting.lines(qr_says, points, side, DISPLAY)
    foot, foot_height = _foot(group, link, room=wide - side - 5, high=high)
    blocks = [block for call in calls for block in call.parts.values()]
    rules = 5 + 7 * (len(calls) - 1)  # between the languages, and above the foot
    left = high - max(foot_height, code) - rules
    sizes = fitting.together(blocks, room=wide, height=left, gap=0.36)
    found = iter(sizes)
    return {call.language: {name: next(found) for name in call.parts} for call in calls} | {
        "foot": foot | _strip(group, link, paper.width / STRIPS)
    }


def _foot(group: Group, link: str, *, room: float, high: float) -> tuple[dict[str, int], float]:
    """Return the sizes of link, phone and name beside the QR code, and how high they are."""
    most = high * 0.13
    wanted = {
        "link": fitting.largest(link, room=room, fonts=BODY, most=most),
        "phone": fitting.down_to(most),
        "name": fitting.down_to(high * 0.085),
    }
    texts = {"link": (link, BODY), "phone": (group.phone, DISPLAY), "name": (group.name, DISPLAY)}
    used = sum(
        fitting.lines(text, wanted[part], room, fonts)
        * wanted[part]
        * fitting.leading(text, 1.25, fonts)
        * fitting.MM
        for part, (text, fonts) in texts.items()
        if text
    )
    return wanted, used + 2


def _strip(group: Group, link: str, width: float) -> dict[str, int]:
    """Return the sizes on a strip: link and phone on lines of their own, the name as it comes."""
    room, third = STRIP_HEIGHT - 2 * STRIP_EDGE, (width - 2 * STRIP_EDGE) / 3
    return {
        f"strip_{part}": fitting.largest(
            text, room=room, height=third, fonts=fonts, leading=1.15, most=most
        )
        for part, text, fonts, most in (
            ("link", link, BODY, 13),
            ("phone", group.phone, DISPLAY, 16),
            ("name", group.name, BODY, 9),
        )
    }
