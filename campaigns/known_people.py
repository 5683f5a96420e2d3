"""Whether somebody of a case has told us before. The one who tells us never sees it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseParty, CaseState, User


@dataclass(frozen=True)
class Known:
    """Somebody of another case with the same phone or e-mail as somebody of this one."""

    here: CaseParty
    there: CaseParty
    may_open: bool

    @property
    def state(self) -> str:
        return str(CaseState(self.there.case.state).label)

    @property
    def is_same_record(self) -> bool:
        return self.here.person_id == self.there.person_id


def annotations(user: User) -> dict[str, Any]:
    """Return annotations of cases: the newest other one with the same phone or e-mail.

    `known_reference` and `known_state` tell only of cases whose header `user` may see.
    """
    mine = CaseParty.objects.filter(case=OuterRef(OuterRef("pk")))
    same = _same(
        mine.exclude(person__phone_key="").values("person__phone_key"),
        mine.exclude(person__email_key="").values("person__email_key"),
    )
    listed = Case.objects.listed_for(user).values("pk")
    known = CaseParty.objects.filter(same, case__in=listed).exclude(case=OuterRef("pk"))
    newest = known.order_by("-case__opened_at", "-case")
    return {
        "known_reference": Subquery(newest.values("case__reference")[:1]),
        "known_state": Subquery(newest.values("case__state")[:1]),
    }


def sentence(case: Any) -> str:
    """Return what the team reads about a case with these annotations, before the group decides."""
    if not getattr(case, "known_reference", None) or case.state not in CaseState.BEFORE_VOTE:
        return ""
    return _(
        "Somebody with this phone or e-mail has told us before: %(reference)s (%(state)s)."
    ) % {"reference": case.known_reference, "state": CaseState(case.known_state).label}


def known_people(case: Case, user: User) -> list[Known]:
    """Return who of other cases has the phone or e-mail of somebody here, newest case first.

    Only cases `user` may list. Who they are there is told only where the file is open to `user`.
    """
    here = list(case.parties.select_related("person"))
    phones = {party.person.phone_key for party in here} - {""}
    emails = {party.person.email_key for party in here} - {""}
    listed = Case.objects.listed_for(user).values("pk")
    opened = set(Case.objects.opened_to(user).values_list("pk", flat=True))
    rows = CaseParty.objects.filter(_same(phones, emails), case__in=listed).exclude(case=case)
    rows = rows.select_related("person", "case").order_by("-case__opened_at", "-case", "pk")
    return [
        Known(party, row, row.case_id in opened)
        for row in rows
        for party in here
        if _are_same(party, row)
    ]


def _same(phones: Any, emails: Any) -> Q:
    return Q(person__phone_key__in=phones) | Q(person__email_key__in=emails)


def _are_same(one: CaseParty, other: CaseParty) -> bool:
    a, b = one.person, other.person
    phone = a.phone_key != "" and a.phone_key == b.phone_key
    return phone or (a.email_key != "" and a.email_key == b.email_key)
