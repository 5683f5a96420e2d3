"""The private code of a person in a case: how it is made, written, read back and found.

25 signs out of 30 are 122 bits. Without vowels no code spells a word, and without the vowels and
the L there is nothing to mix up with 0 and 1.
"""

import datetime as dt
import secrets

from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from campaigns.models import CaseParty, CaseState, Event, User
from campaigns.models.log import record
from campaigns.models.people import token_hash

SIGNS = "0123456789BCDFGHJKMNPQRSTVWXYZ"
LENGTH = 25
GROUP = 5
# A code stops working this long after its case was closed.
WORKS_AFTER_CLOSING = dt.timedelta(days=180)
# The words of radio for the letters of a code: they are told apart on a bad line in any language.
_SPOKEN = {
    word[0]: word
    for word in (
        *("Bravo", "Charlie", "Delta", "Foxtrot", "Golf", "Hotel", "Juliett", "Kilo", "Mike"),
        *("November", "Papa", "Quebec", "Romeo", "Sierra", "Tango", "Victor", "Whiskey"),
        *("X-ray", "Yankee", "Zulu"),
    )
}
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


def new() -> str:
    """Return a code nobody has had before."""
    return "".join(secrets.choice(SIGNS) for _position in range(LENGTH))


def groups(code: str) -> list[str]:
    """Return ["K7R2M", "0XQ4T", ...]: pieces that can be read aloud and written down."""
    return [code[start : start + GROUP] for start in range(0, len(code), GROUP)]


def spoken(group: str) -> str:
    """Return a piece of a code as it is read aloud: "K7R2M" is "Kilo 7 Romeo 2 Mike"."""
    return " ".join(_SPOKEN.get(sign, sign) for sign in group)


def as_typed(text: str) -> str:
    """Return the code somebody typed, in its stored form; whatever they typed, it is harmless."""
    return text.strip().upper().translate(_READ_AS)


def is_whole(code: str) -> bool:
    """Say whether it has the form of a code."""
    return len(code) == LENGTH and set(code) <= set(SIGNS)


def party_of(text: str, *, now: dt.datetime) -> CaseParty | None:
    """Return the person in a case whose code was typed, or None.

    It is found by the hash: no code is stored. Who left the case, or whose case ended long ago,
    opens nothing. Where the case was merged into another one, the code opens that one.
    """
    works = ~Q(case__state__in=CaseState.CLOSED) | Q(case__closed_at__gt=now - WORKS_AFTER_CLOSING)
    parties = CaseParty.objects.present().select_related("case", "person", "acts_for__person")
    goes_on = Q(goes_on_as__isnull=False)
    party = parties.filter(works | goes_on, code_hash=token_hash(as_typed(text))).first()
    while party and party.goes_on_as_id:
        party = parties.filter(works | goes_on, pk=party.goes_on_as_id).first()
    return party


def give(party: CaseParty, *, by: User) -> str:
    """Give a person a new code and return it, for the only time. The old one opens nothing."""
    code = new()
    with transaction.atomic():
        end(party)
        CaseParty.objects.filter(pk=party.pk).update(code_hash=token_hash(code))
        record(party.case, Event.CODE_GIVEN, by=by, who=str(party))
    return code


def end(party: CaseParty) -> None:
    """Let the code of a person open nothing from now on, on every device."""
    every = Q(pk=party.pk) | Q(goes_on_as=party)  # also of a case that was merged into this one
    CaseParty.objects.filter(every).update(code_hash=None)
