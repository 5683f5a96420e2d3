"""Measure CPU against a bare equivalent, both in this run: `./run bench pages`, `... letters`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.bench import bench_pages
from letters.bench import bench_letters


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["pages", "letters"])

    def handle(self, *args: Any, **options: Any) -> None:
        {"pages": bench_pages, "letters": bench_letters}[options["what"]](self.stdout)
