"""What LibreOffice and Chromium take for the same letter, where they are installed.

Both are measured warm, as a program that is kept running: of LibreOffice one process converts one
file and then many, and the difference is what each further one took; Chromium is asked for letter
after letter through its debugging pipe.

LibreOffice is given a document of its own kind (bench_letter.fodt) that makes the same page: our
fonts, the address in the window, the table with its heads and lines, the signatures, page x of y,
tags for PDF/UA. Chromium is given the page of the plain call.
"""

import base64
import io
import json
import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from letters.press import FACES

COUNT, ROUNDS = 20, 3
FONTS_OF_PAGE = {"BarlowCondensed-Bold", "NotoSans-Regular", "NotoSans-Bold"}
FONTS_CONF = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include>/etc/fonts/fonts.conf</include><dir>{fonts}</dir></fontconfig>
"""
Goal = tuple[str, float]


def measure(page: str, writer: str) -> Iterator[tuple[str, float, tuple[Any, ...]]]:
    """Yield (name, CPU in ms of one letter or 0 if it is not installed, goal for our multiple)."""
    with tempfile.TemporaryDirectory() as folder:
        yield "LibreOffice, warm", _libreoffice(writer, Path(folder)), ("at most", 1.0)
    # Its processes may write a last word while the folder goes.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield "Chromium, warm", _chromium(page, Path(folder)), ()


def _libreoffice(writer: str, folder: Path) -> float:
    program = shutil.which("soffice")
    if program is None:
        return 0
    (folder / "fonts.conf").write_text(FONTS_CONF.format(fonts=FACES.parent), encoding="utf-8")
    settings = os.environ | {"FONTCONFIG_FILE": str(folder / "fonts.conf")}

    def convert(ending: str, files: list[Path]) -> float:
        spent = _spent_by_children()
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [program, profile, "--headless", "--convert-to", ending, "--outdir", folder]
        subprocess.run([*command, *files], check=True, capture_output=True, env=settings)
        return _spent_by_children() - spent

    page = folder / "letter.fodt"
    page.write_text(writer, encoding="utf-8")
    convert("odt", [page])
    letters = [folder / f"{number}.odt" for number in range(COUNT + 1)]
    for letter in letters:
        shutil.copy(folder / "letter.odt", letter)
    asked = ("PDFUACompliance", "UseTaggedPDF")
    options = json.dumps({name: {"type": "boolean", "value": "true"} for name in asked})
    tagged = f"pdf:writer_pdf_Export:{options}"
    spent = [convert(tagged, letters) - convert(tagged, letters[:1]) for _row in range(ROUNDS)]
    _refuse_another_page((folder / "0.pdf").read_bytes())
    return statistics.median(spent) * 1000 / COUNT


def _refuse_another_page(printed: bytes) -> None:
    """Stop if LibreOffice drew less than we do: then its figure says nothing."""
    from pypdf import PdfReader

    pdf = PdfReader(io.BytesIO(printed))
    fonts = {font for page in pdf.pages for font in _names_of_fonts(page)}
    if len(pdf.pages) != 1 or "/MarkInfo" not in pdf.root_object or fonts != FONTS_OF_PAGE:
        raise RuntimeError(f"LibreOffice drew another page: {len(pdf.pages)} pages, {fonts}")


def _names_of_fonts(page: Any) -> Iterator[str]:
    for font in page["/Resources"]["/Font"].values():
        yield font.get_object()["/BaseFont"].partition("+")[2]


def _spent_by_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _chromium(page: str, folder: Path) -> float:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        return 0
    to_it, ours = os.pipe()
    theirs, from_it = os.pipe()
    command = [program, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe"]
    command += [f"--user-data-dir={folder}", "about:blank"]
    fds = f"exec 3<&{to_it} 4>&{from_it} " + '"$@"'
    process = subprocess.Popen(
        ["/bin/bash", "-c", fds, "-", *command],
        pass_fds=[to_it, from_it],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(to_it)
    os.close(from_it)
    with process, open(ours, "wb", buffering=0) as sends, open(theirs, "rb") as answers:
        try:
            return _printed(_Browser(sends, answers), process.pid, page)
        finally:
            process.kill()


class _Browser:
    def __init__(self, sends: Any, answers: Any) -> None:
        self._sends, self._answers, self._number, self._session = sends, answers, 0, ""

    def ask(self, method: str, **params: Any) -> Any:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        self._sends.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = json.loads(self._next())
            if answer.get("id") == self._number:
                return answer["result"]

    def attach(self) -> None:
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]

    def _next(self) -> bytes:
        found = bytearray()
        while not found.endswith(b"\0"):
            found += self._answers.read(1)
        return bytes(found[:-1])


def _printed(browser: _Browser, pid: int, page: str) -> float:
    browser.attach()
    frame = browser.ask("Page.getFrameTree")["frameTree"]["frame"]["id"]
    start = 0.0
    for number in range(COUNT + 2):
        if number == 2:
            time.sleep(1)  # what it does by itself after its start
            start = _spent_by_group(pid)
        browser.ask("Page.setDocumentContent", frameId=frame, html=page)
        printed = browser.ask("Page.printToPDF", preferCSSPageSize=True, generateTaggedPDF=True)
        if not base64.b64decode(printed["data"]).startswith(b"%PDF-"):
            raise RuntimeError("Chromium printed no PDF")
    return (_spent_by_group(pid) - start) * 1000 / COUNT


def _spent_by_group(leader: int) -> float:
    """Return the seconds of CPU of all living processes of a session."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[3]) == leader:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
