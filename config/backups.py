"""One file that holds everything, made while people work, and put back on an empty machine.

A copy of a database file that is in use can lack what was saved last, and still look whole. So the
database makes its own copy, that is opened and checked, and a list of every file with its SHA-256
stands at the end: what was cut short has no list, and what was changed does not fit it.
"""

import hashlib
import io
import json
import os
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from campaigns.models import Case, Group

LIST = "list.json"
SQLITE, POSTGRESQL = "owed.sqlite3", "owed.dump"
SECRET, FILES = "secret_key", "files"
NAME, VERSION = "owed back-up", 1
CHUNK = 1024 * 1024


class BackupRefused(Exception):
    """Nothing was written. The text of the exception says why, and what to do."""


# Making one


def back_up(out: IO[bytes]) -> dict[str, int]:
    """Write a back-up to `out` and return what is in it: cases and files."""
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as folder:
        database = _copy_of_database(Path(folder))
        listed: dict[str, str] = {}
        with tarfile.open(fileobj=out, mode="w|") as tar:
            for name, path in _members(database):
                if sha256 := _add(tar, name, path):
                    listed[name] = sha256
            text = json.dumps(_about() | {"sha256": listed}, indent=1).encode()
            entry = tarfile.TarInfo(LIST)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text))
    return {"cases": Case.objects.count(), "files": len(listed) - 2}


def _copy_of_database(folder: Path) -> Path:
    if connection.vendor == "sqlite":
        return _copy_of_sqlite(folder / SQLITE)
    path = folder / POSTGRESQL
    _postgresql("pg_dump", "--format=custom", f"--file={path}")
    return path


def _copy_of_sqlite(path: Path) -> Path:
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BackupRefused("The database is damaged. Restore the last good back-up.")
    return path


def _members(database: Path) -> Iterator[tuple[str, Path]]:
    """Yield the database first: a file that comes later only has no row yet, which does no harm."""
    yield database.name, database
    yield SECRET, settings.VAR_DIR / SECRET
    for path in sorted(settings.MEDIA_ROOT.rglob("*")):
        if path.is_file():
            yield f"{FILES}/{path.relative_to(settings.MEDIA_ROOT)}", path


def _add(tar: tarfile.TarFile, name: str, path: Path) -> str:
    """Put one file in and return its SHA-256, or "" for one that was deleted meanwhile."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return ""
    with file:
        hashed = _Hashed(file)
        tar.addfile(tar.gettarinfo(arcname=name, fileobj=file), hashed)
    return hashed.sha256.hexdigest()


class _Hashed(io.RawIOBase):
    """Passes a file on and works out its SHA-256 on the way."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.sha256 = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.sha256.update(data)
        return data


def _about() -> dict[str, Any]:
    applied = MigrationRecorder(connection).applied_migrations()
    return {
        "name": NAME,
        "version": VERSION,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "database": connection.vendor,
        "migrations": sorted(".".join(key) for key in applied),
    }


# Putting one back


def restore(source: IO[bytes]) -> dict[str, Any]:
    """Put a back-up back where no network is yet, and return its list. Raises BackupRefused.

    It is read whole, and looked at, beside what is there; only then it takes its place.
    """
    if _has_network():
        raise BackupRefused(
            "There is a network here already. Stop it, move its data away, and start again."
        )
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as folder:
        there = Path(folder)
        about = _unpacked(source, there)
        _look_at(about, there)
        connection.close()
        _put_back(there)
    return about


def _has_network() -> bool:
    if Group._meta.db_table not in connection.introspection.table_names():
        return False
    return Group.objects.exists()


def _unpacked(source: IO[bytes], folder: Path) -> dict[str, Any]:
    """Unpack into `folder` and return the list, once every file fits it."""
    found: dict[str, str] = {}
    about: dict[str, Any] = {}
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            for entry in tar:
                if entry.name == LIST:
                    about = json.loads(tar.extractfile(entry).read())
                    continue
                tar.extract(entry, folder, filter="data")
                found[entry.name] = _sha256(folder / entry.name)
    except (tarfile.TarError, ValueError, OSError, EOFError) as error:
        raise BackupRefused(f"This file is no whole back-up ({error}).") from None
    if about.get("name") != NAME:
        raise BackupRefused("This file is no whole back-up: its list is missing.")
    if about["sha256"] != found:
        wrong = sorted(dict(about["sha256"].items() ^ found.items()))
        raise BackupRefused(f"This back-up was changed: {', '.join(wrong[:5])}.")
    return about


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _look_at(about: dict[str, Any], folder: Path) -> None:
    from django.db.migrations.loader import MigrationLoader

    if about["database"] != connection.vendor:
        raise BackupRefused(
            f"This back-up is of {about['database']}, and DATABASE_URL says {connection.vendor}."
        )
    known = {".".join(key) for key in MigrationLoader(None).disk_migrations}
    ours = {name for name in about["migrations"] if name.split(".")[0] in _our_apps()}
    if about["version"] != VERSION or ours - known:
        raise BackupRefused("This back-up was made by a newer version. Update the program first.")
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(folder / SQLITE)) as copy:
            if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise BackupRefused("The database in this back-up is damaged. Take another one.")


def _our_apps() -> set[str]:
    return {"campaigns", "letters", "escalation"}


def _put_back(folder: Path) -> None:
    files, old = settings.MEDIA_ROOT, settings.MEDIA_ROOT.with_name(".files.old")
    if connection.vendor == "sqlite":
        path = Path(settings.DATABASES["default"]["NAME"])
        for rest in ("-wal", "-shm"):  # they belong to the empty database that goes
            path.with_name(path.name + rest).unlink(missing_ok=True)
        os.replace(folder / SQLITE, path)
    else:
        _postgresql("pg_restore", "--clean", "--if-exists", "--no-owner", "--dbname", folder=folder)
    os.replace(folder / SECRET, settings.VAR_DIR / SECRET)
    if files.exists():
        os.replace(files, old)
    (folder / FILES).mkdir(exist_ok=True)
    os.replace(folder / FILES, files)


def _postgresql(program: str, *options: str, folder: Path | None = None) -> None:
    """Run a program of PostgreSQL on our database; the password goes by the environment."""
    said = settings.DATABASES["default"]
    url = {"host": said["HOST"], "port": said["PORT"], "user": said["USER"], "dbname": said["NAME"]}
    where = " ".join(f"{name}={value}" for name, value in url.items() if value)
    command = [program, *options, where]
    if folder:
        command.append(str(folder / POSTGRESQL))
    try:
        subprocess.run(  # noqa: S603 - our own words and settings
            command,
            check=True,
            capture_output=True,
            env=os.environ | {"PGPASSWORD": said["PASSWORD"]},
        )
    except FileNotFoundError:
        raise BackupRefused(
            f"{program} is missing. Install postgresql-client of the server's version."
        ) from None
    except subprocess.CalledProcessError as error:
        raise BackupRefused(f"{program}: {error.stderr.decode().strip()}") from None
