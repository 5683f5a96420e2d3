"""What a letter costs, as a multiple of the plain WeasyPrint call on the same page.

CPU is user and system of every process that has a part in it. Both sides draw in turn in one run,
so the ratio means the same on a slow machine and on a fast one.

The plain call is `HTML(string=page).write_pdf()`, as anybody writes it who has just met WeasyPrint:
the same page with the same words and the same fonts (by @font-face, without which half of the names
would be boxes), its style inside the page, letterhead and signatures in flex boxes, justified text,
a table whose columns find their own width. It writes no tags, which ours does. What our style alone
saves is shown by a second plain call, with our style inside the page.
"""

import datetime as dt
import re
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TextIO

from django.template import Context, Template
from django.utils import translation

from letters import bench_others, document, pdf, press
from letters.document import LetterDocument, Network, Row, as_html

ROUNDS = 15
BATCH = 200
GOAL, GOAL_BATCH, GOAL_MEMORY = 0.5, 2.0, 200
WRITER = Path(__file__).parent / "bench_letter.fodt"
PLAIN_STYLE = """
@page { size: letter; margin: 20mm; @bottom-right { content: counter(page) " / " counter(pages) } }
body { font: 9.3pt/1.28 "Letter Sans", "Letter Arabic", "Letter Hebrew", "Letter Ethiopic" }
p, li { text-align: justify }
.letterhead { display: flex; justify-content: space-between; align-items: flex-end }
.letterhead { border-bottom: 3px solid; margin-bottom: 15mm }
.from { font-size: 20pt; font-weight: bold; margin: 0 } .dated { text-align: right }
.to, .dated, .lines { white-space: pre-line } h1 { font-size: 11pt } h2 { font-size: 11pt }
table { width: 100%; border-collapse: collapse } caption { font-weight: bold; text-align: left }
th, td { border-bottom: 1px solid #999; padding: 1px 6px; text-align: left }
.num { text-align: right } tfoot { font-weight: bold } .deadline { border: 2px solid; padding: 4px }
.signers { display: flex; flex-wrap: wrap; list-style: none; padding: 0 }
.signers li { width: 30%; border-top: 1px solid; margin: 6mm 3% 0 0 }
"""


def bench_letters(out: TextIO) -> None:
    """Print what one warm letter and a batch cost by us and by the plain call, and the goals."""
    html = as_html(_letter())
    ours, plain, styled = _in_turn(
        lambda: pdf.render_html(html, "letter"),
        lambda: press.draw_plainly(_plain(html, PLAIN_STYLE)),
        lambda: press.draw_plainly(_plain(html, pdf.print_css() + "@page { size: letter }")),
    )
    _line(out, "ours, warm", f"{ours:.1f} ms")
    _line(out, "plain call", f"{plain:.1f} ms", ours / plain, "at most", GOAL)
    _line(out, "plain call, our style", f"{styled:.1f} ms", ours / styled)
    ours = _in_a_row(lambda: pdf.render_html(html, "letter"))
    _line(out, "ours, one after another", f"{ours:.1f} ms")
    for name, ms, goal in bench_others.measure(_plain(html, PLAIN_STYLE), _for_writer()):
        _line(out, name, f"{ms:.1f} ms" if ms else "not installed", ms and ours / ms, *goal)
    _bench_batch(out)


def _line(
    out: TextIO, name: str, figure: str, ratio: float = 0, compared: str = "", goal: float = 0
) -> None:
    """Write a line of the report: what ours is a multiple of, and whether the goal is met."""
    line = f"{name:<28}{figure:>16}"
    if ratio:
        line += f"{ratio:>9.2f}"
    if goal:
        met = ratio <= goal if compared == "at most" else ratio >= goal
        line += f"   {compared} {goal}: {'met' if met else 'NOT met'}"
    out.write(f"{line}\n")


