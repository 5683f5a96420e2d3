"""People to call for an action, for whoever calls; and people nobody calls, for whoever leads."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import User
from campaigns.wording import date_in_words
from escalation.models import Action, Call
from escalation.todo_item import LATER, SOON, Item


def items(user: User, now: dt.datetime) -> Iterator[Item]:
    ahead = Action.objects.ahead(now)
    open_ones = Call.objects.filter(action__in=ahead.values("pk")).to_do(now)
    mine = open_ones.of(user).values("pk")
    called = Count("calls", filter=Q(calls__in=mine))
    for action in ahead.filter(callers__user=user).annotate(to_call=called).filter(to_call__gt=0):
        yield _mine(action)
    nobody = open_ones.of_nobody().values("pk")
    alone = Count("calls", filter=Q(calls__in=nobody))
    for action in ahead.filter(leads=user).annotate(alone=alone).filter(alone__gt=0):
        yield _nobody(action)


def _mine(action: Action) -> Item:
    text = ngettext(
        "You have %(n)s person to call for %(when)s.",
        "You have %(n)s people to call for %(when)s.",
        action.to_call,
    )
    when = date_in_words(action.starts_at, with_time=True, year=False)
    url = reverse("my_calls", args=[action.public_id])
    words = {"n": action.to_call, "when": when}
    return Item(SOON, action.title, text % words, _("Start calling"), url)


def _nobody(action: Action) -> Item:
    text = ngettext(
        "%(n)s person on the phone tree has no caller.",
        "%(n)s people on the phone tree have no caller.",
        action.alone,
    )
    url = reverse("call_round", args=[action.public_id])
    return Item(LATER, action.title, text % {"n": action.alone}, _("Ask somebody to call"), url)
