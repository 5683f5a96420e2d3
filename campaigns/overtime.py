"""The overtime rules a line can be worked out with, and what the table of the place proposes.

`rule_codes` reads a cell of the table word for word or not at all: what it says beyond that is
shown to people as it is, and nothing is worked out from it. People always choose the rule
themselves.
"""

from dataclasses import dataclass, replace

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from campaigns import rule_codes
from campaigns.models.rules import WageRule
from campaigns.wages import Overtime


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
    limits = rule_codes.overtime(found.overtime_daily)
    if limits is not None and limits.weekly is None:
        limits = replace(limits, weekly=federal)
    if limits in _RULES:
        return Proposal(_RULES[limits], _beyond(found.overtime_daily))
    rule = OvertimeRule.WEEK_40 if federal else OvertimeRule.NONE
    return Proposal(rule, found.overtime_daily)


def _beyond(cell: str) -> str:
    """Return the words of a cell that say more than yes or no."""
    return cell if ";" in cell else ""


def offered(found: WageRule | None, *, chosen: str = "") -> list[tuple[str, str]]:
    """Return the choices of a form: none, the week of 40 hours, the place's rule, the line's."""
    places = proposal(found).rule
    wanted = {OvertimeRule.NONE, OvertimeRule.WEEK_40, places, chosen}
    is_doubtful = found is not None and not found.is_checked
    return [
        (rule.value, _unchecked(rule) if rule == places and is_doubtful else str(rule.label))
        for rule in OvertimeRule
        if rule in wanted
    ]


def _unchecked(rule: OvertimeRule) -> str:
    if rule == OvertimeRule.NONE:
        return str(rule.label)
    return _now("%(rule)s (nobody has checked this yet)") % {"rule": rule.label}


def source_words(found: WageRule, cell: str) -> str:
    """Say what the table says and whether somebody checked it, for the help beside a field."""
    values = {"place": found.name, "cell": cell}
    if found.is_checked:
        return _now("Our table says for %(place)s: %(cell)s.") % values
    return (
        _now("Our table says for %(place)s: %(cell)s. Nobody has checked that yet: look it up.")
        % values
    )
