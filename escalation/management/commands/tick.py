"""Write down what the calendar brought. Run it from cron, as often as you like."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from escalation import sweep


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        sweep.report(timezone.now(), self.stdout.write)
