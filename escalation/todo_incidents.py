"""Incidents that wait for somebody, as Today shows them to the team."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import User
from escalation.models import Incident
from escalation.todo_item import SOON, URGENT, Item


def items(user: User, now: dt.datetime) -> Iterator[Item]:
    """Yield each incident nobody followed up, or whose day to look again has come."""
    today = timezone.localdate(now)
    rows = Incident.objects.of_team(user).opened_to(user).waiting(today).select_related("case")
    for row in rows.order_by("-severity", "happened_at", "pk"):
        case = row.case
        is_new = row.followed_up_at is None
        text = _("They hit back: %(kind)s.") if row.is_bad else _("Noted: %(kind)s.")
        if not is_new:
            text = _("You wanted to look at it again: %(kind)s.")
        yield Item(
            URGENT if is_new and row.is_bad else SOON,
            f"{case.reference} · {case.title or case.get_kind_display()}",
            text % {"kind": row.get_kind_display()},
            _("Say what was done"),
            reverse("follow_up_incident", args=[case.reference, row.pk]),
        )
