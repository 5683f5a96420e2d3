"""The people of a fight side by side, and who takes the money of each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseParty, CaseState, Event, User
from campaigns.models.log import record
from escalation import voices
from escalation.decisions import record_decision
from escalation.models import CaseLifecycle, Decision, OfferVoice
from escalation.money_page import PersonRow, person_rows
from escalation.moving import MoveRefused


@dataclass(frozen=True)
class Row:
    """One person: their sums, the name others read, and what they said to the open offer."""

    sums: PersonRow
    party: CaseParty
    public_name: str
    voice: OfferVoice | None


def rows(case: CaseLifecycle) -> Iterator[Row]:
    """Yield everybody affected, those who have left last."""
    said = voices.to_open_offer(case)
    sums = [(row, row.party) for row in person_rows(case) if row.party]
    for row, party in sorted(sums, key=lambda pair: pair[1].left_at is not None):
        yield Row(row, party, party.name_in_public(case.kind), said.get(party.pk))


def sums_of(party: CaseParty, case: CaseLifecycle) -> PersonRow | None:
    """Return the sums somebody sees on their own page: theirs, or of whom they act for."""
    acts = party.role == CaseParty.Role.REPRESENTATIVE
    whose = party.acts_for_id if acts else party.pk
    return next((row for row in person_rows(case) if row.party and row.party.pk == whose), None)


def payee_takes_a_vote(party: CaseParty) -> bool:
    """Say whether another payee for `party` is for the group to decide.

    Before the fight was taken on it is not, nor the first time, while no money has come.
    """
    case = party.case
    if not (case.is_accepted or case.state in CaseState.CLOSED_TAKEN):
        return False
    if party.payee:
        return True
    theirs = Q(party=party) | Q(party__acts_for=party) | Q(party=None)
    return case.payments.filter(theirs).exists()


def change_payee(
    party: CaseParty,
    *,
    by: User,
    payee: str,
    payee_note: str,
    seen_version: int,
    agreed: bool = False,
    cannot_say: bool = False,
    vote: Mapping[str, Any] | None = None,
) -> None:
    """Note who takes the money of `party`; empty, they take it themselves.

    Where the group decides, it takes a vote that carried and the yes of the person, or of whoever
    may decide for them. When they can no longer say yes the vote alone decides, with a note on how
    we know; why they cannot is written nowhere.
    """
    payee, note = payee.strip(), payee_note.strip()
    if (payee or cannot_say) and not note:
        raise MoveRefused([_("Write how we know that they may take the money.")])
    with transaction.atomic():
        Case.objects.select_for_update(of=("self",)).get(pk=party.case_id)
        fresh = CaseParty.objects.affected().select_related("case", "person").filter(pk=party.pk)
        locked = fresh.first()
        if locked is None:
            raise MoveRefused([_("They are no longer part of this case.")])
        if (locked.payee, locked.payee_note) == (payee, note):
            return
        if locked.version != seen_version:
            raise MoveRefused([_("Somebody changed this meanwhile. Look at it again.")])
        if payee_takes_a_vote(locked):
            _decide(locked, by=by, agreed=agreed, cannot_say=cannot_say, vote=vote)
        values = {"payee": payee, "payee_note": note, "version": F("version") + 1}
        CaseParty.objects.filter(pk=locked.pk).update(**values)
        taker = payee or str(_("themselves"))
        record(locked.case, Event.PAYEE, by=by, note=note, who=str(locked), payee=taker)


def _decide(
    party: CaseParty, *, by: User, agreed: bool, cannot_say: bool, vote: Mapping[str, Any] | None
) -> None:
    if vote is None:
        raise MoveRefused([_("The group decides who takes the money. Record the vote.")])
    if not (agreed or cannot_say):
        raise MoveRefused([_("It is their money. Without their yes nothing is changed.")])
    said = dict(vote) | {"affected_agreed": False, "voices": {party.pk: True} if agreed else {}}
    if not record_decision(party.case, Decision.Kind.PAYEE, by=by, vote=said).carried:
        raise MoveRefused([_("The vote did not carry.")])
