"""What has a day: deadlines, days in court, meetings, actions, payments due, for one person.

Each source is one query, however many rows it has. A day is a day of the network's calendar.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseState, Duty, InitialMeeting, User
from campaigns.models.cases import CaseQuerySet
from campaigns.wording import money
from escalation.models import Action, Incident, Instalment, Meeting, Task

DAYS_SHOWN = 120


@dataclass(frozen=True, order=True)
class Entry:
    """One thing on a day; `at` is the moment, where it has an hour."""

    day: dt.date
    hour: str
    text: str
    about: str
    url: str


def entries_for(user: User, *, now: dt.datetime, currency: str) -> list[Entry]:
    """Return what is ahead for `user`, by day: of their own cases all, of others nothing."""
    today = timezone.localdate(now)
    span = (today, today + dt.timedelta(days=DAYS_SHOWN))
    own = Case.objects.of_team(user).open()
    found = [
        *_of_cases(own),
        *_first_meetings(own, now),
        *_hearings(own, now),
        *_payments_due(own, currency),
        *_tasks(user, own),
        *_duties(user, today),
        *_meetings(user, now),
        *_actions(user, now),
    ]
    return sorted(entry for entry in found if span[0] <= entry.day <= span[1])


def _entry(moment: dt.datetime | dt.date, text: str, about: str, url: str) -> Entry:
    if isinstance(moment, dt.datetime):
        local = timezone.localtime(moment)
        return Entry(local.date(), f"{local:%H:%M}", text, about, url)
    return Entry(moment, "", text, about, url)


def _about(case: Case) -> str:
    return f"{case.reference} · {case.title or case.get_kind_display()}"


def _of_cases(own: CaseQuerySet) -> Iterator[Entry]:
    """Yield the days a case itself carries."""
    for case in own:
        about, url = _about(case), case.get_absolute_url()
        if case.state == CaseState.CLOCK_RUNNING and case.deadline_at:
            yield _entry(case.deadline_at, _("The deadline ends"), about, url)
        if case.state == CaseState.ON_HOLD and case.hold_review_on:
            yield _entry(case.hold_review_on, _("Look at it again"), about, url)
        if case.queue_check_on:
            yield _entry(case.queue_check_on, _("Ask whether they still want it"), about, url)


def _first_meetings(own: CaseQuerySet, now: dt.datetime) -> Iterator[Entry]:
    rows = InitialMeeting.objects.filter(case__in=own, held_on=None, at__gte=now)
    for meeting in rows.select_related("case"):
        case = meeting.case
        yield _entry(meeting.at, _("First meeting"), _about(case), case.get_absolute_url())


def _hearings(own: CaseQuerySet, now: dt.datetime) -> Iterator[Entry]:
    """Yield days in court and days to answer by. The whole team needs the day; what the paper says
    stands in the incident, which only those named for legal papers open."""
    rows = Incident.objects.filter(case__in=own, closed_at=None).filter(
        Q(hearing_at__gte=now) | Q(due_on__gte=timezone.localdate(now))
    )
    for incident in rows.select_related("case"):
        about = _about(incident.case)
        url = reverse("incidents", args=[incident.case.reference])
        if incident.hearing_at:
            yield _entry(incident.hearing_at, _("Day in court"), about, url)
        if incident.due_on:
            yield _entry(incident.due_on, _("Answer to a paper is due"), about, url)


def _payments_due(own: CaseQuerySet, currency: str) -> Iterator[Entry]:
    rows = Instalment.objects.filter(
        agreement__struck_at=None,
        agreement__offer__case__in=own,
        agreement__offer__case__state=CaseState.AGREED,
        events=None,
    )
    for part in rows.select_related("agreement__offer__case"):
        case = part.agreement.offer.case
        text = _("%(sum)s is due") % {"sum": money(part.amount, currency)}
        yield _entry(part.due_on, text, _about(case), reverse("case_money", args=[case.reference]))


def _tasks(user: User, own: CaseQuerySet) -> Iterator[Entry]:
    mine = Task.objects.open().filter(due_on__isnull=False)
    mine = mine.filter(Q(owner=user) | Q(owner=None, case__in=own))
    for task in mine.select_related("case"):
        about = _about(task.case) if task.case else _("Task")
        yield _entry(task.due_on, task.what, about, reverse("today"))


def _duties(user: User, today: dt.date) -> Iterator[Entry]:
    for duty in Duty.objects.held_on(today).filter(user=user):
        about, url = duty.get_kind_display().capitalize(), reverse("duty", args=[duty.kind])
        yield _entry(duty.until_date, _("Your turn ends"), about, url)


def _meetings(user: User, now: dt.datetime) -> Iterator[Entry]:
    for meeting in Meeting.objects.filter(at__gte=now):
        yield _entry(meeting.at, _("Meeting"), meeting.place, reverse("meetings"))


def _actions(user: User, now: dt.datetime) -> Iterator[Entry]:
    for action in Action.objects.visible_to(user).ahead(now).distinct():
        url = reverse("action", args=[action.public_id])
        yield _entry(action.starts_at, action.title, action.area, url)
