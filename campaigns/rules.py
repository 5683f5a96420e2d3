"""The rules of a place: where they come from, and what they say about a case.

All of it is a reminder for people who then ask somebody who knows. The arithmetic is pure: days are
calendar days, the first day is day 0, and an empty cell says nothing at all.
"""

import calendar
import csv
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaigns import by_law, rule_codes
from campaigns.forms import VersionedForm
from campaigns.models import Case, ClaimLine, DepositRule, Group, Sheet, User, WageRule
from campaigns.models.claims import ZERO
from campaigns.rule_words import in_words
from campaigns.wording import date_in_words

DATA = Path(__file__).parent / "data"
FILES: dict[type[models.Model], str] = {
    DepositRule: "deposit_rules.csv",
    WageRule: "wage_rules.csv",
}
Rule = DepositRule | WageRule


# Where they come from


def load() -> int:
    """Bring the rows of campaigns/data into the database and return how many are new.

    A row the group edited or checked has a higher version and stays as it is.
    """
    return sum(_load(model) for model in FILES)


def shipped(model: type[Rule]) -> dict[str, dict[str, Any]]:
    """Return the rows of the file by place, as the database holds them."""
    with (DATA / FILES[model]).open(encoding="utf-8", newline="") as file:
        return {row["jurisdiction"]: _typed(model, row) for row in csv.DictReader(file)}


def _load(model: type[Rule]) -> int:
    wanted = shipped(model)
    with transaction.atomic():
        undated = model.objects.filter(valid_from=None)
        there = {rule.jurisdiction: rule for rule in undated.filter(version=1)}
        for place, rule in there.items():
            values = wanted.get(place, {})
            if any(getattr(rule, field) != value for field, value in values.items()):
                model.objects.filter(pk=rule.pk, version=1).update(**values)
        known = set(undated.values_list("jurisdiction", flat=True))
        new = [model(**values) for place, values in wanted.items() if place not in known]
        model.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _typed(model: type[Rule], row: dict[str, str]) -> dict[str, Any]:
    """Return a row as the database holds it. An empty number is unknown, never zero."""
    values: dict[str, Any] = {}
    for column, text in row.items():
        field = model._meta.get_field(column)
        if isinstance(field, models.BooleanField):
            values[column] = text == "yes"
        elif isinstance(field, models.CharField):
            values[column] = text
        else:
            values[column] = field.to_python(text) if text else None
    return values


def places() -> list[tuple[str, str]]:
    """Return the places there is a rule for: code and name, by name."""
    names = dict(WageRule.objects.values_list("jurisdiction", "name"))
    names |= dict(DepositRule.objects.values_list("jurisdiction", "name"))
    return sorted(names.items(), key=lambda place: place[1])


def rows_of_place(model: type[Rule], place: str) -> list[Rule]:
    """Return the rows of a place, the one without a day first. No place has none."""
    rows = model.objects.select_related("checked_by").filter(jurisdiction=place)
    return list(rows.order_by(models.F("valid_from").asc(nulls_first=True)))


def save(form: VersionedForm, *, by: User, today: dt.date) -> bool:
    """Write an edited rule. Whoever changed it has not thereby checked it: the tick says that.

    With a day on which the law changes, the row stays as it was for the time before, and what was
    typed counts from that day. Return False when somebody else saved meanwhile.
    """
    checked = form.cleaned_data["checked_now"]
    check = {"checked_by": by if checked else None, "checked_on": today if checked else None}
    if day := form.cleaned_data["changes_on"]:
        return _save_from(form, day, **check)
    return form.save_if_unchanged(**check)


def _save_from(form: VersionedForm, day: dt.date, **check: Any) -> bool:
    old, seen = form.instance, form.cleaned_data.get("seen_version") or 0
    model = type(old)
    with transaction.atomic():
        # The old row is the group's own from now on: a new file leaves it alone.
        same = model.objects.filter(pk=old.pk, version=seen)
        if not same.update(version=models.F("version") + 1):
            return form.save_if_unchanged()  # says who was faster, and writes nothing
        values = {name: form.cleaned_data[name] for name in form._meta.fields}
        model.objects.create(
            jurisdiction=old.jurisdiction,
            name=old.name,
            valid_from=day,
            version=2,
            **values,
            **check,
        )
    return True


