"""A group adds words to the checks of its letters, and cannot take any of ours away."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import User
from letters import own_words, word_lists
from letters.models import OwnWord
from tests.factories import make_group, make_user

pytestmark = pytest.mark.django_db
URL = "/words/"


@pytest.fixture
def ana(client: Client) -> User:
    make_group()
    ana = make_user("Ana")
    client.force_login(ana)
    return ana


def words(language: str = "en") -> dict[str, tuple[str, ...]]:
    return {one.code: tuple(one.words[language]) for one in own_words.lists(language)}


def test_page_shows_the_lists_in_plain_words(client: Client, ana: User) -> None:
    page = client.get(URL).text
    assert "prosecut…" in page
    assert "tax form…" in page
    assert "polic" in page
    assert "\\w" not in page
    assert reverse("own_words") in client.get(reverse("settings")).text


def test_word_is_added_in_its_language_and_level(client: Client, ana: User) -> None:
    sent = {"word": "  shut   you  down* ", "language": "en", "level": "block"}
    answer = client.post(URL, sent, follow=True)
    assert "Added. Every letter is checked for it from now on." in answer.text
    assert words() == {"own_block": ("shut you down*",)}
    assert words("es") == {}
    assert OwnWord.objects.get().added_by == ana


def test_same_word_twice_and_too_short_a_word_are_refused(client: Client, ana: User) -> None:
    sent = {"word": "evict*", "language": "en", "level": "warn"}
    client.post(URL, sent)
    assert "This word is on the list of that language already." in client.post(URL, sent).text
    short = client.post(URL, sent | {"word": "a*"})
    assert "Write at least 3 letters." in short.text
    assert OwnWord.objects.count() == 1
    client.post(URL, sent | {"language": "es"})
    assert OwnWord.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("(a+)+$ bbb", "(a+)+$ bbb"), ("po*lice", "police"), ("a…b cd", "a b cd"), ("x | yz", "x yz")],
)
def test_signs_of_our_own_lists_are_no_signs_here(typed: str, kept: str) -> None:
    assert own_words.tidy(typed) == kept


def test_taking_a_word_off_says_who_did_it(client: Client, ana: User) -> None:
    own_words.add(language="en", level="block", word="evict*", by=ana)
    word = OwnWord.objects.get()
    client.force_login(make_user("Ben"))
    answer = client.post(reverse("remove_own_word", args=[word.pk]), follow=True)
    assert "Taken off again" in answer.text
    assert "Ben, " in answer.text
    assert words() == {}
    assert own_words.add(language="en", level="block", word="evict*", by=ana)


def test_own_words_never_change_the_lists_that_come_with_it(ana: User) -> None:
    before = [list(one.found_in("The police and a tax form.")) for one in word_lists.LISTS]
    own_words.add(language="en", level="warn", word="police", by=ana)
    after = [list(one.found_in("The police and a tax form.")) for one in word_lists.LISTS]
    assert before == after
    assert before[0] == ["police"]
