"""Pages of tasks: a new one for a case or a meeting, changing one, done and not done after all."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.access import ACCOUNT, ORGANIZER, TEAM, fetch, policy
from campaigns.models import Case
from escalation import research
from escalation import tasks as verbs
from escalation.models import Meeting, Task
from escalation.task_forms import TaskForm

FORM_METHODS = ["GET", "HEAD", "POST"]


def _typed(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@policy(TEAM)
@require_http_methods(FORM_METHODS)
def add_task(request: HttpRequest, reference: str) -> HttpResponse:
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    form, back = TaskForm(_typed(request), case=case), _decisions(case)
    if form.is_valid():
        with form.once(case) as is_first:
            if is_first:
                verbs.add(by=request.user, case=case, **form.facts())
        messages.success(request, _("The task is noted. Who does it finds it under Today."))
        return redirect(f"{back}#tasks")
    return render(request, "escalation/add_task.html", {"form": form, "case": case, "back": back})


@policy(TEAM)
@require_POST
def research_target(request: HttpRequest, reference: str) -> HttpResponse:
    """Make the five tasks to find out who stands behind the target."""
    cases = Case.objects.opened_to(request.user).open().exclude(target=None)
    case = fetch(cases, reference=reference)
    if research.start(case, by=request.user):
        messages.success(request, _("The tasks are noted. Who takes which?"))
    else:
        messages.info(request, _("These tasks are there already."))
    return redirect(f"{_decisions(case)}#tasks")


@policy(ORGANIZER)
@require_http_methods(FORM_METHODS)
def add_meeting_task(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(Meeting.objects.all(), pk=pk)
    form, back = TaskForm(_typed(request), meeting=meeting), reverse("meeting", args=[pk])
    if form.is_valid():
        with form.once_of(meeting) as is_first:
            if is_first:
                about = form.cleaned_data.get("about")
                verbs.add(by=request.user, meeting=meeting, case=about, **form.facts())
        messages.success(request, _("The task is noted. Who does it finds it under Today."))
        return redirect(f"{back}#tasks")
    return render(request, "escalation/add_task.html", {"form": form, "back": back})


@policy(ACCOUNT)
@require_http_methods(FORM_METHODS)
def edit_task(request: HttpRequest, pk: int) -> HttpResponse:
    task = _of(request, pk)
    form = TaskForm(_typed(request), instance=task, case=task.case)
    if form.is_valid() and form.save_if_unchanged():
        messages.success(request, _("Saved."))
        return redirect(_home_of(request, task))
    context = {"form": form, "task": task, "back": _home_of(request, task)}
    return render(request, "escalation/edit_task.html", context, status=409 if form.outrun else 200)


@policy(ACCOUNT)
@require_POST
def finish_task(request: HttpRequest, pk: int) -> HttpResponse:
    task = _of(request, pk)
    verbs.finish(task, by=request.user, now=timezone.now())
    messages.success(request, _("Done: %(what)s") % {"what": task.what})
    return redirect(_back(request, task))


@policy(ACCOUNT)
@require_POST
def reopen_task(request: HttpRequest, pk: int) -> HttpResponse:
    task = _of(request, pk)
    verbs.reopen(task, by=request.user)
    messages.success(request, _("Open again: %(what)s") % {"what": task.what})
    return redirect(_back(request, task))


def _of(request: HttpRequest, pk: int) -> Task:
    rows = Task.objects.visible_to(request.user).select_related("case", "meeting", "owner")
    return fetch(rows, pk=pk)


def _decisions(case: Case) -> str:
    return reverse("case_decisions", args=[case.reference])


def _back(request: HttpRequest, task: Task) -> str:
    """Lead back to the list the button stood in."""
    return _home_of(request, task) if request.POST.get("back") else reverse("today")


def _home_of(request: HttpRequest, task: Task) -> str:
    """Return the page that lists the task, as far as the person may open it."""
    on_case = request.POST.get("back") != "meeting" or not task.meeting_id
    opened = Case.objects.opened_to(request.user)
    if on_case and task.case and opened.filter(pk=task.case.pk).exists():
        return f"{_decisions(task.case)}#tasks"
    if task.meeting_id and request.user.is_organizer:
        return f"{reverse('meeting', args=[task.meeting_id])}#tasks"
    return reverse("today")
