"""The poster of a fight: a few true lines, and the sum that is still owed today.

The sum is never typed. It is read from the balance each time the poster is shown or printed, so no
poster asks for money that has been paid.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseParty, Event, Group, User
from campaigns.models.claims import ZERO
from campaigns.models.log import record
from campaigns.models.payments import cleared_to
from campaigns.wording import date_in_words, money
from letters import privacy, recipients
from letters.case_values import together
from letters.forms import PosterForm
from letters.models import Demand, Poster
from letters.variants import still_owed

TAKEN_DOWN_AFTER_DAYS = 30


@dataclass(frozen=True)
class Sheet:
    """What one poster says today."""

    headline: str
    lines: list[str]
    owed: str
    is_less: bool  # than the lines come to: people chose to ask for less
    reader_can: str
    contact: list[str]
    posted: str


def of(case: Case) -> Poster:
    """Return the poster of a case, or a new one that nobody has saved yet."""
    return Poster.objects.filter(case=case).first() or Poster(case=case)


def sheet(poster: Poster, *, group: Group, today: dt.date) -> Sheet:
    case = poster.case
    demand = Demand.objects.current(case)
    contact = [text for text in (group.name, group.phone, group.email) if text]
    return Sheet(
        headline=poster.headline,
        lines=[line.strip() for line in poster.lines.splitlines() if line.strip()],
        owed=_owed(case, group),
        is_less=demand is not None and demand.not_asked > ZERO,
        reader_can=poster.reader_can,
        contact=contact,
        posted=_("Put up on %(day)s.") % {"day": date_in_words(today)},
    )


def _owed(case: Case, group: Group) -> str:
    """Return "Golden Fork still owes $500.00 to Rosa and one former worker.", or nothing.

    Who has got all of their share is not named: what hangs in the street must be true.
    """
    owed = still_owed(case)
    if not owed or case.target is None:
        return ""
    return _("%(target)s still owes %(sum)s to %(names)s.") % {
        "target": case.target.name,
        "sum": money(owed, group.currency),
        "names": together(_unpaid(case), case.kind),
    }


def _unpaid(case: Case) -> list[CaseParty]:
    people = list(case.parties.affected().select_related("person"))
    demand, got = Demand.objects.current(case), cleared_to(case)
    shares = dict(demand.shares.values_list("party", "amount")) if demand else {}
    short = [p for p in people if p.pk in shares and got.get(p.pk, ZERO) < shares[p.pk]]
    return short or people


def names_not_wanted(poster: Poster) -> list[str]:
    """Return a sentence for each person whose own name the poster gives away, and for each who
    is not confirmed to belong to the target."""
    texts = f"{poster.headline}\n{poster.lines}\n{poster.reader_can}"
    unproven = recipients.unproven_in(poster.case, [("", texts)])
    not_shown = _("%(name)s is not confirmed to belong to the target. Take the name out.")
    return [
        *privacy.named_against_their_wish(poster.case, texts),
        *(not_shown % {"name": name} for name in unproven),
    ]


def save(case: Case, *, form: PosterForm, by: User) -> bool:
    """Write the poster. Return False when somebody else saved it meanwhile."""
    with transaction.atomic():
        Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if form.instance.pk:
            if form.has_changed() and not form.save_if_unchanged():
                return False
        elif Poster.objects.filter(case=case).exists():
            form.instance = of(case)
            return form.save_if_unchanged()
        else:
            form.save()
        record(case, Event.POSTER, by=by)
    return True
