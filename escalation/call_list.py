"""Whom to ask for an action: those who came to earlier ones of the same fight, or wanted to.

A roster is a call list for as long as the group keeps its names, a year at most. Nobody sees more
by it: each earlier roster counts only for whoever may open that one. Who wants no call any more,
takes a break or has left is on no list.
"""

import datetime as dt

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from campaigns.models import Case, User
from campaigns.models.people import at_hand
from escalation.models import Action, Call, OptOut, SignUp
from escalation.models.sign_ups import GONE


def people(action: Action, *, user: User, now: dt.datetime) -> list[SignUp]:
    """Return who is not on the list yet, each once, with the last action they came or said yes to.

    A case that grew out of another, or was merged with it, belongs to the same fight. Who is on
    the list of a caller is not asked by others too.
    """
    own = Case.objects.filter(actions=action)
    beside = Q(later_links__later__in=own) | Q(earlier_links__earlier__in=own)
    fights = Case.objects.filter(Q(pk__in=own) | beside | Q(merged_into__in=own))
    before = Action.objects.run_by(user).filter(cases__in=fights, ends_at__lt=now)
    wanted = Q(came=True) | Q(answer__in=(SignUp.Answer.YES, SignUp.Answer.MAYBE))
    rows = SignUp.objects.filter(wanted, action__in=before.exclude(pk=action.pk))
    rows = rows.exclude(contact_key__startswith=GONE).exclude(user=None, phone="", email="")
    here = at_hand(timezone.localdate(now), "user")
    rows = rows.exclude(OptOut.objects.of_sign_up()).filter(Q(user=None) | here)
    on_a_list = Call.objects.filter(
        action=action,
        contact_key=OuterRef("contact_key"),
        caller__isnull=False,
        caller__left_at=None,
    )
    rows = rows.exclude(Exists(on_a_list))
    asked = set(action.sign_ups.values_list("contact_key", flat=True))
    found: dict[str, SignUp] = {}
    for row in rows.select_related("action", "user").order_by("-action__starts_at", "name", "pk"):
        if row.contact_key not in asked:
            found.setdefault(row.contact_key, row)
    return sorted(found.values(), key=lambda row: row.name.casefold())
