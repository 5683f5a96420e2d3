"""What a claim line is called unless somebody calls it something else.

The form puts these words in, in the language of whoever types. Left as they are, they are said in
the language of whoever reads: a letter, and the page of the person it is about.
"""

from functools import lru_cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

USUAL = {
    "week": _("A week of work"),
    "minimum": _("Below the minimum wage"),
    "tips": _("Tips kept"),
    "part_paid": _("Paid in part"),
    "bank_fee": _("Bank fee of a bounced cheque"),
    "deposit": _("Deposit"),
    "returned": _("Returned so far"),
}


def in_words(kind: str, label: str) -> str:
    """Return `label`, in the active language where it is the usual one of its kind."""
    return str(USUAL[kind]) if label in _usual_of(kind) else label


@lru_cache(maxsize=64)
def _usual_of(kind: str) -> frozenset[str]:
    """Return the usual words of a kind in every language there is."""
    found = set()
    for code, _name in settings.LANGUAGES if kind in USUAL else ():
        with translation.override(code):
            found.add(str(USUAL[kind]))
    return frozenset(found)
