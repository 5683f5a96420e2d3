"""Change the facts of a case. Each verb writes, logs, and notes when a letter would print another
text than before.

The verbs lock the case first, so that a letter is made final either before a change or after it.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import private_code
from campaigns.contact_keys import email_key, phone_key
from campaigns.forms import VersionedForm
from campaigns.intake import CONSENT_TEXT
from campaigns.line_forms import LineForm
from campaigns.messages import SAME_WITHIN
from campaigns.models import (
    Case,
    CaseParty,
    ClaimLine,
    Consent,
    Event,
    Evidence,
    Group,
    Person,
    User,
)
from campaigns.models.log import record
from campaigns.wording import money

# What a letter prints of a party.
PRINTED_OF_PARTY = {"name", "role", "public_name", "alias"}
AUTHORITY = {"role", "acts_for", "may_decide"}


@contextmanager
def _changing(case: Case) -> Iterator[None]:
    with transaction.atomic():
        Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        yield


def facts_changed(case: Case) -> None:
    """Note that a letter written from now on would say something else."""
    Case.objects.filter(pk=case.pk).update(facts_changed_at=timezone.now())


def change_header(case: Case, *, form: VersionedForm, by: User) -> bool:
    """Write title, summary and urgency. Return False when somebody else saved meanwhile."""
    return _change(case, form, Event.HEADER, by=by)


def change_sheet(case: Case, *, form: VersionedForm, by: User) -> bool:
    """Write the sheet. Return False when somebody else saved meanwhile."""
    return _change(case, form, Event.SHEET, by=by)


def note_limit(case: Case, *, form: VersionedForm, by: User, today: dt.date) -> bool:
    """Write what somebody who knows said of the day claims end by law, or that nothing is new.

    Either way somebody saw to it, and Today asks again only when the day is near. Return False
    when somebody else saved meanwhile.
    """
    with _changing(case):
        if not form.save_if_unchanged(limitation_seen_on=today):
            return False
        if form.has_changed():
            record(case, Event.SHEET, by=by)
    return True


def _change(case: Case, form: VersionedForm, event: str, *, by: User) -> bool:
    if not form.has_changed():
        return True
    with _changing(case):
        if not form.save_if_unchanged():
            return False
        record(case, event, by=by)
    return True


# People


def add_party(case: Case, *, person: Person, party: CaseParty, by: User) -> CaseParty:
    """Add a person to the case: somebody affected, or somebody who acts for them.

    Call it when they agreed themselves that the team reads and keeps what is theirs: their yes is
    written down with it. The same person sent twice is added once.
    """
    with _changing(case):
        _set_keys(person)
        if same := _just_added(case, person, party):
            return same
        person.save()
        party.case, party.person = case, person
        party.save()
        Consent.objects.create(
            person=person,
            case=case,
            kind=Consent.Kind.INTAKE,
            text_version=CONSENT_TEXT,
            language=person.language_read,
        )
        facts_changed(case)
        record(case, Event.PARTY, by=by, note=_authority(party), who=str(person))
    return party


def _just_added(case: Case, person: Person, party: CaseParty) -> CaseParty | None:
    """Return who was added a moment ago with the very same words: a double click or a retry.

    The person of the intake is no double of somebody added to it.
    """
    names = ("name", "phone", "email", "messenger")
    same = {f"person__{name}": getattr(person, name) for name in names}
    since = timezone.now() - SAME_WITHIN
    present = case.parties.present().filter(created_at__gte=since, role=party.role, **same)
    return present.filter(Exists(case.parties.filter(pk__lt=OuterRef("pk")))).first()


def change_party(
    party: CaseParty, *, person_form: VersionedForm, party_form: VersionedForm, by: User
) -> bool:
    """Write both or nothing. Return False when somebody else saved one of them meanwhile.

    Their code goes on working whatever changes; a phone or e-mail that was replaced is kept in
    the log alone.
    """
    changed = {*person_form.changed_data, *party_form.changed_data}
    if not changed:
        return True
    with _changing(party.case):
        person = person_form.instance
        _set_keys(person)
        keys = {"phone_key": person.phone_key, "email_key": person.email_key}
        saved = [not person_form.has_changed() or person_form.save_if_unchanged(**keys)]
        saved.append(not party_form.has_changed() or party_form.save_if_unchanged())
        if not all(saved):
            transaction.set_rollback(True)
            return False
        if changed & PRINTED_OF_PARTY:
            facts_changed(party.case)
        notes = [_replaced(person_form), *([_authority(party)] if changed & AUTHORITY else [])]
        note = " ".join(filter(None, notes))
        record(party.case, Event.PARTY, by=by, note=note, who=str(person))
    return True


def _replaced(form: VersionedForm) -> str:
    """Return in words the phone and e-mail that a changed form put others in the place of."""
    was = [form.initial.get(name) for name in ("phone", "email") if name in form.changed_data]
    return _("Before: %(what)s.") % {"what": ", ".join(filter(None, was))} if any(was) else ""


def _authority(party: CaseParty) -> str:
    """Return in words for whom somebody acts, and whether they may decide."""
    if not party.acts_for:
        return ""
    words = {"name": party.acts_for}
    if party.may_decide:
        return _("Acts for %(name)s and may decide.") % words
    return _("Acts for %(name)s and may not decide.") % words


def remove_party(party: CaseParty, *, by: User) -> bool:
    """Note that a person is no longer part of the case. Their row stays, for the log's sake.

    Return False while claim lines are theirs, or when nobody affected would be left: the case
    would then ask money for nobody. Whoever was there when the group took the fight on leaves it
    by a move, with a vote about their share; nobody is put out of it.
    """
    with _changing(party.case):
        others = party.case.parties.affected().exclude(pk=party.pk)
        fights = party.case.is_accepted and party.shares.exists()
        if fights or party.claim_lines.exists() or not others.exists():
            return False
        end_part(party, by=by)
    return True


def end_part(party: CaseParty, *, by: User | None) -> None:
    """End the part of a person in a case they are locked in, and of whoever acts for them.

    Their private codes end too.
    """
    going = [*party.represented_by.present().select_related("person"), party]
    for each in going:
        each.case.parties.filter(pk=each.pk).update(left_at=timezone.now())
        record(each.case, Event.PARTY_LEFT, by=by, who=str(each))
        if each.code_hash:
            private_code.end(each)
            record(each.case, Event.CODE_ENDED, by=by)
    facts_changed(party.case)


def _set_keys(person: Person) -> None:
    group = Group.objects.get(pk=1)
    person.phone_key = phone_key(person.phone, country=group.country)
    person.email_key = email_key(person.email)


# Claim lines


def add_line(
    case: Case, *, line: ClaimLine, by: User, shown_by: Iterable[Evidence] = ()
) -> ClaimLine:
    """Add a line with its days and the files that show it, and work out what it comes to."""
    with _changing(case):
        line.case, line.amount = case, line.worked_out()
        line.save()
        _keep_days(line)
        line.evidence.set(shown_by)
        facts_changed(case)
        record(case, Event.LINE, by=by, what=_in_short(line))
    return line


def change_line(line: ClaimLine, *, form: LineForm, by: User) -> bool:
    """Write a line and work it out again. Return False when somebody else saved it meanwhile.

    Files that `by` may not open go on showing it: they were not on the page to be ticked.
    """
    if not form.has_changed():
        return True
    with _changing(line.case):
        line.amount = form.instance.worked_out()
        if not form.save_if_unchanged(amount=line.amount, **form.also()):
            return False
        _keep_days(line)
        seen = Evidence.objects.opened_to(by).filter(case=line.case_id)
        unseen = line.evidence.exclude(pk__in=seen.values("pk"))
        line.evidence.set([*form.ticked_files(), *unseen])
        facts_changed(line.case)
        record(line.case, Event.LINE, by=by, what=_in_short(form.instance))
    return True


def _keep_days(line: ClaimLine) -> None:
    """Put the days that were typed in the place of those that are stored."""
    if line.typed_days is None:
        return
    line.days.all().delete()
    for day in line.typed_days:
        day.line = line
    line.days.bulk_create(line.typed_days)


def remove_line(line: ClaimLine, *, by: User) -> None:
    """Take a line out of the calculation; the timeline keeps what it was."""
    with _changing(line.case):
        if line.delete()[0]:
            facts_changed(line.case)
            record(line.case, Event.LINE_REMOVED, by=by, what=_in_short(line))


def _in_short(line: ClaimLine) -> str:
    return f"{line.label}, {money(line.amount, Group.objects.get(pk=1).currency)}"
