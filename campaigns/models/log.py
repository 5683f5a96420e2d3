"""The timeline of a case: who, what, when, why. Entries are written once and never changed."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.cases import Case, CaseState
from campaigns.models.parties import Contact
from campaigns.models.people import User
from campaigns.wording import date_in_words


class Event(models.TextChoices):
    """What can happen. The label is the sentence the timeline prints, in the reader's language.

    `%(name)s` is filled from the entry's `data`.
    """

    INTAKE = "intake", _("Told us what happened")
    MESSAGE_FROM_PERSON = "message_from_person", _("Sent us a message")
    MESSAGE_TO_PERSON = "message_to_person", _("We sent a message")
    EVIDENCE = "evidence", _("Evidence added: %(what)s")
    CONTACT = "contact", _("Contact with %(who)s, %(method)s: %(result)s")
    HEADER = "header", _("Title or summary changed")
    SHEET = "sheet", _("Case sheet changed")
    PARTY = "party", _("Person added or changed: %(who)s")
    PARTY_LEFT = "party_left", _("No longer part of the case: %(who)s")
    TARGET = "target", _("Target changed")
    LINE = "line", _("Claim line added or changed: %(what)s")
    LINE_REMOVED = "line_removed", _("Claim line removed: %(what)s")
    TEAM_JOINED = "team_joined", _("Joined the team: %(who)s")
    TEAM_LEFT = "team_left", _("Left the team: %(who)s")
    MEETING_HELD = "meeting_held", _("The first meeting was held")
    MOVE = "move", _("%(from)s → %(to)s")
    VOTE = (
        "vote",
        _("Vote: %(motion)s. %(for)s for, %(against)s against, %(abstained)s abstained"),
    )
    LETTER_DRAFTED = "letter_drafted", _("Letter version %(version)s drafted")
    LETTER_CHANGED = "letter_changed", _("Letter version %(version)s changed")
    LETTER_APPROVED = (
        "letter_approved",
        _("Letter version %(version)s approved by %(who)s"),
    )
    LETTER_ISSUED = "letter_issued", _("Letter version %(version)s is final")
    DELIVERED = (
        "delivered",
        _("Demand delivered: %(headcount)s people, to %(received_by)s"),
    )
    DEADLINE_EXTENDED = "deadline_extended", _("Deadline moved to %(deadline)s")
    OFFER = "offer", _("Offer received: %(amount)s")
    PLAN = "plan", _("Plan changed: %(what)s")
    ACTION_PLANNED = "action_planned", _("Action planned: %(what)s")
    ACTION_CHANGED = "action_changed", _("Action changed: %(what)s")
    ACTION_ANNOUNCED = "action_announced", _("Action announced: %(what)s")
    ACTION_CANCELLED = "action_cancelled", _("Action cancelled: %(what)s")
    ACTION_HELD = "action_held", _("Action held: %(what)s, %(came)s came")
    PAYMENT_RECEIVED = "payment_received", _("Payment received: %(amount)s")
    PAYMENT_CLEARED = "payment_cleared", _("Payment cleared: %(amount)s")
    PAYMENT_BOUNCED = "payment_bounced", _("Payment bounced: %(amount)s")
    CODE_ENDED = "code_ended", _("The private code stopped working")


class Actor(models.TextChoices):
    """Who did it, where it was not somebody with an account."""

    USER = "user", ""
    AFFECTED = "affected", _("the affected person")
    SYSTEM = "system", _("the system")


class Told:
    """An entry in words: what happened, who did it, and why."""

    event: str
    actor: str
    by_name: str
    from_state: str
    to_state: str
    reason: str
    note: str
    data: dict[str, Any]

    @property
    def what(self) -> str:
        """Return the sentence for the timeline, in the active language."""
        values: dict[str, Any] = dict(self.data)
        if self.event == Event.MOVE:
            values |= {
                "from": CaseState(self.from_state).label if self.from_state else "",
                "to": CaseState(self.to_state).label,
            }
        for field, labels in _LABELLED.items():
            if field in values:
                values[field] = labels.get(values[field], values[field])
        if "deadline" in values:
            values["deadline"] = date_in_words(dt.date.fromisoformat(values["deadline"]))
        try:
            return str(Event(self.event).label) % values
        except KeyError:  # an entry of an older version that lacks a value
            return str(Event(self.event).label)

    @property
    def who(self) -> str:
        if self.actor == Actor.USER:
            return self.by_name or str(_("somebody who has left"))
        return str(Actor(self.actor).label)

    @property
    def why(self) -> str:
        """Return the reason in words, and the note."""
        return ": ".join(part for part in (str(reason_label(self.reason)), self.note) if part)


class LogEntry(Told, models.Model):
    """One thing that happened to a case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="log")
    event = models.CharField(max_length=22, choices=Event)
    actor = models.CharField(max_length=8, choices=Actor, default=Actor.USER)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=30, blank=True)
    note = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "log entries"
        indexes = [models.Index(fields=["case", "-at", "-id"], name="log_case_newest")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.event}"

    @property
    def by_name(self) -> str:
        return str(self.by) if self.by else ""


