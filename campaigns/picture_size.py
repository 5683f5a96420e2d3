"""How many points a picture has, read from its header: nothing is decoded to find out.

A file of some kilobytes can declare a picture that takes gigabytes to open. What declares too much
is refused before any program that draws pictures sees it.
"""

from typing import BinaryIO

from campaigns import boxes
from campaigns.models import Evidence

F = Evidence.Format
Size = tuple[int, int]

MAX_SIDE = 12_000
MAX_POINTS = 64_000_000
_MOST_SEGMENTS = 2_000  # of a JPEG, before the one that tells its size
# The segments of a JPEG that begin a picture; the three left out of the row mean other things.
_JPEG_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


def is_flood(size: Size) -> bool:
    return max(size) > MAX_SIDE or size[0] * size[1] > MAX_POINTS


def size_of(file: BinaryIO, kind: str) -> Size | None:
    """Return width and height as the header of a picture says them, None where it says nothing."""
    read = {F.JPEG: _jpeg, F.PNG: _png, F.WEBP: _webp, F.HEIC: _heic}.get(kind)
    return read(file) if read else None


def _png(file: BinaryIO) -> Size | None:
    file.seek(0)
    head = file.read(24)
    return (_big(head[16:20]), _big(head[20:24])) if head[12:16] == b"IHDR" else None


def _jpeg(file: BinaryIO) -> Size | None:
    """Walk from segment to segment to the one that begins the picture."""
    at = 2
    for _segment in range(_MOST_SEGMENTS):
        file.seek(at)
        head = file.read(9)
        if len(head) < 9 or head[0] != 0xFF:
            return None
        if head[1] == 0xFF:  # a byte to fill up with
            at += 1
        elif head[1] in _JPEG_FRAMES:
            return _big(head[7:9]), _big(head[5:7])
        else:
            at += 2 + _big(head[2:4])
    return None


def _webp(file: BinaryIO) -> Size | None:
    file.seek(12)
    head = file.read(18)
    if head[:4] == b"VP8X" and len(head) == 18:
        return 1 + _little(head[12:15]), 1 + _little(head[15:18])
    if head[:4] == b"VP8L":
        bits = _little(head[9:13])
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if head[:4] == b"VP8 " and len(head) == 18:
        return _little(head[14:16]) & 0x3FFF, _little(head[16:18]) & 0x3FFF
    return None


def _heic(file: BinaryIO) -> Size | None:
    """Return the largest of the pictures in it: a photo, its tiles, its thumbnail."""
    index, sizes, at = boxes.content_of(file, b"meta"), [], 0
    while (at := index.find(b"ispe", at) + 4) > 3:
        if len(index) >= at + 12:
            sizes.append((_big(index[at + 4 : at + 8]), _big(index[at + 8 : at + 12])))
    return max(sizes, key=lambda size: (is_flood(size), size[0] * size[1]), default=None)


def _big(some: bytes) -> int:
    return int.from_bytes(some, "big")


def _little(some: bytes) -> int:
    return int.from_bytes(some, "little")
