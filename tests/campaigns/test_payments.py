"""Money that came in: received, cleared, bounced. Only what cleared counts."""

import datetime as dt
import uuid
import zoneinfo
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from campaigns import money_in
from campaigns.models import Case, CaseParty, CaseState, Event, Payment, User
from campaigns.models.once import only_once
from campaigns.models.payments import cleared_to
from tests.factories import (
    make_case,
    make_group,
    make_line,
    make_payment,
    make_person,
    make_user,
)

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=zoneinfo.ZoneInfo("America/Los_Angeles"))
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
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
    assert (payment.amount, payment.payer, payment.party) == (
        Decimal("310.00"),
        "The owner",
        case.parties.get(),
    )
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


def test_payment_written_down_by_mistake_counts_no_more_and_stays_in_the_list(
    client: Client, case: Case
) -> None:
    record(client, case)
    payment = Payment.objects.get()
    fate(client, "clear_payment", payment)
    assert cleared(case) == Decimal("310.00")
    response = fate(client, "strike_payment", payment, note="")
    assert "note" in response.context["form"].errors
    fate(client, "strike_payment", payment, note="It was for another case.")
    assert cleared(case) == Decimal(0)
    assert not case.payments.pending()
    page = client.get(reverse("case_money", args=[case.reference])).content.decode()
    assert "written down by mistake" in page
    assert "It was for another case." in page
    assert reverse("receipt", args=[case.reference, payment.pk]) not in page
    entry = case.log.filter(event=Event.PAYMENT_STRUCK).get()
    assert entry.what == "Payment was written down by mistake: $310.00"
    for name in ("clear_payment", "bounce_payment", "strike_payment"):
        fate(client, name, payment, note="Once more.")
    assert payment.events.count() == 2


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


# Several people, and who takes the money


def two_people(case: Case) -> tuple[CaseParty, CaseParty]:
    luis = case.parties.create(person=make_person("Luis"), code_hash="l")
    return case.parties.get(person__name="Rosa"), luis


def test_payment_of_several_people_says_for_whom(client: Client, case: Case) -> None:
    _rosa, luis = two_people(case)
    answer = record(client, case)
    assert list(answer.context["form"].errors) == ["party"]
    assert "Record one payment for each" in answer.text
    record(client, case, party=str(luis.pk))
    assert Payment.objects.get().party == luis


def test_payment_for_who_left_is_taken_and_for_a_stranger_not(
    client: Client, case: Case, ana: User
) -> None:
    _rosa, luis = two_people(case)
    CaseParty.objects.filter(pk=luis.pk).update(left_at=NOON)
    stranger = make_case(team=[ana]).parties.get()
    for wrong in (str(stranger.pk), "9" * 30):
        assert list(record(client, case, party=wrong).context["form"].errors) == ["party"]
    record(client, case, party=str(luis.pk))
    assert Payment.objects.get().party == luis


def test_sums_are_for_whom_they_are_and_add_up_for_the_only_person(case: Case) -> None:
    rosa = case.parties.get()
    helper = case.parties.create(
        person=make_person("Luis"), role="representative", acts_for=rosa, code_hash="l"
    )
    make_payment(case, "100.00", status="cleared")
    make_payment(case, "20.00", status="cleared", party=rosa)
    make_payment(case, "3.00", status="cleared", party=helper)
    make_payment(case, "500.00", party=rosa)
    make_payment(case, "600.00", status="bounced", party=rosa)
    assert cleared_to(case) == {rosa.pk: Decimal("123.00")}


def test_sum_without_a_name_is_nobodys_where_there_are_several(case: Case) -> None:
    _rosa, luis = two_people(case)
    make_payment(case, "100.00", status="cleared")
    make_payment(case, "20.00", status="cleared", party=luis)
    assert cleared_to(case) == {None: Decimal("100.00"), luis.pk: Decimal("20.00")}


def test_somebody_else_who_takes_the_money_needs_a_note(client: Client, case: Case) -> None:
    answer = record(client, case, payee="Her sister")
    assert list(answer.context["form"].errors) == ["payee_note"]
    record(client, case, payee="Her sister", payee_note="Signed note of 3 November")
    payment = Payment.objects.get()
    assert (payment.payee, payment.taken_by) == ("Her sister", "Her sister")


def test_payee_of_the_person_is_taken_over(client: Client, case: Case) -> None:
    _rosa, luis = two_people(case)
    CaseParty.objects.filter(pk=luis.pk).update(payee="His uncle", payee_note="A call")
    record(client, case, party=str(luis.pk))
    payment = Payment.objects.get()
    assert (payment.payee, payment.payee_note) == ("His uncle", "A call")


# Bounced


def test_bounce_keeps_the_picture_as_evidence_and_the_fee(client: Client, case: Case) -> None:
    payment = make_payment(case, "310.00")
    picture = SimpleUploadedFile("cheque.png", PNG)
    fate(client, "bounce_payment", payment, fee="$15", file=picture)
    event = payment.events.get()
    assert (event.kind, event.fee) == ("bounced", Decimal("15.00"))
    assert event.evidence == case.evidence.get()
    assert event.evidence.description == "Payment that bounced: $310.00"


