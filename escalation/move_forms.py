"""What a move asks: the parts all forms share, and the forms of moves before the vote.

A form cleans what was typed, and `make()` makes the move with it and returns the sentence that
says what is next. `facts()` are sentences a person wants to know before they send it.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import get_language_info, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.fields import PastDayField
from campaigns.models import Case, CaseParty, Group, Reason, User
from campaigns.wording import date_in_words
from escalation import decisions
from escalation.models import CaseLifecycle, Decision

MOST_VOTES = 999
LONG = 2000

R = Reason
NOT_TAKEN = (
    R.OUT_OF_SCOPE,
    R.TOO_FAR,
    R.TOO_OLD,
    R.NO_LEVERAGE,
    R.DEMAND_UNCLEAR,
    R.NOT_READY,
    R.FACTS_DOUBTFUL,
    R.SAFETY,
    R.CAPACITY,
    R.CONFLICT,
    R.BETTER_ELSEWHERE,
    R.ALREADY_RESOLVED,
)


def text_field(label: Any, *, most: int = LONG, rows: int = 3, **kwargs: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput
    return forms.CharField(
        label=label, max_length=most, widget=widget, **{"required": False} | kwargs
    )


def line_field(model: type[models.Model], name: str, **kwargs: Any) -> forms.CharField:
    """Return a field of one line with the label, length and help of the model's own."""
    field = model._meta.get_field(name)
    of_model = {
        "label": capfirst(field.verbose_name),
        "max_length": field.max_length,
        "required": not field.blank,
        "help_text": field.help_text,
    }
    return forms.CharField(**of_model | kwargs)


def reason_field(*reasons: Reason, **kwargs: Any) -> forms.ChoiceField:
    choices = [("", _l("Choose one")), *((reason.value, reason.label) for reason in reasons)]
    return forms.ChoiceField(**{"label": _l("Why"), "choices": choices} | kwargs)


