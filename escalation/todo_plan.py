"""What the plans of fights ask of a person: the next step, a review, and a no that came late."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Prefetch, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Case, CaseParty, User
from escalation import pacing, reviews, step_voices, step_words
from escalation.check_ins import ASKED_IN
from escalation.models import Action, CaseLifecycle, Rung, StepVoice
from escalation.todo_item import SOON, URGENT, Item

# For `next_step`: the plan of each case, and what is planned or was held.
WITH_PLAN = (
    Prefetch("rungs", Rung.objects.in_force().order_by("position"), to_attr="plan_rungs"),
    Prefetch("actions", Action.objects.exclude(state=Action.State.CANCELLED), to_attr="deeds"),
    Prefetch("people_here__step_voices", to_attr="voices_here"),
)


def next_step(case: CaseLifecycle, user: User, now: dt.datetime) -> Item | None:
    """Offer the next step of the plan once the deadline is over, and say where nothing is planned.

    The case brings `people_here` and what WITH_PLAN reads.
    """
    plan = pacing.steps(case, case.plan_rungs, case.deeds, voted_on=case.plan_voted_on, now=now)
    text, step = pacing.prompt(case, plan, case.deeds, now)
    if not text:
        return None
    if missing := step and _missing(case, step.tactic):
        text = f"{text} {missing}"
    return _item(case, text, *step_words.to_plan(case, step))


def _missing(case: CaseLifecycle, tactic: str) -> str:
    affected = [p for p in case.people_here if p.role == CaseParty.Role.AFFECTED]
    voices = step_voices.latest(voice for party in affected for voice in party.voices_here)
    return step_words.short(step_voices.lacking_among(case, affected, voices, tactic))


def review(case: CaseLifecycle, user: User, now: dt.datetime) -> Item | None:
    """Ask for the look at a fight that the meeting takes every four weeks."""
    if not reviews.is_due(case, timezone.localdate(now)):
        return None
    text = reviews.due_words(reviews.due_on(case))
    url = reverse("review_plan", args=[case.reference])
    return _item(case, text, _("Note what the meeting decided"), url)


def said_no_since(user: User, now: dt.datetime) -> Iterator[Item]:
    """Yield announced actions of `user` to which somebody affected says no by now."""
    last = StepVoice.objects.filter(party=OuterRef("pk"), tactic=OuterRef(OuterRef("tactic")))
    people = CaseParty.objects.affected().filter(
        case__in=Case.objects.filter(actions=OuterRef(OuterRef("pk")), state__in=ASKED_IN)
    )
    no = people.annotate(says=Subquery(last.order_by("-pk").values("agreed")[:1])).filter(
        says=False
    )
    for action in Action.objects.ahead(now).run_by(user).filter(Exists(no)):
        text = _("Somebody whose fight it is says no to it. Talk with them, or call it off.")
        url = reverse("action", args=[action.public_id])
        yield Item(URGENT, action.title, text, _("Look at it again"), url)


def _item(case: CaseLifecycle, text: str, label: str, url: str) -> Item:
    about = f"{case.reference} · {case.title or case.get_kind_display()}"
    return Item(SOON, about, text, label, url)
