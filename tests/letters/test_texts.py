"""The texts letters start from: those that come with the product, and what groups make of them."""

from dataclasses import asdict

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from campaigns.models import Group, User
from letters import checks, filling, kind_checks, own_texts, pdf, text_example, text_fields
from letters.models import DEMAND_KINDS, Letter, LetterText, TextKind
from tests.browser import Browser
from tests.factories import make_group, make_member, make_user
from tests.papers import read

LANGUAGES = [code for code, _name in settings.LANGUAGES]
EVERY = [(kind.value, code) for kind in TextKind for code in LANGUAGES]


def network(paper: str = "letter") -> Group:
    return Group(
        name="Rain City Solidarity Network",
        address="PO Box 28417\nSeattle, WA 98118",
        phone="206 555 0142",
        email="letters@raincity.example",
        paper=paper,
    )


def example(kind: str, language: str, *, paper: str = "letter", people: int = 0) -> object:
    return text_example.document(
        own_texts.shipped(kind, language),
        kind=kind,
        language=language,
        group=network(paper),
        people=people,
    )


# What comes with the product


def test_every_kind_of_letter_has_a_text_in_every_language() -> None:
    there = {f"{file.parent.name}/{file.stem}" for file in own_texts.SHIPPED.glob("*/*.txt")}
    assert there == {f"{language}/{kind}" for kind, language in EVERY}


def test_every_letter_after_the_demand_has_a_kind_of_text() -> None:
    later = set(TextKind.values) - {kind.value for kind in DEMAND_KINDS}
    assert later == set(Letter.Variant.values) - {"demand"}


def test_every_field_has_a_meaning_and_is_offered_for_some_text() -> None:
    offered = {name for kind in TextKind for name in text_fields.allowed(kind)}
    assert offered == set(text_fields.MEANINGS)
    assert set(text_example.values("wages", group=network(), language="en")) == offered


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_shipped_text_uses_only_its_own_fields(kind: str, language: str) -> None:
    words = asdict(own_texts.shipped(kind, language))
    for part, text in words.items():
        assert filling.unknown_in(text, text_fields.allowed(kind)) == [], part
        assert not filling.has_loose_alternative(text), part


@pytest.mark.parametrize("kind", TextKind.values)
def test_text_says_the_same_in_every_language(kind: str) -> None:
    """A fact that one language prints, the other prints too; people stand in it by some field."""
    people = set(filling.PEOPLE)
    used = [
        set(filling.fields_in(own_texts.shipped(kind, language).whole)) - people
        for language in LANGUAGES
    ]
    assert all(fields == used[0] for fields in used)


@pytest.mark.parametrize("people", [1, 3])
@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_shipped_text_has_nothing_for_the_checks_to_find(
    kind: str, language: str, people: int
) -> None:
    document = example(kind, language, people=people)
    found = [*checks._words(document, ()), *checks._holes(document)]
    if kind == TextKind.INFLUENCE:
        found += kind_checks.asks_money(document)
    assert found == []
    assert "None" not in " ".join(document.facts)


@pytest.mark.parametrize("paper", ["letter", "a4"])
@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_shipped_text_with_every_fact_prints_on_one_page(
    kind: str, language: str, paper: str
) -> None:
    printed = pdf.render(example(kind, language, paper=paper))
    assert len(read(printed).pages) == 1


@pytest.mark.parametrize(
    ("language", "people", "parts"),
    [
        ("en", 1, ["One deduction is rejected: Carpet.", "José García lives at 114"]),
        ("en", 3, ["3 deductions are rejected.", "and Siobhán O'Neil live at 114"]),
        ("es", 1, ["No se acepta un descuento: Alfombra.", "José García vive en 114"]),
        ("es", 3, ["No se aceptan 3 descuentos.", "y Siobhán O'Neil viven en 114"]),
    ],
)
def test_one_and_several_are_written_as_they_are_said(
    language: str, people: int, parts: list[str]
) -> None:
    letters = [example(kind, language, people=people) for kind in ("deposit_part", "repairs")]
    text = " ".join(paragraph for letter in letters for paragraph in letter.facts)
    assert [part for part in parts if part not in text] == []


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_letter_never_hedges(kind: str, language: str) -> None:
    whole = own_texts.shipped(kind, language).whole
    assert [word for word in ("(s)", "and/or", "y/o", "(es)") if word in whole] == []


