"""Collect the texts, also those in the short names that modules with both kinds of gettext use."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    xgettext_options = [
        *makemessages.Command.xgettext_options,
        "--keyword=_l",
        "--keyword=_now",
    ]
