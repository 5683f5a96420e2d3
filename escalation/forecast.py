"""How many will come: a range for a whole action, and never a number for one person.

Each person comes or does not, with the chances that organizers have counted over the years: of
those who say yes about half come, of those who were reminded on the day more. After four yeses
somebody's own past says it better. The chances are added up exactly, as a sum of independent
throws (a Poisson binomial): `_sums` holds how likely each number is, and takes in one person after
the other. The range is the middle 80 percent of it: in one of ten actions fewer come, in one of
ten more.

Whoever sees the range of one or two people would see what we think of each, so there is none for
so few.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from escalation.models import Action, Call, OutboxMessage, SignUp

CONFIRMED, SAID_YES, SAID_MAYBE, NOT_REACHED = 0.7, 0.5, 0.2, 0.03
YESES_THAT_TELL = 4
REMINDED_WITHIN = dt.timedelta(hours=24)
TAIL = 0.1  # left out at each end
LEAST_PEOPLE = 5
# What is less likely than this is left out, so that two thousand people cost no more than forty
# milliseconds.
_NEVER = 1e-12
# Two ways to the same sum may differ in the last digit, and must not differ in the range.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Expected:
    """Somebody who may come, with whom they bring: all of them come, or none."""

    chance: float
    people: int = 1


@dataclass(frozen=True)
class Range:
    low: int
    high: int


def likely(everybody: Iterable[Expected]) -> Range:
    """Return how many are likely to come."""
    first, chances = _sums(everybody)
    return Range(_reached(TAIL, first, chances), _reached(1 - TAIL, first, chances))


def chance(answer: str, *, is_confirmed: bool, past: tuple[int, int]) -> float:
    """Return how likely somebody comes. `past` is how often they said yes before, and came."""
    if answer == SignUp.Answer.NO:
        return 0.0
    if answer == SignUp.Answer.MAYBE:
        return SAID_MAYBE
    yeses, came = past
    if yeses >= YESES_THAT_TELL:
        return (came + 1) / (yeses + 2)
    return CONFIRMED if is_confirmed else SAID_YES


def _sums(everybody: Iterable[Expected]) -> tuple[int, list[float]]:
    """Return how likely each number of people is, and which number the first of the list is for.

    One order for all, so that the same people give the same digits.
    """
    first, chances = 0, [1.0]
    for one in sorted(everybody, key=lambda one: (one.chance, one.people)):
        stay = [value * (1 - one.chance) for value in chances] + [0.0] * one.people
        come = [0.0] * one.people + [value * one.chance for value in chances]
        chances = [a + b for a, b in zip(stay, come, strict=True)]
        while chances[0] < _NEVER:
            first, chances = first + 1, chances[1:]
        while chances[-1] < _NEVER:
            chances.pop()
    return first, chances


def _reached(share: float, first: int, chances: list[float]) -> int:
    """Return the smallest number that is not passed with at least this likelihood."""
    so_far = 0.0
    for number, value in enumerate(chances, start=first):
        so_far += value
        if so_far >= share - _ROUNDING:
            return number
    return first + len(chances) - 1


# What is known of the people of one action


def of(action: Action, *, now: dt.datetime) -> Range | None:
    """Return how many are likely to come to `action`, or nothing while too few have answered.

    Four queries at most, however many people there are. `action` is read with_turnout().
    """
    if action.yes + action.maybe < LEAST_PEOPLE:
        return None
    people = list(_answered(action, now))
    if len(people) < LEAST_PEOPLE:
        return None
    past = _past(action, now)
    everybody = [_expected(row, past.get(row.contact_key, (0, 0))) for row in people]
    everybody += [Expected(NOT_REACHED)] * _told_only(action)
    return likely(everybody)


def _expected(row: SignUp, past: tuple[int, int]) -> Expected:
    is_confirmed = row.is_reminded or row.is_confirmed
    return Expected(chance(row.answer, is_confirmed=is_confirmed, past=past), 1 + row.guests)


def _answered(action: Action, now: dt.datetime) -> Iterable[SignUp]:
    reminders = OutboxMessage.objects.filter(
        sign_up=OuterRef("pk"),
        kind__in=OutboxMessage.REMINDERS,
        status=OutboxMessage.Status.SENT,
        done_at__gte=now - REMINDED_WITHIN,
    )
    rows = action.sign_ups.filter(is_walk_in=False).exclude(answer=SignUp.Answer.NO)
    return rows.annotate(is_reminded=Exists(reminders))


def _past(action: Action, now: dt.datetime) -> dict[str, tuple[int, int]]:
    """Return by contact how often somebody said yes to an earlier action, and came.

    Where nobody was ticked the roster was not kept, and nobody stayed away.
    """
    ticked = SignUp.objects.filter(action=OuterRef("action"), came=True)
    before = SignUp.objects.filter(
        Exists(ticked),
        contact_key__in=action.sign_ups.values("contact_key"),
        answer=SignUp.Answer.YES,
        is_walk_in=False,
        action__state__in=Action.State.over(),
        action__ends_at__lt=now,
    ).exclude(how=SignUp.How.TOLD)
    counts = before.values("contact_key").annotate(
        yeses=Count("pk"), times=Count("pk", filter=Q(came=True))
    )
    enough = counts.filter(yeses__gte=YESES_THAT_TELL).order_by()
    return {
        key: (yeses, came)
        for key, yeses, came in enough.values_list("contact_key", "yeses", "times")
    }


def _told_only(action: Action) -> int:
    """Count who was told of it by e-mail, or stands on a caller's list, and has not answered."""
    answered = SignUp.objects.filter(action=action, user=OuterRef("user"))
    told = action.messages.filter(
        kind=OutboxMessage.Kind.ANNOUNCEMENT, status=OutboxMessage.Status.SENT
    )
    to_call = action.calls.filter(person__user=None, sign_up=None)
    unreached = to_call.filter(outcome__in=("", Call.Outcome.NO_ANSWER))
    return told.filter(~Exists(answered)).count() + unreached.count()
