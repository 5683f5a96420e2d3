"""Drafts: a new version, changes to it, and the document it makes with the facts as they stand.

While a letter is a draft its table, total, names and demands are read from the case each time.
Only the texts are its own.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns import law_of_case, rules
from campaigns.by_law_words import sentence
from campaigns.forms import VersionedForm
from campaigns.models import Case, CaseParty, CaseState, ClaimLine, Event, Group, Payment, User
from campaigns.models.log import record
from campaigns.wording import money
from letters import recipients, variants
from letters.document import LawLine, LawPart, LetterDocument, Network, Row, as_html
from letters.models import DEEDS_FIRST, Demand, Enclosure, Letter, ReadingCopy, TextKind
from letters.prefill import public_names

# From the vote on; once an agreement stands, a new demand letter would break it.
LETTER_STATES = (
    CaseState.PREPARING,
    CaseState.DELIVERY_SET,
    CaseState.CLOCK_RUNNING,
    CaseState.ESCALATING,
)

V = Letter.Variant
# After the demand was delivered, and as long as there is something to say about it.
_RUNNING = (CaseState.CLOCK_RUNNING, CaseState.ESCALATING)
STATES_OF = {
    V.REMINDER: (CaseState.CLOCK_RUNNING,),
    V.INFLUENCE: _RUNNING,
    V.REPLY_PAYMENT: (*_RUNNING, CaseState.AGREED),
    V.COUNTER: (*CaseState.ACCEPTED, CaseState.ON_HOLD),
    V.REFUSAL: (*CaseState.ACCEPTED, CaseState.ON_HOLD),
    V.AGREEMENT: (CaseState.AGREED,),
    V.DEFAULT_NOTICE: (*_RUNNING, CaseState.AGREED),
    V.CLOSING: (CaseState.WON, CaseState.SETTLED),
    V.TOGETHER: LETTER_STATES,
}


class LetterRefused(Exception):
    """It cannot be done with this letter now. `reasons` are sentences for the person who asked."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = list(reasons)
        super().__init__(" ".join(self.reasons))


def not_now(case: Case, variant: str = Letter.Variant.DEMAND) -> list[str]:
    """Return why no letter of `case` can be worked on in its state, or nothing."""
    if case.state not in STATES_OF.get(variant, LETTER_STATES):
        state = CaseState(case.state).label
        return [_("No letter is written while the case is at “%(state)s”.") % {"state": state}]
    if not Demand.objects.filter(case=case).exists():
        return [_("The group has not voted a demand yet.")]
    return []


def not_now_for(letter: Letter) -> list[str]:
    """Return why a draft cannot be worked on: each case it speaks for must be where it fits."""
    cases = letter.cases
    if len(cases) == 1:
        return not_now(cases[0], letter.variant)
    return [f"{one.reference}: {why}" for one in cases for why in not_now(one, letter.variant)]


def why_no_draft(case: Case, variant: str = Letter.Variant.DEMAND) -> list[str]:
    """Return why the next letter of this kind cannot be drafted now, or nothing."""
    return not_now(case, variant) or _draft_open(case, variant)


def _draft_open(case: Case, variant: str) -> list[str]:
    drafts = Letter.objects.speaking_for([case]).filter(variant=variant, issued_at=None)
    version = drafts.values_list("version", flat=True)
    return [_("Version %(n)s is being written already.") % {"n": n} for n in version]


def planned_delivery(case: Case, now: dt.datetime) -> dt.date | None:
    """Return the day of the next announced delivery of `case`.

    Actions belong to a higher app, so they are reached through the case and named by their codes.
    """
    ahead = case.actions.filter(
        tactic="delivery", state__in=("announced", "go"), starts_at__gte=now
    )
    starts_at = ahead.values_list("starts_at", flat=True).first()
    return starts_at and timezone.localdate(starts_at)


def deadline_is_over(case: Case, now: dt.datetime) -> bool:
    return case.deadline_at is None or case.deadline_at <= now


