"""Several people who do something to the same cases at the same moment.

Each person is a process with a connection of its own, as the processes of the server are.
"""

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import connections

from campaigns.models import Case
from escalation.moves import MoveRefused
from letters.drafting import LetterRefused

AT_ONCE = 4
# How many cases each race is run for. `RACE_CASES=100` is the long version.
CASES = int(os.environ.get("RACE_CASES", "12"))
PATIENCE = 120  # seconds until a race that hangs fails

_fork = multiprocessing.get_context("fork")


def race(cases: list[Case], act: Callable[[Case, int], Any]) -> list[Counter[str]]:
    """Let four people act on each case, started together; return what it came to, by case.

    It is "done", the sentence of a refusal, or whatever else was raised, which no test expects.
    """
    gate, told = _fork.Barrier(AT_ONCE), _fork.Queue()

    def person(number: int) -> None:
        said = []
        try:
            for case in cases:
                fresh = Case.objects.get(pk=case.pk)
                gate.wait(timeout=PATIENCE)
                said.append(_came_to(act, fresh, number))
        finally:
            told.put(said)

    let_go_of_the_database()
    people = [_fork.Process(target=person, args=(n,)) for n in range(AT_ONCE)]
    for process in people:
        process.start()
    answers = [told.get(timeout=PATIENCE) for _process in people]
    for process in people:
        process.join()
    return [Counter(by_case) for by_case in zip(*answers, strict=True)]


def _came_to(act: Callable[[Case, int], Any], case: Case, number: int) -> str:
    try:
        act(case, number)
    except (MoveRefused, LetterRefused) as refused:
        return refused.reasons[0]
    except Exception as error:  # whatever else it is, the test shows it
        return repr(error)
    return "done"


def let_go_of_the_database() -> None:
    """A connection, or a pool with its threads, must not be shared with another process."""
    connections.close_all()
    for connection in connections.all():
        if hasattr(connection, "close_pool"):
            connection.close_pool()
