"""Who comes to actions again and could be asked to be a member: once, by somebody they know.

Each roster counts only for whoever may open it. Nobody learns how often somebody came, only that
it was twice or more. Somebody who is owed money in an open case is never proposed: nobody shall
think that help hangs on it.
"""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db import models, transaction
from django.db.models import Count, F, Max, Q, Value, When
from django.db.models.functions import Cast, Concat

from campaigns.models import CaseParty, CaseState, User
from campaigns.models.people import token_hash
from escalation.models import Action, MemberAsk, OptOut, SignUp
from escalation.models.sign_ups import GONE

OFTEN_ENOUGH = 2
# One person under whatever they signed up with, or by the record that they were linked to.
_WHO = models.Case(
    When(person=None, then=F("contact_key")),
    default=Concat(Value("person:"), Cast("person_id", models.CharField())),
    output_field=models.CharField(),
)


def came_twice(user: User) -> models.QuerySet[SignUp]:
    """Return the last sign-up of everybody without an account who came to two actions that `user`
    may open the roster of, also of those who were asked."""
    rows = SignUp.objects.filter(came=True, user=None, person__user=None)
    rows = rows.filter(action__in=Action.objects.run_by(user).values("pk"))
    rows = rows.exclude(OptOut.objects.of_sign_up())
    by_person = rows.exclude(contact_key__startswith=GONE).annotate(who=_WHO).values("who")
    often = by_person.annotate(actions=Count("action", distinct=True), last=Max("pk"))
    last = often.filter(actions__gte=OFTEN_ENOUGH).order_by().values("last")
    return SignUp.objects.filter(pk__in=last).select_related("person").order_by("-at", "-pk")


def to_ask(user: User) -> list[SignUp]:
    """Return those of them nobody has asked yet, in a fixed number of queries."""
    rows = list(came_twice(user))
    if not rows:
        return []
    keys = {row.pk: set(_keys(row)) for row in rows}
    taboo = _with_account(rows) | _owed_in_open_case(rows)
    hashes = {token_hash(key): key for own in keys.values() for key in own}
    asked = MemberAsk.objects.filter(who_hash__in=hashes).values_list("who_hash", flat=True)
    taboo |= {hashes[one] for one in asked}
    return [row for row in rows if not keys[row.pk] & taboo]


def was_asked(row: SignUp) -> bool:
    hashes = [token_hash(key) for key in _keys(row)]
    return MemberAsk.objects.filter(who_hash__in=hashes).exists()


def note(row: SignUp, *, by: User, answer: str, now: dt.datetime) -> bool:
    """Note that somebody was asked, or shall not be. Return False when that is noted already."""
    first, *others = (token_hash(key) for key in _keys(row))
    said = {"answer": answer, "by": by, "at": now}
    with transaction.atomic():
        if was_asked(row):
            return False
        _ask, is_new = MemberAsk.objects.get_or_create(who_hash=first, defaults=said)
        more = [MemberAsk(who_hash=one, **said) for one in others]
        MemberAsk.objects.bulk_create(more, ignore_conflicts=True)
    return is_new


def _keys(row: SignUp) -> Iterator[str]:
    """Yield under what somebody may be met again: their record, a phone, an e-mail."""
    person = row.person
    if person:
        yield f"person:{person.pk}"
    own = {row.contact_key}
    own |= {f"email:{row.email.lower()}"} if row.email else set()
    if person:
        own |= {f"phone:{person.phone_key}"} if person.phone_key else set()
        own |= {f"email:{person.email_key}"} if person.email_key else set()
    yield from sorted(own)


def _values(rows: Iterable[SignUp], kind: str) -> list[str]:
    """Return the phones, or the e-mails, among the keys of `rows`."""
    return [key.removeprefix(kind) for row in rows for key in _keys(row) if key.startswith(kind)]


def _with_account(rows: list[SignUp]) -> set[str]:
    found = User.objects.filter(email__in=_values(rows, "email:")).values_list("email", flat=True)
    return {f"email:{email}" for email in found}


def _owed_in_open_case(rows: list[SignUp]) -> set[str]:
    known = Q(person__in=[row.person_id for row in rows if row.person_id])
    known |= Q(person__phone_key__in=_values(rows, "phone:"))
    known |= Q(person__email_key__in=_values(rows, "email:"))
    parties = CaseParty.objects.filter(known, left_at=None, case__state__in=CaseState.OPEN)
    keys = parties.values_list("person_id", "person__phone_key", "person__email_key")
    return {
        key
        for person, phone, email in keys
        for key in (f"person:{person}", f"phone:{phone}", f"email:{email}")
    }
