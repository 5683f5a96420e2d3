"""The press: a process of its own that draws pages and knows nothing else of the product.

WeasyPrint takes seconds to import and 70 MB to keep, and no limit on a text tells how long its
layout takes. So no process that answers people loads it. Each keeps one press, started with the
first page it draws: `python -m letters.press`, without Django, without the database, without any
setting or secret in its environment. Whatever a page does to it, after `SECONDS` it is ended and
the next page gets a new one; how much memory and CPU it may take is limited by the system.

What is sent and answered is JSON and the bytes of the PDF, so nothing it says is ever run.
"""

import atexit
import gc
import json
import logging
import os
import re
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree

from letters import short_cuts

HERE = Path(__file__).parent
FONTS = {path.name: path for path in (HERE / "fonts").glob("*.ttf")}
FACES = HERE / "fonts" / "faces.css"
# All that pages of ours need of WeasyPrint's long default style.
ELEMENTS_CSS = """
head, meta, title, style { display: none }
html, body, div, p, h1, h2, ol, ul { display: block }
li { display: list-item }
table { display: table } caption { display: table-caption }
thead { display: table-header-group } tbody { display: table-row-group }
tr { display: table-row } th, td { display: table-cell }
br::before { content: "\\A"; white-space: pre-line }
"""
DOCTYPE = "<!doctype html>"
_EMPTY_TAG = re.compile(r"<((?:meta|br|col|img)\b[^>]*)(?<!/)>")
_REORDERED = re.compile("[\u0900-\u0dff]")
SECONDS = 20  # for one page
START_SECONDS = 60  # for a press to be ready, on a slow and busy machine
IDLE_SECONDS = 600  # after which it gives its memory back
GARBAGE = 20_000  # objects that may wait to be cleared away: those of some ten letters
MEMORY = 512 * 1024 * 1024
KEPT_SETTINGS = ("PATH", "HOME", "LANG", "XDG_CACHE_HOME", "FONTCONFIG_FILE", "FONTCONFIG_PATH")

log = logging.getLogger(__name__)


class PressStopped(Exception):
    """A page took too long or too much memory, or broke the press."""


@dataclass(frozen=True)
class Drawn:
    pdf: bytes
    missing: str  # characters that no font has: they are boxes in this PDF


class Press:
    """The end of a press that the rest of the product holds. Threads may share it: one page at a
    time is drawn."""

    def __init__(
        self, *, seconds: float = SECONDS, memory: int = MEMORY, niceness: int = 0
    ) -> None:
        self._seconds, self._limits = seconds, [str(memory), str(niceness)]
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: TemporaryDirectory[str] | None = None
        atexit.register(self.close)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def cpu(self) -> float:
        """Return the seconds of CPU it took so far (of the running process; Linux)."""
        return time.clock_gettime((~self.pid << 3) | 2) if self.pid else 0.0

    @property
    def memory(self) -> int:
        """Return the bytes it held at most (of the running process; Linux)."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024

    def draw(self, html: str, styles: Sequence[str]) -> Drawn:
        """Draw a page with these style sheets. Raises PressStopped; the next page is drawn."""
        asked = json.dumps({"html": html, "styles": styles, "seconds": self._seconds}).encode()
        with self._lock:
            try:
                return self._ask(asked)
            except (EOFError, OSError):
                if self._end() != 0:
                    raise PressStopped("It broke.") from None
                return self._ask(asked)  # it had gone home a moment before

    def close(self) -> None:
        with self._lock:
            self._end()

    def _ask(self, asked: bytes) -> Drawn:
        if self._process is None or self._process.poll() is not None:
            self._start()
        self._pipe.send_bytes(asked)
        if not self._pipe.poll(self._seconds):
            self._end(at_once=True)
            raise PressStopped("It took too long.")
        answer = json.loads(self._pipe.recv_bytes())
        if "failed" in answer:
            log.error("A page could not be drawn: %s", answer["failed"])
            raise PressStopped("It failed.")
        return Drawn(self._pipe.recv_bytes(), answer["missing"])

    def _start(self) -> None:
        self._end(at_once=True)
        # Copies of the fonts lie here: a press that is ended cannot clear them away itself.
        self._folder = TemporaryDirectory(prefix="press-")
        kept = {name: os.environ[name] for name in KEPT_SETTINGS if name in os.environ}
        self._pipe, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "letters.press", str(theirs.fileno()), *self._limits],
                cwd=HERE.parent,
                env=kept | {"TMPDIR": self._folder.name},
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        if not self._pipe.poll(START_SECONDS) or self._pipe.recv_bytes() != b"ready":
            self._end(at_once=True)
            raise PressStopped("It did not start.")

    def _end(self, *, at_once: bool = False) -> int | None:
        """Return how the press ended by itself, or None if it had to be ended."""
        if self._process is None:
            return None
        self._pipe.close()  # one that waits for a page goes home then
        ended: int | None = None
        with suppress(subprocess.TimeoutExpired):
            ended = self._process.wait(timeout=0 if at_once else 2)
        self._process.kill()
        self._process.wait()
        if self._folder:
            self._folder.cleanup()
        self._process = self._folder = None
        return ended


# From here on it is the press itself.


def draw_plainly(page: str) -> bytes:
    """Draw `page` as anybody would who has just met WeasyPrint, for letters/bench.py."""
    from weasyprint import HTML

    return HTML(string=page).write_pdf()


@cache
def printer() -> Callable[[str, Sequence[str]], Drawn]:
    """Make what every page of this process is drawn with, and return what draws one."""
    from cssselect2 import ElementWrapper
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class FontsOnly(URLFetcher):
        """Serve the bundled fonts by name, and nothing else from any file or network."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            path = FONTS.get(url.removeprefix("font:")) if url.startswith("font:") else None
            if path is None:
                raise ValueError("A letter fetches nothing.")
            return URLFetcherResponse(url, path.read_bytes())

    short_cuts.take()
    _say_what_is_written()
    fetcher = FontsOnly(allowed_protocols=[], allow_redirects=False)
    fonts = FontConfiguration()

    @lru_cache(maxsize=64)
    def parsed(css: str) -> CSS:
        return CSS(string=css, url_fetcher=fetcher, font_config=fonts)

    parsed(FACES.read_text(encoding="utf-8"))  # from then on every style may name them

    class Page(HTML):
        """A page whose elements have only what ours need of WeasyPrint's long default style.

        The method is not public. Without it pages are the same and take a tenth longer.
        """

        def __init__(self, page: str) -> None:
            self.base_url, self.url_fetcher, self.media_type = None, fetcher, "print"
            self.wrapper_element = ElementWrapper.from_html_root(_tree(page), None)
            self.etree_element = self.wrapper_element.etree_element

        def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
            return [parsed(ELEMENTS_CSS)]

    def draw(html: str, styles: Sequence[str]) -> Drawn:
        laid_out = Page(html).render(
            font_config=fonts, stylesheets=list(map(parsed, styles)), pdf_variant="pdf/ua-1"
        )
        pdf = laid_out.write_pdf(pdf_variant="pdf/ua-1")
        missing = {code for font in laid_out.fonts.values() for code in font.missing}
        return Drawn(pdf, "".join(map(chr, sorted(missing))))

    return draw


