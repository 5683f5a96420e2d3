"""Whether a message that waits is still true, asked in the moment before it goes out."""

import datetime as dt
import zoneinfo

from escalation import reminders
from escalation.models import Action, MailWish, OutboxMessage, SignUp

Kind = OutboxMessage.Kind
Why = OutboxMessage.Why
State = Action.State

THANKS_LATEST = dt.timedelta(days=14)
# What an action has to be for a message about it to be true.
_AHEAD = (Kind.ANNOUNCEMENT, Kind.CHANGE, Kind.NEW_TIME, Kind.PLACE)
_STATES: dict[Kind, tuple[State, ...]] = dict.fromkeys(
    (*OutboxMessage.REMINDERS, *_AHEAD), State.on()
)
_STATES |= {Kind.POSTPONEMENT: (State.POSTPONED,)}
_STATES |= {Kind.CANCELLATION: (State.CANCELLED,), Kind.THANKS: State.over()}


def why_not(message: OutboxMessage, *, now: dt.datetime, zone: zoneinfo.ZoneInfo) -> str:
    """Return the code of why nobody needs it any more, or an empty string."""
    if not message.address:
        return Why.NO_ADDRESS
    if not _is_wished(message, now.astimezone(zone).date()):
        return Why.NOT_WANTED
    if message.action.state not in _STATES.get(Kind(message.kind), State):
        return Why.OVER
    return _said(message) or (Why.LATE if _is_late(message, now, zone) else "")


def _is_wished(message: OutboxMessage, today: dt.date) -> bool:
    if message.kind == Kind.LINK:
        return True  # they asked for it
    if message.opted_out and message.kind not in OutboxMessage.NEVER_LOST:
        return False  # they want nobody to ask them; what they said yes to may still be called off
    resting = message.account is not None and message.account.is_resting(today)
    wanted_by = set() if resting else {MailWish.ALL}
    if message.kind in (*OutboxMessage.NEVER_LOST, Kind.PLACE):
        # Also during a break: they said that they come, and would stand there alone.
        wanted_by |= {MailWish.ALL, MailWish.IMPORTANT}
    return message.wish in wanted_by


def _said(message: OutboxMessage) -> str:
    """Return what the person said or did since, if it makes the message pointless."""
    sign_up = message.sign_up
    if sign_up is None:
        answered = SignUp.objects.filter(action=message.action_id, user=message.user_id)
        return Why.ANSWERED if answered.exists() else ""
    if message.kind == Kind.THANKS:
        return "" if sign_up.came else Why.SAID_NO
    if message.kind == Kind.PLACE:
        return "" if sign_up.moved_up_at and sign_up.role_id else Why.SAID_NO
    if message.kind in OutboxMessage.REMINDERS:
        return "" if sign_up.answer in reminders.REMINDED[Kind(message.kind)] else Why.SAID_NO
    said_no = sign_up.answer == SignUp.Answer.NO and message.kind != Kind.LINK
    return Why.SAID_NO if said_no else ""


def _is_late(message: OutboxMessage, now: dt.datetime, zone: zoneinfo.ZoneInfo) -> bool:
    action, kind = message.action, message.kind
    if kind in OutboxMessage.REMINDERS:
        turn = reminders.current(action.starts_at, now=now, zone=zone)
        is_its_day = reminders.day_number(action.starts_at, zone) == message.number
        return turn is None or turn[0] != kind or not is_its_day
    if action.state == State.POSTPONED:
        return False  # its old time says nothing any more
    until = {
        Kind.ANNOUNCEMENT: action.starts_at,
        Kind.THANKS: action.ends_at + THANKS_LATEST,
        Kind.LINK: action.ends_at + SignUp.MAILED_LINK_LASTS,
    }
    return now >= until.get(Kind(kind), action.ends_at)
