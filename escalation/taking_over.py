"""What people carry who take a break or have left, offered to the others.

Nothing moves by itself: somebody takes a thing over, and each has a verb of its own that locks and
logs. Who may join a team is the same as on any day.
"""

import datetime as dt
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.models import Case, CaseState, Duty, Event, TeamMembership, User
from campaigns.models.log import record
from campaigns.models.people import at_hand
from escalation import standing_down
from escalation.actions import ActionRefused
from escalation.carrying import others_on_team
from escalation.models import Action, Task

TOO_LATE = _l("Somebody took it over meanwhile, or they are back.")


@dataclass
class Offered:
    """What one person carries that fewer than two others carry."""

    person: User
    teams: list[TeamMembership] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)

    @property
    def number(self) -> int:
        return len(self.teams) + len(self.actions) + len(self.tasks) + len(self.duties)


def offered_to(user: User, *, now: dt.datetime) -> list[Offered]:
    """Return what `user`, an organizer, could take over, by name, in four queries."""
    today = timezone.localdate(now)
    found: dict[int, Offered] = {}

    def of(person: User) -> Offered:
        return found.setdefault(person.pk, Offered(person))

    for membership in _teams(user, today):
        of(membership.user).teams.append(membership)
    for lead in _leads(user, now, today):
        of(lead.user).actions.append(lead.action)
    for task in _tasks(user, today):
        of(task.owner).tasks.append(task)
    for duty in _duties(user, today):
        of(duty.user).duties.append(duty)
    return sorted(found.values(), key=lambda offered: (offered.person.name, offered.person.pk))


def _teams(user: User, today: dt.date) -> QuerySet[TeamMembership]:
    """Each with whether `user` may join (`is_open`), is on the team (`is_mine`), or whom to ask."""
    rows = TeamMembership.objects.filter(
        ~at_hand(today, "user"),
        left_at=None,
        case__state__in=CaseState.OPEN,
        case__in=Case.objects.listed_for(user, today=today).filter(forgotten_at=None),
    ).exclude(user=user)
    carrying = TeamMembership.objects.carrying(today).filter(case=OuterRef("case"))
    joinable = Case.objects.open_to_join(today).filter(pk=OuterRef("case"))
    rows = rows.annotate(
        others=others_on_team(today),
        is_open=Exists(joinable),
        is_mine=Exists(carrying.filter(user=user)),
        to_ask=Subquery(carrying.order_by("since").values("user__name")[:1]),
    )
    return rows.filter(others__lt=2).select_related("case", "user").order_by("case__reference")


def _leads(user: User, now: dt.datetime, today: dt.date) -> QuerySet:
    through = Action.leads.through.objects
    ahead = Action.objects.visible_to(user).led_ahead(now).exclude(leads=user)
    others = through.filter(at_hand(today, "user"), action=OuterRef("action")).order_by()
    count = others.values("action").annotate(n=Count("pk")).values("n")
    rows = through.filter(~at_hand(today, "user"), action__in=ahead)
    rows = rows.annotate(others=Coalesce(Subquery(count, output_field=IntegerField()), 0))
    return rows.filter(others__lt=2).select_related("action", "user").order_by("action__starts_at")


def _tasks(user: User, today: dt.date) -> QuerySet[Task]:
    open_ones = Task.objects.open().visible_to(user).exclude(owner=user)
    return open_ones.filter(~at_hand(today, "owner")).select_related("owner", "case")


def _duties(user: User, today: dt.date) -> QuerySet[Duty]:
    """Leave out those `user` does already."""
    mine = Duty.objects.held_on(today).filter(user=user).values("kind")
    away = Duty.objects.held_on(today).by_who_is_away(today).exclude(user=user)
    return away.exclude(kind__in=mine).select_related("user").order_by("kind", "pk")


def take_lead(action: Action, *, of: User, by: User, now: dt.datetime) -> None:
    """Lead an action in place of somebody who is away. Raises ActionRefused."""
    with transaction.atomic():
        standing_down.hold_cases(action)
        locked = Action.objects.select_for_update(no_key=True).get(pk=action.pk)
        if not Action.objects.led_ahead(now).filter(pk=locked.pk).exists():
            raise ActionRefused(_("This action is over."))
        if not locked.leads.away(timezone.localdate(now)).filter(pk=of.pk).exists():
            raise ActionRefused(str(TOO_LATE))
        locked.leads.remove(of)
        locked.leads.add(by)
        # Whoever has the form open now is told that somebody saved meanwhile.
        Action.objects.filter(pk=locked.pk).update(version=F("version") + 1)
        said = _("%(new)s leads it in place of %(old)s.") % {"new": by, "old": of}
        for case in locked.cases.all():
            record(case, Event.ACTION_CHANGED, by=by, what=locked.title, note=said)


def take_task(task: Task, *, by: User, today: dt.date) -> bool:
    """Do the task of somebody who is away. Return False when it is not theirs any more."""
    with transaction.atomic():
        away = Task.objects.open().filter(~at_hand(today, "owner"), pk=task.pk)
        still = Task.objects.filter(pk__in=away.values("pk"), owner=task.owner_id)
        if not still.update(owner=by, version=F("version") + 1):
            return False
        if task.case:
            record(task.case, Event.TASK_TAKEN, by=by, what=task.what)
    return True
