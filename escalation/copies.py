"""The same action again next week, or every week: drafts, at the same hour by the clock there.

A week is seven days on the calendar and not 168 hours: a picket at six stays at six when the
clocks change. In the night they change, an hour that is skipped means the one after it, and an
hour that comes twice means its first time.
"""

import datetime as dt
import uuid
import zoneinfo
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseState, Event, User
from campaigns.models.log import record
from campaigns.wording import date_in_words
from escalation.actions import ActionRefused
from escalation.models import Action, ActionRole

MOST_WEEKS = 12
WEEK = dt.timedelta(days=7)
# What a copy takes over. When, state, people and what became of it are its own.
SAME = (
    "tactic",
    "title",
    "area",
    "meeting_point",
    "what",
    "risk",
    "access",
    "children",
    "languages",
    "good_to_know",
    "minimum",
    "needed",
    "audience",
)


Times = tuple[dt.datetime, dt.datetime]


def weekly(
    action: Action,
    *,
    by: User,
    weeks: int,
    form_key: uuid.UUID,
    now: dt.datetime,
    zone: zoneinfo.ZoneInfo,
) -> list[Action]:
    """Copy an action into each of the next `weeks` weeks. The same form sent twice makes one set.

    A copy is for those of its fights that still run, and nobody has signed up for it.
    """
    if refusal := why_not_copied(action):
        raise ActionRefused(refusal)
    ahead = weeks_ahead(action, weeks, now=now, zone=zone)
    with transaction.atomic():
        return [
            _copy(action, times, by=by, key=uuid.uuid5(form_key, str(number)))
            for number, times in enumerate(ahead, start=1)
        ]


def why_not_copied(action: Action) -> str:
    """Return why it is not done again, as a sentence, or an empty string."""
    if action.cases.exists() and not still_fought(action):
        return _("Every fight it was for is over or paused. Plan an action from another fight.")
    return ""


def still_fought(action: Action) -> QuerySet[Case]:
    """Return the cases of an action that are fought now, and not paused."""
    return action.cases.filter(state__in=CaseState.ACCEPTED).order_by("pk")


def weeks_ahead(
    action: Action, weeks: int, *, now: dt.datetime, zone: zoneinfo.ZoneInfo
) -> list[Times]:
    """Return when each copy starts and ends: the same day of so many weeks, from the next one that
    is ahead of both the action and now."""
    first = max((now - action.starts_at) // WEEK, 0) + 1
    if _later(action.starts_at, first, zone) <= now:
        first += 1
    return [_times(action, first + number, zone) for number in range(weeks)]


def _times(action: Action, weeks: int, zone: zoneinfo.ZoneInfo) -> Times:
    starts_at = _later(action.starts_at, weeks, zone)
    ends_at = _later(action.ends_at, weeks, zone)
    if ends_at <= starts_at:  # it began in the hour that is skipped
        ends_at = starts_at + (action.ends_at - action.starts_at)
    return starts_at, ends_at


def _later(moment: dt.datetime, weeks: int, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Return the moment so many weeks later by the clock there.

    A skipped 02:30 is read by the clock before the change, and so becomes 03:30.
    """
    clock = moment.astimezone(zone).replace(tzinfo=None, fold=0) + weeks * WEEK
    return clock.replace(tzinfo=zone).astimezone(dt.UTC)


def clock_changes(
    action: Action, copies: Iterable[Action], *, zone: zoneinfo.ZoneInfo
) -> list[str]:
    """Return a sentence for each copy that falls into the hour in which the clocks change."""
    skipped = _("%(day)s: the clocks go forward in that hour. It is set to %(time)s.")
    twice = _("%(day)s: %(time)s comes twice, the clocks go back. It is set to the first time.")
    said = []
    for copy in copies:
        for name in ("starts_at", "ends_at"):
            was, now = (getattr(row, name).astimezone(zone) for row in (action, copy))
            if now.time() != was.time():
                text = skipped
            elif now.utcoffset() != now.replace(fold=1).utcoffset():
                text = twice
            else:
                continue
            said.append(text % {"day": date_in_words(now.date()), "time": f"{now:%H:%M}"})
    return said


def _copy(action: Action, times: Times, *, by: User, key: uuid.UUID) -> Action:
    facts = {name: getattr(action, name) for name in SAME}
    when = dict(zip(("starts_at", "ends_at"), times, strict=True))
    copy, is_new = Action.objects.get_or_create(
        form_key=key, defaults=facts | when | {"created_by": by}
    )
    if is_new:
        copy.leads.set(action.leads.filter(is_active=True) or [by])
        copy.cases.set(still_fought(action))
        roles = action.roles.values_list("kind", "capacity")
        ActionRole.objects.bulk_create(
            ActionRole(action=copy, kind=kind, capacity=capacity) for kind, capacity in roles
        )
        for case in copy.cases.all():
            record(case, Event.ACTION_PLANNED, by=by, what=copy.title)
    return copy