def test_money_page_leads_to_the_picture_of_the_cheque(client: Client, case: Case) -> None:
    file = SimpleUploadedFile("cheque.png", PNG)
    answer = fate(client, "bounce_payment", make_payment(case, "310.00"), file=file)
    text = "Saved. The sum is owed again. What they pay instead is a new payment."
    assert text in client.get(answer["Location"]).text
    picture = reverse("evidence_file", args=[case.reference, case.evidence.get().public_id])
    assert picture in client.get(reverse("case_money", args=[case.reference])).text


def test_bounce_noted_twice_keeps_one_picture(client: Client, case: Case) -> None:
    payment = make_payment(case, "310.00")
    for _click in range(2):
        picture = SimpleUploadedFile("cheque.png", PNG)
        fate(client, "bounce_payment", payment, file=picture)
    assert case.evidence.count() == 1
    assert len(list((Path(settings.MEDIA_ROOT) / "evidence").glob("*"))) == 1


def test_bounce_with_a_file_that_is_no_picture_is_shown_again(client: Client, case: Case) -> None:
    payment = make_payment(case, "310.00")
    answer = fate(client, "bounce_payment", payment, file=SimpleUploadedFile("x.exe", b"MZ" * 9))
    assert list(answer.context["form"].errors) == ["file"]
    assert not payment.events.exists()


def test_payment_of_a_closed_case_can_bounce(client: Client, ana: User) -> None:
    case = make_case(state=CaseState.SETTLED, team=[ana], demanded=Decimal("1400.00"))
    payment = make_payment(case, "300.00", status="cleared")
    answer = client.get(fate(client, "bounce_payment", payment)["Location"])
    assert "The case is closed; it can be opened again." in answer.text
    assert cleared(case) == 0


# The same money twice


@pytest.mark.parametrize(
    ("on", "asks"), [(None, True), ("2026-11-02", True), ("2026-11-01", False)]
)
def test_money_that_a_line_takes_off_already_is_asked_about(
    client: Client, case: Case, on: str | None, asks: bool
) -> None:
    day = on and dt.date.fromisoformat(on)
    make_line(case, kind="returned", label="Cheque", figure=Decimal("310.00"), from_date=day)
    answer = record(client, case)
    assert Payment.objects.exists() is not asks
    if asks:
        assert "The line “Cheque” takes the same sum off already." in answer.text
        record(client, case, is_another="on")
        assert Payment.objects.count() == 1


@pytest.mark.parametrize(("on", "asks"), [("", True), ("2026-11-02", True), ("2026-11-01", False)])
def test_line_of_money_that_is_a_payment_already_is_asked_about(
    client: Client, ana: User, on: str, asks: bool
) -> None:
    case = make_case(kind="deposit", state=CaseState.CLOCK_RUNNING, team=[ana])
    make_payment(case, "310.00", received_on=dt.date(2026, 11, 16))
    url = reverse("add_line", args=[case.reference, "returned"])
    line = {"party": case.parties.get().pk, "label": "Cheque", "figure": "310", "from_date": on}
    assert "is_another" not in client.get(url).context["form"].fields
    answer = client.post(url, line)
    assert case.claim_lines.exists() is not asks
    if asks:
        text = (
            "A payment of the same sum, received on Monday 16 November 2026, takes it off already."
        )
        assert text in answer.text
        client.post(url, line | {"is_another": "on"})
    taken = case.claim_lines.get()
    edit = reverse("edit_line", args=[case.reference, taken.pk])
    assert client.post(edit, line | {"label": "By cheque", "seen_version": 1}).status_code == 302


def test_usual_payment_asks_nothing_of_the_kind(client: Client, case: Case) -> None:
    url = reverse("record_payment", args=[case.reference])
    assert "is_another" not in client.get(url).context["form"].fields


# Forms that make a row are sent once


@pytest.mark.parametrize(
    ("name", "more", "typed", "rows"),
    [
        (
            "log_contact",
            [],
            {"who": "person", "method": "phone", "result": "reached", "at": "2026-11-16 11:00"},
            "contacts",
        ),
        ("add_line", ["sum"], {"label": "Wages", "figure": "40"}, "claim_lines"),
    ],
)
def test_double_click_makes_one_row(
    client: Client, case: Case, name: str, more: list[str], typed: dict[str, str], rows: str
) -> None:
    url = reverse(name, args=[case.reference, *more])
    key = client.get(url).context["form"]["form_key"].value()
    typed = typed | {"party": str(case.parties.get().pk)}
    for _click in range(2):
        assert client.post(url, typed | {"form_key": str(key)}).status_code == 302
    assert getattr(case, rows).count() == 1
    client.post(url, typed | {"form_key": str(uuid.uuid4())})
    assert getattr(case, rows).count() == 2


def test_form_that_failed_can_be_sent_again(case: Case) -> None:
    key = uuid.uuid4()
    with pytest.raises(ZeroDivisionError), only_once(key, scope=case.public_id):
        1 / 0  # noqa: B018
    with only_once(key, scope=case.public_id) as first:
        assert first
    with only_once(key, scope=case.public_id) as first:
        assert not first
    with only_once(key, scope=uuid.uuid4()) as first:
        assert first
