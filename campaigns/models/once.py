"""A form that is sent twice does what it says once.

Every showing of a form that makes a row carries a key (`campaigns.forms.OnceForm`). The first
sending leaves the key here, in the transaction of what it makes; a double click, a retry and a
re-send find it and make nothing.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import models, transaction
from django.utils import timezone


class SentForm(models.Model):
    """The key of one form that was sent. Older than some days it is of no use any more."""

    key = models.UUIDField(primary_key=True, editable=False)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return str(self.key)


@contextmanager
def only_once(key: uuid.UUID, *, scope: uuid.UUID) -> Iterator[bool]:
    """Open a transaction and say whether this is the first time `key` is sent.

    `scope`, the `public_id` of the case, makes a forged key reach nothing of another case. If the
    body fails, the key is free again.
    """
    with transaction.atomic():
        own_key = uuid.uuid5(scope, key.hex)
        _sent, is_first = SentForm.objects.get_or_create(key=own_key)
        yield is_first


def was_sent(key: uuid.UUID, *, scope: uuid.UUID) -> bool:
    return SentForm.objects.filter(key=uuid.uuid5(scope, key.hex)).exists()