# Deposits: how many days passed, and how many were allowed


@dataclass(frozen=True)
class DepositDays:
    """What a deposit rule says about one case."""

    rule: DepositRule
    started_on: dt.date
    until: dt.date
    has_statement: bool
    passed: int
    limit: int

    @property
    def is_late(self) -> bool:
        return self.passed > self.limit

    @property
    def deadline(self) -> dt.date:
        """Return the last day to give the deposit back; public holidays are not counted."""
        if self.rule.business_days:
            return by_law.working_day_after(self.started_on, self.limit)
        return self.started_on + dt.timedelta(days=self.limit)

    @property
    def may_be_printed(self) -> bool:
        """Say whether a letter may name the days: somebody checked the rule, and they are over.

        Working days are counted here without the holidays of the place, so they are never printed.
        """
        return self.is_late and self.rule.is_checked and not self.rule.business_days


def days_elapsed(started_on: dt.date, until: dt.date, *, business_days: bool = False) -> int:
    """Return the days from `started_on` (day 0) to `until`; as working days Monday to Friday."""
    days = (until - started_on).days
    if not business_days or days <= 0:
        return days
    weeks, rest = divmod(days, 7)
    first = started_on.weekday() + 1
    return weeks * 5 + sum((first + n) % 7 < 5 for n in range(rest))


def clock_start(starts: str, sheet: Sheet) -> dt.date | None:
    """Return the day a deposit rule counts from; None while a day it asks for is not known.

    Giving back the keys is leaving. Where only one of leaving and the end of the tenancy is
    written down, it stands for both.
    """
    left, ended = sheet.keys_returned_on or sheet.ended_on, sheet.ended_on or sheet.keys_returned_on
    known = {
        "vacate": left,
        "tenancy_end": ended,
        "forwarding_address_given": sheet.forwarding_given_on,
        "demand": sheet.asked_on,
    }
    kind, _colon, events = starts.rpartition(":")
    days = [known.get(event) for event in events.split("+")]
    if not starts or None in days:
        return None
    return min(days) if kind == "earlier_of" else max(days)


def deposit_days(
    rule: DepositRule | None, sheet: Sheet, *, today: dt.date, has_deductions: bool = True
) -> DepositDays | None:
    """Return what `rule` says, or None: no rule, an empty cell, or a day nobody knows yet.

    Without a statement it is open whether something is taken off, so the longer limit counts.
    """
    started_on = rule and clock_start(rule.deadline_starts, sheet)
    if not rule or not started_on or rule.return_deadline_days is None:
        return None
    limit, other = rule.return_deadline_days, rule.return_deadline_days_no_deductions
    if other is not None and not sheet.statement_on and not has_deductions:
        limit = max(limit, other)
    until = max(started_on, sheet.statement_on or today)  # they may still live there
    return DepositDays(
        rule=rule,
        started_on=started_on,
        until=until,
        has_statement=sheet.statement_on is not None,
        passed=days_elapsed(started_on, until, business_days=rule.business_days),
        limit=limit,
    )


def deposit_rule(group: Group, *, on: dt.date) -> DepositRule | None:
    return _valid(DepositRule, group, on)


def wage_rule(group: Group, *, on: dt.date) -> WageRule | None:
    return _valid(WageRule, group, on)


def _valid(model: type[Rule], group: Group, on: dt.date) -> Any:
    if not group.jurisdiction:
        return None
    rows = model.objects.select_related("checked_by").filter(jurisdiction=group.jurisdiction)
    return rows.valid_on(on).first()


