"""Links for the kerb: made by whoever runs the action, shown once, ended by any of them."""

import datetime as dt
import secrets

from django.db import transaction

from campaigns.models import User
from campaigns.models.people import token_hash
from escalation.models import Action, RosterLink
from escalation.turnout import TOKEN_BYTES


def make(action: Action, *, by: User) -> str:
    """Return the secret of a new link. Those made before go on: other phones may hold them."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        link = RosterLink.objects.create(action=action, made_by=by, token_hash=token_hash(token))
        link.leads.set(action.leads.all())
    return token


def end(action: Action, *, now: dt.datetime) -> None:
    """End every link of the action. A phone forgets the list the next time it has signal."""
    RosterLink.objects.filter(action=action, ended_at=None).update(ended_at=now)
