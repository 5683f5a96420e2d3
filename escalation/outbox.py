"""What people are told about an action, written down in the transaction of what it tells.

Nothing is sent here. `posting` sends what waits, and reminders are written by `reminders`.
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.contact_keys import email_key
from campaigns.models import User
from escalation.models import Action, MailWish, OutboxMessage, SignUp

Kind = OutboxMessage.Kind
Status = OutboxMessage.Status
# What people have planned their way by.
TOLD = ("starts_at", "ends_at", "area", "meeting_point")
# Whoever asks for their link again within this time gets one mail.
SAME_LINK_WITHIN = dt.timedelta(minutes=10)
# A sign-up that was let in before a postponement may be written this long after it.
MOMENT = dt.timedelta(minutes=1)
CHUNK = 500


def tell_announced(action: Action) -> None:
    """Tell every member who wants such e-mails; those who run it know."""
    leads = Action.leads.through.objects.filter(action=action, user=OuterRef("pk"))
    answered = SignUp.objects.filter(action=action, user=OuterRef("pk"))
    wanting = Q(mail_choice=None) | Q(mail_choice__wish=MailWish.ALL)
    accounts = User.objects.active().filter(wanting, ~Exists(leads), ~Exists(answered))
    _write(
        OutboxMessage(action=action, user_id=pk, kind=Kind.ANNOUNCEMENT)
        for pk in accounts.values_list("pk", flat=True)
    )


def tell_change(before: Action, after: Action) -> None:
    """Tell whoever said yes or maybe that the time or the place is another one now.

    What was to tell them of an earlier change says the same, and is not sent as well.
    """
    if all(getattr(before, name) == getattr(after, name) for name in TOLD):
        return
    _drop_older(after, Kind.CHANGE)
    _write(_to(_coming(after), after, Kind.CHANGE, number=after.version))


def tell_postponed(action: Action) -> None:
    """Tell whoever said yes or maybe that there is nothing to come to until there is a new time."""
    _drop_older(action, Kind.CHANGE, Kind.NEW_TIME)
    _write(_to(_coming(action), action, Kind.POSTPONEMENT, number=action.version))


def tell_new_time(action: Action) -> None:
    """Tell those of a postponed action its new time, and ask them again. Their answer stands."""
    _drop_older(action, Kind.POSTPONEMENT)
    _write(_to(_coming(action), action, Kind.NEW_TIME, number=action.version))


def _drop_older(action: Action, *kinds: Kind) -> None:
    older = OutboxMessage.objects.filter(
        action=action, kind__in=kinds, status=Status.WAITING, number__lt=action.version
    )
    older.update(status=Status.DROPPED, why=OutboxMessage.Why.NEWER)


def tell_cancelled(action: Action) -> None:
    """Tell whoever said yes or maybe that there is nothing to come to."""
    _write(_to(_coming(action), action, Kind.CANCELLATION))


def tell_missed(now: dt.datetime) -> None:
    """Tell those of a cancellation or a postponement who signed up in the very moment of it."""
    off = Action.objects.announced().filter(state=Action.State.CANCELLED, ends_at__gt=now)
    told = OutboxMessage.objects.filter(sign_up=OuterRef("pk"), kind=Kind.CANCELLATION)
    for action in off:
        coming = _coming(action).filter(~Exists(told))
        _write(_to(coming, action, Kind.CANCELLATION))
    for action in Action.objects.awaiting_a_time().exclude(decided_at=None):
        number = action.version
        told = OutboxMessage.objects.filter(
            sign_up=OuterRef("pk"), kind=Kind.POSTPONEMENT, number=number
        )
        in_that_moment = _coming(action).filter(~Exists(told), at__gte=action.decided_at - MOMENT)
        _write(_to(in_that_moment, action, Kind.POSTPONEMENT, number=number))


def tell_place(action: Action, rows: Iterable[SignUp]) -> None:
    """Tell whoever waited for a role that it is theirs. `rows` still hold their number."""
    numbers = {row.pk: row.line_number for row in rows}
    told = SignUp.objects.filter(pk__in=numbers).reached_by_mail()
    told = told.wanting(MailWish.ALL, MailWish.IMPORTANT).order_by("pk")
    _write(
        OutboxMessage(action=action, sign_up_id=pk, kind=Kind.PLACE, number=numbers[pk])
        for pk in told.values_list("pk", flat=True)
    )


def tell_thanks(action: Action) -> None:
    """Thank those who were ticked. Of the others nobody knows, and nobody is blamed."""
    came = action.sign_ups.filter(came=True).reached_by_mail().wanting(MailWish.ALL)
    _write(_to(came, action, Kind.THANKS))


def send_link(action: Action, *, email: str, now: dt.datetime) -> None:
    """Send whoever is on the list with this address their private link. Tell nobody whether."""
    key = email_key(email)
    known = Q(user=None, email__iexact=key) | Q(user__email__iexact=key, user__is_active=True)
    stretch = int(now.timestamp() // SAME_LINK_WITHIN.total_seconds())
    _write(_to(action.sign_ups.filter(known), action, Kind.LINK, number=stretch))


def _coming(action: Action) -> QuerySet[SignUp]:
    """Return who may come and can be told, whether or not they want reminders."""
    coming = action.sign_ups.exclude(answer=SignUp.Answer.NO).filter(is_walk_in=False)
    return coming.reached_by_mail().wanting(MailWish.ALL, MailWish.IMPORTANT)


def _to(
    rows: QuerySet[SignUp], action: Action, kind: Kind, *, number: int = 0
) -> Iterable[OutboxMessage]:
    return (
        OutboxMessage(action=action, sign_up_id=pk, kind=kind, number=number)
        for pk in rows.order_by("pk").values_list("pk", flat=True)
    )


def _write(rows: Iterable[OutboxMessage]) -> None:
    # A row that is there already is a message that is written already.
    OutboxMessage.objects.bulk_create(rows, batch_size=CHUNK, ignore_conflicts=True)
