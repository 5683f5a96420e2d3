"""The state machine as a table: every state, every move, and what each one asks for."""

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_fsm import ConcurrentTransition, TransitionNotAllowed

from campaigns.models import CaseState
from escalation import moves
from escalation.models import CaseLifecycle
from escalation.models import guards as g
from escalation.moves import TRANSITIONS, blocked_by
from tests.factories import make_case, make_group, make_user

S = CaseState

ACCEPTED = [S.PREPARING, S.DELIVERY_SET, S.CLOCK_RUNNING, S.ESCALATING, S.AGREED]
BEFORE_VOTE = [S.NEW, S.CONTACTING, S.MEETING, S.PROPOSED, S.QUEUED]
FIGHTING = [S.CLOCK_RUNNING, S.ESCALATING]
STAYS = "stays where it is"

# From domain practice, row by row: move -> where it may start -> where it leads.
TABLE = {
    "take": ({S.NEW}, S.CONTACTING),
    "arrange_meeting": ({S.CONTACTING, S.MEETING}, S.MEETING),
    "withdraw": ({S.CONTACTING, S.MEETING, S.QUEUED}, S.WITHDRAWN),
    "refer": ({S.CONTACTING, S.MEETING, S.QUEUED, S.PROPOSED}, S.REFERRED),
    "decline": ({S.CONTACTING, S.MEETING, S.QUEUED, S.PROPOSED}, S.DECLINED),
    "propose": ({S.MEETING}, S.PROPOSED),
    "accept": ({S.PROPOSED}, S.PREPARING),
    "queue": ({S.PROPOSED}, S.QUEUED),
    "start_queued": ({S.QUEUED}, S.PREPARING),
    "defer": ({S.PROPOSED}, S.MEETING),
    "back_to_proposed": ({S.PREPARING}, S.PROPOSED),
    "set_delivery": ({S.PREPARING}, S.DELIVERY_SET),
    "start_clock": ({S.DELIVERY_SET}, S.CLOCK_RUNNING),
    "delivery_failed": ({S.DELIVERY_SET}, S.PREPARING),
    "agree": ({S.PREPARING, S.DELIVERY_SET, *FIGHTING}, S.AGREED),
    "escalate": ({S.CLOCK_RUNNING}, S.ESCALATING),
    "extend_deadline": ({S.CLOCK_RUNNING}, S.CLOCK_RUNNING),
    "win": (set(ACCEPTED), S.WON),
    "settle": ({*FIGHTING, S.AGREED}, S.SETTLED),
    "deliver_again": (set(FIGHTING), STAYS),
    "revise_demand": (set(FIGHTING), STAYS),
    "person_leaves": (set(ACCEPTED), STAYS),
    "default": ({S.AGREED}, S.ESCALATING),
    "lose": ({*FIGHTING, S.AGREED}, S.LOST),
    "drop": ({*ACCEPTED, S.ON_HOLD}, S.DROPPED),
    "hold": ({*BEFORE_VOTE, *ACCEPTED}, S.ON_HOLD),
    "hold_longer": ({S.ON_HOLD}, S.ON_HOLD),
    "resume": ({S.ON_HOLD}, ""),
    "reopen": ({S.WON, S.SETTLED}, S.ESCALATING),
    "take_up_again": ({S.LOST, S.DROPPED, S.DECLINED, S.REFERRED, S.WITHDRAWN}, S.MEETING),
    "merge": ({*BEFORE_VOTE, *ACCEPTED, S.ON_HOLD}, S.MERGED),
    "put_right": (set(S), ""),
}

GUARDS = {
    ("take", S.NEW): [],
    ("arrange_meeting", S.CONTACTING): [g.person_reached],
    ("arrange_meeting", S.MEETING): [g.person_reached],
    ("propose", S.MEETING): [*g.SHEET_COMPLETE],
    ("decline", S.QUEUED): [g.closing_voted],
    ("refer", S.QUEUED): [g.closing_voted],
    ("decline", S.PROPOSED): [g.vote_refused],
    ("refer", S.PROPOSED): [g.vote_refused],
    ("accept", S.PROPOSED): [
        g.everyone_joined,
        g.place_free,
        g.vote_carried,
        g.affected_agreed,
        g.team_of_two,
    ],
    ("queue", S.PROPOSED): [
        g.everyone_joined,
        g.no_place_free,
        g.vote_carried,
        g.affected_agreed,
        g.team_of_two,
    ],
    ("start_queued", S.QUEUED): [g.place_free, g.vote_is_fresh, g.team_of_two],
    ("set_delivery", S.PREPARING): [
        g.letter_issued,
        g.letter_not_delivered,
        g.letter_still_true,
        g.letter_not_out_of_date,
        g.delivery_action_ready,
        g.retaliation_talked_about,
    ],
    ("start_clock", S.DELIVERY_SET): [g.letter_facts_stand, g.delivery_recorded],
    ("agree", S.PREPARING): [g.has_offer, g.offer_accepted, g.less_was_voted],
    ("agree", S.DELIVERY_SET): [g.has_offer, g.offer_accepted, g.less_was_voted],
    ("agree", S.CLOCK_RUNNING): [
        g.has_offer,
        g.offer_accepted,
        g.offer_voted,
        g.affected_agreed,
    ],
    ("agree", S.ESCALATING): [g.has_offer, g.offer_accepted, g.offer_voted, g.affected_agreed],
    ("escalate", S.CLOCK_RUNNING): [g.deadline_passed, g.demand_not_met, g.plan_voted],
    ("extend_deadline", S.CLOCK_RUNNING): [g.extended_only_once],
    **{
        ("win", state): [g.money_cleared, g.everyone_paid, g.instalments_cleared]
        for state in ACCEPTED
    },
    ("settle", S.AGREED): [g.agreed_money_cleared, g.nothing_pending, g.less_than_demanded],
    **{
        ("settle", state): [
            g.some_money_cleared,
            g.nothing_pending,
            g.less_than_demanded,
            g.settling_voted,
            g.affected_agreed,
        ]
        for state in FIGHTING
    },
    **{("revise_demand", state): [g.revision_voted, g.affected_agreed] for state in FIGHTING},
    **{
        ("deliver_again", state): [g.letter_issued, g.letter_not_delivered, g.letter_facts_stand]
        for state in FIGHTING
    },
    **{("person_leaves", state): [g.several_affected, g.leaving_voted] for state in ACCEPTED},
    **{("lose", state): [g.ending_voted, g.affected_agreed] for state in [*FIGHTING, S.AGREED]},
    **{("merge", state): [g.no_money_here] for state in [*BEFORE_VOTE, *ACCEPTED, S.ON_HOLD]},
    **{("drop", state): [g.was_accepted] for state in [*ACCEPTED, S.ON_HOLD]},
}

