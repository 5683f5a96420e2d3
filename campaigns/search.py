"""Find cases by what somebody remembers of them: "jose garcia", "555-0134", "maple".

Accents, case and the punctuation of phone numbers make no difference. Nothing is stored for it: a
copy of names in another spelling would be one more thing to forget. The two functions exist on
both databases, and small networks have few enough rows to read them all.
"""

import re
import unicodedata
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import CharField, Exists, F, Func, OuterRef, Q
from django.db.models.functions import Cast
from django.db.models.lookups import Contains

from campaigns.models import Case, CaseParty, Sheet, Target, User
from campaigns.models.cases import CaseQuerySet

MOST_WORDS = 8
LEAST_DIGITS = 4
_PHONE = re.compile(r"[\d\s().+/-]+")
_MARKS = "[\u0300-\u036f]"


def folded(text: str | None) -> str:
    """Return `text` without accents and in small letters: "José" and "JOSE" are "jose"."""
    if not text:
        return ""
    if text.isascii():
        return text.lower()
    return re.sub(_MARKS, "", unicodedata.normalize("NFKD", text)).lower()


def digits(text: str | None) -> str:
    return re.sub(r"[^0-9]", "", text or "")


class _SameEverywhere(Func):
    """A function that SQLite is taught by this process, and PostgreSQL has by other names."""

    output_field = CharField()
    python: Any

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        connection.ensure_connection()
        name = f"owed_{self.python.__name__}"
        connection.connection.create_function(name, 1, self.python, deterministic=True)
        return self.as_sql(compiler, connection, function=name, **context)


class Folded(_SameEverywhere):
    python = staticmethod(folded)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = f"lower(regexp_replace(normalize(%(expressions)s, NFKD), '{_MARKS}', '', 'g'))"
        return self.as_sql(compiler, connection, template=template, **context)


class Digits(_SameEverywhere):
    python = staticmethod(digits)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "regexp_replace(%(expressions)s, '[^0-9]', '', 'g')"
        return self.as_sql(compiler, connection, template=template, **context)


HEADER = ("reference", "title", "summary")
OF_PERSON = ("person__name", "person__email", "person__messenger", "alias")
OF_TARGET = ("name", "legal_name", "contact_name", "address", "plate", "sites")
OF_SHEET = ("story", "wish", "place", "who_typed")


def cases_with(cases: CaseQuerySet, text: str, *, user: User) -> CaseQuerySet:
    """Return those of `cases` in which every word of `text` stands somewhere.

    What stands in a file is looked at only where `user` may open the file; of other cases only
    the header they see anyway. So a result tells nobody more than the page of the case does.
    """
    words = [folded(word) for word in text.split()][:MOST_WORDS]
    if _PHONE.fullmatch(text) and len(digits(text)) >= LEAST_DIGITS:
        words = [digits(text)]
    if not words:
        return cases
    opened = Q(pk__in=Case.objects.opened_to(user).values("pk"))
    shown = Q(pk__in=Case.objects.target_known_to(user).values("pk"))
    found = (
        _in_header(word) | (opened & _in_file(word)) | (shown & _in_target(word)) for word in words
    )
    return cases.filter(reduce(and_, found))


def _in_header(word: str) -> Q:
    return _any_of(HEADER, word)


def _in_file(word: str) -> Q:
    people = CaseParty.objects.filter(case=OuterRef("pk"))
    said = _any_of(OF_PERSON, word)
    if len(number := digits(word)) >= LEAST_DIGITS:
        people = people.annotate(number=Digits(F("person__phone")))
        said |= Q(number__contains=number)
    sheets = Sheet.objects.filter(case=OuterRef("pk")).filter(_any_of(OF_SHEET, word))
    return Q(Exists(people.filter(said))) | Q(Exists(sheets))


def _in_target(word: str) -> Q:
    targets = Target.objects.filter(pk=OuterRef("target_id"))
    said = _any_of(OF_TARGET, word)
    if len(number := digits(word)) >= LEAST_DIGITS:
        targets = targets.annotate(number=Digits(F("phone")))
        said |= Q(number__contains=number)
    return Q(Exists(targets.filter(said)))


def _any_of(fields: tuple[str, ...], word: str) -> Q:
    return reduce(or_, (_contains(field, word) for field in fields))


def _contains(field: str, word: str) -> Q:
    return Q(Contains(Folded(Cast(F(field), CharField())), word))
