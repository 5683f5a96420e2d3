"""Whether there is room for more files: on the disk, and in a case.

Words take no room worth speaking of. They go through when files do not.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from campaigns.models import Case, Evidence

MOST_FILES = 200  # in one case
MOST_BYTES = 500 * 2**20


def why_none(files: Sequence[UploadedFile], *, case: Case | None) -> str:
    """Return why these files cannot be kept, as a sentence, or nothing. No `case`: a new one."""
    if _disk_is_full():
        return no_room()
    if case is None:
        return ""
    kept = Evidence.objects.filter(case=case).aggregate(files=Count("pk"), bytes=Sum("size"))
    if kept["files"] + len(files) > MOST_FILES:
        return _(
            "A case holds up to %(n)d files, and this one has %(now)d. Send the words alone."
        ) % {
            "n": MOST_FILES,
            "now": kept["files"],
        }
    if (kept["bytes"] or 0) + sum(file.size for file in files) > MOST_BYTES:
        return _("A case holds up to 500 MB of files, and this one is full. Send the words alone.")
    return ""


def no_room() -> str:
    return _(
        "We have no room for files right now. Send your words without them: those we can keep. "
        "Try the files again another day."
    )


def _disk_is_full() -> bool:
    """Say whether so little is free that the database itself might soon stop."""
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    disk = shutil.disk_usage(folder)
    return disk.free * 100 < disk.total * settings.EVIDENCE_MIN_FREE_PERCENT
