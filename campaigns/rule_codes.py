"""Read the cells of the rule tables: codes, and the few free texts whose shape is known.

A code that is none raises `NotACode`. A free text in another shape than those written down here
reads as None: then nothing is worked out from it, and the page shows its words. The grammar stands
in campaigns/data/README.md.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

ZERO = Decimal(0)
EVENTS = ("tenancy_end", "vacate", "forwarding_address_given", "demand", "amount_agreed")
BASES = ("withheld_amount", "full_deposit", "monthly_rent", "interest")
MOMENTS = ("immediately", "next_business_day", "next_payday")
SPANS = ("hours", "days", "working_days")
TIMES = {"none": 1, "double": 2, "treble": 3, "quadruple": 4}
NOTHING = ("", "none")


class NotACode(ValueError):
    """The cell holds something that none of the codes is."""


# Deposits


@dataclass(frozen=True, kw_only=True)
class Penalty:
    """What a deposit penalty is counted from: `bases` times the multiplier, plus `fixed`."""

    bases: tuple[str, ...] = ()
    fixed: Decimal = ZERO
    is_total: bool = False  # the money owed is in it
    at_least: Decimal = ZERO
    at_most: tuple[Decimal, str] | None = None  # so many times another base
    bad_faith: Decimal = ZERO  # up to so much more
    less_deductions: bool = False  # what the tenant accepts comes off the whole figure
    is_for_lateness: bool = True


def penalty(code: str) -> Penalty | None:
    """Read "withheld_amount+fixed:100;total"; None where no penalty was found."""
    if code in NOTHING:
        return None
    base, *more = code.split(";")
    if not more or more[0] not in ("total", "additional"):
        raise NotACode(code)
    parts = base.split("+")
    fixed = sum((_number(part, "fixed") for part in parts if part.startswith("fixed:")), ZERO)
    bases = tuple(part for part in parts if not part.startswith("fixed:"))
    if set(bases) - set(BASES):
        raise NotACode(code)
    told: dict[str, Any] = {}
    for word in more[1:]:
        told |= _told(word)
    return Penalty(bases=bases, fixed=fixed, is_total=more[0] == "total", **told)


def _told(word: str) -> dict[str, Any]:
    name, _colon, rest = word.partition(":")
    if word == "less_deductions":
        return {"less_deductions": True}
    if word == "not_for_lateness":
        return {"is_for_lateness": False}
    if name in ("at_least", "bad_faith"):
        return {name: _number(word, name)}
    times, _star, base = rest.partition("*")
    if name == "at_most" and base in BASES:
        return {"at_most": (_number(times), base)}
    raise NotACode(word)


def starts(code: str) -> tuple[str, tuple[str, ...]] | None:
    """Read "later_of:tenancy_end+vacate" as its kind and its events; None for an empty cell."""
    if not code:
        return None
    kind, events = _joined(code)
    if set(events) - set(EVENTS):
        raise NotACode(code)
    return kind, events


# Wages


@dataclass(frozen=True)
class LastPay:
    """When the last pay is due: of several moments the later or the earlier one."""

    kind: str  # "later_of", "earlier_of", or "" for a single moment
    moments: tuple[tuple[str, int], ...]  # ("days", 6), ("next_payday", 0)
    is_from_demand: bool = False  # counted from the written demand, not from the last day


def last_pay(code: str) -> LastPay | None:
    if code in NOTHING:
        return None
    spans, _semicolon, origin = code.partition(";")
    if origin not in ("", "from_demand"):
        raise NotACode(code)
    kind, parts = _joined(spans)
    return LastPay(kind, tuple(map(_moment, parts)), bool(origin))


def _moment(part: str) -> tuple[str, int]:
    if part in MOMENTS:
        return part, 0
    name, _colon, number = part.partition(":")
    if name not in SPANS or not re.fullmatch("[0-9]{1,4}", number):
        raise NotACode(part)
    return name, int(number)


@dataclass(frozen=True, kw_only=True)
class Damages:
    """All in all so many times the unpaid wages, and how long the employer had to pay before."""

    times: Decimal
    is_up_to: bool = False
    at_least: Decimal = ZERO
    after_demand: int | None = None
    after_due: int = 0


def damages(code: str) -> Damages | None:
    """Read "up_to_treble", "1.25;after_due:30"; None where there is no multiple."""
    if code in NOTHING:
        return None
    most, *more = code.split(";")
    word = most.removeprefix("up_to_")
    times = Decimal(TIMES[word]) if word in TIMES else _number(word)
    told: dict[str, Any] = {}
    for condition in more:
        name, _colon, number = condition.partition(":")
        if name not in ("at_least", "after_demand", "after_due"):
            raise NotACode(condition)
        value = _number(number)
        told[name] = value if name == "at_least" else int(value)
    return Damages(times=times, is_up_to=most.startswith("up_to_"), **told)


def _joined(code: str) -> tuple[str, tuple[str, ...]]:
    kind, colon, rest = code.partition(":")
    if colon and kind in ("later_of", "earlier_of"):
        return kind, tuple(rest.split("+"))
    return "", (code,)


def _number(text: str, name: str = "") -> Decimal:
    figures = text.removeprefix(f"{name}:") if name else text
    try:
        number = Decimal(figures)
    except InvalidOperation:
        raise NotACode(text) from None
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,2})?", figures):
        raise NotACode(text)
    return number


CODES: dict[str, Callable[[str], Any]] = {
    "deadline_starts": starts,
    "penalty_basis": penalty,
    "final_pay_deadline_fired": last_pay,
    "final_pay_deadline_quit": last_pay,
    "damages_multiplier": damages,
}


# Free texts. Each shape is one that stands in the shipped table.


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What runs while the pay is late.

    `unit` says what it is counted in: "day" (a day's pay), "hours" (so many hours' pay a day),
    "percent_a_day" or "percent" (of the unpaid wages; such a rule repeats the multiple, and both
    together count once).
    """

    unit: str
    number: Decimal = ZERO
    most_days: int | None = None
    most_sum: Decimal | None = None
    most_times: Decimal = Decimal(1)
    at_least: Decimal = ZERO
    from_day: int = 1
    after_due: int = 0
    after_demand: int | None = None  # starts only so many days after the written demand
    is_from_demand: bool = False  # its days are counted from the demand
    counts_working_days: bool = False
    is_up_to: bool = False

    @property
    def repeats_multiple(self) -> bool:
        return self.unit in ("percent_a_day", "percent")


