"""Send a file somebody gave us to a browser, so that it is kept or heard and never run."""

import re
from typing import BinaryIO

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase

from campaigns.models import Evidence

_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")


def as_answer(row: Evidence, file: BinaryIO, *, name: str, asked: str = "") -> HttpResponseBase:
    """Return the answer with `file`, to be saved and not to be opened: it came from anybody.

    A voice note may be played in a page of ours. Phones ask for it piece by piece: `asked` is the
    Range header.
    """
    kind = Evidence.SOUND.get(row.format, "application/octet-stream")
    piece = _RANGE.fullmatch(asked) if row.is_voice else None
    if piece:
        response = _piece(file, piece, size=row.size)
    else:
        response = FileResponse(file, as_attachment=True, filename=name, content_type=kind)
    response["Content-Type"] = kind
    if row.is_voice:
        response["Accept-Ranges"] = "bytes"
    return guarded(response)


def guarded(response: HttpResponseBase) -> HttpResponseBase:
    """Say that nothing in it runs, that it is what it says, and that nobody else shows or keeps
    it."""
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store, private"
    return response


def _piece(file: BinaryIO, piece: re.Match[str], *, size: int) -> HttpResponse:
    """Return the bytes that were asked for. A file is at most EVIDENCE_MAX_BYTES long."""
    first = int(piece[1])
    last = min(int(piece[2]) if piece[2] else size - 1, size - 1)
    with file:
        if first > last:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        file.seek(first)
        content = file.read(last - first + 1)
    headers = {"Content-Range": f"bytes {first}-{last}/{size}", "Content-Disposition": "attachment"}
    return HttpResponse(content, status=206, headers=headers)
