"""Moves before the vote: from the first word to the agenda."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import intake, legal_hold, team
from campaigns.contacts import log_contact
from campaigns.models import (
    Case,
    CaseState,
    Contact,
    Group,
    InitialMeeting,
    Place,
    Reason,
    User,
)
from campaigns.places import agree_to_hand_over
from escalation.decisions import record_decision
from escalation.models import CaseLifecycle, Decision, guards
from escalation.moves.telling import required, tell_person
from escalation.moving import MoveRefused, lock, moving

# Reasons not to take a case on that an organizer can see, and tells the next meeting of.
PLAIN = (
    Reason.OUT_OF_SCOPE,
    Reason.TOO_FAR,
    Reason.TOO_OLD,
    Reason.CONFLICT,
    Reason.BETTER_ELSEWHERE,
    Reason.ALREADY_RESOLVED,
)
# What a meeting that was arranged anew was before.
_ARRANGED = ("at", "place", "needs_interpreter", "held_on")


def take(
    case: Case,
    *,
    by: User,
    method: str,
    result: str,
    at: dt.datetime,
    note: str = "",
    responsible: User | None = None,
) -> None:
    """T2: take responsibility for a new case and log the first attempt to reach the person.

    `responsible` is another organizer who takes it instead. Then they are its team.
    """
    taker = responsible or by
    if not taker.is_organizer:
        raise MoveRefused([_("An organizer takes a case. Choose one.")])
    with moving(case, "take", by=by) as locked:
        locked.wrote["joined"] = joined(case, [taker], by=by)
        locked.responsible = taker
        who = Contact.Who.PERSON
        talk = log_contact(case, by=by, who=who, method=method, result=result, at=at, note=note)
        locked.wrote["contact"] = talk.pk


def joined(case: Case, users: Iterable[User], *, by: User) -> list[int]:
    """Put people on the team; return the memberships that are new."""
    made = [team.join(case, user=user, by=by) for user in users]
    return [membership.pk for membership in made if membership]


def discard(case: Case, *, by: User) -> None:
    """T1a: delete spam or a test. It is counted, and nothing else of it is kept."""
    with transaction.atomic():
        locked = lock(case)
        if locked.state != CaseState.NEW:
            raise MoveRefused([_("Only an intake nobody has taken yet can be deleted.")])
        if refusal := legal_hold.why_not_deleted(locked):
            raise MoveRefused([refusal])
        Group.objects.update(spam_discarded=F("spam_discarded") + 1)
        intake.erase(Case.objects.get(pk=locked.pk))


def arrange_meeting(
    case: Case,
    *,
    by: User,
    at: dt.datetime,
    place: str,
    organizers: Iterable[User],
    needs_interpreter: bool = False,
) -> None:
    """T3: note when and where the first meeting is, and which two organizers go."""
    organizers = list(organizers)
    if len(organizers) < 2:
        raise MoveRefused([_("Two organizers go to a first meeting. Name two.")])
    with moving(case, "arrange_meeting", by=by) as locked:
        was = InitialMeeting.objects.filter(case=case).values(*_ARRANGED).first()
        meeting, _created = InitialMeeting.objects.update_or_create(
            case=case,
            defaults={
                "at": at,
                "place": place,
                "needs_interpreter": needs_interpreter,
                "held_on": None,
            },
        )
        meeting.organizers.set(organizers)
        locked.wrote["joined"] = joined(case, organizers, by=by)
        locked.wrote["meeting"] = meeting.pk
        locked.wrote["meeting_was"] = was and {
            name: None if value is None else str(value) for name, value in was.items()
        }


def withdraw(case: Case, *, by: User, reason: str, note: str = "") -> None:
    """T4, T9a: the person does not want to go on, or cannot be reached after real tries."""
    with moving(case, "withdraw", by=by, reason=reason, note=note) as locked:
        if reason == Reason.UNREACHABLE:
            known = CaseLifecycle.objects.with_facts().get(pk=locked.pk)
            if missing := guards.tried_enough(known, timezone.now()):
                raise MoveRefused([missing])
        locked.close_reason = reason


def decline(
    case: Case,
    *,
    by: User,
    reason: str,
    text: str,
    note: str = "",
    decision: Decision | None = None,
    vote: dict[str, Any] | None = None,
) -> None:
    """T5, T9a, T11: the group does not take it on. `text` tells the person, in their language.

    Organizers see what is plainly none of ours. For any other reason the meeting decides, by a
    `vote` that is no yes. Off the queue it takes a vote that carries: the meeting took it on.
    """
    with moving(case, "decline", by=by, reason=reason, note=note) as locked:
        locked.close_reason = reason
        decision = decision or _decided(locked, reason, by=by, vote=vote)
        locked.wrote |= {"decision": decision.pk} if decision else {}
        tell_person(case, required(text), by=by)


def refer(
    case: Case,
    *,
    by: User,
    reason: str,
    places: str,
    text: str,
    note: str = "",
    decision: Decision | None = None,
    vote: dict[str, Any] | None = None,
    hand_over: Iterable[Place] = (),
) -> None:
    """T5, T9a, T11: somebody else can help better. `places` names at least one; see `decline`.

    Those in `hand_over` get the sheet too: everybody affected agreed to it.
    """
    if not places.strip():
        raise MoveRefused([_("Name at least one place they can turn to.")])
    with moving(case, "refer", by=by, reason=reason, note=note, places=places.strip()) as locked:
        locked.close_reason = reason
        decision = decision or _decided(locked, reason, by=by, vote=vote)
        locked.wrote |= {"decision": decision.pk} if decision else {}
        tell_person(case, f"{required(text)}\n\n{places.strip()}", by=by)
        agree_to_hand_over(case, hand_over, by=by)


def _decided(
    locked: CaseLifecycle, reason: str, *, by: User, vote: dict[str, Any] | None
) -> Decision | None:
    if locked.state == CaseState.QUEUED:
        return vote and record_decision(locked, Decision.Kind.CLOSE_QUEUED, by=by, vote=vote)
    if locked.state not in (CaseState.CONTACTING, CaseState.MEETING) or reason in PLAIN:
        return None
    if not vote:
        raise MoveRefused([_("For this reason the meeting decides. Record its vote.")])
    decision = record_decision(locked, Decision.Kind.TAKE_ON, by=by, vote=vote)
    if decision.carried:
        raise MoveRefused([_("More were for it than against it. That is a yes.")])
    return decision


def propose(case: Case, *, by: User, note: str = "") -> None:
    """T6: put the case on the agenda. An organizer who was at the first meeting does it."""
    with moving(case, "propose", by=by, note=note):
        if not InitialMeeting.objects.filter(case=case, organizers=by).exists():
            raise MoveRefused([_("An organizer who was at the first meeting proposes the case.")])
