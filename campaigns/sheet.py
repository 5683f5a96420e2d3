"""Change the facts of a case. Each verb writes, logs, and notes when a letter would print another
text than before.

The verbs lock the case first, so that a letter is made final either before a change or after it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from campaigns import private_code
from campaigns.contact_keys import email_key, phone_key
from campaigns.forms import VersionedForm
from campaigns.models import Case, CaseParty, ClaimLine, Event, Group, Person, Target, User
from campaigns.models.log import record
from campaigns.wording import money

# What a letter prints of a party and of a target.
PRINTED_OF_PARTY = {"name", "role", "public_name", "alias"}
PRINTED_OF_TARGET = {"name", "legal_name", "contact_name", "address"}


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
    """Add a person to the case: somebody affected, or somebody who acts for them."""
    with _changing(case):
        _set_keys(person)
        person.save()
        party.case, party.person = case, person
        party.save()
        facts_changed(case)
        record(case, Event.PARTY, by=by, who=str(person))
    return party


def change_party(
    party: CaseParty, *, person_form: VersionedForm, party_form: VersionedForm, by: User
) -> bool:
    """Write both or nothing. Return False when somebody else saved one of them meanwhile."""
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
        record(party.case, Event.PARTY, by=by, who=str(person))
    return True


def remove_party(party: CaseParty, *, by: User) -> bool:
    """Note that a person is no longer part of the case. Their row stays, for the log's sake.

    Return False while claim lines are theirs, or when nobody affected would be left: the case
    would then ask money for nobody. Who told us holds the private code, and it leaves with them.
    """
    with _changing(party.case):
        others = party.case.parties.affected().exclude(pk=party.pk)
        if party.claim_lines.exists() or not others.exists():
            return False
        party.case.parties.filter(pk=party.pk).update(left_at=timezone.now())
        facts_changed(party.case)
        record(party.case, Event.PARTY_LEFT, by=by, who=str(party))
        if party == party.case.code_holder:
            private_code.end(party.case)
            record(party.case, Event.CODE_ENDED, by=by)
    return True


def _set_keys(person: Person) -> None:
    group = Group.objects.get(pk=1)
    person.phone_key = phone_key(person.phone, country=group.country)
    person.email_key = email_key(person.email)


# Target


def change_target(case: Case, *, form: VersionedForm, by: User) -> bool:
    """Write the target of the case, and make it where there is none.

    Other cases may have the same target: what their letters say is changed with it, and their
    timelines say so. Return False when somebody else was faster.
    """
    if not form.has_changed():
        return True
    target = form.instance
    ids = [case.pk] if target.pk is None else [*target.cases.values_list("pk", flat=True)]
    with transaction.atomic():
        cases = Case.objects.filter(pk__in=ids).order_by("pk")  # one order, so nobody deadlocks
        locked = list(cases.select_for_update(of=("self",)))
        written = _make_target(case, target) if target.pk is None else form.save_if_unchanged()
        for other in locked if written else []:
            if PRINTED_OF_TARGET.intersection(form.changed_data):
                facts_changed(other)
            record(other, Event.TARGET, by=by)
    return written


def _make_target(case: Case, target: Target) -> bool:
    target.save()
    if Case.objects.filter(pk=case.pk, target=None).update(target=target):
        return True
    transaction.set_rollback(True)
    target.pk = None
    return False


# Claim lines


def add_line(case: Case, *, line: ClaimLine, by: User) -> ClaimLine:
    """Add a line and work out what it comes to."""
    with _changing(case):
        line.case, line.amount = case, line.worked_out()
        line.save()
        facts_changed(case)
        record(case, Event.LINE, by=by, what=_in_short(line))
    return line


def change_line(line: ClaimLine, *, form: VersionedForm, by: User) -> bool:
    """Write a line and work it out again. Return False when somebody else saved it meanwhile."""
    if not form.has_changed():
        return True
    with _changing(line.case):
        line.amount = form.instance.worked_out()
        if not form.save_if_unchanged(amount=line.amount):
            return False
        facts_changed(line.case)
        record(line.case, Event.LINE, by=by, what=_in_short(form.instance))
    return True


def remove_line(line: ClaimLine, *, by: User) -> None:
    """Take a line out of the calculation; the timeline keeps what it was."""
    with _changing(line.case):
        if line.delete()[0]:
            facts_changed(line.case)
            record(line.case, Event.LINE_REMOVED, by=by, what=_in_short(line))


def _in_short(line: ClaimLine) -> str:
    return f"{line.label}, {money(line.amount, Group.objects.get(pk=1).currency)}"
