"""Draw a picture or a PDF anew, as plain pixels and nothing else. A program, run by itself.

    python -I redraw.py SOURCE KIND FOLDER

It writes FOLDER/1.jpg and so on, and says on one line what came of it, as JSON. Pictures and PDFs
come from anybody, and the libraries that open them have had holes. So this runs in a process of its
own, knows neither Django nor the settings, has little memory, 20 seconds and no network, and
whatever becomes of it the web worker lives. campaigns/working_copies.py starts it.
"""

import ctypes
import json
import os
import re
import resource
import subprocess
import sys
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

MEMORY = 1_500_000_000  # bytes of address space
SECONDS = 20
MOST_OUTPUT = 100_000_000  # bytes of one file
MAX_SIDE, MAX_POINTS = 12_000, 64_000_000  # as in picture_size.py, asked again once it is opened
LONGEST = 2560  # points of the longer side of a copy
QUALITY = 85
PDF_SHOWN = 30  # pages
PDF_PAGES = 200  # beyond that it is for downloading only
PDF_DOTS = 100  # to the inch
_NO_NETWORK, _OWN_USERS = 0x40000000, 0x10000000  # CLONE_NEWNET, CLONE_NEWUSER
PILLOW = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "heic": "HEIF"}


class Unreadable(Exception):
    """There is nothing to show of this file."""


def shut_in() -> None:
    """Take from this process, and all it starts, what drawing does not need."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, MOST_OUTPUT),
        (resource.RLIMIT_NOFILE, 128),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    os.umask(0o077)
    libc = ctypes.CDLL(None)
    # Without rights it takes a world of users of its own; some systems allow neither, and then
    # nothing here asks for the network anyway.
    if libc.unshare(_NO_NETWORK):
        libc.unshare(_NO_NETWORK | _OWN_USERS)


def picture(source: Path, kind: str, folder: Path) -> dict[str, Any]:
    """Write the picture upright and without anything that came with it.

    Saving an opened picture again can take its notes along; in the HEIC of a phone that is the
    place it was taken at. So only its points are put into a new one.
    """
    from PIL import Image

    if kind == "heic":
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)
    Image.MAX_IMAGE_PIXELS = MAX_POINTS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(source, formats=[PILLOW[kind]]) as opened:
        if max(opened.size) > MAX_SIDE or opened.width * opened.height > MAX_POINTS:
            raise Unreadable
        if kind == "jpg":
            opened.draft("RGB", (LONGEST, LONGEST))  # a large one is decoded at half its size
        flat = _flat(opened)
    copy = Image.new("RGB", flat.size)
    copy.paste(flat)
    copy.save(folder / "1.jpg", "JPEG", quality=QUALITY)
    return {"pages": 1}


def _flat(image: Any) -> Any:
    """Return the picture small enough, upright, and white where it lets light through."""
    from PIL import Image, ImageOps

    if image.mode.startswith("I"):  # 16 bits a point, as scanners save them
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((LONGEST, LONGEST))
    with suppress(Exception):  # a damaged note on which side is up: then as it lies
        image = ImageOps.exif_transpose(image)
    if image.mode == "RGB":
        return image
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")


def paper(source: Path, folder: Path) -> dict[str, Any]:
    """Write the first pages of a PDF as pictures. What needs a password, and a book, is for
    downloading only.
    """
    told = subprocess.run(
        ["pdfinfo", "-f", "1", "-l", str(PDF_SHOWN), source], capture_output=True, check=False
    )
    facts = told.stdout.decode("utf-8", "replace")
    pages = re.search(r"^Pages:\s+(\d+)", facts, re.MULTILINE)
    if b"password" in told.stderr.lower():  # one that only forbids copying opens without
        return {"pages": 0, "download": True}
    if not pages:
        raise Unreadable
    if int(pages[1]) > PDF_PAGES:
        return {"pages": min(int(pages[1]), 30_000), "download": True}
    sides = [int(n) for pair in re.findall(r"size:\s+(\d+)\S* x (\d+)", facts) for n in pair]
    large = max(sides, default=0) * PDF_DOTS / 72 > LONGEST
    scale = ["-scale-to", str(LONGEST)] if large else ["-r", str(PDF_DOTS)]
    looks = ["-jpeg", "-jpegopt", f"quality={QUALITY}"]
    shown = ["-l", str(PDF_SHOWN)]
    subprocess.run(
        ["pdftoppm", *scale, *shown, *looks, source, folder / "page"],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    for number, page in enumerate(sorted(folder.glob("page-*.jpg")), start=1):
        page.rename(folder / f"{number}.jpg")
    return {"pages": int(pages[1])}


def main(source: str, kind: str, folder: str) -> None:
    shut_in()
    into = Path(folder)
    done = paper(Path(source), into) if kind == "pdf" else picture(Path(source), kind, into)
    sys.stdout.write(json.dumps(done))


if __name__ == "__main__":
    main(*sys.argv[1:])
