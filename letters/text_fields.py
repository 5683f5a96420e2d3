"""The fields a text of a letter may use: which there are for which kind, and what each means.

A name is the same in every language, so that a text does not break when somebody reads the product
in another; the meaning beside it is in the reader's language, and names the hole where it is empty.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from letters.models import TextKind

K = TextKind

MEANINGS: dict[str, Any] = {
    # Who
    "names": _("the names of the people, as each of them chose it"),
    "one_person": _("the name, where it is one person"),
    "several_people": _("the names, where it is several people"),
    "target": _("the name of the boss or landlord"),
    "network": _("the name of the group"),
    "contact": _("the phone or e-mail of the group"),
    "network_address": _("the postal address of the group"),
    "reference": _("the reference of the case"),
    "today": _("the day the letter is drafted"),
    # What the sheet knows
    "started_on": _("the day work or tenancy began"),
    "ended_on": _("the day work or tenancy ended"),
    "place": _("the work site or rented home"),
    "agreement": _("what was agreed"),
    "already_tried": _("what was tried before"),
    "keys_returned_on": _("the day the keys were returned"),
    "forwarding_given_on": _("the day the new address was given"),
    "statement_on": _("the date of the landlord's statement"),
    "days_to_statement": _("the days from the keys to the statement, like “34 days”"),
    "pay_due_on": _("the day the pay was due, where it has not come or came late"),
    "pay_came_on": _("the day it came, where it came late"),
    "days_since_keys": _("the days from the keys to the day of drafting, like “34 days”"),
    # Money
    "sum": _("the sum that is still owed"),
    "deposit": _("the deposit that was paid"),
    "returned": _("what came back of it so far"),
    "accepted": _("the deductions the tenant accepts, together"),
    "one_deduction": _("what is taken off for, where one deduction is rejected"),
    "several_deductions": _("how many deductions are rejected, where it is several"),
    "charges": _("what the charges are for, each with its sum"),
    "charged_on": _("the day they asked for the charges"),
    # By hand: nothing in the product knows it
    "inspected_on": _("the day the homes were looked at"),
    # Letters after the demand
    "letter_day": _("the day our letter was handed over"),
    "deadline_day": _("the day the deadline ends"),
    "other_demands": _("the other demands as they were voted, a line each"),
    "payment_sum": _("the payment the letter is about"),
    "payment_day": _("the day this payment came"),
    "bounced_sum": _("the payment that the bank returned"),
    "bounced_day": _("the day the payment came that the bank returned"),
    "offer_sum": _("the sum they offered"),
    "offer_day": _("the day they offered it"),
    "counter_sum": _("the sum we would agree to"),
    "counter_terms": _("what else we would agree to, a line each"),
    "agreed_sum": _("the sum that was agreed"),
    "agreed_terms": _("what else was agreed, a line each"),
    "each_part_sum": _("the sum of each part payment, a line each"),
    "each_part_day": _("the day of each part payment, a line each"),
    "each_case_sum": _("what is still owed in each fight, a line each"),
    "each_case_people": _("the names of the people of each fight, a line each"),
    "down_by": _("the day by which posters come down"),
    "worked_at": _("the work site, where it is about wages"),
    "rented_at": _("the rented home, where it is about a deposit"),
}

_ALWAYS = (
    *("names", "one_person", "several_people", "target", "network", "contact"),
    *("network_address", "reference", "today"),
)
_SHEET = ("started_on", "ended_on", "place", "agreement", "already_tried", "sum")
_DEPOSIT = (
    *("deposit", "returned", "keys_returned_on", "forwarding_given_on", "statement_on"),
    *("days_to_statement", "days_since_keys"),
)
_OFFER = ("letter_day", "offer_sum", "offer_day")
_OF_KIND: dict[str, tuple[str, ...]] = {
    K.WAGES: (*_SHEET, "pay_due_on", "pay_came_on"),
    K.POLICY: _SHEET,
    K.DEPOSIT_NOTHING: (*_SHEET, *_DEPOSIT),
    K.DEPOSIT_PART: (*_SHEET, *_DEPOSIT, "accepted", "one_deduction", "several_deductions"),
    K.CHARGES: (*_SHEET, *_DEPOSIT, "charges", "charged_on"),
    K.REPAIRS: (*_SHEET, "inspected_on"),
    K.OTHER: _SHEET,
    K.REMINDER: ("letter_day", "deadline_day", "sum", "other_demands"),
    K.INFLUENCE: ("letter_day", "worked_at", "rented_at"),
    K.REPLY_PAYMENT: ("letter_day", "deadline_day", "sum", "payment_sum", "payment_day"),
    K.COUNTER: (*_OFFER, "counter_sum", "counter_terms"),
    K.REFUSAL: (*_OFFER, "sum"),
    K.AGREEMENT: (
        *(*_OFFER, "agreed_sum", "agreed_terms"),
        *("each_part_sum", "each_part_day"),
    ),
    K.DEFAULT_NOTICE: ("letter_day", "sum", "bounced_sum", "bounced_day"),
    K.CLOSING: ("letter_day", "down_by"),
    K.TOGETHER: ("letter_day", "each_case_sum", "each_case_people"),
}
# What somebody can still find out and write down: named as a gap where a text uses it.
FACTS = (
    *("started_on", "ended_on", "place", "agreement", "already_tried"),
    *("keys_returned_on", "forwarding_given_on", "statement_on"),
)


def allowed(kind: str) -> tuple[str, ...]:
    """Return the names of the fields that a text of this kind may use."""
    return (*_ALWAYS, *_OF_KIND[kind])


def explained(names: Iterable[str]) -> list[tuple[str, str]]:
    """Return each field as it is written in a text, with its meaning in the reader's language."""
    return [(f"{{{name}}}", str(MEANINGS[name])) for name in names]
