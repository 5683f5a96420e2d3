"""A wrong move is taken back: the earlier state returns, and both stay in the history.

A move keeps with its log entry what it wrote over (`before`) and what it wrote beside the header
(`wrote`). Each key of `wrote` has an undoing here. What was told to people, and what others did on
the strength of the move, cannot be taken back; then it is refused, with a sentence.
"""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import case_merges, team
from campaigns.models import (
    Case,
    CaseParty,
    CaseState,
    ClaimLine,
    Contact,
    Event,
    InitialMeeting,
    LogEntry,
    Payment,
    PaymentEvent,
    User,
)
from campaigns.models.log import record
from escalation import public_pages, queue_order
from escalation.models import (
    Action,
    Agreement,
    CaseLifecycle,
    Decision,
    Incident,
    InstalmentEvent,
    Offer,
    OfferVoice,
    Task,
)
from escalation.moving import MoveRefused, lock, put_back
from letters.models import Delivery, Demand, Letter

# Money that came after one of these came because of it, or shows that it was right.
_MONEY_RESTS_ON = (
    "accept",
    "queue",
    "start_queued",
    "agree",
    "revise_demand",
    "win",
    "settle",
)
# A letter that became final after one of these prints what it brought.
_LETTER_RESTS_ON = (
    "accept",
    "queue",
    "start_queued",
    "start_clock",
    "revise_demand",
    "deliver_again",
    "person_leaves",
)


def last_move(case: Case) -> LogEntry | None:
    """Return the newest move that was not put right: the only one that can be."""
    moves = LogEntry.objects.moves_that_stand().filter(case=case)
    return moves.select_related("by").order_by("-pk").first()


def put_right(case: Case, *, by: User, move: LogEntry, reason: str, note: str) -> None:
    """Take back the newest move. `move` is the one the person saw; after another it is refused."""
    if not note.strip():
        raise MoveRefused([_("Write down what was wrong.")])
    with transaction.atomic():
        if CaseState.QUEUED in (move.from_state, move.to_state):
            queue_order.hold()
        _lock_the_other(move)
        locked = lock(case)
        if move != last_move(locked):
            raise MoveRefused([_("Somebody moved this case meanwhile, or took the step back.")])
        if reasons := why_not(locked, move, by=by):
            raise MoveRefused(reasons)
        wrong_state, wrote = locked.state, move.data["wrote"]
        put_back(locked, state=move.from_state, before=move.data["before"])
        for key, undo in _UNDO.items():
            if wrote.get(key):
                undo(locked, wrote, by)
        public_pages.follow(locked, by=by)  # once no silence binds that was noted by mistake
        record(
            locked,
            Event.PUT_RIGHT,
            by=by,
            reason=reason,
            note=note.strip(),
            from_state=wrong_state,
            to_state=move.from_state,
            undoes=move,
            move=move.data["move"],
        )


def why_not(case: Case, move: LogEntry, *, by: User) -> list[str]:
    """Return why a move cannot be put right, or nothing."""
    data = move.data
    if "before" not in data or "move" not in data:
        return [_("This step was noted before steps could be taken back.")]
    if case.forgotten_at:
        return [_("Names and story of this case were deleted. It stays as it is.")]
    early = {move.from_state, move.to_state} & {*CaseState.BEFORE_VOTE, CaseState.MERGED}
    if early and not by.is_organizer:
        return [_("Organizers put this step right. Ask one of the team.")]
    asked = (ask(case, move) for ask in (_money_since, _letter_since, _held_since, _other_closed))
    return [sentence for sentence in asked if sentence]


def _money_since(case: Case, move: LogEntry) -> str:
    if move.data["move"] not in _MONEY_RESTS_ON:
        return ""
    came = Payment.objects.filter(case=case, at__gt=move.at)
    happened = PaymentEvent.objects.filter(payment__case=case, at__gt=move.at)
    schedule = InstalmentEvent.objects.filter(
        instalment__agreement=move.data["wrote"].get("agreement")
    )
    if not (came.exists() or happened.exists() or schedule.exists()):
        return ""
    return _("Money was noted after this step, so it stands. Make the step that comes next.")


def _letter_since(case: Case, move: LogEntry) -> str:
    if move.data["move"] not in _LETTER_RESTS_ON:
        return ""
    if not Letter.objects.filter(case=case, issued_at__gt=move.at).exists():
        return ""
    return _("A letter became final after this step, so it stands. Make the step that comes next.")


def _held_since(case: Case, move: LogEntry) -> str:
    wrote = move.data["wrote"]
    if not wrote.get("meeting"):
        return ""
    if not InitialMeeting.objects.filter(pk=wrote["meeting"]).exclude(held_on=None).exists():
        return ""
    return _("It was noted that the meeting was held, so this step stands.")


def _other_closed(case: Case, move: LogEntry) -> str:
    merged = move.data["wrote"].get("merged")
    if not merged or Case.objects.open().filter(pk=merged["into"]).exists():
        return ""
    return _("The case that went on is closed. Reopen that one, or open a new case.")


def _lock_the_other(move: LogEntry) -> None:
    """Lock both cases of a merge, in one order, before either is changed."""
    if merged := move.data.get("wrote", {}).get("merged"):
        both = Case.objects.select_for_update(of=("self",))
        list(both.filter(pk__in=[move.case_id, merged["into"]]).order_by("pk"))