def rule_for(case: Case, group: Group, *, today: dt.date) -> Rule | None:
    """Return the rule that counts for a case: the one of the day the work or the tenancy ended.

    Nobody has to know that day; without one, it is today's.
    """
    sheet = case.sheet
    if case.kind == Case.Kind.DEPOSIT:
        return deposit_rule(group, on=sheet.ended_on or sheet.keys_returned_on or today)
    if case.kind == Case.Kind.WAGES:
        return wage_rule(group, on=sheet.ended_on or sheet.payday_on or today)
    return None


def printed_days(case: Case, group: Group, *, issued_on: dt.date) -> tuple[int, int] | None:
    """Return (limit, days passed) for a deposit letter of that day, or None: nothing to print."""
    if case.kind != Case.Kind.DEPOSIT or not group.jurisdiction:
        return None
    found = deposit_days(rule_for(case, group, today=issued_on), case.sheet, today=issued_on)
    return (found.limit, found.passed) if found and found.may_be_printed else None


# Limitation: until when something can be claimed


def later_by_months(day: dt.date, months: int) -> dt.date:
    """Return the same day of the month so many months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def line_ends_on(line: ClaimLine, years: Decimal | None) -> dt.date | None:
    """Return the day a claim line ends by law, counted from its first day; None if unknown."""
    first = line.from_date or line.until_date
    if years is None or first is None or line.amount <= ZERO:
        return None
    return later_by_months(first, int(years * 12))


def claims_end_on(
    sheet: Sheet, lines: Iterable[ClaimLine], years: Decimal | None
) -> dt.date | None:
    """Return the day the first claim ends. What somebody who knows said goes before the table."""
    if sheet.limitation_on:
        return sheet.limitation_on
    ends = [day for line in lines if (day := line_ends_on(line, years))]
    return min(ends, default=None)


# In words, for the team. None of it is advice.


def deposit_words(found: DepositDays) -> str:
    text = (
        _("%(passed)s working days passed, the limit is %(limit)s.")
        if found.rule.business_days
        else _("%(passed)s days passed, the limit is %(limit)s.")
    )
    return text % {"passed": found.passed, "limit": found.limit}


def checked_words(rule: Rule) -> str:
    if rule.checked_on is None:
        return _("not checked yet")
    return _("checked on %(day)s") % {"day": date_in_words(rule.checked_on)}


def limit_words(day: dt.date, today: dt.date) -> str:
    text = (
        _("Some claims end by law on %(day)s. Ask somebody who knows.")
        if day >= today
        else _("Some claims may have ended by law on %(day)s. Ask somebody who knows.")
    )
    return text % {"day": date_in_words(day)}


@dataclass(frozen=True)
class Cell:
    """What a cell says in words. `only_words`: a text nothing is worked out from."""

    label: str
    value: Any
    only_words: bool


def rows_of(rule: Rule, *, only: Iterable[str] = ()) -> list[Cell]:
    """Return the cells of a rule that say something, each with its name; all, or `only` these."""
    hidden = {"id", "jurisdiction", "name", "source_url", "checked_by", "checked_on", "version"}
    hidden.add("valid_from")
    found = []
    for field in rule._meta.fields:
        value = getattr(rule, field.name)
        if only and field.name not in only:
            continue
        if field.name not in hidden and value not in (None, "", False):
            only_words = rule_codes.only_words(field.name, value)
            label = capfirst(field.verbose_name)
            found.append(Cell(label, in_words(field.name, value), only_words))
    return found


def about(case: Case, group: Group, *, today: dt.date) -> dict[str, Any]:
    """Return what the page of a case says about its rules."""
    lines = list(case.claim_lines.counting())
    is_deposit = case.kind == Case.Kind.DEPOSIT
    rule = rule_for(case, group, today=today)
    years = rule.claim_limit_years if isinstance(rule, WageRule) else None
    found = deposit_days(rule, case.sheet, today=today) if is_deposit else None
    ends = claims_end_on(case.sheet, lines, years)
    return {
        "rule": rule,
        "found": found,
        "days": found and deposit_words(found),
        "checked": rule and checked_words(rule),
        "limits": [(line, day) for line in lines if (day := line_ends_on(line, years))],
        "ends": ends and limit_words(ends, today),
    }
