"""Letters on paper: drawn whole, the same every time, and nothing fetched from anywhere."""

import hashlib
import http.server
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from pypdf import PageObject, PdfReader

from letters import pdf, press, specimens
from letters.document import LetterDocument, Row, as_html
from letters.specimen_people import FIRM, SIX_LINES
from tests import papers
from tests.letters.samples import DEVANAGARI, NAMES, RIGHT_TO_LEFT, wages_letter

MM = 72 / 25.4
PAGE_HEIGHT = {"a4": 297, "letter": 279.4}
# What the window shows of a sheet folded in three and lying in the lower left corner of its
# envelope: left, top, right, bottom in mm from the upper left corner of the sheet.
WINDOWS = {"letter": (22.2, 51.9, 136.5, 80.5), "a4": (20.0, 46.0, 110.0, 81.0)}


def read(document: LetterDocument) -> PdfReader:
    return papers.read(pdf.render(document))


def text_of(document: LetterDocument) -> str:
    return papers.words_of(pdf.render(document))


def placed(page: PageObject, height: float) -> Iterator[tuple[str, float, float]]:
    """Yield (text, mm from the left, mm from the top of its baseline) of all the page draws."""
    found: list[tuple[str, float, float]] = []

    def visit(text: str, matrix: list[float], text_matrix: list[float], *_font: object) -> None:
        if text.strip():
            x = matrix[0] * text_matrix[4] + matrix[4]
            y = matrix[3] * text_matrix[5] + matrix[5]
            found.append((text.strip(), x / MM, height - y / MM))

    page.extract_text(visitor_text=visit)
    yield from found


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_page_has_the_size_of_its_paper(paper: str) -> None:
    size = read(wages_letter(paper=paper)).pages[0].mediabox
    assert float(size.height) / MM == pytest.approx(PAGE_HEIGHT[paper], abs=0.1)


def test_letter_is_tagged_and_names_its_title_language_and_day() -> None:
    reader = read(wages_letter(language="es"))
    catalog = reader.trailer["/Root"]
    assert catalog["/Lang"] == "es"
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/StructTreeRoot"]["/K"]
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in catalog["/Metadata"].get_data()
    assert reader.metadata is not None
    assert "Unpaid wages of José García" in str(reader.metadata.title)
    assert reader.metadata["/CreationDate"] == "D:20261113"


def test_another_process_draws_the_same_bytes_and_loads_weasyprint_only_to_draw() -> None:
    program = (
        "import django, hashlib, sys; django.setup(); import config.urls, letters.views.letters;"
        "from letters import pdf; from tests.letters.samples import *;"
        "print('weasyprint' in sys.modules);"
        "print(hashlib.sha256(pdf.render(wages_letter(signers=NAMES))).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=settings.BASE_DIR,
        check=True,
        capture_output=True,
        text=True,
    )
    drawn_here = hashlib.sha256(pdf.render(wages_letter(signers=NAMES))).hexdigest()
    assert (done.stdout.split(), done.stderr) == (["False", drawn_here], "")


def test_names_of_many_scripts_are_drawn_and_copied_out_as_written() -> None:
    text = "".join(text_of(wages_letter(signers=NAMES, recipient_name=FIRM)).split())
    assert [name for name in NAMES if "".join(name.split()) not in text] == []


def test_amount_beside_arabic_is_not_turned_round() -> None:
    text = text_of(wages_letter(facts=["محمد الأحمد asked for $1,200.00 at 12 Main St."]))
    assert "$1,200.00 at 12 Main St." in text


@pytest.mark.parametrize("name", RIGHT_TO_LEFT)
def test_street_and_sum_after_a_name_from_right_to_left_stand_after_it(name: str) -> None:
    text = text_of(wages_letter(facts=[f"{name}, 12 Main St, $1,200.00 (3)."]))
    assert "12 Main St, $1,200.00 (3)." in text
    assert text.index(name) < text.index("12 Main St")


