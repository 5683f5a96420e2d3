"""An invented network to try things in: no real firm, person or address is in it.

The cases are carried through the product's own moves, so none stands in the demo that could not
have come there. Only the calendar is turned back while the story is told: what took weeks in it
takes seconds here.
"""

import datetime as dt

from django.db import IntegrityError
from django.utils import timezone

from escalation.demo.cases import Story


class NotEmpty(Exception):
    """There is a network in this database already."""


def load_demo(*, now: dt.datetime | None = None) -> list[str]:
    """Fill an empty database. Return the lines that tell people how to get in. Raises NotEmpty."""
    try:
        story = Story(now or timezone.now())
    except IntegrityError:  # the network's row is one, and it is there
        raise NotEmpty from None
    with timezone.override(story.group.zone):
        story.tell()
    return story.ways_in()
