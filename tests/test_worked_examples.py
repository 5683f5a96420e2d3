"""The worked examples W1 to W5 and D1 to D5, typed into the pages as people would, and read
again, to the cent, on every page and paper that shows them."""

import csv
import datetime as dt
import html
import io
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from campaigns import rules
from campaigns.models import Case, CaseState, User
from letters.document import as_html
from letters.drafting import document_for
from tests.factories import make_case, make_demand, make_draft, make_group, make_target, make_user

CODE = "A" * 25


class Example(NamedTuple):
    place: str
    kind: str
    on: str  # the day of the letter
    sheet: dict[str, str]
    lines: list[tuple[str, dict[str, str]]]
    claimed: str
    by_law: list[str]  # the amounts, and below them the most of all together
    most: str
    may_be_printed: bool = True  # working days are counted without holidays


EXAMPLES = {
    "W1": Example(
        "US-NY",
        "wages",
        "2026-09-02",
        {"payday_on": "2026-03-06"},
        [
            (
                "work",
                {
                    "label": "Kitchen",
                    "quantity": "38",
                    "unit": "hours",
                    "rate": "20.00",
                    "paid": "520",
                },
            )
        ],
        "240.00",
        ["$240.00", "$10.65"],
        "490.65",
    ),
    "W2": Example(
        "US",
        "wages",
        "2026-09-02",
        {"payday_on": "2026-03-06"},
        [
            (
                "week",
                {
                    "from_date": "2026-03-02",
                    "rate": "18.00",
                    "overtime": "w40",
                    "paid": "828.00",
                    "day_0_low": "10",
                    "day_1_low": "10",
                    "day_2_low": "10",
                    "day_3_low": "10",
                    "day_4_low": "6",
                },
            )
        ],
        "54.00",
        ["$54.00"],
        "108.00",
    ),
    "W3": Example(
        "US-WA",
        "wages",
        "2026-09-09",
        {"payday_on": "2026-04-10"},
        [
            (
                "minimum",
                {"quantity": "30", "rate": "17.13", "paid_rate": "14.00"},
            ),
            ("tips", {"figure": "85.00"}),
        ],
        "178.90",
        ["$178.90", "$7.16"],
        "364.96",
    ),
    "W4": Example(
        "US-PA",
        "wages",
        "2026-04-06",
        {"payday_on": "2026-03-06"},
        [
            ("withheld", {"label": "Uniform", "figure": "45.00"}),
            ("withheld", {"label": "Till shortage", "figure": "60.00"}),
            ("bank_fee", {"figure": "35.00"}),
        ],
        "140.00",
        ["$500.00"],
        "640.00",
    ),
    "W5": Example(
        "US-CA",
        "wages",
        "2026-08-01",
        {
            "ended_on": "2026-05-01",
            "job_end": "fired",
            "day_pay": "160.00",
            "last_pay_on": "2026-05-20",
        },
        [
            (
                "work",
                {
                    "label": "Last week",
                    "quantity": "24",
                    "unit": "hours",
                    "rate": "20.00",
                    "paid": "480.00",
                },
            )
        ],
        "0.00",
        ["$3,040.00"],
        "3,040.00",
    ),
    "D1": Example(
        "US-WA",
        "deposit",
        "2026-08-20",
        {"ended_on": "2026-06-30", "keys_returned_on": "2026-06-30"},
        [
            ("deposit", {"figure": "1,800.00"}),
            ("deduction", {"label": "Door", "figure": "250.00", "accepted": "250.00"}),
        ],
        "1,550.00",
        ["up to $2,050.00"],
        "3,600.00",
    ),
    "D2": Example(
        "US-AZ",
        "deposit",
        "2026-04-10",
        {"ended_on": "2026-03-02", "keys_returned_on": "2026-03-02", "asked_on": "2026-03-02"},
        [
            ("deposit", {"figure": "1200"}),
            ("deduction", {"label": "Agreed", "figure": "150", "accepted": "150"}),
            ("returned", {"figure": "400"}),
        ],
        "650.00",
        ["$1,300.00"],
        "1,950.00",
        may_be_printed=False,
    ),
    "D3": Example(
        "US-TX",
        "deposit",
        "2026-07-01",
        {"keys_returned_on": "2026-04-30", "forwarding_given_on": "2026-05-10"},
        [("deposit", {"figure": "1000"}), ("returned", {"figure": "700"})],
        "300.00",
        ["up to $700.00"],
        "1,000.00",
    ),
    "D4": Example(
        "US-MA",
        "deposit",
        "2026-10-15",
        {"started_on": "2024-09-01", "ended_on": "2026-09-01"},
        [
            ("deposit", {"figure": "1500", "from_date": "2024-09-01"}),
            ("deduction", {"label": "Agreed", "figure": "200", "accepted": "200"}),
        ],
        "1,300.00",  # the deposit; interest is offered under "may be owed by law", not claimed
        ["$150.00", "up to $2,600.00"],
        "4,050.00",
    ),
    "D4 with its interest claimed": Example(
        "US-MA",
        "deposit",
        "2026-10-15",
        {"started_on": "2024-09-01", "ended_on": "2026-09-01"},
        [
            ("deposit", {"figure": "1500", "from_date": "2024-09-01"}),
            ("deduction", {"label": "Agreed", "figure": "200", "accepted": "200"}),
            ("sum", {"label": "Interest on the deposit", "figure": "150"}),
        ],
        "1,450.00",  # as the data counts it: then the law offers no interest a second time
        ["up to $2,600.00"],
        "4,050.00",
    ),
    "D5": Example(
        "US-IA",
        "deposit",
        "2026-09-30",
        {"ended_on": "2026-07-31", "forwarding_given_on": "2026-08-12", "monthly_rent": "1100"},
        [
            ("deposit", {"figure": "1100"}),
            ("deduction", {"label": "Agreed", "figure": "100", "accepted": "100"}),
            ("returned", {"figure": "500"}),
        ],
        "500.00",
        ["up to $2,200.00"],
        "2,700.00",
    ),
}


