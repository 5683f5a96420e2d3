"""The press: a process of its own that no page can hold up, break for the next, or talk out of."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from letters import pdf
from letters.document import as_html
from letters.press import Press, PressStopped
from tests.letters.samples import NAMES, wages_letter
from tests.processes import wait_for_the_end_of

PAGE = '<html lang="en"><title>A page</title><p>Words</p>'
ENDLESS = PAGE + "<p>word" * 40_000  # takes half a minute
GREEDY = f"{PAGE}<table><tr><td colspan=99999999>x</table>"  # takes gigabytes


@pytest.fixture
def press() -> Iterator[Press]:
    press = Press(seconds=4)
    yield press
    press.close()


def test_page_that_takes_too_long_is_refused_and_the_next_is_drawn(press: Press) -> None:
    before = press.draw(PAGE, [])
    started = time.monotonic()
    with pytest.raises(PressStopped):
        press.draw(ENDLESS, [])
    assert time.monotonic() - started < 10
    assert press.draw(PAGE, []) == before


def test_person_reads_why_a_letter_was_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    hasty = Press(seconds=0.001)
    monkeypatch.setattr(pdf, "own_press", hasty)
    with pytest.raises(pdf.LetterTooLong, match="could not be drawn in time"):
        pdf.render(wages_letter())
    hasty.close()


def test_page_that_takes_too_much_memory_is_refused_and_the_next_is_drawn(press: Press) -> None:
    before = press.draw(PAGE, [])
    with pytest.raises(PressStopped):
        press.draw(GREEDY, [])
    assert press.draw(PAGE, []) == before


def test_press_that_died_between_two_pages_is_started_anew(press: Press) -> None:
    before, first = press.draw(PAGE, []), press.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    wait_for_the_end_of(first)
    assert press.draw(PAGE, []) == before
    assert press.pid != first


def test_press_that_dies_over_a_page_refuses_that_page_only(press: Press) -> None:
    press.draw(PAGE, [])
    assert press.pid is not None
    killer = threading.Timer(0.3, os.kill, [press.pid, signal.SIGKILL])
    killer.start()
    with pytest.raises(PressStopped):
        press.draw(ENDLESS, [])
    assert press.draw(PAGE, []).pdf.startswith(b"%PDF-")


def test_press_leaves_neither_process_nor_file_behind(press: Press) -> None:
    press.draw(PAGE, [])
    pid = press.pid
    folder = Path(environment(pid)["TMPDIR"])
    assert list(folder.rglob("*")) != []
    press.close()
    assert not folder.exists()
    assert not Path(f"/proc/{pid}").exists()


def test_press_knows_no_secret_of_the_site(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "hidden")
    monkeypatch.setenv("DATABASE_URL", "postgres://hidden")
    press.draw(PAGE, [])
    known = environment(press.pid)
    assert set(known) <= {"PATH", "HOME", "LANG", "XDG_CACHE_HOME", "TMPDIR", "LC_CTYPE"}


def environment(pid: int | None) -> dict[str, str]:
    held = Path(f"/proc/{pid}/environ").read_text().strip("\0").split("\0")
    return dict(setting.split("=", 1) for setting in held)


def test_many_letters_keep_their_order_and_one_that_fails_stops_no_other() -> None:
    letters = [wages_letter(subject=name) for name in (*NAMES[:3], "𒀀", *NAMES[3:5])]
    drawn = list(pdf.render_many((as_html(letter), "letter") for letter in letters))
    assert isinstance(drawn.pop(3), pdf.MissingGlyph)
    assert drawn == [pdf.render(letter) for letter in letters if letter.subject != "𒀀"]


LETTERS = """
import django, hashlib; django.setup()
from dataclasses import replace
from letters import pdf, press, short_cuts
from letters.document import as_html
from tests.letters.samples import *
if {plainly}:
    short_cuts.take = lambda: None
    import tinyhtml5
    press._tree = lambda page: tinyhtml5.parse(page, namespace_html_elements=False)
draw = press.printer()
letters = [wages_letter(signers=NAMES), deposit_letter(), wages_letter(is_draft=True),
    replace(wages_letter(), facts=["One line\\nand another. " + "Many words. " * 600])]
for letter in 2 * letters:
    html = pdf._BETWEEN_BLOCKS.sub("", pdf._STYLE.sub("", as_html(letter)))
    for size in ("letter", "A4"):
        drawn = draw(html, [pdf.print_css(), f"@page {{{{ size: {{size}} }}}}"])
        print(hashlib.sha256(drawn.pdf).hexdigest())
"""


def test_short_cuts_into_weasyprint_change_no_byte() -> None:
    """Should WeasyPrint drop or change what is replaced, letters cost more, or this fails."""
    programs = [LETTERS.format(plainly=plainly) for plainly in (True, False)]
    drawn = [
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=settings.BASE_DIR,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()
        for program in programs
    ]
    assert len(set(drawn[0])) == 8
    assert drawn[0] == drawn[1]


def test_weasyprint_still_has_what_we_replace() -> None:
    import pydyf
    from weasyprint import HTML
    from weasyprint.css import StyleFor
    from weasyprint.formatting_structure.boxes import Box
    from weasyprint.layout import block, percent
    from weasyprint.text.line_break import Layout

    assert callable(HTML._ua_stylesheets)
    assert callable(Layout.deactivate)
    assert callable(Layout.reactivate)
    assert callable(Layout.set_text)
    assert callable(StyleFor.set_computed_styles)
    assert callable(Box.is_in_normal_flow)
    assert callable(pydyf._to_bytes)
    assert block.resolve_percentages is percent.resolve_percentages


def test_page_that_is_no_xml_is_drawn_too(press: Press) -> None:
    xml = '<html lang="en"><head><title>A page</title></head><body><p>Words</p></body></html>'
    assert press.draw(xml, []) == press.draw(xml.replace("</body></html>", ""), [])
    assert press.draw(xml.replace("Words", "&nbsp;<br>Words"), []).pdf.startswith(b"%PDF-")
