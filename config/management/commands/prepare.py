"""Bring all that serving needs up to date, in one command: each start of Django costs a second."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management import BaseCommand, call_command

from campaigns import rules


class Command(BaseCommand):
    help = (
        "Update the database, its rules, the cache table and the static files. Then print "
        "the set-up link if nobody has set up the network yet, or with --demo the log-ins of the "
        "demo."
    )
    requires_system_checks = ()  # handle() asks for more of them than Django would

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="seed the demo where it is missing")

    def handle(self, *, demo: bool, **options: object) -> None:
        self.check(include_deployment_checks=settings.HTTPS)
        call_command("migrate", interactive=False, verbosity=0)
        rules.load()
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("seed_demo" if demo else "setup_link")