def test_name_in_a_script_of_india_is_told_beside_what_is_drawn() -> None:
    """Its marks are drawn out of order, and single glyphs would be copied out so."""
    content = read(wages_letter(signers=[DEVANAGARI])).pages[0].get_contents()
    assert content is not None
    assert DEVANAGARI.encode("utf-16-be").hex() in content.get_data().decode("latin-1").lower()


def test_emoji_is_printed_as_its_name() -> None:
    assert "Thanks [thumbs up sign] for" in text_of(
        wages_letter(facts=["Thanks 👍🏽 for nothing."])
    )


def test_character_no_font_has_stops_the_letter_and_is_named() -> None:
    with pytest.raises(pdf.MissingGlyph, match="CUNEIFORM SIGN A") as raised:
        pdf.render(wages_letter(facts=["A 𒀀 and a \x07."]))
    assert raised.value.characters == "\x07𒀀"
    assert "\x07" not in str(raised.value)


def test_letter_after_a_refused_one_is_drawn() -> None:
    before = pdf.render(wages_letter())
    with pytest.raises(pdf.MissingGlyph):
        pdf.render(wages_letter(subject="𒀀"))
    assert pdf.render(wages_letter()) == before


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Recipient", SIX_LINES),
        ("Maria Guadalupe de los Angeles Hernandez-Villanueva", SIX_LINES[2:]),
        (SIX_LINES[0], [SIX_LINES[1], "Seattle, WA 98118"]),
        ("O'Fakerson & Daughters <Cafe>", ["12 Main St", "Leeds, Kirklees", "XX1 1XX"]),
    ],
)
@pytest.mark.parametrize(
    "network", ["Us", "Solidarity Network of the Greater Northwest Region " * 2]
)
def test_address_and_nothing_else_stands_in_the_window_of_the_envelope(
    paper: str, name: str, lines: list[str], network: str
) -> None:
    address = [name, *lines]
    document = wages_letter(
        paper=paper,
        recipient_name=name,
        recipient_address=lines,
        network=replace(wages_letter().network, name=network.strip()),
    )
    left, top, right, bottom = WINDOWS[paper]
    page = read(document).pages[0]
    spots = list(placed(page, PAGE_HEIGHT[paper]))
    in_window = [text for text, x, y in spots if left < x < right and top < y < bottom]
    assert "".join("".join(in_window).split()) == "".join("".join(address).split())


def test_long_words_addresses_and_links_are_wrapped_and_never_cut() -> None:
    link = "https://example.org/" + "a1b2c3d4e5" * 18
    document = wages_letter(
        facts=[link], recipient_address=SIX_LINES, subject="W" * 120, signers=["M" * 100]
    )
    reader = read(document)
    text = "".join("".join(page.extract_text() for page in reader.pages).split())
    for whole in (link, *SIX_LINES, "W" * 120, "M" * 100):
        assert "".join(whole.split()) in text
    width = float(reader.pages[0].mediabox.width) / MM
    assert all(25 <= x + 0.1 < width for _t, x, _y in placed(reader.pages[0], 279.4))


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_six_lines_and_four_signatures_fit_on_one_page(paper: str) -> None:
    rows = [
        Row(person=f"Worker {n}", label="14 to 25 September", working="9 hours", amount=Decimal(9))
        for n in range(6)
    ]
    facts = ["They worked from 14 to 25 September 2026 and were not paid. " * 3] * 2
    document = wages_letter(paper=paper, rows=rows, facts=facts, signers=["One former worker"] * 4)
    assert len(read(document).pages) == 1


