"""The first day: an empty folder, the set-up link, the demo, and every page of everybody."""

import os
import re
import subprocess
import sys
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models import Q
from django.test import Client
from django.urls import resolve

from campaigns.models import Case, CaseState, User
from escalation.demo import load_demo
from escalation.demo.log_ins import LOGINS, PASSWORD
from escalation.models import Action
from letters.models import Letter
from tests.browser import Browser
from tests.factories import make_group


def manage(var_dir: Path, *args: str) -> str:
    """Run manage.py as the product runs it: its own settings, its own data folder."""
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "SECRET_KEY")}
    environment |= {"VAR_DIR": str(var_dir), "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "manage.py", *args],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_empty_folder_gets_a_database_and_a_link_that_sets_up_a_network(tmp_path: Path) -> None:
    printed = manage(tmp_path, "prepare")
    assert (tmp_path / "owed.sqlite3").exists()
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert re.search(r"http://127\.0\.0\.1:8000/set-up/\S+/", printed)


@pytest.mark.django_db
def test_first_people_name_their_network_and_are_let_in() -> None:
    from campaigns import setup

    link = setup.link().removeprefix(settings.SITE_URL)
    first = Browser().open(link)
    first.send(
        name="Harbor Solidarity",
        place="Tacoma",
        time_zone="America/Los_Angeles",
        your_name="Ana",
        email="ana@harbor.example",
        password=PASSWORD,
        password_again=PASSWORD,
    ).done()
    assert User.objects.get().is_organizer
    assert "Harbor Solidarity" in first.text
    first.open("/today/")
    Browser().open(link, status=404)


# What the demo does not reach by a link that a reader of the page would follow.
def test_demo_has_a_case_in_every_state_and_every_page_of_everybody_opens(
    transactional_db: None,
) -> None:
    lines = load_demo()
    assert all(email in "\n".join(lines) for _name, email, _role, _duty in LOGINS)
    assert set(Case.objects.values_list("state", flat=True)) == set(CaseState.values)
    ahead = Q(state=Action.State.ANNOUNCED)
    assert Action.objects.filter(ahead).count() == 3
    assert Action.objects.filter(state=Action.State.DEBRIEFED).count() == 7
    assert {role for _n, _e, role, _d in LOGINS} == set(User.Role.values)

    for _name, email, _role, _duty in LOGINS:
        assert Client().login(email=email, password=PASSWORD)
    for email in ("ana", "huong", "jose", "siobhan"):  # on and off a team, organizer and member
        client = Client()
        client.force_login(User.objects.get(email=f"{email}@demo.example"))
        every = "case" if email == "ana" else ""
        _walk(client, start=["/", "/today/", "/actions/", "/account/"], every=every)
    visitor = Client()
    _walk(visitor, start=["/", "/tell/", "/status/", "/account/login/"])
    for line in lines:
        if code := re.search(r"^\s+((?:\w{5}-){4}\w{5})", line):
            person = Client()
            answer = person.get(f"/s/{code.group(1)}/", follow=True)
            assert answer.status_code == 200
            _walk(person, start=["/status/case/"])
    assert Letter.objects.issued().exists()

    again = StringIO()
    call_command("seed_demo", stdout=again)
    assert PASSWORD in again.getvalue()


@pytest.mark.django_db
def test_demo_is_never_loaded_over_a_network_in_use() -> None:
    make_group()
    with pytest.raises(CommandError, match="in use"):
        call_command("seed_demo")


def _walk(client: Client, *, start: list[str], every: str = "") -> None:
    """Follow the links on our pages, as a curious person does, to two of each kind of page, and to
    each page of the kind `every`. All must open."""
    ahead, met, opened = list(start), set(start), Counter[str]()
    while ahead:
        url = ahead.pop()
        place = resolve(url.partition("?")[0])
        page = f"{place.url_name} {place.kwargs.get('name', '')}"
        if opened[page] == 2 and place.url_name != every:
            continue
        opened[page] += 1
        answer = client.get(url, follow=True)
        assert answer.status_code == 200, f"{url} answered {answer.status_code}"
        if "text/html" not in answer.headers["Content-Type"]:
            answer.close()
            continue
        for link in re.findall(r'<a [^>]*href="(/[^"#]*)', answer.content.decode()):
            path = link.replace("&amp;", "&")
            if path not in met and not path.startswith(("/static/", "/leave/")):
                met.add(path)
                ahead.append(path)


@pytest.mark.parametrize(
    ("missing", "starts"), [("poppler-utils", True), ("fonts-noto-cjk", False)]
)
def test_start_goes_on_without_poppler_alone_when_it_cannot_be_installed(
    missing: str, starts: bool, tmp_path: Path
) -> None:
    """A machine without a way to its packages serves everything but the pages of PDFs."""
    for name, words in (
        ("dpkg-query", f'for p; do [ "$p" = {missing} ] || printf "installed:%s " "$p"; done'),
        ("apt-get", "exit 100"),
        ("sudo", 'shift 2; "$@"'),
    ):
        (tmp_path / name).write_text(f"#!/bin/sh\n{words}\n")
        (tmp_path / name).chmod(0o755)
    script = (settings.BASE_DIR / "run").read_text()
    only_packages = script.partition("\ncase ${1:-serve} in")[0] + "\necho goes on\n"
    (tmp_path / "run").write_text(only_packages)
    done = subprocess.run(
        ["sh", tmp_path / "run"],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ("goes on" in done.stdout) is starts
    assert done.returncode == (0 if starts else 1)
    said = (
        "Owed starts without poppler-utils." if starts else "apt could not install: fonts-noto-cjk."
    )
    assert said in done.stderr
