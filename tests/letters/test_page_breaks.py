"""Where a letter may go on to the next page."""

import io

import pypdf
import pytest

from letters import pdf
from tests.letters.samples import wages_letter

FILES = tuple(f"Photo of the time sheet {number}" for number in range(1, 7))


def pages(lines: int) -> list[str]:
    """Return the words of each page of a letter with so many lines of facts and six enclosures."""
    facts = [f"Line {number} of what happened." for number in range(lines)]
    drawn = pypdf.PdfReader(io.BytesIO(pdf.render(wages_letter(facts=facts, enclosures=FILES))))
    return [page.extract_text() for page in drawn.pages]


@pytest.mark.parametrize("lines", range(1, 25))
def test_list_of_enclosures_never_stands_without_the_signatures(lines: int) -> None:
    last = pages(lines)[-1]
    assert "Sincerely," in last
    assert last.index("Sincerely,") < last.index("Enclosures:")
    assert all(caption in last for caption in FILES)


def test_letters_of_these_lengths_do_go_on_to_a_second_page() -> None:
    assert {len(pages(lines)) for lines in (1, 24)} == {1, 2}
