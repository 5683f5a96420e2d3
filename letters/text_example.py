"""An invented case, so that a text can be seen as a letter without anybody's facts in it.

It is one for each of the two kinds of fight, in the language of the letter. Nobody is called so.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from campaigns.models import Group, Payment
from campaigns.models.claims import ZERO
from campaigns.wording import date_in_words, money
from letters import case_values, variants
from letters.document import LetterDocument, Network, Row
from letters.drafting import demanded, lines_of
from letters.models import DEMAND_KINDS, TextKind
from letters.own_texts import Words

K = TextKind
OF_TENANTS = (K.DEPOSIT_NOTHING, K.DEPOSIT_PART, K.CHARGES, K.REPAIRS)
# Where something was voted beside the sum, or in its place.
WITH_TERMS = (K.POLICY, K.REPAIRS, K.OTHER)
NAMES = ("José García", "Ana Morales", "Siobhán O'Neil")
DAY, PAID_ON = dt.date(2026, 11, 13), dt.date(2026, 11, 9)
OWED, OTHER_OWED, PAID = Decimal(1240), Decimal(900), Decimal(400)
DEPOSIT, RIGHT = Decimal(1800), Decimal(85)
# What somebody would type, by language; another language shows the first.
_TYPED: dict[str, dict[str, str]] = {
    "en": {
        "work": "the Blue Heron kitchen, 4410 Rainier Avenue",
        "home": "114 Maple Street, unit 6",
        "pay": "$18 an hour, every second Friday",
        "rent": "rent of $900, and a deposit of two months",
        "tried": "we asked by text on two days and were told to wait",
        "charges": "cleaning and a new carpet",
        "term": "Give every worker the schedule one week ahead.",
        "repair": "Unit 6: repair the heating.",
        "row": "Two weeks",
        "worked_out": "80 hours × $18.00 − $200.00 paid",
        "wear": "Ordinary wear.",
        "carpet": "Carpet",
        "lock": "Lock",
        "deposit": "Deposit",
    },
    "es": {
        "work": "la cocina Garza Azul, 4410 Rainier Avenue",
        "home": "114 Maple Street, vivienda 6",
        "pay": "$18 por hora, cada dos viernes",
        "rent": "$900 de alquiler y un depósito de dos meses",
        "tried": "lo pedimos dos veces por mensaje, y nos dijeron que esperáramos",
        "charges": "limpieza y una alfombra nueva",
        "term": "Dé a cada persona su horario con una semana de anticipación.",
        "repair": "Vivienda 6: repare la calefacción.",
        "row": "Dos semanas",
        "worked_out": "80 horas × $18.00 − $200.00 pagados",
        "wear": "Desgaste normal.",
        "carpet": "Alfombra",
        "lock": "Cerradura",
        "deposit": "Depósito",
    },
}


def values(kind: str, *, group: Group, language: str, people: int = 1) -> dict[str, str]:
    """Return a value for every field there is, as a case that knows everything would give it."""
    typed = _TYPED.get(language, _TYPED["en"])

    def sum_(amount: Decimal | int) -> str:
        return money(amount, group.currency)

    with translation.override(language):
        return (
            case_values.of_group(group)
            | _who(people)
            | _sheet(typed, is_tenant=kind in OF_TENANTS)
            | _later(typed, sum_)
            | {
                "sum": sum_(OWED),
                "deposit": sum_(DEPOSIT),
                "returned": sum_(DEPOSIT - RIGHT - OWED) if kind == K.DEPOSIT_PART else "",
                "accepted": sum_(RIGHT),
                "one_deduction": typed["carpet"] if people == 1 else "",
                "several_deductions": str(people) if people > 1 else "",
            }
        )


def _on(day: int, month: int, year: int = 2026) -> str:
    return date_in_words(dt.date(year, month, day))


def _who(people: int) -> dict[str, str]:
    together = str(get_text_list(NAMES[:people], _("and")))
    return {
        "names": together,
        "one_person": together if people == 1 else "",
        "several_people": together if people > 1 else "",
        "target": "Blue Heron Ltd",
        "reference": "W-0000",
        "today": date_in_words(DAY),
    }


def _sheet(typed: dict[str, str], *, is_tenant: bool) -> dict[str, str]:
    return {
        "started_on": _on(3, 8),
        "ended_on": _on(25, 9),
        "place": typed["home" if is_tenant else "work"],
        "worked_at": typed["work"],
        "rented_at": typed["home"],
        "agreement": typed["rent" if is_tenant else "pay"],
        "already_tried": typed["tried"],
        "keys_returned_on": _on(30, 9),
        "forwarding_given_on": _on(1, 10),
        "statement_on": _on(3, 11),
        "days_to_statement": _days(34),
        "pay_due_on": _on(2, 10),
        "pay_came_on": "",
        "days_since_keys": _days(44),
        "charges": typed["charges"],
        "charged_on": _on(20, 10),
        "inspected_on": _on(8, 11),
    }


def _later(typed: dict[str, str], sum_: Callable[[Decimal | int], str]) -> dict[str, str]:
    return {
        "letter_day": _on(30, 10),
        "deadline_day": _on(27, 11),
        "other_demands": typed["term"],
        "payment_sum": sum_(PAID),
        "payment_day": date_in_words(PAID_ON),
        "bounced_sum": sum_(PAID),
        "bounced_day": date_in_words(PAID_ON),
        "offer_sum": sum_(600),
        "offer_day": _on(10, 11),
        "counter_sum": sum_(1000),
        "counter_terms": typed["term"],
        "agreed_sum": sum_(1000),
        "agreed_terms": typed["term"],
        "each_part_sum": f"{sum_(500)}\n{sum_(500)}",
        "each_part_day": f"{_on(1, 12)}\n{_on(1, 1, 2027)}",
        "each_case_sum": f"{sum_(OWED)}\n{sum_(OTHER_OWED)}",
        "each_case_people": "\n".join(NAMES[:2]),
        "down_by": _on(23, 11),
    }


def _days(number: int) -> str:
    return case_values.days_between(DAY, DAY + dt.timedelta(days=number))


def document(
    words: Words, *, kind: str, language: str, group: Group, people: int = 0
) -> LetterDocument:
    """Return the letter that `words` give for the invented case, marked as a draft.

    It is one person's, or two people's where the kind is about several, or as many as `people`.
    """
    people = people or (2 if kind in (K.REPAIRS, K.TOGETHER) else 1)
    known = values(kind, group=group, language=language, people=people)
    filled = words.filled(known)
    with translation.override(language):
        bare = LetterDocument(
            language=language,
            paper=group.paper,
            network=Network(
                name=group.name,
                address=lines_of(group.address),
                phone=group.phone,
                email=group.email,
            ),
            issued_on=DAY,
            recipient_name="Harold Finch",
            recipient_address=["Blue Heron Ltd", "4410 Rainier Avenue", "Seattle, WA 98118"],
            subject=filled["subject"],
            facts=lines_of(filled["facts"]),
            demands=lines_of(filled["asks"]),
            how_to_pay=lines_of(filled["how_to_pay"]),
            closing=lines_of(filled["closing"]),
            deadline=None,
            signers=NAMES[:people],
            currency=group.currency,
            reference="W-0000",
            is_draft=True,
        )
        typed = _TYPED.get(language, _TYPED["en"])
        return replace(bare, **_table_and_deadline(kind, bare, typed, group, people))


def _table_and_deadline(
    kind: str, bare: LetterDocument, typed: dict[str, str], group: Group, people: int
) -> dict[str, Any]:
    """Return what a letter takes from its case: table, demands and deadline."""
    deadline = dt.datetime.combine(
        DAY + dt.timedelta(days=14), group.deadline_hour, tzinfo=group.zone
    )
    if kind not in DEMAND_KINDS:
        is_asking = kind in variants.ASKING
        own = {"heading": variants.heading(kind), "asks_something": is_asking}
        if kind in (*variants.ASKING, K.COUNTER):
            own["deadline"] = deadline
        return own | (_account(kind) if kind in variants.WITH_ACCOUNT else {})
    terms = [typed["repair"]] if kind == K.REPAIRS else [typed["term"]]
    rows = _rows(kind, typed, people)
    total = sum((row.amount for row in rows), ZERO) or None
    is_deposit = kind in OF_TENANTS
    return {
        "kind": "deposit" if is_deposit else "wages",
        "rows": rows,
        "total": total,
        "demands": demanded(
            kind,
            terms if kind in WITH_TERMS else [],
            bare.demands,
            total,
            currency=group.currency,
            is_deposit=is_deposit,
        ),
        "deadline": deadline,
    }


def _account(kind: str) -> dict[str, Any]:
    """Return the demand and one payment. It is all in a closing note, and bounced in a notice."""
    if kind == K.TOGETHER:
        sums = (("W-0000", OWED), ("D-0000", OTHER_OWED))
        rows = [Row(label=f"{case}: {_('Demanded')}", amount=amount) for case, amount in sums]
        return variants.table(rows, OWED + OTHER_OWED)
    if kind == K.DEFAULT_NOTICE:
        return variants.table([Row(label=_("Demanded"), amount=OWED)], OWED)
    left = ZERO if kind == K.CLOSING else OWED
    payment = Payment(method=Payment.Method.CHEQUE, amount=PAID, received_on=PAID_ON)
    rows = [Row(label=_("Demanded"), amount=left + PAID), variants.payment_row(payment)]
    return variants.table(rows, left)


def _rows(kind: str, typed: dict[str, str], people: int) -> list[Row]:
    """Return the lines of the table: they come to `OWED`, or to the whole deposit."""
    if kind == K.WAGES:
        return [Row(label=typed["row"], working=typed["worked_out"], amount=OWED)]
    if kind == K.DEPOSIT_NOTHING:
        return [Row(label=typed["deposit"], amount=DEPOSIT)]
    if kind != K.DEPOSIT_PART:
        return []
    rejected = Row(
        label=typed["carpet"],
        amount=ZERO,
        claimed=Decimal(240),
        accepted=ZERO,
        note=typed["wear"],
    )
    right = Row(label=typed["lock"], amount=-RIGHT, claimed=RIGHT, accepted=RIGHT)
    back = Row(label=_("Returned so far"), amount=-(DEPOSIT - RIGHT - OWED))
    return [Row(label=typed["deposit"], amount=DEPOSIT), *[rejected] * people, right, back]