def words(page: bytes) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.decode())).split())


def send(client: Client, url: str, typed: dict[str, str]) -> None:
    """Send a form as a browser does: what it was shown with, and what was typed."""
    form = client.get(url).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    values = {name: str(value) for name, value in shown.items() if value}
    assert client.post(url, values | typed).status_code == 302


@pytest.fixture(params=EXAMPLES)
def example(request: pytest.FixtureRequest, db: None) -> Iterator[Example]:
    found = EXAMPLES[request.param]
    with time_machine.travel(f"{found.on} 12:00 -0700", tick=False):
        make_group(jurisdiction=found.place)
        rules.load()
        yield found


def typed_in(example: Example, client: Client, ana: User) -> Case:
    case = make_case(
        kind=example.kind, state=CaseState.PREPARING, team=[ana], target=make_target(), code=CODE
    )
    send(client, reverse("edit_sheet", args=[case.reference]), example.sheet)
    for kind, typed in example.lines:
        send(client, reverse("add_line", args=[case.reference, kind]), typed)
    return case


def test_example_typed_into_the_pages_is_the_same_everywhere(
    client: Client, example: Example
) -> None:
    ana = make_user("Ana")
    client.force_login(ana)
    case = typed_in(example, client, ana)
    claimed = Decimal(example.claimed.replace(",", ""))

    assert f"The lines come to ${example.claimed}" in words(
        client.get(case.get_absolute_url()).content
    )
    for name in ("case_rules", "case_money"):
        answer = client.get(reverse(name, args=[case.reference]))
        assert [line.amount for line in answer.context["law"].lines] == example.by_law
        page = words(answer.content)
        assert f"Claimed and not paid yet ${example.claimed}" in page
        assert f"most that may be owed by law up to ${example.most} " in page
    for amount in example.by_law:
        assert page.count(amount) >= 1

    if claimed:
        make_demand(case, str(claimed))
    row = next(csv.DictReader(io.StringIO(client.get(reverse("board_table")).text[1:])))
    assert row["Demanded"] == (str(claimed) if claimed else "")
    phone = Client()
    phone.get(reverse("open_status", args=[CODE]))
    assert f"We ask for ${example.claimed}" in words(phone.get(reverse("status_money")).content)


def test_letter_prints_the_example_once_its_rule_is_checked(
    client: Client, example: Example
) -> None:
    ana = make_user("Ana")
    client.force_login(ana)
    case = typed_in(example, client, ana)
    make_demand(case, example.claimed.replace(",", ""))
    day = dt.date.fromisoformat(example.on)
    letter = make_draft(case, by=ana, names_the_law=True, delivery_on=day)

    def printed() -> str:
        return words(as_html(document_for(letter)).encode())

    assert "may add" not in printed()
    send(client, reverse("edit_rule", args=[example.kind, example.place]), {"checked_now": "on"})
    text = printed()
    assert f"Total owed ${example.claimed}" in text
    law = text.partition("may add:")[2].partition("What we demand")[0]
    assert [amount for amount in example.by_law if amount in law] == (
        example.by_law if example.may_be_printed else []
    )
