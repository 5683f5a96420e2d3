"""Forms of the import: the file, and what its columns are."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalation import people_import
from escalation.people_import import COLUMNS, DAY_FIRST, MONTH_FIRST, Table


class TableForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The file"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": gettext_lazy("Choose a file.")},
        help_text=gettext_lazy(
            "A spreadsheet saved as CSV, up to 3,000 people. You see how it is read before "
            "anything is stored."
        ),
    )

    def clean_file(self) -> Table:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size > people_import.LARGEST:
            raise forms.ValidationError(_("This file is too large. 1 MB is the most."))
        try:
            return people_import.read_file(file.read())
        except people_import.ImportRefused as refused:
            raise forms.ValidationError(str(refused)) from None


class ColumnsForm(forms.Form):
    """What each column is, and how its days are written. It carries the table along."""

    marks_optional = False
    table = forms.CharField(widget=forms.HiddenInput, max_length=4 * people_import.LARGEST)

    def __init__(self, *args: Any, table: Table, guesses: Sequence[str] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.heads = table
        self.fields["table"].initial = table.packed()
        for n, head in enumerate(table.heads):
            self.fields[f"column_{n}"] = forms.ChoiceField(
                label=head or _("Column %(n)s") % {"n": n + 1},
                choices=COLUMNS,
                required=False,
                initial=guesses[n] if guesses else "",
                help_text=" · ".join(table.samples(n))[:120],
            )
        self.fields["order"] = forms.ChoiceField(
            label=_("What comes first in these days?"),
            choices=[(DAY_FIRST, _("The day")), (MONTH_FIRST, _("The month"))],
            widget=forms.RadioSelect,
            required=False,
        )
        self.fields["agreed"] = forms.BooleanField(
            label=_("These people told us that they want to be asked for actions."),
            required=False,
        )

    def columns(self) -> list[str]:
        names = [f"column_{n}" for n in range(len(self.heads.heads))]
        if self.is_bound:
            return [self.cleaned_data.get(name, "") for name in names]
        return [self.fields[name].initial for name in names]

    def clean(self) -> dict[str, Any]:
        chosen = [self.cleaned_data.get(name) for name in self.fields if name[:7] == "column_"]
        for what, words in COLUMNS:
            if what and chosen.count(what) > 1:
                text = _("Two columns are “%(words)s”. Leave one out.") % {"words": words}
                self.add_error(None, text)
        return self.cleaned_data
