"""The first words of a letter: the text of its kind, with what the case knows put in.

They are in the language of the letter. People change all of it before it goes out; what is not
known is listed for them instead of guessed.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseParty, ClaimLine, Group, Payment
from letters import case_values, filling, own_texts, recipients, text_fields
from letters.models import DEMAND_KINDS, Demand, Letter, TextKind

DEFAULT_DAYS_AHEAD = 7
K = TextKind
# Which kinds of demand letter are offered for a case, the usual one first.
KINDS_FOR = {
    Case.Kind.WAGES: (K.WAGES, K.POLICY, K.OTHER),
    Case.Kind.DEPOSIT: (K.DEPOSIT_NOTHING, K.DEPOSIT_PART, K.CHARGES, K.REPAIRS, K.OTHER),
    Case.Kind.OTHER: (K.OTHER, K.POLICY, K.REPAIRS, K.CHARGES),
}


def kinds_for(case: Case) -> list[tuple[str, str]]:
    """Return (code, label) of the kinds of demand letter that are offered for a case."""
    return [(kind.value, str(kind.label)) for kind in KINDS_FOR[case.kind]]


def kind_for(case: Case) -> TextKind:
    """Return the kind of demand letter that suits a case: by its kind, its sum and its lines."""
    demand = Demand.objects.current(case)
    asks_money = demand is None or demand.amount > 0
    if case.kind == Case.Kind.WAGES:
        return K.WAGES if asks_money else K.POLICY
    if case.kind == Case.Kind.OTHER:
        return K.OTHER
    if not asks_money:
        return K.CHARGES
    shows_part = (ClaimLine.Kind.DEDUCTION, ClaimLine.Kind.RETURNED)
    in_part = case.claim_lines.counting().filter(kind__in=shows_part).exists()
    is_part = in_part or Payment.objects.cleared().filter(case=case).exists()
    return K.DEPOSIT_PART if is_part else K.DEPOSIT_NOTHING


def proposed(
    case: Case,
    *,
    group: Group,
    language: str,
    delivery_on: dt.date | None,
    today: dt.date,
    to: Sequence[str] = (),
    kind: str = "",
    each: bool = False,
) -> dict[str, Any]:
    """Return what a new demand letter of `case` starts with, for the fields of its form.

    `to` are the keys of those it goes to, out of `recipients.offered()`; none is the target. With
    `each` they get a letter each.
    """
    text_kind = kind or kind_for(case)
    with translation.override(language):
        values = case_values.of_case(case, group=group, today=today)
        return {
            "text_kind": text_kind,
            "language": language,
            "paper": group.paper,
            **recipients.fields(case, to=to, each=each),
            **own_texts.in_use(text_kind, language).filled(values),
            "delivery_on": delivery_on or today + dt.timedelta(days=DEFAULT_DAYS_AHEAD),
        }


def following(case: Case, before: Letter, *, own_words: bool = False) -> dict[str, Any]:
    """Return what the version after `before` takes over from it, for the fields of its form.

    That is what people chose: for whom and about what it is. The words are made anew, because the
    facts may be others by now; with `own_words` they are those of `before`. Where each recipient
    got a letter, each gets one again, at the address we know now.
    """
    taken = ["language", "paper", "names_the_law", *(["text_kind"] if before.text_kind else [])]
    taken += ["subject", "facts", "asks", "how_to_pay", "closing"] if own_words else []
    values = {name: getattr(before, name) for name in taken}
    return values | (recipients.again(case, before) if before.also_to else {})


def gaps(case: Case, *, kind: str = "", language: str = "en", address: str = "") -> list[str]:
    """Name the facts that the text of a demand letter states and this case does not know.

    `address` is what was typed into the letter itself, where it closes the gap as well.
    """
    known = kind if kind in DEMAND_KINDS else kind_for(case)
    used = filling.fields_in(own_texts.in_use(known, language).whole)
    missing = [
        str(text_fields.MEANINGS[name])
        for name in text_fields.FACTS
        if name in used and not getattr(case.sheet, name)
    ]
    target = case.target
    has_address = address.strip() or (target and target.address)
    return missing if has_address else [_("the address of the target"), *missing]


def undated(case: Case) -> list[str]:
    """Return what stops a letter that cannot say when it was, which nobody could answer."""
    sheet = case.sheet
    if case.kind == Case.Kind.DEPOSIT and not (sheet.ended_on or sheet.keys_returned_on):
        return [
            _("When did the tenancy end, or when were the keys returned? Add the day to the sheet.")
        ]
    dated_lines = case.claim_lines.counting().exclude(from_date=None, until_date=None)
    known = sheet.started_on or sheet.ended_on
    if case.kind == Case.Kind.WAGES and not known and not dated_lines.exists():
        return [_("When was the work? Add the days to the sheet, or to the claim lines.")]
    return []


def public_names(parties: Iterable[CaseParty], kind: str) -> dict[int, str]:
    """Return the name each person chose, by party; people without one are told apart by number."""
    names = {party.pk: party.name_in_public(kind) for party in parties}
    nameless = [pk for pk, name in names.items() if name == CaseParty().name_in_public(kind)]
    if len(nameless) > 1:
        for number, pk in enumerate(nameless, start=1):
            names[pk] = f"{names[pk]} ({number})"
    return names
