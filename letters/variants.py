"""Letters after the demand: what each kind of them shows of the case, beside its own words.

What has been paid and what is still owed stands in them as it is on the day they are made final:
the balance has one source, whatever paper prints it.
"""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns.models import Case, Group, Payment
from campaigns.models.claims import ZERO
from campaigns.models.payments import PaymentQuerySet, balance
from campaigns.wording import date_in_words
from letters.document import Row
from letters.models import Letter, ReadingCopy

V = Letter.Variant
WITH_ACCOUNT = (V.REMINDER, V.REPLY_PAYMENT, V.DEFAULT_NOTICE, V.CLOSING, V.TOGETHER)
ASKING = (V.REMINDER, V.REPLY_PAYMENT, V.DEFAULT_NOTICE, V.TOGETHER)


def parts(letter: Letter, texts: Letter | ReadingCopy, group: Group) -> dict[str, Any]:
    """Return the fields of the document that depend on the kind of letter, in its language."""
    own = {
        "demands": [line.strip() for line in texts.asks.splitlines() if line.strip()],
        "deadline": answer_deadline(letter, group),
        "heading": heading(letter.variant),
        "asks_something": letter.variant in ASKING,
        "no_retaliation": _no_retaliation({case.kind for case in letter.cases}),
    }
    if letter.variant not in WITH_ACCOUNT:
        return own
    rows = account(letter)
    left = max(ZERO, sum((row.amount for row in rows), ZERO))
    is_let_go = letter.variant == V.CLOSING and left > ZERO
    return own | table(rows, left, is_let_go=is_let_go)


def table(rows: list[Row], left: Decimal, *, is_let_go: bool = False) -> dict[str, Any]:
    """Return the account as the fields of a document."""
    return {
        "kind": "account",
        "rows": rows,
        "total": left,
        "caption": _("What was demanded and paid") if is_let_go else _("Paid and still owed"),
        "total_label": _("No longer asked for") if is_let_go else _("Still owed"),
    }


def answer_deadline(letter: Letter, group: Group) -> dt.datetime | None:
    """Return the group's hour on the day an answer is asked for."""
    if letter.answer_by is None:
        return None
    return dt.datetime.combine(letter.answer_by, group.deadline_hour, tzinfo=group.zone)


def account(letter: Letter) -> list[Row]:
    """Return the demand and each payment that counts, as signed rows that add up to the balance.

    Where it speaks for several fights, each row says for which.
    """
    cases = letter.cases
    rows = []
    for case in cases:
        own = _own_account(case, letter.variant)
        if len(cases) > 1:
            own = [replace(row, label=f"{case.reference}: {row.label}") for row in own]
        rows += own
    return rows


def _own_account(case: Case, variant: str) -> list[Row]:
    agreement = _agreement(case, variant)
    sum_, paid, waiting = _figures(case, variant, agreement)
    first = Row(label=_("Agreed") if agreement else _("Demanded"), amount=sum_)
    later = [replace(payment_row(one), note=_("It counts when it has cleared.")) for one in waiting]
    return [first, *map(payment_row, paid), *later]


def _figures(
    case: Case, variant: str, agreement: Any
) -> tuple[Decimal, PaymentQuerySet, PaymentQuerySet]:
    """Return the sum a letter of this kind starts from, what is paid of it, and what must clear.

    An answer to a payment asks for the rest alone: the cheque it answers lies here already.
    """
    paid, waiting = Payment.objects.counting().filter(case=case), Payment.objects.none()
    if variant == V.REPLY_PAYMENT:
        waiting = Payment.objects.pending().to_people_present().filter(case=case)
    if agreement is None:
        return case.demanded or ZERO, paid, waiting
    since = Q(received_on__gte=agreement.agreed_on) | Q(pk__in=agreement.counted.values("pk"))
    return agreement.amount, paid.filter(since), waiting


def _agreement(case: Case, variant: str) -> Any:
    """Return the agreement a notice is about: while it stands, no more is asked than was agreed.

    Agreements belong to a higher app, so they are reached through the case.
    """
    if variant != V.DEFAULT_NOTICE:
        return None
    offers = case.offers.filter(status="accepted", agreements__struck_at=None)
    offer = offers.exclude(agreements=None).order_by("pk").last()
    return offer and offer.agreements.filter(struck_at=None).first()


def payment_row(payment: Payment, *, person: str = "") -> Row:
    """Return the row that takes off what was paid, for whichever letter prints it."""
    label = _("%(how)s of %(day)s") % {
        "how": payment.get_method_display().capitalize(),
        "day": date_in_words(payment.received_on),
    }
    return Row(label=label, amount=-payment.amount, person=person, note=payment.note)


def still_owed(case: Case, variant: str = "") -> Decimal:
    """Return what the account of a letter of this kind comes to, for its words."""
    sum_, paid, waiting = _figures(case, variant, _agreement(case, variant))
    return balance(sum_, paid.total() + waiting.total())


def _no_retaliation(kinds: set[str]) -> str:
    """Return the sentence for a landlord, or one for anybody; a boss gets the usual one.

    The table of these letters is an account, whatever the fight is about, so it does not tell.
    """
    if kinds == {Case.Kind.DEPOSIT}:
        return pgettext(
            "letter",
            "Nobody may be punished because of this letter: no eviction, no new charges, no bad "
            "reference.",
        )
    if kinds == {Case.Kind.WAGES}:
        return ""
    return _("Nobody may be punished because of this letter.")


def heading(variant: str) -> str:
    """Return what stands above the lines of a letter after the demand."""
    return {
        V.INFLUENCE: _("What we ask of you"),
        V.COUNTER: _("What we would agree to"),
        V.AGREEMENT: _("What was agreed"),
        V.DEFAULT_NOTICE: _("What has to happen now"),
        V.TOGETHER: _("What we ask for together"),
    }.get(variant, _("What is still open"))
