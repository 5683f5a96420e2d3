"""The case packet: a final letter as it is kept, its enclosures, and the list of whose hands they
came from, as one PDF.

The letter's own pages are the stored ones. The pages after them are drawn like a letter, with room
left for the pictures, which are then put in as they lie on the disk: nothing is decoded, so that a
packet costs little more memory than it is long (see MOST_BYTES in enclosures.py).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns import picture_size, working_copies
from campaigns.models import Evidence, User
from campaigns.wording import date_in_words
from letters import pdf, printing
from letters.document import foot_of_pages
from letters.drafting import LetterRefused
from letters.models import Enclosure, Letter

_MM = 72 / 25.4
# Where the picture stands: inside the margins of print.css, below a caption of up to five lines.
_LEFT, _RIGHT, _TOP, _BOTTOM = 25 * _MM, 22 * _MM, 44 * _MM, 18 * _MM


@dataclass(frozen=True)
class Sheet:
    """A page of the packet after the letter: its caption, and the picture, if there is one."""

    caption: str
    note: str = ""
    picture: Path | None = None


@dataclass(frozen=True)
class Custody:
    """A row of the list at the end. Of people it names the part they have, not the name."""

    number: int
    caption: str
    came: str
    sender: str
    sha256: str
    copy_sha256: str


def write(letter: Letter, *, to: User, into: BinaryIO, position: int = 1) -> list[Evidence]:
    """Write the packet of one recipient, and return the files it shows.

    Raises LetterRefused and LetterError, or Http404 where nobody stands at this position. Call it
    outside any transaction: it takes a second or more.
    """
    enclosed = _enclosed(letter, to=to)
    with translation.override(letter.language):
        sheets = [sheet for row in enclosed for sheet in _sheets(row)]
        context = {
            "letter": letter,
            "sheets": sheets,
            "custody": [_custody(row) for row in enclosed],
            "foot": foot_of_pages(_mark(letter)),
        }
        html = render_to_string("letters/paper/packet.html", context)
    _join(printing.printed(letter, position), pdf.render_html(html, letter.paper), sheets, into)
    return [row.evidence for row in enclosed]


def _mark(letter: Letter) -> str:
    return pgettext("letter", "Enclosures, reference %(reference)s, version %(version)s") % {
        "reference": letter.case.reference,
        "version": letter.version,
    }


def _enclosed(letter: Letter, *, to: User) -> list[Enclosure]:
    """Return the enclosures. Raises LetterRefused with all that is in the way of a true packet."""
    if not letter.is_issued:
        raise LetterRefused([_("A packet is made of a final letter. This one is a draft.")])
    rows = list(letter.enclosed.select_related("evidence"))
    opened = Evidence.objects.opened_to(to).filter(letters=letter).values_list("pk", flat=True)
    if {row.evidence_id for row in rows} - set(opened):
        raise LetterRefused(
            [_("A legal paper is enclosed. Somebody who may open it prints the packet.")]
        )
    if reasons := [why for row in rows if (why := _why_not_true(row))]:
        raise LetterRefused(reasons)
    return rows


def _why_not_true(row: Enclosure) -> str:
    """Return why the copy on the disk is not the one that the letter went out with, or nothing.

    What went out as a print of its own stays one, though it may have been drawn since.
    """
    if not row.copy_sha256:
        return ""
    working_copies.ensure(row.evidence)
    try:
        found = working_copies.digest_of(row.evidence)
    except FileNotFoundError:
        found = "-"
    if found == row.copy_sha256:
        return ""
    return _(
        "The copy of enclosure %(n)d is not the one this letter was made final with. "
        "Print that file from its own page."
    ) % {"n": row.position}


def _sheets(row: Enclosure) -> Iterator[Sheet]:
    file = row.evidence
    caption = pgettext("letter", "Enclosure %(n)d: %(what)s") % {
        "n": row.position,
        "what": row.caption,
    }
    if not row.copy_sha256:
        yield Sheet(caption, pgettext("letter", "This paper is enclosed as a print of its own."))
        return
    for page, picture in enumerate(working_copies.paths_of(file), start=1):
        place = {"n": row.position, "page": page, "all": file.pages}
        number = pgettext("letter", "Enclosure %(n)d, page %(page)d of %(all)d") % place
        more = file.left_out and page == file.copy_pages
        rest = pgettext("letter", "The pages after this one are not in this packet.")
        note = number if page == 1 and file.pages > 1 else rest if more else ""
        yield Sheet(caption if page == 1 else number, note, picture)


def _custody(row: Enclosure) -> Custody:
    file = row.evidence
    person, us = pgettext("letter", "the person affected"), pgettext("letter", "our network")
    return Custody(
        number=row.position,
        caption=row.caption,
        came=date_in_words(file.at, with_time=True),
        sender=person if file.by_affected_person else us,
        sha256=file.sha256,
        copy_sha256=row.copy_sha256,
    )


def _join(letter: bytes, rest: bytes, sheets: Sequence[Sheet], into: BinaryIO) -> None:
    from pypdf import PdfReader, PdfWriter  # takes a quarter of a second to load

    writer = PdfWriter(clone_from=BytesIO(letter))
    before = len(writer.pages)
    for page in PdfReader(BytesIO(rest)).pages:
        writer.add_page(page)
    for number, sheet in enumerate(sheets):
        if sheet.picture:
            _put(writer, before + number, sheet.picture)
    writer.write(into)


def _put(writer: "PdfWriter", number: int, picture: Path) -> None:  # noqa: F821 # loaded late
    """Put a JPEG into the page with this number, as it is, as large as fits."""
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

    with picture.open("rb") as file:
        width, height = picture_size.size_of(file, Evidence.Format.JPEG) or (1, 1)
    page = writer.pages[number]
    wide, high = page.mediabox.width - _LEFT - _RIGHT, page.mediabox.height - _TOP - _BOTTOM
    scale = min(wide / width, high / height)
    x, y = _LEFT, _BOTTOM + high - height * scale
    # WeasyPrint turns the page upside down and leaves it so: its own drawing is fenced in.
    before, after = StreamObject(), StreamObject()
    before.set_data(b"q ")
    after.set_data(
        f" Q q {width * scale:.2f} 0 0 {height * scale:.2f} {x:.2f} {y:.2f} cm /Copy Do Q".encode()
    )
    # Its pages share the list of what they draw with; this one gets a list of its own.
    resources = DictionaryObject(page["/Resources"].get_object())
    image = writer._add_object(_as_object(picture, width, height))
    resources[NameObject("/XObject")] = DictionaryObject({NameObject("/Copy"): image})
    page[NameObject("/Resources")] = resources
    drawn = page["/Contents"]
    old = drawn if isinstance(drawn, ArrayObject) else [page.raw_get("/Contents")]
    fence = [writer._add_object(stream) for stream in (before, after)]
    page[NameObject("/Contents")] = ArrayObject([fence[0], *old, fence[1]])


def _as_object(picture: Path, width: int, height: int) -> "StreamObject":  # noqa: F821 # as above
    """Return a JPEG of ours as an object of a PDF, its bytes as they are."""
    from pypdf.generic import NameObject, NumberObject, StreamObject

    image = StreamObject()
    image.set_data(picture.read_bytes())
    facts = {
        "Type": NameObject("/XObject"),
        "Subtype": NameObject("/Image"),
        "Width": NumberObject(width),
        "Height": NumberObject(height),
        "ColorSpace": NameObject("/DeviceRGB"),
        "BitsPerComponent": NumberObject(8),
        "Filter": NameObject("/DCTDecode"),
    }
    image.update({NameObject(f"/{name}"): value for name, value in facts.items()})
    return image
