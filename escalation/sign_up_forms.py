"""The forms of those who come to an action, and of the greeter who ticks them on the roster."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns.contact_keys import phone_key
from escalation.models import ActionRole, SignUp
from escalation.turnout import RoleFull


class AnswerForm(forms.Form):
    """What somebody says who is known already: by their account, or by their private link."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Will you come?"), choices=SignUp.Answer, widget=forms.RadioSelect
    )
    role = forms.CharField(
        label=gettext_lazy("A role"),
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Only with a yes. Somebody explains it to you on the day."),
    )
    needs = forms.CharField(
        label=gettext_lazy("What you need"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("A ride, childcare, a language."),
    )
    offers = forms.CharField(
        label=gettext_lazy("What you can offer"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Seats in a car, a drum."),
    )

    def __init__(
        self, *args: Any, roles: Iterable[ActionRole], own: SignUp | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.own = own
        if own:
            said = {"answer": own.answer, "role": own.role_id or ""}
            self.initial = said | {"needs": own.needs, "offers": own.offers} | self.initial
        self.offer_roles(roles)

    def offer_roles(self, roles: Iterable[ActionRole]) -> None:
        """Offer the roles that have a place left, and the one this person holds."""
        self.roles = {str(role.pk): role for role in roles}
        held = self.own.role_id if self.own else None
        free = [
            (number, f"{role}\n{_('yours')}" if role.pk == held else _with_places(role))
            for number, role in self.roles.items()
            if role.free > 0 or role.pk == held
        ]
        self.all_taken = bool(self.roles) and not free
        self.full_roles = [str(r) for r in self.roles.values() if r.free < 1 and r.pk != held]
        if not free and not self.data.get("role"):
            del self.fields["role"]
            return
        self.fields["role"].widget.choices = [("", _("No role, just be there")), *free]

    def clean_role(self) -> ActionRole | None:
        """Accept a role of this action. Whether it has a place is decided when it is taken."""
        number = self.cleaned_data["role"]
        if number and number not in self.roles:
            raise forms.ValidationError(_("This is no role of this action. Choose another."))
        return self.roles.get(number)

    def say_full(self, full: RoleFull, roles: Iterable[ActionRole]) -> None:
        """Say that the role is gone, and offer those of `roles`, read anew, that are still free."""
        self.add_error("role", str(full))
        self.offer_roles(roles)

    @property
    def asks_for_role(self) -> bool:
        return "role" in self.fields

    def said(self) -> dict[str, Any]:
        """Return what was said. Only a yes takes a role."""
        given = self.cleaned_data
        is_yes = given["answer"] == SignUp.Answer.YES
        return {
            "answer": given["answer"],
            "role": given.get("role") if is_yes else None,
            "needs": given["needs"],
            "offers": given["offers"],
        }


def _with_places(role: ActionRole) -> str:
    places = ngettext("%(n)d place free", "%(n)d places free", role.free) % {"n": role.free}
    return f"{role}\n{places}"


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

    field_order = ["name", "phone", "email", "answer", "role", "needs", "offers", "form_key"]

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
