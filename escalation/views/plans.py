"""Pages of the plan of a fight: its vote, the look at it again, and the yes of each person."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns.access import TEAM, fetch, policy
from campaigns.models import Case
from escalation import plans, reviews, step_voices, tactic_library
from escalation.models import Tactic
from escalation.move_forms import who_may_say_it
from escalation.moves import MoveRefused
from escalation.plan_forms import PlanForm, ReviewForm, StepVoiceForm
from escalation.views.moves import case_to_move, filled_in, make_or_show, not_open

FORM_METHODS = ["GET", "HEAD", "POST"]


@policy(TEAM)
@require_http_methods(FORM_METHODS)
def vote_plan(request: HttpRequest, reference: str) -> HttpResponse:
    case = case_to_move(request, reference)
    if reasons := plans.not_now(case):
        return not_open(request, case, "vote_plan", reasons)
    form = filled_in(request, PlanForm, case)
    if request.GET.get("ladder") == "usual":
        form.propose(plans.usual_ladder())
    entries = tactic_library.entries(in_plans=True)
    return make_or_show(request, form, "escalation/vote_plan.html", entries=entries)


@policy(TEAM)
@require_http_methods(FORM_METHODS)
def review_plan(request: HttpRequest, reference: str) -> HttpResponse:
    case = case_to_move(request, reference)
    if reasons := reviews.not_now(case):
        return not_open(request, case, "review_plan", reasons)
    form = filled_in(request, ReviewForm, case)
    return make_or_show(request, form, "escalation/review_plan.html")


@policy(TEAM)
@require_http_methods(FORM_METHODS)
def note_step_voice(request: HttpRequest, reference: str, tactic: str) -> HttpResponse:
    """Pass on what the people affected say to one kind of step."""
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    if tactic not in Tactic.values or tactic == Tactic.DELIVERY:
        raise Http404
    known = step_voices.of_case(case)
    people = list(who_may_say_it(case))
    voices = {party.pk: known.get((party.pk, tactic)) for party in people}
    said = {pk: voice.agreed for pk, voice in voices.items() if voice}
    form = StepVoiceForm(request.POST or None, people=people, said=said)
    refused: list[str] = []
    if request.method == "POST" and form.is_valid():
        who = {"tactic": tactic, "by": request.user, "now": timezone.now()}
        try:
            step_voices.say_all(case, form.answers(), **who)
        except MoveRefused as no:
            refused = no.reasons
        else:
            messages.success(request, _("Noted who said what."))
            return redirect(f"{case.get_absolute_url()}#plan")
    context = {
        "case": case,
        "form": form,
        "step": Tactic(tactic).label,
        "voices": [(party, voice) for party in people if (voice := voices[party.pk])],
        "refused": refused,
        "back": f"{case.get_absolute_url()}#plan",
    }
    status = 409 if refused else 200
    return render(request, "escalation/note_step_voice.html", context, status=status)
