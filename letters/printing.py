"""The printed letter: as it is kept, or a draft as it would print now."""

import io
import zipfile

from django.http import Http404
from django.utils.text import slugify

from letters import drafting, pdf, recipients
from letters.models import Letter

# The hour of a download is nobody's business, and the same letters are the same file.
_NO_DAY = (1980, 1, 1, 0, 0, 0)


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
            plain = "-".join(part for part in (str(position), slugify(name)[:40]) if part)
            file = zipfile.ZipInfo(f"{name_of(letter)}-{plain}.pdf", _NO_DAY)
            archive.writestr(file, printed(letter, position))
    return buffer.getvalue()


def file_name(letter: Letter, position: int) -> str:
    to = f"-{position}" if letter.also_to else ""
    return f"{name_of(letter)}{to}.pdf"


def name_of(letter: Letter) -> str:
    kind = letter.variant.replace("_", "-") if letter.is_issued else "draft"
    return f"{kind}-{letter.case.reference}-v{letter.version}"
