"""Letters and other papers as PDF: what may be drawn, and the sentence that says why not.

The drawing itself is done by a process of its own (letters/press.py), so no page that draws nothing
pays for it, and no text can hold up a process that answers people. The same HTML gives the same
bytes in every process, so a hash of them can be kept.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from html import unescape

from django.conf import settings
from django.utils.translation import gettext as _

from letters.document import LetterDocument, Paper, as_html
from letters.press import HERE, Press, PressStopped

# What keeps any text from taking 20 s to lay out: the work grows with the number of elements, and
# with the square of a text that does not break where the line ends.
MAX_CHARACTERS = 20_000
MAX_ELEMENTS = 1_000
MAX_WORD = 250
MAX_PART = {"p": 6_000, "h1": 6_000, "li": 2_000, "td": 700}
_PARTS = re.compile(rf"<({'|'.join(MAX_PART)})\b[^>]*>(.*?)</\1>", re.DOTALL)

# Space between blocks draws nothing and is a box each until that is found out.
_BETWEEN_BLOCKS = re.compile(
    r"\n+(?=</?(?:p|h[12]|[ou]l|li|t[rhd]|t(?:able|head|body|foot)|div)\b)"
)
_TAG = re.compile(r"<[^>]*>")
_STYLE = re.compile(r'<style media="(screen|print)">(.*?)</style>', re.DOTALL)
SIZES = {"a4": "A4", "letter": "letter"}
PROCESSES = 2  # that draw a batch

own_press = Press()


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
    return _print(own_press, html, paper)


def print_page(html: str, css: str) -> bytes:
    """Draw any other paper, tagged too: `html` whole and escaped, `css` its style with its size.

    The style may name the fonts of letters/fonts/faces.css. Raises LetterError with a sentence.
    """
    return _drawn(own_press, html, [css])


def render_many(
    pages: Iterable[tuple[str, Paper]], presses: Sequence[Press] | None = None
) -> Iterator[bytes | LetterError]:
    """Draw many letters, each its own PDF, with as many processes as help, which let
    pages that people wait for go first. The order is kept.

    A page that cannot be drawn is answered by its error, and the others are drawn.
    """
    presses = presses or [Press(niceness=10) for _n in range(PROCESSES)]
    free = list(presses)

    def draw(page: tuple[str, Paper]) -> bytes | LetterError:
        press = free.pop()
        try:
            return _print(press, *page)
        except LetterError as error:
            return error
        finally:
            free.append(press)

    try:
        with ThreadPoolExecutor(len(presses)) as threads:
            yield from threads.map(draw, pages)
    finally:
        for press in presses:
            press.close()


def _print(press: Press, html: str, paper: Paper) -> bytes:
    _refuse_too_long(html)
    own = [style for media, style in _STYLE.findall(html) if media == "print"]
    size = f"@page {{ size: {SIZES[paper]} }}"
    dense = _BETWEEN_BLOCKS.sub("", _STYLE.sub("", html))
    return _drawn(press, dense, [print_css(), size, *own])


def _drawn(press: Press, html: str, styles: Sequence[str]) -> bytes:
    try:
        drawn = press.draw(html, styles)
    except PressStopped:
        raise LetterTooLong(
            _("This paper could not be drawn in time. Make its texts shorter and try again.")
        ) from None
    if drawn.missing:
        raise MissingGlyph(drawn.missing)
    return drawn.pdf


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
    """Return the text of a page of ours, in which no text holds a "<" of its own."""
    return unescape(_TAG.sub("", html.replace("<br>", "\n")))


@cache
def print_css() -> str:
    """Return the style of the printed page: of paper.css, what stands before its screen rules."""
    shared = (settings.BASE_DIR / "static" / "paper.css").read_text(encoding="utf-8")
    return shared.partition("@media screen")[0] + (HERE / "print.css").read_text(encoding="utf-8")
