"""An invented case, so that a text can be seen as a letter without anybody's facts in it.

It is one for each of the two kinds of fight, in the language of the letter. Nobody is called so.
"""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from campaigns.models import Group
from campaigns.wording import date_in_words, money
from letters import case_values
from letters.document import LetterDocument, Network, Row
from letters.drafting import demanded, lines_of
from letters.own_texts import Words
from letters.text_models import DEMAND_KINDS, TextKind

K = TextKind
OF_TENANTS = (K.DEPOSIT_NOTHING, K.DEPOSIT_PART, K.CHARGES, K.REPAIRS)
WITHOUT_MONEY = (K.POLICY, K.CHARGES, K.REPAIRS, K.OTHER)
DAY = dt.date(2026, 11, 13)
OWED = Decimal("1240.00")
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
        "carpet": "carpet",
        "lock": "lock",
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
        "carpet": "alfombra",
        "lock": "cerradura",
        "deposit": "Depósito",
    },
}


def values(kind: str, *, group: Group, language: str, people: int = 1) -> dict[str, str]:
    """Return a value for every field there is, as a case that knows everything would give it."""
    typed, is_tenant = _TYPED.get(language, _TYPED["en"]), kind in OF_TENANTS
    with translation.override(language):
        names = ["José García", "Ana Morales", "Siobhán O'Neil"][:people]
        together = f" {_('and')} ".join([", ".join(names[:-1]), names[-1]] if people > 1 else names)

        def on(day: int, month: int, year: int = 2026) -> str:
            return date_in_words(dt.date(year, month, day))

        def sum_(amount: int) -> str:
            return money(amount, group.currency)

        return case_values.of_group(group) | {
            "names": together,
            "one_person": together if people == 1 else "",
            "several_people": together if people > 1 else "",
            "target": "Blue Heron Ltd",
            "reference": "W-0000",
            "today": on(13, 11),
            "started_on": on(3, 8),
            "ended_on": on(25, 9),
            "place": typed["home" if is_tenant else "work"],
            "worked_at": typed["work"],
            "rented_at": typed["home"],
            "agreement": typed["rent" if is_tenant else "pay"],
            "already_tried": typed["tried"],
            "keys_returned_on": on(30, 9),
            "forwarding_given_on": on(1, 10),
            "statement_on": on(3, 11),
            "days_to_statement": _days(34),
            "days_since_keys": _days(44),
            "sum": money(OWED, group.currency),
            "deposit": sum_(1800),
            "returned": sum_(475),
            "accepted": sum_(85),
            "one_deduction": typed["carpet"] if people == 1 else "",
            "several_deductions": str(people) if people > 1 else "",
            "charges": typed["charges"],
            "charged_on": on(20, 10),
            "inspected_on": on(8, 11),
            "letter_day": on(30, 10),
            "deadline_day": on(20, 11),
            "other_demands": typed["term"],
            "payment_sum": sum_(400),
            "payment_day": on(9, 11),
            "bounced_sum": sum_(400),
            "bounced_day": on(9, 11),
            "offer_sum": sum_(600),
            "offer_day": on(10, 11),
            "counter_sum": sum_(1000),
            "counter_terms": typed["term"],
            "agreed_sum": sum_(1000),
            "agreed_terms": typed["term"],
            "each_part_sum": f"{sum_(500)}\n{sum_(500)}",
            "each_part_day": f"{on(1, 12)}\n{on(1, 1, 2027)}",
            "each_case_sum": f"{sum_(1240)}\n{sum_(900)}",
            "each_case_people": "José García\nAna Morales",
            "down_by": on(23, 11),
        }


def _days(number: int) -> str:
    return case_values.days_between(DAY, DAY + dt.timedelta(days=number))


def document(
    words: Words, *, kind: str, language: str, group: Group, people: int = 1
) -> LetterDocument:
    """Return the letter that `words` give for the invented case, marked as a draft."""
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
            signers=["José García", "Ana Morales", "Siobhán O'Neil"][:people],
            currency=group.currency,
            reference="W-0000",
            is_draft=True,
            asks_something=False,
        )
        return replace(bare, **_of_demand(kind, bare, language, group, people))


def _of_demand(
    kind: str, bare: LetterDocument, language: str, group: Group, people: int
) -> dict[str, Any]:
    """Return the table, the demands and the deadline that a demand letter takes from its case."""
    if kind not in DEMAND_KINDS:
        return {}
    typed = _TYPED.get(language, _TYPED["en"])
    terms = [typed["repair"] if kind == K.REPAIRS else typed["term"]] * (kind in WITHOUT_MONEY)
    total = None if kind in WITHOUT_MONEY else OWED
    is_deposit = kind in OF_TENANTS
    return {
        "kind": "deposit" if is_deposit else "wages",
        "rows": _rows(kind, typed, people) if total else (),
        "total": total,
        "demands": demanded(
            kind, terms, bare.demands, total, currency=group.currency, is_deposit=is_deposit
        ),
        "deadline": dt.datetime.combine(
            DAY + dt.timedelta(days=14), group.deadline_hour, tzinfo=group.zone
        ),
        "asks_something": True,
    }


def _rows(kind: str, typed: dict[str, str], people: int) -> list[Row]:
    """Return rows that come to `OWED`."""
    if kind == K.WAGES:
        return [Row(label=typed["row"], working=typed["worked_out"], amount=OWED)]
    if kind == K.DEPOSIT_NOTHING:
        return [Row(label=typed["deposit"], amount=OWED)]
    rejected = [
        Row(
            label=typed["carpet"],
            amount=Decimal(0),
            claimed=Decimal(240),
            accepted=Decimal(0),
            note=typed["wear"],
        )
    ] * people
    return [
        Row(label=typed["deposit"], amount=Decimal(1800)),
        *rejected,
        Row(label=typed["lock"], amount=Decimal(-85), claimed=Decimal(85), accepted=Decimal(85)),
        Row(label=_("Returned so far"), amount=Decimal(-475)),
    ]
