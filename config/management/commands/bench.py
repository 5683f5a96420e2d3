"""Measure CPU against a bare equivalent, both in this run: `./run bench pages`, `... letters`.

`./run bench outbox` measures the seconds that 10,000 reminders take, and `./run bench burst` what
2,000 people do who sign up at once.
"""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from config.bench import BESIDE_SMALL, STORED, bench_pages
from config.bench_burst import bench_burst
from escalation.bench import bench_outbox
from letters.bench import bench_letters

BENCHES = {
    "pages": bench_pages,
    "letters": bench_letters,
    "outbox": bench_outbox,
    "burst": bench_burst,
}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=list(BENCHES))

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("collectstatic", interactive=False, verbosity=0)  # pages name its files
        BENCHES[options["what"]](self.stdout)
        if options["what"] == "letters":
            bench_pages(self.stdout, only=(STORED, BESIDE_SMALL))
