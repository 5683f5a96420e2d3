"""What the actions somebody leads ask of them: announce, decide, find people, say how it went."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import User
from campaigns.wording import date_in_words
from escalation.models import Action
from escalation.models.actions import NEVER_TOLD
from escalation.todo_item import SOON, URGENT, Item

DAYS_AHEAD = 7
State = Action.State
LED_ON = (State.DRAFT, *State.on(), State.POSTPONED, State.HELD)
OFF = (State.POSTPONED, State.CANCELLED)


def led(user: User, now: dt.datetime) -> Iterator[Item]:
    """Yield an item for each action `user` leads that needs something before the week is over."""
    soon = now + dt.timedelta(days=DAYS_AHEAD)
    led_on = Q(state__in=LED_ON, starts_at__lte=soon)
    is_off = ~NEVER_TOLD & Q(state__in=OFF, starts_at__gt=now)
    for action in Action.objects.filter(led_on | is_off, leads=user).with_turnout():
        if action.state in OFF and action.starts_at > now and action.by_phone:
            yield _to_tell(action)
        if asked := _asked(action, now):
            rank, text, label, url = asked
            yield Item(rank, action.title, text, label, url)


def _to_tell(action: Action) -> Item:
    """No e-mail tells who left a phone only, and they would stand there alone."""
    text = ngettext(
        "%(when)s. It does not take place then. %(n)s person left only a phone: tell them.",
        "%(when)s. It does not take place then. %(n)s people left only a phone: tell them.",
        action.by_phone,
    )
    when = date_in_words(action.starts_at, with_time=True, year=False)
    words = {"when": when, "n": action.by_phone}
    return Item(URGENT, action.title, text % words, _("See who"), _address("contacts", action))


def _asked(action: Action, now: dt.datetime) -> tuple[int, str, str, str] | None:
    if action.state == State.CANCELLED:
        return None
    when = date_in_words(action.starts_at, with_time=True, year=False)
    is_today = timezone.localdate(action.starts_at) <= timezone.localdate(now)
    rank = URGENT if is_today else SOON
    if action.state == State.POSTPONED:
        text = _("It is postponed. People wait for the new time.")
        return SOON, text, _("Set the new time"), _address("set_new_time", action)
    if action.state == State.HELD or action.ends_at < now:
        text, label, name = _("It is over."), _("Say how it went"), "close_action"
    elif action.state == State.DRAFT:
        text, label, name = _("It is not announced yet."), _("Look at it again"), "action"
    elif action.is_to_be_decided(now):
        text = _("%(yes)s said yes, it takes %(least)s at least. Does it go ahead?") % {
            "yes": action.yes,
            "least": action.minimum,
        }
        url = f"{_address('action', action)}#decide"
        return URGENT, f"{when}. {text}", _("Decide"), url
    elif action.yes >= action.needed and not is_today:
        return None  # enough people come: nothing is left to do before the day
    else:
        text = _("%(yes)s said yes, %(needed)s needed.") % {
            "yes": action.yes,
            "needed": action.needed,
        }
        label, name = _("Open the roster"), "roster"
    return rank, f"{when}. {text}", label, _address(name, action)


def _address(name: str, action: Action) -> str:
    return reverse(name, args=[action.public_id])
