"""The queue as organizers read it: who is next, since when they wait, and when we ask again."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from campaigns.models import Case, CaseState, User
from escalation.models import Decision


@dataclass(frozen=True)
class Waiting:
    case: Case
    place: int
    days: int
    check_is_due: bool
    is_paused: bool
    is_mine: bool
    is_first: bool
    is_last: bool


def rows(user: User, *, now: dt.datetime) -> Iterator[Waiting]:
    """Yield the cases of the queue in order. Their headers are for every organizer to see."""
    today = timezone.localdate(now)
    votes = Decision.objects.carried().filter(case=OuterRef("pk"), kind=Decision.Kind.TAKE_ON)
    mine = Case.objects.opened_to(user).filter(pk=OuterRef("pk"))
    listed = Case.objects.listed_for(user).filter(pk=OuterRef("pk"))
    cases = list(
        Case.objects.in_queue()
        .filter(Exists(listed))
        .annotate(
            queued_at=Coalesce(Subquery(votes.order_by("-at").values("at")[:1]), "state_since"),
            is_mine=Exists(mine),
        )
    )
    for place, case in enumerate(cases, start=1):
        yield Waiting(
            case=case,
            place=place,
            days=(today - timezone.localdate(case.queued_at)).days,
            check_is_due=case.queue_check_on is not None and case.queue_check_on <= today,
            is_paused=case.state == CaseState.ON_HOLD,
            is_mine=case.is_mine,
            is_first=place == 1,
            is_last=place == len(cases),
        )
