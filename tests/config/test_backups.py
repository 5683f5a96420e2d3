"""Back-ups: made while people work, whole or refused, and put back where nothing is."""

import io
import os
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings

NETWORK = """
from campaigns.models import Group, ReferenceCounter
Group.objects.create(pk=1, name="Harbor Solidarity", place="Tacoma")
ReferenceCounter.objects.create(letter="W", last=41)
"""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a network, a case number and a file."""
    var = tmp_path_factory.mktemp("machine")
    manage(var, "prepare")
    manage(var, "shell", "-c", NETWORK)
    (var / "files" / "2026").mkdir(parents=True)
    (var / "files" / "2026" / "stub.jpg").write_bytes(b"a pay stub")
    return var


def manage(var: Path, *args: str, ok: bool = True, given: bytes = b"") -> bytes:
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "SECRET_KEY")}
    environment |= {"VAR_DIR": str(var), "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "manage.py", *args],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        input=given,
        check=False,
    )
    assert (done.returncode == 0) == ok, done.stderr.decode()
    return done.stdout if ok else done.stderr


def counter(var: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(var / "owed.sqlite3")) as database:
        return database.execute("SELECT letter, last FROM campaigns_referencecounter").fetchall()


@pytest.fixture(scope="module")
def backup(machine: Path) -> Path:
    file = machine.parent / "owed.tar"
    manage(machine, "back_up", str(file))
    return file


def test_a_backup_put_back_on_an_empty_machine_is_the_same(
    machine: Path, backup: Path, tmp_path: Path
) -> None:
    assert backup.stat().st_mode & 0o077 == 0
    said = manage(tmp_path, "restore", str(backup))
    assert b"is in place" in said
    assert counter(tmp_path) == [("W", 41)]
    assert (tmp_path / "files" / "2026" / "stub.jpg").read_bytes() == b"a pay stub"
    assert (tmp_path / "secret_key").read_bytes() == (machine / "secret_key").read_bytes()


def test_what_was_saved_a_moment_ago_is_in_it_also_through_a_pipe(
    machine: Path, tmp_path: Path
) -> None:
    """The row is in the write-ahead log alone, where a copy of the file would not find it."""
    with closing(sqlite3.connect(machine / "owed.sqlite3")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA wal_autocheckpoint=0")
        with database:
            database.execute("INSERT INTO campaigns_referencecounter VALUES ('O', 7)")
        made = manage(machine, "back_up", "-")
        with database:
            database.execute("DELETE FROM campaigns_referencecounter WHERE letter = 'O'")
    manage(tmp_path, "restore", "-", given=made)
    assert ("O", 7) in counter(tmp_path)


def test_where_a_network_is_nothing_is_put_back(machine: Path, backup: Path) -> None:
    assert b"already" in manage(machine, "restore", str(backup), ok=False)
    assert counter(machine) == [("W", 41)]


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _flipped(data: bytes) -> bytes:
    at = data.index(b"a pay stub")
    return data[:at] + b"A" + data[at + 1 :]


def _other(data: bytes) -> bytes:
    return b"PK not a tar at all" * 100


def _newer(data: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(data)) as old, tarfile.open(fileobj=out, mode="w") as new:
        for entry in old:
            content = old.extractfile(entry).read()
            if entry.name == "list.json":
                content = content.replace(b'"migrations": [', b'"migrations": ["letters.0999_x",')
                entry.size = len(content)
            new.addfile(entry, io.BytesIO(content))
    return out.getvalue()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_cut, "no whole back-up"),
        (_flipped, "was changed: files/2026/stub.jpg"),
        (_other, "no whole back-up"),
        (_newer, "newer version"),
    ],
)
def test_a_spoilt_backup_is_refused_and_nothing_is_touched(
    backup: Path, tmp_path: Path, spoil: Callable[[bytes], bytes], sentence: str
) -> None:
    spoilt = tmp_path / "spoilt.tar"
    spoilt.write_bytes(spoil(backup.read_bytes()))
    var = tmp_path / "var"
    assert sentence in manage(var, "restore", str(spoilt), ok=False).decode()
    assert not (var / "files").exists()
    assert not list(var.glob("tmp*"))