def test_long_letter_runs_on_with_its_last_words_beside_the_signatures() -> None:
    rows = [
        Row(person=name, label="14 to 25 September", working="9 hours", amount=Decimal(9))
        for name in NAMES
    ]
    pages = read(wages_letter(rows=rows, signers=NAMES, total=Decimal(126))).pages
    last = " ".join(pages[-1].extract_text().split())
    assert len(pages) == 2
    assert "Deadline: Friday 27 November" in last
    assert "we will take further action" in last
    assert "Sincerely," in last
    assert "Members of Rain City Solidarity Network" in last
    assert "Page 2 of 2" in last
    assert "Page 1 of 2" in pages[0].extract_text()
    assert [name for name in NAMES if "".join(name.split()) not in "".join(last.split())] == []
    assert sum(page.extract_text().count("Total owed") for page in pages) == 1


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """Listen on this machine. Yields (address, paths that were asked for)."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


VECTORS = (
    '<img src="{url}/img">',
    '<link rel="stylesheet" href="{url}/css">',
    '<link rel="attachment" href="{url}/attachment">',
    '<style>@import "{url}/import"; p {{ background: url({url}/bg) }}</style>',
    "<style>@font-face {{ font-family: x; src: url({url}/font) }} p {{ font: 9px x }}</style>",
    '<object data="{url}/object"></object>',
    '<embed src="{url}/embed">',
    '<iframe src="{url}/frame"></iframe>',
    '<svg><image href="{url}/svg"/><use href="{url}/use#a"/></svg>',
    '<p style="list-style: url({url}/list); content: url({url}/content)">x</p>',
    '<a rel="attachment" href="{url}/a">x</a>',
    '<base href="{url}/"><img src="base">',
    '<meta http-equiv="refresh" content="0; url={url}/meta">',
    '<input type="image" src="{url}/input"><video poster="{url}/poster"></video>',
)


def test_nothing_is_fetched_whatever_the_text(listener: tuple[str, list[str]]) -> None:
    url, asked = listener
    lines = [line.format(url=url) for line in VECTORS]
    lines += [line.format(url="file:///etc") for line in VECTORS[:3]]
    document = wages_letter(
        facts=lines,
        demands=lines[:3],
        how_to_pay=lines[:3],
        subject=lines[0],
        recipient_name=lines[0],
        recipient_address=lines[1:3],
        signers=[lines[0]],
        reference=lines[0],
        salutation=lines[2],
        rows=[Row(person=lines[0], label=lines[1], working=lines[2], amount=Decimal(9))],
    )
    reader = read(document)
    text = "".join("".join(page.extract_text() for page in reader.pages).split())
    assert [line for line in lines if "".join(line.split()) not in text] == []
    assert asked == []
    assert reader.attachments == {}


def test_even_a_page_with_live_references_fetches_nothing(listener: tuple[str, list[str]]) -> None:
    """The templates escape all text; should one ever not, the renderer still asks nobody."""
    url, asked = listener
    live = "".join(line.format(url=url) for line in VECTORS)
    live += "".join(line.format(url="file:///etc/hostname?") for line in VECTORS)
    page = as_html(wages_letter()).replace("</body>", f"{live}</body>")
    reader = papers.read(pdf.render_html(page, "letter"))
    assert asked == []
    assert reader.attachments == {}


@pytest.mark.parametrize(
    "facts",
    [
        ["x " * 10_000],
        ["x " * 3_001],
        ["x"] * 1_001,
        ["x" * 251],
    ],
)
def test_letter_too_long_is_refused_before_it_is_drawn(facts: list[str]) -> None:
    started = time.monotonic()
    with pytest.raises(pdf.LetterTooLong, match=r"long|letters"):
        pdf.render(wages_letter(facts=facts))
    assert time.monotonic() - started < 5  # drawing it would take the press 20 s


@pytest.mark.parametrize(
    "changes",
    [
        {"facts": ["aا" * 120] * 20},
        {"facts": ["a\xad" * 120] * 20},
        {"rows": [Row(label="w" * 39 + " ", working="x", amount=Decimal(1))] * 90},
        {"signers": ["Ana"] * 400},
    ],
)
def test_hardest_letter_within_the_limits_is_drawn_in_time(changes: dict[str, object]) -> None:
    started = time.process_time()
    assert pdf.render(wages_letter(**changes)).startswith(b"%PDF-")
    assert time.process_time() - started < 20


def test_letters_drawn_at_the_same_time_are_as_drawn_alone() -> None:
    letters = [wages_letter(subject=name, signers=[name]) for name in NAMES[:4]]
    alone = [pdf.render(letter) for letter in letters]
    together: dict[int, bytes] = {}

    def draw(number: int) -> None:
        together[number] = pdf.render(letters[number])

    threads = [threading.Thread(target=draw, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[number] for number in range(4)] == alone


@pytest.mark.parametrize("kind", ["wages", "deposit", "account"])
def test_large_sums_stay_inside_the_page(kind: str) -> None:
    big = Decimal("1234567.50")
    rows = [Row(label="Week", working="x", amount=big, person=name) for name in NAMES[:2]]
    pages = read(wages_letter(kind=kind, rows=rows, total=big)).pages
    sums = [x for text, x, _y in placed(pages[0], 279.4) if text == "$1,234,567.50"]
    # 21.4 mm, and 23.7 mm in large type, before the margin of 22 mm
    assert sums == pytest.approx([172.5, 172.5, 170.2], abs=0.2)


def test_letter_is_a_small_file() -> None:
    assert len(pdf.render(wages_letter())) < 30_000


def test_every_font_is_whole_licensed_and_named() -> None:
    readme = (press.HERE / "fonts/README.md").read_text(encoding="utf-8")
    licence = (press.HERE / "fonts/LICENSE-OFL.txt").read_text(encoding="utf-8")
    named = set(re.findall(r"url\(font:([^)]+)\)", press.FACES.read_text(encoding="utf-8")))
    assert named == set(press.FONTS)
    assert all(name in readme and name in licence for name in press.FONTS)
    assert sum(path.stat().st_size for path in press.FONTS.values()) < 3_000_000


def test_specimens_show_every_kind_in_every_language_and_size_and_all_are_tagged() -> None:
    drawn = dict(specimens.letters())
    assert len(drawn) == len(specimens.KINDS) * len(settings.LANGUAGES) * 2
    for name in ("wages-fourteen-es-a4", "wages-three-en-letter", "draft-es-letter"):
        reader = papers.read(drawn[name]())
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"], name


def test_specimens_are_written_by_the_command(tmp_path: Path) -> None:
    def source() -> Iterator[specimens.Specimen]:
        yield "poster-en-a4", lambda: b"%PDF-"

    assert list(specimens.write(tmp_path / "out", [source])) == ["poster-en-a4.pdf"]
    assert (tmp_path / "out" / "poster-en-a4.pdf").read_bytes() == b"%PDF-"


@pytest.mark.parametrize("signers", [1, 2, 5])
def test_enclosures_stand_below_the_signatures(signers: int) -> None:
    names = [f"Signer{number}" for number in range(signers)]
    page = read(wages_letter(signers=names, enclosures=["Paystub", "Lease"])).pages[0]
    places = {text: y for text, _x, y in placed(page, PAGE_HEIGHT["letter"])}
    signed = max(y for text, y in places.items() if text.startswith(("Signer", "Members")))
    assert places["Enclosures:"] > signed + 3


def test_names_stand_with_the_closing_and_above_the_foot_however_long_the_letter_is() -> None:
    for lines in range(16, 32):
        document = wages_letter(facts=["Fact."] * lines, enclosures=["Paystub"])
        for page in read(document).pages:
            drawn = list(placed(page, PAGE_HEIGHT["letter"]))
            body = [(text, y) for text, _x, y in drawn if "Page " not in text + " "]
            closing = [text for text, _y in body if text == "Sincerely,"]
            named = [text for text, _y in body if text.startswith("Members of")]
            assert len(closing) == len(named)
            lowest = max(y for text, y in body if not text.startswith("Version"))
            assert lowest < PAGE_HEIGHT["letter"] - 13
