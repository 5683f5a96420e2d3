"""Who came: ticks on the roster, and people who had not signed up."""

import datetime as dt
import secrets
import uuid

from campaigns.models import User
from campaigns.models.people import token_hash
from escalation.models import Action, SignUp
from escalation.turnout import TOKEN_BYTES, SignUpRefused


def mark_came(sign_up: SignUp, *, by: User, came: bool, now: dt.datetime) -> None:
    """Note that somebody came, or take the note back: then it is not known, and not "absent".

    It sets the wanted value and does not flip it, so that two greeters who tick the same person
    at once agree.
    """
    if refusal := sign_up.action.roster_refusal(now):
        raise SignUpRefused(refusal)
    values = (
        {"came": True, "came_marked_by": by} if came else {"came": None, "came_marked_by": None}
    )
    SignUp.objects.filter(pk=sign_up.pk).update(**values)


def add_walk_in(
    action: Action, *, by: User, name: str, form_key: uuid.UUID, now: dt.datetime
) -> SignUp:
    """Note that somebody came who had not signed up. The same form sent twice adds one person."""
    if refusal := action.roster_refusal(now):
        raise SignUpRefused(refusal)
    walk_in, _created = SignUp.objects.get_or_create(
        action=action,
        contact_key=f"walk-in:{form_key}",
        defaults={
            "name": name,
            "answer": SignUp.Answer.YES,
            "token_hash": token_hash(secrets.token_urlsafe(TOKEN_BYTES)),
            "is_walk_in": True,
            "came": True,
            "came_marked_by": by,
            "at": now,
        },
    )
    return walk_in
