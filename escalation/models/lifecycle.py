"""The life of a case: every state change there is, and the conditions of each.

`CaseLifecycle` is a proxy of `campaigns.Case`. The facts code never sees these methods, and only
`escalation.moves` calls them. The numbers T1 to T25 name the rows of the table in
docs/case-lifecycle.md.
"""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    Count,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django_fsm import RETURN_VALUE, transition

from campaigns.models import Case as CaseFile
from campaigns.models import (
    CaseParty,
    CaseState,
    ClaimLine,
    Contact,
    Group,
    InitialMeeting,
    Payment,
    TeamMembership,
    User,
)
from campaigns.models.cases import CaseQuerySet
from campaigns.models.claims import ZERO
from escalation.models import guards as g
from escalation.models.actions import Action
from escalation.models.compiled import compiled
from escalation.models.decisions import Decision, Offer
from escalation.models.plans import Rung, Tactic
from letters.models import Delivery, Letter

S = CaseState


def _count(queryset: models.QuerySet[Any], field: str = "pk") -> Coalesce:
    """Count rows of the outer case as a scalar subquery, so that one query knows every fact."""
    rows = queryset.filter(case=OuterRef("pk")).order_by().values("case")
    return Coalesce(Subquery(rows.annotate(n=Count(field, distinct=True)).values("n")), 0)


def _sum(queryset: models.QuerySet[Any], field: str = "amount") -> Coalesce:
    rows = queryset.filter(case=OuterRef("pk")).order_by().values("case")
    money = DecimalField(max_digits=12, decimal_places=2)
    return Coalesce(
        Subquery(rows.annotate(n=Sum(field)).values("n"), output_field=money),
        Value(ZERO, output_field=money),
    )


def _exists(queryset: models.QuerySet[Any]) -> Exists:
    return Exists(queryset.filter(case=OuterRef("pk")))


class LifecycleQuerySet(CaseQuerySet):
    def with_facts(self) -> "LifecycleQuerySet":
        """Annotate everything the guards ask, in one query however long the case is."""
        return self.select_related("sheet", "target").annotate(**compiled(CaseFile, _facts))

    def with_facts_for(self, user: User) -> "LifecycleQuerySet":
        """Annotate the facts, and what of them depends on who is looking."""
        went = InitialMeeting.objects.filter(case=OuterRef("pk"), organizers=user)
        return (
            self.with_facts()
            .select_related("initial_meeting")
            .annotate(went_to_meeting=Exists(went))
        )


def _facts() -> dict[str, Any]:
    return {
        **_contact_facts(),
        **_people_facts(),
        **_letter_facts(),
        **_vote_facts(),
        **_money_facts(),
    }


def _contact_facts() -> dict[str, Any]:
    talks = Contact.objects.filter(who=Contact.Who.PERSON)
    tries = talks.exclude(result=Contact.Result.REACHED)
    first_try = tries.filter(case=OuterRef("pk")).order_by("at").values("at")[:1]
    return {
        "reached": _exists(talks.filter(result=Contact.Result.REACHED)),
        "attempts": _count(tries),
        "attempt_methods": _count(tries, "method"),
        "first_attempt_at": Subquery(first_try),
        "meeting_held": _exists(InitialMeeting.objects.filter(held_on__isnull=False)),
    }


def _people_facts() -> dict[str, Any]:
    affected = CaseParty.objects.affected()
    fights = CaseFile.objects.filter(state__in=CaseState.FIGHTING).order_by().values("held_state")
    return {
        "affected": _count(affected),
        "joined": _count(affected.filter(joined_on__isnull=False)),
        "team_size": _count(TeamMembership.objects.current()),
        # Grouping by a column that is empty while a case fights turns the count into one row.
        "fights": Coalesce(Subquery(fights.annotate(n=Count("pk")).values("n")[:1]), 0),
        "fight_cap": Subquery(Group.objects.values("fight_cap")[:1]),
        "currency": Subquery(Group.objects.values("currency")[:1]),
    }


def _letter_facts() -> dict[str, Any]:
    issued = Letter.objects.filter(case=OuterRef("pk"), issued_at__isnull=False)
    last = issued.order_by("-version")
    return {
        "letter_issued_at": Subquery(last.values("issued_at")[:1]),
        "letter_total": Subquery(last.values("total")[:1]),
        "letter_deadline_at": Subquery(last.values("deadline_at")[:1]),
        "delivered": Exists(Delivery.objects.filter(letter__case=OuterRef("pk"))),
        "delivery_action": Exists(
            Action.objects.filter(
                cases=OuterRef("pk"),
                tactic=Tactic.DELIVERY,
                state=Action.State.ANNOUNCED,
                roles__isnull=False,
            )
        ),
        "plan_voted": _exists(
            Rung.objects.filter(decision__votes_for__gt=F("decision__votes_against"))
        ),
    }


