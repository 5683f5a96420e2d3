"""Votes: when one carries, and how it is written down."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from campaigns.models import Case, Event, Group, User
from campaigns.models.log import record
from escalation import agenda
from escalation.models import Decision, DecisionVoice

T = Group.Threshold


def rule_for(kind: str, group: Group) -> str:
    """Return the rule a vote of `kind` is counted by: the group's own settings."""
    return group.threshold_less if kind in Decision.LESS else group.threshold


def carries(rule: str, *, votes_for: int, votes_against: int) -> bool:
    """Say whether a vote carries. Who abstains is counted for the quorum only.

    A tie never carries, and nobody for it never does either.
    """
    voted = votes_for + votes_against
    if rule == T.TWO_THIRDS:
        return votes_for * 3 >= voted * 2 > 0
    if rule == T.THREE_QUARTERS:
        return votes_for * 4 >= voted * 3 > 0
    if rule == T.NOBODY_AGAINST:
        return votes_against == 0 < votes_for
    return votes_for > votes_against


def has_quorum(group: Group, *, votes_for: int, votes_against: int, abstained: int) -> bool:
    return votes_for + votes_against + abstained >= group.quorum


def in_words(rule: str, group: Group) -> str:
    """Return the sentence for a vote that did not carry: what it would have taken."""
    sentence = {
        T.MAJORITY: _("The vote did not carry: there must be more for than against."),
        T.TWO_THIRDS: _("The vote did not carry: two thirds must be for it."),
        T.THREE_QUARTERS: _("The vote did not carry: three quarters must be for it."),
        T.NOBODY_AGAINST: _("The vote did not carry: nobody may be against it."),
    }[T(rule)]
    if group.quorum < 2:
        return sentence
    return f"{sentence} " + _("At least %(n)s people must vote.") % {"n": group.quorum}


def record_decision(
    case: Case | None,
    kind: str,
    *,
    by: User,
    vote: Mapping[str, Any],
    sum_voted: Decimal | None = None,
) -> Decision:
    """Write down a vote, whether it carried, and what the people affected said.

    `vote` holds motion, votes_for, votes_against, abstained, held_on and affected_agreed; with
    `voices`, {party pk: bool}, everyone affected agreed only if each of them did. Of what is one
    person's own matter (`Decision.OF_ONE`), only those in `voices` are asked. `meeting` may be
    given too. Call it in the transaction of what was decided.
    """
    vote = dict(vote)
    voices: dict[int, bool] = vote.pop("voices", None) or {}
    affected = set(case.parties.affected().values_list("pk", flat=True)) if case else set()
    voices = {pk: agreed for pk, agreed in voices.items() if pk in affected}
    if voices:
        asked = set(voices) if kind in Decision.OF_ONE else affected
        vote["affected_agreed"] = asked == {pk for pk, agreed in voices.items() if agreed}
    elif vote.get("affected_agreed"):
        voices = dict.fromkeys(affected, True)
    group = Group.objects.get(pk=1)
    rule = rule_for(kind, group)
    counts = {name: vote[name] for name in ("votes_for", "votes_against")}
    quorate = has_quorum(group, abstained=vote.get("abstained", 0), **counts)
    decision = Decision.objects.create(
        case=case,
        kind=kind,
        rule=rule,
        carried=quorate and carries(rule, **counts),
        recorded_by=by,
        sum_voted=sum_voted,
        **vote,
    )
    DecisionVoice.objects.bulk_create(
        DecisionVoice(decision=decision, party_id=pk, agreed=agreed)
        for pk, agreed in voices.items()
    )
    if case:
        _log(case, decision, by=by)
        agenda.link_decision(decision, zone=group.zone)
    return decision


def _log(case: Case, decision: Decision, *, by: User) -> None:
    counts = {
        "for": decision.votes_for,
        "against": decision.votes_against,
        "abstained": decision.abstained,
        "kind": decision.kind,
    }
    record(case, Event.VOTE, by=by, motion=decision.motion, decision=decision.pk, **counts)
