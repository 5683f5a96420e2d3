"""What can still happen to a case that ended, and two cases that are one."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import case_merges, linking
from campaigns.models import (
    Case,
    CaseParty,
    CaseState,
    Contact,
    Event,
    IncidentKind,
    Reason,
    User,
)
from campaigns.models.log import record
from campaigns.sheet import facts_changed
from escalation import queue_order
from escalation.models import Action, CaseLifecycle, Incident, Task
from escalation.moves.before import joined, take
from escalation.moves.ending import break_agreement
from escalation.moves.outcomes import clear_outcomes
from escalation.moving import MoveRefused, moving


def reopen(case: Case, *, by: User, reason: str, note: str, everyone_agreed: bool) -> None:
    """T26: what was paid was taken back, or the agreement broken. `note` says what changed."""
    if not everyone_agreed:
        raise MoveRefused([_("Ask the people affected first: do they want to go on?")])
    with moving(case, "reopen", by=by, reason=reason, note=required_note(note)) as locked:
        locked.close_reason = ""
        break_agreement(locked)
        _open_outcomes(locked)


def take_up_again(case: Case, *, by: User, reason: str, note: str) -> None:
    """T27: they came back, or there are new facts. The group votes anew, on a new demand.

    The versions of the old demand stay on record. Its letter no longer holds: it was for a fight
    that ended.
    """
    if not by.is_organizer:
        raise MoveRefused([_("Organizers take a case up again. Ask one of them.")])
    with moving(case, "take_up_again", by=by, reason=reason, note=required_note(note)) as locked:
        team = locked.team_memberships.current()
        if not team.exists():
            locked.wrote["joined"] = joined(case, [by], by=by)
        if not team.filter(user=locked.responsible_id).exists():
            locked.responsible = by
        locked.demanded = locked.deadline_at = None
        locked.deadline_extended = False
        locked.close_reason = ""
        break_agreement(locked)
        _open_outcomes(locked)
        if locked.letters.exists():
            facts_changed(locked)


def merge(case: Case, *, by: User, into: Case, note: str = "") -> None:
    """T29: `into` is about the same thing and goes on; this one stays readable as it was.

    People, messages, files, contacts, incidents, open tasks and coming actions move over. Lines
    and sums do not: what is demanded is never counted twice. Legal papers stay with who may open
    them.
    """
    with transaction.atomic():
        queue_order.hold_for(case)
        # Both at once and in one order, so that two who merge them crosswise do not wait for ever.
        both = Case.objects.select_for_update(of=("self",)).filter(pk__in=[case.pk, into.pk])
        locked_into = next((one for one in both.order_by("pk") if one.pk == into.pk), None)
        reason = Reason.DUPLICATE
        with moving(case, "merge", by=by, reason=reason, note=note, into=into.reference) as locked:
            if missing := why_not_into(locked, locked_into, by=by):
                raise MoveRefused([missing])
            locked.merged_into, locked.close_reason = locked_into, reason
            locked.wrote["merged"] = case_merges.move_over(locked, into) | {
                "into": into.pk,
                "tasks": _move_tasks(locked, into),
                "actions": _share_actions(locked, into),
                "incidents": _move_incidents(locked, into),
            }
            record(into, Event.MERGED_HERE, by=by, note=note, reference=case.reference)


def may_take_in(case: Case, *, by: User) -> list[Case]:
    """Return the open cases `case` can be merged into: those `by` may open as well."""
    cases = Case.objects.opened_to(by).open().exclude(pk=case.pk)
    return [*cases.filter(case_merges.may_be_same(case)).distinct()]


def why_not_into(case: Case, into: Case | None, *, by: User) -> str:
    if not by.is_organizer:
        return _("Organizers merge cases. Ask one of them.")
    if case.legal_hold_since:
        return _("There is a legal hold on this case. Merge the other one into this one instead.")
    if into is None or not into.is_open:
        return _("The other case is not open any more.")
    if into.pk not in {one.pk for one in may_take_in(case, by=by)}:
        return _("The two have neither the target nor a person in common.")
    return ""


def open_linked_case(
    case: Case,
    *,
    by: User,
    form_key: uuid.UUID,
    kind: str,
    link: str,
    summary: str,
    story: str,
    parties: Iterable[CaseParty],
    method: str,
    at: dt.datetime,
) -> Case:
    """T28: a new wrong is a case of its own, with its own vote. Whoever opens it takes it."""
    if not by.is_organizer:
        raise MoveRefused([_("Organizers open a case. Ask one of the team.")])
    if why := why_no_link(case):
        raise MoveRefused([why])
    with transaction.atomic():
        later, is_new = linking.open_linked(
            case,
            by=by,
            form_key=form_key,
            kind=kind,
            link=link,
            summary=summary,
            story=story,
            parties=parties,
        )
        if is_new:
            take(later, by=by, method=method, result=Contact.Result.REACHED, at=at)
    return later


def why_no_link(case: Case) -> str:
    if case.is_untaken:
        return _("Take this case first. Then another one can be opened beside it.")
    if case.state == CaseState.MERGED:
        return _("This case is part of another one. Open the new one beside that.")
    return ""


def required_note(note: str) -> str:
    if not note.strip():
        raise MoveRefused([_("Write down what is different now.")])
    return note.strip()


def _open_outcomes(locked: CaseLifecycle) -> None:
    """Nobody's fight is over any more, but of those who left it."""
    ended = locked.parties.affected().exclude(outcome=CaseParty.Outcome.OPEN)
    locked.wrote["outcomes"] = dict(ended.values_list("pk", "outcome"))
    clear_outcomes(locked)


def _move_tasks(case: Case, into: Case) -> list[int]:
    tasks = Task.objects.open().filter(case=case)
    moved = [*tasks.values_list("pk", flat=True)]
    tasks.update(case=into)
    return moved


def _move_incidents(case: Case, into: Case) -> list[tuple[int, int | None]]:
    """Move what happened to them, so that whoever goes on with it watches over them too."""
    rows = Incident.objects.filter(case=case).exclude(kind=IncidentKind.LEGAL_PAPER)
    moved = [*rows.values_list("pk", "reported_by_party")]
    for pk, party in moved:
        known = CaseParty.objects.filter(was=party).first() if party else None
        Incident.objects.filter(pk=pk).update(case=into, reported_by_party=known)
    return moved


def _share_actions(case: Case, into: Case) -> list[int]:
    coming = Action.objects.ahead(timezone.now()).filter(cases=case).exclude(cases=into)
    shared = [*coming]
    for action in shared:
        action.cases.add(into)
    return [action.pk for action in shared]
