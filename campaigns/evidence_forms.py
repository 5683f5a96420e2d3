"""Form fields and the form for sending files."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns import evidence, room
from campaigns.models import Case

ACCEPT = (
    "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,application/pdf,"
    "audio/*,.m4a,.mp3,.ogg,.opus,.webm,.wav,.amr,.3gp"
)


class _FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile]:
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name) or []


class EvidenceField(forms.FileField):
    """One file of a kind we take, judged by its own bytes.

    A form that knows its case says so in `case`, and then there has to be room in it too.
    """

    case: Case | None = None

    default_error_messages = {"required": gettext_lazy("Choose a file.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow_empty_file": True} | kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"accept": ACCEPT}

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = self._checked(data, initial)
        self._refuse_without_room([file] if file else [])
        return file

    def _checked(self, data: Any, initial: Any) -> Any:
        file = super().clean(data, initial)
        if file:
            evidence.checked_format(file)
        return file

    def _refuse_without_room(self, files: list[UploadedFile]) -> None:
        if files and (why := room.why_none(files, case=self.case)):
            raise ValidationError(why)


class EvidenceFilesField(EvidenceField):
    """Up to `most` files. Its value is a list."""

    widget = _FilesInput

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        self.most = most
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = data or []
        errors = []
        if len(files) > self.most:
            errors.append(
                ngettext(
                    "Choose at most %(most)d file. You can send more later.",
                    "Choose at most %(most)d files. You can send more later.",
                    self.most,
                )
                % {"most": self.most}
            )
        for file in files:
            try:
                self._checked(file, initial)
            except ValidationError as error:
                errors.extend(error.messages)
        if errors:
            raise ValidationError(errors)
        self._refuse_without_room(files)
        return files


class EvidenceForm(forms.Form):
    """One file, with a few words on what it shows."""

    file = EvidenceField(label=gettext_lazy("Photo, PDF or voice note"))
    description = forms.CharField(
        label=gettext_lazy("What does it show?"),
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, case: Case | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].case = case
        self.fields["file"].help_text = " ".join((evidence.limits(), _("One file at a time.")))


class TeamEvidenceForm(EvidenceForm):
    """A file that somebody of the team adds."""

    is_legal = forms.BooleanField(
        label=gettext_lazy("This is a paper from a court or a lawyer."),
        help_text=gettext_lazy("Then only people of the team who are named for it can open it."),
        required=False,
    )
