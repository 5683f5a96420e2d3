"""Who said yes to two actions at the same time. They are told, and not stopped."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from campaigns.models import User
from escalation.models import Action, SignUp

KEYS = ("user_id", "phone_key", "email_key")


@dataclass(frozen=True)
class Clash:
    """Somebody who comes to this action, and the others they may be known to go to."""

    name: str
    others: list[Action]


def of(sign_up: SignUp) -> list[Action]:
    """Return what else the same account, phone or e-mail said yes to at that time."""
    if sign_up.answer != SignUp.Answer.YES:
        return []
    same = Q()
    for name in KEYS:
        if key := getattr(sign_up, name):
            same |= Q(**{name: key})
    if not same:
        return []
    rows = _elsewhere(sign_up.action).filter(same).select_related("action")
    return sorted({row.action for row in rows}, key=lambda action: (action.starts_at, action.pk))


def in_action(action: Action, *, seen_by: User) -> list[Clash]:
    """Return who of `action` also said yes elsewhere; of what `seen_by` may not see, only that."""
    elsewhere = defaultdict(set)
    for number, *keys in _elsewhere(action).values_list("action_id", *KEYS):
        for name, key in zip(KEYS, keys, strict=True):
            if key:
                elsewhere[name, key].add(number)
    if not elsewhere:
        return []
    numbers = set().union(*elsewhere.values())
    visible = Action.objects.visible_to(seen_by).in_bulk(numbers)
    return list(_clashes(action, elsewhere, visible))


def _clashes(
    action: Action, elsewhere: dict[tuple[str, object], set[int]], visible: dict[int, Action]
) -> Iterator[Clash]:
    rows = action.sign_ups.filter(answer=SignUp.Answer.YES).order_by("name", "pk")
    for name, *keys in rows.values_list("name", *KEYS):
        found = set()
        for key in zip(KEYS, keys, strict=True):
            found |= elsewhere.get(key, set())
        if found:
            yield Clash(name, [visible[number] for number in sorted(found) if number in visible])


def _elsewhere(action: Action) -> QuerySet[SignUp]:
    at_that_time = Action.objects.filter(
        state__in=Action.State.on(), starts_at__lt=action.ends_at, ends_at__gt=action.starts_at
    )
    others = at_that_time.exclude(pk=action.pk).order_by()
    return SignUp.objects.filter(answer=SignUp.Answer.YES, action__in=others.values("pk"))
