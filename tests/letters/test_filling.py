"""Facts are put into a text by plain replacing: nothing in it runs, and nothing is made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letters import filling

KNOWN = {"names": "Rosa", "place": "an office", "sum": "$900.00"}


def said(part: str, **values: str) -> list[str]:
    return filling.lines(part, KNOWN | values)


def test_field_is_replaced_by_its_value() -> None:
    assert said("{names} worked at {place}.") == ["Rosa worked at an office."]


def test_line_with_a_question_mark_is_left_out_when_a_field_in_it_is_empty() -> None:
    assert said("? {names} began on {started_on}.\nThis stays.") == ["This stays."]
    assert said("? {names} worked.") == ["Rosa worked."]


def test_line_with_a_bar_stands_in_for_the_one_above() -> None:
    part = "? From {started_on} to {ended_on}.\n| From {started_on}.\n| Until {ended_on}."
    assert said(part, started_on="Monday", ended_on="Friday") == ["From Monday to Friday."]
    assert said(part, started_on="Monday") == ["From Monday."]
    assert said(part, ended_on="Friday") == ["Until Friday."]
    assert said(part) == []


def test_empty_field_in_any_other_line_stays_to_be_seen() -> None:
    assert said("The keys came back on {keys_returned_on}.") == [
        "The keys came back on {keys_returned_on}."
    ]


def test_value_with_braces_is_not_filled_in_again() -> None:
    assert said("{names} worked at {place}.", names="{place} {{ sum }}") == [
        "{place} {{ sum }} worked at an office."
    ]


def test_names_at_the_head_of_a_sentence_begin_with_a_capital() -> None:
    assert said("{names} and {names}", names="one former worker") == [
        "One former worker and one former worker"
    ]


def test_field_with_several_lines_makes_a_line_for_each() -> None:
    values = {"each_case_sum": "$1.00\n$2.00", "each_case_people": "Rosa\nJon"}
    assert said("? Pay {each_case_sum} to {each_case_people} at {place}.", **values) == [
        "Pay $1.00 to Rosa at an office.",
        "Pay $2.00 to Jon at an office.",
    ]


def test_sentences_stand_together_until_an_empty_line() -> None:
    part = "One.\n? {started_on}.\nTwo.\n\n? {ended_on}.\n\nThree."
    assert filling.paragraphs(part, KNOWN) == ["One. Two.", "Three."]


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("{names} {pay}", ["{pay}"]),
        ("{names.pk}", ["{names.pk}"]),
        ("{names!r}", ["{names!r}"]),
        ("{names:>9}", ["{names:>9}"]),
        ("{ names }", ["{ names }"]),
        ("{names[0]}", ["{names[0]}"]),
        ("{{ names }}", ["{", "{ names }", "}"]),
        ("{{names}}", ["{", "}"]),
        ("{% if names %}", ["{% if names %}"]),
        ("{}", ["{}"]),
        ("one { and\nanother }", ["{", "}"]),
        ("{names} {place}", []),
    ],
)
def test_whatever_in_braces_is_no_field_is_named(text: str, unknown: list[str]) -> None:
    assert filling.unknown_in(text, KNOWN) == unknown


@pytest.mark.parametrize(
    ("text", "is_loose"),
    [
        ("| alone", True),
        ("A line.\n| after it", True),
        ("? one\n\n| after a gap", True),
        ("? one\n| two\n| three", False),
        ("? one\nA line.", False),
    ],
)
def test_line_that_stands_in_for_nothing_is_found(text: str, is_loose: bool) -> None:
    assert filling.has_loose_alternative(text) is is_loose


@given(st.text(alphabet="ab{}|? \n%", max_size=40), st.text(alphabet="{}names%", max_size=10))
def test_any_text_can_be_filled_and_nothing_runs(text: str, value: str) -> None:
    for line in filling.lines(text, {"a": value}):
        assert "\n" not in line


@pytest.mark.parametrize("source", ["words before\n[body]\nx", "[subjekt]\nx"])
def test_file_with_a_part_that_does_not_exist_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="Not a text of a letter"):
        filling.parse(source)
