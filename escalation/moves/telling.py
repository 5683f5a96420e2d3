"""What the person is told with a move."""

from django.utils.translation import gettext as _

from campaigns.models import (
    Case,
    Event,
    Message,
    User,
)
from campaigns.models.log import record
from escalation.moving import MoveRefused


def tell_person(case: Case, text: str, *, by: User) -> None:
    if text.strip():
        Message.objects.create(case=case, text=text.strip(), by=by, from_team=True)
        record(case, Event.MESSAGE_TO_PERSON, by=by, note=text.strip())


def required(text: str) -> str:
    if not text.strip():
        raise MoveRefused([_("Write to the person what was decided and why.")])
    return text
