"""Note what the target, the police or a court did, and what was done about it."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from campaigns import evidence, legal
from campaigns.forms import VersionedForm
from campaigns.models import (
    Actor,
    Case,
    CaseParty,
    Event,
    Evidence,
    IncidentKind,
    User,
)
from campaigns.models.log import record
from escalation.models import Incident


def note(
    case: Case,
    *,
    by: User,
    form_key: uuid.UUID,
    named: Iterable[User] = (),
    files: Iterable[UploadedFile] = (),
    shown_by: Iterable[Evidence] = (),
    **facts: Any,
) -> Incident:
    """Note an incident of `case` with the files that show it. The same form sent twice makes one.

    `facts` are kind, severity, happened_at, what, place, hearing_at, due_on and follow_up_on.
    """
    incident = Incident(case=case, reported_by=by, form_key=form_key, **facts)
    with evidence.kept(files) as kept, transaction.atomic():
        if known := _known(case, form_key, kept):
            return known
        _write(incident, kept, by=by)
        incident.named.set(named)
        incident.evidence.add(*shown_by)
        _seal_files(incident)
    return incident


def report(
    party: CaseParty,
    *,
    form_key: uuid.UUID,
    kind: str,
    what: str,
    happened_at: dt.datetime,
    files: Iterable[UploadedFile] = (),
) -> Incident:
    """Note what an affected person tells from their phone. How bad it is we read from its kind."""
    incident = Incident(
        case=party.case,
        reported_by_party=party,
        form_key=form_key,
        kind=kind,
        severity=Incident.SEVERITY_OF[IncidentKind(kind)],
        what=what,
        happened_at=happened_at,
    )
    with evidence.kept(files) as kept, transaction.atomic():
        if known := _known(party.case, form_key, kept):
            return known
        _write(incident, kept, by=None, party=party)
        _seal_files(incident)
    return incident


def _known(case: Case, form_key: uuid.UUID, kept: list[evidence.KeptFile]) -> Incident | None:
    """Lock the case, and return the incident that the form made before, without its files again."""
    Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    known = Incident.objects.filter(case=case, form_key=form_key).first()
    if known:
        evidence.remove(file.name for file in kept)
    return known


def _write(
    incident: Incident,
    kept: list[evidence.KeptFile],
    *,
    by: User | None,
    party: CaseParty | None = None,
) -> None:
    incident.keep_key()
    incident.save()
    _log(incident, Event.INCIDENT, by=by, party=party)
    if incident.is_legal:
        legal.paper_stored(incident.case, by=by)
    for file in kept:
        row = evidence.write_down(
            incident.case,
            file,
            by=by,
            by_affected_person=party is not None,
            party=party,
            is_legal=incident.is_legal,
        )
        incident.evidence.add(row)


def _seal_files(incident: Incident) -> None:
    """Close the files of a legal paper to everybody who is not named for it."""
    if incident.is_legal:
        incident.evidence.update(is_legal=True)


def _log(
    incident: Incident,
    event: str,
    *,
    by: User | None,
    party: CaseParty | None = None,
    note: str = "",
) -> None:
    """Write the entry. Nothing of a legal paper stands in it: the whole team reads the timeline."""
    actor = Actor.AFFECTED if party else Actor.USER
    person = {"person": party.person.name} if party else {}
    note = "" if incident.is_legal else note
    record(incident.case, event, by=by, actor=actor, note=note, incident=incident.kind, **person)


def change(
    incident: Incident,
    *,
    form: VersionedForm,
    by: User,
    named: Iterable[User],
    shown_by: Iterable[Evidence],
) -> bool:
    """Write what was noted wrongly. Return False when somebody else saved meanwhile."""
    with transaction.atomic():
        Case.objects.select_for_update(of=("self",)).get(pk=incident.case_id)
        was_legal = Incident.objects.get(pk=incident.pk).is_legal
        incident.keep_key()
        if not form.save_if_unchanged(place_key=incident.place_key):
            return False
        incident.named.set(named)
        seen = Evidence.objects.opened_to(by).filter(case=incident.case_id)
        unseen = incident.evidence.exclude(pk__in=seen.values("pk"))
        incident.evidence.set([*shown_by, *unseen])
        _log(incident, Event.INCIDENT_CHANGED, by=by)
        if incident.is_legal and not was_legal:
            legal.paper_stored(incident.case, by=by)
        _seal_files(incident)
    return True


def follow_up(incident: Incident, *, form: VersionedForm, by: User, is_over: bool) -> bool:
    """Note what was done. Return False when somebody else saved meanwhile.

    With `is_over` nothing more comes of it: a notice to stay away counts no longer then.
    """
    now = timezone.now()
    with transaction.atomic():
        saved = form.save_if_unchanged(
            followed_up_at=now, followed_up_by=by, closed_at=now if is_over else None
        )
        if saved:
            event = Event.INCIDENT_CLOSED if is_over else Event.INCIDENT_FOLLOWED_UP
            _log(incident, event, by=by, note=form.cleaned_data["follow_up"])
    return saved


def watch_from(case: Case, *, by: User, day: dt.date) -> None:
    """Set the day people stood up for their rights: from it we watch whether the target hits back.

    The delivery of the demand sets it too, where it is still empty.
    """
    with transaction.atomic():
        locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if locked.protected_activity_on == day:
            return
        locked.protected_activity_on = day
        locked.save(update_fields=["protected_activity_on"])
        record(case, Event.WATCH, by=by, deadline=day.isoformat())
