"""The codes of the rule tables in plain words, for the pages. What is no code is shown as it is."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

JOINED = {
    "later_of": gettext_lazy("whichever comes last: %(list)s"),
    "earlier_of": gettext_lazy("whichever comes first: %(list)s"),
}
EVENTS = {
    "tenancy_end": gettext_lazy("the tenancy ends"),
    "vacate": gettext_lazy("the keys are given back"),
    "forwarding_address_given": gettext_lazy("the landlord has the new address"),
    "demand": gettext_lazy("the tenant asks for it"),
    "amount_agreed": gettext_lazy("both agree on the sum"),
    "immediately": gettext_lazy("at once"),
    "next_business_day": gettext_lazy("the next working day"),
    "next_payday": gettext_lazy("the next payday"),
}
BASES = {
    "withheld_amount": gettext_lazy("what was wrongly kept"),
    "full_deposit": gettext_lazy("the whole deposit"),
    "monthly_rent": gettext_lazy("one month's rent"),
    "interest": gettext_lazy("its interest"),
}
BASIS_KINDS = {
    "total": gettext_lazy("and that is all together"),
    "additional": gettext_lazy("on top of what is owed"),
    "less_deductions": gettext_lazy("less what the tenant accepts"),
    "not_for_lateness": gettext_lazy("but not because it comes late"),
}
NUMBERED = {
    "at_least": gettext_lazy("at least %(number)s"),
    "bad_faith": gettext_lazy("up to %(number)s more if it was in bad faith"),
    "after_demand": gettext_lazy("%(number)s days after they ask for it in writing"),
    "after_due": gettext_lazy("%(number)s days after it was due"),
}
INTEREST = {
    "some": gettext_lazy("for some tenancies"),
    "cities": gettext_lazy("in some cities"),
    "required": gettext_lazy("required"),
}
DAMAGES = {
    "double": gettext_lazy("twice the wages"),
    "treble": gettext_lazy("three times the wages"),
    "quadruple": gettext_lazy("four times the wages"),
}
TIPS = {"partial": gettext_lazy("in part")}


def when_words(code: str) -> str:
    """Say a day or a span, like "later_of:next_payday+days:14" or "hours:24;from_demand"."""
    code, _semicolon, origin = code.partition(";")
    if origin == "from_demand":
        return _("%(span)s from the day they ask for it in writing") % {"span": when_words(code)}
    kind, _colon, rest = code.partition(":")
    if kind in JOINED:
        parts = [when_words(part) for part in rest.split("+")]
        return str(JOINED[kind]) % {"list": ", ".join(parts)}
    if not rest.isdecimal():
        return str(EVENTS.get(code, code))
    number = int(rest)
    if kind == "hours":
        text = ngettext("%(number)s hour", "%(number)s hours", number)
    elif kind == "working_days":
        text = ngettext("%(number)s working day", "%(number)s working days", number)
    else:
        text = ngettext("%(number)s day", "%(number)s days", number)
    return text % {"number": number}


def basis_words(code: str) -> str:
    """Say what a penalty is counted from, like "withheld_amount+fixed:100;total"."""
    base, *more = code.split(";")
    parts = []
    for part in base.split("+"):
        name, _colon, sum_of = part.partition(":")
        fixed = name == "fixed" and sum_of
        parts.append(sum_of if fixed else str(BASES.get(part, part)))
    text = " + ".join(parts)
    return ", ".join([text, *map(_basis_condition, more)])


def _basis_condition(word: str) -> str:
    name, _colon, number = word.partition(":")
    if word in BASIS_KINDS:
        return str(BASIS_KINDS[word])
    if name == "at_most":
        times, _star, base = number.partition("*")
        return _("at most %(times)s times %(basis)s") % {
            "times": times,
            "basis": BASES.get(base, base),
        }
    return _numbered(name, number)


def _numbered(name: str, number: str) -> str:
    """Say a condition that carries a number: "at_least:300", "after_demand:14"."""
    words = NUMBERED.get(name)
    return str(words) % {"number": number} if words else f"{name}:{number}"


def damages_words(code: str) -> str:
    """Say "up_to_treble" or "1.25"."""
    code, *more = code.split(";")
    most, times = code.startswith("up_to_"), code.removeprefix("up_to_")
    known = DAMAGES.get(times)
    text = str(known) if known else _("%(number)s times the wages") % {"number": times}
    text = _("up to %(most)s") % {"most": text} if most else text
    return ", ".join([text, *(_numbered(*condition.split(":", 1)) for condition in more)])


def among(words: dict[str, Any]) -> Callable[[str], str]:
    return lambda code: str(words.get(code, code))


WORDS: dict[str, Callable[[str], str]] = {
    "deadline_starts": when_words,
    "final_pay_deadline_fired": when_words,
    "final_pay_deadline_quit": when_words,
    "penalty_basis": basis_words,
    "interest_on_deposit": among(INTEREST),
    "damages_multiplier": damages_words,
    "tip_credit": among(TIPS),
}


def in_words(field: str, value: Any) -> str | int:
    """Return the cell `value` of the column `field` as a page shows it."""
    if value is True or value == "yes":
        return _("yes")
    if value == "no":
        return _("no")
    if value == "none":
        return _("no such rule was found")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return WORDS[field](value) if field in WORDS else value
