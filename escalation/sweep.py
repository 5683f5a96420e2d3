"""What the calendar brings, written down once: `./run tick`, as often as one likes.

Nothing moves by itself, and no page waits for this: pages take the state from the date. The sweep
lets offers run out, notes missed payments, writes into the timeline what came to pass, each with
its true day, and forgets what is due. Days of downtime are caught up in one run; two runs at once
do nothing twice, because one conditional insert decides who writes.
"""

import datetime as dt
import itertools
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone

from campaigns import breaks, duties, working_copies
from campaigns.models import Actor, Case, CaseState, Event, Group, IntakeDraft, LogEntry, SentForm
from campaigns.models.cases import WATCH_DAYS
from escalation import agreements, check_ins, forgetting, offers
from escalation.models import SweepNote
from escalation.models.time_facts import heard_facts

CHUNK = 500
COPIES_AT_ONCE = 50  # each may take 20 seconds
FORMS_KEPT = dt.timedelta(days=30)
Kind = SweepNote.Kind
# A thing that came to pass: of which case, what kind, what it is about, when, and for the log.
Happened = tuple[int, str, str, dt.datetime, dict[str, Any]]


def sweep(now: dt.datetime) -> dict[str, int]:
    """Do all that is due and return how much of each was done; a second run finds nothing."""
    group = Group.current()
    if group is None:
        return {}
    forgetting.forget_messages(now)
    forgetting.forget_calls(now)
    with timezone.override(group.zone):
        today = timezone.localdate(now)
        breaks.forget_past(today)
        duties.forget_notes(today)
        return {
            "offers": offers.expire(today),
            "instalments": agreements.note_missed(today),
            "deadlines": _write(_deadlines(now), Event.DEADLINE_PASSED),
            "not_heard": _write(_silences(today), Event.NOT_HEARD),
            "watches": _write(_watches(today), Event.WATCH_OVER),
            "forgotten": sum(
                forgetting.forget(case, now=now) for case in forgetting.due(group, now=now)
            ),
            "rosters": forgetting.forget_rosters(now),
            "copies": working_copies.draw_waiting(most=COPIES_AT_ONCE),
            "drafts": IntakeDraft.objects.stale(now).delete()[0],
            "forms": SentForm.objects.filter(at__lt=now - FORMS_KEPT).delete()[0],
        }


def report(now: dt.datetime, write: Callable[[str], Any]) -> None:
    """Sweep, and say on one line what was done and how long it took."""
    began = time.monotonic()
    done = sweep(now)
    counts = ", ".join(f"{name} {count}" for name, count in done.items())
    write(f"{now.isoformat(timespec='seconds')}: {counts or 'not set up yet'}")
    write(f"It took {time.monotonic() - began:.1f} seconds.")


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _deadlines(now: dt.datetime) -> Iterator[Happened]:
    """Yield the deadlines that passed: each is over from the midnight after its day."""
    overdue = Case.objects.overdue(now).values_list("pk", "deadline_at")
    for pk, deadline in overdue.iterator(CHUNK):
        day = timezone.localdate(deadline)
        passed = _midnight(day + dt.timedelta(days=1))
        yield pk, Kind.DEADLINE, day.isoformat(), passed, {"deadline": day.isoformat()}


def _silences(today: dt.date) -> Iterator[Happened]:
    """Yield who was not heard for 7 and for 14 days, since each last word."""
    fights = Case.objects.filter(state__in=check_ins.ASKED_IN).annotate(**heard_facts())
    for case in fights.iterator(CHUNK):
        heard = check_ins.last_heard(case)
        day, key = timezone.localdate(heard), heard.isoformat()
        for kind, days in ((Kind.SILENT_7, check_ins.SOFT), (Kind.SILENT_14, check_ins.HARD)):
            since = day + dt.timedelta(days=days)
            if since <= today:
                yield case.pk, kind, key, _midnight(since), {"days": days}


def _watches(today: dt.date) -> Iterator[Happened]:
    """Yield the cases of which the 90 days of watching for revenge are over."""
    over = today - dt.timedelta(days=WATCH_DAYS)
    watched = Case.objects.filter(protected_activity_on__lt=over, forgotten_at=None)
    watched = watched.filter(state__in=CaseState.OPEN)
    for pk, began in watched.values_list("pk", "protected_activity_on").iterator(CHUNK):
        ended = _midnight(began + dt.timedelta(days=WATCH_DAYS + 1))
        yield pk, Kind.WATCH, began.isoformat(), ended, {}


def _write(happened: Iterable[Happened], event: str) -> int:
    """Write what is not noted yet into the timelines, and return how much that was."""
    rest, written = iter(happened), 0
    while some := list(itertools.islice(rest, CHUNK)):
        written += _write_some(some, event)
    return written


def _write_some(happened: list[Happened], event: str) -> int:
    run, cases = uuid.uuid4(), [pk for pk, *_rest in happened]
    with transaction.atomic():
        noted = SweepNote.objects.filter(case__in=cases)
        known = set(noted.values_list("case_id", "kind", "key"))
        new = [row for row in happened if row[:3] not in known]
        notes = [SweepNote(case_id=pk, kind=kind, key=key, run=run) for pk, kind, key, *_r in new]
        # Of two runs at once, each row is the run's whose insert came first.
        SweepNote.objects.bulk_create(notes, ignore_conflicts=True)
        own = SweepNote.objects.filter(run=run)
        mine = set(own.values_list("case_id", "kind", "key")) if notes else set()
        entries = [
            LogEntry(case_id=pk, event=event, actor=Actor.SYSTEM, at=at, data=data)
            for pk, kind, key, at, data in new
            if (pk, kind, key) in mine
        ]
        LogEntry.objects.bulk_create(entries)
    return len(entries)
