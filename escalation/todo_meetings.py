"""Tasks, meetings to lead, and actions that must not tell a story any more, for Today."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseState, User
from campaigns.wording import date_in_words
from escalation.models import Action, Meeting, Task
from escalation.publicity import telling_strangers
from escalation.todo_item import LATER, SOON, URGENT, Item

SOON_DAYS = 7


def items(user: User, now: dt.datetime) -> Iterator[Item]:
    today = timezone.localdate(now)
    for task in Task.objects.waiting_for(user).select_related("case", "owner"):
        yield _of_task(task, user, today)
    yield from _meetings(user, now)
    yield from _to_call_off(user, now)


def just_done(user: User, now: dt.datetime) -> list[Task]:
    """Return what `user` ticked off in the last hour: there it can be undone."""
    since = now - dt.timedelta(hours=1)
    done = Task.objects.visible_to(user).filter(done_by=user, done_at__gte=since)
    return list(done.order_by("-done_at", "-pk"))


def _of_task(task: Task, user: User, today: dt.date) -> Item:
    """A late task is urgent; one that nobody does yet is taken up by whoever can."""
    about = task.case.reference if task.case else _("Task")
    text = task.what
    if task.owner_id != user.pk:
        text = _("%(what)s (nobody does it yet)") % {"what": text}
    rank = LATER
    if task.due_on:
        day = date_in_words(task.due_on, short=True, year=False)
        late = task.due_on < today
        rank = URGENT if late else SOON if (task.due_on - today).days <= SOON_DAYS else LATER
        when = _("It was due by %(day)s.") if late else _("By %(day)s.")
        text = f"{text.rstrip('.')}. {when % {'day': day}}"
    url = reverse("finish_task", args=[task.pk])
    return Item(rank, about, text, _("Done"), url, is_done_here=True)


def _meetings(user: User, now: dt.datetime) -> Iterator[Item]:
    """Yield the meetings that have begun and are not closed, to who leads or takes notes."""
    if not user.is_organizer:
        return
    mine = Q(facilitator=user) | Q(note_taker=user)
    for meeting in Meeting.objects.filter(mine, closed_at=None, at__lte=now).order_by("at"):
        when = date_in_words(meeting.at, year=False)
        text = _("The meeting is not closed yet. Write down how many came.")
        url = reverse("close_meeting", args=[meeting.pk])
        yield Item(SOON, when, text, _("Close the meeting"), url)


def _to_call_off(user: User, now: dt.datetime) -> Iterator[Item]:
    """Yield announced actions that tell a story which may not be told any more, and those to which
    people would come for a fight that has ended."""
    cases = Case.objects.filter(actions=OuterRef("pk"))
    ahead = (
        Action.objects.ahead(now)
        .run_by(user)
        .annotate(
            is_private=Exists(cases.exclude(publicity=Case.Publicity.YES)),
            is_over=Q(Exists(cases.filter(state__in=CaseState.CLOSED)), ~Exists(cases.open())),
        )
    )
    told = telling_strangers() & Q(is_private=True)
    for action in ahead.filter(told | Q(is_over=True)):
        if action.is_over:
            rank = SOON
            text = _("The fight it is for has ended. Call it off, or say what it is for now.")
        else:
            rank, text = URGENT, _("It may not be made public any more.")
        url = reverse("cancel_action", args=[action.public_id])
        yield Item(rank, action.title, text, _("Cancel this action"), url)
