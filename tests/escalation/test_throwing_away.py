"""Throwing the demo away: nothing of it stays, and a real network is never thrown away."""

import shutil
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from campaigns import rules, setup
from campaigns.models import Case, DepositRule, Group, User, WageRule
from escalation import seed_kit
from escalation.demo import load_demo, throwing_away
from tests import factories as make

NAME = "Rainier Solidarity (demo)"
# Rules and what Django says about the program itself. "cache" is emptied, but counts log-ins.
STAYS = {
    "campaigns_depositrule",
    "campaigns_wagerule",
    "django_content_type",
    "auth_permission",
    "django_migrations",
    "cache",
}


def rows() -> dict[str, int]:
    """Count the rows of every table that has any."""
    counted = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - our own tables
            counted[table] = cursor.fetchone()[0]
    return {table: number for table, number in counted.items() if number}


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def demo(db: None) -> Group:
    """Only the row of a demo, which is all that the refusals ask for."""
    return make.make_group(name=NAME, is_demo=True)


@pytest.fixture
def ana(demo: Group, client: Client) -> User:
    ana = make.make_user("Ana")
    client.force_login(ana)
    return ana


def test_nothing_of_the_demo_is_left_and_a_network_can_be_set_up(
    transactional_db: None, client: Client, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = settings.MEDIA_ROOT.with_name("mail-of-demo")
    rules.load()
    load_demo()
    DepositRule.objects.filter(jurisdiction="US-WA").update(return_deadline_days=3, version=2)
    (settings.MEDIA_ROOT / "deep").mkdir(parents=True, exist_ok=True)
    (settings.MEDIA_ROOT / "deep" / "file").write_bytes(b"x")
    settings.EMAIL_FILE_PATH.mkdir(exist_ok=True)
    (settings.EMAIL_FILE_PATH / "one.log").write_text("To: rosa@demo.example")
    client.force_login(User.objects.get(email="ana@demo.example"))
    assert "Throw the demo away and start for real" in client.get(reverse("settings")).text

    answer = client.post(reverse("throw_demo_away"), {"name": NAME})

    assert "Nothing of it is left on this server." in answer.text
    assert set(rows()) <= STAYS
    assert files(settings.MEDIA_ROOT) == files(settings.EMAIL_FILE_PATH) == []
    rule = DepositRule.objects.get(jurisdiction="US-WA")
    assert (rule.version, rule.checked_by) == (1, None)
    assert WageRule.objects.count() == len(rules.shipped(WageRule))
    assert "not set up yet" in client.get(reverse("home")).text

    link = setup.link().removeprefix(settings.SITE_URL)
    assert link.rpartition(".")[0].rpartition(".")[0] in answer.text  # made in the same second
    made = setup.set_up(
        network={"name": "Harbor", "place": "Tacoma"},
        name="Kim",
        email="ana@demo.example",  # free again
        password="four words by the river",
    )
    assert made.is_organizer
    assert Group.objects.get().is_demo is False
    assert Case.objects.count() == 0


def test_the_demo_says_that_it_is_one(transactional_db: None) -> None:
    load_demo()
    assert Group.objects.get().is_demo


@pytest.mark.parametrize("typed", ["", "Rainier", NAME.upper(), f"{NAME}x"])
def test_another_name_throws_nothing_away(ana: User, client: Client, typed: str) -> None:
    answer = client.post(reverse("throw_demo_away"), {"name": typed})
    assert answer.status_code == 200
    assert answer.context["form"].errors["name"]
    assert User.objects.get() == ana


def test_looking_at_the_page_throws_nothing_away(ana: User, client: Client) -> None:
    assert NAME in client.get(reverse("throw_demo_away")).text
    assert User.objects.get() == ana


def test_a_real_network_is_never_thrown_away(ana: User, client: Client) -> None:
    Group.objects.update(is_demo=False)
    assert "Throw the demo away" not in client.get(reverse("settings")).text
    for method in (client.get, client.post):
        answer = method(reverse("throw_demo_away"), {"name": NAME}, follow=True)
        assert "This network is no demo" in answer.text
    with pytest.raises(throwing_away.Refused, match="no demo"):
        throwing_away.throw_away(name=NAME)
    assert User.objects.get() == ana


def test_a_real_network_is_not_thrown_away_when_it_came_to_be_meanwhile(
    ana: User, client: Client
) -> None:
    """The row is asked once more under its lock: another name is another network."""
    Group.objects.update(name="Harbor Solidarity")
    with pytest.raises(throwing_away.Refused):
        throwing_away.throw_away(name=NAME)
    assert User.objects.get() == ana


def test_nothing_people_send_makes_a_network_a_demo(ana: User, client: Client) -> None:
    Group.objects.update(is_demo=False)
    page = client.get(reverse("settings"))
    form = page.context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    client.post(reverse("settings"), typed | {"is_demo": "on"})
    assert Group.objects.get().version == 2
    assert Group.objects.get().is_demo is False
    assert "is_demo" not in seed_kit.SETTINGS


def test_a_server_that_only_shows_the_demo_keeps_it(
    ana: User, client: Client, settings: Settings
) -> None:
    settings.ONLY_DEMO = True
    answer = client.post(reverse("throw_demo_away"), {"name": NAME}, follow=True)
    assert "This server was started to try things out." in answer.text
    assert User.objects.get() == ana


def test_on_a_public_address_the_set_up_link_is_not_shown(
    transactional_db: None, client: Client, settings: Settings
) -> None:
    """Everybody knows the log-ins of the demo."""
    settings.HTTPS = True
    make.make_group(name=NAME, is_demo=True)
    client.force_login(make.make_user("Ana"))
    answer = client.post(reverse("throw_demo_away"), {"name": NAME})
    assert "/set-up/" not in answer.text
    assert "./run setup_link" in answer.text


def test_a_member_does_not_throw_the_demo_away(demo: Group, client: Client) -> None:
    client.force_login(make.make_member())
    assert client.post(reverse("throw_demo_away"), {"name": NAME}).status_code == 404
    assert Group.objects.exists()


def test_when_files_cannot_be_deleted_the_demo_stays_and_can_be_thrown_away_again(
    transactional_db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.make_group(name=NAME, is_demo=True)
    ana = make.make_user("Ana")
    (settings.MEDIA_ROOT / "deep").mkdir(parents=True)

    def broken(path: Path) -> None:
        raise OSError(f"The disk cannot be written to: {path}")

    with monkeypatch.context() as disk:
        disk.setattr(shutil, "rmtree", broken)
        with pytest.raises(OSError, match="cannot be written"):
            throwing_away.throw_away(name=NAME)
    assert User.objects.get() == ana
    throwing_away.throw_away(name=NAME)
    assert not User.objects.exists()
