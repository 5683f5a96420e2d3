"""People who signed up and whom no e-mail reached: somebody has to call them."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import User
from escalation.models import Action, OutboxMessage
from escalation.todo_item import URGENT, Item


def items(user: User, now: dt.datetime) -> Iterator[Item]:
    """Yield the actions ahead, also the cancelled ones, that `user` leads."""
    failed = Q(messages__status__in=OutboxMessage.Status.not_reached())
    failed &= Q(messages__sign_up__isnull=False)
    led = Action.objects.filter(leads=user, ends_at__gt=now)
    people = Count("messages__sign_up", filter=failed, distinct=True)
    for action in led.annotate(not_reached=people).filter(not_reached__gt=0):
        text = ngettext(
            "%(n)s person could not be written to. Call them.",
            "%(n)s people could not be written to. Call them.",
            action.not_reached,
        )
        yield Item(
            URGENT,
            action.title,
            text % {"n": action.not_reached},
            _("We called them"),
            reverse("note_called", args=[action.public_id]),
            is_done_here=True,
            also_label=_("See who"),
            also_url=reverse("contacts", args=[action.public_id]),
        )
