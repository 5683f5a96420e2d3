"""Cases beside a case: linked ones, and one that it is merged into."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import linking
from campaigns.access import TEAM, fetch, policy
from campaigns.models import Case
from escalation import linked_cases, moves, offered
from escalation.later_forms import LinkedCaseForm, MergeForm
from escalation.moves import MoveRefused
from escalation.views.moves import (
    case_to_move,
    filled_in,
    make_or_show,
    moved_meanwhile,
    not_open,
)

FORM_METHODS = ["GET", "HEAD", "POST"]


@policy(TEAM)
@require_safe
def case_links(request: HttpRequest, reference: str) -> HttpResponse:
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    links = linked_cases.beside(case, user=request.user)
    return render(request, "escalation/case_links.html", {"case": case, "links": links})


@policy(TEAM)
@require_http_methods(FORM_METHODS)
def open_linked_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the new codes in the very answer: they are stored nowhere, so there is no second time.

    The form sent twice shows the same ones again.
    """
    case = case_to_move(request, reference)
    if why := offered.why_no_linked_case(case, by=request.user):
        return not_open(request, case, "open_linked_case", [why])
    form, refused = filled_in(request, LinkedCaseForm, case), []
    context = {"case": case, "form": form}
    if form.is_valid():
        try:
            later = form.open()
            keys = {"earlier": case, "form_key": form.cleaned_data["form_key"], "by": request.user}
            context |= {"later": later, "codes": linking.codes(later, **keys)}
        except MoveRefused as error:
            refused = error.reasons
    status = 409 if refused else 200
    context |= {"refused": refused, "heading": offered.DEED_LABELS["open_linked_case"]}
    return render(request, "escalation/open_linked_case.html", context, status=status)


@policy(TEAM)
@require_http_methods(FORM_METHODS)
def merge_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Let somebody choose which case goes on. Nothing is changed here."""
    case = case_to_move(request, reference)
    if why := moved_meanwhile(request, case) or offered.why_not(case, "merge", by=request.user):
        return not_open(request, case, "merge", [why])
    lacking = offered.missing_on_page(case, "merge", now=timezone.now())
    context = {
        "case": case,
        "heading": offered.LABELS["merge"],
        "choice": {"blocked": [lacking] if lacking.reasons else []},
        "others": moves.may_take_in(case, by=request.user),
    }
    return render(request, "escalation/merge_case.html", context)


@policy(TEAM)
@require_http_methods(FORM_METHODS)
def merge_into(request: HttpRequest, reference: str, into: str) -> HttpResponse:
    """Say what moves over, and merge when that is confirmed."""
    case = case_to_move(request, reference)
    goes_on = fetch(Case.objects.opened_to(request.user), reference=into)
    why = offered.why_not(case, "merge", by=request.user)
    if why := why or moves.why_not_into(case, goes_on, by=request.user):
        return not_open(request, case, "merge", [why])
    form = filled_in(request, MergeForm, case, into=goes_on)
    context = {"into": goes_on, "heading": offered.LABELS["merge"]}
    return make_or_show(request, form, "escalation/merge_into.html", **context)