@dataclass(frozen=True, slots=True)
class Line(Told):
    """An entry as a long page reads it: only what it shows, at a third of the cost of a row."""

    at: dt.datetime
    event: str
    actor: str
    by_name: str
    from_state: str
    to_state: str
    reason: str
    note: str
    data: dict[str, Any]

    COLUMNS = (
        "at",
        "event",
        "actor",
        "by__name",
        "from_state",
        "to_state",
        "reason",
        "note",
        "data",
    )


class Reason(models.TextChoices):
    """Codes of why a case moved or ended. What a form offers depends on the move."""

    OWN_WISH = "own_wish", _("their own wish")
    UNREACHABLE = "unreachable", _("we could not reach them")
    OUT_OF_SCOPE = "out_of_scope", _("not what we do")
    TOO_FAR = "too_far", _("too far away")
    TOO_OLD = "too_old", _("too long ago")
    NO_LEVERAGE = "no_leverage", _("too little pressure possible")
    DEMAND_UNCLEAR = "demand_unclear", _("the demand is not clear")
    NOT_READY = "not_ready", _("not ready to take part")
    FACTS_DOUBTFUL = "facts_doubtful", _("the facts are in doubt")
    SAFETY = "safety", _("safety")
    CAPACITY = "capacity", _("we are too few")
    CONFLICT = "conflict", _("conflict of interest")
    BETTER_ELSEWHERE = "better_elsewhere", _("better helped elsewhere")
    ALREADY_RESOLVED = "already_resolved", _("already solved")
    UNRESPONSIVE = "unresponsive", _("no answer any more")
    MOVED = "moved", _("moved away")
    SETTLED_PRIVATELY = "settled_privately", _("settled without us")
    INSOLVENT = "insolvent", _("the target is broke or closed")
    NO_LEVERAGE_LEFT = "no_leverage_left", _("no pressure left to use")
    COURT_ORDER = "court_order", _("a court order")
    EXHAUSTED = "exhausted", _("we are worn out")
    NEED_OF_MONEY = "need_of_money", _("they need the money now")
    FAIR_ENOUGH = "fair_enough", _("fair enough")
    RISK = "risk", _("the risk")
    TIME = "time", _("the time it takes")
    DEFAULT = "default", _("a payment was missed")
    BOUNCED = "bounced", _("a cheque bounced")
    RETALIATION = "retaliation", _("they hit back")
    BREACH = "breach", _("the agreement was broken")
    TRUCE = "truce", _("a truce")
    LEGAL_ADVICE = "legal_advice", _("getting legal advice")
    TRAVEL_OR_ILLNESS = "travel", _("travel or illness")
    RECORDS = "records", _("waiting for records")
    FACTS_CHANGED = "facts_changed", _("the facts turned out different")
    DEMAND_CHANGED = "demand_changed", _("they want another demand")
    DELIVERY_FAILED = "delivery_failed", _("the delivery did not happen")


_REASONS = dict(Reason.choices)


def reason_label(code: str) -> str:
    return _REASONS.get(code, "")


# Codes in `data` that are printed as words.
_LABELLED = {
    "who": dict(Contact.Who.choices),
    "method": dict(Contact.Method.choices),
    "result": dict(Contact.Result.choices),
}


def record(
    case: Case,
    event: str,
    *,
    by: User | None,
    actor: str = Actor.USER,
    reason: str = "",
    note: str = "",
    from_state: str = "",
    to_state: str = "",
    **data: Any,
) -> LogEntry:
    """Write one entry. Call it in the transaction of what it tells about."""
    return LogEntry.objects.create(
        case=case,
        event=event,
        actor=actor,
        by=by,
        reason=reason,
        note=note,
        from_state=from_state,
        to_state=to_state,
        data=data,
    )
