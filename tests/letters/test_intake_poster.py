"""The poster that leads people to us: what stands on it, in which sizes, in any script."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Group, User
from letters import fitting, intake_poster, sheets
from letters.intake_poster import Print
from letters.pdf import LetterTooLong
from tests import factories as make
from tests import papers
from tests.letters.samples import NAMES, RIGHT_TO_LEFT

ADDRESS = "https://owed.example.org/tell/"
PRINT = {"what": "poster", "languages": ["en"], "paper": "letter", "copies": "1"}
QUESTIONS = ("Did your boss not pay you?", "Did your landlord keep your deposit?")
KINDS = ("poster", "strips", "two", "four")


def group(**changes: Any) -> Group:
    return Group(**{"name": "Harbor Solidarity", "phone": "206 555 0142"} | changes)


def drawn(how: Print, address: str = ADDRESS, **changes: Any) -> bytes:
    return intake_poster.draw(group(**changes), how=how, address=address)


def test_poster_asks_says_what_people_fear_and_where_to_turn() -> None:
    text = papers.words_of(drawn(Print(("en",), "letter")))
    for words in (
        *QUESTIONS,
        "It costs nothing. You need no account. We never ask about your status.",
        "owed.example.org/tell",
        "206 555 0142",
        "Harbor Solidarity",
    ):
        assert text.count(words) == 1, words


@pytest.mark.parametrize(("paper", "size"), [("letter", (612, 792)), ("a4", (595, 842))])
@pytest.mark.parametrize("languages", [("en",), ("en", "es")])
@pytest.mark.parametrize(
    ("on_a_sheet", "strips", "links"), [(1, False, 1), (1, True, 9), (2, False, 2), (4, False, 4)]
)
def test_one_page_holds_all_of_it(
    paper: str,
    size: tuple[int, int],
    languages: tuple[str, ...],
    on_a_sheet: int,
    strips: bool,
    links: int,
) -> None:
    reader = papers.read(drawn(Print(languages, paper, on_a_sheet, strips)))
    assert len(reader.pages) == 1
    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == size
    text = "".join(reader.pages[0].extract_text().split())
    assert text.count("owed.example.org/tell") == links
    asked = ["".join(intake_poster.call_in(language).work.split()) for language in languages]
    for question in asked:
        assert text.count(question) == on_a_sheet * asked.count(question)


@pytest.mark.parametrize("name", [*NAMES, "团结网络"])
def test_a_network_may_be_called_anything_in_any_script(name: str) -> None:
    text = papers.words_of(drawn(Print(("en", "es"), "a4", strips=True), name=name))
    if name in RIGHT_TO_LEFT:
        return  # that it is drawn at all is what counts: a letter no font has would refuse it
    assert text.count(name) == 1 + intake_poster.STRIPS


def test_words_from_people_are_words_and_no_part_of_the_page() -> None:
    text = papers.words_of(drawn(Print(("en",), "a4"), name="<b>&Co</b> {{ x }}"))
    assert "<b>&Co</b> {{ x }}" in text


@pytest.mark.parametrize("strips", [False, True])
def test_a_long_link_and_no_phone_still_fit(strips: bool) -> None:
    host = "rainier-solidarity-network.some-long-hosting-domain.example.org"
    text = papers.words_of(
        drawn(Print(("en", "es"), "letter", strips=strips), f"https://{host}:8443/tell/", phone="")
    )
    assert "".join(text.split()).count(f"{host}:8443/tell") == (9 if strips else 1)


def test_link_on_a_strip_is_as_large_as_the_strip_is_long() -> None:
    size = intake_poster._strip(group(), "owed.example.org/tell", 26)["strip_link"]
    room = intake_poster.STRIP_HEIGHT - 2 * intake_poster.STRIP_EDGE
    assert fitting.width("owed.example.org/tell", size, fitting.BODY) <= room
    assert size >= 9  # read at arm's length


def test_copies_are_pages() -> None:
    assert len(papers.read(drawn(Print(("en",), "a4", copies=3))).pages) == 3


def test_too_much_is_refused_in_words() -> None:
    with pytest.raises(LetterTooLong, match="Choose fewer languages"):
        drawn(Print(("en", "es") * 12, "letter", on_a_sheet=4))


# The page


@pytest.fixture
def mia(client: Client, db: None) -> User:
    make.make_group(name="Harbor Solidarity", phone="206 555 0142")
    mia = make.make_member("Mia")
    client.force_login(mia)
    return mia


def test_a_member_shares_link_code_and_text(mia: User, client: Client) -> None:
    answer = client.get(reverse("share_intake"))
    assert answer.context["address"] == "http://testserver/tell/"
    assert "<path stroke" in answer.text
    texts = [text for _code, _language, text in answer.context["texts"]]
    assert len(texts) == 2
    assert all("http://testserver/tell/" in text for text in texts)
    assert texts[0].endswith("Or call 206 555 0142. Harbor Solidarity")
    assert "sms:?&amp;body=Did%20your%20boss" in answer.text


def test_language_of_the_network_stands_first(mia: User, client: Client) -> None:
    Group.objects.update(language="es")
    answer = client.get(reverse("share_intake"))
    assert [code for code, _language, _text in answer.context["texts"]] == ["es", "en"]


@pytest.mark.parametrize("what", KINDS)
def test_each_kind_is_printed(mia: User, client: Client, what: str) -> None:
    answer = client.get(reverse("print_intake_poster"), PRINT | {"what": what})
    assert answer["Content-Type"] == "application/pdf"
    text = papers.words_of(answer.content)
    assert "testserver/tell" in "".join(text.split())
    on_a_sheet = {"two": 2, "four": 4}.get(what, 1)
    assert text.count(QUESTIONS[0]) == on_a_sheet


@pytest.mark.parametrize(
    ("field", "value"),
    [("languages", []), ("languages", ["xx"]), ("what", "flag"), ("paper", "a9"), ("copies", "0")],
)
def test_what_cannot_be_printed_is_said_beside_its_field(
    mia: User, client: Client, field: str, value: Any
) -> None:
    answer = client.get(reverse("print_intake_poster"), PRINT | {field: value})
    assert list(answer.context["form"].errors) == [field]
    assert "text/html" in answer["Content-Type"]


def test_the_larger_paper_is_offered(mia: User, client: Client) -> None:
    answer = client.get(reverse("print_intake_poster"), PRINT | {"paper": "tabloid"})
    box = papers.read(answer.content).pages[0].mediabox
    assert round(float(box.height)) == round(sheets.FORMATS["tabloid"].height / 25.4 * 72)
