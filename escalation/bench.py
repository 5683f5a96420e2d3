"""How long the outbox takes: 10,000 reminders for one action, from the calendar to the file."""

import datetime as dt
import tempfile
import time
from pathlib import Path
from typing import TextIO

from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from campaigns.models import Group
from escalation import posting
from escalation.models import Action, OutboxMessage, SignUp, Tactic

MESSAGES = 10_000
GOAL = 60  # seconds
NOON = dt.time(12)


def bench_outbox(out: TextIO) -> None:
    """Print what planning and sending takes, with mails written to a file and commits to the disk.

    It is one sender on one core. The database is a throw-away one beside the product's own, with
    the product's own settings: each message is noted before and after it is handed over.
    """
    name = connection.settings_dict["NAME"]
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as folder:
        if connection.vendor == "sqlite":  # else it would lie in memory, and nothing be on the disk
            connection.settings_dict["TEST"]["NAME"] = str(Path(folder, "bench.sqlite3"))
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            now = _fill()
            mail = {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}
            with override_settings(EMAIL_FILE_PATH=folder, **mail):
                began, cpu = time.monotonic(), time.process_time()
                counts = posting.post(clock=lambda: now)
                seconds, cpu = time.monotonic() - began, time.process_time() - cpu
            sent = OutboxMessage.objects.filter(status=OutboxMessage.Status.SENT).count()
            out.write(f"{'planned':<10}{counts['planned']:>8}\n{'sent':<10}{sent:>8}\n")
            out.write(f"{'seconds':<10}{seconds:>8.1f}    (at most {GOAL})\n")
            out.write(f"{'CPU':<10}{cpu:>8.1f}\n")
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


def _fill() -> dt.datetime:
    """Store an action of tomorrow with 10,000 people, and return the moment they are reminded."""
    group = Group.objects.create(pk=1, name="Bench", place="Nowhere", email="us@bench.example")
    today = timezone.localdate(timezone.now(), group.zone)
    starts = dt.datetime.combine(today + dt.timedelta(days=10), NOON, tzinfo=group.zone)
    action = Action.objects.create(
        tactic=Tactic.PICKET,
        title="Picket",
        starts_at=starts,
        ends_at=starts + dt.timedelta(hours=2),
        needed=10,
        state=Action.State.ANNOUNCED,
    )
    SignUp.objects.bulk_create(
        (
            SignUp(
                action=action,
                name=f"Person {n}",
                email=f"person{n}@bench.example",
                contact_key=f"email:person{n}@bench.example",
                token_hash=f"{n:064}",
                answer=SignUp.Answer.YES,
            )
            for n in range(MESSAGES)
        ),
        batch_size=500,
    )
    return starts - dt.timedelta(hours=23)
