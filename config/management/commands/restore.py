"""Put a back-up back, where no network is set up yet. "-" is the input."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import backups


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")

    def handle(self, file: str, **options: Any) -> None:
        try:
            if file == "-":
                about = backups.restore(sys.stdin.buffer)
            else:
                with Path(file).open("rb") as source:
                    about = backups.restore(source)
        except (backups.BackupRefused, OSError) as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"The back-up of {about['made_at']} is in place. Start with ./run now.")
