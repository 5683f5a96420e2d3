"""The forms of those who come to an action, and of the greeter who ticks them on the roster."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns.contact_keys import phone_key
from escalation import favours
from escalation.models import ActionRole, Favour, SignUp


def _favour(label: Any, *, needs: Any, offers: Any) -> forms.ChoiceField:
    sides = [(Favour.Side.NEEDS, needs), (Favour.Side.OFFERS, offers)]
    return forms.ChoiceField(label=label, choices=[("", "–"), *sides], required=False)


class AnswerForm(forms.Form):
    """What somebody says who is known already: by their account, or by their private link."""

    # What most people leave as it is. Pages show it folded.
    MORE = [
        "guests",
        "ride",
        "ride_how_many",
        "ride_about",
        "childcare",
        "interpreter",
        "interpreter_about",
        "needs",
        "offers",
    ]

    answer = forms.ChoiceField(
        label=gettext_lazy("Will you come?"), choices=SignUp.Answer, widget=forms.RadioSelect
    )
    role = forms.CharField(
        label=gettext_lazy("A role"),
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Only with a yes. Somebody explains it to you on the day."),
    )
    guests = forms.TypedChoiceField(
        label=gettext_lazy("Do you bring somebody?"),
        choices=[
            (0, gettext_lazy("No, only me")),
            *((n, f"+{n}") for n in range(1, SignUp.MOST_GUESTS + 1)),
        ],
        coerce=int,
        empty_value=0,
        required=False,
    )
    ride = _favour(
        gettext_lazy("A ride"),
        needs=gettext_lazy("I need one"),
        offers=gettext_lazy("I can take others"),
    )
    ride_how_many = forms.IntegerField(
        label=gettext_lazy("For how many people?"),
        required=False,
        min_value=1,
        max_value=Favour.MOST,
        initial=1,
    )
    ride_about = forms.CharField(
        label=gettext_lazy("From which part of town?"), max_length=60, required=False
    )
    childcare = _favour(
        gettext_lazy("Childcare"),
        needs=gettext_lazy("I need it"),
        offers=gettext_lazy("I can look after children"),
    )
    interpreter = _favour(
        gettext_lazy("Interpreter"),
        needs=gettext_lazy("I need one"),
        offers=gettext_lazy("I can interpret"),
    )
    interpreter_about = forms.CharField(
        label=gettext_lazy("Which language?"), max_length=60, required=False
    )
    needs = forms.CharField(
        label=gettext_lazy("Anything else you need"), max_length=300, required=False
    )
    offers = forms.CharField(
        label=gettext_lazy("Anything else you can offer"), max_length=300, required=False
    )

    def __init__(
        self, *args: Any, roles: Iterable[ActionRole], own: SignUp | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.own = own
        if own:
            self.initial = self._said_before(own) | self.initial
        self.roles = roles
        # Roles are read where they are shown. Who sends the form need not wait for that.
        self.fields["role"].widget.choices = self._role_choices

    def _said_before(self, own: SignUp) -> dict[str, Any]:
        said = {"answer": own.answer, "role": own.waits_for_id or own.role_id or ""}
        said |= {"needs": own.needs, "offers": own.offers, "guests": own.guests}
        for kind, wanted in favours.said_by(own).items():
            said |= {kind: wanted.side, f"{kind}_about": wanted.about}
            said |= {f"{kind}_how_many": wanted.how_many}
        return said

    def _role_choices(self) -> list[tuple[Any, str]]:
        """Offer every role; of a full one the list of those who wait for it."""
        roles = [(role.pk, self._in_words(role)) for role in self.roles]
        return [("", _("No role, just be there")), *roles]

    def _in_words(self, role: ActionRole) -> str:
        if self.own and role.pk == self.own.role_id:
            return f"{role}\n{_('yours')}"
        if self.own and role.pk == self.own.waits_for_id:
            return f"{role}\n{_('full, you are on its list')}"
        if role.free < 1:
            return f"{role}\n{_('full: put me on its list')}"
        places = ngettext("%(n)d place free", "%(n)d places free", role.free) % {"n": role.free}
        return f"{role}\n{places}"

    def clean_role(self) -> ActionRole | None:
        """Return the role by its number. What there is of it is decided when it is taken."""
        number = self.cleaned_data["role"]
        if number and not (number.isascii() and number.isdigit() and len(number) < 18):
            raise forms.ValidationError(_("This is no role of this action. Choose another."))
        return ActionRole(pk=int(number)) if number else None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        has_language = given.get("interpreter_about") or "interpreter_about" in self.errors
        if given.get("interpreter") and not has_language:
            self.add_error("interpreter_about", _("Write which language."))
        return given

    @property
    def asks_for_role(self) -> bool:
        return bool(list(self.roles))

    @property
    def holds_role(self) -> bool:
        """Say whether they have a role or wait for one."""
        return bool(self.initial.get("role"))

    @property
    def more(self) -> list[Any]:
        return [self[name] for name in self.MORE]

    @property
    def more_is_open(self) -> bool:
        """Say whether the folded part holds something already, or something wrong."""
        if self.errors.keys() & set(self.MORE):
            return True
        if self.is_bound:
            return any(self.data.get(name) for name in ("ride", "childcare", "interpreter"))
        return any(self.initial.get(name) for name in self.MORE)

    def said(self) -> dict[str, Any]:
        """Return what was said. Only a yes takes a role."""
        given = self.cleaned_data
        is_yes = given["answer"] == SignUp.Answer.YES
        return {
            "answer": given["answer"],
            "role": given.get("role") if is_yes else None,
            "guests": given["guests"],
            "favours": {
                kind: favours.Wanted(
                    side=given[kind],
                    how_many=given.get(f"{kind}_how_many") or 1,
                    about=given.get(f"{kind}_about", ""),
                )
                for kind in Favour.Kind.values
                if given[kind]
            },
            "needs": given["needs"],
            "offers": given["offers"],
        }


class SignUpForm(AnswerForm):
    """Sign up by the public link, without an account."""

    marks_optional = False  # either of two fields is enough, which no mark beside one can say

    name = forms.CharField(label=gettext_lazy("First name"), max_length=80)
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        help_text=gettext_lazy("A phone number or an e-mail: one of them is enough."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254, required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    field_order = ["name", "phone", "email", "answer", "role", *AnswerForm.MORE, "form_key"]

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        self.country = country
        super().__init__(*args, **kwargs)
        self.initial.setdefault("form_key", uuid.uuid4())

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"]
        if phone and not phone_key(phone, country=self.country):
            raise forms.ValidationError(
                _("We cannot read a phone number here. Write it with its area code.")
            )
        return phone

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        has_contact = given.get("phone") or given.get("email")
        if not has_contact and not {"phone", "email"} & self.errors.keys():
            self.add_error(
                "phone", _("Give us a phone number or an e-mail, so that we can reach you.")
            )
        return given

    def said(self) -> dict[str, Any]:
        who = {name: self.cleaned_data[name] for name in ("name", "phone", "email", "form_key")}
        return super().said() | who | {"country": self.country}


class TickForm(forms.Form):
    """One tap on the roster: "17:1:0f3a77c2" wants that number 17 came, and its page had seen the
    tap 0f3a77c2 on them; "17:1" had seen none."""

    tick = forms.RegexField(r"^[0-9]{1,18}:(0|1|late|left|told)(:[0-9a-f]{8})?$")

    def said(self) -> dict[str, Any]:
        number, wanted, *seen = self.cleaned_data["tick"].split(":")
        return {"row": int(number), "wanted": wanted, "seen": "".join(seen)}


class WalkInForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("First name"), max_length=80)
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("form_key", uuid.uuid4())


class KnownForm(forms.Form):
    """Somebody of the list of names, added as a walk-in."""

    form_key = forms.UUIDField()


class PaperForm(forms.Form):
    """What stands on the printed roster: who is ticked, and names written below."""

    came = forms.MultipleChoiceField(required=False)
    told = forms.CharField(required=False, widget=forms.HiddenInput)
    names = forms.CharField(
        label=gettext_lazy("Who just came"),
        help_text=gettext_lazy("Each name on a line of its own."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    LONGEST_NAME, MOST_NAMES = 80, 200

    def __init__(self, *args: Any, rows: Iterable[SignUp], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["came"].choices = [(str(row.pk), row.name) for row in rows]
        self.fields["came"].error_messages["invalid_choice"] = _(
            "Somebody left the list meanwhile. Look through it, and send it again."
        )
        self.initial.setdefault("form_key", uuid.uuid4())

    def typed(self) -> set[str]:
        """Return the numbers ticked in what was sent, be it good or not."""
        return set(self.data.getlist("came")) if self.is_bound else set()

    def clean_names(self) -> list[str]:
        names = [" ".join(line.split()) for line in self.cleaned_data["names"].splitlines()]
        names = [name for name in names if name]
        if any(len(name) > self.LONGEST_NAME for name in names):
            raise forms.ValidationError(_("One of the names is too long. Use 80 letters or fewer."))
        if len(names) > self.MOST_NAMES:
            raise forms.ValidationError(_("That are more than 200 names. Send them in two parts."))
        return names

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "ticked": [int(number) for number in given["came"]],
            "shown_told": {int(n) for n in given["told"].split() if n.isascii() and n.isdigit()},
            "names": given["names"],
            "form_key": given["form_key"],
        }
