"""The printed letter: as it is kept, or a draft as it would print now."""

import io
import zipfile

from django.http import Http404
from django.utils.text import slugify

from letters import drafting, pdf, recipients
from letters.models import Letter


def printed(letter: Letter, position: int = 1) -> bytes:
    """Return the PDF for one recipient. Raises LetterError, or Http404 where nobody stands there.

    A final letter comes as it is kept, byte for byte; a draft is drawn anew and marked.
    """
    if not 1 <= position <= 1 + len(recipients.further(letter.also_to)):
        raise Http404
    if not letter.is_issued:
        document = drafting.document_for(letter, is_draft=True)
        return pdf.render(drafting.for_each(letter, document)[position - 1])
    if position == 1:
        return bytes(letter.frozen_pdf)
    return bytes(letter.further.values_list("frozen_pdf", flat=True).get(position=position))


def packed(letter: Letter) -> bytes:
    """Return the PDFs of all recipients in one file."""
    names = [letter.recipient_name, *(one.name for one in recipients.further(letter.also_to))]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for position, name in enumerate(names, start=1):
            plain = slugify(name)[:40]
            file = file_name(letter, position).replace(".pdf", f"-{plain}.pdf" if plain else ".pdf")
            archive.writestr(zipfile.ZipInfo(file, ZIP_DAY), printed(letter, position))
    return buffer.getvalue()


# The hour of the download is nobody's business, and the same file is the same bytes.
ZIP_DAY = (1980, 1, 1, 0, 0, 0)


def file_name(letter: Letter, position: int) -> str:
    name = letter.variant.replace("_", "-") if letter.is_issued else "draft"
    to = f"-{position}" if letter.also_to else ""
    return f"{name}-{letter.case.reference}-v{letter.version}{to}.pdf"
