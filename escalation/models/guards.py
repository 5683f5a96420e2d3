"""May this happen? One function a condition, with its sentence.

A guard gets a case read by `CaseLifecycle.objects.with_facts()` and the time, and returns an
empty string, or the sentence that tells a person what is missing. Guards only read annotations
and the sheet, so asking all of them costs no query.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Case, CaseState
from campaigns.wording import date_in_words, money

Guard = Callable[[Any, dt.datetime], str]

ATTEMPTS = 3
ATTEMPT_METHODS = 2
ATTEMPT_DAYS = 10
VOTE_LASTS_DAYS = 60
HOLD_DAYS = 30


def person_reached(case: Any, now: dt.datetime) -> str:
    return "" if case.reached else _("Nobody has reached the person yet. Log the contact first.")


def tried_enough(case: Any, now: dt.datetime) -> str:
    """Ask for 3 attempts in 2 ways over 10 days before somebody counts as unreachable."""
    enough = (
        case.attempts >= ATTEMPTS
        and case.attempt_methods >= ATTEMPT_METHODS
        and now - case.first_attempt_at >= dt.timedelta(days=ATTEMPT_DAYS)
    )
    return (
        ""
        if enough
        else _(
            "Try at least %(n)s times, in %(methods)s different ways, over %(days)s days. "
            "Log each try."
        )
        % {"n": ATTEMPTS, "methods": ATTEMPT_METHODS, "days": ATTEMPT_DAYS}
    )


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
    """Membership is recorded for every affected person: who fights with us joins us."""
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


def affected_agreed(case: Any, now: dt.datetime) -> str:
    if case.vote_agreed:
        return ""
    return _("The people affected must have been there, or said yes before.")


def vote_is_fresh(case: Any, now: dt.datetime) -> str:
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


def letter_still_true(case: Any, now: dt.datetime) -> str:
    """The facts a letter prints must not have changed after it was frozen."""
    if not case.letter_issued_at:
        return ""
    changed = case.facts_changed_at and case.facts_changed_at > case.letter_issued_at
    if changed or case.letter_total != case.demanded:
        return _("The facts changed after the letter became final. Draft the next version.")
    return ""


def letter_not_out_of_date(case: Any, now: dt.datetime) -> str:
    if case.letter_deadline_at and case.letter_deadline_at <= now:
        return _("The date in the letter has passed. Draft the next version.")
    return ""


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
    if not case.demanded or case.cleared < case.demanded:
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
    if case.demanded is not None and case.cleared >= case.demanded:
        return ""
    return _("%(cleared)s of %(demanded)s has cleared.") % {
        "cleared": money(case.cleared, case.currency),
        "demanded": money(case.demanded or 0, case.currency),
    }


def agreed_money_cleared(case: Any, now: dt.datetime) -> str:
    if case.state != CaseState.AGREED:
        return ""
    if case.accepted_offer_amount is not None and case.cleared >= case.accepted_offer_amount:
        return ""
    return _("%(cleared)s of the %(agreed)s agreed has cleared.") % {
        "cleared": money(case.cleared, case.currency),
        "agreed": money(case.accepted_offer_amount or 0, case.currency),
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
    if case.demanded and case.cleared < case.demanded:
        return ""
    return _("The whole demand has been paid. Mark the case as won.")


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
