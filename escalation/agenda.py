"""How a vote finds its place on the agenda.

A vote about a case is recorded on the page of its move, never on the page of the meeting. It comes
back by itself: a vote of that case and kind, held on the day of the meeting, belongs to the item.
"""

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from escalation.models import AgendaItem, Decision, Meeting

K = Decision.Kind
# A meeting that asks questions first, or answers with another sum, has dealt with the item, too.
_ALSO = {K.TAKE_ON: (K.TAKE_ON, K.DEFER), K.OFFER: (K.OFFER, K.COUNTER)}
# A vote that was noted by mistake leaves its item open.
UNDECIDED = Q(decision=None) | Q(decision__struck_at__isnull=False)


def link(meeting: Meeting, *, zone: dt.tzinfo) -> None:
    """Bring the votes recorded for the day of the meeting to their places on the agenda."""
    day = timezone.localtime(meeting.at, zone).date()
    of_day = Decision.objects.valid().filter(held_on=day, case__isnull=False)
    for item in meeting.agenda.filter(UNDECIDED, case__isnull=False):
        kinds = _ALSO.get(K(item.kind), (item.kind,))
        votes = of_day.filter(case=item.case_id, kind__in=kinds, agenda_item=None)
        if decision := votes.order_by("-at", "-pk").first():
            AgendaItem.objects.filter(UNDECIDED, pk=item.pk).update(decision=decision)
            Decision.objects.filter(pk=decision.pk).update(meeting=meeting)
    if Meeting.objects.on(day, zone).count() == 1:
        of_day.filter(meeting=None).update(meeting=meeting)


def link_decision(decision: Decision, *, zone: dt.tzinfo) -> None:
    """Link a vote that was just recorded to the meeting of its day, if there is one."""
    for meeting in Meeting.objects.on(decision.held_on, zone):
        link(meeting, zone=zone)
