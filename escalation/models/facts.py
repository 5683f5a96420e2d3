"""Everything the guards ask about a case, as annotations of one query."""

from typing import Any

from django.db import models
from django.db.models import (
    Count,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Greatest

from campaigns.models import Case as CaseFile
from campaigns.models import (
    CaseLink,
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
from escalation.models.actions import Action
from escalation.models.agreement_facts import agreement_facts
from escalation.models.compiled import compiled
from escalation.models.decisions import Decision, Offer
from escalation.models.incidents import incident_facts
from escalation.models.plans import Rung, Tactic
from escalation.models.time_facts import time_facts
from letters.models import Delivery, Demand, DemandShare, Letter

_MONEY = DecimalField(max_digits=12, decimal_places=2)
_NOTHING = Value(ZERO, output_field=_MONEY)


def _count(queryset: models.QuerySet[Any], field: str = "pk") -> Coalesce:
    """Count rows of the outer case as a scalar subquery, so that one query knows every fact."""
    rows = queryset.filter(case=OuterRef("pk")).order_by().values("case")
    return Coalesce(Subquery(rows.annotate(n=Count(field, distinct=True)).values("n")), 0)


def _sum(queryset: models.QuerySet[Any], field: str = "amount") -> Coalesce:
    rows = queryset.filter(case=OuterRef("pk")).order_by().values("case")
    return Coalesce(
        Subquery(rows.annotate(n=Sum(field)).values("n"), output_field=_MONEY), _NOTHING
    )


def _exists(queryset: models.QuerySet[Any]) -> Exists:
    return Exists(queryset.filter(case=OuterRef("pk")))


class LifecycleQuerySet(CaseQuerySet):
    def with_facts(self) -> "LifecycleQuerySet":
        """Annotate everything the guards ask, in one query however long the case is."""
        return self.select_related("sheet", "target").annotate(**compiled(CaseFile, of_a_case))

    def with_facts_for(self, user: User) -> "LifecycleQuerySet":
        """Annotate the facts, and what of them depends on who is looking."""
        went = InitialMeeting.objects.filter(case=OuterRef("pk"), organizers=user)
        named = TeamMembership.objects.named_for_legal()
        return (
            self.with_facts()
            .select_related("initial_meeting", "keeping")
            .annotate(went_to_meeting=Exists(went), sees_legal=_exists(named.filter(user=user)))
        )


def of_a_case() -> dict[str, Any]:
    return {
        **_contact_facts(),
        **_people_facts(),
        **_letter_facts(),
        **_vote_facts(),
        **_plan_facts(),
        **_money_facts(),
        **_share_facts(),
        **agreement_facts(),
        **incident_facts(),
        **_link_facts(),
        **time_facts(),
    }


def _contact_facts() -> dict[str, Any]:
    # A safety check asks for nothing, so it counts towards nothing.
    talks = Contact.objects.filter(who=Contact.Who.PERSON, purpose=Contact.Purpose.CASE)
    tries = talks.exclude(result=Contact.Result.REACHED)
    first_try = tries.filter(case=OuterRef("pk")).order_by("at").values("at")[:1]
    return {
        "reached": _exists(talks.filter(result=Contact.Result.REACHED)),
        "attempts": _count(tries),
        "attempt_methods": _count(tries, "method"),
        "first_attempt_at": Subquery(first_try),
        "meeting_held": _exists(InitialMeeting.objects.filter(held_on__isnull=False)),
    }


def _link_facts() -> dict[str, Any]:
    linked = CaseLink.objects.filter(Q(earlier=OuterRef("pk")) | Q(later=OuterRef("pk")))
    merged = CaseFile.objects.filter(merged_into=OuterRef("pk"))
    return {"has_links": Exists(linked), "has_merged": Exists(merged)}


def _people_facts() -> dict[str, Any]:
    affected = CaseParty.objects.affected()
    acting = CaseParty.objects.representatives().filter(
        acts_for=OuterRef("pk"), joined_on__isnull=False
    )
    fights = CaseFile.objects.filter(state__in=CaseState.FIGHTING).order_by().values("held_state")
    return {
        "affected": _count(affected),
        "joined": _count(affected.filter(Q(joined_on__isnull=False) | Exists(acting))),
        "team_size": _count(TeamMembership.objects.current()),
        # Grouping by a column that is empty while a case fights turns the count into one row.
        "fights": Coalesce(Subquery(fights.annotate(n=Count("pk")).values("n")[:1]), 0),
        "fight_cap": Subquery(Group.objects.values("fight_cap")[:1]),
        "currency": Subquery(Group.objects.values("currency")[:1]),
    }


def _letter_facts() -> dict[str, Any]:
    issued = Letter.objects.demands().issued().filter(case=OuterRef("pk"))
    last = issued.order_by("-version")
    went_out = Delivery.objects.filter(letter=OuterRef("pk"))
    return {
        "letter_issued_at": Subquery(last.values("issued_at")[:1]),
        "letter_total": Subquery(last.values("total")[:1]),
        "letter_deadline_at": Subquery(last.values("deadline_at")[:1]),
        "delivered": Subquery(last.annotate(out=Exists(went_out)).values("out")[:1]),
        "delivery_action": Exists(
            Action.objects.filter(
                cases=OuterRef("pk"),
                tactic=Tactic.DELIVERY,
                state__in=Action.State.on(),
                roles__isnull=False,
            )
        ),
        "plan_voted": _exists(
            Rung.objects.filter(decision__carried=True, decision__struck_at=None)
        ),
    }


_K = Decision.Kind
_DECIDES_NO_MOVE = (
    _K.PLAN,
    _K.REVIEW,
    _K.PUBLICITY,
    _K.PAYEE,
    _K.ON_ACCOUNT,
    _K.COUNTER,
    _K.WAIVE,
    _K.GENERAL,
)


def _vote_facts() -> dict[str, Any]:
    """The last vote since the case came into its state, and the last one that took it on."""
    votes = Decision.objects.valid().filter(case=OuterRef("pk"))
    here = votes.filter(at__gte=OuterRef("state_since"))
    here = here.exclude(kind__in=_DECIDES_NO_MOVE)
    last = here.order_by("-at", "-pk")
    offers = Offer.objects.filter(case=OuterRef("pk"))
    accepted = offers.filter(status=Offer.Status.ACCEPTED)
    return {
        "vote_kind": Subquery(last.values("kind")[:1]),
        "vote_carried": Subquery(last.values("carried")[:1]),
        "vote_agreed": Subquery(last.values("affected_agreed")[:1]),
        "offers_open": Exists(offers.filter(status__in=Offer.OPEN)),
        "accepted_offer_amount": Subquery(accepted.values("amount")[:1]),
        "accepted_with_clauses": Exists(accepted.filter(Offer.WANTS_MORE)),
        "demand_has_terms": Exists(_current_demands().exclude(other_terms="")),
    }


def _plan_facts() -> dict[str, Any]:
    """When the plan that holds was voted, when a meeting last looked at the fight, and when it
    looks again."""
    votes = Decision.objects.carried().filter(case=OuterRef("pk"))
    plan = votes.filter(kind=_K.PLAN).order_by("-at", "-pk")
    review = votes.filter(kind=_K.REVIEW).order_by("-at", "-pk")
    return {
        "plan_voted_on": Subquery(plan.values("held_on")[:1]),
        "reviewed_on": Subquery(review.values("held_on")[:1]),
        "review_next_on": Subquery(review.values("review__next_on")[:1]),
    }


def _money_facts() -> dict[str, Any]:
    return {
        "lines": _count(ClaimLine.objects.counting()),
        "claimed": _sum(ClaimLine.objects.counting()),
        "cleared": _sum(Payment.objects.counting()),
        "cleared_here": _sum(Payment.objects.cleared().to_people_present()),
        "pending_payments": _count(Payment.objects.pending()),
    }


def _current_demands() -> models.QuerySet[Demand]:
    later = Demand.objects.filter(case=OuterRef("case"), version__gt=OuterRef("version"))
    return Demand.objects.filter(~Exists(later), case=OuterRef("pk"))


def _share_facts() -> dict[str, Any]:
    """What is missing of single shares, what cleared without a name, and what left with people."""
    later = Demand.objects.filter(
        case=OuterRef("demand__case"), version__gt=OuterRef("demand__version")
    )
    shares = DemandShare.objects.filter(~Exists(later), demand__case=OuterRef("pk")).order_by()
    theirs = Q(party=OuterRef("party")) | Q(party__acts_for=OuterRef("party"))
    got = Payment.objects.cleared().filter(theirs).order_by().values("case")
    got_sum = Coalesce(Subquery(got.annotate(n=Sum("amount")).values("n")), _NOTHING)
    missing = Greatest(F("amount") - got_sum, _NOTHING, output_field=_MONEY)
    short = shares.filter(party__left_at=None).values("demand").annotate(n=Sum(missing))
    left = shares.filter(party__left_at__isnull=False).values("demand").annotate(n=Sum("amount"))
    unnamed = Q(party=None) | Q(party__role=CaseParty.Role.REPRESENTATIVE, party__acts_for=None)
    return {
        "shares_short": Coalesce(Subquery(short.values("n"), output_field=_MONEY), _NOTHING),
        "left_with": Coalesce(Subquery(left.values("n"), output_field=_MONEY), _NOTHING),
        "cleared_unnamed": _sum(Payment.objects.cleared().filter(unnamed)),
    }
