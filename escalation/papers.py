"""The first words of letters after the demand, from what has happened in the fight.

Each is a proposal in the language of the letter. People change it, everybody affected and an
organizer who did not write it say yes to it, and only then is it final.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from campaigns.models import Case, Group, Payment, User
from campaigns.wording import date_in_words, money
from escalation.models import Offer
from letters import drafting, prefill, variants
from letters.models import Letter

V = Letter.Variant
NOTICE_DAYS = 3
ANSWER_DAYS = 7


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
    if variant == V.REPLY_PAYMENT and not case.payments.exists():
        return [_("No payment was noted yet.")]
    if variant == V.TOGETHER and not may_join(case, user=user).exists():
        return [_("There is no other fight against this target with a voted demand that you see.")]
    return []


def matter(case: Case, *, group: Group, today: dt.date, **about: Any) -> Matter:
    """Gather what a letter of `case` can be about; without an offer named, the newest one."""
    sent = Letter.objects.light().demands().issued().filter(case=case)
    offer = about.get("offer") or case.offers.order_by("-received_on", "-pk").first()
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


def proposed(variant: str, about: Matter, *, language: str) -> dict[str, Any]:
    """Return what a new letter of this kind starts with, for the fields of its form."""
    case, group, today = about.case, about.group, about.today
    with translation.override(language):
        facts, asks, answer_by = _WORDS[variant](about)
        base = prefill.proposed(
            case, group=group, language=language, delivery_on=today, today=today
        )
        fights = ", ".join(one.reference for one in (case, *about.others))
        base["how_to_pay"] = base["how_to_pay"].replace(case.reference, fights)
        asking = variant in variants.ASKING
        return (
            base
            | _addressed_as(about.demand_letter)
            | {
                "variant": variant,
                "subject": _subject(variant, case),
                "facts": "\n".join(text for text in facts if text),
                "asks": "\n".join(text for text in asks if text),
                "how_to_pay": base["how_to_pay"] if asking or variant == V.COUNTER else "",
                "answer_by": answer_by,
            }
        )


def _addressed_as(earlier: Letter | None) -> dict[str, str]:
    """Return who the earlier letter went to: what follows it goes to the same people."""
    if earlier is None:
        return {}
    return {
        "recipient_name": earlier.recipient_name,
        "recipient_address": earlier.recipient_address,
        "also_to": earlier.also_to,
    }


def _subject(variant: str, case: Case) -> str:
    words = {
        V.REPLY_PAYMENT: _("Your payment, reference %(reference)s"),
        V.COUNTER: _("Your offer, reference %(reference)s"),
        V.REFUSAL: _("Your offer, reference %(reference)s"),
        V.AGREEMENT: _("Our agreement, reference %(reference)s"),
        V.DEFAULT_NOTICE: _("Payment not received, reference %(reference)s"),
        V.CLOSING: _("Paid, reference %(reference)s"),
        V.TOGETHER: _("What you owe several of us"),
    }
    return words[variant] % {"reference": case.reference}


def _earlier(about: Matter) -> str:
    """Name the letter this one follows, and when it was handed over."""
    letter = about.demand_letter
    if letter is None or letter.went_out_at is None:
        return ""
    day = timezone.localdate(letter.went_out_at)
    return _("This follows our letter of %(day)s.") % {"day": date_in_words(day)}


Words = tuple[list[str], list[str], dt.date | None]


def _reply_payment(about: Matter) -> Words:
    facts, paid = [_earlier(about)], about.payment
    if paid is not None:
        facts.append(
            _("On %(day)s we received %(sum)s from you. We take it on account, not in full.")
            % {"day": date_in_words(paid.received_on), "sum": about.sum(paid.amount)}
        )
    facts.append(_("The rest is still owed, and the deadline stays as it was."))
    owed = about.sum(variants.still_owed(about.case))
    deadline = about.case.deadline_at
    by = timezone.localdate(deadline) if deadline else None
    return facts, [_("Pay the rest of %(sum)s.") % {"sum": owed}], _ahead(by, about, ANSWER_DAYS)


def _counter(about: Matter) -> Words:
    offer = about.offer
    facts, asks = [_earlier(about)], []
    if offer is not None:
        facts.append(_offer_made(offer, about))
        if offer.counter_amount is not None:
            facts.append(_("We talked about it. We would agree to this:"))
            asks.append(_("Pay %(sum)s.") % {"sum": about.sum(offer.counter_amount)})
        asks += [line.strip() for line in offer.counter_terms.splitlines()]
    facts.append(_("Until there is an agreement, nothing else changes."))
    return facts, asks, _ahead(None, about, ANSWER_DAYS)


def _refusal(about: Matter) -> Words:
    facts = [_earlier(about)]
    if about.offer is not None:
        facts.append(_offer_made(about.offer, about))
    facts.append(_("The people affected and the group have talked about it. The answer is no."))
    owed = about.sum(variants.still_owed(about.case))
    facts.append(_("The demand stands. %(sum)s is still owed.") % {"sum": owed})
    return facts, [], None


def _offer_made(offer: Offer, about: Matter) -> str:
    return _("On %(day)s you offered %(sum)s.") % {
        "day": date_in_words(offer.received_on),
        "sum": about.sum(offer.amount),
    }


def _agreement(about: Matter) -> Words:
    offer = about.offer
    facts = [_("This is what both sides agreed. Nobody admits anything by it.")]
    asks = []
    if offer is not None:
        asks.append(_("You pay %(sum)s.") % {"sum": about.sum(offer.amount)})
        asks += [line.strip() for line in _agreed_terms(offer)]
    asks.append(_("If a payment does not come on its day, all that is left is due at once."))
    return facts, asks, None


def _agreed_terms(offer: Offer) -> list[str]:
    """Return the days of payment, one a line, and the text as it was agreed."""
    agreement = offer.agreements.valid().first()
    days = [
        _("%(sum)s by %(day)s")
        % {"sum": money(part.amount, _currency()), "day": date_in_words(part.due_on)}
        for part in (agreement.instalments.all() if agreement else ())
    ]
    return [*days, *offer.agreed_text.splitlines()]


def _currency() -> str:
    return Group.objects.get(pk=1).currency


def _default_notice(about: Matter) -> Words:
    owed = about.sum(variants.still_owed(about.case))
    facts = [_earlier(about)]
    if about.payment is not None and about.payment.events.filter(kind="bounced").exists():
        facts.append(
            _("Your payment of %(sum)s, received on %(day)s, was returned by the bank.")
            % {
                "sum": about.sum(about.payment.amount),
                "day": date_in_words(about.payment.received_on),
            }
        )
    else:
        facts.append(_("A payment that was due has not reached us."))
    return facts, [_("Pay %(sum)s.") % {"sum": owed}], _ahead(None, about, NOTICE_DAYS)


def _closing(about: Matter) -> Words:
    facts = [
        _("What was agreed has been paid. This matter is closed for us."),
        _("What we put up in public about it comes down within ten days."),
    ]
    return facts, [], None


def _together(about: Matter) -> Words:
    """The fights stand side by side, each with its own demand; what each asks is a line."""
    facts = [
        _("We write to you together. Each of us has a demand of their own, and it stands."),
        _("An agreement with one of us does not end the matter of the others."),
    ]
    asks = []
    for case in (about.case, *about.others):
        people = list(case.parties.affected().select_related("person"))
        if owed := variants.still_owed(case):
            who = prefill.together(people, case.kind)
            asks.append(_("Pay %(sum)s to %(who)s.") % {"sum": about.sum(owed), "who": who})
    return facts, asks, _ahead(None, about, ANSWER_DAYS)


def _ahead(day: dt.date | None, about: Matter, days: int) -> dt.date:
    """Return `day` if it is still to come, or else the day so many days from today."""
    return day if day and day > about.today else about.today + dt.timedelta(days=days)


_WORDS = {
    V.REPLY_PAYMENT: _reply_payment,
    V.COUNTER: _counter,
    V.REFUSAL: _refusal,
    V.AGREEMENT: _agreement,
    V.DEFAULT_NOTICE: _default_notice,
    V.CLOSING: _closing,
    V.TOGETHER: _together,
}
