"""The sheet as it is passed on to a place that takes over: facts, sum and people, no more.

What we think of a case, the timeline, incidents and files stay with us.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaigns.models import Case, Group
from campaigns.models.claims import ZERO
from campaigns.wording import date_in_words

PASSED_ON = (
    "story",
    "wish",
    "urgent_note",
    "started_on",
    "ended_on",
    "place",
    "agreement",
    "keys_returned_on",
    "forwarding_given_on",
    "statement_on",
    "still_there",
    "already_tried",
    "evidence_list",
)


def contents(case: Case, *, group: Group) -> dict[str, Any]:
    lines = case.claim_lines.counting().order_by("position", "pk").in_full()
    return {
        "people": list(case.parties.present().select_related("person")),
        "facts": list(_facts(case)),
        "lines": [(line, line.working(group.currency)) for line in lines],
        "total": max(ZERO, sum((line.amount for line in lines), ZERO)),
        "target": case.target,
    }


def _facts(case: Case) -> Iterator[tuple[str, str]]:
    sheet = case.sheet
    for name in PASSED_ON:
        if value := getattr(sheet, name):
            shown = getattr(sheet, f"get_{name}_display", lambda value=value: value)()
            words = date_in_words(value) if isinstance(value, dt.date) else str(shown)
            yield capfirst(sheet._meta.get_field(name).verbose_name), words
    if not sheet.story:
        yield _("What happened"), _("Nothing written down.")
