"""Who says yes to a letter, when a yes counts, and what makes it void."""

import datetime as dt
import hashlib
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from campaigns.models import Case, CaseParty, CaseState, ClaimLine, Sheet, User
from letters import approval
from letters.approval import ApprovalRefused, Standing, approve
from letters.drafting import LetterRefused
from letters.models import Letter, LetterApproval
from tests.factories import (
    make_case,
    make_demand,
    make_draft,
    make_group,
    make_line,
    make_member,
    make_person,
    make_user,
)

S = CaseState


@pytest.fixture
def case(case: Case) -> Case:
    CaseParty.objects.create(case=case, person=make_person("José"))
    return case


@pytest.fixture
def letter(case: Case, ana: User) -> Letter:
    return make_draft(case, by=ana)


def rosa(case: Case) -> CaseParty:
    return case.parties.get(person__name="Rosa")


def jose(case: Case) -> CaseParty:
    return case.parties.get(person__name="José")


def standing(letter: Letter) -> Standing:
    return Standing(Letter.objects.get(pk=letter.pk))


def yes_of(letter: Letter) -> dict[str, bool]:
    return {str(voice.party): bool(voice.approval) for voice in standing(letter).people}


def refusal(letter: Letter, **yes: Any) -> list[str]:
    before = letter.approvals.count()
    with pytest.raises(ApprovalRefused) as refused:
        approve(letter, **yes)
    assert letter.approvals.count() == before
    return refused.value.reasons


def test_everybody_affected_and_one_organizer_make_the_letter_final(
    case: Case, letter: Letter, ana: User, ben: User
) -> None:
    for step in (
        {"party": rosa(case)},
        {"organizer": ben},
    ):
        assert approve(letter, **step) == ""
        assert not Letter.objects.get(pk=letter.pk).is_issued
    assert approve(letter, party=jose(case), recorded_by=ana) == ""
    assert Letter.objects.get(pk=letter.pk).is_issued
    told = [(entry.what, entry.who) for entry in case.log.order_by("pk")[1:]]
    assert told == [
        ("Letter version 1 approved by Rosa", "Rosa"),
        ("Letter version 1 approved by Ben", "Ben"),
        ("Letter version 1 approved by José", "Ana"),
        ("Letter version 1 is final", "Ana"),
    ]


def test_approval_stands_for_the_hash_of_the_text_that_is_frozen(
    case: Case, letter: Letter, ana: User, ben: User
) -> None:
    for yes in ({"party": rosa(case)}, {"party": jose(case)}, {"organizer": ben}):
        approve(letter, **yes)
    html = Letter.objects.get(pk=letter.pk).frozen_html
    hashes = set(letter.approvals.values_list("text_sha256", flat=True))
    assert hashes == {hashlib.sha256(html.encode()).hexdigest()}


def test_who_wrote_it_cannot_approve_it(letter: Letter, ana: User, ben: User) -> None:
    sentence = "You wrote part of this letter. An organizer who did not write it approves."
    assert refusal(letter, organizer=ana) == [sentence]
    letter.written_by.add(ben)
    assert refusal(letter, organizer=ben) == [sentence]


def test_member_cannot_approve_as_the_organizer(letter: Letter) -> None:
    assert refusal(letter, organizer=make_member()) == ["An organizer approves it."]


def test_nobody_approves_the_same_text_twice(case: Case, letter: Letter, ben: User) -> None:
    approve(letter, party=rosa(case))
    approve(letter, organizer=ben)
    assert refusal(letter, party=rosa(case)) == ["Rosa said yes already."]
    assert refusal(letter, organizer=ben) == ["You approved this text already."]


