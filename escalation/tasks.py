"""Tasks: what one person does by a day, for a case or for a meeting."""

import datetime as dt

from django.db import transaction
from django.db.models import F

from campaigns.models import Case, Event, User
from campaigns.models.log import record
from escalation.models import Meeting, Task

MOST_LINES = 20


def add(
    *,
    by: User | None,
    what: str,
    owner: User | None = None,
    due_on: dt.date | None = None,
    case: Case | None = None,
    meeting: Meeting | None = None,
) -> Task:
    """Write down a task of a case, of a meeting, or of both."""
    return Task.objects.create(
        by=by, what=what, owner=owner, due_on=due_on, case=case, meeting=meeting
    )


def from_questions(case: Case, questions: str, *, by: User) -> list[int]:
    """Make a task of each line the meeting wants answered; return their keys.

    Call it in the transaction of the vote. The team finds out who does what.
    """
    most = Task._meta.get_field("what").max_length
    lines = [line.strip(" \t-*•") for line in questions.splitlines()]
    asked = [line for line in lines if line]
    if len(asked) > MOST_LINES:  # nobody works off so many; the rest stays together in the last one
        asked = [*asked[: MOST_LINES - 1], " ".join(asked[MOST_LINES - 1 :])]
    rows = [Task(case=case, what=_shortened(line, most), by=by) for line in asked]
    return [task.pk for task in Task.objects.bulk_create(rows)]


def _shortened(line: str, most: int) -> str:
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def finish(task: Task, *, by: User, now: dt.datetime) -> None:
    """Note that it is done. Doing it twice keeps who was first."""
    with transaction.atomic():
        is_open = Task.objects.filter(pk=task.pk, done_at=None)
        if is_open.update(done_at=now, done_by=by, version=F("version") + 1) and task.case:
            record(task.case, Event.TASK_DONE, by=by, what=task.what)


def reopen(task: Task, *, by: User) -> None:
    """Take back that it was done."""
    with transaction.atomic():
        is_done = Task.objects.filter(pk=task.pk, done_at__isnull=False)
        if is_done.update(done_at=None, done_by=None, version=F("version") + 1) and task.case:
            record(task.case, Event.TASK_OPEN_AGAIN, by=by, what=task.what)
