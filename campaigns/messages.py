"""Texts between a person of the case and the team, read on their own status page."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from campaigns.models import Actor, Case, CaseParty, Event, Message, User
from campaigns.models.log import record

# The same words from the same side within this time are a double click or a retry.
SAME_WITHIN = dt.timedelta(minutes=15)


def write_to_team(
    case: Case, *, text: str, by: User | None = None, party: CaseParty | None = None
) -> Message:
    """Keep what `party` writes. `by` is the organizer who typed it for them, if any."""
    return _write(case, text=text, by=by, from_team=False, party=party)


def write_to_person(case: Case, *, text: str, by: User, party: CaseParty | None = None) -> Message:
    """Keep what the team writes to `party`, or to all; they read it when they open their page."""
    return _write(case, text=text, by=by, from_team=True, party=party)


def _write(
    case: Case, *, text: str, by: User | None, from_team: bool, party: CaseParty | None
) -> Message:
    values = {"text": text.strip(), "by": by, "from_team": from_team, "party": party}
    with transaction.atomic():
        Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        since = timezone.now() - SAME_WITHIN
        if message := case.messages.filter(**values, at__gte=since).first():
            return message
        message = Message.objects.create(case=case, **values)
        person = {"to" if from_team else "person": party.person.name} if party else {}
        record(
            case,
            Event.MESSAGE_TO_PERSON if from_team else Event.MESSAGE_FROM_PERSON,
            by=by,
            actor=Actor.USER if by else Actor.AFFECTED,
            note=message.text,
            **person,
        )
    return message
