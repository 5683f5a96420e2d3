"""The forms of moves before the vote."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns import loads
from campaigns.fields import MomentField, PastMomentField
from campaigns.forms import outrun_words, seen_now, they_wrote
from campaigns.models import CaseParty, CaseState, Contact, InitialMeeting, Reason, User
from campaigns.place_forms import PlaceTicks
from campaigns.wording import date_in_words
from escalation import moves
from escalation.models import CaseLifecycle, Decision
from escalation.move_forms import (
    NOT_TAKEN,
    MoveForm,
    NamesField,
    ToldForm,
    VoteFields,
    line_field,
    reason_field,
    text_field,
    text_to_person,
    tick,
)
from escalation.moves.before import PLAIN

R = Reason


class TakeForm(MoveForm):
    responsible = forms.ModelChoiceField(
        User.objects.none(),
        label=_l("Who takes it"),
        required=False,
        help_text=_l("If it is somebody else, only they see the file from then on."),
    )
    method = forms.ChoiceField(label=_l("How you tried to reach them"), choices=Contact.Method)
    result = forms.ChoiceField(label=_l("What came of it"), choices=Contact.Result)
    at = PastMomentField(label=_l("When"))
    note = text_field(
        _l("What was said"),
        most=Contact._meta.get_field("note").max_length,
        help_text=Contact._meta.get_field("note").help_text,
    )

    def first_values(self) -> dict[str, Any]:
        return {"at": self.now, "responsible": self.by.pk}

    def prepare(self) -> None:
        who = self.fields["responsible"]
        me = User.objects.filter(pk=self.by.pk)
        here = User.objects.at_hand_or(me, timezone.localdate(self.now))
        who.queryset = here.organizers().order_by("name")
        who.empty_label = None
        for name in ("method", "result"):
            self.fields[name].choices = [("", _("Choose one")), *self.fields[name].choices]

    def people(self) -> Iterable[CaseParty]:
        return self.case.parties.affected().select_related("person")

    def make(self) -> str:
        moves.take(self.case, by=self.by, **self.cleaned_data)
        taker = self.cleaned_data["responsible"] or self.by
        much = loads.before_one_more(self.case, [taker], by=self.by, group=self.group)
        if taker != self.by:
            said = _("%(name)s is responsible for this case now. Tell them.") % {"name": taker}
        else:
            said = _(
                "You are responsible for this case now. When you have talked, arrange a meeting."
            )
        return " ".join([said, *much])


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
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def first_values(self) -> dict[str, Any]:
        values = {"organizers": [self.by.pk], "seen": self.arranged()}
        if self.meeting is None or self.meeting.held_on:
            return values
        names = ("at", "place", "needs_interpreter")
        went = [user.pk for user in self.meeting.organizers.all()]
        return values | {name: getattr(self.meeting, name) for name in names} | {"organizers": went}

    def arranged(self) -> str:
        """Return when and where they meet as it is arranged now, or an empty string."""
        self.meeting = InitialMeeting.objects.filter(case=self.case).first()
        if self.meeting is None:
            return ""
        return f"{date_in_words(self.meeting.at, with_time=True)}, {self.meeting.place}"

    def prepare(self) -> None:
        went = self.meeting.organizers if self.meeting else User.objects.none()
        here = User.objects.at_hand_or(went, timezone.localdate(self.now))
        self.fields["organizers"].queryset = here.organizers()

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

    def clean(self) -> dict[str, Any]:
        said, arranged = super().clean(), self.arranged()
        if "seen" in self.data and said.pop("seen", None) != arranged:
            seen_now(self, "seen", arranged)
            self.add_error(None, outrun_words())
            self.add_error("at", they_wrote(arranged))
        return said

    def make(self) -> str:
        said = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        moves.arrange_meeting(self.case, by=self.by, **said)
        return _("The meeting is noted. After it, note that it was held and fill in the sheet.")


class WithdrawForm(MoveForm):
    reason = reason_field(R.OWN_WISH, R.UNREACHABLE, R.ALREADY_RESOLVED)
    note = text_field(_l("Note"))

    def make(self) -> str:
        moves.withdraw(self.case, by=self.by, **self.cleaned_data)
        return _("The case is closed. They can write again with their code.")


class OffQueueFields(VoteFields, ToldForm):
    """Off the queue it takes a vote: the meeting took it on. Before that organizers close a case
    for a plain reason, and for any other the meeting votes on taking it on, without a yes."""

    asks_voices = False

    def __init__(self, *args: Any, case: CaseLifecycle, **kwargs: Any) -> None:
        self.is_queued = case.state == CaseState.QUEUED
        self.vote_may_be_empty = not self.is_queued
        self.marks_optional = self.is_queued
        kind, motion = Decision.Kind.TAKE_ON, _("Take on %(case)s")
        if self.is_queued:
            kind, motion = Decision.Kind.CLOSE_QUEUED, _("Take %(case)s off the queue")
        self.decision_kind, self.motion_text = kind, motion
        super().__init__(*args, case=case, **kwargs)

    def prepare(self) -> None:
        super().prepare()
        if not self.is_queued:
            plain = ", ".join(str(reason.label) for reason in PLAIN)
            text = _("Organizers decide alone: %(reasons)s. For any other reason the group votes.")
            self.fields["reason"].help_text = text % {"reasons": plain}

    def vote_is_needed(self) -> bool:
        return self.is_queued or self.cleaned_data.get("reason", R.TOO_FAR) not in PLAIN

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.vote_is_needed() and not self.errors and self.carried != self.is_queued:
            yes = _("More were for it than against it. That is a yes.")
            self.add_error("votes_for", self.why_not_carried() if self.is_queued else yes)
        return cleaned

    def said(self) -> dict[str, Any]:
        own = {name: self.cleaned_data[name] for name in ("reason", "text", "note")}
        return own | {"by": self.by, "vote": self.vote()}


class DeclineForm(OffQueueFields):
    reason = reason_field(*NOT_TAKEN)
    text = text_to_person()
    note = text_field(_l("Note for the group"))

    field_order = ("reason", "text", "note")

    ready_text = _l(
        "We talked about what happened to you. We are sorry: we cannot take it on. "
        "This does not mean that you are wrong. You can write to us again here at any time."
    )

    def make(self) -> str:
        moves.decline(self.case, **self.said())
        return _("The case is closed, and your text waits for them on their page.")


class ReferForm(PlaceTicks, OffQueueFields):
    reason = reason_field(*NOT_TAKEN)
    places = text_field(
        _l("Where they can turn to"),
        most=1000,
        help_text=_l("At least one name with a phone number or an address. They see this too."),
    )
    text = text_to_person()
    note = text_field(_l("Note for the group"))

    ready_text = _l(
        "We talked about what happened to you. We think that somebody else can help you better. "
        "Below is where you can turn to. You can write to us again here at any time."
    )

    field_order = ("reason", "known_places", "places", "hand_over", "text", "note")

    def prepare(self) -> None:
        super().prepare()
        self.offer_places(self.case.kind)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.clean_places_together()
        return cleaned

    def make(self) -> str:
        where = {"places": self.whole_places(), "hand_over": self.to_hand_over()}
        moves.refer(self.case, **self.said(), **where)
        return _("The case is closed, and your text waits for them on their page.")


class ProposeForm(MoveForm):
    note = text_field(_l("Note for the meeting"))

    def make(self) -> str:
        moves.propose(self.case, by=self.by, **self.cleaned_data)
        return _("It is on the agenda. After the meeting, record the vote.")
