"""Write down what the calendar brought and send what is due, once or, with --loop, again and again.

`./run` starts the loop beside the server. Cron may run it as well, as often as you like: two at
once do nothing twice.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from escalation import sweep, ticking


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # ./run has made them

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on until told to stop")
        parser.add_argument("--beside", type=int, help="with --loop: end when this process ends")

    def handle(self, *args: Any, loop: bool, beside: int | None, **options: Any) -> None:
        if loop:
            ticking.keep_on(self.stdout.write, beside=beside)
        else:
            sweep.report(timezone.now(), self.stdout.write)
            ticking.report_mail(timezone.now(), self.stdout.write)
