"""Duties that go round, and what people carry who are away, for Today."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns import duties
from campaigns.duties import Standing
from campaigns.models import Duty, User
from campaigns.wording import date_in_words
from escalation import taking_over
from escalation.todo_item import LATER, SOON, Item


def items(user: User, now: dt.datetime) -> Iterator[Item]:
    today = timezone.localdate(now)
    used, _others = duties.standing(today)
    for standing in used:
        yield from _ending(standing, user, today)
    if user.is_organizer:
        yield from _held_by_too_few([one for one in used if not one.ending(today)])
        yield from _offered(user, now)


def _ending(standing: Standing, user: User, today: dt.date) -> Iterator[Item]:
    """Remind the holder, and ask the others where fewer than two would be left."""
    ending, about = standing.ending(today), standing.label.capitalize()
    page = reverse("duty", args=[standing.kind])
    for duty in ending:
        if duty.user_id == user.pk:
            text = _("Your turn ends on %(day)s. Write down what is open, or go on.")
            yield Item(SOON, about, text % {"day": _day(duty)}, _("Pass it on"), page)
            return
    is_mine = any(duty.user_id == user.pk for duty in standing.held)
    if ending and user.is_organizer and not is_mine and not standing.goes_on(today):
        text = _("%(name)s does it until %(day)s. Who takes it over?")
        yield Item(
            LATER,
            about,
            text % {"name": ending[0].user, "day": _day(ending[0])},
            _("I will take it"),
            reverse("hold_duty", args=[standing.kind]),
            is_done_here=True,
            also_label=_("What it is"),
            also_url=page,
        )


def _day(duty: Duty) -> str:
    return date_in_words(duty.until_date, year=False)


def _held_by_too_few(used: list[Standing]) -> Iterator[Item]:
    """Name the duties fewer than two people do. Of intake Today says so when nobody does it: it
    changes hands each week. Of what ends soon it asks already who takes it over."""
    few = [one.label for one in used if one.too_few and one.kind != Duty.Kind.INTAKE]
    if few:
        text = _("Fewer than two people do this: %(duties)s.") % {"duties": ", ".join(few)}
        yield Item(LATER, _("Duties"), text, _("See the duties"), reverse("duties"))


def _offered(user: User, now: dt.datetime) -> Iterator[Item]:
    page = reverse("who_carries_what")
    for offered in taking_over.offered_to(user, now=now):
        text = _("Takes a break.") if offered.person.is_active else _("Has left.")
        what = ngettext(
            "%(n)s thing needs somebody else.",
            "%(n)s things need somebody else.",
            offered.number,
        )
        url = f"{page}#of-{offered.person.pk}"
        text = f"{text} {what % {'n': offered.number}}"
        yield Item(SOON, offered.person.name, text, _("See what you could take"), url)
