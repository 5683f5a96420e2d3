"""The first words of letters after the demand, from what has happened in the fight.

The words are the group's text for this kind of letter; here are the facts put into them. Each is a
proposal in the language of the letter. People change it, everybody affected and an organizer who
did not write it say yes to it, and only then is it final.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from campaigns.models import Case, Group, Payment, User
from campaigns.wording import date_in_words, money
from escalation.models import Offer
from letters import case_values, copies, drafting, own_texts, recipients, variants
from letters.forms import ReadingCopyForm
from letters.models import Demand, Letter, ReadingCopy

V = Letter.Variant
NOTICE_DAYS = 3
ANSWER_DAYS = 7
POSTER_DAYS = 10


@dataclass(frozen=True)
class Matter:
    """What a letter is about: an offer, or a payment, or neither; and the demand it follows."""

    case: Case
    group: Group
    today: dt.date
    offer: Offer | None = None
    payment: Payment | None = None
    others: tuple[Case, ...] = ()  # further fights that a letter can speak for
    demand_letter: Letter | None = field(default=None)

    def sum(self, amount: Any) -> str:
        return money(amount or 0, self.group.currency)


def possible(case: Case, *, user: User) -> list[tuple[str, str, list[str]]]:
    """Return (code, label, why not) for each kind of letter after the demand."""
    return [
        (variant.value, str(variant.label), why_not(case, variant, user=user))
        for variant in V
        if variant != V.DEMAND
    ]


def may_join(case: Case, *, user: User) -> models.QuerySet[Case]:
    """Return the other fights a letter of `case` can speak for too.

    They are against the same target, and whoever writes it may open each: it says what is owed.
    """
    opened = Case.objects.opened_to(user).filter(state__in=drafting.STATES_OF[V.TOGETHER])
    others = opened.exclude(pk=case.pk).exclude(target=None).filter(target=case.target_id)
    return others.filter(demands__isnull=False).distinct().order_by("pk")


def why_not(case: Case, variant: str, *, user: User) -> list[str]:
    """Return why a letter of this kind cannot be written now, or nothing."""
    if reasons := drafting.why_no_draft(case, variant):
        return reasons
    if variant in (V.COUNTER, V.REFUSAL) and not case.offers.exists():
        return [_("No offer was noted yet.")]
    if variant in (V.COUNTER, V.REFUSAL) and _newest_offer(case).status == Offer.Status.ACCEPTED:
        return [_("The newest offer was accepted. What was agreed stands.")]
    if variant == V.REPLY_PAYMENT and not case.payments.exists():
        return [_("No payment was noted yet.")]
    if variant == V.INFLUENCE and not recipients.with_influence(case):
        return [_("Nobody is confirmed to be linked to the target. Find a record that shows it.")]
    if variant == V.REMINDER and drafting.deadline_is_over(case, timezone.now()):
        return [_("The deadline is over. A reminder comes too late.")]
    if variant == V.TOGETHER and not may_join(case, user=user).exists():
        return [_("There is no other fight against this target with a voted demand that you see.")]
    return []


def _newest_offer(case: Case) -> Offer | None:
    return case.offers.order_by("-received_on", "-pk").first()


def matter(case: Case, *, group: Group, today: dt.date, **about: Any) -> Matter:
    """Gather what a letter of `case` can be about; without an offer named, the newest one."""
    sent = Letter.objects.light().demands().issued().filter(case=case)
    offer = about.get("offer") or _newest_offer(case)
    payment = about.get("payment") or case.payments.order_by("-received_on", "-pk").first()
    return Matter(
        case=case,
        group=group,
        today=today,
        offer=offer,
        payment=payment,
        others=tuple(about.get("others", ())),
        demand_letter=sent.select_related("delivery").first(),
    )


def proposed(
    variant: str, about: Matter, *, language: str, to: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return what a new letter of this kind starts with, for the fields of its form.

    `to` is who it goes to where that is not the target, out of `recipients.with_influence()`.
    """
    case, group, today = about.case, about.group, about.today
    with translation.override(language):
        values = case_values.of_case(case, group=group, today=today)
        values |= _known(about, variant) | _VALUES.get(variant, _nothing)(about)
        return {
            "variant": variant,
            "language": language,
            "paper": group.paper,
            **_addressed(variant, about, to),
            **own_texts.in_use(variant, language).filled(values),
            "answer_by": _answer_by(variant, about),
            "delivery_on": today,
        }


def of_copy(letter: Letter, copy: ReadingCopy) -> dict[str, Any]:
    """Return what a new copy to read starts with: the text of the letter's kind in its language."""
    if copy.pk:
        return {}
    if letter.is_demand:
        words = copies.first_words(letter, copy)
    else:
        about = matter(
            letter.case,
            group=Group.objects.get(pk=1),
            today=letter.delivery_on,
            others=letter.together.all(),
        )
        words = proposed(letter.variant, about, language=copy.language)
    return {name: words[name] for name in ReadingCopyForm.Meta.fields if name in words}


