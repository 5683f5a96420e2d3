"""The page on which the plan of a fight is voted."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from campaigns.access import TEAM, policy
from escalation import plans, tactic_notes
from escalation.views.moves import case_to_move, filled_in, make_or_show, not_open
from escalation.vote_forms import PlanForm


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def vote_plan(request: HttpRequest, reference: str) -> HttpResponse:
    case = case_to_move(request, reference)
    if reasons := plans.not_now(case):
        return not_open(request, case, "vote_plan", reasons)
    form = filled_in(request, PlanForm, case)
    return make_or_show(request, form, "escalation/vote_plan.html", notes=tactic_notes.of_plans())
