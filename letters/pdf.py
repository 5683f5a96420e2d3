"""Letters as PDF. The only place that imports WeasyPrint, and only once a letter is drawn.

Importing it takes seconds and 60 MB, so no page pays for it that draws no letter. Font
configuration and parsed style are made once per process and are not thread-safe: one letter at a
time is drawn. The same HTML gives the same bytes in every process, so a hash of them can be kept.
"""

import atexit
import gc
import re
import threading
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from html import unescape
from pathlib import Path

from django.conf import settings
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from letters.document import LetterDocument, Paper, as_html

# What keeps any text from taking 20 s to lay out: the work grows with the number of elements, and
# with the square of a text that does not break where the line ends.
MAX_CHARACTERS = 20_000
MAX_ELEMENTS = 1_000
MAX_WORD = 250
MAX_PART = {"p": 6_000, "h1": 6_000, "li": 2_000, "td": 700}
_PARTS = re.compile(rf"<({'|'.join(MAX_PART)})\b[^>]*>(.*?)</\1>", re.DOTALL)

HERE = Path(__file__).parent
FONTS = {path.name: path for path in (HERE / "fonts").glob("*.ttf")}
ELEMENTS_CSS = """
head, meta, title, style { display: none }
html, body, div, p, h1, h2, ol, ul { display: block }
li { display: list-item }
table { display: table } caption { display: table-caption }
thead { display: table-header-group } tbody { display: table-row-group }
tr { display: table-row } th, td { display: table-cell }
br::before { content: "\\A"; white-space: pre-line }
"""
SIZES = {"a4": "A4", "letter": "letter"}
_drawing = threading.Lock()


class LetterError(Exception):
    """A letter that cannot be drawn. The message is a sentence for the person who wrote it."""


class LetterTooLong(LetterError):
    pass


class MissingGlyph(LetterError):
    """Some characters are in none of the fonts: they would be printed as empty boxes."""

    def __init__(self, characters: str) -> None:
        self.characters = characters
        named = ", ".join(
            f"{character if character.isprintable() else ''} "
            f"({unicodedata.name(character, f'U+{ord(character):04X}')})".lstrip()
            for character in characters
        )
        super().__init__(
            _("These characters cannot be printed: %(named)s. Write them in another way.")
            % {"named": named}
        )


def render(document: LetterDocument) -> bytes:
    """Draw the letter. Call it outside any transaction: it takes a tenth of a second or more."""
    return render_html(as_html(document), document.paper)


def render_html(html: str, paper: Paper) -> bytes:
    """Draw what `as_html` made, as a tagged PDF (PDF/UA-1) of the given paper size."""
    _refuse_too_long(html)
    with _drawing, _collector_paused():
        return _press()(html, paper)


def print_page(html: str, css: str) -> bytes:
    """Draw another paper than a letter, tagged too, in a style of its own; see letters/sheets.py.

    `css` is parsed once per process and names the letters' fonts, which are there already.
    """
    with _drawing, _collector_paused():
        return _press()(html, css=css)


def _refuse_too_long(html: str) -> None:
    body = html.partition("<body")[2]
    if len(_text(body)) > MAX_CHARACTERS or body.count("<") > 2 * MAX_ELEMENTS:
        raise LetterTooLong(
            _("This letter is too long to be printed. Keep it to one or two pages.")
        )
    for tag, part in _PARTS.findall(body):
        text = _text(part)
        if len(text) > MAX_PART[tag]:
            raise LetterTooLong(
                _("One text in this letter is longer than %(number)d letters. Make it shorter.")
                % {"number": MAX_PART[tag]}
            )
        if any(len(word) > MAX_WORD for word in text.split()):
            raise LetterTooLong(
                _("This letter has a word of more than %(number)d letters. Put spaces into it.")
                % {"number": MAX_WORD}
            )


def _text(html: str) -> str:
    return unescape(strip_tags(html))


def draw_plainly(page: str) -> bytes:
    """Draw `page` as anybody would who has just met WeasyPrint, for letters/bench.py."""
    from weasyprint import HTML

    return HTML(string=page).write_pdf()


def print_css() -> str:
    """Return the style of the printed page: of paper.css, what stands before its screen rules."""
    shared = (settings.BASE_DIR / "static" / "paper.css").read_text(encoding="utf-8")
    return shared.partition("@media screen")[0] + (HERE / "print.css").read_text(encoding="utf-8")


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Layout makes many short-lived objects, and looking for cycles among them finds none."""
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()


@cache
def _press() -> Callable[..., bytes]:
    """Make what every letter of this process is drawn with, and return what draws one."""
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

    fetcher = FontsOnly(allowed_protocols=[], allow_redirects=False)
    fonts = FontConfiguration()
    atexit.register(_press.cache_clear)  # its copies of the fonts go while Python can still do it

    @cache
    def parsed(css: str) -> CSS:
        return CSS(string=css, url_fetcher=fetcher, font_config=fonts)

    style, elements = parsed(print_css()), parsed(ELEMENTS_CSS)

    class Page(HTML):
        """A page whose elements have only what letters need of WeasyPrint's long default style.

        The method is not public. Without it letters are the same and take a tenth longer.
        """

        def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
            return [elements]

    sizes = {paper: parsed(f"@page {{ size: {size} }}") for paper, size in SIZES.items()}

    def draw(html: str, paper: Paper = "a4", css: str = "") -> bytes:
        styles = [parsed(css)] if css else [style, sizes[paper]]
        laid_out = Page(string=html, url_fetcher=fetcher).render(
            font_config=fonts, stylesheets=styles, pdf_variant="pdf/ua-1"
        )
        pdf = laid_out.write_pdf(pdf_variant="pdf/ua-1")
        missing = {code for font in laid_out.fonts.values() for code in font.missing}
        if missing:
            raise MissingGlyph("".join(map(chr, sorted(missing))))
        return pdf

    return draw
