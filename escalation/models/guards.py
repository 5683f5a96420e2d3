"""May this happen? One function a condition, with its sentence.

A guard gets a case read by `CaseLifecycle.objects.with_facts()` and the time, and returns an
empty string, or the sentence that tells a person what is missing. Guards only read annotations
and the sheet, so asking all of them costs no query.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Case, CaseState
from campaigns.models.payments import balance, is_paid
from campaigns.wording import date_in_words, money
from escalation.models.decisions import Decision

Guard = Callable[[Any, dt.datetime], str]

ATTEMPTS = 3
ATTEMPT_METHODS = 2
ATTEMPT_DAYS = 10
VOTE_LASTS_DAYS = 60
HOLD_DAYS = 30


def person_reached(case: Any, now: dt.datetime) -> str:
    return "" if case.reached else _("Nobody has reached the person yet. Log the contact first.")


def tried_enough(case: Any, now: dt.datetime) -> str:
    return enough_tries(
        now=now,
        attempts=case.attempts,
        attempt_methods=case.attempt_methods,
        first_attempt_at=case.first_attempt_at,
    )


def enough_tries(
    *, now: dt.datetime, attempts: int, attempt_methods: int, first_attempt_at: dt.datetime | None
) -> str:
    """Ask for 3 attempts in 2 ways over 10 days before somebody counts as unreachable."""
    if (
        attempts >= ATTEMPTS
        and attempt_methods >= ATTEMPT_METHODS
        and first_attempt_at is not None
        and now - first_attempt_at >= dt.timedelta(days=ATTEMPT_DAYS)
    ):
        return ""
    return _(
        "Try at least %(n)s times, in %(methods)s different ways, over %(days)s days. Log each try."
    ) % {"n": ATTEMPTS, "methods": ATTEMPT_METHODS, "days": ATTEMPT_DAYS}


def meeting_held(case: Any, now: dt.datetime) -> str:
    return "" if case.meeting_held else _("The first meeting has not been held yet.")


def story_told(case: Any, now: dt.datetime) -> str:
    return "" if case.sheet.story.strip() else _("The case sheet has no story.")


def sum_worked_out(case: Any, now: dt.datetime) -> str:
    """A wage or deposit case needs a sum with its working; another demand may have none."""
    if case.kind == Case.Kind.OTHER or (case.lines and case.claimed > 0):
        return ""
    return _("The sum is not worked out. Add claim lines.")


def evidence_listed(case: Any, now: dt.datetime) -> str:
    if case.sheet.evidence_list.strip():
        return ""
    return _('The evidence is not listed. If there is none, write "none".')


def wish_known(case: Any, now: dt.datetime) -> str:
    return "" if case.sheet.wish.strip() else _("What the person wants is not written down.")


def ready_to_take_part(case: Any, now: dt.datetime) -> str:
    if case.sheet.readiness.strip():
        return ""
    return _("It is not written down what the person is ready to do.")


def risks_explained(case: Any, now: dt.datetime) -> str:
    if case.sheet.risks_explained and case.sheet.not_a_service_explained:
        return ""
    return _("Talk about the risks, and that we are not a service. Then tick both on the sheet.")


def target_reachable(case: Any, now: dt.datetime) -> str:
    if case.target and case.target.can_be_reached:
        return ""
    return _("We do not know yet where a letter could be handed over.")


def everyone_joined(case: Any, now: dt.datetime) -> str:
    """Membership is recorded for every affected person, or for who acts for them: who fights with
    us joins us.
    """
    if case.affected and case.joined == case.affected:
        return ""
    return _("Record for each affected person when they joined the network.")


def team_of_two(case: Any, now: dt.datetime) -> str:
    return "" if case.team_size >= 2 else _("The team needs two people or more.")


def vote_carried(case: Any, now: dt.datetime) -> str:
    return (
        ""
        if case.vote_carried
        else _("The vote did not carry: there must be more for than against.")
    )


def vote_refused(case: Any, now: dt.datetime) -> str:
    if case.vote_carried is False:
        return ""
    return _("The vote carried. A no needs as many against as for, or more.")


def _voted(case: Any, kind: str) -> str:
    """A vote on something else does not count: what is decided is what was voted on."""
    if case.vote_kind != kind:
        return _("This takes a vote of the meeting. Record it with the move.")
    return "" if case.vote_carried else _("The vote did not carry.")


def offer_voted(case: Any, now: dt.datetime) -> str:
    return _voted(case, Decision.Kind.OFFER)


def less_was_voted(case: Any, now: dt.datetime) -> str:
    """Before the delivery the whole demand may be accepted without a vote, and nothing less.

    Where more than money is demanded, or they want something in return, the meeting looks at it.
    """
    offered, asked = case.accepted_offer_amount, case.demanded
    is_whole = offered is not None and asked is not None and offered >= asked
    if is_whole and not (case.accepted_with_clauses or case.demand_has_terms):
        return ""
    return offer_voted(case, now) or affected_agreed(case, now)


def settling_voted(case: Any, now: dt.datetime) -> str:
    return _voted(case, Decision.Kind.SETTLE)


def ending_voted(case: Any, now: dt.datetime) -> str:
    return _voted(case, Decision.Kind.LOSE)


def revision_voted(case: Any, now: dt.datetime) -> str:
    return _voted(case, Decision.Kind.REVISE)


def leaving_voted(case: Any, now: dt.datetime) -> str:
    return _voted(case, Decision.Kind.LEAVE)


def closing_voted(case: Any, now: dt.datetime) -> str:
    """The meeting took it on, so only the meeting takes it off the queue again."""
    return _voted(case, Decision.Kind.CLOSE_QUEUED)


def several_affected(case: Any, now: dt.datetime) -> str:
    if case.affected >= 2:
        return ""
    return _("Nobody else is affected. If they want to stop, the fight is dropped.")


def affected_agreed(case: Any, now: dt.datetime) -> str:
    if case.vote_agreed:
        return ""
    return _("The people affected must have been there, or said yes before.")


def vote_is_fresh(case: Any, now: dt.datetime) -> str:
    if case.take_on_at and case.facts_changed_at and case.facts_changed_at > case.take_on_at:
        return _("The facts changed after the vote. Vote again.")
    if case.take_on_at and now - case.take_on_at <= dt.timedelta(days=VOTE_LASTS_DAYS):
        return ""
    return _("The vote is older than %(days)s days. Vote again.") % {"days": VOTE_LASTS_DAYS}


def place_free(case: Any, now: dt.datetime) -> str:
    """The group runs as many fights at once as it set for itself."""
    if case.fights < case.fight_cap:
        return ""
    return ngettext(
        "%(n)s fight is running. That is as many as the group set itself.",
        "%(n)s fights are running. That is as many as the group set itself.",
        case.fights,
    ) % {"n": case.fights}


def no_place_free(case: Any, now: dt.datetime) -> str:
    if case.fights >= case.fight_cap:
        return ""
    return _("There is room for this fight now. It does not have to wait.")


def letter_issued(case: Any, now: dt.datetime) -> str:
    if case.letter_issued_at:
        return ""
    return _(
        "The letter is not final. Everyone affected and one organizer who did not write it "
        "must approve it."
    )


def letter_facts_stand(case: Any, now: dt.datetime) -> str:
    """The facts a letter prints must not have changed after it was frozen."""
    if not case.letter_issued_at or not case.facts_changed_at:
        return ""
    return _outdated() if case.facts_changed_at > case.letter_issued_at else ""


def letter_still_true(case: Any, now: dt.datetime) -> str:
    """Its facts stand, and before it goes out it asks for what is still owed."""
    # Once delivered, money that comes is what the letter was for.
    if not case.letter_issued_at or case.delivered:
        return letter_facts_stand(case, now)
    return letter_facts_stand(case, now) or letter_asks_what_is_owed(case, case.cleared_here)


def letter_asks_what_is_owed(case: Any, cleared: Decimal) -> str:
    """The sum in the letter is the demand without what had `cleared` when it went out."""
    asked = None
    if case.demanded is not None:
        asked = balance(case.demanded - case.left_with, cleared)
    return _outdated() if case.letter_total != asked else ""


def _outdated() -> str:
    return _("The facts changed after the letter became final. Draft the next version.")


def letter_not_out_of_date(case: Any, now: dt.datetime) -> str:
    if case.letter_deadline_at and case.letter_deadline_at <= now:
        return _("The date in the letter has passed. Draft the next version.")
    return ""


def letter_not_delivered(case: Any, now: dt.datetime) -> str:
    """A letter goes out once. What is asked anew, after a reopening or a change, is a new one."""
    if not case.delivered:
        return ""
    return _("This letter was delivered already. Draft the next version.")


def delivery_action_ready(case: Any, now: dt.datetime) -> str:
    if case.delivery_action:
        return ""
    return _("Plan the delivery as an action, with roles, and announce it.")


def retaliation_talked_about(case: Any, now: dt.datetime) -> str:
    if case.sheet.retaliation_talk_on:
        return ""
    return _("Talk with the person about how the target may hit back. Then note the day.")


def delivery_recorded(case: Any, now: dt.datetime) -> str:
    return "" if case.delivered else _("The delivery is not recorded.")


def deadline_passed(case: Any, now: dt.datetime) -> str:
    """The deadline day itself still belongs to the target."""
    if case.deadline_at and timezone.localdate(now) > timezone.localdate(case.deadline_at):
        return ""
    if case.deadline_at is None:
        return _("The clock is not running.")
    return _("The deadline is %(day)s.") % {
        "day": date_in_words(timezone.localtime(case.deadline_at), with_time=True)
    }


def plan_voted(case: Any, now: dt.datetime) -> str:
    return "" if case.plan_voted else _("No plan of tactics has been voted yet.")


def demand_not_met(case: Any, now: dt.datetime) -> str:
    if not case.demanded or not is_paid(case.demanded, case.cleared):
        return ""
    return _("The whole sum has cleared. Mark the case as won.")


def extended_only_once(case: Any, now: dt.datetime) -> str:
    return _("The deadline was moved once already.") if case.deadline_extended else ""


def offer_accepted(case: Any, now: dt.datetime) -> str:
    if case.accepted_offer_amount is not None:
        return ""
    return _("No offer has been accepted. Record the offer first.")


def has_offer(case: Any, now: dt.datetime) -> str:
    """An open offer is needed. While the move is being made it is the accepted one."""
    if case.offers_open or case.accepted_offer_amount is not None:
        return ""
    return _("There is no offer to accept. Record it first.")


def money_cleared(case: Any, now: dt.datetime) -> str:
    """Only cleared money counts. A cheque in the hand is not yet a win."""
    if is_paid(case.demanded, case.cleared):
        return ""
    return _("%(cleared)s of %(demanded)s has cleared.") % {
        "cleared": money(case.cleared, case.currency),
        "demanded": money(case.demanded or 0, case.currency),
    }


def instalments_cleared(case: Any, now: dt.datetime) -> str:
    """While an agreement binds, every payment that was agreed must have cleared or been let go."""
    if case.state != CaseState.AGREED or case.agreed_due is None:
        return ""
    return _agreed_sum_cleared(case, case.agreed_due, case.agreed_cleared)


def everyone_paid(case: Any, now: dt.datetime) -> str:
    """It is won when each of them got their share. All of it with one too little is a mix.

    Money noted without a name fills up what is missing.
    """
    if not is_paid(case.demanded, case.cleared):
        return ""  # money_cleared says so
    if case.shares_short <= case.cleared_unnamed:
        return ""
    return _(
        "Together all of it has cleared, but not everyone got their share: %(sum)s is missing. "
        "Settle it, or note whom each payment was for."
    ) % {"sum": money(case.shares_short - case.cleared_unnamed, case.currency)}


def agreed_money_cleared(case: Any, now: dt.datetime) -> str:
    """What was agreed has cleared; where no payments were written down, the sum of the offer."""
    if case.state != CaseState.AGREED:
        return ""
    if case.agreed_due is not None:
        return instalments_cleared(case, now)
    if case.accepted_offer_amount is None:
        return _("No offer has been accepted. Record the offer first.")
    return _agreed_sum_cleared(case, case.accepted_offer_amount, case.cleared)


def _agreed_sum_cleared(case: Any, agreed: Decimal, cleared: Decimal) -> str:
    if is_paid(agreed, cleared):
        return ""
    return _("%(cleared)s of the %(agreed)s agreed has cleared.") % {
        "cleared": money(cleared, case.currency),
        "agreed": money(agreed, case.currency),
    }


def some_money_cleared(case: Any, now: dt.datetime) -> str:
    if case.state == CaseState.AGREED or case.cleared > 0:
        return ""
    return _("No money has cleared. Without money it is not settled, but lost or dropped.")


def nothing_pending(case: Any, now: dt.datetime) -> str:
    if not case.pending_payments:
        return ""
    return _("A payment was received, but nobody has said yet whether it cleared.")


def less_than_demanded(case: Any, now: dt.datetime) -> str:
    if case.demanded and not is_paid(case.demanded, case.cleared):
        return ""
    if case.shares_short > case.cleared_unnamed:
        return ""
    return _("The whole demand has been paid. Mark the case as won.")


def no_money_here(case: Any, now: dt.datetime) -> str:
    """Money stays where it was noted, so a case it came in for is the one that goes on."""
    if not case.cleared and not case.pending_payments:
        return ""
    return _("Money came in for this case. Merge the other one into this one instead.")


def was_accepted(case: Any, now: dt.datetime) -> str:
    if case.is_accepted:
        return ""
    return _("The group has not taken this case on yet.")


SHEET_COMPLETE = (
    meeting_held,
    story_told,
    sum_worked_out,
    evidence_listed,
    wish_known,
    ready_to_take_part,
    risks_explained,
    target_reachable,
)
