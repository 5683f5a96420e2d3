"""The forms of every way a fight ends."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.models import CaseState, Reason
from campaigns.wording import money
from escalation import agreements, moves, silence
from escalation.models import Decision
from escalation.move_forms import (
    DecidedForm,
    MoveForm,
    reason_field,
    text_field,
    tick,
)
from escalation.moves.ending import EVERYONE_AGREES, TOLD_OF_THE_VOTE
from letters.models import Demand, Letter

R = Reason


def _lessons() -> forms.CharField:
    return text_field(_l("What the group learned"), most=4000)


class WinForm(MoveForm):
    demand_met = tick(
        _l("Everything demanded is done."),
        else_say=_l("Confirm that everything demanded is done."),
    )
    note = _lessons()

    def facts(self) -> list[str]:
        demand = Demand.objects.filter(case=self.case).first()
        if demand is None:
            return []
        paid = _("%(cleared)s of %(demanded)s has cleared.") % {
            "cleared": money(self.case.cleared, self.group.currency),
            "demanded": money(demand.amount, self.group.currency),
        }
        return [paid, *demand.terms]

    def make(self) -> str:
        moves.win(self.case, by=self.by, **self.cleaned_data)
        return _("Won. Thank everybody who came, and take down what still hangs.")


class SettleForm(DecidedForm):
    decision_kind = Decision.Kind.SETTLE
    everyone_agrees = True
    motion_text = _l("Stop %(case)s with what has been paid")

    reason = reason_field(R.NEED_OF_MONEY, R.FAIR_ENOUGH, R.RISK, R.TIME)
    note = _lessons()

    field_order = ("reason",)

    def prepare(self) -> None:
        super().prepare()
        if self.case.state not in CaseState.FIGHTING:
            self.leave_out_vote()

    def make(self) -> str:
        said = self.cleaned_data
        moves.settle(
            self.case, by=self.by, reason=said["reason"], note=said["note"], vote=self.vote()
        )
        return _("Settled. Thank everybody who came, and take down what still hangs.")


class DefaultForm(MoveForm):
    """They broke the agreement. What was missed stands in the form already."""

    reason = reason_field(R.DEFAULT, R.BOUNCED, R.RETALIATION, R.BREACH)
    note = text_field(_l("What happened"), required=True)

    def first_values(self) -> dict[str, Any]:
        agreement = agreements.in_force_of(self.case)
        today = timezone.localdate(self.now)
        missed = agreement and agreements.missed_in_words(agreement, today=today, group=self.group)
        if not missed:
            return {}
        bounced = agreements.bounced_since(agreement)
        return {"reason": R.BOUNCED if bounced else R.DEFAULT, "note": "\n".join(missed)}

    def links(self) -> list[tuple[str, str]]:
        """Return the letter they got and the plan that was voted: the fight goes on with both."""
        letter = Letter.objects.light().demands().issued().filter(case=self.case).first()
        links = [(_("The plan of tactics"), reverse("vote_plan", args=[self.case.reference]))]
        if letter:
            url = reverse("letter", args=[self.case.reference, letter.version])
            links.insert(0, (_("The letter they got"), url))
        return links

    def make(self) -> str:
        moves.default(self.case, by=self.by, **self.cleaned_data)
        return _("The fight goes on. The agreement no longer binds.")


class LoseForm(DecidedForm):
    decision_kind = Decision.Kind.LOSE
    everyone_agrees = True
    motion_text = _l("End %(case)s without winning")

    reason = reason_field(R.INSOLVENT, R.NO_LEVERAGE_LEFT, R.COURT_ORDER, R.EXHAUSTED)
    note = _lessons()

    field_order = ("reason",)

    def make(self) -> str:
        said = self.cleaned_data
        moves.lose(
            self.case, by=self.by, reason=said["reason"], note=said["note"], vote=self.vote()
        )
        return _("The case is closed. Tell everybody who came, and thank them.")


class DropForm(DecidedForm):
    """Their own wish is the word of everyone affected. Every other reason takes a vote.

    Whether they must agree to it, or be told, depends on the reason; see `moves.drop`.
    """

    marks_optional = False
    vote_may_be_empty = True
    decision_kind = Decision.Kind.DROP
    motion_text = _l("Drop %(case)s")

    reason = reason_field(
        R.OWN_WISH,
        R.UNRESPONSIVE,
        R.MOVED,
        R.SETTLED_PRIVATELY,
        R.SAFETY,
        R.FACTS_DOUBTFUL,
        R.CAPACITY,
        help_text=_l("Their own wish is enough. For any other reason the group votes."),
    )
    text = text_field(
        _l("What you write to the person"),
        rows=4,
        help_text=_l("Needed if they settled without us, or if the facts are in doubt."),
    )
    note = _lessons()

    field_order = ("reason", "text", "note")

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [
            (_("Why it ends"), self.bound("reason", *self.VOICES, "text", "note")),
            (_("The vote"), self.bound("held_on", "motion", *self.COUNTS)),
        ]

    def vote_is_needed(self) -> bool:
        return self.cleaned_data.get("reason", "") not in ("", R.OWN_WISH)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        reason = cleaned.get("reason")
        if reason == R.OWN_WISH and not self.everyone_agreed():
            self.add_error(self.voice_field, _("Everyone affected must have said so themselves."))
        if reason in EVERYONE_AGREES:
            self.need_everyone()
        if reason in TOLD_OF_THE_VOTE:
            self.need("text", why=_("Write to the person what was decided and why."))
        if reason == R.UNRESPONSIVE and (missing := silence.tried_enough(self.case, self.now)):
            self.add_error("reason", missing)
        return cleaned

    def make(self) -> str:
        said = self.cleaned_data
        moves.drop(
            self.case,
            by=self.by,
            reason=said["reason"],
            note=said["note"],
            text=said["text"],
            vote=self.vote(),
            own_word=self.everyone_agreed(),
        )
        return _("The case is closed. They can write again with their code.")
