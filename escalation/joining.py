"""Make two rows of one person one: what one of them did or has is not lost with the other."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from escalation import places, roster
from escalation.models import Action, ActionRole, Favour, SignUp
from escalation.places import SignUpRefused

# What the row that goes fills in where the one that stays has nothing.
FILLED = ["user_id", "person_id", "phone", "email", "phone_key", "email_key", "needs", "offers"]
WRITTEN = [
    *(name.removesuffix("_id") for name in FILLED),
    *("contact_key", "is_walk_in", "answer", "guests", "confirmed_at"),
    *roster.WRITTEN,
    *("role", "waits_for", "line_number", "moved_up_at"),
]
_STRENGTH = [SignUp.Answer.NO, SignUp.Answer.MAYBE, SignUp.Answer.YES]


def join(action: Action, *, keep: int, other: int, now: dt.datetime) -> SignUp:
    """Let the row numbered `keep` stand for both, with its private link. The other row goes.

    Having come wins, and the stronger answer. A place is kept; a second one is free for others.
    """
    with transaction.atomic():
        places.lock_roles(action)
        rows = action.sign_ups.select_for_update().filter(pk__in=[keep, other]).order_by("pk")
        found = {row.pk: row for row in rows}
        if len(found) < 2:
            raise SignUpRefused(_("Choose two different people of this list."))
        stays, goes = found[keep], found[other]
        if stays.user_id and goes.user_id:
            raise SignUpRefused(_("Both have an account of their own. They stay two."))
        _bring_together(stays, goes)
        _keep_one_place(stays, goes)
        kinds = list(stays.favours.values_list("kind", flat=True))
        Favour.objects.filter(sign_up=goes).exclude(kind__in=kinds).update(sign_up=stays)
        goes.delete()  # first, since no two rows may share a phone, an e-mail or a number
        stays.save(update_fields=WRITTEN)
        if not action.refusal(now):
            places.move_up(action, now=now)
    return stays


def _bring_together(stays: SignUp, goes: SignUp) -> None:
    if goes.user_id or stays.is_walk_in:
        stays.contact_key = goes.contact_key
    for name in FILLED:
        if not getattr(stays, name):
            setattr(stays, name, getattr(goes, name))
    is_marked = stays.came or stays.how
    if (goes.came and not stays.came) or (goes.how and not is_marked):
        for name in roster.WRITTEN:
            setattr(stays, name, getattr(goes, name))
    stays.confirmed_at = max(filter(None, (stays.confirmed_at, goes.confirmed_at)), default=None)
    stays.is_walk_in = stays.is_walk_in and goes.is_walk_in
    stays.answer = max(stays.answer, goes.answer, key=_STRENGTH.index)
    stays.guests = max(stays.guests, goes.guests)


def _keep_one_place(stays: SignUp, goes: SignUp) -> None:
    """Keep a place of the two, else the better number of the two on a list."""
    if stays.role_id and goes.role_id:
        ActionRole.objects.filter(pk=goes.role_id).update(taken=F("taken") - 1)
    elif goes.role_id:
        stays.role_id, stays.moved_up_at = goes.role_id, goes.moved_up_at
    if stays.role_id and stays.waits_for_id in (None, stays.role_id):
        stays.waits_for_id = stays.line_number = None
    elif goes.waits_for_id and stays.waits_for_id in (None, goes.waits_for_id):
        numbers = [row.line_number for row in (stays, goes) if row.waits_for_id]
        stays.waits_for_id, stays.line_number = goes.waits_for_id, min(numbers)
