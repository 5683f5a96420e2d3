"""What keeps a case from being forgotten: the legal hold, and the wish to keep it longer."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns import legal_hold as verbs
from campaigns import retention
from campaigns.access import TEAM, fetch, policy
from campaigns.forms import tell_both_texts
from campaigns.models import Case, User
from campaigns.time_forms import HoldForm, KeepForm, LiftForm
from campaigns.views.case_pages import back_to, form_page


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def legal_hold(request: HttpRequest, reference: str) -> HttpResponse:
    case = fetch(Case.objects.of_team(request.user), reference=reference)
    hold = verbs.standing(case)
    form_class = LiftForm if hold else HoldForm
    form = form_class(request.POST if request.POST.get("do") in ("set", "ask") else None)
    if request.method == "POST":
        try:
            if said := _done(request.POST.get("do", ""), case, by=request.user, form=form):
                messages.success(request, said)
                return redirect("legal_hold", reference)
        except verbs.HoldRefused as refused:
            messages.error(request, str(refused))
            return redirect("legal_hold", reference)
    is_mine = hold and hold.lift_asked_at and hold.lift_asked_by_id == request.user.pk
    has_read = hold and request.user in hold.read_by.all()
    context = {"case": case, "hold": hold, "form": form, "is_mine": is_mine, "has_read": has_read}
    return render(request, "campaigns/legal_hold.html", context)


def _done(wanted: str, case: Case, *, by: User, form: HoldForm | LiftForm) -> str:
    """Do what a button of the page asks for and return what to say, or "" where nothing was."""
    now = timezone.now()
    if wanted == "read":
        verbs.note_read(case, by=by)
        return _("Noted.")
    if wanted == "lift":
        verbs.lift(case, by=by, now=now)
        return _("The legal hold has ended.")
    if wanted == "keep":
        verbs.keep(case, by=by)
        return _("The legal hold stays.")
    if not form.is_bound or not form.is_valid():
        return ""
    if wanted == "ask":
        verbs.ask_to_lift(case, by=by, now=now, **form.cleaned_data)
        return _("Somebody else of the team sees that on Today and decides.")
    verbs.place(case, by=by, now=now, **form.cleaned_data)
    return _("Nothing of this case is deleted from now on. Everybody on the team is told.")


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def keep_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep a case longer, or let it go on its day: that is what the team is asked before."""
    cases = Case.objects.of_team(request.user).select_related("keeping")
    case, today = fetch(cases, reference=reference), timezone.localdate()
    due = retention.due_on(case, request.network)
    kept, lets_go = getattr(case, "keeping", None), request.POST.get("do") == "let_go"
    typed = request.POST if request.POST and not lets_go else None
    form = due and KeepForm(typed, instance=kept, due=due, today=today)
    if due and (lets_go or form.is_valid()):
        values = _lets_go(request, due) if lets_go else form.cleaned_data
        theirs = retention.keep_until(case, by=request.user, now=timezone.now(), **values)
        if theirs is None:
            return back_to(request, case, "top")
        if lets_go:
            messages.error(request, _("Somebody else decided meanwhile. Look at it once more."))
            return redirect("keep_case", reference)
        form.outrun = True
        tell_both_texts(form, theirs, form.Meta.fields, version=theirs.version)
    days = retention.days_of(request.network)
    seen = kept.version if kept else 0
    return form_page(request, "keep_case", case, form, due=due, days=days, seen=seen)


def _lets_go(request: HttpRequest, due: dt.date) -> dict[str, Any]:
    seen = request.POST.get("seen_version", "")
    return {"until": due, "reason": "", "seen_version": int(seen) if seen.isdecimal() else None}
