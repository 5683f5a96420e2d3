"""What the page of an action says to those who run it about turnout: the forecast, the debrief."""

import datetime as dt
from typing import Any

from campaigns.models import User
from escalation import debriefs, forecast, thanks
from escalation.models import Action


def parts(action: Action, *, user: User, now: dt.datetime) -> dict[str, Any]:
    """Return the forecast while people can still answer, and what was written after the end."""
    if action.state == Action.State.DEBRIEFED:
        may_thank = not thanks.why_not(action, now=now)
        return debriefs.seen_by(action, user) | {"may_thank": may_thank}
    if action.refusal(now):
        return {}
    return {"forecast": forecast.of(action, now=now)}
