"""How every form is drawn."""

import re

import pytest
from django import forms
from django.test import override_settings

KINDS = [("wages", "Pay for work I did\nUnpaid hours, tips"), ("deposit", "My deposit")]


class Answers(forms.Form):
    kind = forms.ChoiceField(label="What do they owe you?", choices=KINDS, widget=forms.RadioSelect)
    name = forms.CharField(label="Your name", help_text="Any name you choose.", max_length=40)
    story = forms.CharField(label="What happened", widget=forms.Textarea, max_length=20)
    on = forms.DateField(label="Day", required=False)
    at = forms.DateTimeField(label="When", required=False)
    hour = forms.TimeField(label="Hour", required=False)
    many = forms.IntegerField(label="How many", required=False)
    agreed = forms.BooleanField(label="I agree")
    key = forms.CharField(widget=forms.HiddenInput)


def tag(html: str, name: str) -> str:
    """Return the opening tag of the input called `name`."""
    return re.search(rf'<(?:input|textarea|select)[^>]*name="{name}"[^>]*>', html)[0]


def test_a_new_form_has_no_box_of_errors() -> None:
    assert 'role="alert"' not in str(Answers())


def test_an_error_stands_beside_its_field_and_is_tied_to_it() -> None:
    html = str(Answers({"name": "", "key": "k"}))
    assert '<p class="error" id="id_name_error">This field is required.</p>' in html
    name = tag(html, "name")
    assert 'aria-describedby="id_name_helptext id_name_error"' in name
    assert 'aria-invalid="true"' in name
    assert '<div class="help" id="id_name_helptext">Any name you choose.</div>' in html


def test_the_box_above_links_to_each_wrong_field() -> None:
    html = str(Answers({"name": "Rosa", "key": "k"}))
    box = html[: html.index("</div>")]
    assert 'role="alert"' in box
    links = re.findall(r'href="#(\w+)"><b>([^<]*)</b>([^<]*)<', box)
    assert links == [
        ("id_kind", "What do they owe you?", " This field is required."),
        ("id_story", "What happened", " This field is required."),
        ("id_agreed", "I agree", " This field is required."),
    ]
    assert all(f'id="{target}"' in html for target, _label, _error in links)


def test_an_error_of_the_whole_form_stands_in_the_box() -> None:
    form = Answers({"name": "Rosa"})
    form.add_error(None, "Somebody changed this meanwhile.")
    assert "<li>Somebody changed this meanwhile.</li>" in str(form)


def test_what_was_typed_is_still_there_and_inert() -> None:
    html = str(Answers({"name": "O'Brien & <b>", "story": "x" * 100_000, "on": "31 Feb"}))
    assert 'value="O&#x27;Brien &amp; &lt;b&gt;"' in html
    assert "x" * 100_000 in html
    assert 'value="31 Feb"' in tag(html, "on")


def test_a_long_paste_is_not_cut_off_by_the_browser() -> None:
    html = str(Answers())
    assert "maxlength" not in tag(html, "story")
    assert 'maxlength="40"' in tag(html, "name")


def test_radios_are_a_fieldset_with_an_explained_choice() -> None:
    html = str(Answers({"kind": "deposit"}))
    assert '<fieldset class="field" id="id_kind" tabindex="-1">' in html
    assert re.search(r"<legend>What do they owe you\?\s*</legend>", html)
    assert "<span>Pay for work I did<small>Unpaid hours, tips</small></span>" in html
    assert html.count('type="radio"') == 2
    assert 'value="deposit" id="id_kind_1"' in html


@pytest.mark.parametrize(
    ("name", "kind"), [("on", "date"), ("at", "datetime-local"), ("hour", "time")]
)
def test_days_and_hours_use_the_picker_of_the_phone(name: str, kind: str) -> None:
    assert f'type="{kind}"' in tag(str(Answers()), name)


@override_settings(LANGUAGE_CODE="es")
def test_a_picker_gets_its_value_in_the_one_form_it_reads() -> None:
    form = Answers(initial={"on": "2026-11-27"})
    assert 'value="2026-11-27"' in tag(str(form), "on")


def test_whole_numbers_show_the_number_keys() -> None:
    assert 'inputmode="numeric"' in tag(str(Answers()), "many")


def test_optional_is_said_in_words_where_not_everything_is() -> None:
    assert str(Answers()).count("(optional)") == 4
    Answers.marks_optional = False
    try:
        assert "(optional)" not in str(Answers())
    finally:
        del Answers.marks_optional


def test_a_placeholder_that_repeats_the_label_is_dropped() -> None:
    class Search(forms.Form):
        email = forms.CharField(
            label="Email", widget=forms.TextInput({"placeholder": "Email address"})
        )
        who = forms.CharField(label="Name", widget=forms.TextInput({"placeholder": "Rosa"}))

    assert "Email address" not in str(Search())
    assert 'placeholder="Rosa"' in str(Search())
