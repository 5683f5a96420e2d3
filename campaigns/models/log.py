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
    PUT_RIGHT = "put_right", _("Put right, it was a mistake: %(from)s → %(to)s")
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
    FINDING_LIFTED = (
        "finding_lifted",
        _("Letter version %(version)s: may stay though the checks stop it: %(words)s"),
    )
    LIFT_TAKEN_BACK = (
        "lift_taken_back",
        _("Letter version %(version)s: should not stay after all: %(words)s"),
    )
    LETTER_ISSUED = "letter_issued", _("Letter version %(version)s is final")
    LETTER_HANDED = "letter_handed", _("Letter %(version)s also handed over: %(what)s")
    LETTER_SENT = "letter_sent", _("Letter %(version)s went out: %(what)s")
    POSTER = "poster", _("Poster changed")
    COPY_WRITTEN = "copy_written", _("Letter version %(version)s written for reading: %(language)s")
    DELIVERED = (
        "delivered",
        _("Demand delivered: %(headcount)s people, to %(received_by)s"),
    )
    DEADLINE_EXTENDED = "deadline_extended", _("Deadline moved to %(deadline)s")
    DEMAND_CHANGED = "demand_changed", _("Demand changed from %(old)s to %(new)s")
    LINKED = "linked", _("Linked with %(reference)s")
    MERGED_HERE = "merged_here", _("%(reference)s told us about the same thing and is part of this")
    MERGE_TAKEN_BACK = "merge_taken_back", _("%(reference)s is a case of its own again")
    QUEUE_MOVED = "queue_moved", _("Place in the queue: %(place)s")
    QUEUE_CHECKED = "queue_checked", _("Asked again: they still want it")
    CODE_GIVEN = "code_given", _("A new private code for %(who)s")
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
    PAYMENT_STRUCK = "payment_struck", _("Payment was written down by mistake: %(amount)s")
    CODE_ENDED = "code_ended", _("The private code stopped working")
    DEADLINE_PASSED = "deadline_passed", _("The deadline passed: %(deadline)s")
    NOT_HEARD = "not_heard", _("Not heard from them for %(days)s days")
    WATCH_OVER = "watch_over", _("The 90 days of watching out are over")
    LEGAL_HOLD = "legal_hold", _("Legal hold: nothing of the case is deleted")
    LEGAL_HOLD_ASKED = "legal_hold_asked", _("Asked to end the legal hold")
    LEGAL_HOLD_KEPT = "legal_hold_kept", _("The legal hold stays")
    LEGAL_HOLD_LIFTED = "legal_hold_lifted", _("The legal hold ended")
    KEPT_LONGER = "kept_longer", _("To be kept until %(deadline)s")
    FORGOTTEN = "forgotten", _("Names, story and files were deleted. The numbers stay")
    SAFETY_CHECK = "safety_check", _("Asked whether they are safe, %(method)s: %(result)s")
    EVIDENCE_OPENED = "evidence_opened", _("Evidence opened: %(what)s")
    SEAL_WHOLE = "seal_whole", _("Seal checked, unchanged since it came: %(what)s")
    SEAL_BROKEN = "seal_broken", _("Seal checked, the file is not what came: %(what)s")
    ENCLOSED = "enclosed", _("Copy made for letter version %(version)s: %(what)s")
    LEGAL_PAPER = "legal_paper", _("A legal paper was stored")
    LEGAL_NAMED = "legal_named", _("May open the legal papers: %(who)s")
    INCIDENT = "incident", _("Incident noted: %(incident)s")
    INCIDENT_CHANGED = "incident_changed", _("Incident changed: %(incident)s")
    INCIDENT_FOLLOWED_UP = "incident_followed_up", _("Followed up: %(incident)s")
    INCIDENT_CLOSED = "incident_closed", _("This is over: %(incident)s")
    WATCH = "watch", _("We watch whether they hit back, 90 days from %(deadline)s")
    NOTICE_READ = "notice_read", _("Notice to stay away read before “%(what)s”")
    HANDOVER = "handover", _("They agreed that we pass the sheet on to %(what)s")
    PUBLICITY_YES = "publicity_yes", _("It may be made public")
    PUBLICITY_NO = "publicity_no", _("It may no longer be made public")
    PAGE_PUBLISHED = "page_published", _("Page made public: %(what)s")
    PAGE_TAKEN_DOWN = "page_taken_down", _("Page taken down: %(what)s")
    TASK_DONE = "task_done", _("Task done: %(what)s")
    TASK_TAKEN = "task_taken", _("Task taken over: %(what)s")
    TASK_OPEN_AGAIN = "task_open_again", _("Task not done after all: %(what)s")
    OFFER_DISCUSSED = "offer_discussed", _("Offer talked about: %(amount)s")
    OFFER_COUNTERED = "offer_countered", _("Offer of %(amount)s answered with %(answer)s")
    OFFER_REFUSED = "offer_refused", _("Offer refused: %(amount)s")
    OFFER_EXPIRED = "offer_expired", _("Offer of %(amount)s ran out on %(due)s")
    OFFER_RENEWED = "offer_renewed", _("They say their offer of %(amount)s still holds")
    AGREEMENT = "agreement", _("Agreement: %(amount)s, number of payments: %(count)s")
    INSTALMENT_MISSED = "instalment_missed", _("Payment missed: %(amount)s, due %(due)s")
    INSTALMENT_WAIVED = "instalment_waived", _("Payment let go: %(amount)s, due %(due)s")
    ON_ACCOUNT = "on_account", _("Taken on account, not in full: %(amount)s")
    OFFER_VOICE = "offer_voice", _("What %(who)s says to the offer: %(says)s")
    PAYEE = "payee", _("Who takes the money of %(who)s: %(payee)s")
    PEOPLE_MERGED = "people_merged", _("Two records of one person joined: %(who)s")
    PEOPLE_UNMERGED = "people_unmerged", _("Joining two records taken back: %(who)s")


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
        if self.event == Event.MOVE and self.from_state == self.to_state:
            return str(_("Stayed at “%(state)s”") % {"state": CaseState(self.to_state).label})
        if self.event in (Event.MOVE, Event.PUT_RIGHT):
            values |= {
                "from": CaseState(self.from_state).label if self.from_state else "",
                "to": CaseState(self.to_state).label,
            }
        for field, labels in _LABELLED.items():
            if field in values:
                values[field] = labels.get(values[field], values[field])
        for field in _DAYS.intersection(values):
            values[field] = date_in_words(dt.date.fromisoformat(values[field]))
        try:
            return str(Event(self.event).label) % values
        except KeyError:  # an entry of an older version that lacks a value
            return str(Event(self.event).label)

    @property
    def who(self) -> str:
        if self.actor == Actor.USER:
            return self.by_name or str(_("somebody who has left"))
        # With several people in a case, which of them it was.
        return self.data.get("person") or str(Actor(self.actor).label)

    @property
    def why(self) -> str:
        """Return the reason in words, and the note."""
        return ": ".join(part for part in (str(reason_label(self.reason)), self.note) if part)


