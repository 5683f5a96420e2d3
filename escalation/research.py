"""What to look up about a target, as tasks of the case."""

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import Case, Target, User
from escalation import tasks
from escalation.models import Task


def questions(target: Target) -> list[str]:
    """Return what to find out, one source each, in the active language."""
    name = {"name": target.name}
    return [
        _("County assessor: who pays the tax for the buildings of %(name)s?") % name,
        _("Recorder: who holds the title, who lent money on it? %(name)s") % name,
        _("State registry of firms: who manages %(name)s, who is its registered agent?") % name,
        _("Building or business licence: who holds it? %(name)s") % name,
        _("Old listings and reviews: other names, other places, who else was cheated? %(name)s")
        % name,
    ]


def start(case: Case, *, by: User) -> int:
    """Make a task of each question that is not one yet. Return how many were made."""
    with transaction.atomic():
        locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        asked = questions(locked.target)
        there = set(Task.objects.filter(case=case, what__in=asked).values_list("what", flat=True))
        new = [question for question in asked if question not in there]
        for question in new:
            tasks.add(by=by, what=question, case=case)
    return len(new)
