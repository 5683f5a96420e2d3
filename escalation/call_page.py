"""What a caller sees: one person at a time, and their own list; nothing of a case or of others."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Group, User
from escalation import call_notes, call_sharing, call_words, calling
from escalation.models import Action, Call, Caller, SignUp


@dataclass(frozen=True)
class CallList:
    """The list of one caller: whom to call now, who waits for another try, and what is done."""

    now: Call | None
    ready: list[Call]
    later: list[Call]
    done: list[Call]

    @property
    def left(self) -> int:
        return len(self.ready) + len(self.later)


def of(action: Action, user: User, *, now: dt.datetime, chosen: int | None = None) -> CallList:
    """Return the list of `user`. `chosen` is the call to show, also one that is done."""
    mine = Call.objects.of(user).filter(action=action).with_people().order_by("tries", "pk")
    open_ones = mine.to_do(now)
    ready = [call for call in open_ones if not call.again_at or call.again_at <= now]
    later = [call for call in open_ones if call not in ready]
    still_open = {call.pk for call in open_ones}
    done = [call for call in mine.exclude(outcome="") if call.pk not in still_open]
    done.sort(key=lambda call: call.last_at or now, reverse=True)
    picked = next((call for call in [*ready, *later, *done] if call.pk == chosen), None)
    return CallList(picked or (ready[0] if ready else None), ready, later, done)


def card(call: Call, *, group: Group, site: str, sender: str, now: dt.datetime) -> dict[str, Any]:
    """Return what stands on the card of one person. `said` is what they have answered so far."""
    known = call_notes.sign_up_of(call)
    is_coming = known is not None and known.answer != SignUp.Answer.NO
    confirming = calling.is_confirming(call.action, now) and is_coming
    reach = call_words.reach(
        call.action,
        group=group,
        site=site,
        name=call.name,
        phone=call.phone,
        language=call.language,
        sender=sender,
        about=call_words.CONFIRM if confirming else call_words.ASK,
    )
    return {"call": call, "reach": reach, "said": known, "is_confirming": confirming}


# For those who run the action


def callers(action: Action, *, now: dt.datetime) -> list[Caller]:
    """Return the callers, who has most left first: whom to help. No rates, and no ranking."""
    open_ones = Call.objects.filter(action=action).to_do(now).values("pk")
    left = Count("calls", filter=Q(calls__in=open_ones))
    reached = Count("calls", filter=Q(calls__outcome__in=Call.Outcome.answers()))
    rows = (
        action.callers.calling()
        .select_related("user")
        .annotate(
            left=left,
            reached=reached,
            yes=Count("calls", filter=Q(calls__outcome=Call.Outcome.YES)),
        )
    )
    return sorted(rows, key=lambda row: (-row.left, row.user.name.casefold(), row.pk))


def summary(action: Action, *, most: int, now: dt.datetime) -> dict[str, Any]:
    """Return how the calling stands with `most` calls each, and whose number was wrong."""
    calls, rows = Call.objects.filter(action=action), callers(action, now=now)
    nobody = calls.to_do(now).of_nobody().count()
    spent = calls.filter(outcome=Call.Outcome.NO_ANSWER, tries__gte=Call.MOST_TRIES).count()
    wrong = calls.filter(outcome=Call.Outcome.WRONG_NUMBER).with_people()
    return {
        "callers": rows,
        "left": sum(row.left for row in rows) + nobody,
        "nobody": nobody,
        "missing": call_sharing.callers_for(nobody, most=most)[0],
        "idle": sum(not row.left for row in rows),
        "spent": spent,
        "wrong": list(wrong),
    }


def help_needed(figures: dict[str, Any]) -> str:
    """Say in one sentence where help is needed, or that everybody has been reached."""
    if figures["left"] == 0:
        return _("Everybody on the lists has been reached or tried three times.")
    left = ngettext("%(n)d person to reach", "%(n)d people to reach", figures["left"])
    parts = [left % {"n": figures["left"]}]
    if idle := figures["idle"]:
        words = ngettext("%(n)d caller has nobody left", "%(n)d callers have nobody left", idle)
        parts.append(words % {"n": idle})
    return ", ".join(parts) + "."
