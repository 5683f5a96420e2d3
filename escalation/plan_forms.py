"""The forms of a plan: the vote on it, the look at it again, and what people affected say to it."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.fields import DayField
from campaigns.forms import OnceForm, outrun_words, seen_now, they_wrote
from campaigns.models import Case
from campaigns.wording import date_in_words
from escalation import pacing, plans, reviews, tactic_library
from escalation.models import Decision, PlanReview, Rung, Tactic
from escalation.move_forms import MoveForm, VoteFields, line_field, who_says_it
from escalation.pacing import Proposed

NUMBERS = range(1, plans.MOST_RUNGS + 1)


def _rungs(case: Case) -> dict[str, forms.Field]:
    """Return a tactic, a week and a note for each rung. The delivery comes before any plan."""
    kept = Rung.objects.current(case).values_list("tactic", flat=True)
    tactics = tactic_library.choices(keep=kept, without=[Tactic.DELIVERY])
    weeks = [(n, pacing.week_in_words(n)) for n in range(plans.MOST_WEEKS + 1)]
    fields: dict[str, forms.Field] = {}
    for n in range(1, plans.MOST_RUNGS + 1):
        fields[f"tactic_{n}"] = forms.ChoiceField(
            label=_l("Tactic"), choices=[("", _l("Nothing more")), *tactics], required=False
        )
        fields[f"week_{n}"] = forms.TypedChoiceField(
            label=_l("When"),
            choices=weeks,
            coerce=int,
            empty_value=n - 1,  # one step a week, where nobody says otherwise
            initial=n - 1,
            required=False,
        )
        fields[f"note_{n}"] = line_field(Rung, "note")
    return fields


class PlanForm(OnceForm, VoteFields, MoveForm):
    """A vote on the tactics of a fight, in order. It is recorded also when it did not carry."""

    marks_optional = False
    decision_kind = Decision.Kind.PLAN
    motion_text = _l("Plan of tactics for %(case)s")

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def prepare(self) -> None:
        super().prepare()
        self.fields.update(_rungs(self.case))

    def first_values(self) -> dict[str, Any]:
        """Start from the steps of the plan that are not done yet."""
        self.plan_now = plans.seen_of(self.case)
        self.proposed = plans.to_vote_again(self.case, now=self.now)
        return super().first_values() | {"seen": self.plan_now} | _values(self.proposed)

    def propose(self, rungs: list[Proposed]) -> None:
        """Fill in another ladder; nothing is voted by that."""
        self.proposed = rungs
        names = [f"{name}_{n}" for n in NUMBERS for name in ("tactic", "week", "note")]
        kept = {name: value for name, value in self.initial.items() if name not in names}
        self.initial = kept | _values(rungs)

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(_("The vote"), self.bound(*self.VOTE_FIELDS))]

    @property
    def steps(self) -> list[tuple[int, list[forms.BoundField]]]:
        return [(n, [self[f"{name}_{n}"] for name in ("tactic", "week", "note")]) for n in NUMBERS]

    def too_much(self) -> list[str]:
        """Return kind sentences where the plan asks for more than came lately."""
        wanted = self.rungs() if self.is_bound and hasattr(self, "cleaned_data") else self.proposed
        return pacing.too_much(wanted, came=plans.came_lately(self.now)) if wanted else []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for n in NUMBERS:
            if cleaned.get(f"note_{n}") and not cleaned.get(f"tactic_{n}"):
                self.add_error(f"tactic_{n}", _("Choose the tactic this note is for."))
        if not self.rungs():
            self.add_error("tactic_1", _("Choose at least one tactic."))
        if cleaned.get("seen") not in (None, self.plan_now) and not self.was_sent(self.case):
            seen_now(self, "seen", self.plan_now)
            self.add_error(None, outrun_words())
            self.add_error("tactic_1", they_wrote(plans.in_words(self.case)))
        return cleaned

    def rungs(self) -> list[Proposed]:
        """Return the rungs in order, those left out between two closed up."""
        said = self.cleaned_data
        rows = [
            Proposed(
                said.get(f"tactic_{n}", ""), said.get(f"note_{n}", ""), said.get(f"week_{n}", n - 1)
            )
            for n in NUMBERS
        ]
        return [row for row in rows if row.tactic]

    def make(self) -> str:
        rungs = self.rungs()
        said = {"vote": self.vote(), "rungs": rungs, "seen": self.cleaned_data["seen"]}
        with self.once(self.case) as is_first:
            if is_first:
                plans.vote_plan(self.case, by=self.by, **said)
        if not self.carried:
            return _("The vote is noted. It did not carry, so the plan stays as it was.")
        voted = _("The plan is voted. Each step becomes an action when you plan it.")
        return " ".join([voted, *self.too_much()])


def _values(rungs: list[Proposed]) -> dict[str, Any]:
    return {
        f"{name}_{n}": value
        for n, rung in enumerate(rungs[: plans.MOST_RUNGS], start=1)
        for name, value in rung._asdict().items()
    }


class ReviewForm(OnceForm, VoteFields, MoveForm):
    """What a meeting decides when it looks at a fight again. What it chose has its own page."""

    marks_optional = False
    decision_kind = Decision.Kind.REVIEW
    motion_text = _l("How %(case)s goes on")

    choice = forms.ChoiceField(
        label=_l("What the meeting decided"),
        widget=forms.RadioSelect,
        choices=[
            (PlanReview.Choice.GO_ON, _l("Go on as planned\nThe steps stay as they are")),
            (
                PlanReview.Choice.RAISE,
                _l("Raise the pressure\nThe next step of the plan comes now"),
            ),
            (PlanReview.Choice.CHANGE, _l("Change the plan\nOther steps, or another order")),
            (PlanReview.Choice.PAUSE, _l("Pause\nNothing happens until a day you choose")),
            (PlanReview.Choice.END, _l("End the fight\nSettle it, or end it without winning")),
        ],
        error_messages={"required": _l("Choose what the meeting decided.")},
    )
    next_on = DayField(label=_l("When you look again"))

    def first_values(self) -> dict[str, Any]:
        day = timezone.localdate(self.now) + reviews.EVERY
        return super().first_values() | {"next_on": day}

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [
            (_("What you decided"), self.bound("choice", "next_on")),
            (_("The vote"), self.bound(*self.VOTE_FIELDS)),
        ]

    def clean_next_on(self) -> dt.date:
        day, today = self.cleaned_data["next_on"], timezone.localdate(self.now)
        if not today < day <= today + reviews.LATEST:
            raise forms.ValidationError(_("Choose a day within the next eight weeks."))
        return day

    def make(self) -> str:
        said = {name: self.cleaned_data[name] for name in ("choice", "next_on")}
        today = timezone.localdate(self.now)
        with self.once(self.case) as is_first:
            if is_first:
                reviews.record_review(self.case, by=self.by, vote=self.vote(), today=today, **said)
        if not self.carried:
            return _("The vote is noted. It did not carry, so nothing changes.")
        day = date_in_words(said["next_on"], year=False)
        return _("Noted. The next look is on %(day)s.") % {"day": day}

    def leads_to(self) -> str:
        """Lead on to the page that does what was chosen; nothing does it by itself."""
        reference = self.case.reference
        if not self.carried:
            return self.case.get_absolute_url()
        pages = {
            PlanReview.Choice.RAISE: f"{self.case.get_absolute_url()}#plan",
            PlanReview.Choice.CHANGE: reverse("vote_plan", args=[reference]),
            PlanReview.Choice.PAUSE: reverse("make_move", args=[reference, "hold"]),
            PlanReview.Choice.END: f"{self.case.get_absolute_url()}#top",
        }
        return pages.get(self.cleaned_data["choice"], self.case.get_absolute_url())


class StepVoiceForm(forms.Form):
    """What each person affected says to one kind of step, as an organizer passes it on."""

    YES, NO = "yes", "no"

    def __init__(self, *args: Any, people: Iterable[Any], said: dict[int, bool], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.people = list(people)
        for party in self.people:
            answer = said.get(party.pk)
            self.fields[f"says_{party.pk}"] = forms.ChoiceField(
                label=who_says_it(party),
                widget=forms.RadioSelect,
                required=False,
                choices=[(self.YES, _("Said yes")), (self.NO, _("Said no"))],
                initial=None if answer is None else self.YES if answer else self.NO,
            )

    def answers(self) -> list[tuple[Any, bool]]:
        """Return who said what; of whom nobody was asked, nothing."""
        said = ((party, self.cleaned_data[f"says_{party.pk}"]) for party in self.people)
        return [(party, answer == self.YES) for party, answer in said if answer]
