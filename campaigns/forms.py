"""The base of every form that changes a row somebody else may be changing too."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import F
from django.utils.translation import gettext as _

from campaigns.wording import date_in_words


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
            self._tell_both_texts(current, names)
        else:
            self.add_error(None, _("Somebody removed this while you were typing."))
        return False

    def _tell_both_texts(self, current: Any, names: list[str]) -> None:
        self.data = self.data.copy()
        self.data[self.add_prefix("seen_version")] = str(getattr(current, self.version_field))
        self.add_error(
            None,
            _(
                "Somebody else saved this while you were typing. Your text is still here. "
                "Look at theirs, then send again."
            ),
        )
        for name in names:
            theirs = getattr(current, name)
            if theirs != self.cleaned_data.get(name):
                self.add_error(
                    name, _("They wrote: %(theirs)s") % {"theirs": _shown(current, name)}
                )


def _shown(row: Any, name: str) -> Any:
    value = getattr(row, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.date):
        return date_in_words(value, with_time=isinstance(value, dt.datetime))
    shown = getattr(row, f"get_{name}_display", lambda: value)()
    return shown if shown not in (None, "") else _("empty")
