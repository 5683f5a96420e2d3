"""Measure CPU against a bare equivalent, both in this run: `./run bench pages`, `... letters`."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from config.bench import STORED, bench_pages
from letters.bench import bench_letters


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["pages", "letters"])

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("collectstatic", interactive=False, verbosity=0)  # pages name its files
        if options["what"] == "pages":
            bench_pages(self.stdout)
        else:
            bench_letters(self.stdout)
            bench_pages(self.stdout, only=STORED)
