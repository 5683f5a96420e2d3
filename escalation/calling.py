"""Splitting the phone tree of an action: who is to be called, by whom, and again when one stops.

The action is locked first, then the calls, as `call_notes` does: two leads who split at once, and
a caller who taps meanwhile, come one after the other.
"""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import Q

from campaigns.models import Group, User
from escalation import call_list, call_sharing, phone_tree
from escalation.call_sharing import Card, Hand
from escalation.models import Action, Call, Caller, SignUp
from escalation.models.sign_ups import CONFIRMED_WITHIN
from escalation.turnout import contact_key

Outcome = Call.Outcome


class CallRefused(Exception):
    """Nothing was written. The text of the exception is a sentence for the person."""


def split(action: Action, *, by: User, callers: Iterable[User], now: dt.datetime) -> None:
    """Let `callers` call too, and share out everybody whom nobody has tried to reach yet."""
    with transaction.atomic():
        locked = lock(action, now=now)
        for user in callers:
            Caller.objects.update_or_create(
                action=locked, user=user, defaults={"asked_by": by, "left_at": None}
            )
        _write_calls(locked, by=by, now=now)
        _share(locked, now=now)


def hand_back(caller: Caller, *, now: dt.datetime) -> None:
    """Let one caller stop. Whom they did not reach goes to the others, with the tries so far."""
    with transaction.atomic():
        action = Action.objects.select_for_update(no_key=True).get(pk=caller.action_id)
        stays = Caller.objects.filter(pk=caller.pk, left_at=None)
        if stays.update(left_at=now):
            _share(action, now=now)


def hand_all_back(user: User, *, now: dt.datetime) -> None:
    """Let somebody who takes a break or leaves stop calling, for every action ahead."""
    ahead = Action.objects.ahead(now).values("pk")
    for caller in Caller.objects.filter(user=user, left_at=None, action__in=ahead).order_by("pk"):
        hand_back(caller, now=now)


def lock(action: Action, *, now: dt.datetime) -> Action:
    """Lock the action for a change of its calls. Raises CallRefused once it is over or off."""
    locked = Action.objects.select_for_update(no_key=True).get(pk=action.pk)
    if refusal := locked.refusal(now):
        raise CallRefused(refusal)
    return locked


def is_confirming(action: Action, now: dt.datetime) -> bool:
    """Say whether those who said yes or maybe are asked once more: in the last two days."""
    return now >= action.starts_at - CONFIRMED_WITHIN


# Whom to call


def _write_calls(action: Action, *, by: User, now: dt.datetime) -> None:
    """Write a call for everybody who may be asked and has none. The tree goes before the rosters,
    since it says how somebody wants to be called."""
    country = Group.objects.get(pk=1).country
    busy = {user.pk for user in _at_work(action)}
    found = [*_on_tree(action, busy, country), *_known_from_actions(action, by=by, now=now)]
    wrong = Call.objects.filter(outcome=Outcome.WRONG_NUMBER, person=None)
    wrong_keys = set(wrong.values_list("contact_key", flat=True))
    calls = [call for call in found if call.person_id or call.contact_key not in wrong_keys]
    Call.objects.bulk_create(calls, ignore_conflicts=True)
    open_ones = Call.objects.filter(action=action, outcome="", tries=0)
    open_ones.filter(Q(person__user__in=busy) | Q(sign_up__user__in=busy)).delete()
    if is_confirming(action, now):
        _ask_once_more(action)


def _at_work(action: Action) -> Iterator[User]:
    """Yield those who need no call: they call the others, or lead."""
    yield from action.leads.all()
    yield from (row.user for row in action.callers.calling().select_related("user"))


def _on_tree(action: Action, busy: set[int], country: str) -> Iterator[Call]:
    entries = phone_tree.on_tree().filter(is_off=False).wanting(action)
    for entry in entries.exclude(person__user__in=busy).order_by("pk"):
        if entry.wants(action):
            key = contact_key(phone=entry.person.phone, email="", country=country)
            yield Call(action=action, person=entry.person, contact_key=key)


def _known_from_actions(action: Action, *, by: User, now: dt.datetime) -> Iterator[Call]:
    rows = [row for row in call_list.people(action, user=by, now=now) if row.phone]
    if action.audience == Action.Audience.MEMBERS:
        rows = [row for row in rows if row.user]
    if is_confirming(action, now):
        coming = action.sign_ups.filter(is_walk_in=False).exclude(answer=SignUp.Answer.NO)
        rows += list(coming.exclude(phone=""))
    for row in rows:
        yield Call(action=action, sign_up=row, contact_key=row.contact_key)


def _ask_once_more(action: Action) -> None:
    """Open the calls of a yes or a maybe that was said before the last two days."""
    said = (Outcome.YES, Outcome.MAYBE)
    early = Call.objects.filter(
        action=action, outcome__in=said, last_at__lt=action.starts_at - CONFIRMED_WITHIN
    )
    early.update(outcome="", tries=0, answer_before="")


# Who calls whom


def _share(action: Action, *, now: dt.datetime) -> None:
    """Share out evenly what nobody has begun. What a caller has on the screen stays theirs."""
    callers = list(action.callers.calling().select_related("user__person"))
    stay = _begun(action, callers, now)
    open_ones = Call.objects.filter(action=action).to_do(now).with_people()
    cards = {call.pk: call for call in open_ones.exclude(pk__in=stay)}
    theirs = Call.objects.filter(action=action, caller__in=callers).exclude(pk__in=cards)
    holds = list(theirs.values_list("caller_id", flat=True))
    who_is = {caller.user_id: caller.pk for caller in callers}
    group = Group.objects.get(pk=1)
    dealt = call_sharing.share_out(
        (_card(call, who_is) for call in cards.values()),
        (Hand(one.pk, _spoken(one.user, group.language), holds.count(one.pk)) for one in callers),
        most=group.calls_each,
    )
    for number, call in cards.items():
        call.caller_id = dealt.get(number)
    Call.objects.bulk_update(cards.values(), ["caller"], batch_size=200)


def _begun(action: Action, callers: list[Caller], now: dt.datetime) -> set[int]:
    """Return the calls that stay where they are: those tried already, and each caller's next."""
    held = Call.objects.filter(action=action, caller__in=callers)
    stay, shown = set(held.filter(tries__gt=0).values_list("pk", flat=True)), set()
    for pk, caller in held.to_do(now).filter(tries=0).values_list("pk", "caller_id"):
        if caller not in shown:
            shown.add(caller)
            stay.add(pk)
    return stay


def _card(call: Call, who_is: dict[int, int]) -> Card:
    asked_by = call.entry.caller_id if call.entry else None
    return Card(call.pk, call.language, call.caller_id, who_is.get(asked_by or 0))


def _spoken(user: User, ours: str) -> frozenset[str]:
    """Return what a caller speaks as far as we know: their own language, and the network's."""
    own = user.language or (user.person.language_read if user.person else "")
    return frozenset({own, ours} - {""})
