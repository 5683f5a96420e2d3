"""The kinds of demand letter: which is proposed, what each prints, what stops it."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from campaigns.models import Case, CaseParty, CaseState, ClaimLine, Group, Sheet, User
from letters import checks, drafting, filling, own_texts, pdf, prefill, text_fields
from letters.models import DEEDS_FIRST, DEMAND_KINDS, Letter, LetterText, TextKind
from tests.browser import Browser
from tests.factories import (
    make_case,
    make_demand,
    make_group,
    make_line,
    make_payment,
    make_person,
    make_target,
    make_user,
)
from tests.papers import words_of

pytestmark = pytest.mark.django_db
K = TextKind
TODAY = dt.date(2026, 11, 11)
# Every fact of the sheet a text can use, each as no other fact is written.
MARKERS: dict[str, tuple[Any, str, str]] = {
    "started_on": (dt.date(2023, 1, 2), "Monday 2 January 2023", "lunes 2 de enero de 2023"),
    "ended_on": (dt.date(2025, 4, 3), "Thursday 3 April 2025", "jueves 3 de abril de 2025"),
    "keys_returned_on": (dt.date(2025, 5, 4), "Sunday 4 May 2025", "domingo 4 de mayo de 2025"),
    "forwarding_given_on": (dt.date(2025, 6, 5), "5 June 2025", "5 de junio de 2025"),
    "statement_on": (dt.date(2025, 7, 6), "6 July 2025", "6 de julio de 2025"),
    "place": ("Zebrastraat 7", "Zebrastraat 7", "Zebrastraat 7"),
    "agreement": ("Quokka an hour", "Quokka an hour", "Quokka an hour"),
    "already_tried": ("asked Wombat twice", "asked Wombat twice", "asked Wombat twice"),
}
CASE_OF = {
    K.WAGES: Case.Kind.WAGES,
    K.POLICY: Case.Kind.WAGES,
    K.DEPOSIT_NOTHING: Case.Kind.DEPOSIT,
    K.DEPOSIT_PART: Case.Kind.DEPOSIT,
    K.CHARGES: Case.Kind.DEPOSIT,
    K.REPAIRS: Case.Kind.OTHER,
    K.OTHER: Case.Kind.OTHER,
}


@pytest.fixture
def team() -> list[User]:
    make_group()
    return [make_user("Ana"), make_user("Ben")]


def open_case(team: list[User], kind: str = Case.Kind.DEPOSIT, **facts: Any) -> Case:
    case = make_case(
        state=CaseState.PREPARING, kind=kind, team=team, target=make_target(), sheet=facts
    )
    case.parties.update(public_name=CaseParty.PublicName.OWN)
    return case


def fresh(case: Case) -> Case:
    return Case.objects.select_related("sheet", "target").get(pk=case.pk)


def begin(case: Case, *, kind: str = "", language: str = "en") -> Letter:
    """Draft the letter with the words it is proposed."""
    words = prefill.proposed(
        fresh(case),
        group=Group.objects.get(pk=1),
        language=language,
        delivery_on=None,
        today=TODAY,
        kind=kind,
    )
    return drafting.draft(case, by=case.team.first(), **words)


def printed(letter: Letter) -> str:
    return words_of(pdf.render(drafting.document_for(letter)))


def blocks(letter: Letter) -> list[str]:
    found = checks.of_letter(letter, drafting.document_for(letter))
    return [finding.sentence for finding in found if finding.is_block]


# Which kind


@pytest.mark.parametrize(
    ("kind", "demanded", "lines", "proposed"),
    [
        ("wages", "900", (), K.WAGES),
        ("wages", "0", (), K.POLICY),
        ("deposit", "900", ("deposit",), K.DEPOSIT_NOTHING),
        ("deposit", "900", ("deposit", "returned"), K.DEPOSIT_PART),
        ("deposit", "900", ("deposit", "deduction"), K.DEPOSIT_PART),
        ("deposit", "0", (), K.CHARGES),
        ("other", "900", (), K.OTHER),
    ],
)
def test_kind_is_proposed_from_the_case(
    team: list[User], kind: str, demanded: str, lines: tuple[str, ...], proposed: str
) -> None:
    case = open_case(team, kind)
    for line in lines:
        make_line(case, kind=line)
    make_demand(case, demanded, other_terms="Do it.")
    assert prefill.kind_for(fresh(case)) == proposed
    assert begin(case).text_kind == proposed


def test_organizer_chooses_another_kind_and_language(team: list[User]) -> None:
    case = open_case(team, ended_on=TODAY)
    make_demand(case, "0", other_terms="Drop the charge.")
    browser = Browser()
    browser.client.force_login(team[0])
    browser.open(reverse("draft_letter", args=[case.reference]) + "?kind=repairs&language=es")
    assert "Reparaciones: Rosa" in browser.page.content.decode()
    browser.send(having="facts", facts="Hay que reparar.", how_to_pay="Avise.").done()
    letter = Letter.objects.get()
    assert (letter.text_kind, letter.language) == ("repairs", "es")
    browser.open(reverse("edit_letter", args=[case.reference, 1]))
    browser.send(having="facts", facts="Hay que repararlo todo.").done()
    assert Letter.objects.get().text_kind == "repairs"


def test_kind_that_does_not_exist_changes_nothing(client: Client, team: list[User]) -> None:
    case = open_case(team)
    make_demand(case, "900")
    client.force_login(team[0])
    page = client.get(reverse("draft_letter", args=[case.reference]) + "?kind=influence")
    assert b'name="text_kind" value="deposit_nothing"' in page.content


@pytest.mark.parametrize("language", ["../../../etc", "a\x00b", ""])
def test_language_that_does_not_exist_is_refused_with_the_page(
    client: Client, team: list[User], language: str
) -> None:
    case = open_case(team)
    make_demand(case, "900")
    client.force_login(team[0])
    typed = {"language": language, "text_kind": "../wages", "facts": "What I typed."}
    page = client.post(reverse("draft_letter", args=[case.reference]), typed)
    assert page.status_code == 200
    assert b"What I typed." in page.content
    assert not case.letters.exists()


# What they print


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", DEMAND_KINDS)
def test_every_fact_of_the_sheet_is_printed_once(
    team: list[User], kind: str, language: str
) -> None:
    case = open_case(team, CASE_OF[kind], **{name: fact[0] for name, fact in MARKERS.items()})
    make_demand(case, "0", other_terms="Put it right.")
    text = printed(begin(case, kind=kind, language=language))
    used = filling.fields_in(own_texts.shipped(kind, language).whole)
    shown = {name: fact[2 if language == "es" else 1] for name, fact in MARKERS.items()}
    assert {name: text.count(shown[name]) for name in text_fields.FACTS if name in used} == {
        name: 1 for name in text_fields.FACTS if name in used
    }
    assert {"agreement", "already_tried"} <= set(used)


def test_facts_nobody_knows_are_listed_before_anybody_approves(team: list[User]) -> None:
    case = open_case(team)
    make_line(case, kind="deposit", amount="1800")
    make_demand(case, "1800")
    begin(case)
    browser = Browser()
    browser.client.force_login(team[0])
    page = browser.open(reverse("letter", args=[case.reference, 1])).text
    for name in MARKERS:
        assert str(text_fields.MEANINGS[name]) in page, name


def test_move_out_day_nobody_knows_leaves_no_bad_date_and_stops_the_letter(
    team: list[User],
) -> None:
    case = open_case(team, statement_on=dt.date(2025, 4, 3))
    make_line(case, kind="deposit", amount="1800")
    make_demand(case, "1800")
    letter = begin(case, language="es")
    text = printed(letter)
    assert "3 de abril de 2025" in text
    assert "None" not in text
    assert "2025-04-03" not in text
    browser = Browser()
    browser.client.force_login(team[0])
    page = browser.open(reverse("letter", args=[case.reference, 1]))
    assert "When did the tenancy end, or when were the keys returned?" in page.text
    assert "read it and said yes" not in page.text


def test_empty_field_in_a_plain_sentence_of_the_group_stops_the_letter_by_name(
    team: list[User],
) -> None:
    LetterText.objects.create(
        kind="deposit_nothing",
        language="es",
        subject="Depósito",
        body="El alquiler terminó el {ended_on}. Nada ha vuelto.",
        how_to_pay="En efectivo.",
    )
    case = open_case(team, keys_returned_on=dt.date(2025, 4, 3))
    make_line(case, kind="deposit", amount="1800")
    make_demand(case, "1800")
    letter = begin(case, language="es")
    assert letter.facts == "El alquiler terminó el {ended_on}. Nada ha vuelto."
    stopped = "Fill in the day work or tenancy ended, or take the sentence out."
    assert stopped in blocks(letter)[0]
    Sheet.objects.filter(case=case).update(ended_on=dt.date(2025, 3, 31))
    Letter.objects.filter(pk=letter.pk).delete()
    letter = begin(case, language="es")
    assert letter.facts.startswith("El alquiler terminó el lunes 31 de marzo de 2025.")
    assert not any("Fill in" in text for text in blocks(letter))


@pytest.mark.parametrize(
    ("kind", "holes"),
    [(K.CHARGES, ["the day they asked", "what the charges are"]), (K.REPAIRS, ["looked at"])],
)
def test_what_only_people_know_must_be_filled_in_by_hand(
    team: list[User], kind: str, holes: list[str]
) -> None:
    case = open_case(team, ended_on=TODAY)
    make_demand(case, "0", other_terms="Put it right.")
    found = [text for text in blocks(begin(case, kind=kind)) if text.startswith("Fill in")]
    assert len(found) == len(holes)
    assert all(hole in text for hole, text in zip(holes, found, strict=True))


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("number", [1, 3])
def test_one_and_three_people_are_written_as_they_are_said(
    team: list[User], number: int, language: str
) -> None:
    case = open_case(team, Case.Kind.WAGES, place="an office", started_on=TODAY)
    for name in ("Jo", "Lê")[: number - 1]:
        CaseParty.objects.create(case=case, person=make_person(name), public_name="own")
    for party in case.parties.all():
        make_line(case, party=party, amount="300")
    make_demand(case, f"{300 * number}")
    text = printed(begin(case, language=language))
    said = {
        ("en", 1): "Rosa worked for you at an office.",
        ("en", 3): "Rosa, Jo and Lê worked for you at an office.",
        ("es", 1): "Rosa trabajó para usted en an office.",
        ("es", 3): "Rosa, Jo y Lê trabajaron para usted en an office.",
    }
    assert said[language, number] in text
    assert [word for word in ("(s)", "and/or", "y/o") if word in text] == []
    deadline = {"en": "Wednesday 2 December 2026", "es": "miércoles 2 de diciembre de 2026"}
    assert deadline[language] in text


def test_subject_with_too_many_names_is_cut_between_two_words(team: list[User]) -> None:
    case = open_case(team, Case.Kind.WAGES, started_on=TODAY)
    for number in range(13):
        person = make_person(f"Maria Guadalupe Hernandez-Villanueva {number}")
        CaseParty.objects.create(case=case, person=person, public_name="own")
    make_demand(case, "900")
    letter = begin(case)
    assert len(letter.subject) <= 160
    assert letter.subject.endswith(" …")
    assert all(f"Hernandez-Villanueva {number}" in letter.facts for number in range(13))


def test_two_tenants_who_paid_together_both_demand_it(team: list[User]) -> None:
    case = open_case(team, ended_on=TODAY)
    CaseParty.objects.create(case=case, person=make_person("José"), public_name="own")
    for party in case.parties.all():
        make_line(case, party=party, kind=ClaimLine.Kind.DEPOSIT, label="Deposit", amount="900")
    make_demand(case, "1800")
    letter = begin(case)
    document = drafting.document_for(letter)
    assert document.signers == ["Rosa", "José"]
    assert [row.person for row in document.rows] == ["Rosa", "José"]
    text = printed(letter)
    assert "Re: Deposit not returned: Rosa and José" in text
    assert "Return $1,800.00." in text


@pytest.mark.parametrize(
    ("kind", "demands"),
    [
        (K.WAGES, ["Pay $900.00.", "A reference."]),
        (K.POLICY, ["A reference.", "Tell everybody who works", "Pay $900.00."]),
        (
            K.CHARGES,
            ["A reference.", "Cancel the whole", "Take it back", "Have every", "Pay $900.00."],
        ),
        (K.REPAIRS, ["A reference.", "Pay $900.00."]),
    ],
)
def test_money_comes_first_only_where_it_is_what_matters(
    team: list[User], kind: str, demands: list[str]
) -> None:
    case = open_case(team, Case.Kind.WAGES, started_on=TODAY)
    make_line(case, amount="900")
    make_demand(case, "900", other_terms="A reference.")
    printed_demands = drafting.document_for(begin(case, kind=kind)).demands
    assert len(printed_demands) == len(demands)
    pairs = zip(printed_demands, demands, strict=True)
    assert [text for text, start in pairs if not text.startswith(start)] == []
    assert (printed_demands[-1].startswith("Pay")) is (kind in DEEDS_FIRST)


def test_demand_that_was_voted_and_stands_in_the_text_is_printed_once(team: list[User]) -> None:
    case = open_case(team, ended_on=TODAY)
    make_demand(case, "0", other_terms="cancel the whole debt in writing")
    demands = drafting.document_for(begin(case)).demands
    assert [text for text in demands if "debt" in text] == ["cancel the whole debt in writing"]
    assert len(demands) == 3


def test_charges_are_cancelled_without_any_money_being_asked(team: list[User]) -> None:
    case = open_case(team, ended_on=TODAY)
    make_demand(case, "0", other_terms="Say so in writing.")
    text = printed(begin(case))
    assert "How to answer" in text
    assert "If this has not been done by then, we will take further action." in text
    assert "Total owed" not in text


def test_other_demands_name_no_sum(team: list[User]) -> None:
    case = open_case(team, ended_on=TODAY)
    make_line(case, kind="deposit", amount="900")
    make_demand(case, "900")
    letter = begin(case)
    letter.asks = "Pay $5,000 more."
    letter.save()
    assert any("Take it out of the other demands: $5,000" in text for text in blocks(letter))


def test_who_signs_for_repairs_agrees_to_be_named(team: list[User]) -> None:
    case = open_case(team, Case.Kind.OTHER)
    case.parties.update(public_name=CaseParty.PublicName.NONE)
    make_demand(case, "0", other_terms="Unit 3: mend the heating by 1 December.")
    letter = begin(case, kind=K.REPAIRS)
    found = checks.of_letter(letter, drafting.document_for(letter))
    warned = {finding.code: finding.is_block for finding in found}
    assert warned["signs_without_name"] is False
    case.parties.update(public_name=CaseParty.PublicName.OWN)
    found = checks.of_letter(letter, drafting.document_for(letter))
    assert "signs_without_name" not in {finding.code for finding in found}


def test_days_since_the_keys_are_told_as_of_a_day(team: list[User]) -> None:
    """The number stays true when the delivery is put off: it names the day it was counted on."""
    case = open_case(team, keys_returned_on=dt.date(2026, 10, 2))
    make_line(case, kind="deposit", amount="900")
    make_demand(case, "900")
    said = "On Wednesday 11 November 2026, 40 days after the keys came back, nothing had been"
    assert said in begin(case).facts


def test_returned_part_is_told_although_the_lines_do_not_show_it(team: list[User]) -> None:
    case = open_case(team, ended_on=TODAY)
    make_line(case, kind="deposit", amount="900")
    make_demand(case, "900")
    make_payment(case, "100.00", status="cleared")
    assert "You have returned $100.00 so far." in begin(case).facts


def test_interface_language_of_the_organizer_has_no_effect(team: list[User]) -> None:
    case = open_case(team, ended_on=dt.date(2025, 4, 3))
    make_line(case, kind="deposit", amount="1800")
    make_demand(case, "1800")
    with translation.override("es"):
        letter = begin(case)
    assert "The tenancy ended on Thursday 3 April 2025." in letter.facts


def test_closing_words_of_the_letter_stand_in_the_place_of_the_usual_ones(
    team: list[User],
) -> None:
    case = open_case(team, ended_on=TODAY)
    make_line(case, kind="deposit", amount="900")
    make_demand(case, "900")
    letter = begin(case)
    letter.closing = "We look forward to your answer."
    letter.save()
    text = printed(letter)
    assert "We look forward to your answer." in text
    assert "further action" not in text
    letter.closing = ""
    letter.save()
    assert "further action" in printed(letter)
