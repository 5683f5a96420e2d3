"""Bars, drawn on the server as SVG, with the table that says the same in numbers.

A chart is plain data; `_chart.html` draws it. Widths are shares of the page's width and heights are
points, so that the words in it are as large on a phone as on a desk. How a series looks is a class
of the style sheet: the pages carry no style of their own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

ROW_HEIGHT, TEXT_AT, BAR_AT, BAR_HEIGHT = 52, 16, 24, 18
LONGEST_LABEL = 28


class Look(StrEnum):
    SOLID = "solid"
    HATCHED = "hatched"
    MARK = "mark"  # a red line at its value
    TABLE_ONLY = ""


@dataclass(frozen=True)
class Series:
    label: str
    look: Look = Look.SOLID


Value = int | Decimal | None


@dataclass(frozen=True)
class Cell:
    label: str  # the head of its column, which a phone shows beside it
    text: str
    url: str


@dataclass(frozen=True)
class Row:
    """One bar, or several in one place. A value that is None is not known; it is not nought.

    `words` are what the table says for each value where that is not the number, and `urls` lead
    from each value to what it counts.
    """

    label: str
    values: tuple[Value, ...]
    says: str  # at the end of the bar's line
    url: str = ""  # where the bar leads, and the row of the table
    words: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bar:
    look: Look
    width: str


@dataclass(frozen=True)
class Drawn:
    """A row with its places in the picture."""

    row: Row
    label: str
    top: int
    text_at: int
    bar_at: int
    middle: int
    foot: int
    bars: list[Bar]


@dataclass(frozen=True)
class Chart:
    """`key` is its name in the page, unlike that of any other chart there."""

    key: str
    title: str
    row_name: str
    series: Sequence[Series]
    rows: Sequence[Row]
    note: str = ""  # how it was counted
    table_url: str = ""  # the table as a file

    bar_height, row_height = BAR_HEIGHT, ROW_HEIGHT

    @property
    def height(self) -> int:
        return ROW_HEIGHT * len(self.rows)

    @property
    def shown(self) -> list[Series]:
        return [one for one in self.series if one.look != Look.TABLE_ONLY]

    @property
    def is_linked(self) -> bool:
        """Say whether its bars lead somewhere: then it is no picture but a group of links."""
        return any(row.url for row in self.rows)

    @property
    def says(self) -> str:
        """Return the whole picture in words, for whoever has it read to them."""
        return "; ".join(f"{row.label}: {row.says}" for row in self.rows)

    def lines(self) -> Iterator[tuple[Row, list[Cell]]]:
        """Yield the rows of the table as the page shows them."""
        labels = [one.label for one in self.series]
        for row in self.rows:
            words = row.words or ["–" if value is None else str(value) for value in row.values]
            urls = row.urls or [""] * len(labels)
            yield row, [Cell(*parts) for parts in zip(labels, words, urls, strict=True)]

    @property
    def is_wide(self) -> bool:
        """Say whether the table has too many columns for a phone."""
        return len(self.series) > 3

    def table(self) -> Iterator[list[Any]]:
        """Yield the rows of the table for a spreadsheet, with the numbers as they are."""
        for row in self.rows:
            yield [row.label, *row.values]

    @property
    def heads(self) -> list[str]:
        return [self.row_name, *(one.label for one in self.series)]

    def drawn(self) -> Iterator[Drawn]:
        full = max((value for row in self.rows for value in self._values(row)), default=0) or 1
        for number, row in enumerate(self.rows):
            top = number * ROW_HEIGHT
            yield Drawn(
                row=row,
                label=_short(row.label),
                top=top,
                text_at=top + TEXT_AT,
                bar_at=top + BAR_AT,
                middle=top + BAR_AT + BAR_HEIGHT // 2,
                foot=top + BAR_AT + BAR_HEIGHT,
                bars=[
                    Bar(one.look, f"{value / full:.1%}")
                    for one, value in zip(self.series, row.values, strict=True)
                    if one.look != Look.TABLE_ONLY and value is not None
                ],
            )

    def _values(self, row: Row) -> Iterator[int | Decimal]:
        for one, value in zip(self.series, row.values, strict=True):
            if one.look != Look.TABLE_ONLY and value is not None:
                yield value


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
