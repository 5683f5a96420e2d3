"""The forms of what can happen after the end, of two cases that are one, and of a step gone wrong.

`facts()` say what a step does before it is made, because much of it cannot be seen on the form.
"""

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from campaigns import case_merges
from campaigns.fields import PastMomentField
from campaigns.models import (
    Case,
    CaseLink,
    CaseParty,
    CaseState,
    Contact,
    IncidentKind,
    LogEntry,
    PaymentEvent,
    Reason,
    Sheet,
)
from campaigns.models.claims import ZERO
from campaigns.models.payments import balance
from campaigns.wording import date_in_words, money
from escalation import moves
from escalation.models import Action, Task
from escalation.move_forms import (
    MoveForm,
    PartiesField,
    line_field,
    reason_field,
    text_field,
    tick,
)
from escalation.moves import MoveRefused, putting_right

R = Reason


class ReopenForm(MoveForm):
    reason = reason_field(R.DEFAULT, R.BOUNCED, R.REVERSED, R.RETALIATION, R.BREACH)
    everyone_agreed = tick(
        _l("Everyone affected wants to go on."),
        else_say=_l("Ask the people affected first: do they want to go on?"),
    )
    note = text_field(_l("What changed"), required=True)

    def facts(self) -> list[str]:
        """Say what is asked for again, since a deal for less binds nobody who broke it."""
        since = {"events__at__gte": self.case.closed_at} if self.case.closed_at else {}
        gone = self.case.payments.filter(events__kind__in=PaymentEvent.GONE, **since).total()
        owed = balance(self.case.demanded or ZERO, self.case.cleared)
        words = {"gone": gone, "asked": self.case.demanded or ZERO, "owed": owed}
        words = {name: money(amount, self.group.currency) for name, amount in words.items()}
        said = [_("%(gone)s came back or was stopped.") % words] if gone else []
        if owed:
            text = _(
                "Of the %(asked)s demanded, %(owed)s is open again. If you want only what was "
                "agreed, change the demand after this."
            )
            said.append(text % words)
        return said

    def make(self) -> str:
        moves.reopen(self.case, by=self.by, **self.cleaned_data)
        return _("The fight goes on. What was paid stays counted. Plan the next step.")


class TakeUpAgainForm(MoveForm):
    reason = reason_field(R.CAME_BACK, R.NEW_FACTS)
    note = text_field(_l("What is different now"), required=True)

    def facts(self) -> list[str]:
        """Show what the person wrote after the case was closed, for who was not there before."""
        wrote = self.case.messages.filter(from_team=False)
        since = wrote.filter(at__gte=self.case.closed_at) if self.case.closed_at else wrote.none()
        return [
            f"{date_in_words(message.at, short=True, year=False)}: {message.text}"
            for message in since.order_by("-at", "-pk")[:3]
        ]

    def people(self) -> Iterable[CaseParty]:
        return self.case.parties.affected().select_related("person")

    def make(self) -> str:
        moves.take_up_again(self.case, by=self.by, **self.cleaned_data)
        return _(
            "The case is open again. Arrange a meeting, then propose it: the group votes anew."
        )


class PutRightForm(MoveForm):
    move = forms.IntegerField(widget=forms.HiddenInput)
    reason = reason_field(R.CLICKED_WRONG, R.NOT_SO, label=_l("What was wrong"))
    note = text_field(_l("In a few words"), required=True)

    def prepare(self) -> None:
        self.last = moves.last_move(self.case)
        self.fields["move"].initial = self.last and self.last.pk

    def facts(self) -> list[str]:
        if self.last is None:
            return [_("There is no step to take back.")]
        said = _("The last step: %(step)s, by %(who)s, %(when)s.") % {
            "step": self.last.what,
            "who": self.last.who,
            "when": date_in_words(self.last.at, with_time=True, short=True, year=False),
        }
        if refused := putting_right.why_not(self.case, self.last, by=self.by):
            return [said, *refused]
        return [said, *_undone_with(self.last)]

    def make(self) -> str:
        seen = LogEntry.objects.filter(case=self.case, pk=self.cleaned_data["move"]).first()
        if seen is None:
            raise MoveRefused([_("There is no step to take back.")])
        moves.put_right(
            self.case,
            by=self.by,
            move=seen,
            reason=self.cleaned_data["reason"],
            note=self.cleaned_data["note"],
        )
        state = CaseState(seen.from_state).label
        return _("Put right. The case is at “%(state)s” again.") % {"state": state}


