"""What we ask a stranger: who and what first, then how to reach them, and nothing they must know.

Two answers are needed, one line of what happened and one way to reach the person. Everything else
takes rough words, because people often know a first name and a street. Never add a question about
status, identity numbers, birth date, bank or health.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import get_language, get_language_info, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from campaigns import evidence, intake
from campaigns.evidence_forms import EvidenceFilesField
from campaigns.models import Case, Evidence, Person, Sheet

MOST_FILES = 5
ROUGH = 300  # letters in an answer that is a line or two
_DIGITS_OF_A_PHONE = 5
SENTENCES = {
    "max_length": _(
        "This is %(show_value)d letters long, and we can take %(limit_value)d. "
        "Please make it shorter. You can send the rest later."
    ),
    "null_characters_not_allowed": _(
        "There is a sign in it that we cannot keep. Please type it again."
    ),
}


def _text(label: Any, *, most: int, rows: int = 0, **kwargs: Any) -> forms.CharField:
    if rows:
        kwargs["widget"] = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, **{"required": False} | kwargs)


def _most(model: Any, field: str) -> int:
    return model._meta.get_field(field).max_length


@dataclass(frozen=True)
class Section:
    legend: str
    fields: list[forms.BoundField]
    intro: str = ""


class IntakeForm(forms.Form):
    """Something else, or not sure. The other two kinds add their own questions."""

    marks_optional = False
    kind = Case.Kind.OTHER
    heading: Any = _("Tell us what happened")
    own_fields: tuple[str, ...] = ()

    story = _text(
        _("What happened?"),
        most=_most(Sheet, "story"),
        rows=6,
        help_text=_(
            "In your own words. One line is enough, or send a voice note below. "
            "Please do not tell us your immigration status: we do not need it."
        ),
    )
    who = _text(
        _("Who is it?"),
        most=_most(Sheet, "who_typed"),
        rows=2,
        help_text=_("A name, a business, a street, a number plate: whatever you have."),
    )
    amount = _text(
        _("About how much?"),
        most=_most(Sheet, "amount_typed"),
        help_text=_("A guess is fine. “Not sure” is fine too."),
    )
    others = _text(
        _("Are other people in the same situation?"),
        most=_most(Sheet, "others_affected"),
        rows=2,
        help_text=_("How many, and may we talk to them?"),
    )
    still_there = forms.ChoiceField(
        label=_("Are you still there?"),
        choices=Sheet.StillThere,
        widget=forms.RadioSelect,
        required=False,
    )
    wish = _text(_("What would you like to happen?"), most=_most(Sheet, "wish"), rows=2)
    urgent = _text(
        _("Is anything urgent?"),
        most=_most(Sheet, "urgent_note"),
        rows=2,
        help_text=_("A day in court, a day you must move out, a threat. Say which day."),
    )
    name = _text(
        _("What should we call you?"),
        most=_most(Person, "name"),
        help_text=_("Any name you like. A first name is enough."),
    )
    phone = _text(
        _("Phone"),
        most=_most(Person, "phone"),
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
        help_text=_("Best is a phone that your boss or landlord cannot look at."),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Write the whole address, for example rosa@mail.example.")},
    )
    messenger = _text(
        _("Another way"),
        most=_most(Person, "messenger"),
        help_text=_("WhatsApp, Signal, or somebody who can find you."),
    )
    may_leave_voicemail = forms.BooleanField(
        label=_("You may leave a voice message"), required=False
    )
    may_text = forms.BooleanField(label=_("You may send a text message"), required=False)
    may_say_who = forms.BooleanField(
        label=_("If somebody else answers, you may say who you are"), required=False
    )
    good_times = _text(
        _("When is a good time to call?"),
        most=_most(Person, "good_times"),
        help_text=_("And when not?"),
    )
    language_spoken = _text(
        _("Which language do you speak best?"), most=_most(Person, "language_spoken")
    )
    needs_interpreter = forms.BooleanField(label=_("I would like an interpreter"), required=False)
    files = EvidenceFilesField(
        label=_("Photos, papers or voice notes"),
        most=MOST_FILES,
        required=False,
    )
    heard_of = forms.ChoiceField(
        label=_("How did you hear of us?"),
        choices=[("", _("Choose one, or leave it")), *Sheet.HeardOf.choices],
        required=False,
    )
    consent = forms.BooleanField(
        label=_("Yes, you may read what I wrote, and contact me."),
        error_messages={"required": _("Tick this box, so that we may read what you wrote.")},
    )
    # People do not see this one. A machine that fills in every field gives itself away.
    website = _text(_("Leave this empty"), most=ROUGH)
    token = forms.Field(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.issued = now
        self.is_whole = True
        if not self.is_bound:
            self.fields["token"].initial = intake.new_token(now)
        self.fields["language_spoken"].initial = get_language_info(get_language())["name_local"]
        self.fields["files"].help_text = self._files_help()
        self.fields["website"].widget.attrs |= {"tabindex": "-1", "autocomplete": "off"}
        for field in self.fields.values():
            field.error_messages |= SENTENCES

    @staticmethod
    def _files_help() -> str:
        number = ngettext("Up to %(n)d file.", "Up to %(n)d files.", MOST_FILES) % {"n": MOST_FILES}
        later = gettext("You can also send them later.")
        return f"{number} {evidence.limits()} {later}"

    def clean_token(self) -> str:
        """Take a token we gave out; for any other, put a fresh one into the page and say so."""
        token = self.cleaned_data["token"] or ""
        try:
            self.issued = intake.issued_at(token, now=self.now)
        except intake.BadToken:
            self.data = self.data.copy()
            self.data[self.add_prefix("token")] = intake.new_token(self.now)
            self.add_error(
                None,
                gettext(
                    "This page was open for a long time, so nothing was sent. "
                    "Everything you typed is still here. Please press Send again."
                ),
            )
        return token

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"]
        if phone and len(re.findall(r"\d", phone)) < _DIGITS_OF_A_PHONE:
            raise forms.ValidationError(
                gettext(
                    "Write the number, for example 206 555 0134. "
                    "Anything else goes in “Another way”."
                )
            )
        return phone

    def clean(self) -> dict[str, Any]:
        if self.is_whole:
            self._clean_story()
        if "phone" in self.fields:
            self._clean_ways()
        return self.cleaned_data

    def _clean_ways(self) -> None:
        ways = ("phone", "email", "messenger")
        if not any(self.cleaned_data.get(way) or way in self.errors for way in ways):
            self.add_error(
                "phone",
                gettext(
                    "Give us one way to reach you: a phone, an e-mail address, or another way."
                ),
            )

    def _clean_story(self) -> None:
        """Ask for one line, unless they told it in a voice note: then that is the line."""
        if self.cleaned_data.get("story") or "story" in self.errors:
            return
        files = self.cleaned_data.get("files") or ()
        if any(evidence.checked_format(file) in Evidence.SOUND for file in files):
            self.cleaned_data["story"] = gettext("I sent a voice note.")
        else:
            self.add_error("story", gettext("Write at least one line about what happened."))

    def full_clean(self) -> None:
        """Say beside the field that chosen files are gone: no browser sends them back in a page."""
        super().full_clean()
        if self.is_bound and self.files and self.errors and "files" not in self.errors:
            names = ", ".join(f"“{file.name}”" for file in self.files.getlist("files"))
            self.add_error("files", gettext("Please choose again: %(names)s.") % {"names": names})

    @property
    def seems_spam(self) -> bool:
        return intake.seems_spam(
            trap=self.cleaned_data["website"],
            story=self.cleaned_data["story"],
            issued=self.issued,
            now=self.now,
        )

    def sections(self) -> list[Section]:
        def fields(*names: str) -> list[forms.BoundField]:
            return [self[name] for name in names]

        return [
            Section(
                gettext("What and who"),
                fields("story", "who", "amount", *self.own_fields),
            ),
            Section(
                gettext("A little more, if you like"),
                fields("still_there", "others", "wish", "urgent"),
            ),
            Section(
                gettext("How we reach you"),
                fields("name", "phone", "email", "messenger"),
                gettext("One way to reach you is enough."),
            ),
            Section(
                gettext("How to stay safe"),
                fields("may_leave_voicemail", "may_text", "may_say_who", "good_times"),
                gettext("What you do not tick, we do not do."),
            ),
            Section(gettext("Language"), fields("language_spoken", "needs_interpreter")),
            Section(gettext("What you can show us"), fields("files", "heard_of")),
        ]


class WagesForm(IntakeForm):
    kind = Case.Kind.WAGES
    heading = _("Pay for work you did")
    own_fields = ("job", "when", "rate")

    job = _text(_("What work was it?"), most=ROUGH)
    when = _text(_("When was it?"), most=ROUGH, help_text=_("Roughly: March to May."))
    rate = _text(
        _("What pay was agreed?"),
        most=ROUGH,
        help_text=_("By the hour, by the day, or for the whole job."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["still_there"].label = gettext("Do you still work there?")


class DepositForm(IntakeForm):
    kind = Case.Kind.DEPOSIT
    heading = _("Your deposit")
    own_fields = ("place", "when", "deposit", "returned")

    place = _text(
        _("Which home was it?"),
        most=_most(Sheet, "place"),
        rows=2,
        help_text=_("The address, as far as you want to say it."),
    )
    when = _text(_("When did you leave?"), most=ROUGH, help_text=_("Roughly: end of May."))
    deposit = _text(_("How much deposit did you pay?"), most=ROUGH)
    returned = _text(_("How much came back?"), most=ROUGH, help_text=_("And when, if you know."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["still_there"].label = gettext("Do you still live there?")


FORMS = {form.kind.value: form for form in (WagesForm, DepositForm, IntakeForm)}


class GoOnForm(forms.Form):
    """The code under which somebody kept what they had not sent yet."""

    code = forms.CharField(
        label=_("The code you wrote down"),
        max_length=200,
        help_text=_("25 letters and numbers. Spaces, dashes and small letters do not matter."),
        error_messages={"required": _("Type the code you wrote down.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
