"""Nobody is named, and nobody's own number stands, in a letter without their saying so."""

from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import Case, CaseParty, CaseState, User
from letters import checks, drafting, privacy
from letters.findings import Finding
from tests.factories import (
    make_case,
    make_demand,
    make_draft,
    make_group,
    make_line,
    make_person,
    make_target,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db: None) -> User:
    make_group()
    return make_user("Ana Bell")


@pytest.fixture
def case(ana: User) -> Case:
    rosa = make_person("Rosa Díaz", phone="206 555 0134", phone_key="+12065550134")
    case = make_case(
        state=CaseState.PREPARING, team=[ana, make_user("Ben")], target=make_target(), person=rosa
    )
    make_line(case)
    make_demand(case)
    return case


def found(case: Case, **texts: Any) -> dict[str, Finding]:
    letter = make_draft(case, by=case.team.first(), **texts)
    findings = checks.of_letter(letter, drafting.document_for(letter))
    return {finding.code: finding for finding in findings}


def test_own_number_of_a_member_blocks_without_telling_whose_it_is(case: Case) -> None:
    person = make_person("Mia Long", phone_key="+12065550177", email_key="mia@mail.example")
    User.objects.filter(name="Ben").update(person=person)
    finding = found(case, how_to_pay="Call (206) 555-0177 to agree on a time.")["private_number"]
    assert (finding.is_block, finding.can_be_lifted) == (True, False)
    assert "(206) 555-0177 in how to pay belongs to a person" in finding.sentence
    assert "Mia" not in finding.sentence


@pytest.mark.parametrize(
    "written", ["ben@rainier.example", "Ben@Rainier.Example", "mia@mail.example"]
)
def test_own_e_mail_of_somebody_we_know_blocks(case: Case, written: str) -> None:
    User.objects.filter(name="Ben").update(email="ben@rainier.example")
    make_person("Mia", email_key="mia@mail.example")
    assert found(case, facts=f"Write to {written}.")["private_number"].is_block


def test_own_number_of_the_person_affected_only_warns(case: Case) -> None:
    finding = found(case, how_to_pay="Call Rosa: +1 206 555 0134")["own_number"]
    assert not finding.is_block
    assert "is the own number or e-mail of Rosa Díaz" in finding.sentence


def test_number_in_the_address_is_looked_at_too(case: Case) -> None:
    make_person("Mia", phone_key="+12065550177")
    letter = found(case, recipient_address="114 Maple Street\nTel. 206-555-0177")
    assert letter["private_number"].where == ("the address",)


def test_numbers_of_the_group_the_target_and_plain_figures_are_left_alone(case: Case) -> None:
    make_person("Group phone", phone_key="+12065550100", email_key="hello@rainier.example")
    text = (
        "Call 206 555 0100 or +1 (206) 555-0100, hello@rainier.example. The office is at "
        "206 555 0199. She worked from 3 August 2026 to 16 October 2026, account 4410-2219-7."
    )
    codes = found(case, how_to_pay=text)
    assert "private_number" not in codes
    assert "own_number" not in codes


def test_letter_with_no_other_number_asks_nobody(
    case: Case, django_assert_num_queries: Any
) -> None:
    letter = make_draft(case, by=case.team.first(), how_to_pay="Call 206 555 0100.")
    document = drafting.document_for(letter)
    with django_assert_num_queries(0):
        assert list(privacy.ways_to_reach(document, [case])) == []


def test_people_of_the_case_are_known_by_what_they_said(case: Case) -> None:
    nephew = make_person("Luis Paz")
    CaseParty.objects.create(
        case=case, person=nephew, role="representative", acts_for=case.parties.get()
    )
    gone = CaseParty.objects.create(case=case, person=make_person("José Ruiz"))
    CaseParty.objects.filter(pk=gone.pk).update(left_at=timezone.now())
    known = privacy.known_around([case])
    assert (known.unnamed, known.left, known.others) == (["Rosa Díaz"], ["José Ruiz"], ["Luis Paz"])
    assert known.accounts == ["Ana Bell"]


def test_name_of_who_left_blocks_and_cannot_be_lifted(case: Case) -> None:
    gone = CaseParty.objects.create(case=case, person=make_person("José Ruiz"))
    CaseParty.objects.filter(pk=gone.pk).update(left_at=timezone.now())
    finding = found(case, facts="José  Ruiz saw it. Ana Bell wrote this.")
    assert (finding["left_named"].is_block, finding["left_named"].can_be_lifted) == (True, False)
    assert not finding["organizer_named"].is_block
