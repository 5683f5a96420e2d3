"""What the network keeps about whoever is logged in, for their own eyes.

It shows what hangs on their account. Of a case they may not open it names no number: that they
stand in a paper does not open the fight of others.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Case, Duty, LogEntry, Person, TeamMembership, User
from campaigns.wording import date_in_words
from escalation import phone_tree
from escalation.models import (
    CalendarFeed,
    Call,
    Caller,
    Incident,
    MailChoice,
    MailWish,
    OutboxMessage,
    SignUp,
    Tactic,
    Task,
    TreeEntry,
)


@dataclass(frozen=True)
class Section:
    """A table: a key for the download, a heading, the names of its columns, and its rows."""

    key: str
    heading: str
    columns: list[str]
    rows: list[list[str]]

    @property
    def labelled_rows(self) -> list[list[tuple[str, str]]]:
        """Return each row as (column, cell): on a phone every cell says what it is."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


def about(user: User) -> list[Section]:
    """Return all of it, section by section, in a fixed number of queries."""
    return [
        Section("account", _("Your account"), [_("What"), _("Kept")], list(_account(user))),
        Section(
            "teams",
            _("Teams you are or were on"),
            [_("Case"), _("From"), _("Until"), _("Opens legal papers")],
            list(_teams(user)),
        ),
        Section(
            "duties",
            _("Duties"),
            [_("Duty"), _("From"), _("Until"), _("You wrote for the next one")],
            list(_duties(user)),
        ),
        Section("tasks", _("Tasks"), [_("Task"), _("By"), _("Done")], list(_tasks(user))),
        Section(
            "sign_ups",
            _("Actions you answered for"),
            [_("Action"), _("Day"), _("You said"), _("With it"), _("You came")],
            list(_sign_ups(user)),
        ),
        Section(
            "calls",
            _("Calls before an action"),
            [_("Action"), _("Day"), _("What"), _("What came of it")],
            [*_calls_to(user), *_calls_by(user)],
        ),
        Section(
            "messages",
            _("E-mails about actions"),
            [_("Action"), _("What"), _("Kept")],
            list(_messages(user)),
        ),
        Section(
            "incidents",
            _("Incidents that name you"),
            [_("Day"), _("What"), _("Case")],
            list(_incidents(user)),
        ),
        Section("log", _("Your name in timelines"), [_("What"), _("Kept")], [_entries(user)]),
    ]


def _account(user: User) -> Iterator[list[str]]:
    yield [_("Name"), user.name]
    yield [_("E-mail"), user.email]
    yield [_("Part"), str(user.get_role_display())]
    if user.language:
        yield [_("Language"), str(user.get_language_display())]
    yield [_("Joined"), _day(user.joined_at)]
    yield [_("E-mails about actions"), str(MailWish(MailChoice.of(user)).label)]
    if phone_tree.is_off(user):
        yield [_("Calls before an action"), _("You want none")]
    if feed := CalendarFeed.objects.filter(user=user).first():
        yield [_("Private calendar address since"), _day(feed.made_at)]
    if user.rests_since:
        yield [_("Break since"), _day(user.rests_since)]
        yield [_("Break until"), _day(user.rests_until)]
    if person := user.person:
        yield [_("Known as"), str(person)]
        for label, value in (
            (_("Phone"), person.phone),
            (_("E-mail"), person.email),
            (_("Other way to reach you"), person.messenger),
        ):
            if value:
                yield [label, value]
        yield from _on_phone_tree(person)


def _on_phone_tree(person: Person) -> Iterator[list[str]]:
    entry = TreeEntry.objects.filter(person=person).first()
    if entry is None:
        return
    yield [_("On the phone tree since"), _day(entry.since)]
    kinds = ", ".join(str(Tactic(kind).label) for kind in entry.not_kinds)
    for label, value in (
        (_("Part of town"), entry.area),
        (_("What is needed to come"), entry.logistics),
        (_("Good times to call"), person.good_times),
        (_("Not for these kinds of action"), kinds),
        (_("Not where security or police may come"), entry.no_risk and _yes(True)),
    ):
        if value:
            yield [label, value]


