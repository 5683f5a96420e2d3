"""Tables that open right in a spreadsheet by a double click, and do nothing there by themselves.

A cell that a spreadsheet would work out (=SUM(A1)) gets an apostrophe in front, which spreadsheets
take as "this is text". So does a cell that starts with an apostrophe itself: `as_typed` takes one
off again, and every text comes back as it was.
"""

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads UTF-8 as an old code page
# Full-width signs too: some spreadsheets read them as the plain ones.
_WORKED_OUT = tuple("=+-@\t\r\n'＝＋－＠")


def cell(value: Any) -> str:
    """Return what is written for `value`: sums with their cents, days as 2026-11-04, moments
    with their offset."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).isoformat(timespec="minutes")
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, dt.date | int):
        return str(value)
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_WORKED_OUT) else text


def as_typed(text: str) -> str:
    """Return the text that `cell` wrote as it was before."""
    return text[1:] if text.startswith("'") else text


def answer(name: str, heads: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Return a table as a file to download."""
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response)
    writer.writerow([str(head) for head in heads])
    writer.writerows([cell(value) for value in row] for row in rows)
    return response
