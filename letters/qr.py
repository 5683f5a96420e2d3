"""A QR code as one path: a square each costs the press five times as much."""

from dataclasses import dataclass

import segno

QUIET = 4  # modules of white around it, without which phones do not find it
# Rows overlap by a hair, or a screen shows white lines between them.
TALL = "1.02"


@dataclass(frozen=True)
class QR:
    """`path` is drawn in a square of `side` by `side` modules."""

    path: str
    side: int


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
                runs.append(f"M{x + QUIET} {y + QUIET}h{run}v{TALL}h-{run}z")
            x += run or 1
    return QR(path="".join(runs), side=len(rows) + 2 * QUIET)
