"""What needs a person now. Each item names what it is about and the one action that clears it."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Case, CaseState, Duty, Evidence, Invitation, Message, Payment, User
from campaigns.wording import date_in_words, days_from
from escalation import (
    moves,
    offered,
    time_bands,
    todo_actions,
    todo_after,
    todo_agreements,
    todo_calls,
    todo_incidents,
    todo_later,
    todo_load,
    todo_mail,
    todo_meetings,
    todo_plan,
    todo_time,
)
from escalation.models import Action, CaseLifecycle, SignUp
from escalation.todo_item import LATER, SOON, URGENT, Item
from letters.models import Letter

S = CaseState

# A state whose next step is the team's own to make; in the others they wait for somebody else.
LED_ON_BY_US = (S.CONTACTING, S.MEETING, S.PROPOSED, S.QUEUED, S.PREPARING, S.DELIVERY_SET)


def items_for(user: User, *, now: dt.datetime) -> list[Item]:
    """Return what needs `user`, most urgent first, in a fixed number of queries.

    Whoever takes a break is asked for nothing.
    """
    if user.is_resting(timezone.localdate(now)):
        return []
    items: list[Item] = []
    if user.is_organizer:
        items += [*_intakes(user, now), *_teams_too_small(user, now), *_invitations(user, now)]
    items += [*_cases(user, now), *todo_actions.led(user, now), *_actions_open(user, now)]
    items += [*todo_plan.said_no_since(user, now)]
    items += [*todo_time.items(user, now), *todo_incidents.items(user, now)]
    items += [*todo_later.closed_cases(user, now), *todo_agreements.items(user, now)]
    items += [*todo_meetings.items(user, now), *todo_mail.items(user, now)]
    items += [*todo_after.items(user, now), *todo_calls.items(user, now)]
    items += todo_load.items(user, now)
    return sorted(items, key=lambda item: item.rank)


# Intake and people


def _intakes(user: User, now: dt.datetime) -> Iterator[Item]:
    """Yield the intakes nobody has taken to whoever is on duty; if nobody is, say that to all."""
    today = timezone.localdate(now)
    duties = Duty.objects.held_on(today).by_who_is_here(today)
    duties = duties.filter(kind=Duty.Kind.INTAKE, user__role=User.Role.ORGANIZER)
    on_duty = set(duties.values_list("user_id", flat=True))
    if not on_duty:
        yield Item(
            URGENT,
            _("Intake"),
            _("Nobody is on intake duty. What people tell us now is read by nobody."),
            _("Take intake duty"),
            reverse("people"),
        )
    if user.pk in on_duty:
        for case in Case.objects.listed_for(user, today=today).untaken().order_by("opened_at"):
            told = days_from(today, timezone.localdate(case.opened_at))
            is_urgent = case.urgent or case.opened_at < now - dt.timedelta(days=2)
            yield Item(
                URGENT if is_urgent else SOON,
                f"{case.reference} · {case.get_kind_display()}",
                _("Told us %(when)s. Nobody has taken it yet.") % {"when": told},
                _("Read it"),
                case.get_absolute_url(),
            )


def _teams_too_small(user: User, now: dt.datetime) -> Iterator[Item]:
    """Yield cases of other teams with fewer than two people: every organizer may offer help."""
    cases = CaseLifecycle.objects.listed_for(user).exclude(
        pk__in=Case.objects.of_team(user).values("pk")
    )
    for case in cases.carried_by_too_few(timezone.localdate(now)):
        text = _("This team has fewer than two people.")
        yield _item(LATER, case, text, _("See whether you can help"), "#top")


def _invitations(user: User, now: dt.datetime) -> Iterator[Item]:
    for invitation in Invitation.objects.waiting_for(user, now=now):
        yield Item(
            SOON,
            invitation.name,
            _("An organizer is invited by two people. Somebody stood for them already."),
            _("Second the invitation"),
            reverse("people"),
        )


# My cases


def _cases(user: User, now: dt.datetime) -> Iterator[Item]:
    written = Message.objects.unanswered().filter(case=OuterRef("pk"))
    sent = Evidence.objects.unopened().filter(case=OuterRef("pk"))
    draft = Letter.objects.waiting_for_organizer().filter(case=OuterRef("pk"))
    cases = (
        CaseLifecycle.objects.of_team(user)
        .open()
        .with_facts_for(user)
        .annotate(
            is_written_to=Exists(written),
            is_sent_files=Exists(sent),
            draft_for_me=Subquery(draft.exclude(written_by=user).values("version")[:1]),
            cash_undecided=Exists(Payment.objects.undecided().filter(case=OuterRef("pk"))),
        )
        .with_carriers(timezone.localdate(now))
        .prefetch_related(todo_time.PEOPLE_HERE, *todo_plan.WITH_PLAN)
    )
    for case in cases:
        for ask in _ASKED_OF_A_CASE:
            if item := ask(case, user, now):
                yield item


def _deadline(case: CaseLifecycle, user: User, now: dt.datetime) -> Item | None:
    """Prompt on the day of the deadline and after it. Nothing happens by itself."""
    text = time_bands.deadline_words(case, now)
    if not text:
        return None
    also = ("", "") if case.deadline_extended else time_bands.extension(case)
    item = _item(URGENT, case, text, _("Decide what comes next"), "#top")
    return replace(item, also_label=also[0], also_url=also[1])


def _message(case: CaseLifecycle, user: User, now: dt.datetime) -> Item | None:
    if not case.is_written_to:
        return None
    rank = URGENT if case.urgent else SOON
    return _item(rank, case, _("They wrote to us."), _("Read and answer"), "#messages")


def _file(case: CaseLifecycle, user: User, now: dt.datetime) -> Item | None:
    if not case.is_sent_files:
        return None
    text = _("They sent us a file. Nobody has opened it yet.")
    return _item(SOON, case, text, _("Look at the file"), "#evidence")


def _payment(case: CaseLifecycle, user: User, now: dt.datetime) -> Item | None:
    if not case.pending_payments:
        return None
    if case.cash_undecided:
        text = _("They call it settled with a payment. Decide before anybody cashes it.")
        return _item(
            URGENT,
            case,
            text,
            _("Look at the payment"),
            reverse("case_money", args=[case.reference]),
        )
    text = _("A payment came in. Nobody has noted yet whether it cleared.")
    return _item(SOON, case, text, _("Look at the payment"), "#money")


def _letter(case: CaseLifecycle, user: User, now: dt.datetime) -> Item | None:
    if not user.is_organizer or case.draft_for_me is None:
        return None
    text = _("The letter waits for an organizer who did not write it.")
    url = reverse("letter", args=[case.reference, case.draft_for_me])
    return _item(SOON, case, text, _("Read and approve it"), url)


def _hold(case: CaseLifecycle, user: User, now: dt.datetime) -> Item | None:
    today = timezone.localdate(now)
    if case.state != S.ON_HOLD or case.hold_review_on is None or case.hold_review_on > today:
        return None
    text = _("You wanted to look at it again by %(day)s.") % {
        "day": date_in_words(case.hold_review_on, year=False)
    }
    return _item(SOON, case, text, _("Decide whether to go on"), "#top")


def _queue_check(case: CaseLifecycle, user: User, now: dt.datetime) -> Item | None:
    """Ask again, on the day that was chosen, whether somebody who waits still wants it."""
    today = timezone.localdate(now)
    if case.queue_check_on is None or case.queue_check_on > today:
        return None
    text = _("They wait their turn. Ask whether they still want it.")
    url = reverse("check_in_queued", args=[case.reference])
    return _item(SOON, case, text, _("Note what they said"), url)


def _team(case: CaseLifecycle, user: User, now: dt.datetime) -> Item | None:
    if case.carriers >= 2 or case.state not in S.NEEDS_TWO:
        return None
    url = reverse("add_to_team", args=[case.reference])
    return _item(SOON, case, _("You carry it alone."), _("Add somebody to the team"), url)


def _plan_or_end(case: CaseLifecycle, user: User, now: dt.datetime) -> Item | None:
    """Return the next step of the plan; a fight that is won asks for its end instead."""
    return None if _is_won(case, now) else todo_plan.next_step(case, user, now)


def _next_step(case: CaseLifecycle, user: User, now: dt.datetime) -> Item | None:
    """Return the step that leads on, or the first thing missing for it that somebody can mend."""
    if _is_won(case, now):
        url = reverse("make_move", args=[case.reference, "win"])
        return _item(SOON, case, _("The whole sum has cleared."), str(offered.LABELS["win"]), url)
    if case.state == S.CLOCK_RUNNING and not case.plan_voted:
        text = _("No plan is voted yet for the day after the deadline.")
        return _deed(LATER, case, text, "vote_plan")
    if case.state not in LED_ON_BY_US or (case.draft_for_me is not None and user.is_organizer):
        return None
    rank = URGENT if case.urgent else LATER
    options, steps = offered.choice(case, now=now), offered.NEXT_STEPS[case.state]
    missing = [missing for page in options.blocked for missing in page.reasons]
    if missing:
        mend = next((missing for missing in missing if missing.url), None)
        return mend and _item(rank, case, mend.sentence, mend.label, mend.url)
    options = options if user.is_organizer else options.of_a_member()
    step = next((page for page in options.now if page.name in steps), None)
    return step and _item(rank, case, str(_NEXT[step.name]), step.label, step.url)


def _is_won(case: CaseLifecycle, now: dt.datetime) -> bool:
    """Say whether nothing is left to fight for. Of an agreement, todo_agreements says so."""
    if case.state == S.AGREED or not case.demanded:
        return False
    return not moves.blocked_by(case, "win", now=now)


_NEXT = {
    "arrange_meeting": gettext_lazy("They have been reached."),
    "propose": gettext_lazy("The meeting was held and the sheet is complete."),
    "vote": gettext_lazy("It is proposed. The next meeting votes."),
    "start_queued": gettext_lazy("There is room for this fight now."),
    "set_delivery": gettext_lazy("The letter is final and the delivery is planned."),
    "record_delivery": gettext_lazy("The delivery is set. Note how it went as soon as it is over."),
}
_ASKED_OF_A_CASE: tuple[Callable[[CaseLifecycle, User, dt.datetime], Item | None], ...] = (
    _deadline,
    _message,
    _file,
    _payment,
    _letter,
    _hold,
    _queue_check,
    _team,
    todo_time.check_in,
    todo_time.limitation,
    todo_plan.review,
    _plan_or_end,
    _next_step,
)


def _deed(rank: int, case: CaseLifecycle, text: str, name: str) -> Item:
    url = reverse(name, args=[case.reference])
    return _item(rank, case, text, str(offered.DEED_LABELS[name]), url)


def _item(rank: int, case: CaseLifecycle, text: str, label: str, url: str) -> Item:
    """`url` is an address, or "#section" of the case file."""
    if url.startswith("#"):
        url = f"{case.get_absolute_url()}{url}"
    about = f"{case.reference} · {case.title or case.get_kind_display()}"
    return Item(rank, about, text, label, url)


# Actions


def _actions_open(user: User, now: dt.datetime) -> Iterator[Item]:
    """Yield the actions ahead of which the person has not said whether they come."""
    answered = SignUp.objects.filter(action=OuterRef("pk"), user=user)
    for action in Action.objects.ahead(now).exclude(leads=user).filter(~Exists(answered)):
        when = date_in_words(action.starts_at, with_time=True, year=False)
        text = f"{when}, {action.area}."
        label = _("Say whether you come")
        yield Item(LATER, action.title, text, label, _address("action", action))


def _address(name: str, action: Action) -> str:
    return reverse(name, args=[action.public_id])
