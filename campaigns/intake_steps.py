"""The intake one question at a time: which questions stand on which page, and in which order."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.intake_drafts import CHECK, Draft
from campaigns.intake_forms import FORMS, IntakeForm
from campaigns.models import Case


@dataclass(frozen=True)
class Step:
    """One page. Without a `title` its only question is the heading."""

    name: str
    fields: tuple[str, ...]
    title: Any = ""
    intro: Any = ""


_BEGIN = (Step("story", ("story",)), Step("who", ("who",)))
_GO_ON = (
    Step("amount", ("amount",)),
    Step("still-there", ("still_there",)),
    Step("others", ("others",)),
    Step("wish", ("wish",)),
    Step("urgent", ("urgent",)),
    Step(
        "reach",
        ("name", "phone", "email", "messenger"),
        _("How do we reach you?"),
        _("One way to reach you is enough."),
    ),
    Step(
        "safe",
        ("may_leave_voicemail", "may_text", "may_say_who", "good_times"),
        _("How do you stay safe?"),
        _("What you do not tick, we do not do."),
    ),
    Step("language", ("language_spoken", "needs_interpreter"), _("Your language")),
)
STEPS: dict[str, tuple[Step, ...]] = {
    Case.Kind.WAGES: (
        *_BEGIN,
        Step("job", ("job", "when", "rate"), _("The work")),
        *_GO_ON,
    ),
    Case.Kind.DEPOSIT: (
        *_BEGIN,
        Step("home", ("place", "when"), _("The home")),
        Step("deposit", ("deposit", "returned"), _("The deposit")),
        *_GO_ON,
    ),
    Case.Kind.OTHER: (*_BEGIN, *_GO_ON),
}
# What the last page asks beside the answers it shows.
ASKED_LAST = ("files", "heard_of", "website", "consent", "token")


def numbered(kind: str, name: str) -> tuple[int, Step] | None:
    """Return a step and its number from 1 on, or None where the kind has no such step."""
    steps = enumerate(STEPS.get(kind, ()), start=1)
    return next(((n, step) for n, step in steps if step.name == name), None)


def after(kind: str, number: int, goes: str) -> str:
    """Return where one goes "on" or "back" from the step with this number; else, it stays there."""
    names = ["", *(step.name for step in STEPS[kind]), CHECK]
    return names[number + {"on": 1, "back": -1}.get(goes, 0)]


def form_of(
    kind: str,
    step: Step,
    *,
    data: Mapping[str, Any] | None,
    begun: Mapping[str, Any],
    now: dt.datetime,
) -> IntakeForm:
    """Return the form of one step: of all questions of the kind only its own."""
    form = FORMS[kind](data, now=now, initial=begun)
    form.is_whole = False
    for name in [name for name in form.fields if name not in step.fields]:
        del form.fields[name]
    if "story" in form.fields:
        form.fields["story"].help_text = _(
            "In your own words. One line is enough. Or leave it empty, and send a voice note at "
            "the end. Please do not tell us your immigration status: we do not need it."
        )
    return form


@dataclass(frozen=True)
class Row:
    """One question on the last page, with what was answered, and where to change it."""

    field: forms.BoundField
    answer: str
    step: str


def answered(form: IntakeForm, draft: Draft) -> list[Row]:
    """Return every question with its answer, in words, of the whole form."""
    return [
        Row(form[name], _in_words(form.fields[name], draft.answers.get(name)), step.name)
        for step in STEPS[draft.kind]
        for name in step.fields
    ]


def _in_words(field: forms.Field, typed: Any) -> str:
    if isinstance(field, forms.BooleanField):
        return gettext("yes") if typed else gettext("no")
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(typed, "")) if typed else ""
    return str(typed or "").strip()


def typed_in(form: forms.Form) -> dict[str, Any]:
    """Return what was typed into a form that was sent, right or wrong."""
    return {
        name: field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        for name, field in form.fields.items()
    }


def as_data(answers: Mapping[str, Any]) -> dict[str, str]:
    """Return kept answers as a browser would send them: a box that is not ticked is not there."""
    return {
        name: "on" if value is True else value
        for name, value in answers.items()
        if value is not None and value is not False
    }
