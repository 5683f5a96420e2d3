"""Delete names, story and files of the cases whose time has come. --dry-run only lists them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from escalation import forgetting


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="list them, delete nothing")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        for line in forgetting.forget_due(timezone.now(), dry_run=dry_run):
            self.stdout.write(line)