def _vote_facts() -> dict[str, Any]:
    """The last vote since the case came into its state, and the last one that took it on."""
    here = Decision.objects.filter(case=OuterRef("pk"), at__gte=OuterRef("state_since"))
    here = here.exclude(kind=Decision.Kind.PLAN)  # a vote on tactics decides no move
    last = here.order_by("-at", "-pk")
    carried = Case(
        When(votes_for__gt=F("votes_against"), then=True),
        default=False,
        output_field=BooleanField(),
    )
    take_on = Decision.objects.filter(
        case=OuterRef("pk"),
        kind=Decision.Kind.TAKE_ON,
        votes_for__gt=F("votes_against"),
    ).order_by("-at")
    offers = Offer.objects.filter(case=OuterRef("pk"))
    accepted = offers.filter(status=Offer.Status.ACCEPTED)
    return {
        "vote_carried": Subquery(last.annotate(carried=carried).values("carried")[:1]),
        "vote_agreed": Subquery(last.values("affected_agreed")[:1]),
        "take_on_at": Subquery(take_on.values("at")[:1]),
        "offers_open": Exists(offers.filter(status=Offer.Status.RECEIVED)),
        "accepted_offer_amount": Subquery(accepted.values("amount")[:1]),
    }


def _money_facts() -> dict[str, Any]:
    return {
        "lines": _count(ClaimLine.objects.all()),
        "claimed": _sum(ClaimLine.objects.all()),
        "cleared": _sum(Payment.objects.cleared()),
        "pending_payments": _count(Payment.objects.pending()),
    }


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

    @move("T3", source=S.CONTACTING, target=S.MEETING, needs=(g.person_reached,))
    def arrange_meeting(self) -> None:
        """The person wants to meet; two organizers go."""

    @move("T4/T9a", source=[S.CONTACTING, S.MEETING, S.QUEUED], target=S.WITHDRAWN)
    def withdraw(self) -> None:
        """The person says no, or cannot be reached after real tries."""

    @move("T5/T9a", source=[S.CONTACTING, S.MEETING, S.QUEUED], target=S.REFERRED)
    @move("T11", source=S.PROPOSED, target=S.REFERRED, records=(g.vote_refused,))
    def refer(self) -> None:
        """Somebody else can help better; they are told where and why."""

    @move("T5/T9a", source=[S.CONTACTING, S.MEETING, S.QUEUED], target=S.DECLINED)
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
        needs=(g.letter_still_true,),
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
        records=(g.offer_accepted,),
    )
    @move(
        "T18",
        source=[S.CLOCK_RUNNING, S.ESCALATING],
        target=S.AGREED,
        needs=(g.has_offer,),
        records=(g.offer_accepted, g.vote_carried, g.affected_agreed),
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
        needs=(g.money_cleared,),
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
        records=(g.vote_carried, g.affected_agreed),
    )
    def settle(self) -> None:
        """Less than the demand, and they chose it."""

    @move("T21", source=S.AGREED, target=S.ESCALATING)
    def default(self) -> None:
        """The agreement was broken."""

    @move(
        "T23",
        source=[S.CLOCK_RUNNING, S.ESCALATING, S.AGREED],
        target=S.LOST,
        records=(g.vote_carried,),
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

    @move("T25", source=[*CaseState.BEFORE_VOTE, *CaseState.ACCEPTED], target=S.ON_HOLD)
    def hold(self) -> None:
        """A pause with a reason and a day to look at it again."""

    @move(
        "T25",
        source=S.ON_HOLD,
        target=RETURN_VALUE(*CaseState.BEFORE_VOTE, *CaseState.ACCEPTED),
    )
    def resume(self) -> str:
        """Return to the state below the pause."""
        return self.held_state


def transitions() -> dict[str, dict[str, dict[str, Any]]]:
    """Return `{method: {source: {"target", "number", "needs", "records"}}}` for pages and tests."""
    table: dict[str, dict[str, dict[str, Any]]] = {}
    field = CaseLifecycle._meta.get_field("state")
    for t in field.get_all_transitions(CaseLifecycle):
        target = "" if isinstance(t.target, RETURN_VALUE) else t.target
        table.setdefault(t.name, {})[t.source] = {"target": target, **t.custom}
    return table
