"""The form of a draft letter: its own texts. Table, total, names and demands come from the case."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from campaigns.fields import DayField, PastDayField
from campaigns.forms import VersionedForm
from campaigns.models import Case, CaseParty, Evidence
from campaigns.wording import date_in_words
from letters import enclosures, own_words, recipients
from letters.models import (
    Enclosure,
    Letter,
    LetterRecipient,
    LiftedFinding,
    OwnWord,
    Poster,
    ReadingCopy,
)

FURTHEST_DAYS = 365


class LetterForm(VersionedForm):
    version_field = "edit_version"

    class Meta:
        model = Letter
        fields = [
            "text_kind",
            "recipient_name",
            "recipient_address",
            "also_to",
            "subject",
            "facts",
            "asks",
            "how_to_pay",
            "names_the_law",
            "closing",
            "delivery_on",
            "language",
            "paper",
        ]
        widgets = {
            "text_kind": forms.HiddenInput,
            "recipient_address": forms.Textarea(attrs={"rows": 5}),
            "also_to": forms.Textarea(attrs={"rows": 4}),
            "facts": forms.Textarea(attrs={"rows": 8}),
            "asks": forms.Textarea(attrs={"rows": 4}),
            "how_to_pay": forms.Textarea(attrs={"rows": 4}),
            "closing": forms.Textarea(attrs={"rows": 3}),
        }
        labels = {"asks": _l("Other demands, one a line")}
        help_texts = {"asks": _l("The sum and what was voted stand in the letter by themselves.")}

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)

    @classmethod
    def of(cls, letter: Letter) -> type["LetterForm"]:
        """Return the form for letters of this kind."""
        return cls if letter.is_demand else FollowUpForm

    def clean_text_kind(self) -> str:
        """Keep the kind that was chosen when the letter was begun."""
        return self.instance.text_kind or self.cleaned_data["text_kind"]

    def clean_also_to(self) -> str:
        text = self.cleaned_data["also_to"]
        found = recipients.further(text)
        if len(found) > recipients.MOST_FURTHER:
            limit = {"limit": recipients.MOST_FURTHER + 1}
            raise forms.ValidationError(_("A letter goes to %(limit)d at most.") % limit)
        longest = LetterRecipient._meta.get_field("name").max_length
        for one in found:
            if len(one.name) > longest:
                said = _("%(name)s: a name has up to %(limit)d letters. Write the rest below it.")
                raise forms.ValidationError(said % {"name": one.name[:60], "limit": longest})
            if why := recipients.why_not_in_window(one.name, one.lines):
                raise forms.ValidationError(f"{one.name[:60]}: {why}")
        return recipients.as_text(found)

    def clean_recipient_address(self) -> str:
        """Refuse here what the window of an envelope cannot show, rather than on the day itself."""
        text = self.cleaned_data["recipient_address"]
        name = self.cleaned_data.get("recipient_name", "")
        if why := recipients.why_not_in_window(name, text.splitlines()):
            raise forms.ValidationError(why)
        return text

    def clean_delivery_on(self) -> dt.date:
        day = self.cleaned_data["delivery_on"]
        if day < self.today:
            raise forms.ValidationError(_("This day is over. Choose today or a later day."))
        if day > self.today + dt.timedelta(days=FURTHEST_DAYS):
            raise forms.ValidationError(_("Choose a day within a year from now."))
        return day

    def texts(self) -> dict[str, Any]:
        """Return what a new draft is made of."""
        return {name: self.cleaned_data[name] for name in self._meta.fields}


class FollowUpForm(LetterForm):
    """A letter after the demand. It has a date of its own, and may ask for an answer."""

    note = ""  # what the log keeps beside the draft

    class Meta(LetterForm.Meta):
        fields = [
            "recipient_name",
            "recipient_address",
            "also_to",
            "subject",
            "facts",
            "asks",
            "how_to_pay",
            "closing",
            "answer_by",
            "delivery_on",
            "language",
            "paper",
        ]
        widgets = LetterForm.Meta.widgets | {"asks": forms.Textarea(attrs={"rows": 5})}
        field_classes = {"answer_by": DayField, "delivery_on": DayField}
        labels = {"delivery_on": _l("Date of the letter"), "facts": _l("What we write")}
        help_texts = {"facts": _l("Short, and only what can be shown.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["how_to_pay"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        by, dated = cleaned.get("answer_by"), cleaned.get("delivery_on")
        if by and dated and by <= dated:
            self.add_error("answer_by", _("Choose a day after the date of the letter."))
        return cleaned


class ReminderForm(FollowUpForm):
    """A reminder before the deadline. Silence mostly does more, so it takes a wish."""

    asked_by = forms.ModelChoiceField(
        CaseParty.objects.none(),
        label=_l("Who of the people affected asked for this reminder"),
        help_text=_l("Until the deadline silence mostly does more than a second letter."),
        error_messages={"required": _l("A reminder is only written when they ask for it.")},
    )
    asked_on = PastDayField(label=_l("When they asked"))
    field_order = ("asked_by", "asked_on")

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asked_by"].queryset = case.parties.affected().select_related("person")
        self.fields["asked_on"].initial = timezone.localdate()

    @property
    def note(self) -> str:
        """Return the wish as the log keeps it."""
        said = self.cleaned_data
        values = {"name": said["asked_by"], "day": date_in_words(said["asked_on"])}
        return _("%(name)s asked for it on %(day)s.") % values


class TogetherForm(FollowUpForm):
    """A letter that speaks for several fights. For which, is chosen once, when it is begun."""

    together = forms.ModelMultipleChoiceField(
        Case.objects.none(),
        label=_l("Together with"),
        widget=forms.CheckboxSelectMultiple,
        help_text=Letter._meta.get_field("together").help_text,
        error_messages={"required": _l("Tick the other fight, or write a letter of this one.")},
    )
    field_order = ("together",)

    def __init__(self, *args: Any, others: QuerySet[Case], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["together"].queryset = others

    def texts(self) -> dict[str, Any]:
        return super().texts() | {"together": self.cleaned_data["together"]}


class LiftForm(forms.ModelForm):
    """Why words that the checks stop may stand. `key` says which, in which wording."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    class Meta:
        model = LiftedFinding
        fields = ["key", "reason"]
        widgets = {"reason": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "reason": _l(
                "For example: it says what happened, and threatens nobody. Everybody who says yes "
                "to the letter reads this."
            )
        }


