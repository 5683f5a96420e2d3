"""What a letter prints of weeks, rough hours and charges; one sum on paper, page and table."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from campaigns import sheet
from campaigns.models import Case, CaseState, ClaimLine, Group, Sheet, User, WorkDay
from letters import checks, drafting, prefill
from letters.document import LetterDocument, as_html
from tests.factories import (
    make_case,
    make_demand,
    make_draft,
    make_group,
    make_line,
    make_target,
    make_user,
)

K = ClaimLine.Kind
D = Decimal


@pytest.fixture
def ana(db: None) -> User:
    make_group()
    return make_user("Ana")


def written(case: Case, ana: User, amount: str, language: str = "en") -> LetterDocument:
    make_demand(case, amount)
    return drafting.document_for(make_draft(case, by=ana, language=language))


def preparing(ana: User, kind: str = Case.Kind.WAGES) -> Case:
    return make_case(kind=kind, state=CaseState.PREPARING, team=[ana], target=make_target())


def add_week(case: Case, ana: User) -> ClaimLine:
    line = ClaimLine(
        kind=K.WEEK, party=case.parties.get(), label="Week", rate=D(18), paid=D(828), overtime="w40"
    )
    hours = [("10", "11"), ("9", None), ("9", None), ("9", None), ("9", None)]
    line.typed_days = [
        WorkDay(weekday=n, low=D(low), high=high and D(high)) for n, (low, high) in enumerate(hours)
    ]
    return sheet.add_line(case, line=line, by=ana)


def test_week_is_printed_with_its_working_and_the_lower_sum(ana: User) -> None:
    case = preparing(ana)
    add_week(case, ana)
    document = written(case, ana, "54.00")
    (row,) = document.rows
    assert row.working == "about 40 hours × $18.00 + 6 hours × $27.00 − $828.00 paid"
    assert (row.amount, document.total) == (D("54.00"), D("54.00"))
    assert "We ask for the lower" not in as_html(document)


def test_sum_is_the_same_in_the_letter_on_the_screen_and_in_the_table(
    client: Client, ana: User
) -> None:
    case = preparing(ana)
    for amount in ("33.33", "33.33", "33.33", "0.01"):
        make_line(case, amount=amount)
    make_line(case, kind=K.WORK, quantity=D("17.10"), rate=D(37), figure=None)
    make_line(case, kind=K.TIPS, amount="501.80")
    document = written(case, ana, "1234.50")
    assert document.total == D("1234.50")
    assert document.demands == ["Pay $1,234.50."]
    assert as_html(document).count("$1,234.50") == 2
    client.force_login(ana)
    assert "$1,234.50" in client.get(case.get_absolute_url()).text
    assert "1234.50" in client.get(reverse("board_table")).text


def test_each_charge_is_a_demand_to_cancel_it_and_adds_nothing(ana: User) -> None:
    case = preparing(ana, Case.Kind.DEPOSIT)
    make_line(case, kind=K.DEPOSIT, label="Deposit", amount="900")
    make_line(case, kind=K.CHARGE, label="Painting", amount="350", note="The paint was old.")
    make_line(case, kind=K.CHARGE, label="Lost keys", amount="40")
    document = written(case, ana, "900.00")
    assert document.total == D("900.00")
    assert document.demands == [
        "Return $900.00.",
        "Cancel the charge of $350.00 for: Painting. Confirm this in writing.",
        "Cancel the charge of $40.00 for: Lost keys. Confirm this in writing.",
    ]
    html = as_html(document)
    assert "$350.00 charged beyond the deposit, to be cancelled" in html
    assert "The paint was old." in html
    assert "$0.00" not in html


def test_letter_about_charges_alone_asks_for_no_money(ana: User) -> None:
    case = preparing(ana, Case.Kind.DEPOSIT)
    make_line(case, kind=K.CHARGE, label="Painting", amount="350")
    document = written(case, ana, "0.00")
    assert document.total is None
    assert document.demands == [
        "Cancel the charge of $350.00 for: Painting. Confirm this in writing."
    ]
    html = as_html(document)
    assert "What is to be cancelled" in html
    assert "Total owed" not in html
    assert "How to answer" in html
    found = checks.check(document, voted=D(0), now=document.deadline.replace(year=2020))
    assert not {"lines_differ", "other_sum", "no_working"} & {each.code for each in found}


def test_what_was_paid_in_part_is_taken_off_in_the_table(ana: User) -> None:
    case = preparing(ana)
    make_line(case, kind=K.WORK, quantity=D(54), rate=D(18), figure=None)
    make_line(case, kind=K.PART_PAID, label="Cash", amount="172")
    document = written(case, ana, "800.00")
    assert [row.amount for row in document.rows] == [D("972.00"), D("-172.00")]
    assert document.total == D("800.00")


def test_letter_with_weeks_costs_seven_queries_however_many(
    ana: User, django_assert_num_queries: object
) -> None:
    case = preparing(ana)
    add_week(case, ana)
    make_demand(case, "54.00")
    letter = make_draft(case, by=ana)
    with django_assert_num_queries(7) as one:  # type: ignore[operator]
        drafting.document_for(letter)
    add_week(case, ana)
    add_week(case, ana)
    with django_assert_num_queries(len(one)):  # type: ignore[operator]
        drafting.document_for(letter)


@pytest.mark.parametrize(
    ("due", "came", "sentence"),
    [
        ("2026-05-01", "2026-05-20", " and came late, on Wednesday 20 May 2026."),
        ("2026-05-01", None, "The pay was due on Friday 1 May 2026."),
        ("2026-05-01", "2026-05-01", ""),
        (None, "2026-05-01", ""),
    ],
)
def test_facts_say_when_the_last_pay_came_late(
    ana: User, due: str | None, came: str | None, sentence: str
) -> None:
    case = preparing(ana)
    days = {"payday_on": due, "last_pay_on": came}
    Sheet.objects.filter(case=case).update(**days)
    facts = prefill.proposed(
        Case.objects.select_related("sheet", "target").get(pk=case.pk),
        group=Group.objects.get(pk=1),
        language="en",
        delivery_on=None,
        today=dt.date(2026, 11, 11),
    )["facts"]
    assert facts.endswith(sentence or "worked for you.")
    assert bool(sentence) is ("The pay was due" in facts)
