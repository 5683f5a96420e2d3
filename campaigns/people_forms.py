"""Forms of the network and its people: set-up, settings, invitations, accounts, duty."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from campaigns import rules
from campaigns.forms import VersionedForm
from campaigns.models import Duty, Group, Invitation, User
from campaigns.models.group import time_zone_choices

# Countries that pay in one of the currencies of Group.Currency.
COUNTRIES = (
    ("US", _("United States")),
    ("CA", _("Canada")),
    ("GB", _("United Kingdom")),
    ("IE", _("Ireland")),
    ("NZ", _("New Zealand")),
    ("AT", _("Austria")),
    ("BE", _("Belgium")),
    ("HR", _("Croatia")),
    ("EC", _("Ecuador")),
    ("SV", _("El Salvador")),
    ("EE", _("Estonia")),
    ("FI", _("Finland")),
    ("FR", _("France")),
    ("DE", _("Germany")),
    ("GR", _("Greece")),
    ("IT", _("Italy")),
    ("LV", _("Latvia")),
    ("LT", _("Lithuania")),
    ("LU", _("Luxembourg")),
    ("NL", _("Netherlands")),
    ("PA", _("Panama")),
    ("PT", _("Portugal")),
    ("PR", _("Puerto Rico")),
    ("SK", _("Slovakia")),
    ("SI", _("Slovenia")),
    ("ES", _("Spain")),
)


class AccountForm(forms.Form):
    """Who one is and how one logs in: for an invited person, and for the first organizer."""

    your_name = forms.CharField(
        label=_("Your name"),
        max_length=80,
        help_text=_("What the others call you. A first name is enough."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail"),
        help_text=_("You log in with it. We send nothing about cases to it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=256,
        strip=False,
        help_text=_("At least 12 letters. Four or five words are easy to keep in mind."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label=_("The same password again"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        password, again = values.get("password"), values.get("password_again")
        if password and again and password != again:
            self.add_error("password_again", gettext("The two passwords are not the same."))
        elif password:
            person = User(name=values.get("your_name", ""), email=values.get("email", ""))
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.add_error("password", error)
        return values

    def account(self) -> dict[str, str]:
        """Return what `campaigns.people` needs to make the account."""
        return {
            "name": self.cleaned_data["your_name"],
            "email": self.cleaned_data["email"],
            "password": self.cleaned_data["password"],
        }

    def say_email_is_taken(self) -> None:
        self.add_error(
            "email", gettext("There is an account with this e-mail. Log in, or use another.")
        )


class OfNetwork(forms.ModelForm):
    """The two long lists of a network's form, which the model leaves open."""

    country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES, initial="US")
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=time_zone_choices, initial="America/Los_Angeles"
    )


IN_DOLLARS, ON_LETTER_PAPER = ("US", "EC", "SV", "PA", "PR"), ("US", "CA", "SV", "PA", "PR")
_OTHER_MONEY = {"CA": Group.Currency.CAD, "GB": Group.Currency.GBP, "NZ": Group.Currency.NZD}


def usual_in(country: str) -> dict[str, str]:
    """Return the money and the paper of a country: what a new network begins with."""
    others = _OTHER_MONEY.get(country, Group.Currency.EUR)
    return {
        "currency": Group.Currency.USD if country in IN_DOLLARS else others,
        "paper": Group.Paper.LETTER if country in ON_LETTER_PAPER else Group.Paper.A4,
    }


class SetUpForm(AccountForm, OfNetwork):
    """The network and its first organizer: all it takes to begin, and the rest has defaults."""

    class Meta:
        model = Group
        fields = ("name", "place", "country", "time_zone", "language")
        help_texts = {
            "language": _("Papers start in it. Everybody reads the pages in their own language."),
        }

    # Nothing is chosen beforehand: a wrong zone is not seen until a deadline is off by hours.
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=lambda: [("", gettext("Choose the nearest city")), *time_zone_choices()],
        initial="",
    )

    def network(self) -> dict[str, Any]:
        typed = {name: self.cleaned_data[name] for name in self._meta.fields}
        return usual_in(typed["country"]) | typed

    def of_network(self) -> list[forms.BoundField]:
        return [self[name] for name in self._meta.fields]

    def of_first_person(self) -> list[forms.BoundField]:
        return [self[name] for name in AccountForm.base_fields]


# How much the group, and one person, carry at once.
CAPS = ("fight_cap", "fights_each", "calls_each")
# Whose rules are shown, and how long what is kept.
TIME_FIELDS = (
    "jurisdiction",
    "keep_not_taken_days",
    "keep_withdrawn_days",
    "keep_declined_days",
    "keep_closed_days",
    "keep_roster_days",
)


