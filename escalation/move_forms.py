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

from campaigns.fields import MomentField, PastDayField, PastMomentField
from campaigns.models import Case, CaseParty, Contact, Group, InitialMeeting, Reason, User
from campaigns.wording import date_in_words
from escalation import moves
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
    return forms.CharField(
        label=capfirst(field.verbose_name),
        max_length=field.max_length,
        **{"required": not field.blank, "help_text": field.help_text} | kwargs,
    )


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


class MoveForm(forms.Form):
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

    def people(self) -> Iterable[CaseParty]:
        """Return whom to reach for this move: what to mind and the numbers stand above it."""
        return []

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return headings with their fields, for a long form; nothing for a short one."""
        return []

    def make(self) -> str:
        raise NotImplementedError


class VoteFields(forms.Form):
    """The counts of a vote: counts, never names."""

    vote_may_be_empty = False
    motion_text: Any = ""

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

    COUNTS = ("votes_for", "votes_against", "abstained")
    VOTE_FIELDS = ("held_on", "motion", *COUNTS, "affected_agreed")

    def first_values(self) -> dict[str, Any]:
        motion = self.motion_text % {"case": self.case.reference}
        return super().first_values() | {"motion": motion}

    def prepare(self) -> None:
        super().prepare()
        if self.vote_may_be_empty:
            for name in self.VOTE_FIELDS:
                self.fields[name].required = False

    def leave_out_vote(self, *, but: str = "") -> None:
        for name in self.VOTE_FIELDS:
            if name != but:
                del self.fields[name]

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        if "votes_for" not in self.fields:
            return []
        own = [name for name in self.fields if name not in self.VOTE_FIELDS]
        return [
            (_("What you decided"), self.bound(*own)),
            (_("The vote"), self.bound(*self.VOTE_FIELDS)),
        ]

    def bound(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names]

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
        vote = {name: self.cleaned_data[name] for name in self.VOTE_FIELDS}
        return vote | {"abstained": vote["abstained"] or 0}

    @property
    def carried(self) -> bool:
        votes = self.cleaned_data
        return (votes.get("votes_for") or 0) > (votes.get("votes_against") or 0)


class DecidedForm(VoteFields, MoveForm):
    """A move that takes a vote, and the vote must carry."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.vote_is_needed() and not self.errors and not self.carried:
            self.add_error(
                "votes_for", _("The vote did not carry: there must be more for than against.")
            )
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


# The forms of moves before the vote


class TakeForm(MoveForm):
    method = forms.ChoiceField(label=_l("How you tried to reach them"), choices=Contact.Method)
    result = forms.ChoiceField(label=_l("What came of it"), choices=Contact.Result)
    at = PastMomentField(label=_l("When"))
    note = text_field(
        _l("What was said"),
        most=Contact._meta.get_field("note").max_length,
        help_text=Contact._meta.get_field("note").help_text,
    )

    def first_values(self) -> dict[str, Any]:
        return {"at": self.now}

    def prepare(self) -> None:
        for name in ("method", "result"):
            self.fields[name].choices = [("", _("Choose one")), *self.fields[name].choices]

    def people(self) -> Iterable[CaseParty]:
        return self.case.parties.affected().select_related("person")

    def make(self) -> str:
        moves.take(self.case, by=self.by, **self.cleaned_data)
        return _("You are responsible for this case now. When you have talked, arrange a meeting.")


class DiscardForm(MoveForm):
    sure = tick(
        _l("This is spam or a test. Delete it and everything in it."),
        else_say=_l("Tick this only if nobody needs help here."),
    )

    def make(self) -> str:
        moves.discard(self.case, by=self.by)
        return _("Deleted. Nothing of it is left but one more in the count of spam.")


class ArrangeMeetingForm(MoveForm):
    at = MomentField(label=_l("When"))
    place = line_field(InitialMeeting, "place", help_text=_l("A quiet, neutral place."))
    organizers = NamesField(
        User.objects.none(),
        label=_l("Who goes"),
        help_text=_l("Two organizers."),
        error_messages={"required": _l("Two organizers go to a first meeting. Name two.")},
    )
    needs_interpreter = forms.BooleanField(label=_l("An interpreter is needed."), required=False)

    def first_values(self) -> dict[str, Any]:
        return {"organizers": [self.by.pk]}

    def prepare(self) -> None:
        self.fields["organizers"].queryset = User.objects.filter(
            is_active=True, role=User.Role.ORGANIZER
        )

    def clean_at(self) -> dt.datetime:
        at = self.cleaned_data["at"]
        days = (timezone.localdate(at) - timezone.localdate(self.now)).days
        if not -31 <= days <= 366:
            raise forms.ValidationError(_("Look at the date again."))
        return at

    def clean_organizers(self) -> Iterable[User]:
        chosen = self.cleaned_data["organizers"]
        if len(chosen) < 2:
            raise forms.ValidationError(_("Two organizers go to a first meeting. Name two."))
        return chosen

    def make(self) -> str:
        moves.arrange_meeting(self.case, by=self.by, **self.cleaned_data)
        return _("The meeting is noted. After it, note that it was held and fill in the sheet.")


class WithdrawForm(MoveForm):
    reason = reason_field(R.OWN_WISH, R.UNREACHABLE, R.ALREADY_RESOLVED)
    note = text_field(_l("Note"))

    def make(self) -> str:
        moves.withdraw(self.case, by=self.by, **self.cleaned_data)
        return _("The case is closed. They can write again with their code.")


class DeclineForm(ToldForm):
    reason = reason_field(*NOT_TAKEN)
    text = text_to_person()
    note = text_field(_l("Note for the group"))

    ready_text = _l(
        "We talked about what happened to you. We are sorry: we cannot take it on. "
        "This does not mean that you are wrong. You can write to us again here at any time."
    )

    def make(self) -> str:
        moves.decline(self.case, by=self.by, **self.cleaned_data)
        return _("The case is closed, and your text waits for them on their page.")


class ReferForm(ToldForm):
    reason = reason_field(*NOT_TAKEN)
    places = text_field(
        _l("Where they can turn to"),
        most=1000,
        required=True,
        help_text=_l("At least one name with a phone number or an address. They see this too."),
        error_messages={"required": _l("Name at least one place they can turn to.")},
    )
    text = text_to_person()
    note = text_field(_l("Note for the group"))

    ready_text = _l(
        "We talked about what happened to you. We think that somebody else can help you better. "
        "Below is where you can turn to. You can write to us again here at any time."
    )

    def make(self) -> str:
        moves.refer(self.case, by=self.by, **self.cleaned_data)
        return _("The case is closed, and your text waits for them on their page.")


class ProposeForm(MoveForm):
    note = text_field(_l("Note for the meeting"))

    def make(self) -> str:
        moves.propose(self.case, by=self.by, **self.cleaned_data)
        return _("It is on the agenda. After the meeting, record the vote.")
