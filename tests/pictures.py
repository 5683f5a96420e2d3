"""Pictures and papers as phones send them, full of what must not get out."""

import io
import struct
import zlib
from collections.abc import Iterable

import pillow_heif
from PIL import Image, PngImagePlugin
from pypdf import PdfWriter
from pypdf.actions import JavaScript

pillow_heif.register_heif_opener()

# What stands in the notes of each picture, and must stand in no copy of it.
MARKS = (b"MARK-", b"Exif", b"GPS", b"http://ns.adobe.com", b"xmpmeta", b"PhoneCo")
KINDS = ("jpg", "png", "webp", "heic")
_XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">MARK-xmp</x:xmpmeta>'
RED, BLUE = (200, 20, 20), (20, 20, 200)


def notes(orientation: int = 6) -> Image.Exif:
    """Return EXIF with author, comment, model of the phone, and the place."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E], exif[0x013B] = "MARK-comment", "MARK-author"
    exif[0x010F], exif[0x0110] = "PhoneCo", "MARK-model"
    exif.get_ifd(0x8825).update({1: "N", 2: (47.0, 36.0, 22.0), 3: "W", 4: (122.0, 19.0, 59.0)})
    exif.get_ifd(0x8825)[27] = b"MARK-gps"
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0MARK-user"
    return exif


def photo(kind: str, size: tuple[int, int] = (64, 32)) -> bytes:
    """Return a photo that lies on its side: upright its top is red and its bottom is blue."""
    picture = Image.new("RGB", size, BLUE)
    picture.paste(RED, (0, 0, size[0] // 2, size[1]))
    out, exif = io.BytesIO(), notes()
    if kind == "jpg":
        picture.save(out, "JPEG", exif=_with_thumbnail(exif), comment=b"MARK-com", xmp=_XMP)
    elif kind == "png":
        info = PngImagePlugin.PngInfo()
        info.add_text("Author", "MARK-text")
        info.add_itxt("XML:com.adobe.xmp", _XMP.decode())
        picture.save(out, "PNG", exif=exif, pnginfo=info)
    elif kind == "webp":
        picture.save(out, "WEBP", exif=exif, xmp=_XMP, lossless=True)
    else:
        picture.save(out, "HEIF", exif=exif.tobytes(), xmp=_XMP, quality=90)
    return out.getvalue() + b"MARK-trailing"


def _with_thumbnail(exif: Image.Exif) -> bytes:
    """Hang a small picture with a mark of its own behind the notes, as cameras do."""
    small = io.BytesIO()
    Image.new("RGB", (16, 8), RED).save(small, "JPEG", comment=b"MARK-thumbnail")
    return exif.tobytes() + small.getvalue()


def declaring(kind: str, width: int, height: int) -> bytes:
    """Return a file of some bytes whose header declares a picture of this size."""
    if kind == "png":
        head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        chunk = b"IHDR" + head
        packed = zlib.compress(bytes(100))
        return b"".join(
            (
                b"\x89PNG\r\n\x1a\n",
                struct.pack(">I", len(head)),
                chunk,
                struct.pack(">I", zlib.crc32(chunk)),
                struct.pack(">I", len(packed)),
                b"IDAT" + packed,
                struct.pack(">I", zlib.crc32(b"IDAT" + packed)),
            )
        )
    if kind == "jpg":
        frame = struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes(9)
        return b"\xff\xd8\xff\xe0\x00\x04ab\xff\xff\xc2" + frame + b"\xff\xda\x00\x02"
    if kind == "webp":
        size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        return b"RIFF\x1a\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + size
    return _box(b"ftyp", b"heic\0\0\0\0") + _box(
        b"meta",
        bytes(4)
        + _box(
            b"iprp",
            _box(
                b"ipco",
                _box(b"ispe", struct.pack(">III", 0, 512, 512))
                + _box(b"ispe", struct.pack(">III", 0, width, height)),
            ),
        ),
    )


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + name + content


def pdf(
    pages: Iterable[tuple[int, int]] = ((612, 792),), *, password: str = "", owner: str = ""
) -> bytes:
    """Return a PDF with a photo's EXIF, an author, a script and a file hidden in it."""
    writer = PdfWriter()
    picture = Image.open(io.BytesIO(photo("jpg", (640, 320))))
    drawn = io.BytesIO()
    picture.save(drawn, "PDF", resolution=72)
    writer.append(drawn)
    # A scanner puts the file of its camera in as it is, notes and all.
    image = writer.pages[0].images[0].indirect_reference.get_object()
    image._data = photo("jpg", (640, 320))
    for width, height in pages:
        writer.add_blank_page(width, height)
    writer.add_metadata({"/Author": "MARK-author", "/Title": "MARK-title"})
    writer.add_open_action(JavaScript("app.alert('MARK-script');"))
    writer.add_attachment("MARK-hidden.txt", b"MARK-attachment")
    if password or owner:
        writer.encrypt(password, owner or None)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
