"""What a new network does first. What is done is read from the data: nobody keeps ticks."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.first_day import PEOPLE
from campaigns.models import Case, Duty, Group, HandbookPage, Invitation, Place, User
from escalation.models import TreeEntry
from letters.models import LetterText


@dataclass(frozen=True)
class Thing:
    """One thing to do. `found` says in words what is there already."""

    title: str
    text: str
    url: str
    label: str
    is_done: bool = False
    found: str = ""


def first_things(group: Group, *, now: dt.datetime) -> list[Thing]:
    """Return what a network cannot do without, in the order in which it is done."""
    return [_letterhead(group), _invite(now), _duty(group.local_date(now)), _share()]


def _letterhead(group: Group) -> Thing:
    return Thing(
        _("Letterhead"),
        _("Where a target can answer you: an address, and a phone or an e-mail."),
        reverse("first_day_step", args=["letterhead"]),
        _("Go to the letterhead"),
        is_done=bool(group.address and (group.phone or group.email)),
    )


def _invite(now: dt.datetime) -> Thing:
    people = User.objects.active().count()
    return Thing(
        _("Be three"),
        _(
            "A case needs a team of two, and a letter needs the yes of somebody who did not write "
            "it. Invite two more organizers."
        ),
        reverse("invite"),
        _("Invite somebody"),
        is_done=people >= PEOPLE,
        found=" ".join(_how_many(people, now)),
    )


def _how_many(people: int, now: dt.datetime) -> Iterator[str]:
    yield ngettext("%(n)d person has an account.", "%(n)d people have an account.", people) % {
        "n": people
    }
    open_ones = Invitation.objects.open(now)
    if there := open_ones.count():
        text = ngettext(
            "%(n)d invitation is on its way.", "%(n)d invitations are on their way.", there
        )
        yield text % {"n": there}
    if open_ones.filter(needs_second=True, seconded_by=None).exists():
        yield _("One waits for the yes of another organizer, who gives it under People.")


def _duty(today: dt.date) -> Thing:
    return Thing(
        _("Intake duty"),
        _("Somebody reads what people tell you, and calls them. For seven days at most."),
        reverse("duty", args=[Duty.Kind.INTAKE]),
        _("Go to intake duty"),
        is_done=Duty.objects.held_on(today).filter(kind=Duty.Kind.INTAKE).exists(),
    )


def _share() -> Thing:
    told = Case.objects.count()
    found = ngettext("%(n)d person has told you.", "%(n)d people have told you.", told)
    return Thing(
        _("The link for people who are owed something"),
        _("Send it around, and hang up the poster. Whoever opens it needs no account."),
        reverse("share_intake"),
        _("Link and poster"),
        is_done=told > 0,
        found=found % {"n": told} if told else "",
    )


def later_things(group: Group) -> list[Thing]:
    """Return what can wait until there is a quiet evening."""
    return [
        Thing(
            _("Texts of your letters"),
            _("Read them once together. You can change every word."),
            reverse("letter_texts"),
            _("Read the texts"),
            is_done=LetterText.objects.exists(),
        ),
        Thing(
            _("How you do it"),
            _("Pages for whoever comes new. They are there, and yours to change."),
            reverse("handbook"),
            _("Read the pages"),
            is_done=HandbookPage.objects.exists(),
        ),
        Thing(
            _("People you know"),
            _("Take the phone tree over from a spreadsheet. You see each line before it is kept."),
            reverse("import_people"),
            _("Take people over"),
            is_done=TreeEntry.objects.exists(),
        ),
        Thing(
            _("Places you refer people to"),
            _("A clinic, a shelter, a law office: for what you cannot do."),
            reverse("places"),
            _("Write the list"),
            is_done=Place.objects.exists(),
        ),
        Thing(
            _("Rules of your place"),
            _("Choose whose law you live under. What it may add stands beside each case."),
            reverse("settings"),
            _("Choose the law"),
            is_done=bool(group.jurisdiction),
        ),
    ]