_UNDONE_WITH = {
    "decision": _l("The vote is struck out. It stays in the timeline."),
    "demand": _l("What that vote demanded is taken away."),
    "delivery": _l("The delivery is taken away, and the clock stops."),
    "agreement": _l("What was agreed is struck out, and the offer is open again."),
    "broken": _l("The agreement binds again."),
    "tasks": _l("The questions of the meeting are taken away."),
    "take_down": _l("The task to take the posters down goes."),
    "called_off": _l("What was called off with it stays so: people were told. Plan it anew."),
    "left_out": _l("Actions that went on without this fight do not come back to it by themselves."),
    "contact": _l("The talk that was noted with it does not count."),
    "joined": _l("Who joined the team with it leaves the team."),
    "left": _l("They are part of the case again. Give them a new code."),
    "merged": _l("People, messages and files come back to this case."),
}


def _undone_with(move: LogEntry) -> Iterator[str]:
    """Yield what goes back together with a step, and what cannot."""
    wrote = move.data.get("wrote", {})
    yield from (str(text) for key, text in _UNDONE_WITH.items() if wrote.get(key))
    if move.data.get("move") in ("decline", "refer"):
        yield _("What you wrote to the person stays on their page. Tell them it was a mistake.")


class MergeForm(MoveForm):
    """The page before two cases become one says what moves to the other, and what does not."""

    note = text_field(_l("How you know it is the same"), rows=2)

    def __init__(self, *args: Any, into: Case, **kwargs: Any) -> None:
        self.into = into
        super().__init__(*args, **kwargs)

    def facts(self) -> list[str]:
        return [*_moves_over(self.case, self.into)]

    def make(self) -> str:
        moves.merge(self.case, by=self.by, into=self.into, **self.cleaned_data)
        into = self.into.reference
        return _("Merged. It goes on as %(reference)s; this file stays readable.") % {
            "reference": into
        }


def _moves_over(case: Case, into: Case) -> Iterator[str]:
    for party, known in case_merges.counterparts(case, into):
        said = _("%(who)s moves over.") if known is None else _("%(who)s is there already.")
        yield said % {"who": party}
    counts = (
        (case.messages.count(), lambda n: ngettext("%(n)s message", "%(n)s messages", n)),
        (
            case.evidence.filter(is_legal=False).count(),
            lambda n: ngettext("%(n)s file", "%(n)s files", n),
        ),
        (case.contacts.count(), lambda n: ngettext("%(n)s talk", "%(n)s talks", n)),
        (
            case.incidents.exclude(kind=IncidentKind.LEGAL_PAPER).count(),
            lambda n: ngettext("%(n)s incident", "%(n)s incidents", n),
        ),
        (
            Task.objects.open().filter(case=case).count(),
            lambda n: ngettext("%(n)s open task", "%(n)s open tasks", n),
        ),
        (
            Action.objects.filter(cases=case, state__in=Action.State.on()).count(),
            lambda n: ngettext("%(n)s action", "%(n)s actions", n),
        ),
    )
    moving = [words(n) % {"n": n} for n, words in counts if n]
    if moving:
        yield _("Moves too: %(what)s.") % {"what": ", ".join(moving)}
    if case.evidence.filter(is_legal=True).exists():
        yield _("Legal papers stay here, with the people who may open them.")
    yield _("Their codes open the case that goes on.")
    yield _("The lines of what is owed stay here, so that no sum is counted twice.")


class LinkedCaseForm(MoveForm):
    """A new wrong is a case of its own. Nothing the group decided about the first is copied."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_l("What it is about"), choices=Case.Kind, widget=forms.RadioSelect
    )
    link = forms.ChoiceField(
        label=_l("How it belongs to this case"), choices=CaseLink.Kind, widget=forms.RadioSelect
    )
    summary = line_field(Case, "summary", required=True)
    parties = PartiesField(
        CaseParty.objects.none(),
        label=_l("Who of the people it happened to"),
        error_messages={"required": _l("Tick at least one person.")},
    )
    story = text_field(
        _l("What happened"),
        most=Sheet._meta.get_field("story").max_length,
        rows=6,
        required=True,
    )
    method = forms.ChoiceField(label=_l("How they told you"), choices=Contact.Method)
    at = PastMomentField(label=_l("When"))

    def first_values(self) -> dict[str, Any]:
        return {"form_key": uuid.uuid4(), "at": self.now, "link": CaseLink.Kind.GRIEVANCE}

    def prepare(self) -> None:
        present = self.case.parties.present().select_related("person")
        self.fields["parties"].queryset = present
        if present.count() == 1:
            self.initial["parties"] = [present.get().pk]
        self.fields["method"].choices = [("", _("Choose one")), *Contact.Method.choices]

    def clean_parties(self) -> Any:
        chosen = self.cleaned_data["parties"]
        if not any(party.role == CaseParty.Role.AFFECTED for party in chosen):
            raise forms.ValidationError(_("Tick somebody it happened to."))
        return chosen

    def open(self) -> Case:
        return moves.open_linked_case(self.case, by=self.by, **self.cleaned_data)
