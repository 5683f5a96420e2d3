"""Calendar files: one action with what its page tells, or a person's dates that tell nothing.

A calendar lies open on phones, on other people's servers and on shared screens. So a private feed
says only that something is on; where, why and with whom stand behind the link.
"""

import datetime as dt
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration

from campaigns.models import Group, User
from campaigns.models.people import token_hash
from escalation.models import Action, CalendarFeed, Meeting, SignUp

# At its old time nothing takes place, so a phone must not lead anybody there: also a postponed one
# is cancelled in a calendar. With its new time the same event, by its UID, is confirmed again.
OFF = (Action.State.POSTPONED, Action.State.CANCELLED)
PAST_DAYS, AHEAD_DAYS = 7, 60
ASK_AGAIN_AFTER = dt.timedelta(hours=4)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing in a calendar. `sequence` grows with each change, so that the newest one counts."""

    key: str
    summary: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    url: str
    sequence: int
    place: str = ""
    is_cancelled: bool = False
    note: str = ""


def of_action(action: Action, *, group: Group, now: dt.datetime) -> bytes:
    """Return the file of one action: what everybody with its link may know, and no more.

    The exact meeting point is never in it: a calendar would keep it for ever.
    """
    return _as_file([_entry(action, summary=action.title, place=action.area)], group, now)


def of_person(user: User, *, group: Group, now: dt.datetime) -> bytes:
    """Return the actions somebody said yes or maybe to or leads, and the meetings of the group."""
    since, until = now - dt.timedelta(days=PAST_DAYS), now + dt.timedelta(days=AHEAD_DAYS)
    coming = SignUp.objects.filter(user=user).exclude(answer=SignUp.Answer.NO)
    own = Action.objects.announced().filter(
        Q(leads=user) | Q(pk__in=coming.values("action")), ends_at__gte=since, starts_at__lt=until
    )
    entries = [_entry(action, summary=_("Action")) for action in own.distinct()]
    entries += _meetings(since, until)
    return _as_file(entries, group, now)


def _entry(action: Action, *, summary: str, place: str = "") -> Entry:
    is_public = action.audience == Action.Audience.PUBLIC
    return Entry(
        key=f"action-{action.public_id}",
        summary=summary,
        starts_at=action.starts_at,
        ends_at=action.ends_at,
        url=_url("action_page" if is_public else "action", action.public_id),
        sequence=action.version,
        place=place,
        is_cancelled=action.state in OFF,
        note=_("It goes ahead.") if action.state == Action.State.GO else "",
    )


def _meetings(since: dt.datetime, until: dt.datetime) -> Iterator[Entry]:
    for meeting in Meeting.objects.filter(at__gte=since, at__lt=until):
        yield Entry(
            key=f"meeting-{meeting.pk}",
            summary=_("Meeting"),
            starts_at=meeting.at,
            ends_at=meeting.at + dt.timedelta(hours=2),
            url=_url("meeting", meeting.pk),
            sequence=meeting.version,
        )


def _url(name: str, *args: object) -> str:
    return settings.SITE_URL + reverse(name, args=args)


def _as_file(entries: Iterable[Entry], group: Group, now: dt.datetime) -> bytes:
    """Write the entries in the network's zone, whose rules for summer time go into the file."""
    calendar = Calendar()
    calendar.add("prodid", "-//Owed//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", group.name)
    calendar.add("refresh-interval", vDuration(ASK_AGAIN_AFTER), parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry, group.zone, now))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _event(entry: Entry, zone: dt.tzinfo, now: dt.datetime) -> Event:
    event = Event()
    event.add("uid", f"{entry.key}@{settings.SITE_HOST}")
    event.add("dtstamp", now.astimezone(dt.UTC))
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.starts_at.astimezone(zone))
    event.add("dtend", entry.ends_at.astimezone(zone))
    event.add("summary", entry.summary)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("url", entry.url)
    event.add("description", f"{entry.note}\n{entry.url}" if entry.note else entry.url)
    if entry.place:
        event.add("location", entry.place)
    return event


def make_feed(user: User, *, today: dt.date) -> str:
    """Give `user` a new private address and return its secret. The one before ends with it."""
    token = secrets.token_urlsafe(16)
    with transaction.atomic():
        CalendarFeed.objects.filter(user=user).delete()
        CalendarFeed.objects.create(user=user, token_hash=token_hash(token), read_on=today)
    return token


def feed_of(user: User) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(user=user).first()


def end_feed(user: User) -> None:
    CalendarFeed.objects.filter(user=user).delete()


def note_read(feed: CalendarFeed, *, today: dt.date) -> None:
    """Remember the day a calendar asked, so that an address nobody uses comes to an end."""
    if feed.read_on != today:
        CalendarFeed.objects.filter(pk=feed.pk, read_on__lt=today).update(read_on=today)
