"""What must never be in a letter is found, and plain words are not taken for it."""

import datetime as dt
import zoneinfo
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letters.checks import check, check_follow_up
from letters.document import LetterDocument, Network, Row
from letters.findings import Finding
from letters.privacy import Known
from letters.word_lists import LISTS, WordList

ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
NOW = dt.datetime(2026, 11, 9, 12, 0, tzinfo=ZONE)
GOOD = LetterDocument(
    language="en",
    paper="letter",
    network=Network(name="Rainier Solidarity"),
    issued_on=dt.date(2026, 11, 13),
    recipient_name="Golden Fork",
    recipient_address=["114 Maple Street", "Seattle, WA 98104"],
    subject="Unpaid wages of Rosa Díaz",
    facts=["Rosa Díaz cooked at the Golden Fork until 20 October 2026.", "She was not paid."],
    demands=["Pay $1,200.00."],
    how_to_pay=["By money order to Rosa Díaz."],
    deadline=dt.datetime(2026, 11, 27, 17, 0, tzinfo=ZONE),
    signers=["Rosa Díaz"],
    rows=[Row(label="October", working="62 hours x $20.00 - $40.00", amount=Decimal("1200.00"))],
    total=Decimal("1200.00"),
)


def found(
    document: LetterDocument, *, voted: Decimal | None = Decimal("1200.00")
) -> dict[str, Finding]:
    return {finding.code: finding for finding in check(document, voted=voted, now=NOW)}


def saying(text: str, language: str = "en") -> LetterDocument:
    return replace(GOOD, facts=[text], language=language)


def test_good_letter_has_no_findings() -> None:
    assert found(GOOD) == {}


@pytest.mark.parametrize(
    ("code", "language", "text"),
    [
        ("authorities", "en", "Otherwise we call the police."),
        ("authorities", "en", "We will report you to immigration."),
        ("authorities", "en", "Somebody may call ICE."),
        ("authorities", "en", "The IRS may like to know, and so may the tax office."),
        ("authorities", "es", "Llamaremos a la policía y a Inmigración."),
        ("exposure", "en", "We will go to the media."),
        ("exposure", "en", "Think of your children."),
        ("exposure", "es", "Piense en su familia."),
        ("harm", "en", "Pay, or else."),
        ("harm", "es", "Se va a arrepentir."),
        ("pretence", "en", "Our lawyers wrote this cease and desist."),
        ("pretence", "es", "Nuestros abogados lo exigen."),
        ("private", "en", "She is undocumented."),
        ("private", "es", "Ella está embarazada."),
    ],
)
def test_word_that_must_not_be_there_blocks_and_is_named(
    code: str, language: str, text: str
) -> None:
    finding = found(saying(text, language))[code]
    assert finding.is_block
    assert "“" in finding.sentence


@pytest.mark.parametrize(
    ("code", "language", "text"),
    [
        ("names_called", "en", "You are a thief."),
        ("names_called", "es", "Usted es un ladrón."),
        ("law_cited", "en", "Under RCW 49.48 this is due."),
        ("hedged", "en", "Pay the wage(s) and/or tips."),
    ],
)
def test_word_to_look_at_twice_only_warns(code: str, language: str, text: str) -> None:
    assert not found(saying(text, language))[code].is_block


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "She gave notice and took a taxi. The office is on Justice Street."),
        ("en", "He cleaned the ice machine, pressed shirts and served at the bar."),
        ("en", "She asked three times for the pay for this work, and was told to wait."),
        ("en", "He delivered newspapers for Pacific Media, and the press was in the basement."),
        ("en", "They took off $90.00 for a ruined carpet and $60.00 for the television."),
        ("en", "None of the three checks cleared. The paid sick leave is owed as well."),
        ("en", "Taxidermy, policy, notices, services, practice, price, Alice and the mediator."),
        ("en", "You can pay by Visa or by money order. Send the tax form with it."),
        ("es", "Trabajó en el restaurante La Hacienda hasta las dos y media."),
        ("es", "Repartía periódicos. Cobraron por la alfombra arruinada y la televisión."),
        ("es", "Trabajó en la oficina de la calle Justicia. Avisó con tiempo."),
        ("es", "Pidió su pago tres veces al gerente."),
    ],
)
def test_harmless_words_are_left_alone(language: str, text: str) -> None:
    assert found(saying(text, language)) == {}


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("no_recipient", {"recipient_name": " "}),
        ("no_facts", {"facts": []}),
        ("no_way_to_pay", {"how_to_pay": [""]}),
        ("no_signers", {"signers": []}),
        ("no_working", {"rows": []}),
        ("no_deadline", {"deadline": None}),
        ("deadline_past", {"deadline": NOW}),
        ("delivery_past", {"issued_on": dt.date(2026, 11, 8)}),
        ("hole", {"facts": ["She worked until None."]}),
        ("hole", {"how_to_pay": ["To {{ name }}"]}),
        ("hole", {"subject": "Wages of [name]"}),
    ],
)
def test_gap_blocks(code: str, changes: dict[str, object]) -> None:
    assert found(replace(GOOD, **changes))[code].is_block


