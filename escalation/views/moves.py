"""One page for every move of a case."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns.access import TEAM, fetch, policy
from campaigns.models import CaseState
from escalation import offered, standing_down
from escalation.models import CaseLifecycle
from escalation.move_forms import MoveForm
from escalation.move_pages import PAGES
from escalation.moves import MoveRefused


def case_to_move(request: HttpRequest, reference: str, name: str = "") -> CaseLifecycle:
    cases = CaseLifecycle.objects.opened_to(request.user)
    if name == "take_up_again":  # where the team has gone, whoever is on duty does it
        cases = CaseLifecycle.objects.to_take_up(request.user)
    return fetch(cases.with_facts_for(request.user), reference=reference)


def filled_in(
    request: HttpRequest, form: type[MoveForm], case: CaseLifecycle, **about: Any
) -> MoveForm:
    """Return the form of a move, with what was typed when it was sent, or what a link filled in."""
    typed = request.POST if request.method == "POST" else None
    who = {"by": request.user, "group": request.network, "now": timezone.now()}
    filled = form(typed, case=case, **who, **about)
    filled.initial |= {n: request.GET[n] for n in form.from_address if n in request.GET}
    return filled


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def make_move(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    case = case_to_move(request, reference, name)
    if name in offered.OWN_PAGES:
        return redirect(offered.OWN_PAGES[name], reference=reference)
    if name not in PAGES and request.method != "POST":
        raise Http404
    if why := offered.why_not(case, name, by=request.user):
        return not_open(request, case, name, [moved_meanwhile(request, case) or why])
    page = PAGES[name]
    lacking = offered.missing_on_page(case, name, now=timezone.now())
    context = {
        "page": page,
        "heading": offered.LABELS[name],
        "choice": {"blocked": [lacking] if lacking.reasons else []},
        "called_off": standing_down.in_words(case, name, now=timezone.now()),
    }
    form = filled_in(request, page.form, case)
    return make_or_show(request, form, "escalation/move.html", **context)


def make_or_show(
    request: HttpRequest, form: MoveForm, template: str, *, to: str = "", **context: Any
) -> HttpResponse:
    """Make the move and lead back to the case, or to all cases where it is not theirs to see now;
    or show the form again, and why it is refused."""
    case, refused = form.case, []
    if form.is_valid():
        try:
            if meanwhile := moved_meanwhile(request, case):
                raise MoveRefused([meanwhile])
            messages.success(request, form.make())
            is_there = CaseLifecycle.objects.listed_for(request.user).filter(pk=case.pk).exists()
            return redirect((to or form.leads_to()) if is_there else "board")
        except MoveRefused as error:
            refused = error.reasons
    context |= {"case": case, "form": form, "refused": refused}
    return render(request, template, context, status=409 if refused else 200)


def moved_meanwhile(request: HttpRequest, case: CaseLifecycle) -> str:
    """Return the sentence for a page that was drawn before somebody else moved the case."""
    if request.POST.get("seen_state", case.state) == case.state:
        return ""
    state = CaseState(case.state).label
    return _("Somebody moved this case meanwhile. It is at “%(state)s” now.") % {"state": state}


def not_open(
    request: HttpRequest, case: CaseLifecycle, name: str, reasons: list[str]
) -> HttpResponse:
    """Say why this cannot be done now, and show what was typed, so that nothing is lost."""
    page = PAGES.get(name)
    form = page and filled_in(request, page.form, case)
    context = {
        "case": case,
        "heading": offered.LABELS.get(name, _("This step")),
        "reasons": reasons,
        "typed": [
            (field.label, request.POST[field.html_name])
            for field in form or ()
            if request.POST.get(field.html_name)
        ],
    }
    return render(request, "escalation/move_not_open.html", context, status=409)