_DAY_PAY = re.compile(
    r"(?:one day's wages|average daily pay) per (late day|day from demand), max (\d+) days"
)
_HOURS_PAY = re.compile(r"(\d+) h pay per day, max (\d+) days")
_GO_ON = re.compile(
    r"wages continue (?:until paid, max|up to) (\d+) (working )?days(?:, max \$(\d+))?"
    r"(?: (after demand)| if unpaid (\d+) days after written request)?"
)
_PERCENT_A_DAY = re.compile(
    r"(\d+)% of the wages per (working )?day(?: from day (\d+))?,"
    r" (?:(up to the wages again)|max (\d+)%|(max treble))(?: \((?:wilful|intentional)\))?"
)
_PERCENT_UP_TO = re.compile(r"penalty up to (\d+)% of the wages")
_PERCENT_OR = re.compile(
    r"(\d+)% of the wages or \$(\d+)(?:, whichever is greater| if greater)"
    r"(?:, (\d+) days after payday)?"
)


def waiting(text: str) -> Waiting | None:
    """Read the pay for waiting, or None: another shape, or none."""
    is_up_to = "up to" in text
    if found := _DAY_PAY.fullmatch(text):
        from_demand = found[1] == "day from demand"
        return Waiting(unit="day", most_days=int(found[2]), is_from_demand=from_demand)
    if found := _HOURS_PAY.fullmatch(text):
        return Waiting(unit="hours", number=Decimal(found[1]), most_days=int(found[2]))
    if found := _GO_ON.fullmatch(text):
        return Waiting(
            unit="day",
            most_days=int(found[1]),
            counts_working_days=bool(found[2]),
            most_sum=found[3] and Decimal(found[3]),
            is_from_demand=bool(found[4]),
            after_demand=found[5] and int(found[5]),
            is_up_to=is_up_to,
        )
    return _percent_waiting(text, is_up_to=is_up_to)


