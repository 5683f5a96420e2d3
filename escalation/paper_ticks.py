"""Ticks from the printed roster, entered in one go."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from campaigns.models import User
from escalation import roster
from escalation.models import Action, SignUp


@dataclass
class Entered:
    """What came of it. `asked` are those of whom somebody noted meanwhile that they cannot come."""

    ticked: int = 0
    known: int = 0
    walk_ins: int = 0
    asked: list[SignUp] = field(default_factory=list)


def enter(
    action: Action,
    *,
    by: User,
    ticked: Iterable[int],
    shown_told: Collection[int],
    names: Iterable[str],
    form_key: uuid.UUID,
    now: dt.datetime,
) -> Entered:
    """Note who is ticked on paper. Whoever is not stays as they are: paper knows of nobody absent.

    The same sheet sent twice changes nothing. `shown_told` were already marked as not coming when
    the page was drawn, so a tick on paper was meant to overrule that.
    """
    entered = Entered()
    taps = []
    for row in action.sign_ups.filter(pk__in=list(ticked)).order_by("pk"):
        if row.came:
            entered.known += 1
        elif row.how and row.pk not in shown_told:
            entered.asked.append(row)
        else:
            taps.append(roster.Tick(key=uuid.uuid4(), row=row.pk, wanted=SignUp.CAME, at=now))
    roster.take_ticks(action, taps, by=by, now=now)
    entered.ticked = len(taps)
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        key = uuid.uuid5(form_key, f"{name}:{seen[name]}")
        roster.add_walk_in(action, by=by, name=name, form_key=key, now=now)
        entered.walk_ins += 1
    return entered