# What undoes each thing a move writes. The order matters: what refers to another goes first.

Wrote = dict[str, Any]


def _strike_agreement(case: CaseLifecycle, wrote: Wrote, by: User) -> None:
    Agreement.objects.filter(pk=wrote["agreement"]).update(struck_at=timezone.now())


def _offer_back(case: CaseLifecycle, wrote: Wrote, by: User) -> None:
    Offer.objects.filter(pk=wrote["offer"], case=case).update(
        status=wrote.get("offer_was") or Offer.Status.RECEIVED,
        decision=None,
        agreed_text="",
        agreed_silence=False,
    )
    OfferVoice.objects.filter(pk__in=wrote.get("voices", ())).delete()


def _bind_again(case: CaseLifecycle, wrote: Wrote, by: User) -> None:
    Offer.objects.filter(pk__in=wrote["broken"], case=case).update(status=Offer.Status.ACCEPTED)


def _strike_decision(case: CaseLifecycle, wrote: Wrote, by: User) -> None:
    Decision.objects.filter(pk=wrote["decision"]).update(struck_at=timezone.now())


def _remove_demand(case: CaseLifecycle, wrote: Wrote, by: User) -> None:
    Demand.objects.filter(pk=wrote["demand"], case=case).delete()


def _remove_delivery(case: CaseLifecycle, wrote: Wrote, by: User) -> None:
    Delivery.objects.filter(pk=wrote["delivery"]).delete()  # the log keeps all of it


def _remove_line(case: CaseLifecycle, wrote: Wrote, by: User) -> None:
    ClaimLine.objects.filter(pk=wrote["line"], case=case).delete()


def _come_back(case: CaseLifecycle, wrote: Wrote, by: User) -> None:
    """Who left is part of the case again. Their code had ended, so they are given a new one."""
    left = CaseParty.objects.filter(pk__in=wrote["left"], case=case)
    left.update(left_at=None, outcome=CaseParty.Outcome.OPEN)


def _outcomes_back(case: CaseLifecycle, wrote: Wrote, by: User) -> None:
    for pk, outcome in wrote["outcomes"].items():
        CaseParty.objects.filter(pk=pk, case=case).update(outcome=outcome)


def _remove_contact(case: CaseLifecycle, wrote: Wrote, by: User) -> None:
    Contact.objects.filter(pk=wrote["contact"], case=case).delete()


def _meeting_back(case: CaseLifecycle, wrote: Wrote, by: User) -> None:
    meeting = InitialMeeting.objects.filter(pk=wrote["meeting"])
    was = wrote.get("meeting_was")
    if not was:
        meeting.delete()
        return
    fields = {name: InitialMeeting._meta.get_field(name) for name in was}
    meeting.update(**{name: fields[name].to_python(was[name]) for name in was})


def _remove_tasks(case: CaseLifecycle, wrote: Wrote, by: User) -> None:
    """Questions nobody has answered yet go; what was done stays done."""
    Task.objects.open().filter(pk__in=wrote["tasks"], case=case).delete()


def _leave_hanging(case: CaseLifecycle, wrote: Wrote, by: User) -> None:
    """The fight goes on, and so may its posters."""
    Task.objects.open().filter(pk__in=wrote["take_down"], case=case).delete()


def _leave_team(case: CaseLifecycle, wrote: Wrote, by: User) -> None:
    """Who joined by the move leaves again. A case that was taken keeps whoever puts it right."""
    wrong = wrote["joined"]
    if case.state != CaseState.NEW:
        own = case.team_memberships.filter(user=by).values_list("pk", flat=True)
        wrong = [pk for pk in wrong if pk not in set(own)]
    team.take_back(case, memberships=wrong, by=by)


def _unmerge(case: CaseLifecycle, wrote: Wrote, by: User) -> None:
    merged = wrote["merged"]
    into = Case.objects.get(pk=merged["into"])
    for pk, party in merged["incidents"]:
        Incident.objects.filter(pk=pk, case=into).update(case=case, reported_by_party=party)
    try:
        case_merges.move_back(case, into, merged)
    except case_merges.HoldsMore:
        text = _("More was noted since about the people who came over, so they stay there.")
        raise MoveRefused([text]) from None
    Task.objects.filter(pk__in=merged["tasks"], case=into).update(case=case)
    for action in Action.objects.filter(pk__in=merged["actions"]):
        action.cases.remove(into)
    record(into, Event.MERGE_TAKEN_BACK, by=by, reference=case.reference)


_UNDO: dict[str, Callable[[CaseLifecycle, Wrote, User], None]] = {
    "agreement": _strike_agreement,
    "offer": _offer_back,
    "broken": _bind_again,
    "decision": _strike_decision,
    "demand": _remove_demand,
    "delivery": _remove_delivery,
    "line": _remove_line,
    "left": _come_back,
    "outcomes": _outcomes_back,
    "contact": _remove_contact,
    "meeting": _meeting_back,
    "tasks": _remove_tasks,
    "take_down": _leave_hanging,
    "joined": _leave_team,
    "merged": _unmerge,
}
