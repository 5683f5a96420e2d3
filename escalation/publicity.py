"""Whether a fight is made public: a vote, and the yes of everyone affected. One no ends it."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Actor, Case, CaseParty, CaseState, Consent, Event, User
from campaigns.models.log import record
from escalation import hanging, public_pages
from escalation.decisions import record_decision
from escalation.models import Action, ActionRole, Decision, Tactic
from escalation.moving import MoveRefused, lock

CONSENT_TEXT = "2026-11"
# An action of these kinds tells strangers whose fight it is.
PUBLIC_TACTICS = (Tactic.MEDIA, Tactic.STORY_SITE)
VOTE_STATES = (
    CaseState.PROPOSED,
    CaseState.QUEUED,
    *CaseState.ACCEPTED,
    *CaseState.CLOSED_TAKEN,
)


def not_now(case: Case) -> list[str]:
    """Return why no vote on publicity can be taken, or nothing. It may come after the end, too."""
    if public_pages.silence_agreed(case):
        return [public_pages.why_not_public(case)]
    if case.state in VOTE_STATES or case.is_accepted:
        return []
    state = CaseState(case.state).label
    return [_("Publicity is not voted while the case is at “%(state)s”.") % {"state": state}]


def vote(case: Case, *, by: User, vote: dict[str, Any]) -> Decision:
    """Record a vote on publicity. It counts when it carried and everyone affected said yes.

    Otherwise the vote is kept, and publicity stays as it was.
    """
    with transaction.atomic():
        locked = lock(case)
        if reasons := not_now(locked):
            raise MoveRefused(reasons)
        decision = record_decision(locked, Decision.Kind.PUBLICITY, by=by, vote=vote)
        if decision.carried and decision.affected_agreed:
            _keep_consents(locked)
            if locked.publicity != Case.Publicity.YES:
                Case.objects.filter(pk=locked.pk).update(publicity=Case.Publicity.YES)
                record(locked, Event.PUBLICITY_YES, by=by)
    return decision


def _keep_consents(case: Case) -> None:
    """Write down the yes of each affected person, in the language they read."""
    now = timezone.now()
    kept = Consent.objects.filter(case=case, kind=Consent.Kind.PUBLICITY, ended_at=None)
    kept.update(ended_at=now)
    Consent.objects.bulk_create(
        Consent(
            person=party.person,
            case=case,
            kind=Consent.Kind.PUBLICITY,
            text_version=CONSENT_TEXT,
            language=party.person.language_read,
            given_at=now,
        )
        for party in case.parties.affected().select_related("person")
    )


def stop(
    case: Case,
    *,
    party: CaseParty,
    by: User | None,
    note: str = "",
    spoken_by: CaseParty | None = None,
) -> list[Action]:
    """End publicity on the word of one affected person. No vote can overrule it.

    `by` is who passes it on, None where it was said with a code; `spoken_by` is who said it for
    the person, if anybody. Public pages go at once, and somebody takes down what hangs. Return the
    announced actions that tell the story and have to be called off by hand.
    """
    now = timezone.now()
    with transaction.atomic():
        locked = lock(case)
        affected = locked.parties.filter(role=CaseParty.Role.AFFECTED)
        if not affected.filter(pk=party.pk).exists():
            raise MoveRefused([_("One of the people affected says this.")])
        yes = Consent.objects.filter(case=locked, kind=Consent.Kind.PUBLICITY, ended_at=None)
        yes.filter(person=party.person).update(ended_at=now)
        if locked.publicity != Case.Publicity.NO:
            Case.objects.filter(pk=locked.pk).update(publicity=Case.Publicity.NO)
            actor = Actor.USER if by else Actor.AFFECTED
            who = {} if by else {"person": (spoken_by or party).person.name}
            record(locked, Event.PUBLICITY_NO, by=by, actor=actor, note=note, **who)
            hanging.ask_for_it(locked, by=by)
        public_pages.follow(locked, by=by)
    return list(told_in(locked, now=now))


def told_in(case: Case, *, now: dt.datetime) -> Iterable[Action]:
    """Return the announced actions ahead that tell strangers about `case`."""
    return Action.objects.ahead(now).filter(telling_strangers(), cases=case)


def tells_strangers(action: Action) -> bool:
    """Say whether it tells strangers whose fight it is: by its kind, or by who speaks there."""
    return Action.objects.filter(telling_strangers(), pk=action.pk).exists()


def telling_strangers() -> Q:
    speaker = ActionRole.objects.filter(action=OuterRef("pk"), kind=ActionRole.Kind.SPEAKER)
    return Q(tactic__in=PUBLIC_TACTICS) | Exists(speaker)


def why_not_announced(action: Action) -> str:
    """Return why an action that tells the story cannot be announced, or an empty string.

    Call it in a transaction: the cases are locked, so that nobody takes a yes back meanwhile.
    """
    if not tells_strangers(action):
        return ""
    cases = Case.objects.select_for_update(of=("self",)).filter(actions=action).order_by("pk")
    asked = (public_pages.why_not_public(case) for case in cases)
    return " ".join(reason for reason in asked if reason)


def undecided_in(action: Action, *, user: User) -> list[Case]:
    """Return the cases of an action that still lack the yes, as far as `user` may open them."""
    if not tells_strangers(action):
        return []
    cases = Case.objects.opened_to(user).filter(actions=action)
    return [case for case in cases if public_pages.why_not_public(case)]
