"""Claim lines: what is owed, and how it was worked out."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns import sheet
from campaigns.access import TEAM, fetch, policy
from campaigns.line_forms import LineForm
from campaigns.models import Case, ClaimLine
from campaigns.views.case_pages import back_to, form_page
from campaigns.week_forms import WeekForm
from campaigns.wording import money

K = ClaimLine.Kind


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def add_line(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    if kind not in ClaimLine.KINDS_FOR[case.kind]:
        raise Http404
    form = _form(request, case, kind, **_like(request, case, kind))
    if form.is_valid():
        with form.once(case) as is_first:
            line = form.save(commit=False)
            line.amount = line.worked_out()
            if is_first:
                sheet.add_line(case, line=line, shown_by=form.ticked_files(), by=request.user)
        return back_to(request, case, "owed", _in_words(line, request.network.currency))
    return form_page(request, "add_line", case, form, kind=ClaimLine.Kind(kind))


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_line(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    line = fetch(ClaimLine.objects.select_related("case"), case=case, pk=pk)
    form = _form(request, case, line.kind, instance=line)
    if form.is_valid() and sheet.change_line(line, form=form, by=request.user):
        return back_to(request, case, "owed", _in_words(line, request.network.currency))
    return form_page(request, "edit_line", case, form, line=line, kind=line.kind)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def remove_line(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    line = fetch(ClaimLine.objects.select_related("case", "party__person"), case=case, pk=pk)
    if request.method == "POST":
        sheet.remove_line(line, by=request.user)
        return back_to(request, case, "owed", _("The line is removed."))
    context = {"case": case, "line": line, "working": line.working(request.network.currency)}
    return render(request, "campaigns/remove_line.html", context)


def _form(request: HttpRequest, case: Case, kind: str, **values: Any) -> LineForm:
    form = WeekForm if kind == ClaimLine.Kind.WEEK else LineForm
    values |= {"case": case, "kind": kind, "group": request.network, "by": request.user}
    return form(request.POST or None, **values)


def _like(request: HttpRequest, case: Case, kind: str) -> dict[str, ClaimLine]:
    """Return the week that the page's address names, to start with the same days."""
    if kind != K.WEEK or "like" not in request.GET:
        return {}
    weeks = ClaimLine.objects.filter(case=case, kind=K.WEEK)
    return {"like": fetch(weeks, pk=request.GET["like"])}


def _in_words(line: ClaimLine, currency: str) -> str:
    """Return "Saved. Unpaid hours: 62 hours × $17.25 = $1,069.50"."""
    amount, working = money(line.amount, currency), line.working(currency)
    values = {"label": line.label, "working": working, "amount": amount}
    if working and line.kind in (K.WORK, K.WEEK, K.MINIMUM):
        return _("Saved. %(label)s: %(working)s = %(amount)s") % values
    if line.kind in (K.DEDUCTION, K.CHARGE):
        return _("Saved. %(label)s: %(working)s") % values
    return _("Saved. %(label)s: %(amount)s") % values
