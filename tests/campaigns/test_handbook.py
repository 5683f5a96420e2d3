"""How we do it: pages that come with the product, and what a group makes of them."""

import re

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import resolve, reverse

from campaigns import handbook
from campaigns.models import HandbookPage
from campaigns.page_text import Block, Run, blocks_of
from tests.factories import make_group, make_member, make_user

LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.fixture
def organizer(client: Client, db: None) -> Client:
    make_group()
    client.force_login(make_user())
    return client


def edit(client: Client, slug: str, language: str = "en", **typed: str) -> object:
    page = client.get(reverse("edit_handbook_page", args=[slug, language])).context["form"]
    given = {name: page[name].value() for name in page.fields}
    return client.post(reverse("edit_handbook_page", args=[slug, language]), given | typed)


# What comes with the product


def test_every_page_is_there_in_every_language_and_in_the_same_order() -> None:
    first, *others = [list(handbook.shipped(language)) for language in LANGUAGES]
    assert len(first) >= 10
    assert all(other == first for other in others)


@pytest.mark.parametrize("language", LANGUAGES)
def test_shipped_pages_have_the_same_parts_and_lead_to_pages_that_exist(language: str) -> None:
    for slug, page in handbook.shipped(language).items():
        blocks, like = blocks_of(page.text), blocks_of(handbook.shipped("en")[slug].text)
        shape = [(block.kind, len(block.lines)) for block in blocks]
        assert shape == [(block.kind, len(block.lines)) for block in like], slug
        runs = [run for block in blocks for line in block.lines for run in line]
        assert not any(re.search(r"\*\*|\]\(|^#", run.text) for run in runs), slug
        for run in runs:
            assert not run.address or resolve(run.address), slug


# How text is read


def drawn(text: str) -> str:
    html = render_to_string("campaigns/_page_text.html", {"blocks": blocks_of(text)})
    return html.replace("\n", "")


def test_signs_become_headings_lists_and_steps() -> None:
    text = "First\nsecond line\n\n## Then\n- one\n- two\n\n1. do\n2. this"
    assert drawn(text) == (
        "<p>First<br>second line</p><h2>Then</h2><ul><li>one</li><li>two</li></ul>"
        "<ol><li>do</li><li>this</li></ol>"
    )


def test_words_become_strong_and_lead_to_pages_of_this_site() -> None:
    html = drawn("**Look** at [Today](/today/) first")
    assert html == '<p><strong>Look</strong> at <a href="/today/">Today</a> first</p>'


@pytest.mark.parametrize(
    "text",
    [
        "[x](https://evil.example/)",
        "[x](//evil.example/)",
        "[x](javascript:alert)",
        '[x](/a" onclick="b)',
    ],
)
def test_a_link_to_elsewhere_stays_text(text: str) -> None:
    assert blocks_of(text) == [Block("paragraph", [[Run(text)]])]


def test_html_in_a_page_is_text() -> None:
    assert drawn('<script>x</script> & "y"') == (
        "<p>&lt;script&gt;x&lt;/script&gt; &amp; &quot;y&quot;</p>"
    )


def test_a_line_that_only_looks_like_a_list_is_a_paragraph() -> None:
    assert drawn("- one\nand more") == "<p>- one<br>and more</p>"


# Reading


@pytest.mark.django_db
def test_a_member_reads_the_pages_and_is_led_through_them(client: Client) -> None:
    make_group()
    client.force_login(make_member())
    listed = client.get(reverse("handbook"))
    for slug, page in handbook.shipped("en").items():
        assert f'href="{reverse("handbook_page", args=[slug])}"' in listed.text
        assert page.title in listed.text
    first = client.get(reverse("handbook_page", args=["start"]))
    assert f'href="{reverse("handbook_page", args=["first-contact"])}"' in first.text
    assert reverse("edit_handbook_page", args=["start", "en"]) not in first.text


@pytest.mark.django_db
def test_a_page_is_read_in_the_language_of_its_reader(client: Client) -> None:
    make_group()
    member = make_member()
    member.language = "es"
    member.save()
    client.force_login(member)
    assert "No somos un servicio" in client.get(reverse("handbook_page", args=["start"])).text


@pytest.mark.django_db
def test_a_page_that_is_not_there_in_their_language_says_so(organizer: Client) -> None:
    HandbookPage.objects.create(slug="llaves", language="es", title="Las llaves", text="Ana.")
    page = organizer.get(reverse("handbook_page", args=["llaves"]))
    assert "not there in your language" in page.text
    assert '<div lang="es">' in page.text


@pytest.mark.django_db
def test_an_unknown_page_or_language_is_not_there(organizer: Client) -> None:
    assert organizer.get(reverse("handbook_page", args=["salary"])).status_code == 404
    for slug, language in (("salary", "en"), ("start", "xx")):
        address = reverse("edit_handbook_page", args=[slug, language])
        assert organizer.get(address).status_code == 404


# Changing


@pytest.mark.django_db
def test_an_organizer_changes_a_page_in_one_language(organizer: Client) -> None:
    assert (
        edit(organizer, "start", title="Who we are", text="We meet on Tuesdays.").status_code == 302
    )
    assert "We meet on Tuesdays." in organizer.get(reverse("handbook_page", args=["start"])).text
    assert handbook.page("start", reads=["es"]).title == handbook.shipped("es")["start"].title


@pytest.mark.django_db
def test_looking_at_it_first_saves_nothing(organizer: Client) -> None:
    page = edit(organizer, "start", text="## Keys\nAna has them.", look="1")
    assert "<h2>Keys" in page.text
    assert not HandbookPage.objects.exists()


@pytest.mark.django_db
def test_of_two_who_change_a_page_the_second_sees_what_the_first_wrote(organizer: Client) -> None:
    address = reverse("edit_handbook_page", args=["start", "en"])
    both = {"title": "Start", "seen_version": "0"}
    organizer.post(address, both | {"text": "First."})
    second = organizer.post(address, both | {"text": "Second."})
    assert second.status_code == 409
    assert "They wrote: First." in second.text
    assert second.context["form"]["text"].value() == "Second."
    assert HandbookPage.objects.get().text == "First."


@pytest.mark.django_db
def test_going_back_brings_the_text_of_the_product(organizer: Client) -> None:
    edit(organizer, "start", text="Ours.")
    organizer.post(reverse("remove_own_page", args=["start", "en"]))
    assert handbook.page("start", reads=["en"]).text == handbook.shipped("en")["start"].text


@pytest.mark.django_db
def test_a_page_of_their_own_stands_behind_the_others_and_can_be_deleted(organizer: Client) -> None:
    new = {"title": "Who has the keys", "language": "en", "text": "Ana and Ben."}
    answer = organizer.post(reverse("add_handbook_page"), new)
    assert answer.url == reverse("handbook_page", args=["who-has-the-keys"])
    assert handbook.pages(reads=["en"])[-1].title == "Who has the keys"
    organizer.post(reverse("add_handbook_page"), new)
    assert {p.slug for p in HandbookPage.objects.all()} == {
        "who-has-the-keys",
        "who-has-the-keys-2",
    }
    gone = organizer.post(reverse("remove_own_page", args=["who-has-the-keys", "en"]))
    assert gone.url == reverse("handbook")


@pytest.mark.django_db
def test_a_title_in_another_script_gets_an_address_too(organizer: Client) -> None:
    new = {"title": "钥匙", "language": "en", "text": "Ana."}
    assert organizer.post(reverse("add_handbook_page"), new).url == reverse(
        "handbook_page", args=["page"]
    )
