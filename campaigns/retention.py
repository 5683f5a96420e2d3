"""How long what is kept of a case, and the deleting of the facts of one whose time has come.

What goes is what says who it was and what they told: names, contacts, story, messages, notes,
files. What stays is what statistics need: states, days, kind, sums, counts and reasons.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Case, CaseState, Event, Group, Keeping, Message, User
from campaigns.models.log import record

S = CaseState
WARNED_DAYS = 14
LONGEST = dt.timedelta(days=365)


@dataclass(frozen=True)
class Class:
    """A kind of case, and the setting that says how many days it is kept.

    The days count from the end of the case; of an intake nobody took, from when it came or from
    the last word of the person.
    """

    setting: str
    states: tuple[str, ...]
    label: Any

    def days(self, group: Group) -> int:
        return getattr(group, self.setting)


CLASSES = (
    Class("keep_not_taken_days", (S.NEW,), _("nobody took it on")),
    Class("keep_withdrawn_days", (S.WITHDRAWN,), _("they did not want to go on")),
    Class("keep_declined_days", (S.DECLINED, S.REFERRED), _("we did not take it on")),
    Class("keep_closed_days", CaseState.CLOSED_TAKEN, _("the fight has ended")),
)
# A case that went into another one lasts as long as that one: part of its story is told there.
CLASS_OF = {state: kept for kept in CLASSES for state in kept.states}


def due_on(case: Case, group: Group) -> dt.date | None:
    """Return the day from which `case` may be forgotten; None while it runs or must be kept."""
    kept = CLASS_OF.get(case.state)
    if kept is None or case.legal_hold_since or case.forgotten_at:
        return None
    since = case.opened_at if case.state == S.NEW else case.closed_at
    if since is None:
        return None
    day = group.local_date(since) + dt.timedelta(days=kept.days(group))
    keeping = getattr(case, "keeping", None)
    return max(day, keeping.until) if keeping else day


def due_cases(group: Group, *, on: dt.date) -> models.QuerySet[Case]:
    """Return the cases that may be forgotten on the local day `on`."""
    rows = Case.objects.filter(legal_hold_since=None, forgotten_at=None)
    rows = rows.exclude(keeping__until__gt=on)
    spoke = Message.objects.filter(case=OuterRef("pk"), from_team=False)
    ended = Q()
    for kept in CLASSES:
        before = _end_of_day(group, on - dt.timedelta(days=kept.days(group)))
        if S.NEW in kept.states:
            silent = ~Exists(spoke.filter(at__gte=before))
            ended |= Q(state=S.NEW, opened_at__lt=before) & Q(silent)
        else:
            ended |= Q(state__in=kept.states, closed_at__lt=before)
    gone = Q(state=S.MERGED) & (Q(merged_into=None) | Q(merged_into__forgotten_at__isnull=False))
    long_ago = _end_of_day(group, on - dt.timedelta(days=group.keep_closed_days))
    return rows.filter(ended | (gone & Q(closed_at__lt=long_ago)))


def _end_of_day(group: Group, day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=group.zone)


def soon_due(group: Group, *, today: dt.date) -> models.QuerySet[Case]:
    """Return the cases the team is warned of: due within 14 days, and nobody has answered yet."""
    warned_on = _end_of_day(group, today - dt.timedelta(days=WARNED_DAYS))
    answered = Keeping.objects.filter(case=OuterRef("pk"), at__gte=warned_on)
    ahead = today + dt.timedelta(days=WARNED_DAYS)
    return due_cases(group, on=ahead).exclude(state=S.MERGED).filter(~Exists(answered))


def keep_until(
    case: Case,
    *,
    by: User,
    until: dt.date,
    reason: str,
    now: dt.datetime,
    seen_version: int | None = None,
) -> Keeping | None:
    """Note what the team decided when they were warned: keep it until then, or let it go.

    `seen_version` is that of the decision they looked at, 0 for none. When somebody else decided
    meanwhile, nothing is written, and theirs is returned.
    """
    with transaction.atomic():
        locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        kept = Keeping.objects.filter(case=locked).first()
        version = kept.version if kept else 0
        if seen_version not in (None, version):
            return kept
        values = {"until": until, "reason": reason, "by": by, "at": now, "version": version + 1}
        Keeping.objects.update_or_create(case=locked, defaults=values)
        record(locked, Event.KEPT_LONGER, by=by, note=reason, deadline=until.isoformat())
    return None


def days_of(group: Group) -> list[tuple[Any, int]]:
    """Return how many days each kind of case is kept, for pages that say so."""
    return [(kept.label, kept.days(group)) for kept in CLASSES]


def still_due(case: Case, group: Group, *, today: dt.date) -> bool:
    """Ask again under the lock: a hold, a reopening or a wish may have come between."""
    return due_cases(group, on=today).filter(pk=case.pk).exists()
