"""What stands in a letter: every word of the data once, in the letter's language, escaped."""

import datetime as dt
import re
from dataclasses import fields, replace
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from letters.document import LetterDocument, Network, Row, as_fragment, as_html, fragment_of
from tests.letters.samples import NAMES, SEATTLE, deposit_letter, wages_letter

PAPER = Path(settings.BASE_DIR) / "templates/letters/paper"
# Fixed words that choose a rule or a language; nothing else may stand inside a tag.
IN_TAGS = {"letter.language", "letter.kind", "letter.issued_on|date:'Y-m-d'"}
IN_TAGS |= {"columns", "before_total", "under_total"}  # numbers we count
IN_TAGS |= {"letter.sealed|join:' '"}  # fingerprints
IN_STYLE = {"sheet", "foot"}  # rules of ours, without a word of anybody else


def words(document: LetterDocument) -> str:
    """Return the text of the letter as a reader sees it, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", as_fragment(document))).split())


def test_every_word_of_the_data_is_printed_once() -> None:
    document = wages_letter(
        network=Network(name="mark1", address=["mark2", "mark3"], phone="mark4", email="mark5"),
        recipient_name="mark6",
        recipient_address=["mark7", "mark8"],
        subject="mark9",
        salutation="mark10",
        facts=["mark11", "mark12"],
        rows=[
            Row(
                person="mark13", label="mark14", working="mark15", note="mark16", amount=Decimal(7)
            ),
            Row(person="mark17", label="x", working="x", amount=Decimal(7)),
        ],
        demands=["mark18", "mark19"],
        how_to_pay=["mark20", "mark21"],
        otherwise="mark22",
        no_retaliation="mark23",
        signers=["mark24", "mark25"],
        reference="mark26",
    )
    text = words(document)
    once = [f"mark{n}" for n in range(2, 27)]
    assert [mark for mark in once if len(re.findall(rf"\b{mark}\b", text)) != 1] == []
    assert "Members of mark1" in text


def test_text_from_people_is_printed_literally() -> None:
    hostile = """<img src="file:///etc/passwd"><style>@import url(http://x/)</style>' & " """
    text_fields = [f.name for f in fields(LetterDocument) if isinstance(_value(f.name), str)]
    for name in set(text_fields) - {"language", "paper", "kind", "currency"}:
        page = as_html(replace(wages_letter(), **{name: hostile}))
        assert "<img" not in page, name
        assert page.count("<style") == 2, name
    for name in ("facts", "demands", "how_to_pay", "signers", "recipient_address"):
        document = replace(wages_letter(), **{name: [hostile]})
        assert "<img" not in as_html(document), name
        assert hostile.strip() in words(document), name


def _value(name: str) -> object:
    return getattr(wages_letter(), name)


def test_templates_put_no_text_from_people_inside_a_tag() -> None:
    for template in PAPER.rglob("*.html"):
        source = re.sub(r"{% comment.*?endcomment %}", "", template.read_text(), flags=re.DOTALL)
        outside = re.sub(r"{%.*?%}", "", source)
        for tag in re.findall(r"<[^>]*>", outside):
            printed = {found.strip() for found in re.findall(r"{{(.*?)}}", tag)}
            assert printed <= IN_TAGS, f"{template.name}: {tag}"
        for style in re.findall(r"<style.*?</style>", outside, flags=re.DOTALL):
            printed = {found.strip() for found in re.findall(r"{{(.*?)}}", style)}
            assert printed <= IN_STYLE, f"{template.name}: {style}"


def test_deadline_is_weekday_full_date_hour_and_zone() -> None:
    assert "Deadline: Friday 27 November 2026, 5 p.m. (PST)" in words(wages_letter())


def test_deadline_is_told_in_its_own_zone_whatever_zone_is_active() -> None:
    late = wages_letter(deadline=dt.datetime(2026, 6, 30, 23, 30, tzinfo=SEATTLE))
    assert "Tuesday 30 June 2026, 11:30 p.m. (PDT)" in words(late)


def test_zone_without_letters_is_told_by_its_distance_from_utc() -> None:
    zone = dt.timezone(dt.timedelta(hours=-3), "-03")
    document = wages_letter(deadline=dt.datetime(2026, 11, 27, 12, 0, tzinfo=zone))
    assert "Friday 27 November 2026, noon (UTC-03:00)" in words(document)


def test_letter_without_a_deadline_prints_none() -> None:
    assert "Deadline" not in words(wages_letter(deadline=None))
    assert "None" not in words(wages_letter(deadline=None))


def test_money_has_sign_separators_and_two_places() -> None:
    text = words(wages_letter(total=Decimal("1234567.5"), currency="CAD"))
    assert "Total owed CA$1,234,567.50" in text
    assert "CA$1,240.00" in text


def test_letter_is_in_its_own_language_whatever_the_organizer_reads() -> None:
    spanish = wages_letter(language="es")
    with translation.override("en"):
        in_english = as_html(spanish)
    with translation.override("es"):
        in_spanish = as_html(spanish)
    assert in_english == in_spanish
    assert '<html lang="es">' in in_english
    assert "viernes 13 de noviembre de 2026" in in_english
    assert "viernes 27 de noviembre de 2026" in in_english


def test_worker_column_is_there_when_several_people_are_owed() -> None:
    both = wages_letter()
    alone = wages_letter(rows=both.rows[:1], total=both.rows[0].amount)
    assert "Worker For Worked out Owed José García 14 to 25 September" in words(both)
    assert "What is owed For Worked out Owed 14 to 25 September" in words(alone)


def test_deposit_table_tells_what_was_taken_off_and_what_is_accepted() -> None:
    text = words(deposit_letter())
    assert "For You took off Accepted Owed Deposit paid $1,800.00" in text
    assert "Cleaning Ordinary wear. $240.00 $0.00 Carpet" in text
    assert "Lock $85.00 $85.00 −$85.00 Returned by check −$515.00" in text
    assert "Total owed $1,200.00" in text


def test_one_plain_sentence_follows_the_deadline() -> None:
    assert "If the full amount has not reached us by then, we will take further action." in words(
        wages_letter()
    )


def test_letter_without_money_asks_for_none() -> None:
    text = words(wages_letter(rows=[], total=None, demands=["Repair the heating."]))
    assert "If this has not been done by then, we will take further action." in text
    assert "How to answer" in text
    for word in ("$", "owed", "amount", "pay statement"):
        assert word not in text


def test_nobody_may_be_punished_as_a_worker_or_as_a_tenant() -> None:
    assert "no dismissal, no cut in hours or pay" in words(wages_letter())
    assert "no eviction, no new charges" in words(deposit_letter())


def test_draft_says_so_and_a_final_letter_its_version() -> None:
    assert '"Draft: not approved, not to be delivered"' in as_html(wages_letter(is_draft=True))
    assert '"Version 3"' in as_html(wages_letter(version=3))
    assert "Draft" not in as_html(wages_letter(version=3))


def test_foot_is_in_the_language_of_the_letter_and_counts_the_pages() -> None:
    foot = as_html(wages_letter(language="es")).partition('<style media="print">')[2]
    assert '"Versión 1"' in foot
    assert '"Página " counter(page) " de " counter(pages)' in foot


def test_lines_stand_under_the_name_of_their_worker_where_somebody_has_several() -> None:
    two, one = (wages_letter().rows[0],) * 2, wages_letter().rows[1]
    grouped = as_html(wages_letter(rows=[*two, one]))
    assert grouped.count('<th scope="rowgroup" colspan="3">José García</th>') == 1
    assert '<th scope="row">Total owed</th>\n<td class="num" colspan="2">' in grouped
    assert "rowgroup" not in as_html(wages_letter(rows=[two[0], one]))
    assert "rowgroup" not in as_html(wages_letter(rows=two))


def test_name_in_any_script_is_kept_to_the_letter() -> None:
    text = words(wages_letter(signers=NAMES))
    assert [name for name in NAMES if name not in text] == []


def test_emoji_is_written_out_so_that_what_is_approved_is_what_prints() -> None:
    document = wages_letter(facts=["Thanks \U0001f44d\U0001f3fd for\u2764\ufe0f nothing ☺."])
    told = "Thanks [thumbs up sign] for[heavy black heart] nothing [white smiling face]."
    assert told in words(document)
    assert told in as_fragment(document)


def test_same_letter_makes_the_same_page() -> None:
    assert as_html(wages_letter()) == as_html(wages_letter())


def test_page_needs_nothing_from_anywhere() -> None:
    assert not re.search(
        r"""\b(?:src|href)=|url\(|@import|<script|style=["']""", as_html(wages_letter())
    )


def test_kept_page_gives_back_the_letter_for_a_preview() -> None:
    document = wages_letter(signers=NAMES)
    assert fragment_of(as_html(document)) == as_fragment(document)


@pytest.mark.parametrize(
    "changes",
    [{"language": "tlh"}, {"deadline": dt.datetime(2026, 11, 27, 17, 0)}],  # noqa: DTZ001
)
def test_data_that_cannot_be_printed_right_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"language|time zone"):
        wages_letter(**changes)
