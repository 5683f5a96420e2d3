"""Who says yes to a letter. A yes counts for the exact text, and the last one makes it final.

Every affected person says yes, by their private code or to somebody of the team, and one
organizer who wrote none of it. A change of a name, a line or a word makes each yes void by
itself, because the text it was given to is no longer there.
"""

from dataclasses import dataclass
from functools import cached_property

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import Actor, Case, CaseParty, Event, User
from campaigns.models.log import record
from letters import checks, drafting, issuing, lifting, prefill
from letters.document import LetterDocument, as_html
from letters.drafting import (
    LetterRefused,
    document_for,
    is_final,
    lock,
    not_now_for,
    text_hash,
)
from letters.findings import Finding
from letters.models import Letter, LetterApproval
from letters.pdf import LetterError


class ApprovalRefused(LetterRefused):
    """This yes does not count now. `reasons` say why."""


@dataclass(frozen=True)
class Voice:
    """One affected person: their yes to this text, or to an earlier one, or none yet."""

    party: CaseParty
    approval: LetterApproval | None
    said_yes_before: bool
    name: str
    is_own: bool  # of the case it is looked at from, whose team may pass their yes on


class Standing:
    """Where a draft stands: its text now, what the checks say, who has said yes and who has not."""

    def __init__(self, letter: Letter, *, seen_from: Case | None = None) -> None:
        self.letter = letter
        self.seen_from = seen_from or letter.case

    @cached_property
    def document(self) -> LetterDocument:
        return document_for(self.letter)

    @cached_property
    def text_sha256(self) -> str:
        """Return the hash an approval must carry to count: of the text as it is, or as frozen."""
        letter = self.letter
        if letter.is_issued:
            return text_hash(*drafting.frozen_pages(letter))
        return text_hash(*map(as_html, drafting.for_each(letter, self.document)))

    @cached_property
    def findings(self) -> list[Finding]:
        return checks.of_letter(self.letter, self.document)

    @cached_property
    def stops(self) -> list[lifting.Stop]:
        """Return the findings that stop the letter, the lifted ones among them."""
        return lifting.stops(self.letter, self.document, self.findings)

    @cached_property
    def lifted(self) -> list[lifting.Lifted]:
        return lifting.lifted_in(self.letter, () if self.letter.is_issued else self.stops)

    @cached_property
    def undated(self) -> list[str]:
        return prefill.undated(self.letter.case) if self.letter.is_demand else []

    @cached_property
    def blocks(self) -> list[str]:
        """Return the sentences that stop every yes until they are put right, or lifted."""
        return [stop.finding.sentence for stop in self.stops if not stop.is_lifted] + self.undated

    @property
    def warnings(self) -> list[str]:
        return [finding.sentence for finding in self.findings if not finding.is_block]

    @cached_property
    def _approvals(self) -> list[LetterApproval]:
        rows = self.letter.approvals.select_related(
            "party__person", "party__case", "organizer", "recorded_by"
        )
        return list(rows.order_by("at", "pk"))

    @cached_property
    def counting(self) -> list[LetterApproval]:
        return [a for a in self._approvals if a.text_sha256 == self.text_sha256]

    @cached_property
    def people(self) -> list[Voice]:
        by_party = {a.party_id: a for a in self.counting}
        before = {a.party_id for a in self._approvals}
        affected = CaseParty.objects.affected().filter(case__in=self.letter.cases)
        affected = affected.select_related("person", "case").order_by("case_id", "pk")
        return [
            Voice(p, by_party.get(p.pk), p.pk in before, self._name_of(p), self._is_own(p))
            for p in affected
        ]

    def _is_own(self, party: CaseParty) -> bool:
        return party.case_id == self.seen_from.pk

    def _name_of(self, party: CaseParty) -> str:
        """Return their name; of people of another case only what the letter itself says of them."""
        if self._is_own(party):
            return str(party)
        return f"{party.name_in_public(party.case.kind)} ({party.case.reference})"

    @property
    def said_yes(self) -> list[str]:
        """Return the names of everybody whose yes counts."""
        return [self._name_of(a.party) if a.party else str(a.organizer) for a in self.counting]

    @cached_property
    def organizers(self) -> list[LetterApproval]:
        return [a for a in self.counting if a.organizer_id]

    @cached_property
    def text_changed_since(self) -> bool:
        """Say whether somebody said yes to a text that has been changed since."""
        return len(self.counting) < len(self._approvals)

    @property
    def is_complete(self) -> bool:
        voices = self.people
        return bool(voices and self.organizers) and all(voice.approval for voice in voices)

    def why_not_organizer(self, user: User) -> str:
        """Return why `user` cannot approve as the organizer, as a sentence, or nothing."""
        if not user.is_organizer:
            return _("An organizer approves it.")
        if self.letter.written_by.filter(pk=user.pk).exists():
            return _("You wrote part of this letter. An organizer who did not write it approves.")
        if any(a.organizer_id == user.pk for a in self.organizers):
            return _("You approved this text already.")
        return ""

    def why_not_person(self, party: CaseParty) -> str:
        voice = next((voice for voice in self.people if voice.party.pk == party.pk), None)
        if voice is None:
            return _("Only a person affected by this case can say yes to the letter.")
        return _("%(name)s said yes already.") % {"name": party} if voice.approval else ""


