"""The one renderer that draws every form. Its templates are templates/forms/ and _errors.html."""

from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.template.loader import get_template

# The browser's own pickers send ISO and show only ISO, whatever the language.
_PICKERS = {
    forms.DateInput: ("date", "%Y-%m-%d"),
    forms.DateTimeInput: ("datetime-local", "%Y-%m-%dT%H:%M"),
    forms.TimeInput: ("time", "%H:%M"),
}


class BoundField(forms.BoundField):
    is_heading = False

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        for widget in getattr(field.widget, "widgets", [field.widget]):
            if type(widget) in _PICKERS:
                widget.input_type, widget.format = _PICKERS[type(widget)]
            elif isinstance(widget, forms.NumberInput):
                whole = isinstance(field, forms.IntegerField)
                widget.attrs.setdefault("inputmode", "numeric" if whole else "decimal")
            elif isinstance(widget, forms.Textarea):
                # With it the browser cuts a long paste off and says nothing; the server says so.
                widget.attrs.pop("maxlength", None)
            self._drop_echo(widget)

    def _drop_echo(self, widget: forms.Widget) -> None:
        """Take away a placeholder that only repeats the label."""
        if "placeholder" not in widget.attrs:
            return
        placeholder, label = str(widget.attrs["placeholder"]).lower(), str(self.label).lower()
        if placeholder in label or label in placeholder:
            del widget.attrs["placeholder"]

    def as_question(self) -> str:
        """Draw it as the one question of its page: its label is the page's heading."""
        self.is_heading = True
        return self.as_field_group()

    @property
    def is_choice(self) -> bool:
        """Radios and groups of checkboxes."""
        return isinstance(self.field.widget, forms.RadioSelect)

    @property
    def is_tick(self) -> bool:
        """A single checkbox, whose label stands after it."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def may_stay_empty(self) -> bool:
        """Say "optional", where the form also asks for something that is not.

        A form whose page says it once for all sets `marks_optional = False`, and a field of which
        the form itself says when it is needed does the same.
        """
        marks = all(getattr(x, "marks_optional", True) for x in (self.form, self.field))
        marks = marks and not self.is_tick
        if self.field.required or not marks:
            return False
        return any(field.required for field in self.form.fields.values())


class Renderer(TemplatesSetting):
    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    bound_field_class = BoundField

    def __init__(self) -> None:
        self._widgets = DjangoTemplates()

    def get_template(self, template_name: str) -> Any:
        if template_name.startswith("django/forms/"):
            return self._widgets.get_template(template_name)
        return get_template(template_name)