def test_database_holds_no_second_approval_of_the_same_text(case: Case, letter: Letter) -> None:
    values = {"letter": letter, "party": rosa(case), "text_sha256": "0" * 64}
    LetterApproval.objects.create(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        LetterApproval.objects.create(**values)


def test_person_of_another_case_or_one_who_left_cannot_approve(case: Case, letter: Letter) -> None:
    sentence = "Only a person affected by this case can say yes to the letter."
    assert refusal(letter, party=make_case().parties.get()) == [sentence]
    case.parties.filter(pk=jose(case).pk).update(left_at=case.opened_at)
    assert refusal(letter, party=jose(case)) == [sentence]


def change_word(case: Case, letter: Letter) -> None:
    Letter.objects.filter(pk=letter.pk).update(facts="Another fact.")


def change_line(case: Case, letter: Letter) -> None:
    ClaimLine.objects.filter(case=case).update(label="Three weeks of cleaning")


def change_name(case: Case, letter: Letter) -> None:
    case.parties.filter(person__name="José").update(public_name="own")


def change_demand(case: Case, letter: Letter) -> None:
    make_demand(case, other_terms="The tax form.")


def change_network(case: Case, letter: Letter) -> None:
    make_group(phone="206 555 0199")


@pytest.mark.parametrize(
    "change", [change_word, change_line, change_name, change_demand, change_network]
)
def test_any_change_of_what_the_letter_prints_makes_a_yes_void(
    case: Case, letter: Letter, ben: User, change: Any
) -> None:
    approve(letter, party=rosa(case))
    approve(letter, organizer=ben)
    assert yes_of(letter) == {"Rosa": True, "José": False}
    change(case, letter)
    now = standing(letter)
    assert yes_of(letter) == {"Rosa": False, "José": False}
    assert now.organizers == []
    assert now.text_changed_since
    assert [voice.said_yes_before for voice in now.people] == [True, False]


def test_yes_to_the_new_text_counts_again(case: Case, letter: Letter, ben: User) -> None:
    approve(letter, party=rosa(case))
    change_word(case, letter)
    approve(letter, party=rosa(case))
    assert yes_of(letter) == {"Rosa": True, "José": False}


def test_yes_to_a_text_changed_while_reading_is_refused(case: Case, letter: Letter) -> None:
    seen = standing(letter).text_sha256
    change_word(case, letter)
    assert refusal(letter, party=rosa(case), seen=seen) == [
        "The text changed while you were reading. Read it again, then say yes."
    ]
    assert approve(letter, party=rosa(case), seen=standing(letter).text_sha256) == ""


def test_finding_that_blocks_stops_every_yes(case: Case, letter: Letter, ben: User) -> None:
    Letter.objects.filter(pk=letter.pk).update(facts="Pay or we call the police.")
    sentences = standing(letter).blocks
    assert sentences
    assert refusal(letter, party=rosa(case)) == sentences
    assert refusal(letter, organizer=ben) == sentences


def test_sum_that_differs_from_the_one_voted_stops_every_yes(case: Case, letter: Letter) -> None:
    make_line(case, amount="10.00", label="Tips")
    assert refusal(letter, party=rosa(case)) == standing(letter).blocks


def test_approval_in_a_wrong_state_is_refused(case: Case, letter: Letter, ben: User) -> None:
    Case.objects.filter(pk=case.pk).update(state=S.ON_HOLD)
    assert refusal(letter, organizer=ben) == [
        "No letter is written while the case is at “On hold”."
    ]


def test_approval_of_a_final_letter_is_refused(case: Case, letter: Letter, ben: User) -> None:
    for yes in ({"party": rosa(case)}, {"party": jose(case)}, {"organizer": ben}):
        approve(letter, **yes)
    cleo = make_user("Cleo")
    assert refusal(letter, organizer=cleo) == [
        "Version 1 is final and stays as it is. Draft the next version."
    ]


def test_letter_of_a_case_without_people_is_never_complete(
    case: Case, letter: Letter, ben: User
) -> None:
    case.parties.update(left_at=case.opened_at)
    LetterApproval.objects.create(
        letter=letter, organizer=ben, text_sha256=standing(letter).text_sha256
    )
    assert not standing(letter).is_complete


def test_letter_not_approved_by_all_cannot_be_made_final(
    case: Case, letter: Letter, ana: User, ben: User
) -> None:
    approve(letter, party=rosa(case))
    approve(letter, organizer=ben)
    with pytest.raises(LetterRefused) as refused:
        approval.make_final(letter, by=ana)
    assert refused.value.reasons == [
        "Every affected person and one organizer who did not write it must say yes first."
    ]
    assert not Letter.objects.get(pk=letter.pk).is_issued


def test_wage_letter_needs_some_day_of_the_work(case: Case, letter: Letter) -> None:
    Sheet.objects.update(started_on=None, ended_on=None)
    sentence = "When was the work? Add the days to the sheet, or to the claim lines."
    assert refusal(letter, party=rosa(case)) == [sentence]
    ClaimLine.objects.filter(case=case).update(until_date=dt.date(2026, 10, 17))
    assert approve(letter, party=rosa(case)) == ""


def test_deposit_letter_needs_the_day_they_moved_out(case: Case, letter: Letter) -> None:
    Case.objects.filter(pk=case.pk).update(kind=Case.Kind.DEPOSIT)
    Sheet.objects.update(started_on=dt.date(2024, 6, 1), ended_on=None)
    assert refusal(letter, party=rosa(case)) == [
        "When did the tenancy end, or when were the keys returned? Add the day to the sheet."
    ]
    Sheet.objects.update(keys_returned_on=dt.date(2026, 6, 1))
    assert approve(letter, party=rosa(case)) == ""
