"""What LibreOffice and Chromium take for the same letter, where they are installed.

Both are measured warm, as a program that is kept running: of LibreOffice one process converts one
file and then many, and the difference is what each further one took; Chromium is asked for letter
after letter through its debugging pipe.
"""

import base64
import json
import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

COUNT = 10
Goal = tuple[str, float]


def measure(page: str) -> Iterator[tuple[str, float, tuple[Any, ...]]]:
    """Yield (name, CPU in ms of one letter or 0 if it is not installed, goal for our multiple)."""
    with tempfile.TemporaryDirectory() as folder:
        yield "LibreOffice, warm", _libreoffice(page, Path(folder)), ("at most", 1.0)
    with tempfile.TemporaryDirectory() as folder:
        yield "Chromium, warm", _chromium(page, Path(folder)), ()


def _libreoffice(page: str, folder: Path) -> float:
    program = shutil.which("soffice")
    if program is None:
        return 0

    def convert(ending: str, files: list[Path]) -> float:
        spent = _spent_by_children()
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [program, profile, "--headless", "--convert-to", ending, "--outdir", folder]
        subprocess.run([*command, *files], check=True, capture_output=True)
        return _spent_by_children() - spent

    html = folder / "letter.html"
    html.write_text(page, encoding="utf-8")
    convert("docx:MS Word 2007 XML", [html])
    letters = [folder / f"{number}.docx" for number in range(COUNT + 1)]
    for letter in letters:
        shutil.copy(folder / "letter.docx", letter)
    tagged = 'pdf:writer_pdf_Export:{"PDFUACompliance":{"type":"boolean","value":"true"}}'
    one, many = convert(tagged, letters[:1]), convert(tagged, letters)
    return (many - one) * 1000 / COUNT


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