def _bench_batch(out: TextIO) -> None:
    """Compare the batch with plain calls in as many processes, by letters for a second of CPU.

    What comes out in a second of the clock is printed too; it says as much about who else works
    on the machine. The first letters of each process are not counted.
    """
    pages = [as_html(_letter(number)) for number in range(BATCH)]
    presses = [press.Press() for _n in range(pdf.PROCESSES)]
    memory = 0.0

    def drawn() -> Iterator[bytes | pdf.LetterError]:
        nonlocal memory
        for number, page in enumerate(pdf.render_many([(p, "letter") for p in pages], presses)):
            yield page
            if number == BATCH - pdf.PROCESSES:
                memory = max(each.memory for each in presses) / 1024 / 1024

    ours = _rates(drawn(), lambda: time.process_time() + sum(each.cpu for each in presses))
    texts = [_plain(page, PLAIN_STYLE) for page in pages[: BATCH // 2]]
    with ProcessPoolExecutor(pdf.PROCESSES, mp_context=get_context("spawn")) as processes:
        plain = _rates(processes.map(press.draw_plainly, texts), lambda: _spent_by(processes))
    _line(out, "batch", _figure(ours))
    _line(out, "plain calls", _figure(plain), ours[0] / plain[0], "at least", GOAL_BATCH)
    _line(out, "memory of a press", f"{memory:.0f} MB", memory, "at most", GOAL_MEMORY)


def _figure(rates: tuple[float, float]) -> str:
    return f"{rates[0]:.1f} / {rates[1]:.1f} a s"


def _spent_by(processes: ProcessPoolExecutor) -> float:
    return time.process_time() + sum(
        time.clock_gettime((~pid << 3) | 2) for pid in list(processes._processes or ())
    )


def _rates(drawn: Iterable[Any], cpu: Callable[[], float]) -> tuple[float, float]:
    """Return how many come for a second of CPU and in a second of the clock."""
    first, count, started = 2 * pdf.PROCESSES, 0, (0.0, 0.0)
    for page in drawn:
        if not isinstance(page, bytes):
            raise page
        count += 1
        if count == first:
            started = cpu(), time.monotonic()
        if count > first:
            ended = cpu(), time.monotonic()
    return (count - first) / (ended[0] - started[0]), (count - first) / (ended[1] - started[1])


def _in_turn(*acts: Callable[[], Any]) -> list[float]:
    """Return the median CPU in ms of each act."""
    spent: list[list[float]] = [[] for _act in acts]
    for round_number in range(ROUNDS + 1):
        for act, times in zip(acts, spent, strict=True):
            start = time.process_time() + pdf.own_press.cpu
            act()
            if round_number:  # the first one loads what later ones find ready
                times.append((time.process_time() + pdf.own_press.cpu - start) * 1000)
    return [statistics.median(times) for times in spent]


def _in_a_row(act: Callable[[], Any]) -> float:
    """Return the median CPU in ms of an act that nothing else comes between: how the programs that
    we are compared with are measured too."""
    rows = []
    for _row in range(bench_others.ROUNDS):
        start = time.process_time() + pdf.own_press.cpu
        for _n in range(bench_others.COUNT):
            act()
        spent = time.process_time() + pdf.own_press.cpu - start
        rows.append(spent * 1000 / bench_others.COUNT)
    return statistics.median(rows)


def _plain(html: str, style: str) -> str:
    """Return the page with `style` inside, the fonts by address as a plain call can load them."""
    faces = press.FACES.read_text(encoding="utf-8")
    with_fonts = (faces + style).replace("url(font:", f"url({press.FACES.parent.as_uri()}/")
    bare = re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)
    return bare.replace("</head>", f"<style>{with_fonts}</style></head>")


def _for_writer() -> str:
    """Return the letter as a document of LibreOffice Writer, for the same page."""
    letter = _letter()
    names = [*letter.signers, f"Members of {letter.network.name}", ""]
    signed = [names[start : start + 3] for start in range(0, len(names), 3)]
    with translation.override(letter.language):
        facts = Context(document.facts_of_page(letter) | {"signed": signed})
    return Template(WRITER.read_text(encoding="utf-8")).render(facts)


def _letter(number: int = 1) -> LetterDocument:
    """Return a letter of two workers, ten lines and four signatures, each number another one."""
    weeks = [
        Row(
            person=person,
            label=f"Week of {day} September",
            working="38.5 hours × $18.00 − $200.00 paid",
            amount=Decimal("493.00"),
        )
        for person in ("José García", "Nguyễn Thị Hương")
        for day in (1, 8, 15, 22, 29)
    ]
    return LetterDocument(
        language="en",
        paper="letter",
        network=Network(
            name="Example Solidarity Network",
            address=["PO Box 100", "Example, WA 98000"],
            phone="206 555 0142",
            email="letters@example.org",
        ),
        issued_on=dt.date(2026, 11, 13),
        recipient_name="The manager",
        recipient_address=["Example Kitchen LLC", "100 Example Street", "Example, WA 98000"],
        subject="Unpaid wages of José García and Nguyễn Thị Hương",
        facts=[
            "José García and Nguyễn Thị Hương worked in the kitchen at 100 Example Street from "
            "3 August to 3 October 2026. They were hired at $18.00 an hour.",
            "The pay for September has not come, apart from $200.00 a week in cash. Both asked for "
            "it on 5 October and on 12 October 2026, and were told to wait.",
        ],
        demands=["Pay $4,930.00.", "Give each of them a written pay statement for September."],
        how_to_pay=["One money order each, in their own names, to the address above."],
        deadline=dt.datetime(2026, 11, 27, 17, 0, tzinfo=dt.UTC),
        signers=["José García", "Nguyễn Thị Hương", "One former worker", "Łukasz Żółć"],
        rows=weeks,
        total=Decimal("4930.00"),
        reference=f"W-{number:04}",
    )
