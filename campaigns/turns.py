"""Take turns at writing, where very many write at once.

SQLite lets one write at a time, and everybody else looks again and again whether it is their turn,
up to a tenth of a second apart: in a rush the unlucky wait for seconds. A lock on a file is waited
for in the kernel, which wakes whoever waits at once, in whatever thread or process.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection


@contextmanager
def turn() -> Iterator[None]:
    """Wait until nobody else has the turn. PostgreSQL needs none: there writers wait for a row.

    Inside a transaction, which has SQLite's own lock already, waiting could only block both.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with open(settings.VAR_DIR / "turn.lock", "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # closing the file gives it back, and so does a crash
        yield