def _tree(page: str) -> ElementTree.Element:
    """Parse a page. Ours are nearly XML, which is read several times faster than any HTML is."""
    import tinyhtml5

    try:
        return ElementTree.fromstring(  # noqa: S314  (escaped by us, and without a document type)
            _EMPTY_TAG.sub(r"<\1/>", page.replace(DOCTYPE, "", 1))
        )
    except ElementTree.ParseError:
        return tinyhtml5.parse(page, namespace_html_elements=False)


def _say_what_is_written() -> None:
    """Put the text itself beside lines in scripts of India, for whoever copies or hears them.

    There a mark may be drawn before the letter it follows, and what a PDF tells of single glyphs
    comes out in the order of drawing.
    """
    import pydyf
    from weasyprint import draw

    plain = draw.draw_text

    def draw_text(stream: pydyf.Stream, line: Any, *how: Any) -> None:
        if not _REORDERED.search(line.text):
            plain(stream, line, *how)
            return
        told = pydyf.Dictionary({"ActualText": pydyf.String(line.text)})
        pydyf.Stream.begin_marked_content(stream, "Span", told)
        plain(stream, line, *how)
        pydyf.Stream.end_marked_content(stream)

    draw.draw_text = draw_text


def serve(pipe: Connection, memory: int) -> None:
    """Draw what comes through the pipe until it closes or nothing came for a long time."""
    logging.getLogger("weasyprint").addHandler(logging.NullHandler())  # it would print texts
    draw = printer()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    # Layout makes many short-lived objects, and looking for cycles among them finds none; after a
    # page there are some.
    gc.freeze()
    gc.disable()
    pipe.send_bytes(b"ready")
    while pipe.poll(IDLE_SECONDS):
        try:
            asked = json.loads(pipe.recv_bytes())
        except EOFError:
            return
        until = int(time.process_time() + asked["seconds"]) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))
        try:
            drawn = draw(asked["html"], asked["styles"])
        except Exception as error:  # whatever it is, the next page is drawn
            pipe.send_bytes(json.dumps({"failed": _without_text(error)}).encode())
        else:
            pipe.send_bytes(json.dumps({"missing": drawn.missing}).encode())
            pipe.send_bytes(drawn.pdf)
            del drawn
        if gc.get_count()[0] > GARBAGE:
            gc.collect()


def _without_text(error: BaseException) -> str:
    """Return kind and place of an error. Its message may hold words of a letter."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else "?"
    return f"{type(error).__name__} at {where}"


if __name__ == "__main__":
    with Connection(int(sys.argv[1])) as own_end:
        os.nice(int(sys.argv[3]))
        serve(own_end, int(sys.argv[2]))
    os._exit(0)  # quickly: nothing it made outlives it, and its folder is cleared by its owner
