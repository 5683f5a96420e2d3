"""The overtime rules a line can be worked out with, and what the table of the place proposes.

A cell of the table is read word for word or not at all: what it says beyond that is shown to
people as it is, and nothing is worked out from it. People always choose the rule themselves.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from campaigns.models.rules import WageRule
from campaigns.wages import Overtime

_DAILY = re.compile(r"over (\d+) h(?:/day)?(?: at)? (1\.5|2)x")
_WEEKLY = re.compile(r"over (\d+) h/week at 1\.5x")
_MINIMUM = re.compile(r"(\d+(?:\.\d+)?) [A-Z]{3}\b.*")


class OvertimeRule(models.TextChoices):
    NONE = "", _("No overtime in this line")
    WEEK_40 = "w40", _("Over 40 hours a week at 1.5")
    WEEK_44 = "w44", _("Over 44 hours a week at 1.5")
    DAY_8 = "w40d8", _("Over 8 hours a day or 40 hours a week at 1.5")
    DAY_12 = "w40d12", _("Over 12 hours a day or 40 hours a week at 1.5")
    DAY_8_12 = (
        "w40d8x12",
        _("Over 8 hours a day or 40 hours a week at 1.5, over 12 hours a day at 2"),
    )
    DAYS_ONLY = "d8x12", _("Over 8 hours a day at 1.5, over 12 hours a day at 2")
    SEVENTH = (
        "w40d8x12s",
        _(
            "Over 8 hours a day, 40 hours a week, or on the seventh day at 1.5; over 12 hours "
            "a day, or over 8 on the seventh day, at 2"
        ),
    )

    @property
    def limits(self) -> Overtime:
        return _LIMITS[self]


_LIMITS = {
    OvertimeRule.NONE: Overtime(),
    OvertimeRule.WEEK_40: Overtime(weekly=40),
    OvertimeRule.WEEK_44: Overtime(weekly=44),
    OvertimeRule.DAY_8: Overtime(weekly=40, daily=8),
    OvertimeRule.DAY_12: Overtime(weekly=40, daily=12),
    OvertimeRule.DAY_8_12: Overtime(weekly=40, daily=8, double=12),
    OvertimeRule.DAYS_ONLY: Overtime(daily=8, double=12),
    OvertimeRule.SEVENTH: Overtime(weekly=40, daily=8, double=12, seventh=True),
}
_RULES = {limits: rule for rule, limits in _LIMITS.items()}


@dataclass(frozen=True)
class Proposal:
    """What the rule of the place proposes. `words` are its cell, where that says more."""

    rule: OvertimeRule
    words: str = ""


def proposal(found: WageRule | None) -> Proposal:
    """Return the rule of the place. An empty cell, or a place nobody set, proposes nothing.

    In every place of the United States the federal rule applies too: over 40 hours a week at 1.5.
    """
    if found is None or not found.overtime_daily.strip():
        return Proposal(OvertimeRule.NONE)
    federal = 40 if found.jurisdiction.partition("-")[0] == "US" else None
    limits = limits_in(found.overtime_daily, weekly=federal)
    if limits in _RULES:
        return Proposal(_RULES[limits], _beyond(found.overtime_daily))
    rule = OvertimeRule.WEEK_40 if federal else OvertimeRule.NONE
    return Proposal(rule, found.overtime_daily)


def limits_in(cell: str, *, weekly: int | None) -> Overtime | None:
    """Return what a cell like "yes; over 8 h 1.5x, over 12 h 2x" says, or None: not all is plain.

    `weekly` is the limit that applies where the cell names none itself.
    """
    _yes, _mark, rest = cell.partition(";")
    daily = double = None
    seventh = False
    for part in filter(None, (part.strip() for part in rest.split(","))):
        if by_week := _WEEKLY.fullmatch(part):
            weekly = int(by_week[1])
        elif by_day := _DAILY.fullmatch(part):
            if by_day[2] == "2":
                double = int(by_day[1])
            else:
                daily = int(by_day[1])
        elif part == "7th-day rule":
            seventh = True
        else:
            return None
    return Overtime(weekly, daily, double, seventh)


def _beyond(cell: str) -> str:
    """Return the words of a cell that say more than yes or no."""
    return cell if ";" in cell else ""


def offered(found: WageRule | None, *, chosen: str = "") -> list[tuple[str, str]]:
    """Return the choices of a form: none, the week of 40 hours, the place's rule, the line's."""
    wanted = {OvertimeRule.NONE, OvertimeRule.WEEK_40, proposal(found).rule, chosen}
    return [(rule.value, str(rule.label)) for rule in OvertimeRule if rule in wanted]


def minimum_in(cell: str) -> Decimal | None:
    """Return the rate in a cell like "17.13 USD (2026-01)", or None."""
    match = _MINIMUM.fullmatch(cell.strip())
    return Decimal(match[1]) if match else None


def source_words(found: WageRule, cell: str) -> str:
    """Say what the table says and whether somebody checked it, for the help beside a field."""
    values = {"place": found.name, "cell": cell}
    if found.is_checked:
        return _now("Our table says for %(place)s: %(cell)s.") % values
    return (
        _now("Our table says for %(place)s: %(cell)s. Nobody has checked that yet: look it up.")
        % values
    )
