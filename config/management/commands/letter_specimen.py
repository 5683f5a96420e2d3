"""Draw every paper in every language and size into a folder, to be looked at page by page."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from escalation import specimens as of_actions
from letters import sheets_specimens, specimens

SOURCES = [specimens.letters, specimens.texts, sheets_specimens.specimens, of_actions.specimens]


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, folder: Path, **options: Any) -> None:
        for name in specimens.write(folder, SOURCES):
            self.stdout.write(name)
