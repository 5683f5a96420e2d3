"""A QR code as one path: a square each costs the press five times as much."""

from dataclasses import dataclass
from functools import lru_cache

import segno

QUIET = 4  # modules of white around it, without which phones do not find it


@dataclass(frozen=True)
class QR:
    """`path` holds a stroke, one module wide, for each run of black, in a square of `side` by
    `side` modules. Draw it a hair wider, or a screen shows white lines between the rows."""

    path: str
    side: int


@lru_cache(maxsize=64)
def code(address: str) -> QR:
    rows = list(segno.make(address, error="m", micro=False).matrix)
    runs = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            run = 0
            while x + run < len(row) and row[x + run]:
                run += 1
            if run:
                runs.append(f"M{x + QUIET} {y + QUIET}.5h{run}")
            x += run or 1
    return QR(path="".join(runs), side=len(rows) + 2 * QUIET)
