"""Custody: that a file is still what came in, and who had it in hands since.

The timeline of the case holds it all. What it says of one file is put together here.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from campaigns import evidence, working_copies
from campaigns.models import Event, Evidence, LogEntry, User
from campaigns.models.log import record

TOLD = (Event.EVIDENCE_OPENED, Event.SEAL_WHOLE, Event.SEAL_BROKEN, Event.ENCLOSED)
# Being sent takes minutes. What lies without a row for a day was left by a power cut.
ORPHAN_AFTER = dt.timedelta(days=1)
WHOLE, CHANGED, MISSING = "whole", "changed", "missing"


@dataclass(frozen=True)
class Step:
    """One thing that was done with a file, in words. A row of templates/_timeline.html."""

    at: dt.datetime
    what: str
    who: str
    why: str = ""
    is_undone: bool = False


def steps(row: Evidence) -> list[Step]:
    """Return how a file came to us and all that was done with it, the first thing first."""
    here = Q(case=row.case_id) | Q(case__merged_into=row.case_id)
    entries = LogEntry.objects.filter(here, event__in=TOLD, data__file=row.pk)
    done = entries.select_related("by").order_by("at", "pk")
    return [_received(row), *(Step(entry.at, entry.what, entry.by_name) for entry in done)]


def _received(row: Evidence) -> Step:
    if not row.by_affected_person:
        how = _("Added by somebody of the team, and kept unchanged")
    elif row.added_by_party_id:
        how = _("Sent by them, and kept unchanged")
    else:
        how = _("Sent with what they told us, and kept unchanged")
    return Step(row.at, how, str(row.added_by_party or row.added_by or ""))


def seal_of(row: Evidence) -> str:
    """Return whether the file on disk still has the bytes that came: WHOLE, CHANGED or MISSING."""
    try:
        with (Path(settings.MEDIA_ROOT) / row.file.name).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, IsADirectoryError):
        return MISSING
    return WHOLE if found == row.sha256 else CHANGED


def check_seal(row: Evidence, *, by: User) -> str:
    """Check the seal of a file, write down what came of it, and return it."""
    found = seal_of(row)
    event = Event.SEAL_WHOLE if found == WHOLE else Event.SEAL_BROKEN
    record(row.case, event, by=by, what=evidence.named_in_log(row), file=row.pk)
    return found


def faults(now: dt.datetime) -> Iterator[str]:
    """Yield a line for each file that is no longer what came, is gone, or belongs to nobody."""
    rows = Evidence.objects.select_related("case").order_by("pk")
    for row in rows.iterator(500):
        if (found := seal_of(row)) != WHOLE:
            yield f"{found}: {row.case.reference} file {row.pk} {row.file.name}"
    for path in _orphans(now):
        yield f"orphan: {path.relative_to(settings.MEDIA_ROOT)}"


def _orphans(now: dt.datetime) -> Iterable[Path]:
    """Return the files of a day ago and more that no row names, half-written ones too."""
    names = Evidence.objects.values_list("file", flat=True)
    stems = {Path(name).stem for name in names.iterator(2000)}
    before = (now - ORPHAN_AFTER).timestamp()
    for folder in (evidence.FOLDER, working_copies.FOLDER):
        for path in sorted((Path(settings.MEDIA_ROOT) / folder).glob("*")):
            of_a_row = path.stem.rpartition("-")[0] or path.stem
            if path.is_file() and of_a_row not in stems and path.stat().st_mtime < before:
                yield path
