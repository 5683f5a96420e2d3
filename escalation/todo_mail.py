"""People who signed up and whom no e-mail reached: somebody has to call them."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import User
from escalation import reminders
from escalation.models import Action, OutboxMessage
from escalation.todo_item import URGENT, Item

# What waits longer than this, by day, waits for a mail server or for a tick that nobody started.
PATIENCE = dt.timedelta(hours=1)


def items(user: User, now: dt.datetime) -> Iterator[Item]:
    """Yield the actions ahead, also the cancelled ones, that `user` leads."""
    failed = Q(messages__status__in=OutboxMessage.Status.not_reached())
    late = Q(messages__status=OutboxMessage.Status.WAITING, messages__due_at__lt=now - PATIENCE)
    counts = {"not_reached": _people(failed), "untold": _people(late)}
    by_day = not reminders.is_quiet(now - PATIENCE, timezone.get_current_timezone())
    led = Action.objects.filter(leads=user, ends_at__gt=now)
    for action in led.annotate(**counts).filter(Q(not_reached__gt=0) | Q(untold__gt=0)):
        if action.not_reached:
            yield _not_reached(action)
        if action.untold and by_day:
            yield _untold(action)


def _people(which: Q) -> Count:
    return Count("messages__sign_up", filter=which, distinct=True)


def _not_reached(action: Action) -> Item:
    text = ngettext(
        "%(n)s person could not be written to. Call them.",
        "%(n)s people could not be written to. Call them.",
        action.not_reached,
    )
    return Item(
        URGENT,
        action.title,
        text % {"n": action.not_reached},
        _("We called them"),
        reverse("note_called", args=[action.public_id]),
        is_done_here=True,
        also_label=_("See who"),
        also_url=reverse("contacts", args=[action.public_id]),
    )


def _untold(action: Action) -> Item:
    text = ngettext(
        "An e-mail to %(n)s person waits for over an hour: no mail leaves at the moment. Call "
        "them, and tell whoever runs the site.",
        "E-mails to %(n)s people wait for over an hour: no mail leaves at the moment. Call them, "
        "and tell whoever runs the site.",
        action.untold,
    )
    url = reverse("contacts", args=[action.public_id])
    return Item(URGENT, action.title, text % {"n": action.untold}, _("How to reach people"), url)
