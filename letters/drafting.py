"""Drafts: a new version, changes to it, and the document it makes with the facts as they stand.

While a letter is a draft its table, total, names and demands are read from the case each time.
Only the texts are its own.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from campaigns.forms import VersionedForm
from campaigns.models import Case, CaseState, ClaimLine, Event, Group, User
from campaigns.models.log import record
from campaigns.wording import money
from letters.document import LetterDocument, Network, Row, as_html
from letters.models import Demand, Letter
from letters.prefill import public_names

# From the vote on; once an agreement stands, a new demand letter would break it.
LETTER_STATES = (
    CaseState.PREPARING,
    CaseState.DELIVERY_SET,
    CaseState.CLOCK_RUNNING,
    CaseState.ESCALATING,
)


class LetterRefused(Exception):
    """It cannot be done with this letter now. `reasons` are sentences for the person who asked."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = list(reasons)
        super().__init__(" ".join(self.reasons))


def not_now(case: Case) -> list[str]:
    """Return why no letter of `case` can be worked on in its state, or nothing."""
    if case.state not in LETTER_STATES:
        state = CaseState(case.state).label
        return [_("No letter is written while the case is at “%(state)s”.") % {"state": state}]
    if not Demand.objects.filter(case=case).exists():
        return [_("The group has not voted a demand yet.")]
    return []


def why_no_draft(case: Case) -> list[str]:
    """Return why the next version cannot be drafted now, or nothing."""
    return not_now(case) or _draft_open(case)


def _draft_open(case: Case) -> list[str]:
    version = Letter.objects.filter(case=case, issued_at=None).values_list("version", flat=True)
    return [_("Version %(n)s is being written already.") % {"n": n} for n in version]


def planned_delivery(case: Case, now: dt.datetime) -> dt.date | None:
    """Return the day of the next announced delivery of `case`.

    Actions belong to a higher app, so they are reached through the case and named by their codes.
    """
    ahead = case.actions.filter(tactic="delivery", state="announced", starts_at__gte=now)
    starts_at = ahead.values_list("starts_at", flat=True).first()
    return starts_at and timezone.localdate(starts_at)


def lock(letter: Letter) -> Letter:
    """Lock the letter's case, which everything the letter prints belongs to, and read it anew."""
    Case.objects.select_for_update(of=("self",)).get(pk=letter.case_id)
    return Letter.objects.light().select_related("case__sheet").get(pk=letter.pk)


def draft(case: Case, *, by: User, **texts: Any) -> Letter:
    """Make the next version of the letter. A case has one open draft at a time."""
    with transaction.atomic():
        locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if reasons := why_no_draft(locked):
            raise LetterRefused(reasons)
        last = Letter.objects.filter(case=locked).aggregate(n=Max("version"))["n"] or 0
        letter = Letter.objects.create(case=locked, version=last + 1, **texts)
        letter.written_by.add(by)
        record(locked, Event.LETTER_DRAFTED, by=by, version=letter.version)
    return letter


def save_changes(letter: Letter, *, by: User, form: VersionedForm) -> bool:
    """Write the form to a draft and note `by` as one of its writers.

    Return False when somebody else saved meanwhile; the form then says what they wrote.
    """
    if not form.has_changed():
        return True
    with transaction.atomic():
        locked = lock(letter)
        if locked.is_issued:
            raise LetterRefused([is_final(locked)])
        if not form.save_if_unchanged():
            return False
        locked.written_by.add(by)
        record(locked.case, Event.LETTER_CHANGED, by=by, version=locked.version)
    return True


def is_final(letter: Letter) -> str:
    return _("Version %(n)s is final and stays as it is. Draft the next version.") % {
        "n": letter.version
    }


def text_hash(html: str) -> str:
    return hashlib.sha256(html.encode()).hexdigest()


def text_of(letter: Letter) -> str:
    """Return the hash of the text an approval of this draft stands for, down to the last letter."""
    return text_hash(as_html(document_for(letter)))


def document_for(letter: Letter, *, is_draft: bool = False) -> LetterDocument:
    """Return what `letter` says with the facts of its case as they stand.

    It carries the day of the delivery as its date, and the deadline counted from there. With
    `is_draft` it is marked as such; approvals and the final letter are for the one without.
    """
    case, group = letter.case, Group.objects.get(pk=1)
    demand = Demand.objects.filter(case=case).first()
    parties = list(case.parties.affected().select_related("person"))
    lines = list(case.claim_lines.select_related("party__person"))
    with translation.override(letter.language):
        named = {party.pk: party for party in [*parties, *(line.party for line in lines)]}
        names = public_names(named.values(), case.kind)
        total = _total(lines, demand)
        return LetterDocument(
            language=letter.language,
            paper=letter.paper,
            network=_network(group),
            issued_on=letter.delivery_on,
            recipient_name=letter.recipient_name,
            recipient_address=_lines_of(letter.recipient_address),
            subject=letter.subject,
            facts=_lines_of(letter.facts),
            demands=_demands(case, demand, total, group),
            how_to_pay=_lines_of(letter.how_to_pay),
            deadline=_deadline(letter, group, demand),
            signers=[names[party.pk] for party in parties],
            rows=[_row(line, names[line.party_id], group.currency) for line in lines],
            total=total,
            currency=group.currency,
            version=letter.version,
            reference=case.reference,
            is_draft=is_draft,
            **_words_of_kind(case.kind),
        )


def _lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _network(group: Group) -> Network:
    return Network(
        name=group.name,
        address=_lines_of(group.address),
        phone=group.phone,
        email=group.email,
    )


def _words_of_kind(kind: str) -> dict[str, str]:
    if kind != Case.Kind.OTHER:
        return {"kind": kind}
    return {"kind": "wages", "no_retaliation": _("Nobody may be punished because of this letter.")}


def _total(lines: list[ClaimLine], demand: Demand | None) -> Decimal | None:
    """Return the sum of the lines; without any, the sum voted; None for a demand without money."""
    if lines:
        return max(Decimal(0), sum((line.amount for line in lines), Decimal(0)))
    return demand.amount or None if demand else None


def _demands(case: Case, demand: Demand | None, total: Decimal | None, group: Group) -> list[str]:
    terms = demand.terms if demand else []
    if not total:
        return terms
    pay = _("Return %(sum)s.") if case.kind == Case.Kind.DEPOSIT else _("Pay %(sum)s.")
    return [pay % {"sum": money(total, group.currency)}, *terms]


def _deadline(letter: Letter, group: Group, demand: Demand | None) -> dt.datetime | None:
    if demand is None:
        return None
    noon = dt.datetime.combine(letter.delivery_on, dt.time(12), tzinfo=group.zone)
    return group.deadline_after(noon, days=demand.deadline_days)


def _row(line: ClaimLine, person: str, currency: str) -> Row:
    is_deduction = line.kind == ClaimLine.Kind.DEDUCTION
    return Row(
        label=line.dated_label,
        amount=line.amount,
        person=person,
        working="" if is_deduction else line.working(currency),
        note=line.note,
        claimed=line.figure if is_deduction else None,
        accepted=line.accepted if is_deduction else None,
    )
