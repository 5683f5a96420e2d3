"""What kind of voice note a file is, as phones record them. Films are not taken."""

from typing import BinaryIO

from campaigns import boxes
from campaigns.models import Evidence

F = Evidence.Format
_HEAD = 4096  # bytes at the start in which a WebM or Ogg file names what it holds
_M4A = (b"M4A ", b"M4B ")
_FILM_OR_SOUND = (b"mp41", b"mp42", b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"dash", b"MSNV")


def sound_of(file: BinaryIO) -> str | None:
    """Return the format of a voice note, None for anything else."""
    file.seek(0)
    head = file.read(_HEAD)
    if head[4:8] == b"ftyp":
        return _mp4(file, head[8:12])
    if head.startswith(b"OggS"):
        spoken = any(mark in head[:128] for mark in (b"OpusHead", b"\x01vorbis", b"Speex   "))
        return F.OGG if spoken else None
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        film = any(codec in head for codec in (b"V_VP8", b"V_VP9", b"V_AV1", b"V_MPEG"))
        return F.WEBM if b"A_" in head and not film else None
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return F.WAV
    if head.startswith(b"#!AMR"):
        return F.AMR
    return F.MP3 if _is_mp3(head) else None


def _is_mp3(head: bytes) -> bool:
    """Say whether it begins with a tag, or with the header of a frame of layer III."""
    frame = len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2
    known = frame and head[1] & 0x18 != 0x08 and head[2] & 0xF0 != 0xF0 and head[2] & 0x0C != 0x0C
    return head.startswith(b"ID3") or known


def _mp4(file: BinaryIO, brand: bytes) -> str | None:
    """Look into the index for what the file holds: the same mark stands before films."""
    if brand in _M4A:
        return F.M4A
    kind = F.THREE_GP if brand.startswith(b"3g") else F.M4A if brand in _FILM_OR_SOUND else None
    index = boxes.content_of(file, b"moov") if kind else b""
    return kind if b"soun" in index and b"vide" not in index else None
