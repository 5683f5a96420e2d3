from django.core.management import BaseCommand

from campaigns import setup
from campaigns.models import Group


class Command(BaseCommand):
    help = "Print the link for setting up the network; nothing once the network is set up."

    def handle(self, *args: object, **options: object) -> None:
        if Group.current() is None:
            self.stdout.write("Set up your network here (the link works for 7 days, once):")
            self.stdout.write(f"  {setup.link()}")
