"""The private code that opens a case: how it is made, written, read back and found.

25 signs out of 30 are 122 bits. Without vowels no code spells a word, and without the vowels and
the L there is nothing to mix up with 0 and 1.
"""

import datetime as dt
import secrets

from django.db.models import Q
from django.utils.crypto import salted_hmac

from campaigns.models import Case, CaseState
from campaigns.models.people import token_hash

SIGNS = "0123456789BCDFGHJKMNPQRSTVWXYZ"
LENGTH = 25
GROUP = 5
# A code stops working this long after its case was closed.
WORKS_AFTER_CLOSING = dt.timedelta(days=180)
_READ_AS = str.maketrans("OIL", "011", " -–—.\t\r\n")


def made_from(token: str) -> str:
    """Return the code that belongs to a form token: the same one however often it is asked."""
    number = int.from_bytes(
        salted_hmac("campaigns.private_code", token, algorithm="sha256").digest(), "big"
    )
    signs = []
    for _position in range(LENGTH):
        number, sign = divmod(number, len(SIGNS))
        signs.append(SIGNS[sign])
    return "".join(signs)


def groups(code: str) -> list[str]:
    """Return ["K7R2M", "0XQ4T", ...]: pieces that can be read aloud and written down."""
    return [code[start : start + GROUP] for start in range(0, len(code), GROUP)]


def as_typed(text: str) -> str:
    """Return the code somebody typed, in its stored form; whatever they typed, it is harmless."""
    return text.strip().upper().translate(_READ_AS)


def case_opened_by(text: str, *, now: dt.datetime) -> Case | None:
    """Return the case of a typed code, or None. It is found by the hash: no code is stored."""
    works = ~Q(state__in=CaseState.CLOSED) | Q(closed_at__gt=now - WORKS_AFTER_CLOSING)
    return Case.objects.filter(works, code_hash=token_hash(as_typed(text))).first()


def end(case: Case) -> None:
    """Let the code of `case` open nothing from now on, on every device."""
    Case.objects.filter(pk=case.pk).update(code_hash=token_hash(secrets.token_urlsafe(24)))
