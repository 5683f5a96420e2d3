"""Numbers as people write them."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from campaigns.fields import MoneyField, QuantityField


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("40", "40.00"),
        ("$40", "40.00"),
        ("1,234.50", "1234.50"),
        ("1.234,50 €", "1234.50"),
        ("1 234.50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("1,234", "1234.00"),
        ("1.234", "1234.00"),
        ("12.345.678,90", "12345678.90"),
        ("7.5", "7.50"),
        ("7,5", "7.50"),
        (".5", "0.50"),
        ("CA$40.00", "40.00"),
        ("40usd", "40.00"),
        ("99,999,999.99", "99999999.99"),
    ],
)
def test_a_sum_is_read_as_it_was_meant(written: str, meant: str) -> None:
    assert MoneyField().clean(written) == Decimal(meant)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("forty", "Write a sum of money, for example 1,234.50."),
        ("1e5", "Write a sum of money, for example 1,234.50."),
        ("NaN", "Write a sum of money, for example 1,234.50."),
        ("1,2,3", "Write a sum of money, for example 1,234.50."),
        ("5.", "Write a sum of money, for example 1,234.50."),
        ("40\x00", "Write a sum of money, for example 1,234.50."),
        ("١٢", "Write a sum of money, for example 1,234.50."),
        ("0", "The sum must be more than zero."),
        ("-5", "The sum must be more than zero."),
        ("−$5", "The sum must be more than zero."),
        ("1.2345", "Write at most two figures for the cents."),
        ("100,000,000", "This is too large. The most is 99,999,999.99."),
        ("9" * 100_000, "This is too large. The most is 99,999,999.99."),
    ],
)
def test_what_is_no_sum_is_refused_in_a_sentence(written: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        MoneyField().clean(written)
    assert refused.value.messages == [sentence]


def test_an_empty_sum_is_none_where_it_may_be() -> None:
    assert MoneyField(required=False).clean(" ") is None


def test_zero_is_taken_where_it_may_be() -> None:
    assert MoneyField(allow_zero=True).clean("0") == Decimal("0.00")


def test_a_quantity_is_smaller_than_a_sum() -> None:
    assert QuantityField().clean("7,5") == Decimal("7.50")
    with pytest.raises(ValidationError, match=r"The most is 999,999\.99"):
        QuantityField().clean("1000000")


def test_a_phone_shows_the_number_keys() -> None:
    assert 'inputmode="decimal"' in MoneyField().widget.render("sum", None)
