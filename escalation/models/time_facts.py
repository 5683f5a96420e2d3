"""What of a case depends on days: who was heard when, and what the rules of the place say."""

from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject

from campaigns.models import (
    Actor,
    CaseState,
    ClaimLine,
    Contact,
    DepositRule,
    Group,
    LogEntry,
    Message,
)
from campaigns.models import WageRule as Wages
from escalation.models.decisions import Decision, OfferVoice
from escalation.models.plans import StepVoice
from letters.models import LetterApproval

# Moves made on the word of everyone affected: a fight goes on after its end, or starts at last.
_GO_ON = Q(from_state__in=(CaseState.WON, CaseState.SETTLED), to_state=CaseState.ESCALATING) | Q(
    from_state=CaseState.QUEUED, to_state=CaseState.PREPARING
)


def time_facts() -> dict[str, Any]:
    """Return annotations for `CaseLifecycle.objects.with_facts()`."""
    return {**heard_facts(), **_law_facts()}


def heard_facts() -> dict[str, Any]:
    """When an affected person was last reached, wrote to us, or did something with their code.

    And when the fight was taken on, a vote noted their yes, or the team passed on what they said
    to a letter, an offer, a step or going on: they were asked then. A talk about whether they are
    safe does not count, since it asks for nothing.
    """
    case = OuterRef("pk")
    talks = Contact.objects.filter(case=case, who=Contact.Who.PERSON).exclude(
        purpose=Contact.Purpose.SAFETY
    )
    reached = talks.filter(result=Contact.Result.REACHED).order_by("-at")
    wrote = Message.objects.filter(case=case, from_team=False).order_by("-at")
    votes = Decision.objects.valid().carried().filter(case=case)
    take_on = votes.filter(kind=Decision.Kind.TAKE_ON).order_by("-at")
    said_yes = votes.filter(affected_agreed=True).order_by("-at")
    did = LogEntry.objects.filter(case=case, actor=Actor.AFFECTED).order_by("-at")
    wants_it = LogEntry.objects.moves_that_stand().filter(_GO_ON, case=case).order_by("-at")
    approved = LetterApproval.objects.filter(letter__case=case, party__isnull=False)
    answered = OfferVoice.objects.filter(offer__case=case)
    said = StepVoice.objects.filter(party__case=case)
    return {
        "reached_at": Subquery(reached.values("at")[:1]),
        "wrote_at": Subquery(wrote.values("at")[:1]),
        "did_at": Subquery(did.values("at")[:1]),
        "take_on_at": Subquery(take_on.values("at")[:1]),
        "agreed_at": Subquery(said_yes.values("at")[:1]),
        "wants_it_at": Subquery(wants_it.values("at")[:1]),
        "approved_at": Subquery(approved.order_by("-at").values("at")[:1]),
        "answered_at": Subquery(answered.order_by("-at").values("at")[:1]),
        "said_at": Subquery(said.order_by("-at").values("at")[:1]),
    }


def _law_facts() -> dict[str, Any]:
    place = Subquery(Group.objects.exclude(jurisdiction="").values("jurisdiction")[:1])
    first_day = Coalesce("from_date", "until_date")
    lines = ClaimLine.objects.counting().filter(case=OuterRef("pk"), amount__gt=0)
    oldest = lines.annotate(day=first_day).exclude(day=None).order_by("day")
    # As `rules.rule_for` chooses it; a case without a day takes the row that has none either.
    left = Coalesce(OuterRef("sheet__ended_on"), OuterRef("sheet__keys_returned_on"))
    worked = Coalesce(OuterRef("sheet__ended_on"), OuterRef("sheet__payday_on"))
    deposits = DepositRule.objects.filter(jurisdiction=place).valid_on(left)
    wages = Wages.objects.filter(jurisdiction=place).valid_on(worked)
    deposit = deposits.values(
        found=JSONObject(
            return_deadline_days="return_deadline_days",
            return_deadline_days_no_deductions="return_deadline_days_no_deductions",
            business_days="business_days",
            deadline_starts="deadline_starts",
            citation="citation",
            checked_on="checked_on",
        )
    )
    return {
        "oldest_owed_on": Subquery(oldest.values("day")[:1]),
        "claim_limit_years": Subquery(wages.values("claim_limit_years")[:1]),
        "deposit_rule": Subquery(deposit[:1]),
    }
