"""What can happen to a case now, in plain words, and what is missing for its next step.

Pages of moves are named as people think of them. Most are one transition of the machine; a vote
can end in five. Which pages a state offers, and in which order, stands in `PAGES_AT`.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from campaigns.access import on_intake_duty
from campaigns.models import CaseState, User
from escalation import moves
from escalation.models import CaseLifecycle, guards
from escalation.moves import TRANSITIONS

S = CaseState

# Page name -> the transitions it can lead to. Deleting spam is none: nothing is left of it.
TRANSITIONS_OF = {
    "take": ("take",),
    "discard": (),
    "arrange_meeting": ("arrange_meeting",),
    "propose": ("propose",),
    "vote": ("accept", "queue", "defer", "decline", "refer"),
    "start_queued": ("start_queued",),
    "set_delivery": ("set_delivery",),
    "record_delivery": ("start_clock",),
    "delivery_failed": ("delivery_failed",),
    "escalate": ("escalate",),
    "win": ("win",),
    "agree": ("agree",),
    "settle": ("settle",),
    "extend_deadline": ("extend_deadline",),
    "deliver_again": ("deliver_again",),
    "revise_demand": ("revise_demand",),
    "person_leaves": ("person_leaves",),
    "default": ("default",),
    "resume": ("resume",),
    "back_to_proposed": ("back_to_proposed",),
    "hold": ("hold",),
    "hold_longer": ("hold_longer",),
    "refer": ("refer",),
    "decline": ("decline",),
    "withdraw": ("withdraw",),
    "drop": ("drop",),
    "lose": ("lose",),
    "reopen": ("reopen",),
    "take_up_again": ("take_up_again",),
    "merge": ("merge",),
    "put_right": ("put_right",),
}
# Moves with pages of their own: name -> name of the address.
OWN_PAGES = {"merge": "merge_case"}

LABELS = {
    "take": _("Take responsibility"),
    "discard": _("Delete as spam or a test"),
    "arrange_meeting": _("Arrange the first meeting"),
    "propose": _("Propose it to the meeting"),
    "vote": _("Record the vote"),
    "start_queued": _("Start this fight"),
    "set_delivery": _("Set the delivery"),
    "record_delivery": _("Record the delivery"),
    "delivery_failed": _("The delivery did not happen"),
    "escalate": _("Start escalating"),
    "win": _("Mark as won"),
    "agree": _("Accept an offer"),
    "settle": _("Settle for less"),
    "extend_deadline": _("Move the deadline"),
    "deliver_again": _("Record the delivery of the second letter"),
    "revise_demand": _("Change the demand"),
    "person_leaves": _("One of them leaves the fight"),
    "default": _("They broke the agreement"),
    "resume": _("Go on with it"),
    "back_to_proposed": _("Take it back to the meeting"),
    "hold": _("Put on hold"),
    "hold_longer": _("Keep it on hold"),
    "refer": _("Refer them to somebody else"),
    "decline": _("Do not take it on"),
    "withdraw": _("They do not go on"),
    "drop": _("Drop the fight"),
    "lose": _("End without winning"),
    "reopen": _("Reopen it: they did not keep to it"),
    "take_up_again": _("Take it up again"),
    "merge": _("It is the same as another case"),
    "put_right": _("The last step was wrong"),
}

# The pages a state offers. The first ones are its next steps; see NEXT_STEPS.
PAGES_AT = {
    S.NEW: ("take", "hold", "discard"),
    S.CONTACTING: ("arrange_meeting", "hold", "refer", "decline", "withdraw"),
    S.MEETING: ("propose", "arrange_meeting", "hold", "refer", "decline", "withdraw"),
    S.PROPOSED: ("vote", "hold"),
    S.QUEUED: ("start_queued", "hold", "refer", "decline", "withdraw"),
    S.PREPARING: (
        "set_delivery",
        "agree",
        "win",
        "back_to_proposed",
        "person_leaves",
        "hold",
        "drop",
    ),
    S.DELIVERY_SET: (
        "record_delivery",
        "delivery_failed",
        "agree",
        "win",
        "person_leaves",
        "hold",
        "drop",
    ),
    S.CLOCK_RUNNING: (
        "escalate",
        "win",
        "agree",
        "settle",
        "deliver_again",
        "extend_deadline",
        "revise_demand",
        "person_leaves",
        "hold",
        "drop",
        "lose",
    ),
    S.ESCALATING: (
        "win",
        "agree",
        "settle",
        "deliver_again",
        "revise_demand",
        "person_leaves",
        "hold",
        "drop",
        "lose",
    ),
    S.AGREED: ("win", "settle", "default", "person_leaves", "hold", "drop", "lose"),
    S.ON_HOLD: ("resume", "hold_longer", "drop"),
    S.WON: ("reopen",),
    S.SETTLED: ("reopen",),
    S.LOST: ("take_up_again",),
    S.DROPPED: ("take_up_again",),
    S.REFERRED: ("take_up_again",),
    S.DECLINED: ("take_up_again",),
    S.WITHDRAWN: ("take_up_again",),
}

# The steps that lead on. While one of them is not open, the page says what is missing.
NEXT_STEPS = {
    S.NEW: ("take",),
    S.CONTACTING: ("arrange_meeting",),
    S.MEETING: ("propose",),
    S.PROPOSED: ("vote",),
    S.QUEUED: ("start_queued",),
    S.PREPARING: ("set_delivery",),
    S.DELIVERY_SET: ("record_delivery",),
    S.CLOCK_RUNNING: ("escalate", "win"),
    S.ESCALATING: ("win",),
    S.AGREED: ("win", "settle"),
    S.ON_HOLD: ("resume",),
}
# Ways out and pauses: possible nearly always, wanted seldom, so they stand apart.
SELDOM = {
    "back_to_proposed",
    "discard",
    "hold",
    "person_leaves",
    "refer",
    "revise_demand",
    "decline",
    "withdraw",
    "drop",
    "lose",
    "reopen",
    "take_up_again",
    "merge",
    "put_right",
}

# What people do most while a case stands at a state, beside moving it.
DEEDS_AT = {
    S.CONTACTING: ("log_contact",),
    S.MEETING: ("hold_meeting", "edit_sheet"),
    S.QUEUED: ("check_in_queued", "log_contact"),
    S.PREPARING: ("draft_letter", "plan_action", "vote_plan", "record_offer"),
    S.DELIVERY_SET: ("record_offer",),
    S.CLOCK_RUNNING: ("draft_letter", "record_offer", "record_payment", "vote_plan"),
    S.ESCALATING: ("plan_action", "draft_letter", "record_offer", "record_payment", "vote_plan"),
    S.AGREED: ("record_payment",),
}
DEED_LABELS = {
    "open_linked_case": _("A new wrong: open a case beside this one"),
    "check_in_queued": _("Ask whether they still want it"),
    "log_contact": _("Log a contact"),
    "hold_meeting": _("Note that the meeting was held"),
    "edit_sheet": _("Fill in the case sheet"),
    "edit_target": _("Write down the target"),
    "draft_letter": _("Draft the letter"),
    "plan_action": _("Plan an action"),
    "vote_plan": _("Vote on a plan"),
    "record_offer": _("Record an offer"),
    "record_payment": _("Record a payment"),
}

# Before the vote organizers decide how it goes on; from then on everybody on the team does.
BY_ORGANIZERS = {
    "take",
    "discard",
    "arrange_meeting",
    "withdraw",
    "decline",
    "refer",
    "propose",
    "vote",
    "start_queued",
}
ORGANIZERS_ONLY = {"take_up_again", "merge"}
ON_DUTY = {"take", "discard"}

# Which page mends what a guard misses: a page below the case, or "#section" of the case file.
_MENDED_BY = {
    "person_reached": "log_contact",
    "meeting_held": "hold_meeting",
    "story_told": "edit_sheet",
    "sum_worked_out": "#owed",
    "evidence_listed": "edit_sheet",
    "wish_known": "edit_sheet",
    "ready_to_take_part": "edit_sheet",
    "risks_explained": "edit_sheet",
    "target_reachable": "edit_target",
    "everyone_joined": "#people",
    "letter_issued": "#letters",
    "letter_facts_stand": "draft_letter",
    "letter_still_true": "draft_letter",
    "letter_not_out_of_date": "draft_letter",
    "letter_not_delivered": "draft_letter",
    "delivery_action_ready": "plan_action",
    "retaliation_talked_about": "edit_sheet",
    "plan_voted": "vote_plan",
    "has_offer": "record_offer",
    "money_cleared": "#money",
    "everyone_paid": "#money",
    "agreed_money_cleared": "#money",
    "instalments_cleared": "#money",
    "some_money_cleared": "#money",
    "nothing_pending": "#money",
}


@dataclass(frozen=True)
class Missing:
    """A sentence, and address and label of the page that mends it, if a page can."""

    sentence: str
    url: str = ""
    label: str = ""

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True)
class Offered:
    """One thing that can happen, or, with `reasons`, what is missing for it."""

    name: str
    label: str
    url: str
    reasons: tuple[Missing, ...] = ()
    is_seldom: bool = False


@dataclass(frozen=True)
class Choice:
    """All that one person is offered: the things to do, most wanted first, the rare ones apart,
    and the next steps that are not open yet."""

    now: list[Offered]
    seldom: list[Offered]
    blocked: list[Offered]

    @property
    def first(self) -> Offered | None:
        """Return the one thing the page puts forward."""
        return self.now[0] if self.now else None

    def of_a_member(self) -> "Choice":
        """Leave out what only organizers can do, before the vote or at any time."""
        theirs = {*BY_ORGANIZERS, *ORGANIZERS_ONLY, "open_linked_case"}
        return replace(
            self,
            now=[page for page in self.now if page.name not in theirs],
            seldom=[page for page in self.seldom if page.name not in theirs],
        )


def pages_at(state: str) -> tuple[str, ...]:
    """Return the pages a state offers, with those that nearly every state has."""
    again = ("merge",) if state in CaseState.OPEN else ()
    back = () if state == S.NEW else ("put_right",)
    return (*PAGES_AT.get(state, ()), *again, *back)


def choice(case: CaseLifecycle, *, now: dt.datetime) -> Choice:
    """Return what a person can do with a case read `with_facts_for()` them."""
    pages = [_page(case, name, now) for name in pages_at(case.state)]
    steps = NEXT_STEPS.get(case.state, ())
    deeds = [
        Offered(name, str(DEED_LABELS[name]), reverse(name, args=[case.reference]))
        for name in DEEDS_AT.get(case.state, ())
        if not _is_done(case, name)
    ]
    is_open = [page for page in pages if not page.reasons]
    leading = [page for page in is_open if page.name in steps]
    others = [page for page in is_open if page.name not in steps and not page.is_seldom]
    blocked = [page for page in pages if page.reasons and page.name in steps]
    if case.state == S.PROPOSED and (missing := _missing_for_a_yes(case, now)):
        blocked.append(Offered("vote", _now("A yes in the vote"), "", missing))
    return Choice(
        now=[*leading, *deeds, *others],
        seldom=[*(page for page in is_open if page.is_seldom), *_linked(case)],
        blocked=blocked,
    )


def _linked(case: CaseLifecycle) -> Iterator[Offered]:
    if not case.is_untaken and case.state != S.MERGED:
        url = reverse("open_linked_case", args=[case.reference])
        yield Offered("open_linked_case", str(DEED_LABELS["open_linked_case"]), url)


def why_no_linked_case(case: CaseLifecycle, *, by: User) -> str:
    """Return why `by` cannot open a case beside this one, or nothing."""
    if not by.is_organizer:
        return _now("Organizers do this. Ask one of the team.")
    return moves.why_no_link(case)


def _is_done(case: CaseLifecycle, deed: str) -> bool:
    """Say whether a deed was done already, or has nothing to be done with."""
    if deed == "hold_meeting":
        return not case.has_meeting or case.meeting_held
    if deed != "draft_letter":
        return False
    if case.state in CaseState.FIGHTING and case.letter_issued_at is None:
        return True  # it was delivered somehow; a second letter follows a change of the demand
    is_final = case.letter_issued_at is not None
    return is_final and not guards.letter_still_true(case, timezone.now())


def missing_on_page(case: CaseLifecycle, name: str, *, now: dt.datetime) -> Offered:
    """Return a page of a move with what it lacks, for that page itself."""
    if name == "vote":
        return Offered(name, _now("A yes in the vote"), "", _missing_for_a_yes(case, now))
    return _page(case, name, now)


def why_not(case: CaseLifecycle, name: str, *, by: User) -> str:
    """Return why `by` cannot make this move from the state the case is in, or nothing."""
    if name not in LABELS:
        return _now("There is no such step. The page of the case shows what can be done.")
    if name not in pages_at(case.state):
        state = CaseState(case.state).label
        text = _now("“%(move)s” cannot be done while the case is at “%(state)s”.")
        return text % {"move": LABELS[name], "state": state}
    if name in BY_ORGANIZERS and not by.is_organizer:
        return _now("Before the vote, organizers do this. Ask one of the team.")
    if name in ORGANIZERS_ONLY and not by.is_organizer:
        return _now("Organizers do this. Ask one of the team.")
    if case.state == S.NEW and name in ON_DUTY and not on_intake_duty(by):
        return _now("People on intake duty do this.")
    return ""


def next_step(case: CaseLifecycle) -> str:
    """Return what the case is heading for, in words that give away nothing of its file."""
    steps = NEXT_STEPS.get(case.state, ())
    return str(LABELS[steps[0]]) if steps else ""


def _page(case: CaseLifecycle, name: str, now: dt.datetime) -> Offered:
    own = OWN_PAGES.get(name)
    reference = case.reference
    url = reverse(own, args=[reference]) if own else reverse("make_move", args=[reference, name])
    reasons = list(_missing(case, name, now))
    if name == "propose" and case.meeting_held and not case.went_to_meeting:
        reasons.append(
            Missing(_now("An organizer who was at the first meeting proposes the case."))
        )
    return Offered(name, str(LABELS[name]), url, tuple(reasons), name in SELDOM)


def _missing(case: CaseLifecycle, page: str, now: dt.datetime) -> tuple[Missing, ...]:
    """Return what every transition of the page lacks; one that lacks nothing opens the page."""
    lacking = [
        _of_transition(case, name, now)
        for name in TRANSITIONS_OF[page]
        if case.state in TRANSITIONS[name]
    ]
    return () if not lacking or not all(lacking) else _in_all(lacking)


def _missing_for_a_yes(case: CaseLifecycle, now: dt.datetime) -> tuple[Missing, ...]:
    """A yes starts the fight or puts it in the queue, so only what both lack stands in its way."""
    return _in_all([_of_transition(case, name, now) for name in ("accept", "queue")])


def _of_transition(case: CaseLifecycle, name: str, now: dt.datetime) -> tuple[Missing, ...]:
    needs = TRANSITIONS[name][case.state]["needs"]
    asked = ((ask, ask(case, now)) for ask in needs)
    return tuple(_missing_for(case, ask, said) for ask, said in asked if said)


def _in_all(lacking: list[tuple[Missing, ...]]) -> tuple[Missing, ...]:
    return tuple(m for m in lacking[0] if all(m in others for others in lacking[1:]))


def _missing_for(case: CaseLifecycle, guard: guards.Guard, sentence: str) -> Missing:
    place = _MENDED_BY.get(guard.__name__, "")
    if not place or (place == "hold_meeting" and not case.has_meeting):
        return Missing(sentence)
    label = str(DEED_LABELS.get(place, _("Open the case")))
    section = place.startswith("#")
    url = case.get_absolute_url() + place if section else reverse(place, args=[case.reference])
    return Missing(sentence, url, label)