def _percent_waiting(text: str, *, is_up_to: bool) -> Waiting | None:
    if found := _PERCENT_A_DAY.fullmatch(text):
        most = 3 if found[6] else Decimal(found[5] or 100) / 100
        return Waiting(
            unit="percent_a_day",
            number=Decimal(found[1]),
            counts_working_days=bool(found[2]),
            from_day=int(found[3] or 1),
            most_times=Decimal(most),
            is_up_to=is_up_to,
        )
    if found := _PERCENT_UP_TO.fullmatch(text):
        return Waiting(unit="percent", number=Decimal(found[1]), is_up_to=True)
    if found := _PERCENT_OR.fullmatch(text):
        return Waiting(
            unit="percent",
            number=Decimal(found[1]),
            at_least=Decimal(found[2]),
            after_due=int(found[3] or 0),
        )
    return None


@dataclass(frozen=True)
class Interest:
    percent: Decimal
    is_monthly: bool = False


_INTEREST = re.compile(
    r"(\d{1,2}(?:\.\d{1,2})?) ?%(?:/| a | per )(yr|year|month)(?: penalty)?"
    r"|legal rate \((\d+)%/yr\)"
)


def interest(text: str) -> Interest | None:
    """Read "9%/yr", "1% a month". Whose text nobody read ("[unchecked]") counts for nothing."""
    found = _INTEREST.fullmatch(text)
    return found and Interest(Decimal(found[1] or found[3]), found[2] == "month")


@dataclass(frozen=True)
class MinimumWage:
    amount: Decimal
    currency: str
    since: dt.date  # the first of the month where no day is written


_MINIMUM = re.compile(r"(\d{1,4}(?:\.\d{1,2})?) ([A-Z]{3}) \((\d{4})-(\d{2})(?:-(\d{2}))?\)")


def minimum_wage(text: str) -> MinimumWage | None:
    """Read "17.13 USD (2026-11)"."""
    found = _MINIMUM.fullmatch(text)
    if not found:
        return None
    try:
        since = dt.date(int(found[3]), int(found[4]), int(found[5] or 1))
    except ValueError:
        return None
    return MinimumWage(Decimal(found[1]), found[2], since)


@dataclass(frozen=True)
class Overtime:
    """(hours, times) from which on an hour counts more, smallest first. `rest` is in words only."""

    by_day: tuple[tuple[Decimal, Decimal], ...] = ()
    by_week: tuple[Decimal, Decimal] | None = None
    rest: str = ""


_BY_DAY = re.compile(r"over (\d+) h(?:/day at)? (\d(?:\.\d)?)x")
_BY_WEEK = re.compile(r"no; over (\d+) h/week at (\d(?:\.\d)?)x")


def overtime(text: str) -> Overtime | None:
    """Read "yes; over 8 h 1.5x, over 12 h 2x"; plain "no" says that no hour of a day counts more.

    A rule with a condition of its own ("if paid under ...") reads as None.
    """
    if text == "no":
        return Overtime()
    if found := _BY_WEEK.fullmatch(text):
        return Overtime(by_week=(Decimal(found[1]), Decimal(found[2])))
    if not text.startswith("yes; "):
        return None
    parts = text.removeprefix("yes; ").split(", ")
    steps = [(Decimal(m[1]), Decimal(m[2])) for part in parts if (m := _BY_DAY.fullmatch(part))]
    rest = [part for part in parts if not _BY_DAY.fullmatch(part)]
    if not steps or set(rest) - {"7th-day rule"}:
        return None
    return Overtime(by_day=tuple(sorted(steps)), rest=", ".join(rest))


FREE_TEXTS: dict[str, Callable[[str], Any]] = {
    "waiting_time_penalty": waiting,
    "interest": interest,
    "minimum_wage": minimum_wage,
    "overtime_daily": overtime,
}


def only_words(field: str, text: str) -> bool:
    """Say whether a free text says something that nothing here can count with."""
    reader = FREE_TEXTS.get(field)
    return bool(reader and text not in NOTHING and reader(text) is None)


def read(field: str, cell: str) -> Any:
    """Return what a code says; a broken one, kept from earlier, says nothing."""
    try:
        return CODES[field](cell)
    except NotACode:
        return None
