"""Sums and words that ask for money, per language: a letter to somebody who owes nothing has none.

"The wages have not been paid" states a fact, and may stand there.
"""

import re
from collections.abc import Iterable

_CURRENCIES = r"USD|CAD|GBP|EUR|NZD|dollars?|d[oó]lares?|pounds?|libras?|euros?"
_NUMBER = r"\d+(?:[.,]\d+)*"
_SUM = re.compile(rf"[$£€]\s?{_NUMBER}|{_NUMBER}\s?(?:[$£€]|(?:{_CURRENCIES})\b)", re.IGNORECASE)
_WORDS = {
    "en": r"pay|pays|paying|payments?|reimburs\w*|refund\w*|compensat\w*|money orders?|cheques?",
    "es": r"pag(?:ue|uen|ar|a|an|o|os|ando|ar[aá]n?)|p[aá]gue\w*|reembols\w*|indemniz\w*|cheques?",
}


def sums_in(text: str) -> list[str]:
    return _SUM.findall(text)


def asked_in(texts: Iterable[tuple[str, str]], language: str) -> dict[str, str]:
    """Return each sum and each word that asks for money, with the first place it stands in.

    `texts` are pairs of a place and a text.
    """
    words = re.compile(rf"(?<!\w)(?:{_WORDS.get(language, _WORDS['en'])})(?!\w)", re.IGNORECASE)
    found: dict[str, str] = {}
    for where, text in texts:
        for word in [*_SUM.findall(text), *words.findall(text)]:
            found.setdefault(word, where)
    return found
