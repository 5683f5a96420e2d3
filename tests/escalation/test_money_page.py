"""The money of a case: what each person is owed and got, the balance, the schedule, receipts."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Case, CaseParty, CaseState, Payment, PaymentEvent, User
from escalation import money_page
from escalation.models import Agreement, CaseLifecycle
from letters.models import DemandShare
from tests.factories import (
    make_agreement,
    make_case,
    make_demand,
    make_group,
    make_line,
    make_offer,
    make_payment,
    make_person,
    make_schedule,
    make_user,
)

ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOON = dt.datetime(2026, 6, 1, 12, 0, tzinfo=ZONE)
TODAY = NOON.date()
D = Decimal


@pytest.fixture(autouse=True)
def _network(db: None) -> Iterator[None]:
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
    case = make_case(state=CaseState.CLOCK_RUNNING, team=[ana, make_user("Ben")])
    make_demand(case, "900.00")
    return case


def page(client: Client, case: Case) -> Any:
    return client.get(reverse("case_money", args=[case.reference]))


def people(case: Case) -> list[tuple[str, Decimal, Decimal, Decimal, Decimal, str]]:
    found = CaseLifecycle.objects.with_facts().get(pk=case.pk)
    return [
        (str(row.party), row.share, row.received, row.cleared, row.open, row.outcome)
        for row in money_page.person_rows(found)
    ]


def test_one_person_is_owed_all_of_the_demand(case: Case) -> None:
    make_payment(case, "400.00", status="cleared")
    make_payment(case, "100.00")
    still_open = "still open"
    assert people(case) == [("Rosa", D(900), D(500), D(400), D(500), still_open)]


def test_each_of_several_has_a_share_and_payments_of_their_own(case: Case) -> None:
    rosa = case.parties.get()
    luis = case.parties.create(person=make_person("Luis"), code_hash="l")
    gone = case.parties.create(person=make_person("Eva"), code_hash="e", left_at=NOON)
    for party, amount in ((rosa, "590.00"), (luis, "310.00")):
        DemandShare.objects.create(demand=case.demands.get(), party=party, amount=D(amount))
    make_payment(case, "310.00", status="cleared", party=luis)
    make_payment(case, "50.00", status="cleared", party=gone)
    make_payment(case, "10.00", status="cleared")
    CaseParty.objects.filter(pk=luis.pk).update(outcome="won")
    assert people(case) == [
        ("Rosa", D(590), D(0), D(0), D(590), "still open"),
        ("Luis", D(310), D(310), D(310), D(0), "got all of it"),
        ("Eva", D(0), D(50), D(50), D(0), "left the fight"),
        ("None", D(0), D(10), D(10), D(0), ""),
    ]


def test_without_voted_shares_the_lines_say_whose_it_is(case: Case) -> None:
    luis = case.parties.create(person=make_person("Luis"), code_hash="l")
    make_line(case, amount="600.00")
    make_line(case, amount="300.00", party=luis)
    assert [(name, share) for name, share, *_rest in people(case)] == [
        ("Rosa", D(600)),
        ("Luis", D(300)),
    ]


def test_balance_stands_after_each_payment(client: Client, case: Case) -> None:
    days = [TODAY - dt.timedelta(days=n) for n in (5, 4, 3, 2)]
    make_payment(case, "400.00", status="cleared", received_on=days[0])
    make_payment(case, "300.00", status="bounced", received_on=days[1])
    make_payment(case, "100.00", received_on=days[2])
    make_payment(case, "500.00", status="cleared", received_on=days[3])
    shown = page(client, case)
    assert [row.balance for row in shown.context["payments"]] == [D(500), D(500), D(500), D(0)]
    assert shown.context["owed"] == D(0)


def test_page_and_case_file_say_the_same_balance(client: Client, case: Case) -> None:
    make_payment(case, "400.00", status="cleared")
    make_payment(case, "1.00")
    assert page(client, case).context["owed"] == D(500)
    file = client.get(case.get_absolute_url())
    assert file.context["owed"] == D(500)
    assert "1 payment has not cleared yet." in file.text
    assert reverse("case_money", args=[case.reference]) in file.text


@pytest.fixture
def agreed(ana: User) -> Case:
    case = make_case(state=CaseState.AGREED, team=[ana, make_user("Ben")])
    make_demand(case, "300.00")
    agreement = make_agreement(case, amount="300.00")
    Agreement.objects.update(agreed_on=TODAY - dt.timedelta(days=40))
    days = [TODAY + dt.timedelta(days=n) for n in (-30, -1, 30)]
    make_schedule(agreement, *(("100", day) for day in days))
    return case


def test_page_shows_how_each_instalment_stands(client: Client, agreed: Case) -> None:
    make_payment(agreed, "100.00", status="cleared")
    shown = page(client, agreed)
    assert [row.state.value for row in shown.context["schedule"]] == ["cleared", "late", "due"]
    assert shown.context["missed"] == []
    assert "Next payment: Sunday 31 May," in shown.text
    assert "Next payment as agreed: Sunday 31 May," in client.get(agreed.get_absolute_url()).text


def test_missed_instalment_leads_on_to_the_fight(client: Client, agreed: Case) -> None:
    shown = page(client, agreed)
    assert "1 payment was missed." in shown.text
    assert reverse("make_move", args=[agreed.reference, "default"]) in shown.text


def test_broken_agreement_stays_to_be_read(client: Client, agreed: Case) -> None:
    agreed.offers.update(status="broken")
    shown = page(client, agreed)
    assert shown.context["agreement"] is None
    assert "no longer binds" in shown.text


def test_fee_of_a_bounce_leads_to_the_vote_on_the_demand(client: Client, case: Case) -> None:
    payment = make_payment(case, "400.00", party=case.parties.get())
    PaymentEvent.objects.create(payment=payment, kind="bounced", on=TODAY, fee=D("15.00"))
    row = page(client, case).context["payments"][0]
    assert row.fee_url.startswith(f"/cases/{case.reference}/moves/revise_demand/?reason=fee")
    Case.objects.update(state=CaseState.WON)
    assert page(client, case).context["payments"][0].fee_url == ""


def test_page_costs_the_same_with_one_and_with_ten_of_everything(
    client: Client, agreed: Case
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert page(client, agreed).status_code == 200
        return len(captured)

    def more() -> None:
        make_offer(agreed)
        make_payment(agreed, "5.00", status="cleared", party=agreed.parties.first())

    more()
    few = queries()
    for _n in range(9):
        more()
    assert queries() == few


# Receipts


def receipt(client: Client, payment: Payment) -> str:
    url = reverse("receipt", args=[payment.case.reference, payment.pk])
    return " ".join(client.get(url).text.split())


def test_receipt_says_who_how_much_when_how_and_what_is_left(client: Client, case: Case) -> None:
    payment = make_payment(case, "400.00", status="cleared", payer="The owner")
    text = receipt(client, payment)
    for part in ("$400.00", "cheque", "Monday 1 June", "The owner", "$500.00", "not in full"):
        assert part in text
    assert "One former worker" in text  # a paper carries the name they chose, and Rosa chose none
    assert "Rosa" not in text


def test_receipt_of_the_last_payment_is_not_on_account(client: Client, case: Case) -> None:
    assert "not in full" not in receipt(client, make_payment(case, "900.00", status="cleared"))


@pytest.mark.parametrize(
    ("fate", "sentence"),
    [("", "counts as paid when the money has cleared"), ("bounced", "did not come")],
)
def test_receipt_says_what_became_of_the_money(
    client: Client, case: Case, fate: str, sentence: str
) -> None:
    assert sentence in receipt(client, make_payment(case, "400.00", status=fate))


def test_receipt_of_another_case_is_not_found(client: Client, ana: User, case: Case) -> None:
    other = make_payment(make_case(team=[ana]), "1.00")
    assert client.get(reverse("receipt", args=[case.reference, other.pk])).status_code == 404