def lock(letter: Letter) -> Letter:
    """Lock the letter's cases, which everything it prints belongs to, and read it anew."""
    _lock_cases(one.pk for one in letter.cases)
    return Letter.objects.light().select_related("case__sheet").get(pk=letter.pk)


def _lock_cases(numbers: Iterable[int]) -> dict[int, Case]:
    """Lock cases in one order, so that two who want the same ones do not wait for ever."""
    rows = Case.objects.select_for_update(of=("self",)).filter(pk__in=[*numbers]).order_by("pk")
    return {case.pk: case for case in rows}


def draft(
    case: Case, *, by: User, together: Iterable[Case] = (), note: str = "", **texts: Any
) -> Letter:
    """Make the next version of the letter. A case has one open draft of a kind at a time.

    A letter that speaks for several cases has a version that is new in each of them. A `note` goes
    into the log.
    """
    others = [one.pk for one in together]
    with transaction.atomic():
        locked = _lock_cases([case.pk, *others])
        variant = texts.get("variant", Letter.Variant.DEMAND)
        if reasons := [why for one in locked.values() for why in why_no_draft(one, variant)]:
            raise LetterRefused(reasons)
        known = Letter.objects.speaking_for(locked.values())
        last = known.aggregate(n=Max("version"))["n"] or 0
        letter = Letter.objects.create(case=locked[case.pk], version=last + 1, **texts)
        letter.together.set(others)
        letter.written_by.add(by)
        _enclose_the_same(letter)
        tell(letter, Event.LETTER_DRAFTED, by=by, note=note)
    return letter


def _enclose_the_same(letter: Letter) -> None:
    """Enclose what went with the version before: it changes words, and loses no proof."""
    before = Letter.objects.filter(case=letter.case_id, variant=letter.variant)
    before = before.exclude(pk=letter.pk).order_by("-version").only("pk").first()
    Enclosure.objects.bulk_create(
        Enclosure(
            letter=letter, evidence_id=row.evidence_id, position=row.position, caption=row.caption
        )
        for row in (before.enclosed.all() if before else ())
    )


def tell(letter: Letter, event: str, *, by: User | None, **values: Any) -> None:
    """Write what became of a letter into the log of each case it speaks for."""
    for case in letter.cases:
        record(case, event, by=by, version=letter.version, **values)


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
        tell(locked, Event.LETTER_CHANGED, by=by)
    return True


def is_final(letter: Letter) -> str:
    return _("Version %(n)s is final and stays as it is. Draft the next version.") % {
        "n": letter.version
    }


def text_hash(*pages: str) -> str:
    """Return the hash of a letter: of its page, or of all of them where several get their own."""
    return hashlib.sha256("\0".join(pages).encode()).hexdigest()


def text_of(letter: Letter) -> str:
    """Return the hash of the text an approval of this draft stands for, down to the last letter."""
    return text_hash(*map(as_html, for_each(letter, document_for(letter))))


def for_each(letter: Letter, document: LetterDocument) -> list[LetterDocument]:
    """Return the letter as each recipient gets it: the same words, with their own address."""
    return [
        document,
        *(
            replace(document, recipient_name=one.name, recipient_address=one.lines)
            for one in recipients.further(letter.also_to)
        ),
    ]


def frozen_pages(letter: Letter) -> list[str]:
    """Return the kept pages of a final letter, one for each recipient."""
    further = letter.further.values_list("frozen_html", flat=True) if letter.also_to else ()
    return [letter.frozen_html, *further]


