"""Write about targets: facts, other names, links; choose one for a case.

Every verb writes the history of the target in its own transaction, and the keys it is found by.
Cases are locked before targets, both in the order of their numbers, so that nobody deadlocks.
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import capfirst

from campaigns.forms import VersionedForm
from campaigns.models import (
    Case,
    Event,
    NotThem,
    Target,
    TargetAlias,
    TargetEntry,
    TargetKey,
    TargetLink,
    User,
)
from campaigns.models.log import record
from campaigns.models.targets import note, write_keys
from campaigns.sheet import facts_changed
from campaigns.target_keys import name_key
from campaigns.target_records import write_down
from campaigns.target_words import in_words

# What a letter prints of a target.
PRINTED = {"name", "legal_name", "contact_name", "address"}
E = TargetEntry.Event


def lock(*targets: Target) -> list[Target]:
    """Lock records and read them anew, in the order they were given. Call it in a transaction."""
    rows = Target.objects.select_for_update(of=("self",)).order_by("pk")
    by_pk = {row.pk: row for row in rows.filter(pk__in=[target.pk for target in targets])}
    return [by_pk[target.pk] for target in targets]


def lock_cases_of(*targets: Target) -> list[Case]:
    """Lock every case against one of `targets`. Call it in a transaction, before `lock`."""
    cases = Case.objects.filter(target__in=targets).order_by("pk")
    return list(cases.select_for_update(of=("self",)))


# Facts


def change_target(case: Case | None, *, form: VersionedForm, by: User) -> bool:
    """Write the target of a case, and make it where there is none.

    Other cases may have the same target: what their letters say is changed with it, and their
    timelines say so. Return False when somebody else was faster. Without a case it is somebody
    the graph alone knows.
    """
    if not form.has_changed():
        return True
    target = form.instance
    if target.pk is None:
        return _make_target_of(case, target, by=by)
    before = dict(form.initial)
    with transaction.atomic():
        locked = lock_cases_of(target)
        if not form.save_if_unchanged():
            return False
        write_keys(target)
        _note_change(target, form, before, by=by)
        for other in locked:
            if PRINTED.intersection(form.changed_data):
                facts_changed(other)
            record(other, Event.TARGET, by=by)
    return True


def _make_target_of(case: Case, target: Target, *, by: User) -> bool:
    with transaction.atomic():
        locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if locked.target_id:
            return False
        write_down(target, by=by)
        Case.objects.filter(pk=case.pk).update(target=target)
        facts_changed(case)
        record(case, Event.TARGET, by=by)
    return True


def _note_change(target: Target, form: VersionedForm, before: dict[str, Any], *, by: User) -> None:
    """Note which facts changed and what stood there before."""
    names = form.changed_data
    labels = [str(Target._meta.get_field(name).verbose_name) for name in names]
    old = [f"{label}: {before.get(name)}" for label, name in zip(labels, names, strict=True)]
    filled = [line for line, name in zip(old, names, strict=True) if before.get(name)]
    note(target, E.CHANGED, by=by, text=capfirst("\n".join(filled)), what=", ".join(labels))


# Whom a case is against


def choose(case: Case, *, target: Target, by: User) -> bool:
    """Make a known target the one of the case. Return False when it was merged away meanwhile.

    What stood there before goes into the note of the case's timeline. Its record goes as well
    when nothing else knows it: it would belong to nobody.
    """
    with transaction.atomic():
        locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        (chosen,) = lock(target)
        if chosen.merged_into_id:
            return False
        if locked.target_id == chosen.pk:
            return True
        before = locked.target
        Case.objects.filter(pk=case.pk).update(target=chosen)
        facts_changed(case)
        record(case, Event.TARGET, by=by, note=_said_of(before))
        if before:
            _drop_if_unknown(before)
    return True


def _said_of(target: Target | None) -> str:
    if target is None:
        return ""
    facts = (target.name, target.legal_name, target.address, target.phone, target.email)
    rest = (target.plate, target.sites, target.sources)
    return "; ".join(" ".join(fact.split()) for fact in (*facts, *rest) if fact)


def _drop_if_unknown(target: Target) -> None:
    links = TargetLink.objects.of(target)
    if not (target.cases.exists() or links.exists() or target.merged_from.exists()):
        target.delete()


def say_not_them(case: Case, *, target: Target, by: User) -> None:
    """Note that the known target is somebody else, so that nobody is asked again."""
    NotThem.objects.get_or_create(case=case, target=target, defaults={"by": by})


# Other names


def add_alias(target: Target, *, name: str, source: str, by: User) -> TargetAlias:
    """Note another name. The same name twice is there once."""
    with transaction.atomic():
        (target,) = lock(target)
        alias, is_new = TargetAlias.objects.get_or_create(
            target=target, name=name, defaults={"source": source, "by": by}
        )
        if is_new:
            write_keys(target)
            note(target, E.ALIAS, by=by, text=source, name=name)
    return alias


def remove_alias(alias: TargetAlias, *, by: User) -> None:
    with transaction.atomic():
        (target,) = lock(alias.target)
        if TargetAlias.objects.filter(pk=alias.pk).delete()[0]:
            write_keys(target)
            note(target, E.ALIAS_REMOVED, by=by, name=alias.name)


# Links


def add_link(link: TargetLink, *, by: User) -> TargetLink:
    """Link two targets, of which one may be new. The same link twice is there once.

    A new one of the same name as somebody already linked with the other is that one.
    """
    with transaction.atomic():
        ends = [end for end in (link.from_target, link.to_target) if end.pk]
        known = lock(*sorted(ends, key=lambda end: end.pk))
        for side in ("from_target", "to_target"):
            end = getattr(link, side)
            if end.pk is None:
                same = _same_beside(known[0], end)
                setattr(link, side, same or write_down(end, by=by))
        if open_one := _open_link(link):
            return open_one
        link.added_by = by
        link.save()
        _note_both(link, E.LINK, by=by)
    return link


def _same_beside(target: Target, new: Target) -> Target | None:
    links = TargetLink.objects.shown().of(target).values_list("from_target", "to_target")
    near = {pk for pair in links for pk in pair}
    key = TargetKey.objects.filter(kind=TargetKey.Kind.NAME, value=name_key(new.name) or None)
    return Target.objects.filter(pk__in=near, keys__in=key, kind=new.kind).first()


def _open_link(link: TargetLink) -> TargetLink | None:
    same = {"from_target": link.from_target, "to_target": link.to_target, "role": link.role}
    return TargetLink.objects.filter(until_date=None, struck_at=None, **same).first()


def change_link(link: TargetLink, *, form: VersionedForm, by: User) -> bool:
    """Write a link. Return False when somebody else saved it, or made the same one, meanwhile."""
    if not form.has_changed():
        return True
    before = in_words(TargetLink.objects.select_related("from_target", "to_target").get(pk=link.pk))
    try:
        with transaction.atomic():
            lock(link.from_target, link.to_target)
            if not form.save_if_unchanged():
                return False
            ended = "until_date" in form.changed_data and form.cleaned_data["until_date"]
            _note_both(link, E.LINK_ENDED if ended else E.LINK_CHANGED, by=by, text=before)
    except IntegrityError:
        form.say_there_is_one()
        return False
    return True


def strike_link(link: TargetLink, *, reason: str, by: User) -> bool:
    """Note that a link was wrong. Return False when somebody had noted it already."""
    with transaction.atomic():
        lock(link.from_target, link.to_target)
        if not TargetLink.objects.shown().filter(pk=link.pk).update(struck_at=timezone.now()):
            return False
        _note_both(link, E.LINK_STRUCK, by=by, text=reason)
    return True


def _note_both(link: TargetLink, event: str, *, by: User, text: str = "") -> None:
    for end in (link.from_target, link.to_target):
        note(end, event, by=by, text=text, what=in_words(link))
