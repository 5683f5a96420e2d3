"""Money that came in: received, cleared, bounced. Only what cleared counts."""

import datetime as dt
import uuid
import zoneinfo
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from campaigns import money_in
from campaigns.models import Case, CaseState, Event, Payment, User
from tests.factories import make_case, make_group, make_payment, make_user

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=zoneinfo.ZoneInfo("America/Los_Angeles"))
KEY = "7d5f0c2e-0f3e-4c55-8a3e-0c8f2d1e9b11"
CHEQUE = {
    "amount": "$310.00",
    "method": "cheque",
    "payer": "The owner",
    "received_on": "2026-11-16",
    "form_key": KEY,
}


@pytest.fixture(autouse=True)
def _network() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        make_group()
        yield


@pytest.fixture
def ana(client: Client) -> User:
    user = make_user("Ana")
    client.force_login(user)
    return user


@pytest.fixture
def case(ana: User) -> Case:
    return make_case(state=CaseState.CLOCK_RUNNING, team=[ana], demanded=Decimal("4140.00"))


def record(client: Client, case: Case, **typed: str) -> HttpResponse:
    return client.post(reverse("record_payment", args=[case.reference]), CHEQUE | typed)


def fate(client: Client, name: str, payment: Payment, **typed: Any) -> HttpResponse:
    url = reverse(name, args=[payment.case.reference, payment.pk])
    return client.post(url, {"on": "2026-11-16"} | typed)


def cleared(case: Case) -> Decimal:
    return case.payments.cleared().total()


def test_payment_is_received_and_does_not_count_yet(client: Client, case: Case) -> None:
    answer = record(client, case, note="On account")
    assert answer["Location"] == f"/cases/{case.reference}/#money"
    payment = Payment.objects.get()
    assert (payment.amount, payment.payer, payment.party) == (Decimal("310.00"), "The owner", None)
    assert cleared(case) == 0
    assert case.payments.pending().count() == 1
    assert case.log.get().what == "Payment received: $310.00"


def test_double_click_makes_one_payment(client: Client, case: Case) -> None:
    record(client, case)
    record(client, case)
    assert Payment.objects.count() == 1
    record(client, case, form_key=str(uuid.uuid4()))
    assert Payment.objects.count() == 2


def test_key_of_a_payment_of_another_case_reaches_only_ones_own(
    client: Client, ana: User, case: Case
) -> None:
    other = make_case(state=CaseState.CLOCK_RUNNING, team=[ana])
    record(client, other)
    record(client, case)
    assert [case.payments.count(), other.payments.count()] == [1, 1]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"amount": "0"}, "more than zero"),
        ({"amount": "-5"}, "more than zero"),
        ({"amount": "100000000"}, "too large"),
        ({"amount": "5,5,5"}, "Write a sum of money"),
        ({"received_on": "2026-11-17"}, "has not come yet"),
        ({"received_on": "1900-01-01"}, "Look at the year"),
        ({"method": "bitcoin"}, "valid choice"),
        ({"party": "9" * 30}, "valid choice"),
        ({"form_key": "no key"}, "valid UUID"),
        ({"payer": "p" * 100_000}, "at most 160"),
    ],
)
def test_impossible_payment_is_shown_again_and_nothing_stored(
    client: Client, case: Case, typed: dict[str, str], sentence: str
) -> None:
    answer = record(client, case, note="Kept note", **typed)
    assert answer.status_code == 200
    assert sentence in answer.text
    assert "Kept note" in answer.text
    assert not Payment.objects.exists()


def test_payment_counts_once_it_cleared_and_clears_once(client: Client, case: Case) -> None:
    payment = make_payment(case, "310.00")
    fate(client, "clear_payment", payment)
    assert cleared(case) == Decimal("310.00")
    again = client.get(fate(client, "clear_payment", payment)["Location"])
    assert "noted already" in again.text
    assert [entry.event for entry in case.log.all()] == [Event.PAYMENT_CLEARED]


def test_bounce_takes_the_sum_off_also_after_it_cleared(client: Client, case: Case) -> None:
    payment = make_payment(case, "1300.00", status="cleared")
    assert cleared(case) == Decimal("1300.00")
    fate(client, "bounce_payment", payment, note="Stopped by the owner")
    assert cleared(case) == 0
    entry = case.log.get()
    assert (entry.what, entry.note) == ("Payment bounced: $1,300.00", "Stopped by the owner")


def test_bounced_payment_never_clears(case: Case, ana: User) -> None:
    payment = make_payment(case, "310.00", status="bounced")
    assert not money_in.clear_payment(payment, by=ana, on=NOON.date())
    assert not money_in.bounce_payment(payment, by=ana, on=NOON.date())
    assert cleared(case) == 0


@pytest.mark.parametrize(
    ("day", "sentence"),
    [("2026-11-17", "has not come yet"), ("2026-11-09", "before the payment came in")],
)
def test_payment_clears_neither_before_it_came_nor_in_the_future(
    client: Client, case: Case, day: str, sentence: str
) -> None:
    payment = make_payment(case, "310.00", received_on=dt.date(2026, 11, 10))
    assert sentence in fate(client, "clear_payment", payment, on=day).text
    assert cleared(case) == 0


def test_payment_is_never_changed_on_get(client: Client, case: Case) -> None:
    payment = make_payment(case, "310.00")
    for name in ("clear_payment", "bounce_payment"):
        page = client.get(reverse(name, args=[case.reference, payment.pk]))
        assert "$310.00" in page.text
    assert not payment.events.exists()


def test_payment_of_another_case_is_not_there(client: Client, case: Case) -> None:
    other = make_payment(make_case(state=CaseState.CLOCK_RUNNING, team=[make_user()]), "5.00")
    url = reverse("clear_payment", args=[case.reference, other.pk])
    assert client.post(url, {"on": "2026-11-16"}).status_code == 404
    assert fate(client, "clear_payment", other).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_payment_cleared_by_two_at_once_clears_once() -> None:
    make_group()
    users = [make_user(), make_user()]
    case = make_case(state=CaseState.CLOCK_RUNNING, team=users)
    payment = make_payment(case, "310.00")

    def clear(user: User) -> bool:
        try:
            return money_in.clear_payment(payment, by=user, on=NOON.date())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(clear, users)) == [False, True]
    assert case.log.count() == 1
