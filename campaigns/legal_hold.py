"""A legal hold: from the first letter of a lawyer on, nothing of the case is deleted.

One person of the team sets it. To end it one asks and another agrees, so that nobody alone can
make papers go that a court may ask for.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import Case, Event, LegalHold, User
from campaigns.models.log import record


class HoldRefused(Exception):
    """Nothing was written. The text of the exception is a sentence for the person."""


def standing(case: Case) -> LegalHold | None:
    holds = LegalHold.objects.standing().filter(case=case)
    return holds.select_related("set_by", "lift_asked_by").first()


def why_not_deleted(case: Case) -> str:
    """Return why nothing of a locked case may be deleted now, or an empty string."""
    if case.legal_hold_since is None:
        return ""
    return _("There is a legal hold on this case. Nothing of it may be deleted.")


def place(case: Case, *, by: User, reason: str, now: dt.datetime) -> LegalHold:
    """Set the hold. Where there is one already it stays as it is."""
    with _locked(case) as locked:
        if hold := standing(locked):
            return hold
        if locked.forgotten_at:
            raise HoldRefused(_("It is too late: names, story and files were deleted already."))
        hold = LegalHold.objects.create(case=locked, reason=reason, set_by=by, set_at=now)
        hold.read_by.add(by)
        Case.objects.filter(pk=case.pk).update(legal_hold_since=now)
        record(locked, Event.LEGAL_HOLD, by=by, note=reason)
    return hold


def ask_to_lift(case: Case, *, by: User, reason: str, now: dt.datetime) -> None:
    """Ask the others of the team to end the hold. It stands until one of them agrees."""
    with _locked(case) as locked:
        hold = _required(locked)
        if hold.lift_asked_at is not None:
            raise HoldRefused(_("Somebody has asked for that already. Another person decides."))
        asked = {"lift_asked_by": by, "lift_asked_at": now, "lift_reason": reason}
        LegalHold.objects.filter(pk=hold.pk).update(**asked)
        record(locked, Event.LEGAL_HOLD_ASKED, by=by, note=reason)


def lift(case: Case, *, by: User, now: dt.datetime) -> None:
    """Agree that the hold ends. Whoever asked for it cannot agree to it."""
    with _locked(case) as locked:
        hold = _asked(locked)
        if hold.lift_asked_by_id in (None, by.pk):
            raise HoldRefused(_("You asked for it yourself. Somebody else of the team agrees."))
        LegalHold.objects.filter(pk=hold.pk).update(lifted_by=by, lifted_at=now)
        Case.objects.filter(pk=case.pk).update(legal_hold_since=None)
        record(locked, Event.LEGAL_HOLD_LIFTED, by=by, note=hold.lift_reason)


def keep(case: Case, *, by: User) -> None:
    """Answer that the hold stays. Also for whoever asked and thinks better of it."""
    with _locked(case) as locked:
        hold = _asked(locked)
        nobody = {"lift_asked_by": None, "lift_asked_at": None, "lift_reason": ""}
        LegalHold.objects.filter(pk=hold.pk).update(**nobody)
        record(locked, Event.LEGAL_HOLD_KEPT, by=by)


def note_read(case: Case, *, by: User) -> None:
    """Note that `by` knows of the hold; Today asks everybody on the team until they do."""
    for hold in LegalHold.objects.standing().filter(case=case):
        hold.read_by.add(by)


@contextmanager
def _locked(case: Case) -> Iterator[Case]:
    with transaction.atomic():
        yield Case.objects.select_for_update(of=("self",)).get(pk=case.pk)


def _required(case: Case) -> LegalHold:
    hold = standing(case)
    if hold is None:
        raise HoldRefused(_("There is no legal hold on this case."))
    return hold


def _asked(case: Case) -> LegalHold:
    hold = _required(case)
    if hold.lift_asked_at is None:
        raise HoldRefused(_("Nobody has asked to end the legal hold."))
    return hold
