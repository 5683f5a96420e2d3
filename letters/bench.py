"""What a letter costs, as a multiple of the plain WeasyPrint call on the same page."""

import datetime as dt
import re
import statistics
import time
from decimal import Decimal
from typing import TextIO

from letters import pdf
from letters.document import LetterDocument, Network, Row, as_html

ROUNDS = 9
GOAL = 0.8


def bench_letters(out: TextIO) -> None:
    """Print the CPU of one warm letter drawn by us, of the plain call, and their ratio.

    Both draw the same HTML with the same style, in turn and in this one process. The plain call,
    `HTML(string=page).write_pdf()`, has the style inside the page; it is measured with the fonts of
    this project and with those of the system, and the cheaper of the two counts.
    """
    html = as_html(_letter())
    css = pdf.print_css() + "@page { size: letter }"
    own_fonts = css.replace("url(font:", f"url({pdf.HERE.as_uri()}/fonts/")
    no_fonts = re.sub(r"@font-face \{[^}]*\}", "", css).replace('"Letter Sans"', "sans-serif")
    acts = {
        "ours": lambda: pdf.render_html(html, "letter"),
        "plain, fonts of ours": lambda: pdf.draw_plainly(_with_style(html, own_fonts)),
        "plain, system fonts": lambda: pdf.draw_plainly(_with_style(html, no_fonts)),
    }
    spent: dict[str, list[float]] = {name: [] for name in acts}
    for round_number in range(ROUNDS + 1):
        for name, act in acts.items():
            start = time.process_time()
            act()
            if round_number:  # the first one loads what later ones find ready
                spent[name].append((time.process_time() - start) * 1000)
    medians = {name: statistics.median(times) for name, times in spent.items()}
    for name, ms in medians.items():
        out.write(f"{name:<22}{ms:>8.1f} ms\n")
    ours, *plain = medians.values()
    out.write(f"{'ratio':<22}{ours / min(plain):>8.2f}    (at most {GOAL})\n")


def _with_style(html: str, css: str) -> str:
    return html.replace("</head>", f"<style>{css}</style></head>")


def _letter() -> LetterDocument:
    """Return a letter of two workers, ten lines and four signatures."""
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
        reference="W-0001",
    )
