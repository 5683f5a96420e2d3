"""Each condition of a move: silent when it holds, one sentence when it does not."""

import datetime as dt
import zoneinfo
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import CaseState
from escalation.models import guards as g

ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOW = dt.datetime(2026, 11, 27, 16, 0, tzinfo=ZONE)


BASE = {
    "state": CaseState.CLOCK_RUNNING,
    "currency": "USD",
    "shares_short": Decimal(0),
    "cleared_unnamed": Decimal(0),
    "left_with": Decimal(0),
    "cleared_here": Decimal(0),
    "delivered": False,
    "facts_changed_at": None,
}


def facts(**values: Any) -> SimpleNamespace:
    return SimpleNamespace(**(BASE | values))


AGREED = CaseState.AGREED
NO_SCHEDULE = {"state": AGREED, "accepted_offer_amount": Decimal(5), "agreed_due": None}
SCHEDULE = {"state": AGREED, "agreed_due": Decimal(900), "cleared": Decimal(5000)}


def voted(kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the facts of a vote of this kind that carried, and of one that did not."""
    return (
        {"vote_kind": kind, "vote_carried": True},
        {"vote_kind": kind, "vote_carried": False},
    )


LESS = {
    "accepted_offer_amount": Decimal(400),
    "demanded": Decimal(900),
    "vote_kind": "offer",
}
WHOLE = {
    "accepted_offer_amount": Decimal(900),
    "demanded": Decimal(900),
    "accepted_with_clauses": False,
    "demand_has_terms": False,
    "vote_kind": None,
}
PAID = {"demanded": Decimal(900), "cleared": Decimal(900)}

HOLDS_AND_FAILS = [
    (g.person_reached, {"reached": True}, {"reached": False}),
    (g.meeting_held, {"meeting_held": True}, {"meeting_held": False}),
    (g.everyone_joined, {"affected": 2, "joined": 2}, {"affected": 2, "joined": 1}),
    (g.everyone_joined, {"affected": 1, "joined": 1}, {"affected": 0, "joined": 0}),
    (g.team_of_two, {"team_size": 2}, {"team_size": 1}),
    (g.vote_carried, {"vote_carried": True}, {"vote_carried": False}),
    (g.vote_carried, {"vote_carried": True}, {"vote_carried": None}),
    (g.vote_refused, {"vote_carried": False}, {"vote_carried": True}),
    (g.vote_refused, {"vote_carried": False}, {"vote_carried": None}),
    (g.affected_agreed, {"vote_agreed": True}, {"vote_agreed": False}),
    (g.place_free, {"fights": 2, "fight_cap": 3}, {"fights": 3, "fight_cap": 3}),
    (g.no_place_free, {"fights": 3, "fight_cap": 3}, {"fights": 2, "fight_cap": 3}),
    (g.closing_voted, *voted("close_queued")),
    (g.offer_voted, *voted("offer")),
    (g.settling_voted, *voted("settle")),
    (g.ending_voted, *voted("lose")),
    (g.revision_voted, *voted("revise")),
    (g.leaving_voted, *voted("leave")),
    (
        g.offer_voted,
        {"vote_kind": "offer", "vote_carried": True},
        {"vote_kind": "settle", "vote_carried": True},
    ),
    (
        g.less_was_voted,
        WHOLE | {"accepted_offer_amount": Decimal("900.01")},
        {
            "accepted_offer_amount": Decimal("899.99"),
            "demanded": Decimal(900),
            "vote_kind": None,
            "vote_carried": None,
        },
    ),
    (g.less_was_voted, WHOLE, WHOLE | {"accepted_with_clauses": True}),
    (g.less_was_voted, WHOLE, WHOLE | {"demand_has_terms": True}),
    (
        g.less_was_voted,
        LESS | {"vote_carried": True, "vote_agreed": True},
        LESS | {"vote_carried": True, "vote_agreed": False},
    ),
    (g.several_affected, {"affected": 2}, {"affected": 1}),
    (g.letter_not_delivered, {"delivered": False}, {"delivered": True}),
    (g.letter_not_delivered, {"delivered": None}, {"delivered": True}),
    (
        g.everyone_paid,
        PAID | {"shares_short": Decimal(5), "cleared_unnamed": Decimal(5)},
        PAID | {"shares_short": Decimal(5), "cleared_unnamed": Decimal("4.99")},
    ),
    (
        g.less_than_demanded,
        PAID | {"shares_short": Decimal(5)},
        PAID,
    ),
    (
        g.vote_is_fresh,
        {"take_on_at": NOW, "facts_changed_at": NOW - dt.timedelta(seconds=1)},
        {"take_on_at": NOW, "facts_changed_at": NOW + dt.timedelta(seconds=1)},
    ),
    (g.letter_issued, {"letter_issued_at": NOW}, {"letter_issued_at": None}),
    (g.delivery_action_ready, {"delivery_action": True}, {"delivery_action": False}),
    (g.delivery_recorded, {"delivered": True}, {"delivered": False}),
    (g.plan_voted, {"plan_voted": True}, {"plan_voted": False}),
    (g.extended_only_once, {"deadline_extended": False}, {"deadline_extended": True}),
    (g.offer_accepted, {"accepted_offer_amount": 5}, {"accepted_offer_amount": None}),
    (g.has_offer, {"offers_open": True}, {"offers_open": False, "accepted_offer_amount": None}),
    (g.nothing_pending, {"pending_payments": 0}, {"pending_payments": 1}),
    (g.was_accepted, {"is_accepted": True}, {"is_accepted": False}),
    (g.some_money_cleared, {"cleared": Decimal(1)}, {"cleared": Decimal(0)}),
    (
        g.demand_not_met,
        {"demanded": Decimal(900), "cleared": Decimal("899.99")},
        {"demanded": Decimal(900), "cleared": Decimal(900)},
    ),
    (
        g.money_cleared,
        {"demanded": Decimal(900), "cleared": Decimal(900)},
        {"demanded": Decimal(900), "cleared": Decimal("899.99")},
    ),
    (
        g.less_than_demanded,
        {"demanded": Decimal(900), "cleared": Decimal(400)},
        {"demanded": Decimal(900), "cleared": Decimal(900)},
    ),
    (
        g.agreed_money_cleared,
        {**NO_SCHEDULE, "cleared": Decimal(5)},
        {**NO_SCHEDULE, "cleared": Decimal(4)},
    ),
    *(
        (
            guard,
            {**SCHEDULE, "agreed_cleared": Decimal(900)},
            {**SCHEDULE, "agreed_cleared": Decimal("899.99")},
        )
        for guard in (g.agreed_money_cleared, g.instalments_cleared)
    ),
    (
        g.vote_is_fresh,
        {"take_on_at": NOW - dt.timedelta(days=60)},
        {"take_on_at": NOW - dt.timedelta(days=60, seconds=1)},
    ),
    (
        g.letter_not_out_of_date,
        {"letter_deadline_at": NOW + dt.timedelta(hours=1)},
        {"letter_deadline_at": NOW},
    ),
]


@pytest.mark.parametrize(("guard", "holding", "failing"), HOLDS_AND_FAILS)
def test_guard_is_silent_when_it_holds_and_says_why_when_not(
    guard: g.Guard, holding: dict[str, Any], failing: dict[str, Any]
) -> None:
    assert guard(facts(**holding), NOW) == ""
    sentence = guard(facts(**failing), NOW)
    assert not sentence[0].islower()
    assert sentence.endswith(".")


SHEET = {
    "story": "Told.",
    "wish": "Paid.",
    "evidence_list": "none",
    "readiness": "Comes along.",
    "risks_explained": True,
    "not_a_service_explained": True,
    "retaliation_talk_on": dt.date(2026, 11, 1),
}


@pytest.mark.parametrize(
    ("guard", "field"),
    [
        (g.story_told, "story"),
        (g.wish_known, "wish"),
        (g.evidence_listed, "evidence_list"),
        (g.ready_to_take_part, "readiness"),
        (g.risks_explained, "risks_explained"),
        (g.risks_explained, "not_a_service_explained"),
        (g.retaliation_talked_about, "retaliation_talk_on"),
    ],
)
def test_sheet_guard_asks_for_its_field(guard: g.Guard, field: str) -> None:
    assert guard(facts(sheet=SimpleNamespace(**SHEET)), NOW) == ""
    lacking = SimpleNamespace(**(SHEET | {field: ""}))
    assert guard(facts(sheet=lacking), NOW)


def test_sum_is_needed_for_money_but_not_for_another_demand() -> None:
    assert g.sum_worked_out(facts(kind="wages", lines=0, claimed=Decimal(0)), NOW)
    assert g.sum_worked_out(facts(kind="deposit", lines=2, claimed=Decimal(0)), NOW)
    assert not g.sum_worked_out(facts(kind="deposit", lines=2, claimed=Decimal(5)), NOW)
    assert not g.sum_worked_out(facts(kind="other", lines=0, claimed=Decimal(0)), NOW)


def test_unreachable_takes_three_tries_in_two_ways_over_ten_days() -> None:
    tried = {
        "attempts": 3,
        "attempt_methods": 2,
        "first_attempt_at": NOW - dt.timedelta(days=10),
    }
    assert not g.tried_enough(facts(**tried), NOW)
    assert g.tried_enough(facts(**(tried | {"attempts": 2})), NOW)
    assert g.tried_enough(facts(**(tried | {"attempt_methods": 1})), NOW)
    nine_days = NOW - dt.timedelta(days=9, hours=23)
    assert g.tried_enough(facts(**(tried | {"first_attempt_at": nine_days})), NOW)
    assert g.tried_enough(facts(attempts=0, attempt_methods=0, first_attempt_at=None), NOW)


def test_letter_is_outdated_when_facts_changed_after_it_or_the_sum_differs() -> None:
    true = {
        "letter_issued_at": NOW,
        "letter_total": Decimal("1620.00"),
        "demanded": Decimal("1620.00"),
        "facts_changed_at": NOW - dt.timedelta(days=1),
    }
    assert not g.letter_still_true(facts(**true), NOW)
    assert not g.letter_still_true(facts(**(true | {"facts_changed_at": None})), NOW)
    later = NOW + dt.timedelta(minutes=1)
    assert g.letter_still_true(facts(**(true | {"facts_changed_at": later})), NOW)
    assert g.letter_still_true(facts(**(true | {"demanded": Decimal("1600.00")})), NOW)
    # What somebody was paid who has left stays in the demand, and stands in no letter.
    with_left = {"demanded": Decimal("1700.00"), "left_with": Decimal("80.00")}
    assert not g.letter_still_true(facts(**(true | with_left)), NOW)


def test_money_that_clears_outdates_a_letter_that_waits_and_none_that_was_handed_over() -> None:
    letter = {"letter_issued_at": NOW, "letter_total": Decimal(900), "demanded": Decimal(900)}
    paid = letter | {"cleared_here": Decimal(400)}
    assert g.letter_still_true(facts(**paid), NOW)
    assert not g.letter_still_true(facts(**(paid | {"letter_total": Decimal(500)})), NOW)
    assert not g.letter_still_true(facts(**(paid | {"delivered": True})), NOW)


@pytest.mark.parametrize(
    ("now", "passed"),
    [
        (dt.datetime(2026, 11, 27, 16, 59, tzinfo=ZONE), False),
        (dt.datetime(2026, 11, 27, 23, 59, tzinfo=ZONE), False),
        (dt.datetime(2026, 11, 28, 0, 0, tzinfo=ZONE), True),
    ],
)
def test_deadline_day_belongs_to_the_target_until_local_midnight(
    now: dt.datetime, passed: bool
) -> None:
    deadline = dt.datetime(2026, 11, 27, 17, 0, tzinfo=ZONE)
    with timezone.override(ZONE):
        sentence = g.deadline_passed(facts(deadline_at=deadline), now)
    assert (sentence == "") is passed
    if not passed:
        assert "27 November 2026, 17:00" in sentence


def test_target_is_reachable_with_a_place_and_not_with_a_name_alone() -> None:
    assert g.target_reachable(facts(target=None), NOW)
    assert g.target_reachable(facts(target=SimpleNamespace(can_be_reached=False)), NOW)
    assert not g.target_reachable(facts(target=SimpleNamespace(can_be_reached=True)), NOW)


def test_money_sentence_names_both_sums() -> None:
    case = facts(demanded=Decimal("1234.50"), cleared=Decimal("34.5"))
    assert g.money_cleared(case, NOW) == "$34.50 of $1,234.50 has cleared."
