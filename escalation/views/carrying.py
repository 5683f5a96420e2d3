"""Who carries what, breaks, and taking over from somebody who is away."""

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import breaks, duties
from campaigns import people as accounts
from campaigns.access import ACCOUNT, ORGANIZER, fetch, policy
from campaigns.models import Duty, User
from escalation import calling, carrying, taking_over
from escalation.actions import ActionRefused
from escalation.break_forms import BreakForm, LeaveForm
from escalation.models import Action, CaseLifecycle, Task

FORM_METHODS = ["GET", "HEAD", "POST"]


@policy(ACCOUNT)
@require_safe
def who_carries_what(request: HttpRequest) -> HttpResponse:
    """Show organizers what everybody carries, and members what they carry themselves."""
    now, user = timezone.now(), request.user
    context = {"own": carrying.own(user, now=now), "now": now}
    if user.is_organizer:
        rows = carrying.table(group=request.network, now=now)
        used, _others = duties.standing(timezone.localdate(now))
        context |= {
            "rows": rows,
            "too_much": list(carrying.too_much(rows, request.network)),
            "offered": taking_over.offered_to(user, now=now),
            "thin_cases": _thin_cases(user, now),
            "thin_duties": [one for one in used if one.too_few],
        }
    return render(request, "escalation/who_carries_what.html", context)


def _thin_cases(user: User, now: dt.datetime) -> QuerySet[CaseLifecycle]:
    cases = CaseLifecycle.objects.listed_for(user)
    return cases.carried_by_too_few(timezone.localdate(now)).order_by("reference")


@policy(ACCOUNT)
@require_http_methods(FORM_METHODS)
def my_break(request: HttpRequest) -> HttpResponse:
    """Begin a break or change its end; or show what the person carries, and the way back."""
    now, today = timezone.now(), timezone.localdate()
    own = carrying.own(request.user, now=now)
    typed = request.POST if request.method == "POST" else None
    form = BreakForm(typed, user=request.user, own=own, today=today)
    if form.is_valid():
        breaks.start(by=request.user, today=today, **form.said())
        calling.hand_all_back(request.user, now=now)
        messages.success(request, _("Rest well. You are asked for nothing until you are back."))
        return redirect("my_break")
    context = {"form": form, "own": own, "resting": request.user.is_resting(today)}
    return render(request, "escalation/my_break.html", context)


@policy(ACCOUNT)
@require_POST
def end_break(request: HttpRequest) -> HttpResponse:
    breaks.end(by=request.user)
    messages.success(request, _("Good that you are back."))
    return redirect("today")


@policy(ORGANIZER)
@require_POST
def take_lead(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """Lead an action in place of the account `pk`, which is away."""
    action = fetch(Action.objects.visible_to(request.user), public_id=public_id)
    person = fetch(User.objects.filter(actions_led__isnull=False).distinct(), pk=pk)
    try:
        taking_over.take_lead(action, of=person, by=request.user, now=timezone.now())
    except ActionRefused as refused:
        messages.error(request, str(refused))
        return redirect("who_carries_what")
    messages.success(request, _("You lead it now: %(what)s") % {"what": action})
    return redirect("action", public_id)


@policy(ORGANIZER)
@require_POST
def take_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Do the task of somebody who is away."""
    task = fetch(Task.objects.visible_to(request.user).select_related("case"), pk=pk)
    is_mine = taking_over.take_task(task, by=request.user, today=timezone.localdate())
    return _taken(request, is_mine, task.what, "who_carries_what")


@policy(ORGANIZER)
@require_POST
def take_over_duty(request: HttpRequest, pk: int) -> HttpResponse:
    """Do the rest of a duty of somebody who is away."""
    duty = fetch(Duty.objects.all(), pk=pk)
    is_mine = duties.take_over(duty, by=request.user, today=timezone.localdate())
    return _taken(request, is_mine, str(duty.get_kind_display()), "duty", duty.kind)


def _taken(request: HttpRequest, is_mine: bool, what: str, *to: str) -> HttpResponse:
    if is_mine:
        messages.success(request, _("It is yours now: %(what)s") % {"what": what})
    else:
        messages.error(request, taking_over.TOO_LATE)
    return redirect(*to)


@policy(ACCOUNT)
@require_http_methods(FORM_METHODS)
def leave_group(request: HttpRequest) -> HttpResponse:
    """Close one's own account. What one carries is offered to the others."""
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if refusal := accounts.leave(by=request.user):
            messages.error(request, refusal)
            return redirect("leave_group")
        calling.hand_all_back(request.user, now=timezone.now())
        logout(request)
        messages.success(request, _("Your account is closed. Thank you for what you did here."))
        return redirect("home")
    context = {"form": form, "own": carrying.own(request.user, now=timezone.now())}
    return render(request, "escalation/leave_group.html", context)
