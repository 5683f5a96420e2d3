"""Everything the case file shows, read in nine queries however long the case is.

Two of them are unions: money (payments, offers) and plan (actions, rungs of the voted plan) are
each one list for the reader, though they are kept in two tables.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.db.models import F, IntegerField, Q, UUIDField, Value
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaigns.gaps import open_gaps
from campaigns.models import CaseParty, CaseState, ClaimLine, Event, Group, Payment, User
from campaigns.models.claims import ZERO
from campaigns.models.log import Line
from campaigns.models.payments import PaymentEvent, balance
from campaigns.wording import date_in_words
from escalation import ladder, offered
from escalation.models import Action, CaseLifecycle, Offer, Tactic
from letters.models import Letter

LOG_SHOWN = 50
MESSAGES_SHOWN = 10
MESSAGES = (Event.MESSAGE_FROM_PERSON, Event.MESSAGE_TO_PERSON)
# What the ladder's notes are made of, however long ago it was.
STEPS = (Event.MOVE, Event.VOTE, Event.DELIVERED)
# Which words of a letter people have seen, and who said yes to them.
WORDS = (Event.LETTER_DRAFTED, Event.LETTER_CHANGED)


@dataclass(frozen=True)
class PersonRow:
    party: CaseParty
    public_name: str
    rules: list[str]


@dataclass(frozen=True)
class LedgerRow:
    """One line; `person` and what is owed to them stand on the first of their lines only."""

    line: ClaimLine
    person: str
    subtotal: Decimal | None
    working: str


@dataclass(frozen=True)
class Sum:
    """A payment or an offer."""

    kind: str
    pk: int
    on: dt.date
    amount: Decimal
    who: str
    note: str
    status: str
    status_on: dt.date | None
    method: str
    party_id: int | None
    status_label: str = ""
    method_label: str = ""
    person: str = ""

    @property
    def may_clear(self) -> bool:
        return self.kind == "payment" and not self.status

    @property
    def may_bounce(self) -> bool:
        return self.kind == "payment" and self.status != PaymentEvent.Kind.BOUNCED


@dataclass(frozen=True)
class Step:
    """An action, or a rung of the plan that the group voted."""

    public_id: Any
    at: dt.datetime
    label: str
    text: str
    state: str
    state_label: str
    is_ahead: bool


def contents(
    case: CaseLifecycle, *, team: list[User], group: Group, now: dt.datetime
) -> dict[str, Any]:
    """Return what the page of a case read `with_facts_for()` somebody is drawn from."""
    parties = list(case.parties.select_related("person"))
    present = [party for party in parties if party.left_at is None]
    lines = _lines(case, {party.pk: party for party in parties})
    log = _log(case)
    money = list(_money(case, {party.pk: str(party) for party in parties}))
    plan = list(_plan(case, now))
    return {
        "case": case,
        "now": now,
        "team": team,
        "rungs": ladder.steps(case, notes=_notes(log, case), last_state=_last_state(log)),
        "choice": offered.choice(case, now=now),
        "people": [
            PersonRow(party, party.name_in_public(case.kind), party.person.contact_rules)
            for party in present
        ],
        "named": sum(
            party.role == CaseParty.Role.AFFECTED and party.public_name != CaseParty.PublicName.NONE
            for party in present
        ),
        "ledger": _ledger(lines, parties, group.currency),
        "line_kinds": [ClaimLine.Kind(kind) for kind in ClaimLine.KINDS_FOR[case.kind]],
        "asked": asked(case),
        "owed": balance(asked(case), case.cleared),
        "facts": list(_facts(case)),
        # Until the meeting has been held, the story is what people come for.
        "is_early": case.state in (CaseState.NEW, CaseState.CONTACTING),
        "gaps": open_gaps(case, parties=present, lines=lines),
        "payments": [row for row in money if row.kind == "payment"],
        "offers": [row for row in money if row.kind == "offer"],
        "letters": [
            (letter, _yeses(letter, log, case))
            for letter in Letter.objects.light().filter(case=case).select_related("delivery")
        ],
        "actions": [step for step in plan if step.public_id],
        "plan": [step for step in plan if not step.public_id],
        "evidence": list(case.evidence.all()),
        "messages_sent": _messages(log),
        "timeline": log[:LOG_SHOWN],
        "has_earlier": len(log) > LOG_SHOWN,
        "days_here": (timezone.localdate(now) - timezone.localdate(case.state_since)).days,
    }


def asked(case: CaseLifecycle) -> Decimal:
    """Return the sum the group voted to demand; before the vote, what the lines come to."""
    return max(ZERO, case.claimed) if case.demanded is None else case.demanded


def team_of(case: CaseLifecycle) -> list[User]:
    """Return the team, whoever is responsible first."""
    memberships = case.team_memberships.current().select_related("user").order_by("since", "pk")
    team = [membership.user for membership in memberships]
    return sorted(team, key=lambda user: user.pk != case.responsible_id)


# What is known

FACTS = (
    "story",
    "wish",
    "urgent_note",
    "started_on",
    "ended_on",
    "place",
    "agreement",
    "keys_returned_on",
    "forwarding_given_on",
    "statement_on",
    "still_there",
    "others_affected",
    "already_tried",
    "evidence_list",
    "readiness",
    "risks_explained",
    "not_a_service_explained",
    "retaliation_talk_on",
    "who_typed",
    "amount_typed",
    "heard_of",
)


def _facts(case: CaseLifecycle) -> Iterator[tuple[str, str]]:
    """Yield what the sheet says, field by field; what is empty is left out."""
    sheet = case.sheet
    for name in FACTS:
        value = getattr(sheet, name)
        if not value:
            continue
        shown = getattr(sheet, f"get_{name}_display", lambda value=value: value)()
        if isinstance(value, dt.date):
            shown = date_in_words(value)
        label = sheet._meta.get_field(name).verbose_name
        yield capfirst(label), _("yes") if value is True else str(shown)


# What is owed


def _lines(case: CaseLifecycle, parties: dict[int, CaseParty]) -> list[ClaimLine]:
    lines = list(case.claim_lines.order_by("position", "pk"))
    for line in lines:
        line.party = parties[line.party_id]
    order = list(parties)
    return sorted(lines, key=lambda line: order.index(line.party_id))


def _ledger(lines: list[ClaimLine], parties: list[CaseParty], currency: str) -> list[LedgerRow]:
    owed_to: dict[int, Decimal] = {}
    for line in lines:
        owed_to[line.party_id] = owed_to.get(line.party_id, ZERO) + line.amount
    rows, last = [], None
    for line in lines:
        first = line.party_id != last
        last = line.party_id
        subtotal = owed_to[last] if first and len(owed_to) > 1 else None
        name = str(line.party) if first else ""
        rows.append(LedgerRow(line, name, subtotal, line.working(currency)))
    return rows


def _money(case: CaseLifecycle, people: dict[int, str]) -> Iterator[Sum]:
    """Yield payments and offers, oldest first."""
    columns = [field.name for field in fields(Sum)][:10]
    payments = case.payments.annotate(
        kind=Value("payment"),
        on=F("received_on"),
        who=F("payer"),
        status=F("events__kind"),
        status_on=F("events__on"),
    )
    offers = Offer.objects.filter(case=case).annotate(
        kind=Value("offer"),
        on=F("received_on"),
        who=F("said_by"),
        note=F("terms"),
        status_on=F("pay_by"),
        method=Value(""),
        party_id=Value(None, output_field=IntegerField()),
    )
    rows = payments.order_by().values(*columns).union(offers.order_by().values(*columns), all=True)
    latest: dict[tuple[str, int], dict[str, Any]] = {}
    for row in rows:  # one for each thing that happened to a payment; a bounce is the last word
        if row["status"] == PaymentEvent.Kind.BOUNCED or (row["kind"], row["pk"]) not in latest:
            latest[row["kind"], row["pk"]] = row
    methods, fates = dict(Payment.Method.choices), dict(PaymentEvent.Kind.choices)
    for row in sorted(latest.values(), key=lambda row: (row["on"], row["pk"])):
        labels = fates if row["kind"] == "payment" else dict(Offer.Status.choices)
        yield Sum(
            **row,
            status_label=str(labels.get(row["status"], _("not cleared yet"))),
            method_label=str(methods.get(row["method"], "")),
            person=people.get(row["party_id"], ""),
        )


# What comes next


def _plan(case: CaseLifecycle, now: dt.datetime) -> Iterator[Step]:
    """Yield the actions of the case by date, and the rungs of the last plan a vote carried."""
    columns = ("public_id", "at", "tactic", "text", "state", "vote", "place")
    actions = case.actions.annotate(
        at=F("starts_at"), text=F("title"), vote=Value(0), place=Value(0)
    )
    rungs = case.rungs.filter(decision__votes_for__gt=F("decision__votes_against")).annotate(
        public_id=Value(None, output_field=UUIDField()),
        at=F("decision__at"),
        text=F("note"),
        state=Value(""),
        vote=F("decision_id"),
        place=F("position"),
    )
    rows = actions.order_by().values(*columns).union(rungs.order_by().values(*columns), all=True)
    rows = sorted(rows, key=lambda row: (row["at"], row["vote"], row["place"]))
    last_vote = next((row["vote"] for row in reversed(rows) if row["vote"]), None)
    tactics, states = dict(Tactic.choices), dict(Action.State.choices)
    for row in rows:
        if row["public_id"] or row["vote"] == last_vote:
            yield Step(
                public_id=row["public_id"],
                at=row["at"],
                label=str(tactics[row["tactic"]]),
                text=row["text"],
                state=row["state"],
                state_label=str(states.get(row["state"], "")),
                is_ahead=row["at"] >= now,
            )


# What happened


def _log(case: CaseLifecycle) -> list[Line]:
    """Return the newest entries, the newest messages, and all that ladder and letters need."""
    entries = case.log.order_by("-at", "-pk")
    newest = entries.values("pk")[: LOG_SHOWN + 1]
    messages = entries.filter(event__in=MESSAGES).values("pk")[:MESSAGES_SHOWN]
    kept = Q(event__in=[*STEPS, *WORDS, Event.LETTER_APPROVED])
    wanted = Q(pk__in=newest) | Q(pk__in=messages) | kept
    return [Line(*row) for row in entries.filter(wanted).values_list(*Line.COLUMNS)]


def _messages(log: list[Line]) -> list[Line]:
    """Return the newest messages, in the order they were written."""
    return [entry for entry in log if entry.event in MESSAGES][:MESSAGES_SHOWN][::-1]


def _yeses(letter: Letter, log: list[Line], case: CaseLifecycle) -> list[str]:
    """Return who said yes to a draft since its words or the facts changed.

    Near enough for a list; letters.approval compares the very text.
    """
    names = []
    for entry in log:  # the newest first
        if entry.data.get("version") != letter.version:
            continue
        if case.facts_changed_at and entry.at < case.facts_changed_at:
            break
        if entry.event in WORDS:
            break
        if entry.event == Event.LETTER_APPROVED:
            names.append(entry.data.get("who", ""))
    return names[::-1]


def _last_state(log: list[Line]) -> str:
    """Return the state the last move came from."""
    return next((entry.from_state for entry in log if entry.event == Event.MOVE), CaseState.NEW)


def _notes(log: list[Line], case: CaseLifecycle) -> dict[str, str]:
    """Return for each state a case came to when that was and who moved it, or what came of it."""
    notes = {CaseState.NEW: _day(case.opened_at)}
    for entry in reversed(log):
        if entry.event == Event.MOVE:
            notes[entry.to_state] = f"{_day(entry.at)}, {entry.who}"
        elif entry.event == Event.VOTE:
            notes[CaseState.PROPOSED] = _("%(day)s, %(for)s for, %(against)s against") % {
                "day": _day(entry.at),
                "for": entry.data.get("for", 0),
                "against": entry.data.get("against", 0),
            }
        elif entry.event == Event.DELIVERED:
            notes[CaseState.DELIVERY_SET] = _("%(day)s, %(count)s people") % {
                "day": _day(entry.at),
                "count": entry.data.get("headcount", 0),
            }
    if case.state == CaseState.CLOCK_RUNNING and case.deadline_at:
        until = date_in_words(case.deadline_at, short=True, year=False, with_time=True)
        notes[CaseState.CLOCK_RUNNING] = _("until %(when)s") % {"when": until}
    return notes


def _day(moment: dt.datetime) -> str:
    return date_in_words(moment, short=True, year=False)
