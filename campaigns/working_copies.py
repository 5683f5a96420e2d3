"""Working copies: what people see of a photo or a PDF, drawn anew from its pixels.

The original stays as it came, with the place and the camera a photo may name. Everything that is
shown, enclosed or printed is the copy.

A copy is drawn when somebody of the team first opens the file, or before that by `./run tick`, and
is kept on disk. It is never drawn while a file is sent: a person on a slow phone waits for nothing,
and a file that cannot be drawn, or a server that cannot draw, costs them neither words nor photo.
"""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath

from django.conf import settings

from campaigns import redraw
from campaigns.models import Evidence

FOLDER = "copies"
S = Evidence.Copy
_PROGRAM = Path(redraw.__file__)
# Nothing of ours goes along: no key, no password of a database. glibc's arenas count as memory.
_ENVIRONMENT = {"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}
_drawing = threading.Lock()  # one at a time in a worker: it takes up to 1.5 GB


@dataclass(frozen=True)
class Drawn:
    """What came of drawing a file: `shown` of its `pages` lie in the folder."""

    state: str
    pages: int = 0
    shown: int = 0


def ensure(row: Evidence) -> Evidence:
    """Draw the copy of `row` where there is none yet, and note on the row what came of it.

    Call it outside any transaction: it may take 20 seconds. When the copy cannot be drawn now,
    because others are being drawn or the file is not there, the row goes on waiting.
    """
    if not _is_wanted(row) or not _drawing.acquire(timeout=redraw.SECONDS):
        return row
    try:
        row.refresh_from_db(fields=["copy_state", "pages", "copy_pages"])
        if _is_wanted(row):
            _draw_and_keep(row)
    except Evidence.DoesNotExist:
        pass  # forgotten meanwhile
    finally:
        _drawing.release()
    return row


def draw_waiting(*, most: int) -> int:
    """Draw copies that nobody has asked for yet, at most so many, and return how many."""
    waiting = Evidence.objects.filter(copy_state=S.WAITING).exclude(format__in=Evidence.SOUND)
    drawn = 0
    for row in waiting.order_by("pk"):
        if drawn >= most:
            break
        drawn += ensure(row).copy_state != S.WAITING
    return drawn


def path_of(row: Evidence, page: int) -> Path:
    return Path(settings.MEDIA_ROOT) / FOLDER / f"{PurePath(row.file.name).stem}-{page}.jpg"


def paths_of(row: Evidence) -> list[Path]:
    return [path_of(row, page) for page in range(1, row.copy_pages + 1)]


def size_of(row: Evidence) -> int:
    """Return the bytes of all its pages together."""
    return sum(path.stat().st_size for path in paths_of(row))


def digest_of(row: Evidence) -> str:
    """Return one SHA-256 over all its pages, empty for a file without a copy."""
    if not row.has_copy:
        return ""
    digest = hashlib.sha256()
    for path in paths_of(row):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def of_files(names: Iterable[str]) -> Iterator[Path]:
    """Yield the copies of these files that lie on the disk, whether or not there is a row."""
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    for name in names:
        if stem := PurePath(name).stem:
            yield from folder.glob(f"{stem}-*.jpg")


def can_draw(kind: str) -> bool:
    """Say whether this server has what it takes. PDFs need poppler-utils, and that it is not there
    is no fault of the file."""
    return kind != Evidence.Format.PDF or all(map(shutil.which, ("pdfinfo", "pdftoppm")))


def draw(source: Path, kind: str, folder: Path) -> Drawn:
    """Draw a file into an empty folder, in a process of its own. Never fails, whatever it holds."""
    if not can_draw(kind):
        return Drawn(S.WAITING)
    try:
        told = json.loads(_run(source, kind, folder))
    except ValueError:
        return Drawn(S.NONE)
    shown = len(list(folder.glob("[0-9]*.jpg")))
    if told.get("download"):
        return Drawn(S.DOWNLOAD, pages=told["pages"])
    return Drawn(S.READY, pages=told["pages"], shown=shown) if shown else Drawn(S.NONE)


def _is_wanted(row: Evidence) -> bool:
    if row.is_voice:
        return False
    lost = row.has_copy and not all(path.exists() for path in paths_of(row))
    return row.copy_state == S.WAITING or lost


def _draw_and_keep(row: Evidence) -> None:
    source = Path(settings.MEDIA_ROOT) / row.file.name
    if not source.is_file():
        return
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as draft:
        done = draw(source, row.format, Path(draft))
        if done.state == S.WAITING:
            return
        row.copy_state, row.pages, row.copy_pages = done.state, done.pages, done.shown
        for page, path in enumerate(paths_of(row), start=1):
            (Path(draft) / f"{page}.jpg").replace(path)
    values = {"copy_state": row.copy_state, "pages": row.pages, "copy_pages": row.copy_pages}
    if not Evidence.objects.filter(pk=row.pk).update(**values):
        for path in paths_of(row):  # forgotten meanwhile, and so is what was just drawn
            path.unlink(missing_ok=True)


def _run(source: Path, kind: str, folder: Path) -> bytes:
    """Return what the program says, nothing when it broke or hung. What it started ends with it."""
    with subprocess.Popen(
        [sys.executable, "-I", _PROGRAM, source, kind, folder],
        env=_ENVIRONMENT | {"PATH": os.environ.get("PATH", os.defpath)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            said, _nothing = process.communicate(timeout=redraw.SECONDS)
        except subprocess.TimeoutExpired:
            said = b""
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return said if process.returncode == 0 else b""
