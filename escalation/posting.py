"""Send what waits in the outbox: each message to each person once.

A sender takes fifty messages at a time on a lease, so that several may run at once. Before a
message goes to the mail server that is noted, and after it whether it was taken. A sender that is
killed between the two leaves a message of which nobody can know whether it went out: no mail
server can be asked. A reminder is then not sent again, and somebody is asked to call. A change and
a cancellation are sent once more, with the same Message-ID.
"""

import contextlib
import datetime as dt
import logging
import math
import smtplib
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from enum import Enum

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from campaigns.models import Group
from escalation import mail_words, outbox, reminders, still_wanted
from escalation.models import OutboxMessage

Status = OutboxMessage.Status
Why = OutboxMessage.Why
Clock = Callable[[], dt.datetime]

logger = logging.getLogger(__name__)

BATCH = 50
# Longer than fifty mails take a slow server. What is handed over has a lease of its own.
LEASE = dt.timedelta(minutes=10)
FRESH_FOR = 2  # seconds
RETRY_AFTER = [dt.timedelta(minutes=n) for n in (1, 5, 30, 120, 720)]
# A night's urgent messages are about actions that begin before this long after waking up.
AFTER_WAKING = dt.timedelta(hours=2)


class ServerSilent(Exception):
    """The mail server cannot be talked to at all."""


class _Fate(Enum):
    """What an error means for the message: nobody got it, nobody will, or nobody knows."""

    AGAIN = 1
    NEVER = 2
    UNSURE = 3


def post(*, clock: Clock = timezone.now, stop: Callable[[], bool] = lambda: False) -> Counter[str]:
    """Plan and send what is due, and return how many messages came to which end.

    `stop` is asked between two messages. "silent" counts that the mail server did not answer; then
    what waits goes on waiting.
    """
    group, counts = Group.current(), Counter[str]()
    if group is None:
        return counts
    outbox.tell_missed(clock())
    counts["planned"] = reminders.plan(clock(), group.zone)
    _take_back(clock())
    while not stop():
        run = uuid.uuid4()
        held = _take(run, clock(), group)
        if not held:
            break
        sender = _Sender(group, clock)
        try:
            sender.send_all(held, stop)
        except ServerSilent:
            counts["silent"] += 1
            break
        finally:
            counts.update(sender.counts)
            _give_back(held, run)
    return counts


def waiting(now: dt.datetime) -> int:
    return OutboxMessage.objects.due(now).count()


def _take(run: uuid.UUID, now: dt.datetime, group: Group) -> list[int]:
    """Lease the next messages to one sender. Two senders never get the same one."""
    due = OutboxMessage.objects.due(now)
    if reminders.is_quiet(now, group.zone):
        due = due.at_any_hour(reminders.next_morning(now, group.zone) + AFTER_WAKING)
    with transaction.atomic():
        next_ones = due.order_by("due_at", "pk").select_for_update(skip_locked=True, of=("self",))
        numbers = list(next_ones.values_list("pk", flat=True)[:BATCH])
        free = OutboxMessage.objects.filter(pk__in=numbers, status=Status.WAITING)
        free.update(status=Status.LEASED, run=run, leased_until=now + LEASE, handed_at=None)
    mine = OutboxMessage.objects.filter(pk__in=numbers).held_by(run)
    return list(mine.order_by("due_at", "pk").values_list("pk", flat=True))


def _give_back(numbers: list[int], run: uuid.UUID) -> None:
    rest = OutboxMessage.objects.filter(pk__in=numbers).held_by(run)
    rest.update(status=Status.WAITING, run=None, leased_until=None)


def _take_back(now: dt.datetime) -> None:
    """Decide about what senders took and never came back for."""
    left = OutboxMessage.objects.overdue_leases(now)
    fresh = {"status": Status.WAITING, "run": None, "leased_until": None, "handed_at": None}
    left.filter(handed_at=None).update(**fresh)
    again = left.filter(kind__in=OutboxMessage.NEVER_LOST, tries__lte=len(RETRY_AFTER))
    again.update(**fresh)
    left.update(status=Status.UNSURE, why=Why.CUT_OFF, done_at=now)


def _fresh(numbers: list[int]) -> Iterator[OutboxMessage]:
    """Yield the messages with all they are about, read two seconds ago at most: somebody may say
    no while others are written to."""
    read_at, known = -math.inf, {}
    for number in numbers:
        if time.monotonic() > read_at + FRESH_FOR:
            known = OutboxMessage.objects.with_everything().in_bulk(numbers)
            read_at = time.monotonic()
        if number in known:
            yield known[number]


