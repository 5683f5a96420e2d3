"""The people of a case side by side, and who takes the money of each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.access import TEAM, fetch, policy
from campaigns.models import CaseParty
from escalation import people_in_fight
from escalation.models import CaseLifecycle
from escalation.people_forms import PayeeForm
from escalation.views.moves import case_to_move, filled_in, make_or_show


@policy(TEAM)
@require_safe
def case_people(request: HttpRequest, reference: str) -> HttpResponse:
    case = fetch(CaseLifecycle.objects.opened_to(request.user).with_facts(), reference=reference)
    context = {"case": case, "rows": list(people_in_fight.rows(case))}
    return render(request, "escalation/case_people.html", context)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def change_payee(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    case = case_to_move(request, reference)
    affected = CaseParty.objects.affected().select_related("person", "case")
    party = fetch(affected.filter(case=case), pk=pk)
    form = filled_in(request, PayeeForm, case, party=party)
    return make_or_show(request, form, "escalation/change_payee.html", party=party)