class LogQuerySet(models.QuerySet["LogEntry"]):
    def moves(self) -> "LogQuerySet":
        return self.filter(event=Event.MOVE)

    def moves_that_stand(self) -> "LogQuerySet":
        """Leave out the moves that were put right. Whatever counts moves counts these."""
        return self.moves().filter(undone_by=None)

    def to_read(self) -> "LogQuerySet":
        """Read with each entry who wrote it, and whether it was put right."""
        return self.select_related("by", "undone_by")


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
    undoes = models.OneToOneField(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="undone_by",
        help_text=_("The move this entry puts right. Each is put right once."),
    )

    objects = LogQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "log entries"
        indexes = [models.Index(fields=["case", "-at", "-id"], name="log_case_newest")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.event}"

    @property
    def by_name(self) -> str:
        return str(self.by) if self.by else ""

    @property
    def is_undone(self) -> bool:
        """Say whether it was put right; no query after `to_read()`."""
        return getattr(self, "undone_by", None) is not None


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
    undone_by: int | None = None

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
        "undone_by",
    )

    @property
    def is_undone(self) -> bool:
        return self.undone_by is not None


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
    DUPLICATE = "duplicate", _("the same thing is open already")
    CAME_BACK = "came_back", _("they came back")
    NEW_FACTS = "new_facts", _("there are new facts")
    REVERSED = "reversed", _("what was paid was taken back")
    LESS_WANTED = "less_wanted", _("they want less")
    SUM_WRONG = "sum_wrong", _("the sum was wrong")
    FEE = "fee", _("a fee came on top")
    ONE_LEFT = "one_left", _("one of them left the fight")
    CLICKED_WRONG = "clicked_wrong", _("clicked by mistake")
    NOT_SO = "not_so", _("it did not happen like that")


class IncidentKind(models.TextChoices):
    """What can happen to people around a fight."""

    THREAT = "threat", _("a threat")
    FIRING = "firing", _("fired, or hours cut")
    EVICTION = "eviction", _("an eviction notice")
    RENT = "rent", _("rent put up, or repairs and services cut")
    ASSAULT = "assault", _("somebody was attacked")
    POLICE = "police", _("police came")
    NO_TRESPASS = "no_trespass", _("a notice to stay away from a place")
    LEGAL_PAPER = "legal_paper", _("a paper from a court or a lawyer")
    COUNTER_PROTEST = "counter_protest", _("a counter-protest")
    OTHER = "other", _("something else")


_REASONS = dict(Reason.choices)


def reason_label(code: str) -> str:
    return _REASONS.get(code, "")


# Days in `data`, kept as 2026-11-27.
_DAYS = {"deadline", "due"}
# Codes in `data` that are printed as words.
_LABELLED = {
    "who": dict(Contact.Who.choices),
    "method": dict(Contact.Method.choices),
    "result": dict(Contact.Result.choices),
    "incident": dict(IncidentKind.choices),
    "says": {
        "accept": _("accept it"),
        "counter": _("ask for something else"),
        "refuse": _("refuse it"),
    },
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
    undoes: LogEntry | None = None,
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
        undoes=undoes,
        data=data,
    )
