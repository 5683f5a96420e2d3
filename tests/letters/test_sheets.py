"""Papers of the street: what stands on them, that nothing is cut, and what they cost."""

import datetime as dt
import re
import time
from dataclasses import replace
from decimal import Decimal

import pytest
from django.conf import settings
from django.utils import translation
from pypdf import PageObject, PdfReader

from campaigns.models import CaseParty, CaseState, Group
from letters import fitting, pdf, poster_print, posters, qr, sheets, signs
from letters.models import Poster
from letters.poster_print import Print
from letters.posters import Sheet
from letters.sheets_specimens import poster_sheet, specimens
from letters.specimen_people import FIRM, PEOPLE
from tests import factories as make
from tests.letters.samples import NAMES, RIGHT_TO_LEFT
from tests.papers import read

TODAY = dt.date(2026, 12, 5)
MM = 72 / 25.4


def plain(page: PageObject) -> str:
    return " ".join(page.extract_text().split())


def bare(text: str) -> str:
    return "".join(text.split())


def spots(page: PageObject) -> list[tuple[str, float, float]]:
    """Return (text, x, y) of each piece of text, in points from the lower left corner."""
    found: list[tuple[str, float, float]] = []

    def visit(text: str, cm: list[float], tm: list[float], *_font: object) -> None:
        if text.strip():
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            found.append((text.strip(), x, y))

    page.extract_text(visitor_text=visit)
    return found


SEEN = ("en-letter", "es-a4", "en-a3", "es-tabloid")  # each language and each size once


@pytest.mark.parametrize("name", [n for n, _draw in specimens() if n.endswith(SEEN)])
def test_every_specimen_is_tagged_titled_in_its_language_and_its_size(name: str) -> None:
    draw = dict(specimens())[name]
    reader = read(draw())
    _what, language, paper = name.rsplit("-", 2)
    sheet = sheets.FORMATS[paper]
    sides = sorted(float(n) / MM for n in reader.pages[0].mediabox[2:])
    assert [round(n) for n in sides] == [round(sheet.width), round(sheet.height)]
    assert reader.trailer["/Root"]["/Lang"] == language
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.metadata.title
    assert len(reader.pages) == (len(PEOPLE) + 4 if name.startswith("signs") else 1)


@pytest.mark.parametrize("on_a_sheet", [1, 2, 4])
@pytest.mark.parametrize("is_full", [False, True])
def test_poster_shows_all_its_words_and_none_run_into_the_last_lines(
    on_a_sheet: int, is_full: bool
) -> None:
    sheet = poster_sheet(is_full=is_full)
    how = Print("en", "letter", on_a_sheet, address="https://owed.example/")
    (page,) = read(poster_print.poster(sheet, how=how)).pages
    text = bare(page.extract_text())
    for whole in (sheet.headline, *sheet.lines, sheet.owed, sheet.reader_can, sheet.posted):
        if "محمد" not in whole:  # read from right to left, inside a line that is not
            assert text.count(bare(whole)) >= on_a_sheet
    low = [y for text, _x, y in spots(page) if text.startswith("Ask the owner")]
    high = [y for text, _x, y in spots(page) if text.startswith("Rain City")]
    assert min(low) > min(high) + 10
    assert all(0 < x < 612 and 0 < y < 792 for _text, x, y in spots(page))


def test_poster_is_refused_with_a_sentence_when_its_words_do_not_fit() -> None:
    sheet = replace(poster_sheet(), lines=["a b"] * 125)
    with pytest.raises(pdf.LetterTooLong, match="do not fit"):
        poster_print.poster(sheet, how=Print("en", "letter", 4))


def test_paper_with_a_sign_no_font_has_names_it() -> None:
    sheet = replace(poster_sheet(), headline="Pay \U0001fae0")
    with pytest.raises(pdf.MissingGlyph, match="MELTING FACE"):
        poster_print.poster(sheet, how=Print("en", "letter"))


def test_text_is_shown_and_never_run() -> None:
    tags = '<img src="http://127.0.0.1:1/x"><b>bold</b> {{ case }} {% now %}'
    sheet = replace(poster_sheet(), lines=[tags], reader_can=tags)
    (page,) = read(poster_print.poster(sheet, how=Print("en", "a4"))).pages
    assert bare(tags) in bare(page.extract_text())