class CountField(forms.IntegerField):
    """How many people. Out of range and not a number are one sentence."""

    def __init__(self, *, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(min_value=least, max_value=most, **kwargs)

    def clean(self, value: Any) -> int | None:
        try:
            return super().clean(value)
        except forms.ValidationError as error:
            if error.error_list[0].code == "required":
                raise
            raise forms.ValidationError(
                _("Write a whole number from %(least)s to %(most)s."),
                params={"least": self.min_value, "most": self.max_value},
            ) from None


def tick(label: Any, *, else_say: Any) -> forms.BooleanField:
    """Return a box that must be ticked, with the sentence that says so."""
    return forms.BooleanField(label=label, error_messages={"required": else_say})


class NamesField(forms.ModelMultipleChoiceField):
    """Accounts to tick."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, user: User) -> str:
        return f"{user.name} ({user.get_role_display()})"


class PartiesField(forms.ModelMultipleChoiceField):
    """People of a case to tick. Who cannot say it themselves says it through who acts for them."""

    widget = forms.CheckboxSelectMultiple
    marks_optional = False  # most steps need the yes of each of them

    def label_from_instance(self, party: CaseParty) -> str:
        return who_says_it(party)


def who_says_it(party: CaseParty) -> str:
    """Return the name, and who may say yes or no for them."""
    acting = [one for one in party.represented_by.all() if one.may_decide and not one.left_at]
    if not acting:
        return str(party)
    names = ", ".join(map(str, acting))
    return _("%(name)s (%(who)s may say it for them)") % {"name": party, "who": names}


def who_may_say_it(case: Case) -> models.QuerySet[CaseParty]:
    """Read the affected people and who acts for them, in a fixed number of queries."""
    people = case.parties.affected().select_related("person")
    return people.prefetch_related("represented_by__person")


class MoveForm(forms.Form):
    from_address: tuple[str, ...] = ()  # fields a link may fill in: ?reason=fee

    def __init__(
        self, data: Any = None, *, case: CaseLifecycle, by: User, group: Group, now: dt.datetime
    ) -> None:
        self.case, self.by, self.group, self.now = case, by, group, now
        super().__init__(data, initial=self.first_values())
        self.prepare()

    def first_values(self) -> dict[str, Any]:
        return {}

    def prepare(self) -> None:
        """Fit the fields to the case."""

    def facts(self) -> list[str]:
        return []

    def links(self) -> list[tuple[str, str]]:
        """Return labels and addresses of papers one wants at hand for this move."""
        return []

    def people(self) -> Iterable[CaseParty]:
        """Return whom to reach for this move: what to mind and the numbers stand above it."""
        return []

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return headings with their fields, for a long form; nothing for a short one."""
        return []

    def make(self) -> str:
        raise NotImplementedError

    def leads_to(self) -> str:
        """Return the address of the page that comes after `make()`."""
        return self.case.get_absolute_url()


class VoteFields(forms.Form):
    """The counts of a vote: counts, never names."""

    vote_may_be_empty = False
    motion_text: Any = ""
    decision_kind: str = Decision.Kind.TAKE_ON  # which rule counts; see escalation.decisions
    asks_voices = True  # of the people affected; False where the vote alone decides

    held_on = PastDayField(label=_l("Date of the meeting"))
    motion = text_field(
        _l("What was voted on"),
        most=Decision._meta.get_field("motion").max_length,
        rows=2,
        required=True,
    )
    votes_for = CountField(label=pgettext_lazy("votes", "For"), least=0, most=MOST_VOTES)
    votes_against = CountField(label=_l("Against"), least=0, most=MOST_VOTES)
    abstained = CountField(label=_l("Abstained"), least=0, most=MOST_VOTES, required=False)
    affected_agreed = forms.BooleanField(
        label=_l("Everyone affected was there, or said yes before."), required=False
    )
    agreed = PartiesField(
        CaseParty.objects.none(), label=_l("Who of the people affected said yes"), required=False
    )

    COUNTS = ("votes_for", "votes_against", "abstained")
    VOICES = ("affected_agreed", "agreed")  # one box, or one for each where there are several
    VOTE_FIELDS = ("held_on", "motion", *COUNTS, *VOICES)

    def first_values(self) -> dict[str, Any]:
        motion = self.motion_text % {"case": self.case.reference}
        return super().first_values() | {"motion": motion}

    def prepare(self) -> None:
        super().prepare()
        self.affected = list(who_may_say_it(self.case))
        self.voice_field = "agreed" if len(self.affected) > 1 else "affected_agreed"
        self.fields["agreed"].queryset = who_may_say_it(self.case)
        one = self.affected[0] if len(self.affected) == 1 else None
        if one and who_says_it(one) != str(one):
            self.fields["affected_agreed"].help_text = who_says_it(one)
        for name in self.VOICES:
            if name != self.voice_field or not self.asks_voices:
                del self.fields[name]
        if self.vote_may_be_empty:
            for name in self.VOTE_FIELDS:
                if name in self.fields:
                    self.fields[name].required = False

    def leave_out_vote(self, *, but_voices: bool = False) -> None:
        """Ask for no vote; with `but_voices`, still for what the people affected say."""
        for name in self.VOTE_FIELDS:
            if not (but_voices and name in self.VOICES):
                self.fields.pop(name, None)

    def voices(self) -> dict[int, bool]:
        """Return for each affected person whether they said yes; nothing where nobody asked."""
        if not self.asks_voices:
            return {}
        said = self.cleaned_data.get(self.voice_field)
        if self.voice_field == "agreed":
            agreed = {party.pk for party in said or ()}
            return {party.pk: party.pk in agreed for party in self.affected}
        return {party.pk: bool(said) for party in self.affected}

    def everyone_agreed(self) -> bool:
        return self.asks_voices and bool(self.affected) and all(self.voices().values())

    def need_everyone(self) -> None:
        """Say beside the box or the boxes that everyone affected must have said yes."""
        if self.voice_field not in self.errors and not self.everyone_agreed():
            self.add_error(
                self.voice_field, _("The people affected must have been there, or said yes before.")
            )

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        if "votes_for" not in self.fields:
            return []
        own = [field for field in self.visible_fields() if field.name not in self.VOTE_FIELDS]
        return [
            (_("What you decided"), own),
            (_("The vote"), self.bound(*self.VOTE_FIELDS)),
        ]

    def bound(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names if name in self.fields]

    def vote_is_needed(self) -> bool:
        """Say whether what was chosen takes a vote. Asked after the fields are cleaned."""
        return "votes_for" in self.fields

    def clean_held_on(self) -> dt.date | None:
        day, opened = self.cleaned_data["held_on"], timezone.localdate(self.case.opened_at)
        if day and day < opened:
            text = _("The case was opened on %(day)s. The vote cannot be earlier.")
            raise forms.ValidationError(text % {"day": date_in_words(opened)})
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.vote_is_needed():
            self.need("held_on", "motion", "votes_for", "votes_against")
            wrong = self.errors.keys() & {*self.COUNTS}
            if not wrong and not any(cleaned.get(name) for name in self.COUNTS):
                self.add_error("votes_for", _("Nobody voted. Count the hands."))
        return cleaned

    def need(self, *names: str, why: str = "") -> None:
        """Say beside each empty field that what was chosen needs it."""
        for name in names:
            value = self.cleaned_data.get(name)
            if name not in self.errors and (value is None or value is False or value == ""):
                self.add_error(name, why or _("This is needed for what you chose."))

    def vote(self) -> dict[str, Any] | None:
        """Return the vote as the verbs take it, or None where none is needed."""
        if not self.vote_is_needed():
            return None
        names = ("held_on", "motion", *self.COUNTS)
        vote = {name: self.cleaned_data[name] for name in names}
        vote["abstained"] = vote["abstained"] or 0
        return vote | {"voices": self.voices(), "affected_agreed": self.everyone_agreed()}

    @property
    def carried(self) -> bool:
        """Say whether the counts typed carry, by the rule the group set for this kind of vote."""
        votes = {name: self.cleaned_data.get(name) or 0 for name in self.COUNTS}
        if not decisions.has_quorum(self.group, **votes):
            return False
        del votes["abstained"]
        return decisions.carries(decisions.rule_for(self.decision_kind, self.group), **votes)

    def why_not_carried(self) -> str:
        """Return the rule in words, for a vote that did not carry."""
        rule = decisions.rule_for(self.decision_kind, self.group)
        return decisions.in_words(rule, self.group)


class DecidedForm(VoteFields, MoveForm):
    """A move that takes a vote, and the vote must carry."""

    everyone_agrees = False  # whether everyone affected must have said yes as well

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.vote_is_needed() and self.everyone_agrees:
            self.need_everyone()
        if self.vote_is_needed() and not self.errors and not self.carried:
            self.add_error("votes_for", self.why_not_carried())
        return cleaned


class ToldForm(MoveForm):
    """A move the affected person is told of, in the language they read."""

    ready_text: Any = ""

    def first_values(self) -> dict[str, Any]:
        return super().first_values() | {"text": in_their_language(self.case, self.ready_text)}

    def prepare(self) -> None:
        super().prepare()
        language = str(get_language_info(language_read(self.case))["name_translated"])
        self.fields["text"].help_text = _(
            "They read %(language)s. Say what was decided and why, kindly. They see it when they "
            "open their case with their code."
        ) % {"language": language}


def language_read(case: Case) -> str:
    languages = case.parties.affected().values_list("person__language_read", flat=True)
    return languages.first() or translation.get_language()


def in_their_language(case: Case, text: Any) -> str:
    with translation.override(language_read(case)):
        return str(text)


def text_to_person() -> forms.CharField:
    return text_field(_l("What you write to the person"), most=LONG, rows=6, required=True)