def _places() -> list[tuple[str, str]]:
    return [("", gettext("Nobody's: show no rules")), *rules.places()]


# Votes that were counted keep the rule of their day.
VOTE_FIELDS = ("threshold", "threshold_less", "quorum", "grace_days")


# The network itself, what its papers look like and how long a target gets.
NETWORK_FIELDS = (
    *SetUpForm.Meta.fields,
    "currency",
    "paper",
    "deadline_days",
    "deadline_hour",
)


class GroupForm(OfNetwork, VersionedForm):
    """What the network has set for itself."""

    jurisdiction = forms.ChoiceField(
        label=_("Whose law"),
        choices=_places,
        required=False,
        help_text=_("Which rules for deposits and wages are shown beside a case."),
    )

    class Meta:
        model = Group
        fields = (
            *NETWORK_FIELDS,
            *CAPS,
            "phone",
            "email",
            "address",
            "calls_from",
            "calls_until",
            "numbers_public",
            *VOTE_FIELDS,
            *TIME_FIELDS,
        )
        help_texts = {
            "threshold": _("Who abstains is not counted. A tie never carries."),
            "threshold_less": _("The people affected must say yes as well, whatever you choose."),
            "quorum": _("Fewer votes than this, and nothing is decided. Abstaining counts here."),
            "grace_days": _("So late a payment may be before the team is told."),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("calls_from"), data.get("calls_until")
        if first and last and first >= last:
            self.add_error("calls_until", gettext("This has to be later than the first hour."))
        return data

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        own = [name for name in self.fields if name in NETWORK_FIELDS]
        own += ["phone", "email", "address", "calls_from", "calls_until", "numbers_public"]
        shown = {*own, *CAPS, *VOTE_FIELDS, "seen_version"}
        rest = [name for name in self.fields if name not in shown]
        named = [
            (gettext("The network"), own),
            (gettext("How much at once"), [*CAPS]),
            (gettext("How you decide"), [*VOTE_FIELDS]),
            (gettext("Time and law"), rest),
        ]
        return [(legend, [self[name] for name in names]) for legend, names in named if names]


class InviteForm(forms.ModelForm):
    class Meta:
        model = Invitation
        fields = ("name", "role")
        widgets = {"role": forms.RadioSelect}
        labels = {"name": _("Who do you invite?"), "role": _("As what?")}
        help_texts = {"name": _("The name they go by. They can change it.")}

    role = forms.ChoiceField(
        label=_("As what?"),
        widget=forms.RadioSelect,
        initial=User.Role.MEMBER,
        choices=[
            (User.Role.MEMBER, _("Member\nSees the actions and signs up for them")),
            (
                User.Role.ORGANIZER,
                _("Organizer\nSees every case in one line, and the whole file of their own cases"),
            ),
        ],
    )


class DutyForm(forms.Form):
    """For how long somebody holds a duty: intake by the day, the others by the week or month."""

    A_MONTH = 30

    days = forms.TypedChoiceField(label=_("For how long?"), coerce=int)

    def __init__(self, *args: Any, kind: str = Duty.Kind.INTAKE, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = [*(_by_day() if kind == Duty.Kind.INTAKE else _by_month())]
        self.initial["days"] = Duty.MAX_DAYS if kind == Duty.Kind.INTAKE else self.A_MONTH


def _by_day() -> Iterator[tuple[int, str]]:
    for n in range(1, Duty.MAX_DAYS + 1):
        yield n, ngettext("%(n)d day", "%(n)d days", n) % {"n": n}


def _by_month() -> Iterator[tuple[int, str]]:
    for days, n in ((7, 1), (14, 2)):
        yield days, ngettext("%(n)d week", "%(n)d weeks", n) % {"n": n}
    for days, n in ((DutyForm.A_MONTH, 1), (61, 2), (Duty.MOST_DAYS, 3)):
        yield days, ngettext("%(n)d month", "%(n)d months", n) % {"n": n}


class DutyNoteForm(forms.ModelForm):
    """What whoever does it next should know."""

    class Meta:
        model = Duty
        fields = ("note",)
        widgets = {"note": forms.Textarea(attrs={"rows": 4})}


class MySettingsForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("name", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = self.fields["language"].choices
        self.fields["language"].choices = [
            ("", gettext("As my browser says")),
            *((code, name) for code, name in languages if code),
        ]
