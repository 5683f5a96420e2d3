"""The first words of a letter, put together from what the case sheet knows.

Each sentence is written only when its facts are known, in the language of the letter. People
change all of it before it goes out; what is not known is listed for them instead of guessed.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Case, CaseParty, ClaimLine, Group, Payment, Sheet
from campaigns.models.payments import balance
from campaigns.wording import date_in_words, money
from letters import recipients

DEFAULT_DAYS_AHEAD = 7


def proposed(
    case: Case,
    *,
    group: Group,
    language: str,
    delivery_on: dt.date | None,
    today: dt.date,
    to: Sequence[str] = (),
) -> dict[str, Any]:
    """Return what a new draft of `case` starts with, for the fields of the letter form.

    `to` are the keys of those it goes to, out of `recipients.offered()`; none is the target.
    """
    parties = list(case.parties.affected().select_related("person"))
    lines = list(case.claim_lines.counting())
    with translation.override(language):
        return {
            "language": language,
            "paper": group.paper,
            **recipients.fields(case, to=to),
            "subject": _subject(case, parties)[:160],
            "facts": " ".join(_facts(case, parties, lines, group.currency)),
            "how_to_pay": "\n".join(_how_to_pay(case, group)),
            "delivery_on": delivery_on or today + dt.timedelta(days=DEFAULT_DAYS_AHEAD),
        }


def gaps(case: Case, *, address: str = "") -> list[str]:
    """Name the facts a letter of this kind usually states and this case does not know.

    `address` is what was typed into the letter itself, where it closes the gap as well.
    """
    sheet, target = case.sheet, case.target
    wanted = [
        (bool(address.strip() or (target and target.address)), _("the address of the target")),
        (sheet.started_on, _("the day work or tenancy began")),
        (sheet.ended_on, _("the day work or tenancy ended")),
        (sheet.place.strip(), _("the work site or rented home")),
        (sheet.agreement.strip(), _("what was agreed")),
    ]
    if case.kind == Case.Kind.DEPOSIT:
        wanted += [
            (sheet.keys_returned_on, _("the day the keys were returned")),
            (sheet.statement_on, _("the date of the landlord's statement")),
        ]
    return [name for known, name in wanted if not known]


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


def _subject(case: Case, parties: list[CaseParty]) -> str:
    names = capfirst(together(parties, case.kind))
    if case.kind == Case.Kind.WAGES:
        return _("Unpaid wages: %(names)s") % {"names": names}
    if case.kind == Case.Kind.DEPOSIT:
        return _("Deposit not returned: %(names)s") % {"names": names}
    return _("Our demand: %(names)s") % {"names": names}


def together(parties: list[CaseParty], kind: str) -> str:
    """Return "Rosa, José and 2 former workers"."""
    no_name = CaseParty().name_in_public(kind)
    names = [party.name_in_public(kind) for party in parties]
    nameless = names.count(no_name)
    named = [name for name in names if name != no_name]
    if nameless or not named:
        named.append(_nameless(max(nameless, 1), kind))
    return get_text_list(named, _("and"))


def _nameless(count: int, kind: str) -> str:
    if kind == Case.Kind.WAGES:
        text = ngettext("one former worker", "%(count)s former workers", count)
    elif kind == Case.Kind.DEPOSIT:
        text = ngettext("one former tenant", "%(count)s former tenants", count)
    else:
        text = ngettext("one neighbour", "%(count)s neighbours", count)
    return text % {"count": count}


def _facts(
    case: Case, parties: list[CaseParty], lines: list[ClaimLine], currency: str
) -> list[str]:
    who, sheet = capfirst(together(parties, case.kind)), case.sheet
    paid = Payment.objects.cleared().to_people_present().filter(case=case).total()
    if case.kind == Case.Kind.WAGES:
        sentences = [_worked(who, sheet), _time_worked(sheet), _agreed(sheet)]
        sentences.append(_unpaid(lines, paid, currency))
    elif case.kind == Case.Kind.DEPOSIT:
        sentences = [_rented(who, sheet), _time_rented(sheet), _deposit_paid(lines, currency)]
        sentences += [_agreed(sheet), _keys(sheet), _statement(sheet)]
        sentences.append(_returned(lines, paid, currency))
    else:
        sentences = [_agreed(sheet)]
    return [sentence for sentence in [*sentences, _asked(sheet)] if sentence]


def _worked(who: str, sheet: Sheet) -> str:
    values = {"who": who, "place": _flat(sheet.place)}
    if values["place"]:
        return _("%(who)s worked for you at %(place)s.") % values
    return _("%(who)s worked for you.") % values


def _time_worked(sheet: Sheet) -> str:
    values = {"start": _day(sheet.started_on), "end": _day(sheet.ended_on)}
    if sheet.started_on and sheet.ended_on:
        return _("The work went from %(start)s to %(end)s.") % values
    if sheet.started_on:
        return _("The work began on %(start)s.") % values
    return _("The work ended on %(end)s.") % values if sheet.ended_on else ""


def _rented(who: str, sheet: Sheet) -> str:
    values = {"who": who, "place": _flat(sheet.place)}
    if values["place"]:
        return _("%(who)s rented %(place)s from you.") % values
    return _("%(who)s rented a home from you.") % values


def _time_rented(sheet: Sheet) -> str:
    values = {"start": _day(sheet.started_on), "end": _day(sheet.ended_on)}
    if sheet.started_on and sheet.ended_on:
        return _("The tenancy went from %(start)s to %(end)s.") % values
    if sheet.started_on:
        return _("The tenancy began on %(start)s.") % values
    return _("The tenancy ended on %(end)s.") % values if sheet.ended_on else ""


def _agreed(sheet: Sheet) -> str:
    text = _flat(sheet.agreement)
    return _("This was agreed: %(text)s.") % {"text": text} if text else ""


def _asked(sheet: Sheet) -> str:
    text = _flat(sheet.already_tried)
    return _("This was tried before: %(text)s.") % {"text": text} if text else ""


def _unpaid(lines: list[ClaimLine], paid: Decimal, currency: str) -> str:
    owed = balance(sum((line.amount for line in lines), Decimal(0)), paid)
    if not owed:
        return ""
    return _("%(sum)s of the pay for this work has not been paid.") % {"sum": money(owed, currency)}


def _deposit_paid(lines: list[ClaimLine], currency: str) -> str:
    paid = _sum_of(lines, ClaimLine.Kind.DEPOSIT)
    return (
        _("A deposit of %(sum)s was paid to you.") % {"sum": money(paid, currency)} if paid else ""
    )


def _keys(sheet: Sheet) -> str:
    keys, address = sheet.keys_returned_on, sheet.forwarding_given_on
    values = {"keys": _day(keys), "address": _day(address)}
    if keys and address:
        return (
            _("You got the keys back on %(keys)s, and an address for the deposit on %(address)s.")
            % values
        )
    if keys:
        return _("You got the keys back on %(keys)s.") % values
    return _("You got an address for the deposit on %(address)s.") % values if address else ""


def _statement(sheet: Sheet) -> str:
    if not sheet.statement_on:
        return ""
    values = {"day": _day(sheet.statement_on)}
    if not sheet.keys_returned_on or sheet.statement_on < sheet.keys_returned_on:
        return _("Your statement is dated %(day)s.") % values
    days = (sheet.statement_on - sheet.keys_returned_on).days
    text = ngettext(
        "Your statement is dated %(day)s, %(days)s day after the keys came back.",
        "Your statement is dated %(day)s, %(days)s days after the keys came back.",
        days,
    )
    return text % (values | {"days": days})


def _returned(lines: list[ClaimLine], paid: Decimal, currency: str) -> str:
    back = _sum_of(lines, ClaimLine.Kind.RETURNED) + paid
    if back:
        return _("You have returned %(sum)s so far.") % {"sum": money(back, currency)}
    has_deposit = any(line.kind == ClaimLine.Kind.DEPOSIT for line in lines)
    return _("You have returned nothing so far.") if has_deposit else ""


def _sum_of(lines: list[ClaimLine], kind: str) -> Decimal:
    return sum((abs(line.amount) for line in lines if line.kind == kind), Decimal(0))


def _how_to_pay(case: Case, group: Group) -> list[str]:
    values = {
        "address": ", ".join(line.strip() for line in group.address.splitlines() if line.strip()),
        "contact": get_text_list([text for text in (group.phone, group.email) if text], _("or")),
        "reference": case.reference,
    }
    lines = [_("By certified cheque, by money order, or in cash against a receipt.")]
    if values["address"]:
        lines.append(_("Bring or send it to %(address)s.") % values)
    if values["contact"]:
        lines.append(
            _("To agree on a time: %(contact)s. Please name the reference %(reference)s.") % values
        )
    return lines


def _day(value: dt.date | None) -> str:
    return date_in_words(value) if value else ""


def _flat(text: str) -> str:
    """Return the text on one line and without its last full stop, to stand inside a sentence."""
    return " ".join(text.split()).rstrip(".")
