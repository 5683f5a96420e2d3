"""Print the final letters that nobody delivered or sent yet into a folder, or all drafts."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from letters import batch


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--case", action="append", default=[], help="W-0042; may be repeated")
        parser.add_argument("--drafts", action="store_true", help="the drafts, marked as such")

    def handle(self, folder: Path, case: list[str], drafts: bool, **options: Any) -> None:
        for line in batch.print_letters(folder, references=case, drafts=drafts):
            self.stdout.write(line)
