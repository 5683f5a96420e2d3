"""When somebody is reminded of an action, by the clock where the network is.

Each action has at most three moments, and what is late is not made up for: of the moments that
have passed only the last one counts, and none once the action has begun.
"""

import datetime as dt
import itertools
import zoneinfo
from collections.abc import Iterator

from django.db.models import Count, Exists, OuterRef, Q

from escalation.models import Action, MailWish, OutboxMessage, SignUp

Kind = OutboxMessage.Kind
Answer = SignUp.Answer

# Nothing is sent before nine and from nine in the evening on, unless it cannot wait.
WAKES, SLEEPS = dt.time(9), dt.time(21)
# A reminder on the day comes at nine, and only where an hour is left.
MORNING_BEFORE = dt.timedelta(hours=1)
# So many reminders each person gets of one action. Whoever had the first two is spared the third.
AT_MOST = 2
CHUNK = 500
LOOK_AHEAD = dt.timedelta(days=3)
# A maybe is asked once more while there is time to decide.
REMINDED = {Kind.TWO_DAYS: (Answer.YES, Answer.MAYBE), Kind.DAY: (Answer.YES,)}
REMINDED[Kind.MORNING] = REMINDED[Kind.DAY]


def is_quiet(now: dt.datetime, zone: zoneinfo.ZoneInfo) -> bool:
    """Say whether people sleep, or may."""
    return not WAKES <= now.astimezone(zone).time() < SLEEPS


def next_morning(now: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Return when the night that comes, or that it is, will be over."""
    local = now.astimezone(zone)
    days = 0 if local.time() < WAKES else 1
    return _at(local.date() + dt.timedelta(days=days), WAKES, zone)


def moments(starts_at: dt.datetime, zone: zoneinfo.ZoneInfo) -> list[tuple[Kind, dt.datetime]]:
    """Return each reminder with its moment, the first first.

    "The day before" means the same hour by the clock, also when the clocks change in between.
    """
    local = starts_at.astimezone(zone)
    days_before = ((Kind.TWO_DAYS, 2), (Kind.DAY, 1))
    found = [
        (kind, _when_awake(local.date() - dt.timedelta(days=days), local.time(), zone))
        for kind, days in days_before
    ]
    found.append((Kind.MORNING, _at(local.date(), WAKES, zone)))
    return [
        (kind, at)
        for kind, at in found
        if at < starts_at and (kind != Kind.MORNING or at <= starts_at - MORNING_BEFORE)
    ]


def current(
    starts_at: dt.datetime, *, now: dt.datetime, zone: zoneinfo.ZoneInfo
) -> tuple[Kind, dt.datetime] | None:
    """Return the reminder whose turn it is, with its moment, or None before, between and after."""
    if now >= starts_at:
        return None
    passed = [(kind, at) for kind, at in moments(starts_at, zone) if at <= now]
    return passed[-1] if passed else None


def day_number(starts_at: dt.datetime, zone: zoneinfo.ZoneInfo) -> int:
    """Return the number of the day an action is on. Moved to another day, it is reminded anew."""
    return starts_at.astimezone(zone).toordinal()


def plan(now: dt.datetime, zone: zoneinfo.ZoneInfo) -> int:
    """Write down the reminders whose turn it is, and return how many are new."""
    if is_quiet(now, zone):
        return 0
    ahead = Action.objects.ahead(now).filter(starts_at__gt=now, starts_at__lte=now + LOOK_AHEAD)
    return sum(
        _plan(action, kind, since, now=now, number=day_number(action.starts_at, zone))
        for action in ahead
        for kind, since in [current(action.starts_at, now=now, zone=zone) or (None, now)]
        if kind
    )


def _plan(action: Action, kind: Kind, since: dt.datetime, *, now: dt.datetime, number: int) -> int:
    rest, planned = _not_reminded(action, kind, since, number), 0
    while some := list(itertools.islice(rest, CHUNK)):
        rows = [
            OutboxMessage(action=action, sign_up_id=pk, kind=kind, number=number, due_at=now)
            for pk in some
        ]
        # Two runs at once may both have found them: the second insert of each changes nothing.
        OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)
        planned += len(rows)
    return planned


def _not_reminded(action: Action, kind: Kind, since: dt.datetime, number: int) -> Iterator[int]:
    """Yield who signed up before the reminder was due, wants it and has not had it."""
    had = Q(messages__kind__in=OutboxMessage.REMINDERS, messages__number=number)
    had &= ~Q(messages__status=OutboxMessage.Status.DROPPED)
    same = OutboxMessage.objects.filter(sign_up=OuterRef("pk"), kind=kind, number=number)
    rows = action.sign_ups.filter(answer__in=REMINDED[kind], at__lt=since, is_walk_in=False)
    rows = rows.reached_by_mail().wanting(MailWish.ALL).filter(~Exists(same))
    rows = rows.annotate(had=Count("messages", filter=had)).filter(had__lt=AT_MOST)
    return iter(list(rows.order_by("pk").values_list("pk", flat=True)))


def _when_awake(day: dt.date, time: dt.time, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    if time < WAKES:
        return _at(day, WAKES, zone)
    if time >= SLEEPS:
        return _at(day + dt.timedelta(days=1), WAKES, zone)
    return _at(day, time, zone)


def _at(day: dt.date, time: dt.time, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    # In UTC, since two moments in one zone are compared by their clocks and not by the time.
    return dt.datetime.combine(day, time, tzinfo=zone).astimezone(dt.UTC)
