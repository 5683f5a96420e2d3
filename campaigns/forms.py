"""Bases of forms: those that change a row somebody else may be changing too, and those that make
a row, which a double click must not make twice."""

import datetime as dt
import uuid
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from django import forms
from django.db.models import F
from django.utils.translation import gettext as _

from campaigns.models import Case
from campaigns.models.once import only_once, was_sent
from campaigns.wording import date_in_words


class OnceForm(forms.Form):
    """A form that makes a row. However often it is sent, it makes one.

    `with form.once(case) as is_first:` opens the transaction; call the verb only if it `is_first`.
    """

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = uuid.uuid4

    def once(self, case: Case) -> AbstractContextManager[bool]:
        """Say whether this showing of the form is sent for the first time. After `is_valid()`."""
        key = self.cleaned_data.pop("form_key", None) or uuid.uuid4()
        return only_once(key, scope=case.public_id)

    def was_sent(self, case: Case) -> bool:
        """Say whether this showing of the form was sent before, and did what it says."""
        key = self.cleaned_data.get("form_key")
        return key is not None and was_sent(key, scope=case.public_id)


class VersionedForm(forms.ModelForm):
    """Save only when nobody saved in between.

    The row's version travels with the form. `save_if_unchanged()` writes in one guarded UPDATE;
    when somebody was faster it returns False, says beside each field what the other person wrote,
    keeps what was typed, and carries the new version, so that sending again replaces it knowingly.
    """

    version_field = "version"  # the column that counts the edits

    outrun = False  # whether somebody else saved first
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen_version"].initial = (
            getattr(self.instance, self.version_field) if self.instance.pk else 0
        )

    def save_if_unchanged(self, **extra: Any) -> bool:
        """Write the form's fields and `extra` to the existing row. Call it after `is_valid()`."""
        rows = type(self.instance)._base_manager.filter(pk=self.instance.pk)
        seen = self.cleaned_data.get("seen_version") or 0
        names = [name for name in self._meta.fields if name in self.cleaned_data]
        values = {name: self.cleaned_data[name] for name in names} | extra
        version = self.version_field
        if rows.filter(**{version: seen}).update(**values, **{version: F(version) + 1}):
            return True
        self.outrun = True
        if current := rows.first():
            tell_both_texts(self, current, names, version=getattr(current, version))
        else:
            self.add_error(None, _("Somebody removed this while you were typing."))
        return False


def tell_both_texts(form: Any, current: Any, names: Iterable[str], *, version: int) -> None:
    """Say beside each field what the other person wrote, and carry the version there is now.

    `form` was sent with an older `seen_version`, and `current` is the row as it stands.
    """
    seen_now(form, "seen_version", version)
    form.add_error(None, outrun_words())
    for name in names:
        if getattr(current, name) != form.cleaned_data.get(name):
            form.add_error(name, they_wrote(_shown(current, name)))


def seen_now(form: forms.Form, field: str, value: Any) -> None:
    """Let a form that is shown again carry what its sender has seen by then."""
    form.data = form.data.copy()
    form.data[form.add_prefix(field)] = str(value)


def outrun_words() -> str:
    return _(
        "Somebody else saved this while you were typing. Your text is still here. "
        "Look at theirs, then send again."
    )


def they_wrote(theirs: Any) -> str:
    return _("They wrote: %(theirs)s") % {"theirs": theirs}


def _shown(row: Any, name: str) -> Any:
    value = getattr(row, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.date):
        return date_in_words(value, with_time=isinstance(value, dt.datetime))
    shown = getattr(row, f"get_{name}_display", lambda: value)()
    return shown if shown not in (None, "") else _("empty")