def test_lines_that_do_not_add_up_to_the_total_block() -> None:
    other = replace(GOOD, total=Decimal("1200.01"))
    assert found(other, voted=Decimal("1200.01"))["lines_differ"].is_block


def test_deadline_is_as_many_days_after_the_delivery_as_was_voted() -> None:
    def codes(days: int) -> list[str]:
        return [f.code for f in check(GOOD, voted=None, now=NOW, days=days)]

    assert codes(14) == []
    assert codes(7) == ["deadline_days"]


def test_finding_names_the_word_and_where_it_stands() -> None:
    document = replace(GOOD, subject="Police", facts=["The police came."], demands=["Call Police."])
    finding = found(document)["authorities"]
    assert finding.where == ("the subject", "the facts")
    assert "“Police” (the subject), “police” (the facts)." in finding.sentence


@given(
    st.sampled_from(["ice", "tax", "police", "media", "ruin", "visa", "crime", "prison", "robo"]),
    st.text("abcdefghijklmnopqrstuvwxyzáñ", min_size=1, max_size=6),
    st.text("abcdefghijklmnopqrstuvwxyzáñ", min_size=1, max_size=6),
)
def test_word_inside_another_word_is_never_found(word: str, before: str, after: str) -> None:
    for language in ("en", "es"):
        assert found(saying(f"Pay the {before}{word}{after} first.", language)) == {}


@given(st.text(max_size=60))
def test_any_text_can_be_checked(text: str) -> None:
    document = replace(GOOD, subject=text, facts=[text], signers=[text], recipient_name=text)
    assert all(finding.sentence for finding in found(document).values())


def test_sum_that_differs_from_the_vote_blocks() -> None:
    assert found(GOOD, voted=Decimal("1200.01"))["other_sum"].is_block
    assert "other_sum" not in found(GOOD, voted=None)
    no_money = replace(GOOD, rows=[], total=None)
    assert found(no_money, voted=Decimal("0.00")) == {}


def test_letter_without_an_address_is_only_warned_about() -> None:
    assert not found(replace(GOOD, recipient_address=[]))["no_address"].is_block


def test_findings_that_block_come_first() -> None:
    levels = [f.level for f in check(saying("You thief. The police!"), voted=None, now=NOW)]
    assert levels == ["block", "warn"]


def test_name_of_somebody_who_wants_none_in_the_letter_is_warned_about() -> None:
    text = saying("Lupe cleaned here.")
    (finding,) = check(text, voted=None, now=NOW, known=Known(unnamed=["lupe díaz"]))
    assert (finding.code, finding.is_block) == ("named", False)
    assert finding.where == ("the facts",)  # Rosa Díaz, who signs, may stand in the others
    nobody = Known(unnamed=["Lupe"])
    assert check(saying("The lupeols."), voted=None, now=NOW, known=nobody) == []


def test_whole_name_of_somebody_who_wants_none_in_the_letter_blocks() -> None:
    known = Known(unnamed=["Lupe Díaz"])
    (finding,) = check(saying("Lupe  Díaz cleaned here."), voted=None, now=NOW, known=known)
    assert (finding.code, finding.is_block, finding.can_be_lifted) == ("named", True, False)


def test_people_who_left_acted_for_them_or_have_an_account_are_looked_for() -> None:
    known = Known(left=["José Ruiz", "Mo"], others=["Luis Paz"], accounts=["Ana Bell"])
    text = saying("José Ruiz and Mo cleaned. Luis Paz called. Write to Ana Bell.")
    about_names = [(f.code, f.is_block) for f in check(text, voted=None, now=NOW, known=known)]
    assert about_names == [
        ("left_named", True),
        ("left_named", False),
        ("other_named", False),
        ("organizer_named", False),
    ]


@pytest.mark.parametrize(
    ("language", "text", "finds"),
    [
        ("en", "Her co-worker Tim saw it.", True),
        ("en", "Two coworkers saw it.", False),
        ("es", "Su compañero de trabajo Beto lo vio.", True),
        ("es", "Sus compañeras también esperan.", False),
    ],
)
def test_named_co_worker_is_asked_about(language: str, text: str, finds: bool) -> None:
    assert ("co_worker_named" in found(saying(text, language))) is finds
