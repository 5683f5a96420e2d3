"""Meetings: planning one, filling its agenda, deciding what concerns no case, closing it."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from campaigns.models import Case, Group, User
from campaigns.models.once import only_once
from escalation import agenda
from escalation.decisions import record_decision
from escalation.models import AgendaItem, Decision, Meeting

COUNTS = ("votes_for", "votes_against", "abstained")


class MeetingRefused(Exception):
    """Nothing was written. The text of the exception is a sentence for the person."""


def plan(*, by: User, form_key: uuid.UUID | None, **facts: Any) -> Meeting | None:
    """Write down a meeting: `at`, `place`, and who leads it. None when it was sent already."""
    with only_once(form_key or uuid.uuid4(), scope=uuid.UUID(int=by.pk)) as is_first:
        return Meeting.objects.create(**facts) if is_first else None


def last() -> Meeting | None:
    """Return the meeting that is planned furthest ahead: the next one is often like it."""
    return Meeting.objects.order_by("-at", "-pk").first()


def change(meeting: Meeting, *, save: Callable[[], bool]) -> bool:
    """Change when and where. On another day, the votes of that day belong to it.

    `save` writes the fields and says whether nobody was faster.
    """
    with transaction.atomic():
        if not save():
            return False
        agenda.link(Meeting.objects.get(pk=meeting.pk), zone=Group.objects.get(pk=1).zone)
    return True


@contextmanager
def _locked(meeting: Meeting) -> Iterator[Meeting]:
    """Lock a meeting that is not closed: whatever changes its agenda waits here."""
    with transaction.atomic():
        locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
        if locked.closed_at:
            raise MeetingRefused(_("This meeting is closed. Open it again first."))
        yield locked


def add_item(
    meeting: Meeting,
    *,
    by: User,
    motion: str,
    case: Case | None = None,
    kind: str = Decision.Kind.GENERAL,
) -> AgendaItem:
    """Put a motion on the agenda. What stands there already, and is open, is put there once.

    A vote of a case belongs to its own kind; a general motion is about no case.
    """
    if (case is None) != (kind == Decision.Kind.GENERAL):
        raise MeetingRefused(_("Say which case it is about, and what kind of vote it is."))
    with _locked(meeting) as locked:
        items = AgendaItem.objects.filter(meeting=locked)
        same = items.filter(case=case, kind=kind)
        same = same if case else same.filter(agenda.UNDECIDED, motion=motion)
        if there := same.first():
            return there
        last = items.aggregate(last=Max("position"))["last"] or 0
        item = AgendaItem.objects.create(
            meeting=locked, case=case, kind=kind, motion=motion, position=last + 1, added_by=by
        )
        agenda.link(locked, zone=Group.objects.get(pk=1).zone)
    return item


def remove_item(item: AgendaItem) -> None:
    """Take a motion off the agenda. What was decided stays. Removing it twice is no mistake."""
    with _locked(item.meeting):
        row = AgendaItem.objects.filter(pk=item.pk)
        if row.exclude(agenda.UNDECIDED).exists():
            raise MeetingRefused(_("This was decided. It stays on the agenda."))
        row.delete()


def decide(item: AgendaItem, *, by: User, vote: Mapping[str, Any], now: dt.datetime) -> Decision:
    """Record the vote on a motion that concerns no case. `vote` holds motion and counts."""
    with _locked(item.meeting) as locked:
        day = _day_if_it_came(locked, now)
        if same := _same(item, vote):
            return same
        row = AgendaItem.objects.filter(pk=item.pk, case=None)
        if not row.filter(agenda.UNDECIDED).exists():
            raise MeetingRefused(_("This was decided already. Nothing was changed."))
        decision = record_decision(
            None,
            Decision.Kind.GENERAL,
            by=by,
            vote={**vote, "held_on": day, "meeting": locked},
        )
        row.update(decision=decision)
    return decision


def _same(item: AgendaItem, vote: Mapping[str, Any]) -> Decision | None:
    """Return the very same vote if it was noted for the item before: a double click makes one."""
    noted = Decision.objects.valid().filter(agenda_item=item)
    return noted.filter(**{name: vote[name] for name in ("motion", *COUNTS)}).first()


def counts_in_words(item: AgendaItem) -> str:
    """Return the vote that was noted for a motion, or an empty string."""
    noted = Decision.objects.valid().filter(agenda_item=item).first()
    if noted is None:
        return ""
    return _("%(for)s for, %(against)s against, %(abstained)s abstained") % {
        "for": noted.votes_for,
        "against": noted.votes_against,
        "abstained": noted.abstained,
    }


def strike(item: AgendaItem, *, now: dt.datetime) -> None:
    """Mark the vote on a general motion as noted by mistake. It stays, and the motion is open."""
    with _locked(item.meeting):
        votes = Decision.objects.valid().filter(agenda_item=item, case=None)
        votes.update(struck_at=now)


def close(meeting: Meeting, *, present: int, now: dt.datetime) -> None:
    """End the meeting with the number of people who came; votes of the day find their places."""
    with _locked(meeting) as locked:
        _day_if_it_came(locked, now)
        agenda.link(locked, zone=Group.objects.get(pk=1).zone)
        if present < (most := most_votes(locked)):
            raise MeetingRefused(
                _("%(n)s people voted on one of the motions. So many came at least.") % {"n": most}
            )
        locked.present, locked.closed_at = present, now
        locked.version += 1
        locked.save(update_fields=["present", "closed_at", "version"])


def reopen(meeting: Meeting) -> None:
    """Open a closed meeting again, for what was forgotten. The number present stays."""
    with transaction.atomic():
        locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
        locked.closed_at, locked.version = None, locked.version + 1
        locked.save(update_fields=["closed_at", "version"])


def _day_if_it_came(meeting: Meeting, now: dt.datetime) -> dt.date:
    """Return the day of the meeting in the network's calendar; refuse one that is still to come."""
    group = Group.objects.get(pk=1)
    day = group.local_date(meeting.at)
    if day > group.local_date(now):
        raise MeetingRefused(_("The day of this meeting has not come yet."))
    return day


def most_votes(meeting: Meeting) -> int:
    """Return how many people voted on the motion on which most did."""
    counts = meeting.decisions.valid().values_list(*COUNTS)
    return max((sum(votes) for votes in counts), default=0)
