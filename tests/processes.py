"""Processes that tests end: a busy machine takes a moment until they are gone."""

import time
from pathlib import Path

SECONDS = 10


def wait_for_the_end_of(pid: int) -> None:
    """Return once a process is gone, or dead and only not collected yet."""
    deadline = time.monotonic() + SECONDS
    while _is_alive(pid):
        assert time.monotonic() < deadline, f"process {pid} still runs"
        time.sleep(0.02)


def _is_alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
