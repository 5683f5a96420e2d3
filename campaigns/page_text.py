"""Plain text with a few signs, as people type it in a message, read into parts of a page.

    ## Heading
    - a line of a list          1. a step
    **strong**                  [words](/today/), a link to a page of this site

An empty line begins a new paragraph. Everything else is text, also HTML: the template
campaigns/_page_text.html draws the parts, and escapes them as it does all text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LISTS = {"list": re.compile(r"[-*•]\s+"), "steps": re.compile(r"\d{1,2}[.)]\s+")}
# Of an address only one slash may come first: two would lead to another site.
_SIGNS = re.compile(
    r"\*\*(?=\S)(?P<strong>.+?)(?<=\S)\*\*"
    r"|\[(?P<words>[^\[\]]+)\]\((?P<address>/(?!/)[\w/#?=&;.-]*)\)"
)


@dataclass(frozen=True)
class Run:
    """A stretch of one line."""

    text: str
    is_strong: bool = False
    address: str = ""


@dataclass(frozen=True)
class Block:
    """A `kind` of heading, paragraph, list or steps, and its lines."""

    kind: str
    lines: list[list[Run]]


def blocks_of(text: str) -> list[Block]:
    parts = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return [block for part in parts for block in _blocks(part.splitlines())]


def _blocks(lines: list[str]) -> Iterator[Block]:
    """Yield what stands between two empty lines; a heading may stand right above its text."""
    if lines and lines[0].startswith("## "):
        yield Block("heading", [_runs(lines[0][3:])])
        lines = lines[1:]
    if not lines:
        return
    for kind, sign in _LISTS.items():
        if all(sign.match(line) for line in lines):
            yield Block(kind, [_runs(sign.sub("", line, count=1)) for line in lines])
            return
    yield Block("paragraph", [_runs(line) for line in lines])


def _runs(line: str) -> list[Run]:
    line, runs, end = line.strip(), [], 0
    for found in _SIGNS.finditer(line):
        runs.append(Run(line[end : found.start()]))
        if words := found["words"]:
            runs.append(Run(words, address=found["address"]))
        else:
            runs.append(Run(found["strong"], is_strong=True))
        end = found.end()
    return [run for run in [*runs, Run(line[end:])] if run.text]
