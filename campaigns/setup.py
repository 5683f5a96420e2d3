"""The first minutes of an installation: a link that works once, and what it makes."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse

from campaigns.models import Group, User
from campaigns.people import make_account

LIFETIME = dt.timedelta(days=7)
_SIGNER = signing.TimestampSigner(salt="campaigns.setup", sep=".")
_WORD = "set-up"


class AlreadySetUp(Exception):
    """The network exists: somebody was faster."""


def link() -> str:
    """Return the set-up link. It works for a week, on this server only, until there is a network.

    Nothing is stored: the signature proves that whoever holds the link has seen the output of the
    machine, and the network's own row is what spends it.
    """
    token = _SIGNER.sign(_WORD).removeprefix(f"{_WORD}.")
    return f"{settings.SITE_URL}{reverse('set_up', args=[token])}"


def is_ours(token: str) -> bool:
    """Say whether `token` is ours and not older than a week."""
    try:
        _SIGNER.unsign(f"{_WORD}.{token}", max_age=LIFETIME)
    except signing.BadSignature:
        return False
    return True


def is_open(token: str) -> bool:
    """Say whether the link works: it is ours, and nobody has set up the network."""
    return is_ours(token) and Group.current() is None


def set_up(*, network: dict[str, Any], name: str, email: str, password: str) -> User:
    """Make the network and its first organizer. Raises AlreadySetUp; of two, one wins."""
    try:
        with transaction.atomic():
            Group.objects.create(pk=1, **network)
            return make_account(email=email, name=name, role=User.Role.ORGANIZER, password=password)
    except IntegrityError:
        raise AlreadySetUp from None
