"""What stands on a printed paper."""

import io

from pypdf import PdfReader


def read(printed: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(printed))


def pages_of(printed: bytes) -> list[str]:
    """Return the words of each page, on one line."""
    return [" ".join(page.extract_text().split()) for page in read(printed).pages]


def words_of(printed: bytes) -> str:
    return " ".join(pages_of(printed))
