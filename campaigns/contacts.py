"""Talks with the person or the target, and the first meeting."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from campaigns.models import Case, Contact, Event, InitialMeeting, User
from campaigns.models.log import record


def log_contact(
    case: Case,
    *,
    by: User,
    who: str,
    method: str,
    result: str,
    at: dt.datetime,
    note: str = "",
    purpose: str = Contact.Purpose.CASE,
) -> Contact:
    """Note one attempt or talk. Tries count towards "we could not reach them".

    A safety check asks whether the person is well: it counts towards nothing.
    """
    with transaction.atomic():
        contact = Contact.objects.create(
            case=case,
            who=who,
            method=method,
            result=result,
            at=at,
            note=note,
            by=by,
            purpose=purpose,
        )
        is_check = purpose == Contact.Purpose.SAFETY
        event = Event.SAFETY_CHECK if is_check else Event.CONTACT
        record(case, event, by=by, note=note, who=who, method=method, result=result)
    return contact


def hold_meeting(
    meeting: InitialMeeting, *, by: User, held_on: dt.date, organizers: Iterable[User]
) -> bool:
    """Note that the first meeting took place, and who of us was there: they may propose the case.

    Return False when it had been noted already.
    """
    with transaction.atomic():
        waiting = InitialMeeting.objects.filter(pk=meeting.pk, held_on=None)
        if not waiting.update(held_on=held_on):
            return False
        meeting.organizers.set(organizers)
        record(meeting.case, Event.MEETING_HELD, by=by)
    return True
