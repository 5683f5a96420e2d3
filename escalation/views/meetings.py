"""Pages of meetings: the list, one meeting with its agenda, a general motion, the minutes."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.access import ACCOUNT, ORGANIZER, fetch, policy
from campaigns.forms import they_wrote
from escalation import agenda_page
from escalation import meetings as verbs
from escalation.meeting_forms import CloseMeetingForm, ItemForm, MeetingForm, MotionForm
from escalation.models import AgendaItem, Meeting, Task

PAST_SHOWN = 30
FORM_METHODS = ["GET", "HEAD", "POST"]


def _typed(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _refused(request: HttpRequest, move: str, reason: object, back: str) -> HttpResponse:
    context = {"move": move, "reason": str(reason), "back": back, "undecided": []}
    status = 409 if request.method == "POST" else 200
    return render(request, "escalation/action_refused.html", context, status=status)


def address(meeting: Meeting) -> str:
    return reverse("meeting", args=[meeting.pk])


@policy(ACCOUNT)
@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """Show everybody when and where we meet. What is on the agenda, organizers read."""
    now = timezone.now()
    past = Meeting.objects.past(now) if request.user.is_organizer else Meeting.objects.none()
    context = {"ahead": Meeting.objects.ahead(now), "past": past[:PAST_SHOWN]}
    return render(request, "escalation/meetings.html", context)


@policy(ORGANIZER)
@require_http_methods(FORM_METHODS)
def plan_meeting(request: HttpRequest) -> HttpResponse:
    form = MeetingForm(_typed(request), now=timezone.now(), last=verbs.last())
    if form.is_valid():
        key = form.cleaned_data["form_key"]
        made = verbs.plan(by=request.user, form_key=key, **form.facts())
        messages.success(request, _("The meeting is planned. Now fill its agenda."))
        return redirect(address(made) if made else "meetings")
    return render(request, "escalation/plan_meeting.html", {"form": form})


@policy(ORGANIZER)
@require_http_methods(FORM_METHODS)
def edit_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(Meeting.objects.all(), pk=pk)
    form = MeetingForm(_typed(request), instance=found, now=timezone.now())
    if form.is_valid() and verbs.change(found, save=form.save_if_unchanged):
        messages.success(request, _("Saved."))
        return redirect("meeting", pk)
    context = {"form": form, "meeting": found}
    return render(
        request, "escalation/edit_meeting.html", context, status=409 if form.outrun else 200
    )


@policy(ORGANIZER)
@require_safe
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(Meeting.objects.select_related("facilitator", "note_taker"), pk=pk)
    user, now = request.user, timezone.now()
    has_come = timezone.localdate(found.at) <= timezone.localdate(now)
    context = {
        "meeting": found,
        "rows": agenda_page.rows(found, user=user),
        "waiting": []
        if found.closed_at
        else agenda_page.waiting(found, user=user, group=request.network),
        "tasks": _tasks_of(found),
        "has_come": has_come,
        "today": timezone.localdate(now),
    }
    return render(request, "escalation/meeting.html", context)


def _tasks_of(found: Meeting) -> Any:
    return Task.objects.filter(meeting=found).select_related("case", "owner", "done_by")


@policy(ORGANIZER)
@require_safe
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was decided, in counts; a case stands in it by its number alone."""
    found = fetch(Meeting.objects.select_related("facilitator", "note_taker"), pk=pk)
    context = {
        "meeting": found,
        "rows": agenda_page.rows(found, user=request.user),
        "others": agenda_page.not_on_agenda(found),
        "tasks": _tasks_of(found),
        "today": timezone.localdate(),
    }
    return render(request, "escalation/minutes.html", context)


@policy(ORGANIZER)
@require_http_methods(FORM_METHODS)
def add_agenda_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Add what waits with one tap, or something that does not wait by itself."""
    found = fetch(Meeting.objects.all(), pk=pk)
    form = ItemForm(_typed(request), user=request.user)
    if form.is_valid():
        try:
            verbs.add_item(found, by=request.user, **form.item())
        except verbs.MeetingRefused as no:
            return _refused(request, _("Put it on the agenda"), no, address(found))
        messages.success(request, _("It is on the agenda."))
        return redirect(f"{address(found)}#agenda")
    context = {"form": form, "meeting": found}
    return render(request, "escalation/add_agenda_item.html", context)


def _item(pk: int, item: int) -> AgendaItem:
    return fetch(AgendaItem.objects.select_related("meeting"), pk=item, meeting=pk)


@policy(ORGANIZER)
@require_POST
def remove_agenda_item(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    found = _item(pk, item)
    try:
        verbs.remove_item(found)
    except verbs.MeetingRefused as no:
        return _refused(request, _("Take it off the agenda"), no, address(found.meeting))
    messages.success(request, _("It is off the agenda."))
    return redirect(f"{address(found.meeting)}#agenda")


@policy(ORGANIZER)
@require_http_methods(FORM_METHODS)
def decide_motion(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Record the vote on a motion about the group. One about a case has a page of its own."""
    found = _item(pk, item)
    if found.case_id:
        return redirect(agenda_page.record_page(found.case, found.kind))
    form = MotionForm(_typed(request), initial={"motion": found.motion})
    if form.is_valid():
        try:
            verbs.decide(found, by=request.user, vote=form.vote(), now=timezone.now())
        except verbs.MeetingRefused as no:
            form.add_error(None, str(no))
            if theirs := verbs.counts_in_words(found):
                form.add_error("votes_for", they_wrote(theirs))
        else:
            messages.success(request, _("The vote is noted."))
            return redirect(f"{address(found.meeting)}#agenda")
    context = {"form": form, "meeting": found.meeting}
    status = 409 if form.non_field_errors() else 200
    return render(request, "escalation/decide_motion.html", context, status=status)


@policy(ORGANIZER)
@require_POST
def strike_motion(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    found = _item(pk, item)
    try:
        verbs.strike(found, now=timezone.now())
    except verbs.MeetingRefused as no:
        return _refused(request, _("Noted by mistake"), no, address(found.meeting))
    messages.success(request, _("The vote does not count any more. Record it anew."))
    return redirect(f"{address(found.meeting)}#agenda")


@policy(ORGANIZER)
@require_http_methods(FORM_METHODS)
def close_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(Meeting.objects.all(), pk=pk)
    form = CloseMeetingForm(_typed(request), initial={"present": found.present})
    if form.is_valid():
        try:
            verbs.close(found, now=timezone.now(), **form.cleaned_data)
        except verbs.MeetingRefused as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _("The meeting is closed. These are its minutes."))
            return redirect("minutes", pk)
    context = {"form": form, "meeting": found}
    return render(request, "escalation/close_meeting.html", context)


@policy(ORGANIZER)
@require_POST
def reopen_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(Meeting.objects.all(), pk=pk)
    verbs.reopen(found)
    messages.success(request, _("The meeting is open again."))
    return redirect("meeting", pk)
