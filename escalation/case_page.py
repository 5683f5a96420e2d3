"""Everything the case file shows, read in ten queries however long the case is.

Two of them are unions: money (payments, offers) and plan (actions, rungs of the voted plan) are
each one list for the reader, though they are kept in two tables.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.db.models import F, IntegerField, Q, Value
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaigns import conflicts, known_people
from campaigns.gaps import open_gaps
from campaigns.models import CaseParty, CaseState, ClaimLine, Event, Group, Payment, User
from campaigns.models.log import Line, reason_label
from campaigns.models.payments import PaymentEvent, asked, balance
from campaigns.wording import date_in_words, money
from escalation import (
    evidence_rows,
    ladder,
    ledger_rows,
    offered,
    pacing,
    plan_rows,
    reviews,
    step_words,
    time_bands,
    turnout_charts,
)
from escalation.models import Action, CaseLifecycle, Decision, Offer
from letters.models import Letter

LOG_SHOWN = 50
MESSAGES_SHOWN = 10
MESSAGES = (Event.MESSAGE_FROM_PERSON, Event.MESSAGE_TO_PERSON)
# What the ladder's notes are made of, however long ago it was.
TAKE_ON = Decision.Kind.TAKE_ON
STEPS = (Event.MOVE, Event.PUT_RIGHT, Event.VOTE, Event.DELIVERED)
# Keys by which a vote and a delivery are known to belong to a move.
_BROUGHT = ("decision", "delivery")
# Which words of a letter people have seen, and who said yes to them.
WORDS = (Event.LETTER_DRAFTED, Event.LETTER_CHANGED)
EARLY = (CaseState.NEW, CaseState.CONTACTING)


@dataclass(frozen=True)
class PersonRow:
    party: CaseParty
    public_name: str
    rules: list[str]
    acts_for: CaseParty | None
    spoken_for_by: list[CaseParty]
    conflict: str

    @property
    def has_code(self) -> bool:
        return bool(self.party.code_hash)


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
    full_and_final: bool
    status_label: str = ""
    method_label: str = ""
    person: str = ""

    @property
    def must_be_decided(self) -> bool:
        """Say whether it is money they call settled, and nobody has decided whether to take it."""
        return self.kind == "payment" and self.full_and_final and not self.status

    @property
    def may_clear(self) -> bool:
        return self.kind == "payment" and self.status in (None, "", PaymentEvent.Kind.ON_ACCOUNT)

    @property
    def may_bounce(self) -> bool:
        return self.kind == "payment" and self.status not in PaymentEvent.GONE


def contents(
    case: CaseLifecycle, *, team: list[User], group: Group, now: dt.datetime
) -> dict[str, Any]:
    """Return what the page of a case read `with_facts_for()` somebody is drawn from."""
    parties = list(case.parties.select_related("person"))
    present = [party for party in parties if party.left_at is None]
    affected = [party for party in present if party.role == CaseParty.Role.AFFECTED]
    lines = ledger_rows.lines(case, {party.pk: party for party in parties})
    log = _log(case)
    # Who opened which file stands beside the file, and in the whole timeline.
    told = [entry for entry in log if entry.event != Event.EVIDENCE_OPENED]
    senders = {party.pk: str(party) for party in parties}
    money = list(_money(case, senders))
    demanded = asked(case.demanded, case.claimed)
    plan = _planned(case, affected, now)
    return plan | {
        "case": case,
        "now": now,
        "team": team,
        "rungs": ladder.steps(case, notes=_notes(log, case), last_state=_last_state(log)),
        "choice": offered.choice(case, now=now),
        "hold_reason": reason_label(case.hold_reason),
        "people": list(_people(present, case)),
        "told_before": known_people.sentence(case),
        "named": sum(
            party.role == CaseParty.Role.AFFECTED and party.public_name != CaseParty.PublicName.NONE
            for party in present
        ),
        "ledger": ledger_rows.rows(lines, group.currency, sees_legal=case.sees_legal),
        "adds_nothing": ledger_rows.ADDS_NOTHING,
        "line_kinds": [ClaimLine.Kind(kind) for kind in ClaimLine.KINDS_FOR[case.kind]],
        "asked": demanded,
        "owed": balance(demanded, case.cleared),
        "facts": list(_facts(case, group.currency)),
        # Until the meeting has been held, the story is what people come for.
        "is_early": case.state in EARLY,
        "gaps": open_gaps(case, parties=present, lines=lines),
        "payments": [row for row in money if row.kind == "payment"],
        "offers": [row for row in money if row.kind == "offer"],
        "letters": [(letter, _yeses(letter, log, case)) for letter in _letters(case)],
        "evidence": evidence_rows.rows(
            case.evidence.all(), log=log, senders=senders, team=team, sees_legal=case.sees_legal
        ),
        "messages_sent": _messages(log),
        "timeline": told[:LOG_SHOWN],
        "has_earlier": len(told) > LOG_SHOWN,
        "is_watched": case.is_open and case.is_watched(timezone.localdate(now)),
        "bands": [*time_bands.bands(case, people=present, group=group, now=now), *plan["bands"]],
        "days_here": (timezone.localdate(now) - timezone.localdate(case.state_since)).days,
    }


def _planned(case: CaseLifecycle, affected: list[CaseParty], now: dt.datetime) -> dict[str, Any]:
    """Return the actions of the case, its plan, and the bands that these two call for."""
    steps = list(plan_rows.of(case, now))
    actions = [step for step in steps if step.public_id]
    rungs = [step for step in steps if not step.public_id]
    plan = pacing.steps(case, rungs, actions, voted_on=case.plan_voted_on, now=now)
    return {
        "actions": actions,
        "plan": step_words.rows(case, plan, affected, plan_rows.voices_of(case)),
        "review_on": reviews.due_on(case),
        "turnout_chart": turnout_charts.of_case(case) if _any_over(actions) else None,
        "bands": list(step_words.bands(case, plan, actions, now=now)),
    }


def _letters(case: CaseLifecycle) -> list[Letter]:
    """Return the letters; none is written before the first meeting, so none is asked for."""
    if case.state in EARLY:
        return []
    return list(Letter.objects.light().speaking_for([case]).select_related("delivery"))


def _people(present: list[CaseParty], case: CaseLifecycle) -> Iterator[PersonRow]:
    known = {party.pk: party for party in present}
    near = conflicts.near_target(case)
    for party in present:
        yield PersonRow(
            party,
            party.name_in_public(case.kind),
            party.person.contact_rules,
            known.get(party.acts_for_id),
            [other for other in present if other.acts_for_id == party.pk],
            conflicts.about_person(near, party.person),
        )


def team_of(case: CaseLifecycle) -> list[User]:
    """Return the team, whoever is responsible first."""
    memberships = case.team_memberships.current().select_related("user").order_by("since", "pk")
    team = []
    for membership in memberships:
        membership.user.opens_legal = membership.sees_legal
        team.append(membership.user)
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
    "asked_on",
    "monthly_rent",
    "job_end",
    "payday_on",
    "last_pay_on",
    "day_pay",
    "still_there",
    "others_affected",
    "already_tried",
    "evidence_list",
    "readiness",
    "risks_explained",
    "not_a_service_explained",
    "limitation_on",
    "limitation_note",
    "retaliation_talk_on",
    "who_typed",
    "amount_typed",
    "heard_of",
)


def _facts(case: CaseLifecycle, currency: str) -> Iterator[tuple[str, str]]:
    """Yield what the sheet says, field by field; what is empty is left out."""
    sheet = case.sheet
    for name in FACTS:
        value = getattr(sheet, name)
        if not value:
            continue
        shown = getattr(sheet, f"get_{name}_display", lambda value=value: value)()
        if isinstance(value, dt.date):
            shown = date_in_words(value)
        elif isinstance(value, Decimal):
            shown = money(value, currency)
        label = sheet._meta.get_field(name).verbose_name
        yield capfirst(label), _("yes") if value is True else str(shown)


def _money(case: CaseLifecycle, people: dict[int, str]) -> Iterator[Sum]:
    """Yield payments and offers, oldest first."""
    columns = [field.name for field in fields(Sum)][:11]
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
    for (
        row
    ) in rows:  # one for each thing that happened to a payment; what it came to is the last word
        known = latest.setdefault((row["kind"], row["pk"]), row)
        if row["kind"] == "payment" and _rank(row["status"]) > _rank(known["status"]):
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


def _rank(status: str | None) -> int:
    """Order what happened to a payment by how much it says; nobody has said anything: -1."""
    kinds = (PaymentEvent.Kind.ON_ACCOUNT, *reversed(PaymentEvent.FATES))
    return kinds.index(status) if status in kinds else -1


def _any_over(actions: list[Any]) -> bool:
    """Say whether an action of it took place; else the chart is spared its query."""
    return any(action.state in Action.State.over() for action in actions)


# What happened


def _log(case: CaseLifecycle) -> list[Line]:
    """Return the newest entries, the newest messages, and all that ladder and letters need."""
    entries = case.log.order_by("-at", "-pk")
    told = entries.exclude(event=Event.EVIDENCE_OPENED)
    newest = told.values("pk")[: LOG_SHOWN + 1]
    messages = entries.filter(event__in=MESSAGES).values("pk")[:MESSAGES_SHOWN]
    kept = Q(event__in=[*STEPS, *WORDS, Event.LETTER_APPROVED, Event.EVIDENCE_OPENED])
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
    """Return the state the last move that stands came from."""
    moves = (entry for entry in log if entry.event == Event.MOVE and not entry.is_undone)
    return next((entry.from_state for entry in moves), CaseState.NEW)


def _that_stand(log: list[Line]) -> list[Line]:
    """Leave out the moves that were put right, with the vote and the delivery they brought."""
    wrong = [entry for entry in log if entry.event == Event.MOVE and entry.is_undone]
    brought = {
        (key, entry.data.get("wrote", {}).get(key)) for entry in wrong for key in _BROUGHT
    } - {(key, None) for key in _BROUGHT}
    return [
        entry
        for entry in log
        if not entry.is_undone
        and not any((key, entry.data.get(key)) in brought for key in _BROUGHT)
    ]


def _notes(log: list[Line], case: CaseLifecycle) -> dict[str, str]:
    """Return for each state a case came to when that was and who moved it, or what came of it."""
    notes = {CaseState.NEW: _day(case.opened_at)}
    for entry in reversed(_that_stand(log)):
        if entry.event == Event.MOVE and entry.from_state != entry.to_state:
            notes[entry.to_state] = f"{_day(entry.at)}, {entry.who}"
        elif entry.event == Event.VOTE and entry.data.get("kind", TAKE_ON) == TAKE_ON:
            notes[CaseState.PROPOSED] = _("%(day)s, %(for)s for, %(against)s against") % {
                "day": _day(entry.at),
                "for": entry.data.get("for", 0),
                "against": entry.data.get("against", 0),
            }
        elif entry.event == Event.DELIVERED:  # a second letter takes the place of the first
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
