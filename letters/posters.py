"""The poster of a fight: a few true lines, and the sum that is still owed today.

The sum is never typed. It is read from the balance each time the poster is shown or printed, so no
poster asks for money that has been paid.
"""

import datetime as dt
import re
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseParty, CaseState, Event, Group, User
from campaigns.models.claims import ZERO
from campaigns.models.log import record
from campaigns.models.payments import cleared_to
from campaigns.wording import date_in_words, money
from letters import privacy, recipients, word_lists
from letters.case_values import together
from letters.forms import PosterForm
from letters.models import Demand, Poster
from letters.variants import still_owed

TAKEN_DOWN_AFTER_DAYS = 30
# Of the word lists of letters, those that hold for every paper.
CHECKED_LISTS = ("authorities", "harm", "private", "health")
# A letter accuses nobody of a crime. In the street "wage theft" is what everybody calls it.
_FAIR = re.compile("theft|steal|stole|robo|robar|robad|hurto", re.IGNORECASE)


@dataclass(frozen=True)
class Sheet:
    """What one poster says today."""

    headline: str
    lines: list[str]
    owed: str
    sum: str  # the one that stands in `owed`
    is_less: bool  # than the lines come to: people chose to ask for less
    reader_can: str
    group: str
    reach: list[str]  # phone and e-mail of the group
    posted: str
    take_down: str

    @property
    def contact(self) -> list[str]:
        return [self.group, *self.reach]


def of(case: Case) -> Poster:
    """Return the poster of a case, or a new one that nobody has saved yet."""
    return Poster.objects.filter(case=case).first() or Poster(case=case)


def sheet(poster: Poster, *, group: Group, today: dt.date) -> Sheet:
    """Return what the poster says if it is put up on `today`, in the active language."""
    case = poster.case
    demand, owed = Demand.objects.current(case), still_owed(case)
    last = today + dt.timedelta(days=TAKEN_DOWN_AFTER_DAYS)
    return Sheet(
        headline=poster.headline,
        lines=[line.strip() for line in poster.lines.splitlines() if line.strip()],
        owed=owed_in_words(case, group),
        sum=money(owed, group.currency) if owed else "",
        is_less=demand is not None and demand.not_asked > ZERO,
        reader_can=poster.reader_can,
        group=group.name,
        reach=[text for text in (group.phone, group.email) if text],
        posted=_("Put up on %(day)s.") % {"day": date_in_words(today)},
        take_down=_("Taken down by %(day)s, or when the fight ends.")
        % {"day": date_in_words(last)},
    )


def why_not_printed(poster: Poster) -> list[str]:
    """Return why no poster or leaflet of it is printed now, as sentences, or nothing.

    Asked again for each print: what was true when the words were saved may have changed.
    """
    case = poster.case
    if reason := why_nothing_printed(case):
        return [reason]
    if not poster.pk:
        return [_("Write the words of the poster first, and save them.")]
    return not_wanted(poster)


def why_nothing_printed(case: Case) -> str:
    """Return why no paper of this fight goes out into the street, as a sentence, or nothing."""
    if reason := why_quiet(case):
        return reason
    if case.target is None or case.demanded is None:
        return _("The group has not voted the demand yet. The paper prints what is owed of it.")
    if not still_owed(case):
        return _("Nothing is owed any more, so nothing is printed. Take down what still hangs.")
    return ""


def why_quiet(case: Case) -> str:
    """Return why nobody goes into the street for this fight now, as a sentence, or nothing."""
    if case.state == CaseState.AGREED:
        return _("There is an agreement. While it holds, nothing is printed of this fight.")
    if case.state not in CaseState.ACCEPTED:
        return _("The group has not taken this fight on, or it is paused or over.")
    return ""


def owed_in_words(case: Case, group: Group) -> str:
    """Return "Golden Fork still owes $500.00 to Rosa and one former worker.", or nothing.

    Who has got all of their share is not named: what hangs in the street must be true.
    """
    owed = still_owed(case)
    if not owed or case.target is None:
        return ""
    return _("%(target)s still owes %(sum)s to %(names)s.") % {
        "target": case.target.name,
        "sum": money(owed, group.currency),
        "names": together(_unpaid(case), case.kind).removesuffix("."),  # "Chidi O."
    }


def _unpaid(case: Case) -> list[CaseParty]:
    people = list(case.parties.affected().select_related("person"))
    demand, got = Demand.objects.current(case), cleared_to(case)
    shares = dict(demand.shares.values_list("party", "amount")) if demand else {}
    short = [p for p in people if p.pk in shares and got.get(p.pk, ZERO) < shares[p.pk]]
    return short or people


def not_wanted(poster: Poster) -> list[str]:
    """Return a sentence for each thing in the words of a poster that must not hang in the street:
    names people did not give, names not confirmed to belong to the target, and threats."""
    return not_wanted_in(poster.case, f"{poster.headline}\n{poster.lines}\n{poster.reader_can}")


def not_wanted_in(case: Case, texts: str) -> list[str]:
    """Say the same of any words that strangers are to read."""
    unproven = recipients.unproven_in(case, [("", texts)])
    not_shown = _("%(name)s is not confirmed to belong to the target. Take the name out.")
    return [
        *privacy.named_against_their_wish(case, texts),
        *(not_shown % {"name": name} for name in unproven),
        *_threats_in(texts),
    ]


def _threats_in(texts: str) -> list[str]:
    """Beside a sum that is asked for, the police or immigration is a threat as much as a fist."""
    found = [
        word
        for words in word_lists.LISTS
        if words.code in CHECKED_LISTS
        for word in words.found_in(texts)
        if not _FAIR.match(word)
    ]
    if not found:
        return []
    sentence = _(
        "What hangs in the street threatens nobody, brings up no police, tax, licence or "
        "immigration, and says nothing of anybody's health or papers. Take out: %(words)s."
    )
    return [sentence % {"words": ", ".join(f"“{word}”" for word in dict.fromkeys(found))}]


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
