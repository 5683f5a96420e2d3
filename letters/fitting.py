"""How large a text can be printed in a given space, so that no word is cut and nothing runs over.

It measures with the fonts the press draws with. What it returns is a size in points, one of
`SIZES`, each of which is a class of the style sheet: no style stands in a page.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from unicodedata import east_asian_width, normalize

from letters.press import FONTS

MM = 25.4 / 72  # of one point
SIZES = (*range(6, 40), *range(40, 100, 2), *range(100, 300, 4), *range(300, 721, 10))
# Kerning and hinting make a line a little longer or shorter than its letters add up to.
SAFE = 0.97
WIDE = 1.0  # of a letter no bundled font has: Chinese, Japanese, Korean
DISPLAY = ("BarlowCondensed-Bold.ttf", "NotoSans-Bold.ttf")
BODY = ("NotoSans-Bold.ttf",)
_REST = ("Amiri-Regular.ttf", "NotoSansHebrew-Regular.ttf", "NotoSansEthiopic-Regular.ttf")


class DoesNotFit(Exception):
    """Even in the smallest letters it takes more room than there is."""


@dataclass(frozen=True)
class Block:
    """A text set at `part` of the size the whole sheet is set in, and at `most` points."""

    text: str
    part: float
    fonts: tuple[str, ...] = BODY
    leading: float = 1.25
    most: int = 720


def down_to(size: float) -> int:
    """Return the largest printed size that is not above `size` points."""
    return max((n for n in SIZES if n <= size), default=SIZES[0])


def width(text: str, size: float, fonts: tuple[str, ...] = BODY) -> float:
    """Return how many millimetres `text` takes on one line."""
    return _em(text, fonts) * size * MM


@lru_cache(maxsize=4096)
def _em(text: str, fonts: tuple[str, ...]) -> float:
    return sum(_advance(letter, fonts) for letter in text)


def _advance(letter: str, fonts: tuple[str, ...]) -> float:
    for name in (*fonts, *_REST):
        advances = _advances(name)
        if letter in advances:
            return advances[letter]
    return WIDE


@cache
def _advances(name: str) -> dict[str, float]:
    """Return how wide each letter of a font is, in parts of its size."""
    with _opened(name) as font:
        metrics, unit, letters = font["hmtx"], font["head"].unitsPerEm, font.getBestCmap()
        return {chr(code): metrics[glyph][0] / unit for code, glyph in letters.items()}


def _opened(name: str) -> "TTFont":  # noqa: F821 # loaded late, since few pages need it
    from fontTools.ttLib import TTFont

    return TTFont(FONTS[name], lazy=True)


def leading(text: str, usual: float, fonts: tuple[str, ...] = DISPLAY) -> float:
    """Return how far apart lines stand: more where a font of another script sits deeper or higher
    on the line than the first one, whose place every line keeps."""
    own = _advances(fonts[0])
    return usual if all(letter in own for letter in text) else usual * 1.25


def beyond(text: str, leading: float, fonts: tuple[str, ...] = DISPLAY) -> tuple[float, float]:
    """Return how far letters of `text` stand out above and below their lines, in parts of their
    size: the two marks of "Ằ" above, the tail of "g" below."""
    whole = normalize("NFC", text)
    found = [reach for letter in whole if (reach := _reach(letter, fonts))]
    rise, fall = _line(fonts[0])
    above, below = rise + (leading - rise - fall) / 2, fall + (leading - rise - fall) / 2
    return (
        max([0.0, *(high - above for high, _low in found)]),
        max([0.0, *(-low - below for _high, low in found)]),
    )


@lru_cache(maxsize=4096)
def _reach(letter: str, fonts: tuple[str, ...]) -> tuple[float, float] | None:
    """Return the highest and the lowest point of a letter, None for a blank or an unknown one."""
    for name in fonts:
        if letter in _advances(name):
            with _opened(name) as font:
                glyph = font["glyf"][font.getBestCmap()[ord(letter)]]
                unit = font["head"].unitsPerEm
                return (glyph.yMax / unit, glyph.yMin / unit) if glyph.numberOfContours else None
    return None


@cache
def _line(name: str) -> tuple[float, float]:
    """Return how far a font says its lines go above and below the line letters stand on."""
    with _opened(name) as font:
        head, unit = font["hhea"], font["head"].unitsPerEm
        return head.ascent / unit, -head.descent / unit


def pieces(text: str) -> Iterator[str]:
    """Yield what stays together on a line: words, and each letter that is written without gaps."""
    for word in text.split():
        start = 0
        for at, letter in enumerate(word):
            if east_asian_width(letter) in "WF":
                if at > start:
                    yield word[start:at]
                yield letter
                start = at + 1
        if start < len(word):
            yield word[start:] + " "


def lines(text: str, size: float, room: float, fonts: tuple[str, ...] = BODY) -> int:
    """Return how many lines of `room` millimetres `text` takes."""
    room, count, used = room * SAFE, 1, 0.0
    for piece in pieces(text):
        long = width(piece.rstrip(), size, fonts)
        if used and used + long > room:
            count, used = count + 1, 0.0
        if long > room:  # broken where the line ends
            count += int(long // room)
            used = long % room
        else:
            used += width(piece, size, fonts)
    return count


def largest(
    text: str,
    *,
    room: float,
    height: float = 10_000,
    fonts: tuple[str, ...] = DISPLAY,
    leading: float = 1.0,
    most: float = 720,
    more: float = 0.0,
) -> int:
    """Return the largest size at which no word is longer than a line and all lines fit.

    `more` is what they need besides, in parts of their size.
    """
    longest = max((_em(piece.rstrip(), fonts) for piece in pieces(text)), default=1) or 1
    most = min(most, room * SAFE / MM / longest)
    for size in reversed(SIZES):
        if size > most:
            continue
        if (lines(text, size, room, fonts) * leading + more) * size * MM <= height:
            return size
    return SIZES[0]


def together(blocks: Sequence[Block], *, room: float, height: float, gap: float) -> list[int]:
    """Return the sizes of `blocks`, one below the other, at the largest scale at which all fit.

    `gap` is the space between two of them, in parts of the scale. Raises `DoesNotFit`.
    """
    scale = 60.0
    while scale > SIZES[0]:
        sizes = [
            min(
                down_to(min(scale * block.part, block.most)),
                largest(block.text, room=room, fonts=block.fonts),
            )
            for block in blocks
        ]
        used = sum(
            lines(block.text, size, room, block.fonts)
            * size
            * leading(block.text, block.leading, block.fonts)
            * MM
            for block, size in zip(blocks, sizes, strict=True)
        )
        if used + len(blocks) * gap * scale * MM <= height:
            return sizes
        scale *= 0.96
    raise DoesNotFit
