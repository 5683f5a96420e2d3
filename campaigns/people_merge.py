"""Two records of one person become one, and can become two again.

Every row that points to the other record points to the kept one afterwards, whichever room it is
in: nothing is copied and nothing is lost. The other record stays, empty of all that hung on it, as
an alias of the kept one.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseParty, Event, Person, PersonMerge, User
from campaigns.models.log import record
from campaigns.sheet import facts_changed

# What is chosen, each from one of the two records, and what else goes with it.
CHOSEN = (
    "name",
    "phone",
    "email",
    "messenger",
    "language_spoken",
    "language_read",
    "good_times",
)
_GOES_WITH = {"phone": "phone_key", "email": "email_key"}
# Only what both allowed stays allowed.
ALLOWED = ("may_leave_voicemail", "may_text", "may_say_who")


class MergeRefused(Exception):
    """Nothing was changed. The text of the exception is a sentence for the person."""


def why_not(keep: Person, other: Person) -> str:
    """Return why two records cannot be joined, as a sentence, or nothing."""
    if keep.pk == other.pk or keep.merged_into_id or other.merged_into_id:
        return _("These two are joined already. Nothing was changed.")
    if getattr(keep, "user", None) and getattr(other, "user", None):
        return _("Each of them has an account. Two accounts are not joined.")
    theirs = CaseParty.objects.filter(person=other).values("case")
    both = Case.objects.filter(pk__in=theirs, parties__person=keep).first()
    if both is None:
        return ""
    return _(
        "Both are people of %(reference)s, so they stay two records. If somebody was added twice "
        "there, let one of them leave that case. If the case is there twice, merge the cases."
    ) % {"reference": both.reference}


def merge_persons(
    keep: Person, other: Person, *, by: User, take: Iterable[str] = ()
) -> PersonMerge:
    """Join `other` into `keep`; `take` names the fields of `CHOSEN` the other record has right.

    Raises MergeRefused.
    """
    with transaction.atomic():
        cases = _lock_cases(keep, other)
        keep, other = _lock_people(keep, other)
        if reason := why_not(keep, other):
            raise MergeRefused(reason)
        renamed = [*_cases_of(other)] if other.name != keep.name else []
        changed = _choose(keep, other, set(take))
        if "name" in changed:
            renamed = list(cases)
        try:
            with transaction.atomic():
                moved = dict(_move_rows(other, keep))
        except IntegrityError:
            raise MergeRefused(
                _("Something is there for both of them that can be there only once.")
            ) from None
        Person.objects.filter(pk=other.pk).update(merged_into=keep)
        merge = PersonMerge.objects.create(
            keep=keep, other=other, by=by, moved=moved, changed=changed
        )
        for case in cases:
            record(case, Event.PEOPLE_MERGED, by=by, who=str(keep))
        for case in renamed:
            facts_changed(case)
    return merge


def undo_merge(merge: PersonMerge, *, by: User) -> None:
    """Make two records of it again. What came to the kept one since stays with it.

    Raises MergeRefused.
    """
    with transaction.atomic():
        cases = _lock_cases(merge.keep, merge.other)
        keep, other = _lock_people(merge.keep, merge.other)
        waiting = PersonMerge.objects.filter(pk=merge.pk, undone_at=None)
        if keep.merged_into_id:
            raise MergeRefused(_("The record was joined with another one since. Undo that first."))
        if not waiting.update(undone_at=timezone.now(), undone_by=by):
            raise MergeRefused(_("Somebody has taken this back already."))
        for model, field in _pointing():
            keys = merge.moved.get(_name(model, field), [])
            rows = model._base_manager.filter(pk__in=keys, **{field: keep.pk})
            rows.update(**{field: other.pk})
        back = {
            name: before
            for name, (before, after) in merge.changed.items()
            if getattr(keep, name) == after
        }
        Person.objects.filter(pk=keep.pk).update(**back, version=F("version") + 1)
        Person.objects.filter(pk=other.pk).update(merged_into=None)
        for case in cases:
            facts_changed(case)
            record(case, Event.PEOPLE_UNMERGED, by=by, who=str(keep))


def _lock_cases(*people: Person) -> list[Case]:
    """Lock the cases of these people, in one order, so that nobody deadlocks."""
    cases = Case.objects.filter(pk__in=CaseParty.objects.filter(person__in=people).values("case"))
    return list(cases.select_for_update(of=("self",)).order_by("pk"))


def _lock_people(keep: Person, other: Person) -> tuple[Person, Person]:
    rows = Person.objects.select_for_update().filter(pk__in=[keep.pk, other.pk]).order_by("pk")
    known = {person.pk: person for person in rows}
    if keep.pk not in known or other.pk not in known:
        raise MergeRefused(_("One of these records is gone."))
    return known[keep.pk], known[other.pk]


def _cases_of(person: Person) -> models.QuerySet[Case]:
    return Case.objects.filter(pk__in=CaseParty.objects.filter(person=person).values("case"))


def _choose(keep: Person, other: Person, take: set[str]) -> dict[str, list[Any]]:
    """Write what the kept record says from now on. Return {field: [before, after]}."""
    after: dict[str, Any] = {}
    for name in take & set(CHOSEN):
        for each in filter(None, (name, _GOES_WITH.get(name))):
            after[each] = getattr(other, each)
    for name in ALLOWED:
        after[name] = getattr(keep, name) and getattr(other, name)
    after["needs_interpreter"] = keep.needs_interpreter or other.needs_interpreter
    changed = {
        name: [getattr(keep, name), value]
        for name, value in after.items()
        if getattr(keep, name) != value
    }
    values = {name: value for name, (_before, value) in changed.items()}
    Person.objects.filter(pk=keep.pk).update(**values, version=F("version") + 1)
    return changed


def _move_rows(source: Person, to: Person) -> Iterator[tuple[str, list[str]]]:
    for model, field in _pointing():
        rows = model._base_manager.filter(**{field: source.pk})
        keys = [str(key) for key in rows.values_list("pk", flat=True)]
        if keys:
            model._base_manager.filter(pk__in=keys).update(**{field: to.pk})
            yield _name(model, field), keys


def _pointing() -> Iterator[tuple[type[models.Model], str]]:
    """Yield every table and column that points to a person, in whatever room it is."""
    for relation in Person._meta.get_fields(include_hidden=True):
        if relation.auto_created and (relation.one_to_many or relation.one_to_one):
            model = relation.related_model
            if model not in (Person, PersonMerge):
                yield model, relation.field.name


def _name(model: type[models.Model], field: str) -> str:
    return f"{model._meta.label}.{field}"