def approve(
    letter: Letter,
    *,
    party: CaseParty | None = None,
    organizer: User | None = None,
    recorded_by: User | None = None,
    spoken_by: CaseParty | None = None,
    seen: str = "",
) -> str:
    """Record one yes, and make the letter final when it was the last one needed.

    Give either `party`, with `recorded_by` when somebody of the team passes their yes on and
    `spoken_by` when somebody who acts for them says it, or `organizer`. `seen` is the hash of the
    text they read: it must still be the letter's text.
    Raises ApprovalRefused. Returns nothing, or the sentence why a letter everybody approved could
    not be printed; the yes is kept then, and `make_final` tries again.
    """
    by = organizer or recorded_by
    speaker = {"person": (spoken_by or party).person.name} if party and by is None else {}
    with transaction.atomic():
        locked = lock(letter)
        standing = Standing(locked)
        if reasons := _refusals(standing, party=party, organizer=organizer, seen=seen):
            raise ApprovalRefused(reasons)
        LetterApproval.objects.create(
            letter=locked,
            party=party,
            organizer=organizer,
            recorded_by=recorded_by,
            text_sha256=standing.text_sha256,
        )
        # The yes of a person stands in the log of their own case only.
        for case in [party.case] if party else locked.cases:
            record(
                case,
                Event.LETTER_APPROVED,
                by=by,
                actor=Actor.USER if by else Actor.AFFECTED,
                version=locked.version,
                who=str(party or organizer),
                **speaker,
            )
    return _finish(Standing(locked), by=by)


def make_final(letter: Letter, *, by: User) -> None:
    """Try again to freeze a letter everybody approved.

    Raises LetterError when it cannot be printed and LetterRefused when it is not approved.
    """
    standing = Standing(letter)
    if reasons := _stopped(standing) or standing.blocks:
        raise LetterRefused(reasons)
    if not standing.is_complete:
        raise LetterRefused(
            [_("Every affected person and one organizer who did not write it must say yes first.")]
        )
    issuing.issue(letter, by=by, approved=standing.text_sha256, actor=Actor.USER)


def _refusals(
    standing: Standing, *, party: CaseParty | None, organizer: User | None, seen: str
) -> list[str]:
    if stopped := _stopped(standing):
        return stopped
    if seen and seen != standing.text_sha256:
        return [_("The text changed while you were reading. Read it again, then say yes.")]
    why = standing.why_not_person(party) if party else standing.why_not_organizer(organizer)
    return [why] if why else standing.blocks


def _stopped(standing: Standing) -> list[str]:
    letter = standing.letter
    return [is_final(letter)] if letter.is_issued else not_now_for(letter)


def _finish(standing: Standing, *, by: User | None) -> str:
    if not standing.is_complete:
        return ""
    actor = Actor.USER if by else Actor.SYSTEM
    try:
        issuing.issue(standing.letter, by=by, approved=standing.text_sha256, actor=actor)
    except (LetterError, LetterRefused) as error:
        return str(error)
    return ""
