"""The boxes that MP4 and HEIC files are made of: a size, a name of four letters, and what is in."""

from typing import BinaryIO

_MOST_BOXES = 200
_MOST_BYTES = 2**20  # of a box that are looked at


def content_of(file: BinaryIO, wanted: bytes) -> bytes:
    """Return the beginning of the outermost box named `wanted`, wherever it stands, or nothing."""
    at = 0
    for _box in range(_MOST_BOXES):
        file.seek(at)
        head = file.read(16)
        size, name = int.from_bytes(head[:4], "big"), head[4:8]
        if name == wanted:
            return head[8:] + file.read(min(max(size, 0), _MOST_BYTES))
        if size == 1:  # a long box: its size stands behind its name
            size = int.from_bytes(head[8:16], "big")
        if size < 8:  # the last box, or nonsense
            break
        at += size
    return b""
