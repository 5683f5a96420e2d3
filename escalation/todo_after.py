"""What is left to do after an action, as Today shows it to those who run it: thanks, and asking
somebody who comes again."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import User
from escalation import member_asks, thanks
from escalation.models import Action, OptOut, SignUp
from escalation.models.sign_ups import GONE
from escalation.todo_item import LATER, Item

# More than a few at once is a list of people, and nobody asks anybody from a list.
ASKS_SHOWN = 3


def items(user: User, now: dt.datetime) -> Iterator[Item]:
    yield from _to_thank(user, now)
    for row in member_asks.to_ask(user)[:ASKS_SHOWN]:
        yield Item(
            LATER,
            row.name,
            _("Has come to actions twice or more. Ask whether they want to be a member?"),
            _("See how"),
            reverse("ask_to_join", args=[row.pk]),
        )


def _to_thank(user: User, now: dt.datetime) -> Iterator[Item]:
    held = Action.objects.filter(
        leads=user, state__in=Action.State.over(), ends_at__gte=now - thanks.FOR
    )
    waiting = SignUp.objects.filter(
        action=OuterRef("pk"), came=True, user=None, email="", kind_word=None
    )
    waiting = waiting.exclude(phone="").exclude(contact_key__startswith=GONE)
    waiting = waiting.exclude(OptOut.objects.of_sign_up()).order_by().values("action")
    number = Subquery(waiting.annotate(n=Count("pk")).values("n"))
    for action in held.annotate(to_thank=number).filter(to_thank__gt=0):
        text = ngettext(
            "%(n)s person came and left only a phone number. Thank them by name.",
            "%(n)s people came and left only a phone number. Thank them by name.",
            action.to_thank,
        )
        yield Item(
            LATER,
            action.title,
            text % {"n": action.to_thank},
            _("Thank people"),
            reverse("thank_people", args=[action.public_id]),
        )
