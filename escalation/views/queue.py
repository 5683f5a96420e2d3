"""The queue, who is where in it, and the check-ins of those who wait."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.access import ORGANIZER, TEAM, fetch, policy
from campaigns.models import Case, CaseState
from escalation import moves, queue_page
from escalation.moves import MoveRefused
from escalation.queue_forms import CheckInQueuedForm
from escalation.views.moves import case_to_move, filled_in, make_or_show, not_open


@policy(ORGANIZER)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    rows = list(queue_page.rows(request.user, now=timezone.now()))
    return render(request, "escalation/queue.html", {"rows": rows})


@policy(TEAM)
@require_POST
def change_place(request: HttpRequest, reference: str) -> HttpResponse:
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    try:
        place = moves.change_place(case, by=request.user, up=request.POST.get("to") != "down")
        messages.success(request, _("%(case)s has place %(n)s now.") % {"case": case, "n": place})
    except MoveRefused as refused:
        messages.error(request, " ".join(refused.reasons))
    return redirect("queue")


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def check_in_queued(request: HttpRequest, reference: str) -> HttpResponse:
    case = case_to_move(request, reference)
    if CaseState.QUEUED not in (case.state, case.held_state):
        return not_open(request, case, "check_in_queued", [_("This case waits in no queue.")])
    form = filled_in(request, CheckInQueuedForm, case)
    return make_or_show(request, form, "escalation/check_in_queued.html")
