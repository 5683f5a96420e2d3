"""Moves of the letter, the delivery and the deadline."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import (
    Case,
    CaseState,
    Event,
    Group,
    Payment,
    Reason,
    User,
)
from campaigns.models.log import record
from escalation.models import CaseLifecycle, guards
from escalation.moving import MoveRefused, ask_as_it_is, moving
from letters.models import Delivery, Demand, Letter, deadline_for


def set_delivery(case: Case, *, by: User) -> None:
    """T12: the letter is final, the delivery is planned, how they may hit back is talked about."""
    with moving(case, "set_delivery", by=by):
        pass


def record_delivery(case: Case, *, by: User, **went: Any) -> Delivery:
    """T13: note how the demand was delivered. The deadline counts from `at`, not from a draft.

    `went` says how it went: at, place, handed_by, received_by, method, headcount, and if known
    who_went and note.
    """
    with moving(case, "start_clock", by=by, note=went.get("note", "")) as locked:
        delivery = _deliver(case, by=by, **went)
        locked.deadline_at, locked.deadline_extended = delivery.deadline_at, False
        if locked.protected_activity_on is None:  # from here on we watch whether they hit back
            locked.protected_activity_on = timezone.localdate(delivery.at)
        locked.wrote["delivery"] = delivery.pk
    return delivery


def deliver_again(case: Case, *, by: User, **went: Any) -> Delivery:
    """T22: a second letter went out, with a day of its own. The fight stays where it is.

    While the clock runs that day moves the deadline, and only ever later: who was promised a day
    gets that day. `went` is as for `record_delivery`.
    """
    with moving(case, "deliver_again", by=by, note=went.get("note", "")) as locked:
        ask_as_it_is(locked, "delivered")
        if locked.as_it_was["delivered"]:
            raise MoveRefused([_("This letter was delivered already. Draft the next version.")])
        delivery = _deliver(case, by=by, **went)
        if locked.state == CaseState.CLOCK_RUNNING and locked.deadline_at:
            locked.deadline_at = max(locked.deadline_at, delivery.deadline_at)
        locked.wrote["delivery"] = delivery.pk
    return delivery


def _deliver(
    case: Case,
    *,
    by: User,
    at: dt.datetime,
    place: str,
    handed_by: str,
    received_by: str,
    method: str,
    headcount: int,
    who_went: str = "",
    note: str = "",
) -> Delivery:
    letter = Letter.objects.light().demands().issued().filter(case=case).first()
    if letter is None:
        raise MoveRefused([_("There is no final letter to deliver.")])
    _was_true(case, at=at)
    group, days = Group.objects.get(pk=1), Demand.objects.current(case).deadline_days
    went = {
        "place": place,
        "handed_by": handed_by,
        "received_by": received_by,
        "method": method,
        "headcount": headcount,
        "who_went": who_went,
    }
    delivery = Delivery.objects.create(
        letter=letter,
        at=at,
        note=note,
        deadline_at=deadline_for(at, letter=letter, group=group, days=days),
        recorded_by=by,
        **went,
    )
    said = {"delivery": delivery.pk, "letter": letter.version, "at": at.isoformat()}
    record(case, Event.DELIVERED, by=by, note=note, **said, **went)
    return delivery


def _was_true(case: Case, *, at: dt.datetime) -> None:
    """Refuse a letter that asked for another sum than was owed on the day it went out.

    What came after that day is what the letter was for, also where it was noted first.
    """
    known = CaseLifecycle.objects.with_facts().get(pk=case.pk)
    here = Payment.objects.filter(case=case).cleared().to_people_present()
    cleared = here.filter(received_on__lte=timezone.localdate(at)).total()
    if said := guards.letter_asks_what_is_owed(known, cleared):
        raise MoveRefused([said])


def delivery_failed(case: Case, *, by: User, note: str) -> None:
    """T14: nothing was handed over. The letter has a date, so it needs a new version."""
    with moving(case, "delivery_failed", by=by, reason=Reason.DELIVERY_FAILED, note=note):
        pass


def extend_deadline(case: Case, *, by: User, deadline_on: dt.date, note: str) -> None:
    """T17: move the deadline once, to a later day at the same hour, with the reason."""
    with moving(case, "extend_deadline", by=by, note=note) as locked:
        old = timezone.localtime(locked.deadline_at)
        if deadline_on <= max(old.date(), timezone.localdate()):
            raise MoveRefused([_("Choose a day after today and after the deadline there is now.")])
        locked.deadline_at = dt.datetime.combine(deadline_on, old.time(), tzinfo=old.tzinfo)
        locked.deadline_extended = True
        record(
            case,
            Event.DEADLINE_EXTENDED,
            by=by,
            note=note,
            deadline=deadline_on.isoformat(),
            old=old.date().isoformat(),
        )
