"""Texts between the affected person and the team, read on the status page."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from campaigns.models import Actor, Case, Event, Message, User
from campaigns.models.log import record

# The same words from the same side within this time are a double click or a retry.
SAME_WITHIN = dt.timedelta(minutes=15)


def write_to_team(case: Case, *, text: str, by: User | None = None) -> Message:
    """Keep what the affected person writes. `by` is the organizer who typed it for them, if any."""
    return _write(case, text=text, by=by, from_team=False)


def write_to_person(case: Case, *, text: str, by: User) -> Message:
    """Keep what the team writes; the person reads it when they next open their case."""
    return _write(case, text=text, by=by, from_team=True)


def _write(case: Case, *, text: str, by: User | None, from_team: bool) -> Message:
    text = text.strip()
    with transaction.atomic():
        Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        since = timezone.now() - SAME_WITHIN
        same = case.messages.filter(text=text, by=by, from_team=from_team, at__gte=since)
        if message := same.first():
            return message
        message = Message.objects.create(case=case, text=text, by=by, from_team=from_team)
        record(
            case,
            Event.MESSAGE_TO_PERSON if from_team else Event.MESSAGE_FROM_PERSON,
            by=by,
            actor=Actor.USER if by else Actor.AFFECTED,
            note=text,
        )
    return message