def document_for(
    letter: Letter, *, is_draft: bool = False, copy: ReadingCopy | None = None
) -> LetterDocument:
    """Return what `letter` says with the facts of its case as they stand.

    It carries the day of the delivery as its date, and the deadline counted from there. With
    `is_draft` it is marked as such; approvals and the final letter are for the one without. A
    `copy` puts its own words, in its own language, in the place of the letter's.
    """
    cases, group = letter.cases, Group.objects.get(pk=1)
    texts = copy or letter
    enclosed = list(letter.enclosed.select_related("evidence")) if letter.pk else []
    with translation.override(texts.language):
        people = [list(one.parties.affected().select_related("person")) for one in cases]
        signed = zip(people, cases, strict=True)
        names = [public_names(parties, one.kind) for parties, one in signed]
        own = (
            demand_parts(letter, group, people[0], lines_of(texts.asks), enclosed)
            if letter.is_demand
            else variants.parts(letter, texts, group)
        )
        return LetterDocument(
            language=texts.language,
            paper=letter.paper,
            network=_network(group),
            issued_on=letter.delivery_on,
            recipient_name=letter.recipient_name,
            recipient_address=lines_of(letter.recipient_address),
            subject=texts.subject,
            facts=lines_of(texts.facts),
            how_to_pay=lines_of(texts.how_to_pay),
            closing=lines_of(texts.closing),
            signers=[name for own in names for name in own.values()],
            enclosures=[row.caption for row in enclosed],
            sealed=[row.evidence.sha256 for row in enclosed],
            currency=group.currency,
            version=letter.version,
            reference=", ".join(one.reference for one in cases),
            is_draft=is_draft,
            **own,
        )


def demand_parts(
    letter: Letter,
    group: Group,
    parties: list[CaseParty],
    asks: list[str],
    enclosed: Sequence[Enclosure] = (),
) -> dict[str, Any]:
    """Return what a demand letter takes from its case: table, total, demands and deadline.

    `asks` are the demands of its own text, beside the sum and what was voted in words. A line that
    a file of `enclosed` shows says so.
    """
    case = letter.case
    demand = Demand.objects.filter(case=case).first()
    lines = case.claim_lines.counting().select_related("party__person").in_full()
    named = {party.pk: party for party in [*parties, *(line.party for line in lines)]}
    names = public_names(named.values(), case.kind)
    numbers = {row.evidence_id: number for number, row in enumerate(enclosed, start=1)}
    rows = [_row(line, names[line.party_id], group.currency, numbers) for line in lines]
    if rows:
        rows += _paid(case, names)
        rows += _left_out(demand, rows)
    total = _total(rows, demand)
    is_less = bool(rows and demand and demand.not_asked)
    return {
        "total_label": _("Demanded") if is_less else "",
        "caption": _("What is to be cancelled") if rows and total is None else "",
        "demands": demanded(
            letter.text_kind,
            demand.terms if demand else [],
            [*asks, *_cancel(letter.text_kind, lines, group.currency)],
            total,
            currency=group.currency,
            is_deposit=case.kind == Case.Kind.DEPOSIT,
        ),
        "deadline": _deadline(letter, group, demand),
        "rows": rows,
        "total": total,
        "deposit_days": rules.printed_days(case, group, issued_on=letter.delivery_on),
        "law": _law_part(letter, group) if letter.names_the_law else None,
        **_words_of_kind(case.kind),
    }


def _law_part(letter: Letter, group: Group) -> LawPart | None:
    """Return what a checked rule may add on the day of the letter; None prints nothing."""
    found = law_of_case.for_letter(letter.case, group, on=letter.delivery_on)
    if found is None:
        return None
    rule, said = found
    lines = [
        LawLine(
            what=sentence(line),
            condition=line.condition,
            working=f"{line.working} {line.each_day}".strip(),
        )
        for line in said
    ]
    return LawPart(place=rule.name, citation=rule.citation, lines=lines)


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _network(group: Group) -> Network:
    return Network(
        name=group.name,
        address=lines_of(group.address),
        phone=group.phone,
        email=group.email,
    )


def _words_of_kind(kind: str) -> dict[str, str]:
    if kind != Case.Kind.OTHER:
        return {"kind": kind}
    return {"kind": "wages", "no_retaliation": _("Nobody may be punished because of this letter.")}