def test_templates_of_papers_put_text_from_people_into_elements_alone() -> None:
    """Inside an attribute a text could name a file or a style, however well it is escaped."""
    ours = {
        "cell",
        "language",
        "sheet.language",
        "call.language",
        "size",
        "top",
        "qr.side",
        "qr.path",
    }
    folders = [settings.BASE_DIR / "templates" / part for part in ("letters", "escalation")]
    for path in (*folders[0].glob("sheets/*.html"), *folders[1].glob("paper/*.html")):
        attributes = re.findall(r"<[a-z][^<>]*>", re.sub(r"{%.*?%}", "", path.read_text()))
        named = {name for tag in attributes for name in re.findall(r"{{ ([\w.]+)", tag)}
        assert {name for name in named - ours if not name.startswith("size.")} == set(), path.name


def test_hundreds_of_copies_cost_little_more_than_one() -> None:
    sheet, one = poster_sheet(), Print("en", "letter")
    poster_print.poster(sheet, how=one)
    started = time.process_time()
    alone = poster_print.poster(sheet, how=one)
    spent = time.process_time() - started
    many = poster_print.poster(sheet, how=replace(one, copies=200))
    assert time.process_time() - started - spent < 4 * spent + 0.1
    pages = read(many).pages
    assert len(pages) == 200
    assert {page.extract_text() for page in pages[::50]} == {read(alone).pages[0].extract_text()}
    assert len(many) < 4 * len(alone)


def test_qr_code_is_one_path_with_a_quiet_edge() -> None:
    code = qr.code("https://owed.example/a/")
    assert code.side == 25 + 2 * qr.QUIET
    assert code.path.startswith(f"M{qr.QUIET} {qr.QUIET}.5h7")
    assert set(code.path) <= set("Mh. 0123456789")


# Picket signs


def drawn(*slogans: str, paper: str = "letter") -> PdfReader:
    return read(signs.draw(list(slogans), language="en", paper=paper))


@pytest.mark.parametrize("paper", ["a4", "tabloid"])
def test_each_sign_has_a_page_and_every_name_is_whole(paper: str) -> None:
    slogans = [*NAMES, FIRM, "PAY", "Donaudampfschifffahrtsgesellschaft", "W" * 60]
    pages = drawn(*slogans, paper=paper).pages
    assert len(pages) == len(slogans)
    for page, slogan in zip(pages, slogans, strict=True):
        if slogan not in RIGHT_TO_LEFT:
            assert bare(page.extract_text()) == bare(slogan)
        else:
            assert sorted(page.extract_text().split()) == sorted(slogan.split())


def test_sign_lies_on_its_side_where_that_makes_it_larger() -> None:
    wide, tall = drawn("PAY", "PAY THEM NOW").pages
    assert wide.mediabox.width > wide.mediabox.height
    assert tall.mediabox.width < tall.mediabox.height


def test_letters_of_a_sign_are_as_large_as_the_page_allows() -> None:
    sheet = sheets.FORMATS["letter"]
    size, _top, lies = signs._fitted("PAY THEM NOW", "letter")
    assert not lies
    assert size >= 240
    room = sheet.width - 2 * signs.EDGE
    assert fitting.width("THEM", size, fitting.DISPLAY) <= room
    bigger = min(n for n in fitting.SIZES if n > size)
    high = fitting.lines("PAY THEM NOW", bigger, room, fitting.DISPLAY) * bigger * signs.LEADING
    is_too_wide = fitting.width("THEM", bigger, fitting.DISPLAY) > room * fitting.SAFE
    assert is_too_wide or high * fitting.MM > sheet.height - 2 * signs.EDGE


