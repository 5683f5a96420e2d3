"""Normal forms of phone numbers and e-mail addresses, to find one person under two spellings."""

import phonenumbers
from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher


def phone_key(text: str, *, country: str) -> str:
    """Return the first number in `text` as "+12065550134", or "" when there is none.

    A number without a country prefix is read as one of `country`, a two-letter code.
    """
    found = PhoneNumberMatcher(text, country, leniency=Leniency.POSSIBLE, max_tries=20)
    for match in found:
        return phonenumbers.format_number(match.number, PhoneNumberFormat.E164)
    return ""


def email_key(text: str) -> str:
    """Return the address trimmed and in lower case, as nearly every mail server reads it."""
    return text.strip().lower()
