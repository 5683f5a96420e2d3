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
from letters.word_lists import BLOCK, LISTS, WordList

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


def test_every_field_that_was_left_empty_is_named_once_by_what_it_means() -> None:
    text = "You got the keys on {keys_returned_on} and {place}. {place}, [name]."
    sentences = [f.sentence for f in check(saying(text), voted=None, now=NOW)]
    assert sentences == [
        "Fill in the day the keys were returned, or take the sentence out. It stands in the facts.",
        "Fill in the work site or rented home, or take the sentence out. It stands in the facts.",
        "Something was left open in the facts: [name]",
    ]


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


# Each line of the table of what must never be in a letter, in both languages.
BLOCKED = {
    "authorities": {
        "en": "police|Police|prosecuted|criminals|jailed|arrested|theft charge|IRS|tax|taxes|ICE"
        "|I.C.E.|immigration|deported|deportation|licence|your liquor license|licensing|visa"
        "|health department|we will report you|a crime|fraud|stolen|report this to",
        "es": "policía|policia|policías|fiscalía|criminal|cárcel|arrestado|robo|robó|robaron|IRS"
        "|impuestos|ICE|la migra|inmigración|deportado|deportación|licencia|denunciaremos|delito"
        "|departamento de salud|fraude|estafa|visa",
    },
    "exposure": {
        "en": "we talk to the press|call the TV news|tell a reporter|tell the media|the media"
        "|expose you|everyone will know"
        "|ruin you|your family|your children|go public|social media|name and shame",
        "es": "iremos a la prensa|hablaremos con los medios|saldrá en televisión"
        "|los medios de comunicación|todo el mundo lo sabrá|arruinarlo"
        "|redes sociales|piense en sus hijos",
    },
    "harm": {
        "en": "or else|We know where you live|you'll regret|you’ll regret",
        "es": "o ya verá|sabemos dónde vive|se va a arrepentir|o si no",
    },
    "pretence": {
        "en": "our lawyer|my attorneys|law firm|court order|subpoena|on behalf of the state"
        "|legal notice",
        "es": "nuestros abogados|mi abogada|orden judicial|en nombre del gobierno|aviso legal",
    },
    "private": {
        "en": "undocumented|green card|pregnant|disability|HIV|illegal workers",
        "es": "indocumentada|sin papeles|embarazada|discapacidad|VIH|trabajadores ilegales",
    },
}
WARNED = {
    "names_called": {
        "en": "thief|thieves|crook|racist|slumlord|greedy",
        "es": "ladrón|ladrones|ratera|racista|sinvergüenza|mentiroso",
    },
    "law_cited": {
        "en": "RCW 49.48|the law|§ 59|unlawful|FLSA|labor code",
        "es": "la ley|código laboral|artículo 12|ilegal|§ 5",
    },
    "announced": {
        "en": "picket|boycott|sue you|small claims",
        "es": "piquete|boicot|manifestación",
    },
    "offices": {"en": "labor board|inspector", "es": "inspectores|departamento de trabajo"},
    "health": {"en": "surgery|diagnosis", "es": "cirugía|diagnóstico"},
    "family": {"es": "su familia|sus hijos"},
    "hedged": {"en": "wage(s)|and/or", "es": "trabajador(es)|y/o"},
}


def spelled(table: dict[str, dict[str, str]]) -> list[tuple[str, str, str]]:
    return [
        (code, language, word)
        for code, words in table.items()
        for language, line in words.items()
        for word in line.split("|")
    ]


@pytest.mark.parametrize(("code", "language", "word"), spelled(BLOCKED))
def test_every_form_of_a_word_of_the_table_blocks(code: str, language: str, word: str) -> None:
    assert found(saying(f"Así: {word} now.", language))[code].is_block


@pytest.mark.parametrize(("code", "language", "word"), spelled(WARNED))
def test_every_form_of_a_word_to_look_at_twice_warns(code: str, language: str, word: str) -> None:
    assert not found(saying(f"Así: {word} now.", language))[code].is_block


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Send the W-2 tax form, the tax papers and the tax statements."),
        ("en", "She was paid $400.00 after tax, and showed her driver's license."),
        ("en", "He sold ICE CREAM, policed nothing and practised sports."),
        ("en", "You exposed the wall and ruined the carpet."),
        ("en", "The report you sent names a broken TV. She called you about the television."),
        ("en", "He worked in the press room of a paper."),
        ("es", "El horario impuesto por usted. Llamaron por la televisión rota."),
        ("es", "Quiso hablar por otros medios y pagar a medias."),
        ("es", "Falta el formulario de impuestos W-2. Vendía artículos de deportes."),
        ("es", "Ganaba 400 dólares antes de impuestos. Tiene licencia de conducir."),
        ("es", "Pidió licencia por enfermedad y licencia médica."),
        ("es", "Firmó la póliza y trabajó en los medios días."),
    ],
)
def test_papers_owed_and_plain_work_stop_no_letter(language: str, text: str) -> None:
    assert [f for f in found(saying(text, language)).values() if f.is_block] == []