def _paid(case: Case, names: dict[int, str]) -> list[Row]:
    """Return what has cleared since the vote, as rows: a letter asks for no money twice."""
    paid = Payment.objects.cleared().to_people_present().filter(case=case)
    alone = next(iter(names.values())) if len(names) == 1 else ""
    return [
        variants.payment_row(payment, person=names.get(_whose(payment), alone))
        for payment in paid.select_related("party")
    ]


def _left_out(demand: Demand | None, rows: list[Row]) -> list[Row]:
    """Return the row that says why less is asked than is owed, where the people chose that."""
    if demand is None or not demand.not_asked:
        return []
    people = {row.person for row in rows}
    return [
        Row(
            label=_("Not asked for in this letter"),
            amount=-demand.not_asked,
            person=people.pop() if len(people) == 1 else "",
            note=_("We ask for less than is owed, so that this can end."),
        )
    ]


def _whose(payment: Payment) -> int | None:
    return payment.party and (payment.party.acts_for_id or payment.party_id)


def _total(rows: list[Row], demand: Demand | None) -> Decimal | None:
    """Return what the rows come to; without any, the sum voted; None where no money is asked.

    Charges to be cancelled are no money asked for.
    """
    if any(not row.adds_nothing for row in rows):
        return max(Decimal(0), sum((row.amount for row in rows), Decimal(0)))
    return demand.outstanding or None if demand else None


def demanded(
    kind: str,
    terms: list[str],
    asks: Sequence[str],
    total: Decimal | None,
    *,
    currency: str,
    is_deposit: bool,
) -> list[str]:
    """Return what is demanded, each thing once: what was voted, and what the text adds to it."""
    said = {_plain(term) for term in terms}
    deeds = [*terms, *(ask for ask in asks if _plain(ask) not in said)]
    if not total:
        return deeds
    pay = _("Return %(sum)s.") if is_deposit else _("Pay %(sum)s.")
    sums = [pay % {"sum": money(total, currency)}]
    return [*deeds, *sums] if kind in DEEDS_FIRST else [*sums, *deeds]


def _plain(demand: str) -> str:
    return demand.casefold().strip(" .")


def _cancel(kind: str, lines: list[ClaimLine], currency: str) -> list[str]:
    """Return one sentence for each charge that is to be cancelled, if the text asks for it not."""
    if kind == TextKind.CHARGES:
        return []
    text = _("Cancel the charge of %(sum)s for: %(what)s. Confirm this in writing.")
    return [
        text % {"sum": money(line.figure or 0, currency), "what": line.label}
        for line in lines
        if line.kind == ClaimLine.Kind.CHARGE
    ]


def _deadline(letter: Letter, group: Group, demand: Demand | None) -> dt.datetime | None:
    if demand is None:
        return None
    noon = dt.datetime.combine(letter.delivery_on, dt.time(12), tzinfo=group.zone)
    return group.deadline_after(noon, days=demand.deadline_days)


def _row(line: ClaimLine, person: str, currency: str, numbers: dict[int, int]) -> Row:
    shown_by = sorted(numbers[file.pk] for file in line.shown_by if file.pk in numbers)
    is_deduction = line.kind == ClaimLine.Kind.DEDUCTION
    return Row(
        label=line.dated_label,
        amount=line.amount,
        person=person,
        working="" if is_deduction else line.working(currency),
        note=" ".join(filter(None, [line.note, _see(shown_by)])),
        claimed=line.figure if is_deduction else None,
        accepted=line.accepted if is_deduction else None,
        adds_nothing=line.kind == ClaimLine.Kind.CHARGE,
    )


def _see(numbers: list[int]) -> str:
    """Name the enclosures that show a line, by the numbers they have in the letter's list."""
    if not numbers:
        return ""
    text = ngettext("See enclosure %(numbers)s.", "See enclosures %(numbers)s.", len(numbers))
    return text % {"numbers": ", ".join(map(str, numbers))}
