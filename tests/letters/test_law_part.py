"""What a letter prints of the law: only of a checked rule, only where the team ticked it."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from campaigns import rules
from campaigns.models import Case, CaseState, ClaimLine, DepositRule, User, WageRule
from letters import approval, checks, pdf
from letters.document import LetterDocument, as_html
from letters.drafting import document_for, text_of
from letters.models import Letter
from letters.word_lists import BLOCK, LISTS
from tests.factories import (
    make_case,
    make_demand,
    make_draft,
    make_group,
    make_line,
    make_target,
    make_user,
)
from tests.papers import words_of

D = dt.date
CHECKED = {"checked_on": D(2026, 8, 3)}
OPENING = "The law of Washington may add:"


@pytest.fixture
def ana(db: None) -> User:
    make_group(jurisdiction="US-WA")
    rules.load()
    return make_user("Ana")


def check_rule(**values: object) -> None:
    DepositRule.objects.filter(jurisdiction="US-WA").update(**CHECKED | values)


LATE = D(2026, 8, 20)


def draft(ana: User, *, ticked: bool = True, delivery_on: dt.date = LATE) -> Letter:
    case = make_case(
        kind=Case.Kind.DEPOSIT,
        state=CaseState.PREPARING,
        team=[ana, make_user()],
        target=make_target(),
        sheet={"ended_on": D(2026, 6, 30), "keys_returned_on": D(2026, 6, 30)},
    )
    make_demand(case, "1800.00")
    make_line(case, kind=ClaimLine.Kind.DEPOSIT, amount="1800.00", label="Deposit")
    return make_draft(case, by=ana, names_the_law=ticked, delivery_on=delivery_on)


def printed(document: LetterDocument) -> str:
    return words_of(pdf.render(document))


def test_checked_and_ticked_is_printed_apart_from_the_sum(ana: User) -> None:
    check_rule()
    document = document_for(draft(ana))
    text = printed(document)
    assert OPENING in text
    assert "Penalty for keeping a deposit: up to $1,800.00, if it was kept" in text
    assert "2 × $1,800.00 = $3,600.00 in all" in text
    assert "Wash. Rev. Code § 59.18.280." in text
    assert "is not part of what we demand." in text
    assert document.total == Decimal("1800.00")
    assert document.demands == ["Return $1,800.00."]


@pytest.mark.parametrize(
    ("values", "ticked", "day"),
    [
        ({"checked_on": None}, True, D(2026, 8, 20)),  # nobody checked it
        ({}, False, D(2026, 8, 20)),  # nobody ticked it
        ({}, True, D(2026, 7, 30)),  # the last day for the landlord
        ({"penalty_basis": "none"}, True, D(2026, 8, 20)),
        ({"business_days": True}, True, D(2026, 8, 20)),  # counted without holidays
    ],
)
def test_nothing_of_the_law_is_printed_otherwise(
    ana: User, values: dict[str, object], ticked: bool, day: dt.date
) -> None:
    check_rule(**values)
    document = document_for(draft(ana, ticked=ticked, delivery_on=day))
    text = printed(document)
    assert document.law is None
    assert "may add" not in text
    assert "59.18.280" not in text
    assert "Penalty" not in text


@time_machine.travel("2026-08-18 12:00 -0700", tick=False)
def test_tick_that_prints_nothing_is_pointed_out(ana: User) -> None:
    letter = draft(ana)
    found = checks.of_letter(letter, document_for(letter))
    assert [finding.code for finding in found if finding.code != "named"] == ["no_law"]


@time_machine.travel("2026-08-18 12:00 -0700", tick=False)
def test_checked_rule_may_cite_its_law_and_a_typed_one_is_still_asked_about(ana: User) -> None:
    check_rule()
    letter = draft(ana)

    def found() -> set[str]:
        return {finding.code for finding in checks.of_letter(letter, document_for(letter))}

    assert found() == {"named"}
    letter.facts = "By law you owe more: RCW 59.18."
    assert found() == {"named", "law_cited"}


def test_citation_is_searched_for_threats_too(ana: User) -> None:
    check_rule(citation="Or we call the police")
    letter = draft(ana)
    found = checks.of_letter(letter, document_for(letter))
    assert "authorities" in [finding.code for finding in found]


def test_no_citation_of_the_tables_reads_like_a_threat() -> None:
    rows = [row for model in (DepositRule, WageRule) for row in rules.shipped(model).values()]
    law = "\n".join(row["citation"] for row in rows)
    found = [[*words.found_in(law)] for words in LISTS if words.level == BLOCK]
    assert not any(found)


@time_machine.travel("2026-08-18 12:00 -0700", tick=False)
def test_tick_or_another_rule_makes_a_yes_void(ana: User) -> None:
    check_rule()
    letter = draft(ana, ticked=False)
    approval.approve(letter, party=letter.case.parties.get(), recorded_by=ana)
    Letter.objects.filter(pk=letter.pk).update(names_the_law=True)
    letter.refresh_from_db()
    assert approval.Standing(letter).text_changed_since
    before = text_of(letter)
    DepositRule.objects.filter(jurisdiction="US-WA").update(penalty_multiplier=3)
    assert text_of(letter) != before


def test_letter_in_spanish_keeps_the_sums_of_its_language(ana: User) -> None:
    check_rule()
    letter = draft(ana)
    letter.language = "es"
    assert "$1,800.00" in as_html(document_for(letter))