def test_word_hidden_by_what_nobody_sees_or_by_another_spelling_is_found() -> None:
    for text in ("The po\u00adlice.", "The po\u200blice.", "The POLICE."):
        assert "authorities" in found(saying(text)), text
    assert "authorities" in found(saying("La polici\u0301a.", "es"))


def test_police_in_a_letter_that_asks_for_no_money_only_warns() -> None:
    quiet = replace(GOOD, demands=[], rows=[], total=None, facts=["The police came."])
    assert not found(quiet, voted=None)["authorities"].is_block
    for asking in (
        {"total": Decimal(5)},
        {"demands": ["Say sorry."]},
        {"facts": ["The police came. You owe us."]},
        {"facts": ["The police came. $5 is open."]},
    ):
        assert found(replace(quiet, **asking), voted=None)["authorities"].is_block, asking


def test_words_of_the_list_can_be_lifted_and_nothing_else() -> None:
    broken = replace(saying("The police and {{ name }}."), deadline=None, total=Decimal(1))
    liftable = {f.code for f in found(broken).values() if f.can_be_lifted}
    assert liftable == {"authorities"}
    assert len(found(broken)) > 3


def test_finding_is_another_when_any_word_people_wrote_is_another() -> None:
    def key(document: LetterDocument) -> str:
        return found(document)["authorities"].key(document)

    first = saying("The police came.")
    assert key(first) == key(replace(first, issued_on=GOOD.issued_on + dt.timedelta(days=1)))
    assert key(first) == key(replace(first, recipient_name="Somebody", paper="a4"))
    for other in (
        saying("The police came,"),
        replace(first, subject="Other"),
        replace(first, demands=["Pay $1,200.00 or we go back to them."]),
    ):
        assert key(other) != key(first)


def test_list_of_the_group_is_searched_too() -> None:
    own = WordList("block", "own_block", "No: %(words)s.", {"en": ("evict*", "shut you down")})
    text = saying("Eviction! We shut  you down.")
    (finding,) = check(text, voted=None, now=NOW, own=[own])
    assert finding.words == ("Eviction", "shut you down")
    assert finding.is_block


def test_follow_up_whose_answer_day_has_passed_blocks_and_without_one_warns() -> None:
    passed = check_follow_up(replace(GOOD, deadline=NOW), now=NOW)
    assert [(f.code, f.is_block) for f in passed] == [("deadline_past", True)]
    without = check_follow_up(replace(GOOD, deadline=None), now=NOW)
    assert [(f.code, f.is_block) for f in without] == [("no_deadline", False)]
    silent = replace(GOOD, deadline=None, asks_something=False)
    assert check_follow_up(silent, now=NOW) == []


@given(st.text(max_size=40))
def test_any_line_of_a_list_is_a_list_of_plain_words(line: str) -> None:
    """Nothing a group writes is run as a pattern: whatever it is, it is only looked for."""
    own = WordList("warn", "own_warn", "%(words)s", {"en": (line,)})
    assert all(isinstance(word, str) for word in own.found_in("Pay the wages (all) of it."))


def blocked_in(text: str) -> list[str]:
    return [word for words in LISTS for word in words.found_in(text) if words.level == BLOCK]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("word", ["police", "policía", "deported", "deportado", "la migra"])
def test_threat_in_any_language_we_have_lists_for_stops_a_letter(language: str, word: str) -> None:
    letter = replace(GOOD, language=language, facts=[*GOOD.facts, f"Pague hoy, {word}."])
    found = check(letter, voted=GOOD.total, now=NOW)
    assert ("authorities", True) in {(f.code, f.is_block) for f in found}


def test_false_friends_between_languages_stop_nothing() -> None:
    assert blocked_in("Trabajó en el centro deportivo y el bar de deportes, en taxi.") == []
    assert blocked_in("The robo-caller at the Hacienda Inn was hurting sales on ice.") == []
    hospitality = "Hotel y hospitalidad, SA"
    assert [w for words in LISTS for w in words.found_in(hospitality)] == []
