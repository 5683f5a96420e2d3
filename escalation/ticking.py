"""The clock of the product: sweep and send again and again, beside the server."""

import datetime as dt
import logging
import os
import signal
import time
from collections.abc import Callable
from typing import Any

from django.db import connections
from django.utils import timezone

from escalation import posting, sweep

Write = Callable[[str], Any]

SEND_EVERY, SWEEP_EVERY = 20, 15 * 60  # seconds
logger = logging.getLogger(__name__)


def report_mail(
    now: dt.datetime, write: Write, *, stop: Callable[[], bool] = lambda: False, quiet: bool = False
) -> None:
    """Send what is due and say so on one line; with `quiet` only where there was something."""
    began = time.monotonic()
    counts = posting.post(stop=stop)
    silent = counts.pop("silent", 0)
    done = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()) if count)
    if quiet and not (done or silent):
        return
    line = f"{now.isoformat(timespec='seconds')}: mail: {done or 'nothing due'}"
    line += f", waiting {posting.waiting(now)} in {time.monotonic() - began:.1f} seconds"
    write(line + (". The mail server does not answer." if silent else "."))


def keep_on(write: Write, *, beside: int | None = None) -> None:
    """Go on until a signal says to stop, or until the process `beside` is gone.

    A round that fails is logged, and the next one tries again: the mail of everybody hangs on it.
    """
    stop = _Stop(beside)
    next_sweep = 0.0
    while not stop():
        try:
            if time.monotonic() >= next_sweep:
                sweep.sweep(timezone.now())
                next_sweep = time.monotonic() + SWEEP_EVERY
            report_mail(timezone.now(), write, stop=stop, quiet=True)
        except Exception:
            logger.exception("A round of the tick failed")
        finally:
            connections.close_all()
        stop.wait(SEND_EVERY)


class _Stop:
    """Says whether to stop. It is asked between two messages, so none is left half sent."""

    def __init__(self, beside: int | None) -> None:
        self.beside, self.is_told = beside, False
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._tell)

    def _tell(self, *_args: object) -> None:
        self.is_told = True

    def __call__(self) -> bool:
        return self.is_told or (self.beside is not None and not _is_alive(self.beside))

    def wait(self, seconds: int) -> None:
        for _second in range(seconds):
            if self():
                return
            time.sleep(1)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
