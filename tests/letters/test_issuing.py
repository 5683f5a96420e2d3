"""The frozen letter: made once, kept byte for byte, and replaced only by a next version."""

import datetime as dt
import hashlib
from decimal import Decimal

import pytest

from campaigns.models import Actor, Case, CaseState, ClaimLine
from escalation.models import guards
from letters import approval, issuing
from letters.drafting import LetterRefused, document_for, text_of
from letters.models import Letter
from letters.pdf import MissingGlyph
from tests.factories import (
    make_demand,
    make_draft,
    make_final_letter,
    make_line,
)
from tests.papers import read, words_of

S = CaseState
CANNOT_PRINT = "\U00012000"  # a cuneiform sign, in none of the fonts


def final(case: Case, **texts: str) -> Letter:
    ana, ben = case.team.all()
    return make_final_letter(case, by=ana, approved_by=ben, **texts)


def test_final_letter_keeps_page_pdf_hash_total_and_deadline(case: Case) -> None:
    letter = final(case)
    printed = bytes(letter.frozen_pdf)
    assert printed.startswith(b"%PDF-")
    assert letter.sha256 == hashlib.sha256(printed).hexdigest()
    assert letter.total == Decimal("1620.00")
    assert letter.deadline_at == document_for(letter).deadline
    assert letter.issued_at is not None
    assert "Draft" not in letter.frozen_html
    text = words_of(printed)
    assert "$1,620.00" in text
    assert "Mr. Dan" in text


def test_paper_is_the_one_chosen(case: Case) -> None:
    a4 = read(final(case, paper="a4").frozen_pdf).pages[0].mediabox
    us = read(final(case, paper="letter").frozen_pdf).pages[0].mediabox
    assert (round(a4.width), round(a4.height)) == (595, 842)
    assert (round(us.width), round(us.height)) == (612, 792)


def test_letter_without_money_has_a_total_of_zero(case: Case) -> None:
    ClaimLine.objects.filter(case=case).delete()
    Case.objects.filter(pk=case.pk).update(kind=Case.Kind.OTHER)
    make_demand(case, "0", other_terms="Drop the charge.")
    assert final(Case.objects.get(pk=case.pk)).total == Decimal("0.00")


def test_change_of_facts_makes_version_2_and_leaves_version_1_as_it_was(case: Case) -> None:
    first = final(case)
    kept = {
        field.name: getattr(first, field.name)
        for field in Letter._meta.concrete_fields
        if field.name != "frozen_pdf"
    }
    pdf_hash = hashlib.sha256(bytes(first.frozen_pdf)).hexdigest()
    make_line(case, label="Tips kept", amount="230.50")
    make_demand(case, "1850.50")
    case.target.address = "Another street"
    case.target.save()
    second = final(Case.objects.get(pk=case.pk), subject="Unpaid wages and tips: Rosa")
    again = Letter.objects.get(pk=first.pk)
    assert {name: getattr(again, name) for name in kept} == kept
    assert hashlib.sha256(bytes(again.frozen_pdf)).hexdigest() == pdf_hash == again.sha256
    assert (second.version, second.total) == (2, Decimal("1850.50"))
    assert second.sha256 != first.sha256


def test_letter_that_cannot_be_printed_keeps_its_approvals_until_it_can(case: Case) -> None:
    ana, ben = case.team.all()
    letter = make_draft(case, by=ana, subject=f"Unpaid wages {CANNOT_PRINT}")
    approval.approve(letter, party=case.parties.get(), recorded_by=ana)
    problem = approval.approve(letter, organizer=ben)
    assert problem.startswith("These characters cannot be printed: \U00012000 (CUNEIFORM SIGN A)")
    assert not Letter.objects.get(pk=letter.pk).is_issued
    assert approval.Standing(letter).is_complete
    with pytest.raises(MissingGlyph):
        approval.make_final(letter, by=ana)
    assert letter.approvals.count() == 2


def test_other_text_than_the_approved_one_is_never_frozen(case: Case) -> None:
    letter = make_draft(case, by=case.team.first())
    with pytest.raises(LetterRefused) as refused:
        issuing.issue(letter, by=None, approved="0" * 64, actor=Actor.SYSTEM)
    assert refused.value.reasons == ["The text changed since it was approved. Read it again."]
    assert not Letter.objects.get(pk=letter.pk).is_issued


def test_text_that_changes_while_the_pdf_is_drawn_is_not_frozen(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = make_draft(case, by=case.team.first())
    draw = issuing.pdf.render_html

    def draw_slowly(html: str, paper: str) -> bytes:
        make_line(case, label="Added meanwhile", amount="5.00")
        return draw(html, paper)

    monkeypatch.setattr(issuing.pdf, "render_html", draw_slowly)
    with pytest.raises(LetterRefused):
        issuing.issue(letter, by=None, approved=text_of(letter), actor=Actor.SYSTEM)
    assert not Letter.objects.get(pk=letter.pk).is_issued


def test_issuing_a_final_letter_again_changes_nothing(case: Case) -> None:
    letter = final(case)
    issuing.issue(letter, by=None, approved=text_of(letter), actor=Actor.SYSTEM)
    assert Letter.objects.get(pk=letter.pk).issued_at == letter.issued_at
    assert case.log.filter(event="letter_issued").count() == 1


def test_draft_of_sixty_days_ago_has_no_deadline_in_the_case(case: Case) -> None:
    letter = make_draft(case, by=case.team.first())
    Letter.objects.filter(pk=letter.pk).update(
        created_at=letter.created_at - dt.timedelta(days=60),
        delivery_on=letter.delivery_on - dt.timedelta(days=60),
    )
    case = Case.objects.get(pk=case.pk)
    assert case.deadline_at is None
    later = letter.created_at + dt.timedelta(days=60)
    assert guards.deadline_passed(case, later) == "The clock is not running."