@pytest.mark.parametrize("on_a_sheet", [1, 2, 4])
@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_last_words_of_a_poster_stay_above_the_foot_though_the_qr_code_has_two_lines(
    paper: str, on_a_sheet: int
) -> None:
    sheet = replace(poster_sheet(), headline="¿Come usted aquí? Ahora", reader_can="Pregunte ya")
    how = Print("es", paper, on_a_sheet=on_a_sheet, address="https://owed.example/")
    found = spots(read(poster_print.poster(sheet, how=how)).pages[0])
    assert "encontrarnos" in [text for text, _x, _y in found]  # a line of its own
    can = next(y for text, _x, y in found if text.startswith("Pregunte"))
    name = next(y for text, _x, y in found if text == sheet.group)
    edge = poster_print.CELLS[on_a_sheet][1]
    high = sheets.FORMATS[paper].height / (1 if on_a_sheet == 1 else 2) - 2 * edge
    assert can - name >= fitting.down_to(high * 0.115)


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_marks_and_tails_of_the_letters_of_a_sign_keep_off_the_edge_of_the_paper(
    paper: str,
) -> None:
    for slogan in ("ẰẰ gyjp", "TRẢ NỢ ĐI ẰẰ", "gyjp"):
        size, _top, _lies = signs._fitted(slogan, paper)
        page = drawn(slogan, paper=paper).pages[0]
        lines = [y for _text, _x, y in spots(page)]
        highest = 1.046 if "Ằ" in slogan else 0.73  # of its size, as the font draws it
        free_above = float(page.mediabox.height) - max(lines) - highest * size
        free_below = min(lines) - 0.207 * size
        assert min(free_above, free_below) >= 5 * MM  # where no printer prints


# What the poster of a fight says


@pytest.fixture
def group(db: None) -> Group:
    return make.make_group()


def make_poster(**values: object) -> Poster:
    ana = make.make_user("Ana")
    target = make.make_target("Golden Fork")
    case = make.make_case(state=CaseState.ESCALATING, team=[ana], target=target)
    make.make_demand(case)
    case.refresh_from_db()
    words = {"headline": "Eating here?", "lines": "Three weeks of work."} | values
    return Poster.objects.create(case=case, **words)


def sheet_of(poster: Poster, group: Group, language: str = "en") -> Sheet:
    poster = Poster.objects.select_related("case__target").get(pk=poster.pk)
    with translation.override(language):
        return posters.sheet(poster, group=group, today=TODAY)


def test_sum_of_the_poster_follows_the_balance(group: Group) -> None:
    poster = make_poster()
    assert sheet_of(poster, group).sum == "$1,620.00"
    make.make_payment(poster.case, "620.00", status="cleared")
    assert sheet_of(poster, group).sum == "$1,000.00"
    assert posters.why_not_printed(poster) == []
    make.make_payment(poster.case, "1000.00", status="cleared")
    assert posters.why_not_printed(poster) == [
        "Nothing is owed any more, so nothing is printed. Take down what still hangs."
    ]


def test_poster_says_when_it_is_taken_down(group: Group) -> None:
    sheet = sheet_of(make_poster(), group)
    assert sheet.posted == "Put up on Saturday 5 December 2026."
    assert sheet.take_down == "Taken down by Monday 4 January 2027, or when the fight ends."


def test_poster_shows_the_name_somebody_chose_and_never_their_own(group: Group) -> None:
    poster = make_poster()
    party = poster.case.parties.get()
    party.public_name, party.alias = CaseParty.PublicName.ALIAS, "Luz"
    party.save()
    sheet = sheet_of(poster, group)
    printed = read(poster_print.poster(sheet, how=Print("en", "letter")))
    assert "still owes $1,620.00 to Luz." in plain(printed.pages[0])
    assert "Rosa" not in printed.pages[0].extract_text()
    assert "555 0134" not in printed.pages[0].extract_text()


def test_sentence_ends_with_one_stop_whatever_the_name(group: Group) -> None:
    poster = make_poster()
    poster.case.parties.update(public_name=CaseParty.PublicName.ALIAS, alias="Chidi O.")
    assert sheet_of(poster, group).owed == "Golden Fork still owes $1,620.00 to Chidi O."


def test_poster_is_not_printed_once_somebody_wants_no_name(group: Group) -> None:
    poster = make_poster(lines="Rosa worked for three weeks.")
    (sentence,) = posters.why_not_printed(poster)
    assert sentence == "Rosa does not want this name in public. Take it out."


def test_poster_is_not_printed_without_a_demand_or_words(group: Group) -> None:
    target = make.make_target("Golden Fork")
    case = make.make_case(state=CaseState.ESCALATING, target=target)
    assert "voted the demand" in posters.why_not_printed(posters.of(case))[0]
    case.demanded = Decimal(10)
    assert "words of the poster first" in posters.why_not_printed(posters.of(case))[0]
