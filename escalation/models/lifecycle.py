"""The life of a case: every state change there is, and the conditions of each.

`CaseLifecycle` is a proxy of `campaigns.Case`. The facts code never sees these methods, and only
`escalation.moves` calls them. The numbers T1 to T30 name the rows of the table in
docs/case-lifecycle.md.
"""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django_fsm import RETURN_VALUE, transition

from campaigns.models import Case as CaseFile
from campaigns.models import CaseState
from escalation.models import guards as g
from escalation.models.facts import LifecycleQuerySet

S = CaseState


def move(
    number: str,
    *,
    source: Any,
    target: Any,
    needs: tuple[g.Guard, ...] = (),
    records: tuple[g.Guard, ...] = (),
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a transition with its row of the table and its guards.

    `needs` must hold before the move is offered; `records` is what the move's own form brings, so
    it is asked only when the move is made. Both are conditions of the transition itself.
    """
    conditions = [lambda case, ask=ask: not ask(case, timezone.now()) for ask in needs + records]
    return transition(
        field="state",
        source=source,
        target=target,
        conditions=conditions,
        custom={"number": number, "needs": needs, "records": records},
    )


def _at_each(
    number: str, states: tuple[str, ...], **guards: tuple[g.Guard, ...]
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a move that stays where it is, wherever that may be."""

    def declare(method: Callable[..., Any]) -> Callable[..., Any]:
        for state in states:
            method = move(number, source=state, target=state, **guards)(method)
        return method

    return declare


class CaseLifecycle(CaseFile):
    """A case as the state machine sees it. The methods do nothing but move."""

    objects = LifecycleQuerySet.as_manager()

    class Meta:
        proxy = True

    @property
    def has_meeting(self) -> bool:
        """Say whether a first meeting was arranged; no query after `with_facts_for()`."""
        return hasattr(self, "initial_meeting")

    @move("T2", source=S.NEW, target=S.CONTACTING)
    def take(self) -> None:
        """Somebody takes responsibility and makes the first attempt."""

    # Also where they meet again: the case came back, or the day did not work out.
    @move("T3", source=[S.CONTACTING, S.MEETING], target=S.MEETING, needs=(g.person_reached,))
    def arrange_meeting(self) -> None:
        """The person wants to meet; two organizers go."""

    @move("T4/T9a", source=[S.CONTACTING, S.MEETING, S.QUEUED], target=S.WITHDRAWN)
    def withdraw(self) -> None:
        """The person says no, or cannot be reached after real tries."""

    @move("T5", source=[S.CONTACTING, S.MEETING], target=S.REFERRED)
    @move("T9a", source=S.QUEUED, target=S.REFERRED, records=(g.closing_voted,))
    @move("T11", source=S.PROPOSED, target=S.REFERRED, records=(g.vote_refused,))
    def refer(self) -> None:
        """Somebody else can help better; they are told where and why."""

    @move("T5", source=[S.CONTACTING, S.MEETING], target=S.DECLINED)
    @move("T9a", source=S.QUEUED, target=S.DECLINED, records=(g.closing_voted,))
    @move("T11", source=S.PROPOSED, target=S.DECLINED, records=(g.vote_refused,))
    def decline(self) -> None:
        """The group does not take it on; they are told why."""

    @move("T6", source=S.MEETING, target=S.PROPOSED, needs=g.SHEET_COMPLETE)
    def propose(self) -> None:
        """The case goes on the agenda of the next meeting."""

    @move(
        "T7",
        source=S.PROPOSED,
        target=S.PREPARING,
        needs=(g.everyone_joined, g.place_free),
        records=(g.vote_carried, g.affected_agreed, g.team_of_two),
    )
    def accept(self) -> None:
        """The vote takes the fight on."""

    @move(
        "T8",
        source=S.PROPOSED,
        target=S.QUEUED,
        needs=(g.everyone_joined, g.no_place_free),
        records=(g.vote_carried, g.affected_agreed, g.team_of_two),
    )
    def queue(self) -> None:
        """The vote takes it on, but it waits until a fight ends."""

    @move(
        "T9",
        source=S.QUEUED,
        target=S.PREPARING,
        needs=(g.place_free,),
        records=(g.vote_is_fresh, g.team_of_two),
    )
    def start_queued(self) -> None:
        """There is room now, and the person still wants it."""

    @move("T10", source=S.PROPOSED, target=S.MEETING)
    def defer(self) -> None:
        """The meeting has questions first."""

    @move("T11a", source=S.PREPARING, target=S.PROPOSED)
    def back_to_proposed(self) -> None:
        """Before anything was delivered, the facts or the wish changed."""

    @move(
        "T12",
        source=S.PREPARING,
        target=S.DELIVERY_SET,
        needs=(
            g.letter_issued,
            g.letter_not_delivered,
            g.letter_still_true,
            g.letter_not_out_of_date,
            g.delivery_action_ready,
            g.retaliation_talked_about,
        ),
    )
    def set_delivery(self) -> None:
        """The letter is final and the delivery is planned."""

    @move(
        "T13",
        source=S.DELIVERY_SET,
        target=S.CLOCK_RUNNING,
        needs=(g.letter_facts_stand,),
        records=(g.delivery_recorded,),
    )
    def start_clock(self) -> None:
        """The demand was delivered; the deadline counts from there."""

    @move("T14", source=S.DELIVERY_SET, target=S.PREPARING)
    def delivery_failed(self) -> None:
        """Nothing was handed over. The letter gets a new date."""

    @move(
        "T15",
        source=[S.PREPARING, S.DELIVERY_SET],
        target=S.AGREED,
        needs=(g.has_offer,),
        records=(g.offer_accepted, g.less_was_voted),
    )
    @move(
        "T18",
        source=[S.CLOCK_RUNNING, S.ESCALATING],
        target=S.AGREED,
        needs=(g.has_offer,),
        records=(g.offer_accepted, g.offer_voted, g.affected_agreed),
    )
    def agree(self) -> None:
        """The people affected and the group accept an offer with dates."""

    @move(
        "T16",
        source=S.CLOCK_RUNNING,
        target=S.ESCALATING,
        needs=(g.deadline_passed, g.demand_not_met, g.plan_voted),
    )
    def escalate(self) -> None:
        """The deadline passed. A person decides; nothing here does it by itself."""

    @move(
        "T17",
        source=S.CLOCK_RUNNING,
        target=S.CLOCK_RUNNING,
        needs=(g.extended_only_once,),
    )
    def extend_deadline(self) -> None:
        """Once, to a new day, with the reason."""

    @move(
        "T15/T19",
        source=[S.PREPARING, S.DELIVERY_SET, S.CLOCK_RUNNING, S.ESCALATING, S.AGREED],
        target=S.WON,
        needs=(g.money_cleared, g.everyone_paid, g.instalments_cleared),
    )
    def win(self) -> None:
        """All of the demand is done and all of the money cleared."""

    @move(
        "T20",
        source=S.AGREED,
        target=S.SETTLED,
        needs=(g.agreed_money_cleared, g.nothing_pending, g.less_than_demanded),
    )
    @move(
        "T20a",
        source=[S.CLOCK_RUNNING, S.ESCALATING],
        target=S.SETTLED,
        needs=(g.some_money_cleared, g.nothing_pending, g.less_than_demanded),
        records=(g.settling_voted, g.affected_agreed),
    )
    def settle(self) -> None:
        """Less than the demand, and they chose it."""

    @_at_each("T22", CaseState.FIGHTING, records=(g.revision_voted, g.affected_agreed))
    def revise_demand(self) -> None:
        """The people affected and the group ask for something else than before."""

    @_at_each(
        "T22",
        CaseState.FIGHTING,
        needs=(g.letter_issued, g.letter_not_delivered, g.letter_facts_stand),
    )
    def deliver_again(self) -> None:
        """A second letter goes out, with a day of its own; the fight does not step back for it."""

    @move("T21", source=S.AGREED, target=S.ESCALATING)
    def default(self) -> None:
        """The agreement was broken."""

    @_at_each("T30", CaseState.ACCEPTED, needs=(g.several_affected,), records=(g.leaving_voted,))
    def person_leaves(self) -> None:
        """One of several people affected leaves, and their share leaves the demand."""

    @move(
        "T23",
        source=[S.CLOCK_RUNNING, S.ESCALATING, S.AGREED],
        target=S.LOST,
        records=(g.ending_voted, g.affected_agreed),
    )
    def lose(self) -> None:
        """The group votes to end without winning."""

    @move(
        "T24",
        source=[*CaseState.ACCEPTED, S.ON_HOLD],
        target=S.DROPPED,
        needs=(g.was_accepted,),
    )
    def drop(self) -> None:
        """The affected person's own word is enough; any other reason takes a vote."""

    @move("T26", source=[S.WON, S.SETTLED], target=S.ESCALATING)
    def reopen(self) -> None:
        """What was paid was taken back, or the agreement was broken: the fight goes on."""

    @move(
        "T27",
        source=[S.LOST, S.DROPPED, S.DECLINED, S.REFERRED, S.WITHDRAWN],
        target=S.MEETING,
    )
    def take_up_again(self) -> None:
        """The person came back, or there are new facts. The group votes anew."""

    @move("T29", source=[*CaseState.OPEN], target=S.MERGED, needs=(g.no_money_here,))
    def merge(self) -> None:
        """The same thing is open already as another case, which goes on."""

    @move("T25", source=[*CaseState.BEFORE_VOTE, *CaseState.ACCEPTED], target=S.ON_HOLD)
    def hold(self) -> None:
        """A pause with a reason and a day to look at it again."""

    @move("T25", source=S.ON_HOLD, target=S.ON_HOLD)
    def hold_longer(self) -> None:
        """Somebody looked at it, and the pause goes on until another day."""

    @move(
        "T25",
        source=S.ON_HOLD,
        target=RETURN_VALUE(*CaseState.BEFORE_VOTE, *CaseState.ACCEPTED),
    )
    def resume(self) -> str:
        """Return to the state below the pause."""
        return self.held_state

    @move("put right", source=[*S], target=RETURN_VALUE(*S))
    def put_right(self, state: str) -> str:
        """The last move was a mistake: return to where it came from."""
        return state


def transitions() -> dict[str, dict[str, dict[str, Any]]]:
    """Return `{method: {source: {"target", "number", "needs", "records"}}}` for pages and tests."""
    table: dict[str, dict[str, dict[str, Any]]] = {}
    field = CaseLifecycle._meta.get_field("state")
    for t in field.get_all_transitions(CaseLifecycle):
        target = "" if isinstance(t.target, RETURN_VALUE) else t.target
        table.setdefault(t.name, {})[t.source] = {"target": target, **t.custom}
    return table