def _addressed(variant: str, about: Matter, to: tuple[str, ...]) -> dict[str, str]:
    """Return to whom it goes: what follows the demand goes to the same people."""
    earlier = about.demand_letter
    if variant == V.INFLUENCE:
        return recipients.chosen(recipients.with_influence(about.case), to)
    if earlier is None:
        return recipients.fields(about.case)
    return {
        "recipient_name": earlier.recipient_name,
        "recipient_address": earlier.recipient_address,
        "also_to": earlier.also_to,
    }


def _answer_by(variant: str, about: Matter) -> dt.date | None:
    deadline = about.case.deadline_at
    day = timezone.localdate(deadline) if deadline else None
    if variant in (V.REPLY_PAYMENT, V.REMINDER):
        return _ahead(day, about, ANSWER_DAYS)
    if variant in (V.COUNTER, V.TOGETHER):
        return _ahead(None, about, ANSWER_DAYS)
    return _ahead(None, about, NOTICE_DAYS) if variant == V.DEFAULT_NOTICE else None


def _ahead(day: dt.date | None, about: Matter, days: int) -> dt.date:
    """Return `day` if it is still to come, or else the day so many days from today."""
    return day if day and day > about.today else about.today + dt.timedelta(days=days)


# What the fields of these texts say, beside what every letter of the case can say


def _known(about: Matter, variant: str) -> dict[str, str]:
    """Return the references, when the demand was handed over, and what is owed today."""
    case, letter = about.case, about.demand_letter
    sent = letter and letter.went_out_at
    owed = variants.still_owed(case, variant)
    return {
        "reference": ", ".join(one.reference for one in (case, *about.others)),
        "letter_day": case_values.day(timezone.localdate(sent) if sent else None),
        "deadline_day": date_in_words(case.deadline_at) if case.deadline_at else "",
        "sum": about.sum(owed) if owed else "",
    }


def _nothing(about: Matter) -> dict[str, str]:
    return {}


def _reminder(about: Matter) -> dict[str, str]:
    demand = Demand.objects.current(about.case)
    return {"other_demands": "\n".join(demand.terms) if demand else ""}


def _reply_payment(about: Matter) -> dict[str, str]:
    paid = about.payment
    if paid is None:
        return {}
    return {
        "payment_sum": about.sum(paid.amount),
        "payment_day": date_in_words(paid.received_on),
    }


def _default_notice(about: Matter) -> dict[str, str]:
    paid = about.payment
    if paid is None or not paid.events.filter(kind="bounced").exists():
        return {}
    return {
        "bounced_sum": about.sum(paid.amount),
        "bounced_day": date_in_words(paid.received_on),
    }


def _offer(about: Matter) -> dict[str, str]:
    offer = about.offer
    if offer is None:
        return {}
    counter = offer.counter_amount
    return {
        "offer_sum": about.sum(offer.amount),
        "offer_day": date_in_words(offer.received_on),
        "counter_sum": about.sum(counter) if counter is not None else "",
        "counter_terms": _lines(offer.counter_terms),
    }


def _agreement(about: Matter) -> dict[str, str]:
    offer = about.offer
    if offer is None:
        return {}
    agreement = offer.agreements.valid().first()
    parts = list(agreement.instalments.all()) if agreement else []
    return _offer(about) | {
        "agreed_sum": about.sum(offer.amount),
        "agreed_terms": _lines(offer.agreed_text),
        "each_part_sum": "\n".join(about.sum(part.amount) for part in parts),
        "each_part_day": "\n".join(date_in_words(part.due_on) for part in parts),
    }


def _closing(about: Matter) -> dict[str, str]:
    return {"down_by": date_in_words(about.today + dt.timedelta(days=POSTER_DAYS))}


def _together(about: Matter) -> dict[str, str]:
    """The fights stand side by side, each with its own demand; what each asks is a line."""
    sums, people = [], []
    for case in (about.case, *about.others):
        if owed := variants.still_owed(case):
            affected = list(case.parties.affected().select_related("person"))
            sums.append(about.sum(owed))
            people.append(case_values.together(affected, case.kind))
    return {"each_case_sum": "\n".join(sums), "each_case_people": "\n".join(people)}


def _lines(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


_VALUES: dict[str, Callable[[Matter], dict[str, str]]] = {
    V.REMINDER: _reminder,
    V.REPLY_PAYMENT: _reply_payment,
    V.COUNTER: _offer,
    V.REFUSAL: _offer,
    V.AGREEMENT: _agreement,
    V.DEFAULT_NOTICE: _default_notice,
    V.CLOSING: _closing,
    V.TOGETHER: _together,
}
