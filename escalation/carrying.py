"""What everybody carries now. Nothing of the past, and no order but the alphabet."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns import loads
from campaigns.models import Case, CaseState, Duty, Group, TeamMembership, User
from escalation.models import Action, Call, Task

# How many of something each account has, by its key. One query each.
Counts = Callable[[dt.datetime], dict[int, int]]


@dataclass(frozen=True)
class Column:
    """A kind of thing people carry, and the field of the group that says how many are many."""

    label: str | Promise
    each: Counts
    most: str = ""


def _cases(_now: dt.datetime) -> dict[int, int]:
    carried = TeamMembership.objects.filter(left_at=None, case__state__in=CaseState.OPEN)
    return _by_account(carried.values("user"))


def _fights(_now: dt.datetime) -> dict[int, int]:
    return loads.fights_each()


def _actions(now: dt.datetime) -> dict[int, int]:
    return _by_account(Action.objects.led_ahead(now).values(user=F("leads")))


def _tasks(_now: dt.datetime) -> dict[int, int]:
    return _by_account(Task.objects.open().values(user=F("owner")))


def _calls(now: dt.datetime) -> dict[int, int]:
    ahead = Action.objects.ahead(now).values("pk")
    open_calls = Call.objects.to_do(now).filter(caller__left_at=None, action__in=ahead)
    return _by_account(open_calls.values(user=F("caller__user")))


def _by_account(rows: QuerySet[Any, Any]) -> dict[int, int]:
    return dict(rows.order_by("user").annotate(n=Count("pk")).values_list("user", "n"))


# What else people carry is one line more.
COLUMNS = (
    Column(_l("Open cases"), _cases),
    Column(_l("Fights that run"), _fights, most="fights_each"),
    Column(_l("Actions to lead"), _actions),
    Column(_l("Open tasks"), _tasks),
    Column(_l("Calls to make"), _calls, most="calls_each"),
)


@dataclass(frozen=True)
class Row:
    user: User
    cells: list[tuple[str, int, bool]]  # the column, how many, and whether that is a lot
    duties: list[Duty]
    rests: bool


def table(*, group: Group, now: dt.datetime) -> list[Row]:
    """Return a row for each organizer, by name, in a fixed number of queries."""
    today = timezone.localdate(now)
    held = Prefetch("duties", queryset=Duty.objects.held_on(today), to_attr="duties_now")
    people = User.objects.organizers().prefetch_related(held).order_by("name", "pk")
    counts = [(column, column.each(now)) for column in COLUMNS]
    return [
        Row(
            user,
            [
                (str(column.label), n := each.get(user.pk, 0), _is_a_lot(n, column, group))
                for column, each in counts
            ],
            user.duties_now,
            user.is_resting(today),
        )
        for user in people
    ]


def _is_a_lot(n: int, column: Column, group: Group) -> bool:
    return bool(column.most) and n > getattr(group, column.most)


def too_much(rows: list[Row], group: Group) -> Iterator[str]:
    """Yield a sentence for the group's fights, and one for the people who carry many of them."""
    running = Case.objects.filter(state__in=CaseState.FIGHTING).count()
    if running > group.fight_cap:
        text = _("%(n)s fights run now. The group said %(most)s at most. Which one can wait?")
        yield text % {"n": running, "most": group.fight_cap}
    for number, column in enumerate(COLUMNS):
        names = [row.user.name for row in rows if row.cells[number][2]]
        if names:
            text = _("%(what)s, more than %(most)s for one person: %(names)s. Who could share?")
            most = getattr(group, column.most)
            yield text % {"what": column.label, "most": most, "names": ", ".join(names)}


@dataclass(frozen=True)
class Own:
    """What one person carries, by name."""

    teams: list[TeamMembership]  # each with `others`: how many carry the case beside them
    actions: list[Action]
    tasks: list[Task]
    duties: list[Duty]

    def __bool__(self) -> bool:
        return any((self.teams, self.actions, self.tasks, self.duties))


def own(user: User, *, now: dt.datetime) -> Own:
    """Return what `user` carries, in four queries."""
    today = timezone.localdate(now)
    teams = TeamMembership.objects.filter(
        user=user, left_at=None, case__state__in=CaseState.OPEN, case__forgotten_at=None
    )
    teams = teams.select_related("case").annotate(others=others_on_team(today))
    return Own(
        list(teams.order_by("case__reference")),
        list(Action.objects.led_ahead(now).filter(leads=user)),
        list(Task.objects.open().visible_to(user).filter(owner=user).select_related("case")),
        list(Duty.objects.held_on(today).filter(user=user).order_by("until_date", "pk")),
    )


def others_on_team(today: dt.date) -> Coalesce:
    """Annotate a membership with how many carry the case beside its person."""
    others = TeamMembership.objects.carrying(today).filter(case=OuterRef("case"))
    others = others.exclude(user=OuterRef("user")).order_by().values("case")
    return Coalesce(
        Subquery(others.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0
    )
