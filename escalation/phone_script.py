"""What a caller says on a phone day, and what not. One page for each fight of the action.

It holds what the poster of the fight says, and the business numbers of the target and of whoever
is confirmed to stand behind it. A person's own phone is never on it.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from campaigns.models import Case, Group, Target
from campaigns.wording import date_in_words
from escalation import public_pages
from escalation.models import Action, Tactic
from letters import posters, recipients, sheets


@dataclass(frozen=True)
class Number:
    name: str
    phone: str


@dataclass(frozen=True)
class Script:
    """One call: whom, about what, and when calling is all right."""

    group: str
    numbers: list[Number]
    owed: str
    facts: list[str]
    begin: str
    end: str


def numbers(case: Case) -> list[Number]:
    """Return the numbers to call: of the target, and of firms confirmed to be linked with it."""
    keys = [one.pk for one in recipients.offered(case)]
    firms = Target.objects.filter(pk__in=keys).exclude(kind=Target.Kind.PERSON).exclude(phone="")
    found = {target.pk: Number(target.name, target.phone) for target in firms}
    return [found[key] for key in keys if key in found]


def why_not(action: Action, *, now: dt.datetime) -> str:
    """Return why nobody is given a script for `action`, as a sentence, or an empty string."""
    if action.tactic != Tactic.PHONE_DAY:
        return _("Only a phone and e-mail day has a script for callers.")
    return "" if action.state == Action.State.DRAFT else action.refusal(now)


def why_not_about(case: Case) -> str:
    """Return why nobody calls about `case` now, as a sentence, or an empty string."""
    if reason := public_pages.why_silent(case) or posters.why_nothing_printed(case):
        return reason
    if not numbers(case):
        return _(
            "No business number of the target is known. Write it down on the page of the target; "
            "the phone of a person is never called."
        )
    return ""


def of(action: Action, case: Case, *, group: Group, language: str) -> Script:
    """Return the script about `case`, in `language`; what people typed stays as they typed it."""
    poster = posters.of(case)
    told = poster.pk and not posters.not_wanted(poster)
    with translation.override(language):
        same_day = timezone.localdate(action.ends_at) == action.day
        end = timezone.localtime(action.ends_at)
        return Script(
            group=group.name,
            numbers=numbers(case),
            owed=posters.owed_in_words(case, group),
            facts=[line.strip() for line in poster.lines.splitlines() if line.strip()]
            if told
            else [],
            begin=date_in_words(action.starts_at, with_time=True),
            end=f"{end:%H:%M}" if same_day else date_in_words(end, with_time=True),
        )


def draw(scripts: list[Script], *, language: str, paper: str) -> bytes:
    return sheets.draw(
        "escalation/paper/phone_script.html", language=language, paper=paper, scripts=scripts
    )
