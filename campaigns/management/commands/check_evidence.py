"""Say which files of evidence are no longer what came in, are gone, or belong to no case."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaigns import custody


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        faults = list(custody.faults(timezone.now()))
        for line in faults:
            self.stdout.write(line)
        if any(not line.startswith("orphan:") for line in faults):
            raise CommandError("Some files are not what came in. Look for them in a back-up.")
        self.stdout.write("Every file of evidence is what came in.")