def _teams(user: User) -> Iterator[list[str]]:
    rows = TeamMembership.objects.filter(user=user).select_related("case").order_by("since", "pk")
    for row in rows:
        left = _day(row.left_at)
        yield [row.case.reference, _day(row.since), left, _yes(row.sees_legal and not left)]


def _duties(user: User) -> Iterator[list[str]]:
    for duty in Duty.objects.filter(user=user).order_by("from_date", "pk"):
        days = [_day(duty.from_date), _day(duty.until_date)]
        yield [str(duty.get_kind_display()), *days, duty.note]


def _tasks(user: User) -> Iterator[list[str]]:
    for task in Task.objects.filter(owner=user).order_by("pk"):
        yield [task.what, _day(task.due_on), _day(task.done_at)]


def _sign_ups(user: User) -> Iterator[list[str]]:
    """Yield what they said themselves or on the phone."""
    rows = SignUp.objects.filter(_is_theirs(user)).prefetch_related("favours")
    rows = rows.select_related("action", "role", "waits_for")
    for row in rows.order_by("action__starts_at", "pk"):
        came = "" if row.came is None else _yes(row.came)
        came = ", ".join(word for word in (came, row.how and str(row.get_how_display())) if word)
        answer, said = str(row.get_answer_display()), "; ".join(filter(None, _with_it(row)))
        yield [row.action.title, _day(row.action.starts_at), answer, said, came]


def _is_theirs(user: User, path: str = "") -> Q:
    """Return the condition that a sign-up is of the account, or of the person it belongs to."""
    mine = Q(**{f"{path}user": user})
    return mine | Q(**{f"{path}person": user.person_id}) if user.person_id else mine


def _with_it(row: SignUp) -> Iterator[str]:
    yield str(row.role or "")
    if row.waits_for:
        yield f"{row.waits_for}: {_('full, you are on its list')}"
    yield row.guests_in_words
    for favour in row.favours.all():
        words = (str(favour.get_side_display()), str(favour), favour.about)
        yield " ".join(word for word in words if word)
    yield row.needs
    yield row.offers


def _calls_to(user: User) -> Iterator[list[str]]:
    theirs = _is_theirs(user, "sign_up__")
    if user.person_id:
        theirs |= Q(person=user.person_id)
    rows = Call.objects.filter(theirs).select_related("action").order_by("action__starts_at", "pk")
    for row in rows:
        outcome = str(row.get_outcome_display())
        yield [row.action.title, _day(row.action.starts_at), _("You are called"), outcome]


def _calls_by(user: User) -> Iterator[list[str]]:
    rows = Caller.objects.filter(user=user).select_related("action")
    for row in rows.order_by("action__starts_at", "pk"):
        left = _("You handed this list back. Thank you.") if row.left_at else ""
        yield [row.action.title, _day(row.action.starts_at), _("You call others"), left]


def _messages(user: User) -> Iterator[list[str]]:
    rows = OutboxMessage.objects.filter(Q(user=user) | Q(sign_up__user=user))
    for row in rows.select_related("action").order_by("pk"):
        status = str(row.get_status_display())
        yield [row.action.title, str(row.get_kind_display()), status]


def _incidents(user: User) -> Iterator[list[str]]:
    opened = set(Case.objects.opened_to(user).values_list("pk", flat=True))
    rows = Incident.objects.filter(named=user).select_related("case")
    for row in rows.order_by("happened_at", "pk"):
        where = row.case.reference if row.case_id in opened else _("a case of another team")
        yield [_day(row.happened_at), str(row.get_kind_display()), where]


def _entries(user: User) -> list[str]:
    count = LogEntry.objects.filter(by=user).count()
    return [_("Entries that say you did something"), str(count)]


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")


def _day(value: dt.date | dt.datetime | None) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = timezone.localdate(value)
    return date_in_words(value)


def as_data(sections: Iterable[Section]) -> dict[str, Any]:
    """Return it for a JSON file: a list of rows for each section, each row by its columns."""
    return {section.key: [dict(row) for row in section.labelled_rows] for section in sections}


def as_rows(sections: Iterable[Section]) -> Iterator[list[str]]:
    """Yield it for a table file: each row begins with the section it is of."""
    for section in sections:
        yield [section.heading, *section.columns]
        for row in section.rows:
            yield [section.heading, *row]