class _Sender:
    """Sends one batch over one connection.

    That one message went out and that the next is being handed over is one commit. So there is one
    for each message, and nothing is worked out between the mail server's word and the note of it.
    """

    def __init__(self, group: Group, clock: Clock) -> None:
        self.group, self.clock = group, clock
        self.mail: BaseEmailBackend = get_connection()
        self.is_open = False
        self.sent: OutboxMessage | None = None  # taken by the mail server, and not noted yet
        self.counts: Counter[str] = Counter()

    def send_all(self, numbers: list[int], stop: Callable[[], bool]) -> None:
        prepared = self._prepared(numbers)
        following = next(prepared, None)
        try:
            while following and not stop():
                current, following = following, next(prepared, None)
                self._send(*current)
        finally:
            self._note_sent()
            self._close()

    def _prepared(self, numbers: list[int]) -> Iterator[tuple[OutboxMessage, EmailMessage]]:
        """Yield what is to be sent, and note of the rest why it is not."""
        for message in _fresh(numbers):
            now = self.clock()
            if why := still_wanted.why_not(message, now=now, zone=self.group.zone):
                self._note(message, Status.DROPPED, why)
                continue
            try:
                values = {"group": self.group, "now": now, "connection": self.mail}
                yield message, mail_words.compose(message, **values)
            except ValidationError:
                self._note(message, Status.FAILED, Why.BAD_ADDRESS)
            except Exception:
                # A mistake of ours, in a translation say, keeps no mail of others waiting.
                logger.exception("A message of the kind %s could not be written", message.kind)
                self._note(message, Status.FAILED, Why.BROKEN)

    def _send(self, message: OutboxMessage, mail: EmailMessage) -> None:
        self._open()
        with transaction.atomic():
            self._note_sent()
            is_mine = self._note_handing_over(message)
        self.sent = None
        if not is_mine:
            return
        try:
            self.mail.send_messages([mail])
        except (OSError, ValueError) as error:  # smtplib's own are among the first
            self._note_trouble(message, _fate(error))
        else:
            self.sent = message

    def _note_sent(self) -> None:
        if self.sent:
            self._note(self.sent, Status.SENT)

    def _note_handing_over(self, message: OutboxMessage) -> bool:
        """Return False where the lease ran out meanwhile, and another sender may have it."""
        now = self.clock()
        held = OutboxMessage.objects.filter(pk=message.pk, leased_until__gt=now)
        message.tries += 1
        begun = {"handed_at": now, "leased_until": now + LEASE, "tries": message.tries}
        return bool(held.held_by(message.run).update(**begun))

    def _note_trouble(self, message: OutboxMessage, fate: _Fate) -> None:
        self._close()  # whatever was half said on this connection is not gone on with
        if fate == _Fate.NEVER:
            return self._note(message, Status.FAILED, Why.REFUSED)
        if fate == _Fate.UNSURE and message.kind not in OutboxMessage.NEVER_LOST:
            return self._note(message, Status.UNSURE, Why.CUT_OFF)
        if message.tries > len(RETRY_AFTER):
            return self._note(message, Status.FAILED, Why.GAVE_UP)
        again = self.clock() + RETRY_AFTER[message.tries - 1]
        return self._note(message, Status.WAITING, due_at=again, handed_at=None, done_at=None)

    def _note(
        self, message: OutboxMessage, status: Status, why: str = "", **values: object
    ) -> None:
        mine = OutboxMessage.objects.filter(pk=message.pk, run=message.run, status=Status.LEASED)
        said = {"status": status, "why": why, "done_at": self.clock(), "leased_until": None}
        if mine.update(**(said | values)):
            self.counts[status if status != Status.WAITING else "again"] += 1

    def _open(self) -> None:
        if self.is_open:
            return
        try:
            self.mail.open()
        except OSError as error:
            raise ServerSilent from error
        self.is_open = True

    def _close(self) -> None:
        self.is_open = False
        with contextlib.suppress(OSError):
            self.mail.close()


def _fate(error: Exception) -> _Fate:
    """Read from the mail server's answer what became of the message."""
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            codes = [code for code, _text in refused.values()]
            return _Fate.NEVER if all(code >= 500 for code in codes) else _Fate.AGAIN
        case smtplib.SMTPDataError(smtp_code=code):
            return _Fate.NEVER if code >= 500 else _Fate.AGAIN
        case smtplib.SMTPNotSupportedError():
            return _Fate.NEVER
        case smtplib.SMTPResponseException():  # of us and not of the message: sender, greeting
            return _Fate.AGAIN
        case OSError():  # it broke off, and the server may have had it whole
            return _Fate.UNSURE
    return _Fate.NEVER
