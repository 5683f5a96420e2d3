"""Fill an empty database with an invented network, and print how to get in."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaigns.models import Group, User
from escalation.demo import load_demo
from escalation.demo.log_ins import LOGINS, log_ins


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        emails = [email for _name, email, _role, _duty in LOGINS]
        if not Group.objects.exists():
            lines = load_demo()
        elif User.objects.filter(email__in=emails).count() == len(emails):
            lines = log_ins()  # it is there already; the private codes are shown once only
        else:
            raise CommandError("This database is in use. The demo needs an empty one.")
        self.stdout.write("\n".join(lines))