def test_letter_to_somebody_with_influence_has_no_table_and_no_deadline() -> None:
    document = example("influence", "en")
    assert (document.total, document.deadline, document.asks_something) == (None, None, False)
    assert document.heading == "What we ask of you"


# What a group makes of them


@pytest.fixture
def ana(db: None) -> User:
    make_group()
    return make_user("Ana")


def at(user: User, kind: str = "wages", language: str = "en") -> Browser:
    browser = Browser()
    browser.client.force_login(user)
    return browser.open(reverse("edit_text", args=[kind, language]))


def test_group_changes_a_text_and_goes_back(ana: User) -> None:
    page = at(ana)
    assert "This is the text that came with the product." in page.text
    page.send(having="body", body="{names} cooked for you.").done()
    row = LetterText.objects.get()
    assert (row.kind, row.language, row.changed_by, row.version) == ("wages", "en", ana, 1)
    assert own_texts.in_use("wages", "en").body == "{names} cooked for you."
    assert own_texts.in_use("wages", "es") == own_texts.shipped("wages", "es")
    assert "Your own text. Ana changed it on" in at(ana).text
    assert "your own" in at(ana).open(reverse("letter_texts")).text
    at(ana).send(to="/first/").done()
    assert not LetterText.objects.exists()
    assert own_texts.in_use("wages", "en") == own_texts.shipped("wages", "en")


def test_text_is_seen_as_a_letter_before_it_is_saved(ana: User) -> None:
    page = at(ana, "deposit_part", "es")
    assert "Deposit, a part returned: Spanish" in page.text
    assert "Asunto: Depósito no devuelto del todo: José García" in page.text
    page.send(having="body", body="{names}: el depósito.", look="1")
    assert "Nothing is saved yet." in page.text
    assert "José García: el depósito." in page.text
    assert page.form(having="body").values["body"] == ["{names}: el depósito."]
    assert not LetterText.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("{names} {salary}", "There is no such field: {salary}."),
        ("{a} {% now %}", "There are no such fields: {a}, {% now %}."),
        ("{deposit}", "There is no such field: {deposit}."),
        ("{{ names }}", "There are no such fields: {, { names }, }."),
        ("| {names}", "A line that begins with | needs one above it that begins with ?."),
    ],
)
def test_text_that_cannot_be_filled_is_refused_by_name(
    ana: User, typed: str, sentence: str
) -> None:
    page = at(ana)
    page.send(having="body", body=typed)
    assert sentence in page.text
    assert page.form(having="body").values["body"] == [typed]
    assert not LetterText.objects.exists()


def test_second_of_two_editors_sees_both_texts(ana: User) -> None:
    ben = make_user("Ben")
    first, second = at(ana), at(ben)
    first.send(having="body", body="Ana's words.").done()
    both = second.send(having="body", body="Ben's words.", status=409).text
    assert "They wrote: Ana's words." in both
    assert LetterText.objects.get().body == "Ana's words."
    second.send(having="body").done()
    assert LetterText.objects.get().body == "Ben's words."


def test_text_typed_while_somebody_went_back_is_kept(ana: User) -> None:
    at(ana).send(having="body", body="First.").done()
    page = at(ana)
    LetterText.objects.all().delete()
    assert "Yours is still here." in page.send(having="body", body="Second.", status=409).text
    page.send(having="body").done()
    assert LetterText.objects.get().body == "Second."


@pytest.mark.parametrize(("kind", "language"), [("wages", "fr"), ("menu", "en")])
def test_text_that_does_not_exist_is_not_there(ana: User, kind: str, language: str) -> None:
    browser = Browser()
    browser.client.force_login(ana)
    browser.open(reverse("edit_text", args=[kind, language]), status=404)


def test_members_do_not_see_the_texts(ana: User) -> None:
    browser = Browser()
    browser.client.force_login(make_member("Mia"))
    browser.open(reverse("letter_texts"), status=404)


def test_meanings_of_the_fields_are_in_the_readers_language(ana: User) -> None:
    with translation.override("es"):
        ((_name, meaning),) = text_fields.explained(["started_on"])
    assert meaning == "el día en que empezó el trabajo o el alquiler"
