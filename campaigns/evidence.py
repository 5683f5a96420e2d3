"""Take in a file somebody sends: look what it is, keep it unchanged, write it down.

Neither the name nor the content type that came with a file is believed. What a file is says its
own beginning, and what it is called on disk is random.
"""

import datetime as dt
import errno
import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import legal, picture_size, room
from campaigns.models import Actor, Case, CaseParty, Event, Evidence, LogEntry, User
from campaigns.models.log import record
from campaigns.sound import sound_of
from campaigns.working_copies import of_files

FOLDER = "evidence"
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


class DiskFull(ValidationError):
    """The disk had no room for a file. Nothing of it was kept."""


@dataclass(frozen=True)
class KeptFile:
    """A checked file that lies on disk and has no row yet."""

    name: str
    format: str
    size: int
    sha256: str


def format_of(head: bytes) -> str | None:
    """Return the kind of picture or paper whose mark stands at the very start of a file, or None.

    Voice notes are told by more than their first bytes; see campaigns.sound.
    """
    if head.startswith(b"\xff\xd8\xff"):
        return Evidence.Format.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Evidence.Format.PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Evidence.Format.WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return Evidence.Format.HEIC
    return Evidence.Format.PDF if head.startswith(b"%PDF-") else None


def note_opening(evidence: Evidence, *, by: User, now: dt.datetime) -> None:
    """Write down that somebody opened a file: once for a person, a file and a day."""
    since = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    noted = LogEntry.objects.filter(
        case=evidence.case_id,
        event=Event.EVIDENCE_OPENED,
        by=by,
        at__gte=since,
        data__file=evidence.pk,
    )
    if noted.exists():  # a paper of thirty pages asks thirty times, and locks nothing
        return
    with transaction.atomic():
        Evidence.objects.select_for_update(of=("self",)).get(pk=evidence.pk)
        if noted.exists():
            return
        what = named_in_log(evidence)
        record(evidence.case, Event.EVIDENCE_OPENED, by=by, what=what, file=evidence.pk)


def named_in_log(evidence: Evidence) -> str:
    """Return what the timeline, which the whole team reads, may call a file."""
    kind = str(evidence.get_format_display())
    return kind if evidence.is_legal else evidence.description or kind


def limits() -> str:
    """Return the sentence that stands beside every field for files."""
    return _("Photos (JPEG, PNG, WebP, HEIC), PDF or voice notes, up to %(size)s each.") % {
        "size": f"{settings.EVIDENCE_MAX_BYTES / 2**20:.3g} MB"
    }


def checked_format(file: UploadedFile) -> str:
    """Return the format of `file`. Raises ValidationError with the file's name and the limit."""
    names = {"name": file.name, "limits": limits()}
    if not file.size:
        raise ValidationError(_("“%(name)s” is empty. Choose the file again.") % names)
    if file.size > settings.EVIDENCE_MAX_BYTES:
        raise ValidationError(_("“%(name)s” is too large. We can take: %(limits)s") % names)
    file.seek(0)
    if found := format_of(file.read(16)) or sound_of(file):
        _refuse_flood(file, found)
        return found
    raise ValidationError(
        _(
            "“%(name)s” is not a kind of file we can open. We can take: %(limits)s "
            "A photo or a screenshot of it works too."
        )
        % names
    )


def _refuse_flood(file: UploadedFile, kind: str) -> None:
    """Refuse a picture of so many points that opening it would take all memory."""
    size = picture_size.size_of(file, kind)
    if size and picture_size.is_flood(size):
        width, height = (intcomma(side) for side in size)
        raise ValidationError(
            _(
                "“%(name)s” is too large a picture: %(width)s by %(height)s points. We can take up "
                "to %(most)s a side and 64 million in all. A screenshot of it works too."
            )
            % {
                "name": file.name,
                "width": width,
                "height": height,
                "most": intcomma(picture_size.MAX_SIDE),
            }
        )


def add_evidence(
    case: Case,
    *,
    file: UploadedFile,
    by: User | None,
    by_affected_person: bool,
    description: str = "",
    party: CaseParty | None = None,
    is_legal: bool = False,
) -> Evidence:
    """Keep `file` as evidence of `case`. Raises ValidationError for a file we do not take.

    `party` is who sent it with their own code.
    """
    said = {"description": description, "by_affected_person": by_affected_person, "party": party}
    with kept([file]) as files, transaction.atomic():
        row = write_down(case, files[0], by=by, is_legal=is_legal, **said)
        if is_legal:
            legal.paper_stored(case, by=by)
    return row


@contextmanager
def kept(files: Iterable[UploadedFile]) -> Iterator[list[KeptFile]]:
    """Keep `files` on disk for the body, which writes their rows; if it fails they go again.

    The file comes first: a row without its file would be a lie, a file without a row is only lost
    space. Keep the body short, and open its transaction inside it: copying is slow.
    """
    done: list[KeptFile] = []
    try:
        for file in files:
            done.append(_keep(file))
        yield done
    except BaseException:
        remove(file.name for file in done)
        raise


def remove(names: Iterable[str]) -> None:
    """Remove files from the disk whose rows are gone, and their working copies with them."""
    names = [*names]
    for path in (*(Path(settings.MEDIA_ROOT) / name for name in names), *of_files(names)):
        path.unlink(missing_ok=True)


def write_down(
    case: Case,
    file: KeptFile,
    *,
    by: User | None,
    by_affected_person: bool,
    description: str = "",
    party: CaseParty | None = None,
    is_legal: bool = False,
) -> Evidence:
    """Write the row and the log entry of a kept file. Call it in a transaction.

    Of a legal paper the log tells nothing here: see campaigns.legal.
    """
    evidence = Evidence.objects.create(
        case=case,
        description=description,
        file=file.name,
        format=file.format,
        size=file.size,
        sha256=file.sha256,
        added_by=by,
        by_affected_person=by_affected_person,
        added_by_party=party,
        is_legal=is_legal,
    )
    if is_legal:
        return evidence
    actor = Actor.AFFECTED if by_affected_person else Actor.USER
    what = description or evidence.get_format_display()
    person = {"person": party.person.name} if party else {}
    record(case, Event.EVIDENCE, by=by, actor=actor, what=what, **person)
    return evidence


def _keep(file: UploadedFile) -> KeptFile:
    """Copy `file` to a random name. Under that name it is whole and on the disk, or not there."""
    kind = checked_format(file)
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{uuid.uuid4().hex}.{kind}"
    part = path.with_suffix(".part")
    digest, size = hashlib.sha256(), 0
    try:
        with open(part, "xb", opener=_private) as copy:
            file.seek(0)
            for chunk in file.chunks():
                copy.write(chunk)
                digest.update(chunk)
                size += len(chunk)
            copy.flush()
            os.fsync(copy.fileno())
        part.replace(path)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(room.no_room()) from error
        raise
    _fsync(folder)
    return KeptFile(f"{FOLDER}/{path.name}", kind, size, digest.hexdigest())


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, settings.FILE_UPLOAD_PERMISSIONS)


def _fsync(folder: Path) -> None:
    """Make the new name itself survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
