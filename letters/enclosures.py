"""Enclosures: which files go out with a letter, in which order, and under which words.

What goes out is always the working copy. Choosing changes the text of the letter, so everybody who
said yes reads it again, and with the letter the enclosures are frozen too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns import evidence, working_copies
from campaigns.models import Case, Event, Evidence, User
from campaigns.models.evidence import EvidenceQuerySet
from campaigns.models.log import record
from letters.drafting import LetterRefused, is_final, lock, tell
from letters.models import Enclosure, Letter

MOST = 20
# A packet of them all has to be drawn in the memory of a worker, and carried by a postman.
MOST_PAGES = 100
MOST_BYTES = 40 * 2**20


@dataclass(frozen=True)
class Chosen:
    """A file to enclose: where it stands among the others, and what the letter says it is."""

    evidence: Evidence
    place: int
    caption: str


def offered(case: Case, *, to: User) -> EvidenceQuerySet:
    """Return what `to` may enclose. Nobody can read a voice note; write down what it says."""
    return Evidence.objects.opened_to(to).filter(case=case).exclude(format__in=Evidence.SOUND)


def why_too_much(files: Sequence[Evidence]) -> str:
    """Return why these cannot go out with one letter, or nothing. Draws what is not drawn yet."""
    if len(files) > MOST:
        return ngettext(
            "A letter takes up to %(n)d enclosure.", "A letter takes up to %(n)d enclosures.", MOST
        ) % {"n": MOST}
    drawn = [working_copies.ensure(file) for file in files]
    pages = sum(file.copy_pages for file in drawn)
    if pages > MOST_PAGES:
        return _(
            "These files have %(pages)d pages together. A letter takes up to %(most)d. "
            "Choose those that show the most."
        ) % {"pages": pages, "most": MOST_PAGES}
    size = sum(working_copies.size_of(file) for file in drawn)
    if size > MOST_BYTES:
        return _(
            "These files have %(size)d MB together. A letter takes up to %(most)d MB. "
            "Choose those that show the most."
        ) % {"size": -(-size // 2**20), "most": MOST_BYTES // 2**20}
    return ""


def choose(letter: Letter, *, chosen: Sequence[Chosen], by: User, seen_version: int) -> bool:
    """Enclose these files in a draft and no others. Return False when somebody saved meanwhile.

    A legal paper that `by` may not see stays in its place.
    """
    with transaction.atomic():
        locked = lock(letter)
        if locked.is_issued:
            raise LetterRefused([is_final(locked)])
        before = list(locked.enclosed.select_related("evidence"))
        seen = set(offered(locked.case, to=by).values_list("pk", flat=True))
        unseen = [
            Chosen(row.evidence, row.position, row.caption)
            for row in before
            if row.evidence_id not in seen
        ]
        wanted = sorted([*unseen, *chosen], key=lambda one: one.place)
        if [(one.evidence.pk, one.caption) for one in wanted] == [
            (row.evidence_id, row.caption) for row in before
        ]:
            return True
        rows = Letter.objects.filter(pk=locked.pk, edit_version=seen_version)
        if not rows.update(edit_version=F("edit_version") + 1):
            return False
        _write(locked, wanted)
        locked.written_by.add(by)
        tell(locked, Event.LETTER_CHANGED, by=by)
    return True


def _write(letter: Letter, wanted: Sequence[Chosen]) -> None:
    letter.enclosed.all().delete()
    Enclosure.objects.bulk_create(
        Enclosure(letter=letter, evidence=one.evidence, position=number, caption=one.caption)
        for number, one in enumerate(wanted, start=1)
    )


def hashes_of(letter: Letter) -> dict[int, str]:
    """Return what the copy of each file is now. Reads the disk: call it outside a transaction."""
    rows = letter.enclosed.select_related("evidence")
    return {
        row.evidence_id: working_copies.digest_of(working_copies.ensure(row.evidence))
        for row in rows
    }


def freeze(letter: Letter, hashes: dict[int, str], *, by: User | None, actor: str) -> None:
    """Keep which copies went out, and note it for each file. Call it in the transaction that makes
    the letter final."""
    for row in letter.enclosed.select_related("evidence"):
        row.copy_sha256 = hashes.get(row.evidence_id, "")
        row.save(update_fields=["copy_sha256"])
        what = evidence.named_in_log(row.evidence)
        told = {"version": letter.version, "what": what, "file": row.evidence_id}
        record(letter.case, Event.ENCLOSED, by=by, actor=actor, **told)
