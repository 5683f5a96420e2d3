"""A mail server made of one file, for senders in processes of their own and those who kill them."""

import os
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


def sent() -> list[tuple[str, str]]:
    """Return (address, Message-ID) of each mail that was taken, also twice."""
    path = Path(settings.APPENDED_MAIL)
    lines = path.read_text().splitlines() if path.exists() else []
    return [(address, mark) for address, _tab, mark in (line.partition("\t") for line in lines)]


class Appending(BaseEmailBackend):
    """Takes a mail by one short write, which a kill does before or after, and never half."""

    def open(self) -> bool:
        return True

    def close(self) -> None:
        pass

    def send_messages(self, email_messages: list[EmailMessage]) -> int:
        for mail in email_messages:
            line = f"{mail.to[0]}\t{mail.message()['Message-ID']}\n"
            time.sleep(settings.SERVER_TAKES / 2)
            with open(settings.APPENDED_MAIL, "ab", buffering=0) as file:
                os.write(file.fileno(), line.encode())
            time.sleep(settings.SERVER_TAKES / 2)
        return len(email_messages)


def use(settings: Any, folder: Path, *, takes: float = 0.001) -> None:
    settings.EMAIL_BACKEND = "tests.posting.Appending"
    settings.APPENDED_MAIL, settings.SERVER_TAKES = str(folder / "sent"), takes
