"""The yes of each person affected to each kind of step, before it is announced.

It is asked for, never assumed: neither the vote of the group nor a yes to another step stands for
it. Two things have a yes of their own already: of the delivery everybody affected said yes to each
word of the letter, and what is told in public takes their yes to publicity. A no counts there too.
"""

import datetime as dt
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from itertools import groupby

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseParty, User
from escalation.check_ins import ASKED_IN
from escalation.models import Action, StepVoice, Tactic
from escalation.moving import MoveRefused, lock
from escalation.publicity import PUBLIC_TACTICS

Voices = dict[tuple[int, str], StepVoice]


@dataclass
class Lacking:
    """Whose yes to one kind of step is not there, in one case."""

    case: Case
    not_asked: list[CaseParty] = field(default_factory=list)
    said_no: list[CaseParty] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.not_asked or self.said_no)


def latest(voices: Iterable[StepVoice]) -> Voices:
    """Return the last word of each person on each kind of step."""
    rows = sorted(voices, key=lambda voice: voice.pk)
    return {(voice.party_id, voice.tactic): voice for voice in rows}


def of_case(case: Case) -> Voices:
    return latest(StepVoice.objects.filter(party__case=case).select_related("recorded_by"))


def say(
    case: Case,
    *,
    party: CaseParty,
    tactic: str,
    agreed: bool,
    now: dt.datetime,
    by: User | None = None,
) -> StepVoice:
    """Keep what one affected person says. They may say otherwise at any time.

    `by` is the organizer who passes it on, None where it was said with a private code.
    """
    with transaction.atomic():
        locked = lock(case)
        if not locked.is_accepted:
            raise MoveRefused([_("This case has ended. Nothing was changed.")])
        if not locked.parties.affected().filter(pk=party.pk).exists():
            raise MoveRefused([_("They are no longer part of this case.")])
        said = StepVoice.objects.filter(party=party, tactic=tactic).last()
        if said and said.agreed == agreed:
            return said
        return StepVoice.objects.create(
            party=party, tactic=tactic, agreed=agreed, recorded_by=by, by_code=by is None, at=now
        )


def say_all(
    case: Case,
    answers: Iterable[tuple[CaseParty, bool]],
    *,
    tactic: str,
    by: User,
    now: dt.datetime,
) -> None:
    """Keep what several people say to one kind of step, all of it or none."""
    with transaction.atomic():
        for party, agreed in answers:
            say(case, party=party, tactic=tactic, agreed=agreed, by=by, now=now)


def lacking_among(
    case: Case, affected: Iterable[CaseParty], voices: Voices, tactic: str
) -> Lacking:
    found = Lacking(case)
    if tactic == Tactic.DELIVERY:
        return found
    for party in affected:
        voice = voices.get((party.pk, tactic))
        if voice is None and tactic not in PUBLIC_TACTICS:
            found.not_asked.append(party)
        elif voice and not voice.agreed:
            found.said_no.append(party)
    return found


def lacking(action: Action) -> list[Lacking]:
    """Return for each fight the action serves whose yes is missing, in two queries."""
    if action.tactic == Tactic.DELIVERY:
        return []
    people = CaseParty.objects.affected().filter(case__actions=action, case__state__in=ASKED_IN)
    affected = list(people.select_related("person", "case").order_by("case_id", "pk"))
    if not affected:
        return []
    voices = latest(StepVoice.objects.filter(party__in=affected, tactic=action.tactic))
    found = (
        lacking_among(case, list(theirs), voices, action.tactic)
        for case, theirs in groupby(affected, key=lambda party: party.case)
    )
    return [one for one in found if one]


def in_words(found: Iterable[Lacking], *, tactic: str, mine: Container[int]) -> str:
    """Return whose yes is missing: by name only in the cases `mine`, given by their numbers.

    A lead who is on no team of it does not even learn which fight it is.
    """
    said = [by_name(one, tactic) if one.case.pk in mine else "" for one in found]
    if not all(said):
        text = _("Somebody whose fight it is has not said yes to this step yet: %(step)s.")
        ask_them = _("Ask the team of the fight.")
        said.append(f"{text % {'step': Tactic(tactic).label}} {ask_them}")
    return " ".join(filter(None, said))


def by_name(found: Lacking, tactic: str) -> str:
    step, parts = str(Tactic(tactic).label), []
    if found.said_no:
        text = _("%(names)s said no to this step: %(step)s.")
        parts.append(text % {"names": _names(found.said_no), "step": step})
    if found.not_asked:
        text = _("The yes of %(names)s to this step is missing: %(step)s. Ask first.")
        parts.append(text % {"names": _names(found.not_asked), "step": step})
    return " ".join(parts)


def _names(people: Iterable[CaseParty]) -> str:
    return ", ".join(map(str, people))


def why_not_announced(action: Action, *, by: User) -> str:
    """Return whose yes is missing, as a sentence, or an empty string.

    Call it in a transaction that holds the cases, so that nobody takes a yes back meanwhile.
    """
    found = lacking(action)
    mine = {case.pk for case in _opened(found, by)}
    return in_words(found, tactic=action.tactic, mine=mine)


def on_page(action: Action, *, user: User) -> dict[str, object]:
    """Return for the page of an action whose yes is missing, and where to note it."""
    is_ahead = action.is_on or action.state in (Action.State.DRAFT, Action.State.POSTPONED)
    found = lacking(action) if is_ahead else []
    opened = _opened(found, user)
    said = in_words(found, tactic=action.tactic, mine={case.pk for case in opened})
    return {"yes_missing": said, "yes_noted_in": opened}


def _opened(found: list[Lacking], user: User) -> list[Case]:
    """Return the cases of `found` that `user` may open."""
    if not found:
        return []
    return list(Case.objects.opened_to(user).filter(pk__in=[one.case.pk for one in found]))
