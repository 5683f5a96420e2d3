"""A kit for another network: all that was learned, and nobody's name."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from campaigns import handbook, rules, setup
from campaigns.models import DepositRule, Group, HandbookPage, Person, User
from escalation import seed_kit
from escalation.models import GroupTactic
from letters.models import LetterText, OwnWord
from tests.factories import make_case, make_group, make_user


@pytest.fixture
def learned(db: None) -> Group:
    """A network that changed a bit of everything."""
    group = make_group(threshold="two_thirds", fight_cap=2)
    rules.load()
    by = make_user(name="Ana")
    HandbookPage.objects.create(
        slug="start", language="en", title="Who we are", text="Tuesdays.", changed_by=by
    )
    LetterText.objects.create(
        kind="wages", language="en", subject="Pay {who}", body="Now.", changed_by=by
    )
    OwnWord.objects.create(language="en", word="bailiff", added_by=by)
    GroupTactic.objects.create(
        tactic="posters", note="Not on stop signs.", checked_on="2026-01-02", changed_by=by
    )
    OwnWord.objects.create(language="en", word="gone", removed_at=group.created_at)
    DepositRule.objects.filter(jurisdiction="US-WA").update(
        return_deadline_days=29, version=4, checked_by=by, checked_on="2026-01-02"
    )
    return group


def emptied() -> None:
    """Make the database as it is before a network is set up."""
    for model in (HandbookPage, LetterText, OwnWord, DepositRule, GroupTactic, Group):
        model.objects.all().delete()
    User.objects.all().delete()
    rules.load()


def file_of(data: bytes | dict[str, Any]) -> SimpleUploadedFile:
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    return SimpleUploadedFile("kit.json", content, content_type="application/json")


def test_a_new_network_begins_with_what_another_learned(learned: Group, client: Client) -> None:
    kit = seed_kit.packed(learned)
    emptied()
    address = setup.link().removeprefix("http://testserver").split("//", 1)[-1]
    address = "/" + address.split("/", 1)[-1]
    page = client.get(address)
    form = page.context["form"]
    given = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    given |= {"name": "Delta Solidarity", "place": "Delta", "your_name": "Kim"}
    given |= {"time_zone": "America/Vancouver"}
    given |= {"email": "kim@delta.example"}
    given |= {"password": "four words by the river", "password_again": "four words by the river"}
    answer = client.post(address, given | {"kit": file_of(kit)})
    assert answer.status_code == 302, answer.context["form"].errors
    group = Group.objects.get()
    assert (group.name, group.threshold, group.fight_cap) == ("Delta Solidarity", "two_thirds", 2)
    assert handbook.page("start", reads=["en"]).text == "Tuesdays."
    assert LetterText.objects.get().body == "Now."
    assert [word.word for word in OwnWord.objects.all()] == ["bailiff"]
    tactic = GroupTactic.objects.get()
    assert (tactic.note, tactic.checked_on) == ("Not on stop signs.", None)
    rule = DepositRule.objects.get(jurisdiction="US-WA")
    assert (rule.return_deadline_days, rule.is_checked) == (29, False)


def test_no_person_case_or_address_is_in_a_kit(learned: Group) -> None:
    case = make_case(title="Harbor Grill")
    text = seed_kit.packed(learned).decode()
    user, person = User.objects.first(), Person.objects.first()
    named = [user.name, user.email, person.name, case.reference, case.title, learned.name]
    assert all(f'"{word}"' not in text for word in named)
    assert "@" not in text


def test_an_organizer_downloads_it(learned: Group, client: Client) -> None:
    client.force_login(User.objects.get())
    answer = client.get(reverse("download_seed_kit"))
    assert answer["Content-Disposition"] == 'attachment; filename="kit.json"'
    assert json.loads(answer.content)["pages"][0]["title"] == "Who we are"


def test_what_a_network_wrote_itself_stays(learned: Group, client: Client) -> None:
    kit = json.loads(seed_kit.packed(learned))
    kit["pages"][0]["text"] = "Theirs."
    kit["pages"].append({"slug": "keys", "language": "en", "title": "Keys", "text": "Kim."})
    kit["deposit_rules"][0]["return_deadline_days"] = 5
    client.force_login(User.objects.get())
    answer = client.post(reverse("seed_kit"), {"kit": file_of(kit)}, follow=True)
    assert "1 text was taken in." in answer.text
    assert HandbookPage.objects.get(slug="start").text == "Tuesdays."
    assert HandbookPage.objects.get(slug="keys").text == "Kim."
    assert DepositRule.objects.get(jurisdiction="US-WA").return_deadline_days == 29


def test_taken_in_twice_it_is_there_once(learned: Group) -> None:
    kit = seed_kit.read(seed_kit.packed(learned))
    HandbookPage.objects.all().delete()
    assert [seed_kit.plant(kit) for _time in range(2)] == [1, 0]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7", "This file is no kit"),
        (b'{"a": 1}', "This file is no kit"),
        (b"[1]", "This file is no kit"),
        ({"kit": "owed kit", "version": 2}, "a newer version"),
        (
            {"kit": "owed kit", "version": 1, "settings": {"fight_cap": 0}},
            "Settings, open fights at most",
        ),
        (
            {
                "kit": "owed kit",
                "version": 1,
                "pages": [{"slug": "../x", "language": "en", "title": "x", "text": "x"}],
            },
            "pages, slug",
        ),
    ],
)
def test_a_file_that_is_no_good_kit_is_refused_in_words(
    learned: Group, client: Client, content: Any, sentence: str
) -> None:
    client.force_login(User.objects.get())
    page = client.post(reverse("seed_kit"), {"kit": file_of(content)})
    assert sentence in page.context["form"].errors["kit"][0]


def test_a_kit_brings_nothing_but_its_own_fields(learned: Group) -> None:
    given = {"slug": "x", "language": "en", "title": "x", "text": "x", "changed_by": 1, "id": 99}
    kit = seed_kit.read(json.dumps({"kit": "owed kit", "version": 1, "pages": [given]}).encode())
    assert set(kit["pages"][0]) == {"slug", "language", "title", "text"}