class HandedForm(forms.ModelForm):
    """That a further recipient got their letter."""

    class Meta:
        model = LetterRecipient
        fields = ["handed_on", "handed_to"]
        field_classes = {"handed_on": DayField}

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["handed_on"].required = self.fields["handed_to"].required = True

    def clean_handed_on(self) -> dt.date:
        day = self.cleaned_data["handed_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day is still to come."))
        return day


class OwnWordForm(forms.ModelForm):
    class Meta:
        model = OwnWord
        fields = ["word", "language", "level"]

    def clean_word(self) -> str:
        word = own_words.tidy(self.cleaned_data["word"])
        if sum(letter.isalnum() for letter in word) < own_words.LEAST_LETTERS:
            limit = {"limit": own_words.LEAST_LETTERS}
            raise forms.ValidationError(_("Write at least %(limit)d letters.") % limit)
        return word


class ReadingCopyForm(VersionedForm):
    """The words of a letter in another language, for somebody to read."""

    class Meta:
        model = ReadingCopy
        fields = ["subject", "facts", "asks", "how_to_pay", "closing"]
        widgets = {
            "facts": forms.Textarea(attrs={"rows": 8}),
            "asks": forms.Textarea(attrs={"rows": 4}),
            "how_to_pay": forms.Textarea(attrs={"rows": 4}),
            "closing": forms.Textarea(attrs={"rows": 3}),
        }


class PosterForm(VersionedForm):
    class Meta:
        model = Poster
        fields = ["headline", "lines", "reader_can"]
        widgets = {"lines": forms.Textarea(attrs={"rows": 4})}


class EnclosuresForm(forms.Form):
    """Which files go out with a letter: a number for each that does, and what the letter says."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, letter: Letter, files: Iterable[Evidence], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.files_offered = list(files)
        self.fields["seen_version"].initial = letter.edit_version
        enclosed = {row.evidence_id: row for row in letter.enclosed.all()}
        for file in self.files_offered:
            row = enclosed.get(file.pk)
            self.fields[f"place_{file.pk}"] = forms.IntegerField(
                label=_l("Number"),
                min_value=1,
                max_value=99,
                required=False,
                initial=row and row.position,
            )
            self.fields[f"caption_{file.pk}"] = forms.CharField(
                label=_l("What the letter says it is"),
                max_length=Enclosure._meta.get_field("caption").max_length,
                required=False,
                initial=row.caption if row else file.description,
            )

    @property
    def rows(self) -> list[tuple[Evidence, forms.BoundField, forms.BoundField]]:
        """Return each file with its two fields, as the page shows them."""
        return [
            (file, self[f"place_{file.pk}"], self[f"caption_{file.pk}"])
            for file in self.files_offered
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        chosen = [file for file in self.files_offered if cleaned.get(f"place_{file.pk}")]
        for file in chosen:
            name = f"caption_{file.pk}"
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("Say in a few words what it is. The letter prints it."))
        if not self.errors and (why := enclosures.why_too_much(chosen)):
            self.add_error(None, why)
        return cleaned

    def chosen(self) -> list[enclosures.Chosen]:
        """Return what is to be enclosed. Two with one number stand in the order of the page."""
        named = self.cleaned_data
        return [
            enclosures.Chosen(file, named[f"place_{file.pk}"], named[f"caption_{file.pk}"])
            for file in self.files_offered
            if named[f"place_{file.pk}"]
        ]
