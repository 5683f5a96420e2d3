"""Words that the checks stop may stand when two organizers say so, each with a reason.

A word list cannot read: "the police came and wrote down what he said" threatens nobody. So two
different organizers, of whom one wrote none of the letter, can let the words stand in this letter,
in this wording. Any change of what people wrote makes it void, as it does a yes: whether a word is
harmless depends on the sentences around it. What was lifted stays to be seen by everybody who
approves the letter. Sums, days, names and numbers cannot be lifted, only put right.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import Event, User
from letters import checks
from letters.document import LetterDocument
from letters.drafting import LetterRefused, document_for, is_final, lock, not_now_for, tell
from letters.findings import Finding
from letters.models import Letter, LiftedFinding

NEEDED = 2


@dataclass(frozen=True)
class Stop:
    """A finding that stops the letter, and who of the organizers lets it stand in this wording."""

    finding: Finding
    key: str
    lifts: Sequence[LiftedFinding]
    earlier: Sequence[LiftedFinding]  # of the same words in another wording
    writers: frozenset[int]

    @property
    def is_lifted(self) -> bool:
        independent = any(lift.organizer_id not in self.writers for lift in self.lifts)
        return len(self.lifts) >= NEEDED and independent

    @property
    def waits_for(self) -> str:
        """Return who is still needed, as a sentence, or nothing."""
        if self.is_lifted or not self.lifts:
            return ""
        if all(lift.organizer_id in self.writers for lift in self.lifts):
            return _("It takes another organizer, who wrote none of this letter.")
        return _("It takes another organizer.")

    def why_not(self, user: User) -> str:
        """Return why `user` cannot lift it, as a sentence, or nothing."""
        if not self.finding.can_be_lifted:
            return _("This cannot be lifted. It has to be put right.")
        if not user.is_organizer:
            return _("Only organizers can let it stand.")
        if self.is_lifted or any(lift.organizer_id == user.pk for lift in self.lifts):
            return _("This was lifted already.")
        return ""

    def first_reason(self, user: User) -> str:
        """Return what the same person wrote about the same words in an earlier wording."""
        own = [lift.reason for lift in self.earlier if lift.organizer_id == user.pk]
        return own[-1] if own else ""


def stops(letter: Letter, document: LetterDocument, found: Iterable[Finding]) -> list[Stop]:
    """Return the findings that block, each with who lifted it. One query for all of them, or none
    where no finding can be lifted."""
    blocking = [finding for finding in found if finding.is_block]
    rows: list[LiftedFinding] = []
    writers: frozenset[int] = frozenset()
    if any(finding.can_be_lifted for finding in blocking):
        rows = list(letter.lifts.select_related("organizer"))
    if rows:
        writers = _writers(letter)
    return [_stop(finding, document, rows, writers) for finding in blocking]


def _stop(
    finding: Finding,
    document: LetterDocument,
    rows: Sequence[LiftedFinding],
    writers: frozenset[int],
) -> Stop:
    key = finding.key(document)
    words = as_text(finding.words)
    same = [row for row in rows if row.code == finding.code and row.words == words]
    return Stop(
        finding=finding,
        key=key,
        lifts=[row for row in rows if row.key == key] if finding.can_be_lifted else [],
        earlier=[row for row in same if row.key != key],
        writers=writers,
    )


def as_text(words: Iterable[str]) -> str:
    return ", ".join(words)


def lift(letter: Letter, *, key: str, reason: str, by: User) -> bool:
    """Note that `by` lets a finding stand, and return whether it is lifted with that.

    Raises LetterRefused. Two who do it at the same moment wait for each other; one who does it
    twice counts once.
    """
    with transaction.atomic():
        locked, stop = _locked(letter, key)
        if why := stop.why_not(by):
            raise LetterRefused([why])
        words = as_text(stop.finding.words)
        row = LiftedFinding.objects.create(
            letter=locked, code=stop.finding.code, words=words, key=key, organizer=by, reason=reason
        )
        tell(locked, Event.FINDING_LIFTED, by=by, note=reason, words=words)
        return replace(stop, lifts=[*stop.lifts, row], writers=_writers(locked)).is_lifted


def take_back(letter: Letter, *, key: str, by: User) -> None:
    """Take back one's own word. Anybody of the two can, as long as the letter is a draft."""
    with transaction.atomic():
        locked, stop = _locked(letter, key)
        deleted, _rows = LiftedFinding.objects.filter(letter=locked, key=key, organizer=by).delete()
        if deleted:
            tell(locked, Event.LIFT_TAKEN_BACK, by=by, words=as_text(stop.finding.words))


def _locked(letter: Letter, key: str) -> tuple[Letter, Stop]:
    locked = lock(letter)
    if locked.is_issued:
        raise LetterRefused([is_final(locked)])
    if reasons := not_now_for(locked):
        raise LetterRefused(reasons)
    document = document_for(locked)
    found = stops(locked, document, checks.of_letter(locked, document))
    for stop in found:
        if stop.key == key:
            return locked, stop
    raise LetterRefused([_("The text changed while you were reading. Read it again.")])


def _writers(letter: Letter) -> frozenset[int]:
    return frozenset(letter.written_by.values_list("pk", flat=True))


def keep_with_final(letter: Letter, document: LetterDocument) -> None:
    """Mark what is lifted as it stands in a letter that is becoming final.

    Raises LetterRefused where something that stops it is not, or no longer, lifted. Call it in the
    transaction that freezes the letter.
    """
    found = stops(letter, document, checks.of_letter(letter, document))
    if reasons := [stop.finding.sentence for stop in found if not stop.is_lifted]:
        raise LetterRefused(reasons)
    keys = [stop.key for stop in found]
    if keys:
        LiftedFinding.objects.filter(letter=letter, key__in=keys).update(stands_in_final=True)


@dataclass(frozen=True)
class Lifted:
    """What stands in a letter though the checks stop it: the words, and who said why."""

    words: str
    lifts: Sequence[LiftedFinding]


def lifted_in(letter: Letter, found: Iterable[Stop] = ()) -> list[Lifted]:
    """Return what was lifted: of a final letter as it was kept, of a draft out of its stops."""
    if not letter.is_issued:
        return [Lifted(as_text(stop.finding.words), stop.lifts) for stop in found if stop.is_lifted]
    by_key: dict[str, list[LiftedFinding]] = {}
    for row in letter.lifts.filter(stands_in_final=True).select_related("organizer"):
        by_key.setdefault(row.key, []).append(row)
    return [Lifted(rows[0].words, rows) for rows in by_key.values()]
