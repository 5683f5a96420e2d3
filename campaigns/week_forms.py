"""The form for a worked week: seven days, each from when to when, or about how many hours."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import overtime, workings
from campaigns.fields import MoneyField, QuantityField, WholeField
from campaigns.forms import they_wrote
from campaigns.line_forms import MOST, LineForm
from campaigns.models import ClaimLine, WorkDay
from campaigns.models.weeks import DAY_FIELDS
from campaigns.wages import minutes_between

_TIMES = ["%H:%M", "%H:%M:%S", "%H.%M", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p"]
_LABELS = {
    "starts": gettext_lazy("From"),
    "ends": gettext_lazy("Until"),
    "pause": gettext_lazy("Break, minutes"),
    "low": gettext_lazy("Or: hours"),
    "high": gettext_lazy("At most"),
    "rate": gettext_lazy("Other hourly pay"),
}


class _TimeField(forms.TimeField):
    widget = forms.TimeInput
    default_error_messages = {"invalid": gettext_lazy("Write a time, for example 17:30.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=_TIMES, **kwargs)


def _day_field(name: str) -> forms.Field:
    if name in ("starts", "ends"):
        return _TimeField(required=False)
    if name == "pause":
        return WholeField(required=False, most=24 * 60 - 1)
    if name == "rate":
        return MoneyField(required=False, max_digits=8)
    return QuantityField(required=False, allow_zero=name == "low", max_digits=6)


@dataclass(frozen=True)
class DayRow:
    """One day on the page: its name and its fields, each with the short name it has there."""

    label: str
    cells: list[tuple[Any, forms.BoundField]]

    @property
    def is_wrong(self) -> bool:
        return any(field.errors for _label, field in self.cells)


class WeekForm(LineForm):
    """A week, day by day. An empty day is one that was not worked."""

    def __init__(self, *args: Any, like: ClaimLine | None = None, **kwargs: Any) -> None:
        """`like` is a week whose days are put in to start with."""
        super().__init__(*args, **kwargs)
        is_new = self.instance.pk is None
        before = (like or self._last_week()) if is_new else None
        self._propose_overtime(chosen=(before or self.instance).overtime)
        if before:
            self._go_on_from(before)
        self._add_days(like or self.instance)

    def _propose_overtime(self, *, chosen: str) -> None:
        """Offer the rule of the place, and say what the table has. One that somebody checked is
        chosen to begin with; people choose any other."""
        found, field = self.wage_rule, self.fields["overtime"]
        field.choices = overtime.offered(found, chosen=chosen)
        proposed = overtime.proposal(found)
        if self.instance.pk is None and found and found.is_checked:
            self.initial.setdefault("overtime", proposed.rule)
        if found and (proposed.words or proposed.rule):
            said = proposed.words or proposed.rule.label
            field.help_text = overtime.source_words(found, str(said))

    def _last_week(self) -> ClaimLine | None:
        return self.case.claim_lines.filter(kind=ClaimLine.Kind.WEEK).order_by("pk").last()

    def _go_on_from(self, last: ClaimLine) -> None:
        """Start where another week ended: several weeks are typed one after the other."""
        if self.fields["party"].queryset.filter(pk=last.party_id).exists():  # still part of it
            self.initial["party"] = last.party_id
        self.initial |= {
            "label": last.label,
            "from_date": last.from_date and last.from_date + dt.timedelta(days=7),
            "rate": last.rate,
            "overtime": last.overtime,
        }

    def _add_days(self, shown: ClaimLine) -> None:
        known = {day.weekday: day.as_values() for day in shown.worked_days}
        for weekday, day_name in WEEKDAYS.items():
            for name in DAY_FIELDS:
                field = _day_field(name)
                field.label = f"{capfirst(day_name)}: {_LABELS[name]}"
                self.fields[_key(weekday, name)] = field
            for name, value in known.get(weekday, {}).items():
                is_hours = name in ("low", "high") and value is not None
                shown_as = workings.plain(value) if is_hours else value
                self.initial[_key(weekday, name)] = shown_as or None

    def days(self) -> list[DayRow]:
        return [
            DayRow(
                str(capfirst(day_name)), [(_LABELS[n], self[_key(weekday, n)]) for n in DAY_FIELDS]
            )
            for weekday, day_name in WEEKDAYS.items()
        ]

    def before_days(self) -> list[forms.BoundField]:
        return [self[n] for n in ("label", "from_date", "rate", "overtime", "paid")]

    def after_days(self) -> list[forms.BoundField]:
        return [self[name] for name in ("note", "shown_by") if name in self.fields]

    def also(self) -> dict[str, Any]:
        return {"until_date": self.instance.until_date}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        days = [self._day(weekday, data) for weekday in WEEKDAYS]
        self.instance.typed_days = [day for day in days if day is not None]
        if not self.errors and not self.instance.typed_days:
            self.add_error(None, _("Write down at least one day that was worked."))
        return data

    def _post_clean(self) -> None:
        super()._post_clean()
        line = self.instance
        line.until_date = line.from_date and line.from_date + dt.timedelta(days=6)
        if not self.errors and line.worked_out(high=True) + self.others().total() > MOST:
            self.too_much()

    def _refuse_too_much(self, data: dict[str, Any]) -> None:
        """Nothing is worked out before the days are known: see `_post_clean`."""

    def _day(self, weekday: int, data: dict[str, Any]) -> WorkDay | None:
        """Return the day as typed, or None: it is empty, or an error beside it says what to do."""
        if any(_key(weekday, name) in self.errors for name in DAY_FIELDS):
            return None
        typed = {name: data.get(_key(weekday, name)) for name in DAY_FIELDS}
        typed |= {name: typed[name] or None for name in ("low", "pause")}  # some write 0
        if all(value is None for value in typed.values()):
            return None
        wrong = [*_wrong_day(**typed)]
        for name, text in wrong:
            self.add_error(_key(weekday, name), text)
        if wrong:
            return None
        if typed["high"] == typed["low"]:
            typed["high"] = None
        return WorkDay(weekday=weekday, **typed | {"pause": typed["pause"] or 0})

    def save_if_unchanged(self, **extra: Any) -> bool:
        if super().save_if_unchanged(**extra):
            return True
        theirs = {day.weekday: day.as_values() for day in self.instance.days.all()}
        for weekday in WEEKDAYS:
            for name in DAY_FIELDS:
                value = theirs.get(weekday, {}).get(name) or None
                if value != (self.cleaned_data.get(_key(weekday, name)) or None):
                    shown = _("empty") if value is None else value
                    self.add_error(_key(weekday, name), they_wrote(shown))
        return False


def _key(weekday: int, name: str) -> str:
    return f"day_{weekday}_{name}"


def _wrong_day(
    *, starts: Any, ends: Any, pause: Any, low: Any, high: Any, rate: Any
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a day, each with the field it stands beside."""
    if starts and not ends:
        yield "ends", _("Write until when.")
    elif ends and not starts:
        yield "starts", _("Write from when.")
    elif starts is not None and starts == ends:
        yield "ends", _("This is the same time as the start.")
    elif starts and (pause or 0) >= minutes_between(starts, ends):
        yield "pause", _("The break is as long as the shift.")
    if (starts or ends) and low:
        yield "low", _("Write the times or the hours, not both.")
    elif not (starts or ends or low):
        yield "low", _("Write how many hours, or empty this day.")
    if low and low > 24:
        yield "low", _("A day has 24 hours.")
    if high and high > 24:
        yield "high", _("A day has 24 hours.")
    elif low and high and high < low:
        yield "high", _("This is less than the figure before it.")
    if high and (starts or ends):
        yield "high", _("This goes with hours, not with times.")
    if pause and low:
        yield "pause", _("A break goes with times. Take it off the hours instead.")
