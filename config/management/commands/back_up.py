"""Write everything into one file: the database, the files and the secret key. "-" is the output."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import backups


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")

    def handle(self, file: str, **options: Any) -> None:
        os.umask(0o077)
        try:
            if file == "-":
                counts = backups.back_up(sys.stdout.buffer)
            else:
                with open(f"{file}.part", "wb") as out:
                    counts = backups.back_up(out)
                    os.fsync(out.fileno())
                os.replace(f"{file}.part", file)
        except backups.BackupRefused as refused:
            raise CommandError(str(refused)) from None
        self.stderr.write(f"{counts['cases']} cases and {counts['files']} files are in it.")
