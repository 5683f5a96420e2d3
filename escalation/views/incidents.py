"""Incidents of a case, for its team; and the notices that those who run an action have read."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import legal
from campaigns.access import LEAD, TEAM, fetch, policy
from campaigns.evidence import DiskFull
from campaigns.models import Case, Place, User
from escalation import incidents as verbs
from escalation import no_trespass
from escalation.incident_forms import FollowUpForm, IncidentForm, WatchForm
from escalation.models import Action, CaseLifecycle, Incident


def _case(request: HttpRequest, reference: str) -> Case:
    return fetch(Case.objects.opened_to(request.user), reference=reference)


def _incident(request: HttpRequest, case: Case, pk: int) -> Incident:
    rows = Incident.objects.opened_to(request.user).filter(case=case).select_related("case")
    return fetch(rows, pk=pk)


@policy(TEAM)
@require_safe
def incidents(request: HttpRequest, reference: str) -> HttpResponse:
    case = fetch(CaseLifecycle.objects.opened_to(request.user).with_facts(), reference=reference)
    return _page(request, case, WatchForm(case=case))


def _page(request: HttpRequest, case: CaseLifecycle, watch_form: WatchForm) -> HttpResponse:
    rows = case.incidents.select_related("reported_by", "reported_by_party__person")
    rows = rows.select_related("case", "followed_up_by").prefetch_related("named", "evidence")
    names = legal.named(case)
    sees_legal = request.user in names
    context = {
        "case": case,
        "incidents": list(_shown(rows, sees_legal=sees_legal)),
        "legal_names": names,
        "sees_legal": sees_legal,
        "places": Place.objects.fitting(case.kind),
        "is_watched": case.is_watched(timezone.localdate()),
        "watch_form": watch_form,
    }
    return render(request, "escalation/incidents.html", context)


def _shown(rows: Iterable[Incident], *, sees_legal: bool) -> Iterable[dict[str, Any]]:
    """Yield each incident with the files of it that this reader may open."""
    for row in rows:
        files = [file for file in row.evidence.all() if sees_legal or not file.is_legal]
        yield {"row": row, "files": files, "is_shut": row.is_legal and not sees_legal}


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def add_incident(request: HttpRequest, reference: str) -> HttpResponse:
    case, who = _case(request, reference), {"by": request.user, "now": timezone.now()}
    who["initial"] = {"kind": request.GET.get("kind", "")}
    form = IncidentForm(request.POST or None, request.FILES or None, case=case, **who)
    if form.is_valid():
        said = form.facts() | form.links()
        files = form.cleaned_data["files"]
        try:
            made = verbs.note(case, by=request.user, form_key=form.key(), files=files, **said)
        except DiskFull as full:
            form.add_error("files", full)
        else:
            messages.success(request, _saved(made, request.user))
            return redirect("incidents", reference)
    return render(request, "escalation/add_incident.html", {"case": case, "form": form})


def _saved(incident: Incident, user: User) -> str:
    if incident.is_legal and not legal.may_open(incident.case, user):
        names = ", ".join(map(str, legal.named(incident.case)))
        return _("Saved. Only %(names)s can open it.") % {"names": names}
    return _("Saved. Only the team sees it.")


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_incident(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    case, now = _case(request, reference), timezone.now()
    incident = _incident(request, case, pk)
    form = IncidentForm(
        request.POST or None, instance=incident, case=case, by=request.user, now=now
    )
    if form.is_valid() and verbs.change(incident, form=form, by=request.user, **form.links()):
        messages.success(request, _saved(incident, request.user))
        return redirect("incidents", reference)
    context = {"case": case, "form": form, "incident": incident}
    status = 409 if form.outrun else 200
    return render(request, "escalation/edit_incident.html", context, status=status)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_incident(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    case = _case(request, reference)
    incident = _incident(request, case, pk)
    form = FollowUpForm(request.POST or None, instance=incident, today=timezone.localdate())
    if form.is_valid():
        is_over = form.cleaned_data["is_over"]
        if verbs.follow_up(incident, form=form, by=request.user, is_over=is_over):
            messages.success(request, _("Saved."))
            return redirect("incidents", reference)
    context = {"case": case, "form": form, "incident": incident}
    status = 409 if form.outrun else 200
    return render(request, "escalation/follow_up_incident.html", context, status=status)


@policy(TEAM)
@require_POST
def set_watch(request: HttpRequest, reference: str) -> HttpResponse:
    case = fetch(CaseLifecycle.objects.opened_to(request.user).with_facts(), reference=reference)
    form = WatchForm(request.POST, case=case)
    if not form.is_valid():
        return _page(request, case, form)
    verbs.watch_from(case, by=request.user, day=form.cleaned_data["day"])
    messages.success(request, _("Saved."))
    return redirect("incidents", reference)


@policy(LEAD)
@require_POST
def read_notices(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Note that those who run an announced action read a notice that came in since."""
    action = fetch(Action.objects.run_by(request.user), public_id=public_id)
    if request.POST.get("notices_read"):
        no_trespass.read_notices(action, by=request.user)
        messages.success(request, _("Saved."))
    else:
        messages.error(request, no_trespass.why_not_announced(action) or _("Nothing to read."))
    return redirect("action", public_id)
