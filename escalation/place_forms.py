"""The forms of those who run an action: two rows of one person, and who helps whom."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalation.models import SignUp

NUMBER = r"^[0-9]{1,18}$"


class JoinForm(forms.Form):
    keep = forms.ChoiceField(label=gettext_lazy("This one stays"))
    other = forms.ChoiceField(label=gettext_lazy("This one goes into it"))

    def __init__(self, *args: Any, rows: QuerySet[SignUp], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(row.pk), _in_words(row)) for row in rows.order_by("name", "pk")]
        for name in ("keep", "other"):
            self.fields[name].choices = [("", "–"), *people]

    def said(self) -> dict[str, int]:
        return {name: int(self.cleaned_data[name]) for name in ("keep", "other")}


def _in_words(row: SignUp) -> str:
    """Tell people of one name apart by what the page of contacts shows of them as well."""
    how = _("walk-in") if row.is_walk_in else row.phone or row.email or _("account")
    return f"{row.name} ({how})"


class MatchForm(forms.Form):
    need = forms.RegexField(NUMBER)
    offer = forms.RegexField(NUMBER, required=False)
