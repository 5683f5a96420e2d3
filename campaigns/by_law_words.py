"""The lines of campaigns/by_law.py in words, in the active language. None of it is advice."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns.by_law import MayBeOwed
from campaigns.models.claims import ZERO
from campaigns.wording import money

LABELS = {
    "penalty": gettext_lazy("Penalty for keeping a deposit"),
    "bad_faith": gettext_lazy("More if they knew it was wrong"),
    "deposit_interest": gettext_lazy("Interest on the deposit"),
    "damages": gettext_lazy("More for wages that were not paid"),
    "waiting": gettext_lazy("Pay for waiting"),
    "interest": gettext_lazy("Interest on the wages"),
}
CONDITIONS = {
    "penalty": gettext_lazy("if it was kept without a good reason, or the list of costs came late"),
    "bad_faith": gettext_lazy("if it was kept in bad faith"),
    "deposit_interest": gettext_lazy("if no interest on the deposit was paid yet"),
    "damages": gettext_lazy("if the wages were kept back without a good reason"),
    "waiting": gettext_lazy("if the last pay came late or did not come"),
    "interest": gettext_lazy("from the day the wages were due"),
}
# What the case has to say before a line can be worked out.
MISSING = {
    "monthly_rent": gettext_lazy("one month's rent"),
    "held_from": gettext_lazy("the days the tenancy began and ended"),
    "due_on": gettext_lazy("the day this pay was due"),
    "last_pay_due_on": gettext_lazy("how the job ended, the last day, and the payday after it"),
    "day_pay": gettext_lazy("the pay for one usual day"),
    "hourly_rate": gettext_lazy("the pay for one hour, in the lines of the claim"),
    "one_rate": gettext_lazy("one pay for one hour: the lines of the claim have several"),
    "asked_on": gettext_lazy("the day somebody asked for the money in writing"),
    "one_person": gettext_lazy("a case of its own for each person: days of waiting are their own"),
}


@dataclass(frozen=True, kw_only=True)
class Said:
    """One line as a page or a letter shows it. `amount` has its "up to" where that belongs."""

    label: str
    condition: str
    working: str
    amount: str
    each_day: str


def say(line: MayBeOwed, *, currency: str) -> Said:
    each_day = ""
    if line.per_day:
        each_day = _("and %(sum)s for each further day") % {
            "sum": money(line.per_day, currency, places=4)
        }
    return Said(
        label=str(LABELS[line.code]),
        condition=str(CONDITIONS[line.code]),
        working=_working(line, currency),
        amount=amount(line.amount, currency, is_up_to=line.is_up_to),
        each_day=each_day,
    )


def amount(value: Decimal, currency: str, *, is_up_to: bool) -> str:
    text = money(value, currency)
    return _("up to %(most)s") % {"most": text} if is_up_to else text


def _working(line: MayBeOwed, currency: str) -> str:
    numbers: Mapping[str, Any] = line.numbers
    if line.working == "fixed":
        return _("a fixed sum")
    if line.working.startswith("penalty"):
        return _penalty(line, currency)
    said = {
        name: money(value, currency) if name in ("base", "least") else plain(value)
        for name, value in numbers.items()
    }
    if line.working == "percent_days":
        said["most"] = money(numbers["most"], currency)
    text = {
        "damages": _("%(percent)s%% of %(base)s"),
        "at_least": _("%(percent)s%% of %(base)s, but at least %(least)s"),
        "percent_days": _("%(percent)s%% of %(base)s × %(days)s days, at most %(most)s"),
        "days": _("%(days)s days × %(base)s, at most %(most)s days count"),
        "interest_days": _("%(base)s × %(percent)s%% a year × %(days)s days"),
        "interest_months": ngettext(
            "%(base)s × %(percent)s%% a month × %(months)s full month",
            "%(base)s × %(percent)s%% a month × %(months)s full months",
            numbers.get("months", 0),
        ),
    }[line.working]
    return text % said


def _penalty(line: MayBeOwed, currency: str) -> str:
    numbers: Mapping[str, Any] = line.numbers
    base, fixed, figure = numbers["base"], numbers["fixed"], numbers["figure"]
    parts = [f"{plain(numbers['times'])} × {money(base, currency)}"] if base else []
    parts += [money(fixed, currency)] if fixed else []
    text = " + ".join(parts) if base else _("a fixed sum")
    raw, said = numbers["times"] * base + fixed, money(figure, currency)
    if figure > raw and line.working == "penalty":
        text = _("%(working)s, but at least %(least)s") % {"working": text, "least": said}
    elif figure < raw and line.working == "penalty":
        text = _("%(working)s, but at most %(most)s") % {"working": text, "most": said}
    if line.working == "penalty_total":
        values = {"working": text, "all": said, "off": money(numbers["off"], currency)}
        text = _("%(working)s = %(all)s in all, less %(off)s claimed or settled already") % values
    return text


def plain(number: Decimal | int) -> str:
    """Return "1.5", never "1.50" nor "1E+2"."""
    return f"{Decimal(number).normalize():f}"


def missing_words(name: str) -> str:
    return str(MISSING[name])


def total_words(claimed: Decimal, most: Decimal, currency: str) -> str:
    """Return the claim and the most that may come on top of it, as one sum."""
    return amount(claimed + most, currency, is_up_to=most > ZERO)


def sentence(line: Said) -> str:
    """Return label and sum for a letter: "Penalty for keeping a deposit: up to $2,050.00"."""
    return f"{capfirst(line.label)}: {line.amount}"
