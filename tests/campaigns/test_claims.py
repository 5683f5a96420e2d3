"""What is owed: arithmetic in cents, rounded half up on each line, and the working in words."""

import datetime as dt
import random
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.models import ClaimLine
from campaigns.models.claims import ZERO, to_cents, unpaid_wages, unreturned_deposit
from campaigns.models.payments import balance

K = ClaimLine.Kind
CENTS = Decimal("0.01")

money = st.decimals(min_value=0, max_value=99_999, places=2)
more = st.decimals(min_value=CENTS, max_value=99_999, places=2)


def line(kind: str, **values: Any) -> ClaimLine:
    figures = {
        name: Decimal(value)
        if name in ("quantity", "rate", "paid", "figure", "accepted")
        else value
        for name, value in values.items()
    }
    return ClaimLine(kind=kind, **figures)


@pytest.mark.parametrize(
    ("quantity", "rate", "paid", "owed"),
    [
        ("62", "17.25", "0", "1069.50"),
        ("62", "17.25", "310.00", "759.50"),
        ("0.5", "0.01", "0", "0.01"),  # half a cent is a cent
        ("1.5", "0.03", "0", "0.05"),  # 0.045
        ("2.25", "10.02", "0", "22.55"),  # 22.545
        ("10", "15.00", "200.00", "0.00"),  # paid too much on one line is no debt of theirs
    ],
)
def test_unpaid_wages_are_rounded_half_up_and_never_below_zero(
    quantity: str, rate: str, paid: str, owed: str
) -> None:
    assert unpaid_wages(Decimal(quantity), Decimal(rate), Decimal(paid)) == Decimal(owed)


def test_deposit_less_accepted_deductions_less_what_came_back() -> None:
    deposits, accepted, returned = [Decimal(1800)], [Decimal(85)], [Decimal(515)]
    assert unreturned_deposit(deposits, accepted, returned) == Decimal("1200.00")


@pytest.mark.parametrize(
    ("line", "amount"),
    [
        (line(K.WORK, quantity="54", rate="18.50", paid="100"), "899.00"),
        (line(K.SUM, figure="230.50"), "230.50"),
        (line(K.DEPOSIT, figure="1800"), "1800.00"),
        (line(K.DEDUCTION, figure="240", accepted="0"), "0.00"),
        (line(K.DEDUCTION, figure="85", accepted="85"), "-85.00"),
        (line(K.RETURNED, figure="515"), "-515.00"),
    ],
)
def test_line_adds_what_its_kind_says(line: ClaimLine, amount: str) -> None:
    assert line.worked_out() == Decimal(amount)


@given(money)
def test_rounding_is_half_up_and_not_to_even(amount: Decimal) -> None:
    half = amount + Decimal("0.005")
    assert to_cents(half) == amount + CENTS
    assert to_cents(half) == half.quantize(CENTS, rounding=ROUND_HALF_UP)


@given(st.lists(st.tuples(more, more, money), max_size=12), st.randoms(use_true_random=False))
def test_total_is_the_sum_of_the_rounded_lines_in_any_order(
    rows: list[tuple[Decimal, Decimal, Decimal]], shuffle: random.Random
) -> None:
    lines = [ClaimLine(kind=K.WORK, quantity=q, rate=r, paid=p) for q, r, p in rows]
    amounts = [each.worked_out() for each in lines]
    total = sum(amounts, ZERO)
    assert total == sum((unpaid_wages(*row) for row in rows), ZERO)
    assert all(amount == amount.quantize(CENTS) and amount >= 0 for amount in amounts)
    shuffle.shuffle(lines)
    assert sum((each.worked_out() for each in lines), ZERO) == total


@given(money, st.lists(st.tuples(more, st.integers(0, 100)), max_size=6), money)
def test_signed_deposit_lines_add_up_to_the_unreturned_deposit(
    deposit: Decimal, deductions: list[tuple[Decimal, int]], returned: Decimal
) -> None:
    taken = [(figure, to_cents(figure * percent / 100)) for figure, percent in deductions]
    lines = [
        ClaimLine(kind=K.DEPOSIT, figure=deposit),
        *(ClaimLine(kind=K.DEDUCTION, figure=figure, accepted=part) for figure, part in taken),
        ClaimLine(kind=K.RETURNED, figure=returned),
    ]
    total = max(ZERO, sum((each.worked_out() for each in lines), ZERO))
    assert total == unreturned_deposit([deposit], [part for _figure, part in taken], [returned])


@given(money, money)
def test_balance_is_what_was_asked_less_what_cleared_and_never_below_zero(
    demanded: Decimal, cleared: Decimal
) -> None:
    assert balance(demanded, cleared) == max(ZERO, demanded - cleared)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (line(K.WORK, quantity="62.00", rate="17.25"), "62 hours × $17.25"),
        (line(K.WORK, quantity="1", rate="17.25"), "1 hour × $17.25"),
        (line(K.WORK, quantity="100", rate="9", unit="days"), "100 days × $9.00"),
        (
            line(K.WORK, quantity="7.50", rate="20", paid="50", is_about=True),
            "about 7.5 hours × $20.00 − $50.00 paid",
        ),
        (line(K.SUM, figure="230.50"), ""),
        (line(K.SUM, figure="230.50", is_about=True), "about"),
        (line(K.DEDUCTION, figure="240", accepted="85"), "$240.00 taken off, $85.00 accepted"),
    ],
)
def test_working_says_how_the_amount_came_about(line: ClaimLine, text: str) -> None:
    assert line.working("USD") == text


def test_label_carries_its_days() -> None:
    first, last = dt.date(2026, 10, 4), dt.date(2026, 10, 17)
    assert line(K.WORK, label="Hours").dated_label == "Hours"
    assert line(K.WORK, label="Hours", from_date=first).dated_label == "Hours, Sun 4 Oct 2026"
    both = line(K.WORK, label="Hours", from_date=first, until_date=last)
    assert both.dated_label == "Hours, Sun 4 Oct – Sat 17 Oct 2026"
