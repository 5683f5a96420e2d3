"""Form fields that take numbers the way people write them, and days that can be true.

"1,234.50", "$40", "1.234,50 €" and "1 234.50" all mean what their writer meant. Where one mark
could be either ("1.234"), three figures after it make it a thousands mark: nobody owes tenths of
a cent.
"""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

_CURRENCY = re.compile(r"(?:US|CA|NZ)?[$]|£|€|USD|CAD|GBP|EUR|NZD", re.IGNORECASE)
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:([.,])[0-9]{3})(?:\1[0-9]{3})*")


def number_as_written(text: str) -> Decimal:
    """Return the number a person wrote. Raises ValueError when it is not one number."""
    text = re.sub(r"[\s'’]", "", text)
    minus = text.startswith(("-", "−"))
    text = text[1:] if minus else text
    whole, places = text, ""
    if not _THOUSANDS.fullmatch(text):
        mark = max(text.rfind("."), text.rfind(","))
        if mark >= 0:
            whole, places = text[:mark] or "0", text[mark + 1 :]
        if mark >= 0 and (text[mark] in whole or not re.fullmatch("[0-9]+", places)):
            raise ValueError(text)
    if not (re.fullmatch("[0-9]+", whole) or _THOUSANDS.fullmatch(whole)):
        raise ValueError(text)
    number = Decimal(f"{re.sub('[.,]', '', whole)}.{places or 0}")
    return -number if minus else number


class QuantityField(forms.DecimalField):
    """Hours, days, pieces: a number above zero; `allow_zero=True` takes zero too."""

    widget = forms.TextInput
    default_error_messages = {
        "invalid": _("Write a number, for example 7.5."),
        "too_low": _("The number must be more than zero."),
        "too_high": _("This is too large. The most is %(most)s."),
        "too_fine": _("Write at most two figures after the point."),
    }

    def __init__(self, *, allow_zero: bool = False, **kwargs: Any) -> None:
        self.allow_zero = allow_zero
        super().__init__(**{"max_digits": 8, "decimal_places": 2} | kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value: Any) -> Decimal | None:
        text = "" if value is None else self.without_signs(str(value)).strip()
        if not text:
            return None
        try:
            number = number_as_written(text)
        except ValueError:
            raise self._error("invalid") from None
        most = Decimal(10) ** (self.max_digits - self.decimal_places) - Decimal("0.01")
        if number > most:
            raise self._error("too_high", most=f"{most:,.2f}")
        if number < 0 or (number == 0 and not self.allow_zero):
            raise self._error("too_low")
        if number != round(number, self.decimal_places):
            raise self._error("too_fine")
        return round(number, self.decimal_places)

    def without_signs(self, text: str) -> str:
        return text

    def _error(self, code: str, **params: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=params)


class MoneyField(QuantityField):
    """A sum of money above zero, up to 99,999,999.99; `allow_zero=True` takes zero too."""

    default_error_messages = {
        "invalid": _("Write a sum of money, for example 1,234.50."),
        "too_low": _("The sum must be more than zero."),
        "too_fine": _("Write at most two figures for the cents."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": 10} | kwargs)

    def without_signs(self, text: str) -> str:
        return _CURRENCY.sub("", text)

    def prepare_value(self, value: Any) -> Any:
        """Show a sum with its cents, also one that a database summed up without them."""
        return f"{value:.2f}" if isinstance(value, Decimal) else value


class WholeField(forms.IntegerField):
    """Days or minutes: a whole number from zero to `most`."""

    default_error_messages = {
        "invalid": _("Write a whole number, for example 30."),
        "negative": _("The number must be zero or more."),
        "too_high": _("This is too large. The most is %(most)s."),
    }

    def __init__(self, *, most: int = 999, **kwargs: Any) -> None:
        self.most = most
        super().__init__(**kwargs | {"min_value": None, "max_value": None})

    def to_python(self, value: Any) -> int | None:
        number = super().to_python(value.strip() if isinstance(value, str) else value)
        if number is not None and not 0 <= number <= self.most:
            code = "negative" if number < 0 else "too_high"
            raise ValidationError(self.error_messages[code], code, {"most": self.most})
        return number


class DayField(forms.DateField):
    """A day from 1950 to two years from now: anything else is a slip of the finger."""

    FIRST = dt.date(1950, 1, 1)
    DAYS_AHEAD = 2 * 366
    default_error_messages = {
        "invalid": _("Write a day that exists, for example 2026-11-27."),
        "unlikely": _("Look at the year of this day again."),
        "ahead": _("This day has not come yet."),
    }

    def last(self, today: dt.date) -> dt.date:
        return today + dt.timedelta(days=self.DAYS_AHEAD)

    def clean(self, value: Any) -> dt.date | None:
        day = super().clean(value)
        if day is None:
            return None
        today = timezone.localdate()
        if not self.FIRST <= day <= today + dt.timedelta(days=DayField.DAYS_AHEAD):
            raise ValidationError(self.error_messages["unlikely"], code="unlikely")
        if day > self.last(today):
            raise ValidationError(self.error_messages["ahead"], code="ahead")
        return day


class PastDayField(DayField):
    """A day that has come, by the network's calendar: today or before."""

    def last(self, today: dt.date) -> dt.date:
        return today


class MomentField(forms.DateTimeField):
    """A day and an hour in the network's own zone.

    When the clocks go forward, an hour they skip is refused. When they go back, an hour that comes
    twice means its first time.
    """

    default_error_messages = {
        "invalid": _("Write a day and an hour, for example 2026-11-27 17:00."),
        "skipped": _("The clocks go forward then, so this hour does not exist. Choose another."),
    }

    def to_python(self, value: Any) -> dt.datetime | None:
        try:
            with timezone.override(dt.UTC):
                typed = super().to_python(value)
            if typed is None:
                return None
            moment = typed.replace(tzinfo=timezone.get_current_timezone(), fold=0)
            as_it_comes = timezone.localtime(moment.astimezone(dt.UTC))
        except OverflowError:  # the first and the last day of the calendar
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if as_it_comes.replace(tzinfo=None) != moment.replace(tzinfo=None):
            raise ValidationError(self.error_messages["skipped"], code="skipped")
        return moment


class PastMomentField(MomentField):
    """A day and an hour that lie behind us, in the network's own zone."""

    default_error_messages = {
        "unlikely": _("Look at the year of this day again."),
        "ahead": _("This moment has not come yet."),
    }

    def clean(self, value: Any) -> dt.datetime | None:
        moment = super().clean(value)
        if moment is None:
            return None
        if moment.date() < DayField.FIRST:
            raise ValidationError(self.error_messages["unlikely"], code="unlikely")
        if moment.date() > timezone.localdate() or moment > timezone.now():
            raise ValidationError(self.error_messages["ahead"], code="ahead")
        return moment


class WebField(forms.URLField):
    """An address on the web; one typed without its scheme is read as https."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"assume_scheme": "https"} | kwargs)
