"""System checks: what is wrong with the machine, in a sentence, and how to mend it.

`./run` asks for all of them at each start.
"""

import ctypes
import shutil
import sqlite3
from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

PANGO = ("libgobject-2.0", "libpango-1.0", "libpangoft2-1.0", "libharfbuzz", "libfontconfig")


def _is_installed(library: str) -> bool:
    """Tell whether WeasyPrint would find `library`. Loading WeasyPrint itself takes seconds."""
    for ending in (".so.0", ".so.1", ".0.dylib", ".1.dylib"):
        try:
            ctypes.CDLL(library + ending)
        except OSError:
            continue
        return True
    return False


@checks.register()
def check_pango(
    app_configs: Sequence[AppConfig] | None, **options: object
) -> list[checks.CheckMessage]:
    missing = [library for library in PANGO if not _is_installed(library)]
    if missing:
        return [
            checks.Error(
                f"Letters cannot be drawn: this machine has no {', '.join(missing)}.",
                hint="apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
                id="owed.E001",
            )
        ]
    if not _is_installed("libharfbuzz-subset"):
        return [
            checks.Warning(
                "Letters take twice as long: this machine has no libharfbuzz-subset.",
                hint="apt-get install libharfbuzz-subset0",
                id="owed.W001",
            )
        ]
    return []


@checks.register()
def check_poppler(
    app_configs: Sequence[AppConfig] | None, **options: object
) -> list[checks.CheckMessage]:
    """Without it PDFs are taken and kept all the same; they wait to be shown."""
    if shutil.which("pdftoppm") and shutil.which("pdfinfo"):
        return []
    return [
        checks.Warning(
            "The pages of PDFs that people send cannot be shown: this machine has no Poppler.",
            hint="apt-get install poppler-utils",
            id="owed.W003",
        )
    ]


@checks.register(deploy=True)
def check_sqlite(
    app_configs: Sequence[AppConfig] | None, **options: object
) -> list[checks.CheckMessage]:
    """Warn of the bug described at https://sqlite.org/wal.html#walresetbug, on a public site only.

    Debian 12 has no version without it, and a person trying the product alone will not meet it.
    """
    version = sqlite3.sqlite_version_info
    is_mended = (
        version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    )
    if is_mended or not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return []
    return [
        checks.Warning(
            f"SQLite {sqlite3.sqlite_version} can, very rarely, damage the database when two "
            "people save at the same moment.",
            hint="Set DATABASE_URL to a PostgreSQL database, or use a system with SQLite 3.51.3.",
            id="owed.W002",
        )
    ]
