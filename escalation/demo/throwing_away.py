"""Throw the demo away: every row and every file of it, so that the server is as on its first day.

Only a network that the demo itself made is ever thrown away (`Group.is_demo`). That is asked once
more under the lock of its row, in the transaction that deletes.
"""

import shutil
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.management.color import no_style
from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from campaigns import rules
from campaigns.models import Group

# What Django itself put there, about the program and nobody. The tables of migrations and of the
# cache belong to no model, so they are not among those that are emptied either.
KEPT_TABLES = ("django_content_type", "auth_permission")


class Refused(Exception):
    """Nothing was thrown away. The text of the exception is a sentence for the person."""


def why_not(group: Group) -> str:
    """Return why this network cannot be thrown away, or an empty string."""
    if not group.is_demo:
        return _("This network is no demo, so it cannot be thrown away.")
    if settings.ONLY_DEMO:
        return _("This server was started to try things out. Start a real one with ./run instead.")
    return ""


def throw_away(*, name: str) -> None:
    """Delete the demo called `name`. Raises Refused; then everything is there still.

    Files go before the end of the transaction: if that stops halfway, there is still a demo, and it
    can be thrown away again.
    """
    try:
        with transaction.atomic():
            row = Group.objects.select_for_update().filter(pk=1, is_demo=True, name=name).first()
            if row is None or why_not(row):
                raise Refused(_("This network is no demo, so it cannot be thrown away."))
            _empty_tables()
            rules.load()
            _delete_files()
    except OperationalError:
        raise Refused(_("The server is busy. Try again in a moment.")) from None
    cache.clear()  # counters of log-ins of people who are gone


def tables() -> list[str]:
    """Return the tables that hold what people did."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(set(names) - set(KEPT_TABLES))


def _empty_tables() -> None:
    sql = connection.ops.sql_flush(no_style(), tables(), reset_sequences=True)
    with connection.cursor() as cursor:
        for statement in sql:
            cursor.execute(statement)


def _delete_files() -> None:
    """Delete the uploads, their working copies, and mails that were only written to files."""
    folders = [Path(settings.MEDIA_ROOT)]
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        folders.append(Path(settings.EMAIL_FILE_PATH))
    for folder in folders:
        for path in folder.iterdir() if folder.is_dir() else ():
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