PAIRS = [(name, state) for name in sorted(TABLE) for state in S.values]


def test_machine_has_exactly_the_moves_of_the_table() -> None:
    assert set(TRANSITIONS) == set(TABLE)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_move_starts_and_leads_where_the_table_says(name: str) -> None:
    sources, target = TABLE[name]
    leads = {state: rule["target"] for state, rule in TRANSITIONS[name].items()}
    assert leads == {state: state if target == STAYS else target for state in sources}


@pytest.mark.parametrize(("name", "state"), [p for p in PAIRS if p[1] in TABLE[p[0]][0]])
def test_move_asks_the_guards_of_the_table(name: str, state: str) -> None:
    rule = TRANSITIONS[name][state]
    assert [*rule["needs"], *rule["records"]] == GUARDS.get((name, state), [])


@pytest.mark.django_db
@pytest.mark.parametrize("state", S.values)
def test_move_from_a_wrong_state_is_refused_by_the_machine_itself(state: str) -> None:
    make_group()
    case = CaseLifecycle.objects.with_facts().get(pk=make_case(state=state).pk)
    for name in [n for n, (sources, _target) in TABLE.items() if state not in sources]:
        with pytest.raises(TransitionNotAllowed):
            getattr(case, name)()
        assert case.state == state
        (sentence,) = blocked_by(case, name, now=timezone.now())
        assert str(S(state).label) in sentence


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "state"),
    [key for key, asked in GUARDS.items() if asked and key[0] not in ("drop", "merge")],
)
def test_move_whose_facts_are_missing_is_refused_by_the_machine_itself(
    name: str, state: str
) -> None:
    make_group()
    case = CaseLifecycle.objects.with_facts().get(pk=make_case(state=state).pk)
    # The two moves that an empty case could make are barred by their one fact instead.
    case.deadline_extended = True
    if (name, state) == ("start_clock", S.DELIVERY_SET):
        assert not case.delivered
    with pytest.raises(TransitionNotAllowed):
        getattr(case, name)()
    assert case.state == state


@pytest.mark.django_db
def test_state_cannot_be_assigned_nor_saved_unknown() -> None:
    case = make_case(state=S.NEW)
    with pytest.raises(AttributeError):
        case.state = S.WON
    with pytest.raises(IntegrityError), transaction.atomic():
        make_case(state="bargaining")


@pytest.mark.django_db
def test_stale_save_of_facts_does_not_put_an_old_state_back() -> None:

    make_group()
    user = make_user()
    case = make_case(state=S.NEW)
    stale = type(case).objects.get(pk=case.pk)
    moves.take(case, by=user, method="phone", result="reached", at=timezone.now())
    stale.title = "Typed meanwhile"
    with pytest.raises(ConcurrentTransition), transaction.atomic():
        stale.save()
    assert type(case).objects.get(pk=case.pk).state == S.CONTACTING


def test_every_state_of_the_sets_is_open_or_closed_and_never_both() -> None:
    assert {*CaseState.OPEN, *CaseState.CLOSED} == set(CaseState)
    assert not {*CaseState.OPEN} & {*CaseState.CLOSED}


def test_document_shows_every_move_with_its_states_and_conditions() -> None:
    document = (settings.BASE_DIR / "docs" / "case-lifecycle.md").read_text()
    rows = [line for line in document.splitlines() if line.startswith("| ")]
    for name, by_source in TRANSITIONS.items():
        for source, rule in by_source.items():
            asked = [f"`{ask.__name__}`" for ask in (*rule["needs"], *rule["records"])]
            leads = f"`{rule['target']}`" if rule["target"] else "the state below"
            parts = [f"| {rule['number']} ", f"`{name}`", f"`{source}`", leads, *asked]
            assert any(all(part in row for part in parts) for row in rows), f"{name} from {source}"
