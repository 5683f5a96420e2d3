"""A new wrong by the same target, or to the same people, is a case of its own beside the first.

Nothing the group decided is copied: no vote, no demand, no deadline. The new case needs its own.
"""

import uuid
from collections.abc import Iterable

from django.db import IntegrityError, transaction

from campaigns import intake, private_code
from campaigns.models import Case, CaseLink, CaseParty, Consent, Event, Sheet, User
from campaigns.models.log import record
from campaigns.models.people import token_hash


def open_linked(
    earlier: Case,
    *,
    by: User,
    form_key: uuid.UUID,
    kind: str,
    link: str,
    summary: str,
    story: str,
    parties: Iterable[CaseParty],
) -> tuple[Case, bool]:
    """Open a new case with some of the people of `earlier`, and say whether it is new.

    `form_key` belongs to one showing of the form: sent twice, it opens one case.
    """
    key = token_hash(_token(earlier, form_key, by))
    try:
        with transaction.atomic():
            case = Case.objects.create(
                kind=kind,
                reference=intake.next_reference(kind),
                summary=summary,
                target_id=earlier.target_id,
                intake_key=key,
            )
            Sheet.objects.create(case=case, story=story, gaps=[*intake.GAPS[kind]])
            _bring(case, list(parties), token=_token(earlier, form_key, by))
            CaseLink.objects.create(earlier=earlier, later=case, kind=link, by=by)
            record(case, Event.INTAKE, by=by)
            record(case, Event.LINKED, by=by, reference=earlier.reference)
            record(earlier, Event.LINKED, by=by, reference=case.reference)
    except IntegrityError:
        if case := Case.objects.filter(intake_key=key).first():
            return case, False
        raise
    return case, True


def codes(
    case: Case, *, earlier: Case, form_key: uuid.UUID, by: User
) -> list[tuple[CaseParty, list[str]]]:
    """Return the new codes of the people of a case just opened, in groups to be read aloud.

    They are worked out anew, so a double click shows the same ones. A code that was renewed
    since is left out.
    """
    token = _token(earlier, form_key, by)
    made = [
        (party, _code(token, party)) for party in case.parties.present().select_related("person")
    ]
    return [
        (party, private_code.groups(code))
        for party, code in made
        if party.code_hash == token_hash(code)
    ]


def _token(earlier: Case, form_key: uuid.UUID, by: User) -> str:
    """Tie the key to the case and the person, so that one from elsewhere opens nothing."""
    return f"linked {earlier.public_id} {by.pk} {form_key.hex}"


def _code(token: str, party: CaseParty) -> str:
    return private_code.made_from(f"{token} {party.person_id}")


def _bring(case: Case, parties: list[CaseParty], *, token: str) -> None:
    """Bring people over with the consent they gave, and who acts for whom among them."""
    made: dict[int, CaseParty] = {}
    for party in sorted(parties, key=lambda party: party.role != CaseParty.Role.AFFECTED):
        acts_for = made.get(party.acts_for_id or 0)
        new = CaseParty(
            case=case,
            person_id=party.person_id,
            role=party.role,
            joined_on=party.joined_on,
            acts_for=acts_for,
        )
        if acts_for:
            new.scope, new.may_decide = party.scope, party.may_decide
            new.authority_note = party.authority_note
        new.code_hash = token_hash(_code(token, new))
        new.save()
        made[party.pk] = new
    for party in parties:
        copy_consent(party, to=case)


def copy_consent(party: CaseParty, *, to: Case) -> list[int]:
    """Let the consent that organizers read what a person sent hold for another case of theirs."""
    given = Consent.objects.filter(
        person=party.person_id, case=party.case_id, kind=Consent.Kind.INTAKE, ended_at=None
    )
    made = []
    for consent in given:
        consent.pk, consent.case = None, to
        consent.save(force_insert=True)
        made.append(consent.pk)
    return made
