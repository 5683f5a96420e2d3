"""The money of a case: who is owed what, what came and how it is taken, what was agreed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.access import TEAM, fetch, policy
from campaigns.models import CaseState, Payment
from escalation import money_page
from escalation.models import Instalment
from escalation.offer_forms import OnAccountForm, WaiveForm
from escalation.views.moves import case_to_move, filled_in, make_or_show, not_open


@policy(TEAM)
@require_safe
def case_money(request: HttpRequest, reference: str) -> HttpResponse:
    case = case_to_move(request, reference)
    contents = money_page.contents(case, group=request.network, today=timezone.localdate())
    return render(request, "escalation/case_money.html", contents)


@policy(TEAM)
@require_safe
def receipt(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    case = case_to_move(request, reference)
    payment = fetch(Payment.objects.filter(case=case), pk=pk)
    contents = money_page.receipt(case, payment) | {"today": timezone.localdate()}
    return render(request, "escalation/receipt.html", contents)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def take_on_account(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    case = case_to_move(request, reference)
    payment = fetch(case.payments.with_fate(), pk=pk)
    form = filled_in(request, OnAccountForm, case, payment=payment)
    return make_or_show(request, form, "escalation/take_on_account.html", payment=payment)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def waive_instalment(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    case = case_to_move(request, reference)
    rows = Instalment.objects.filter(agreement__offer__case=case, agreement__struck_at=None)
    instalment = fetch(rows.select_related("agreement__offer"), pk=pk)
    if case.state != CaseState.AGREED or not instalment.agreement.is_in_force:
        return not_open(request, case, "", [_("This agreement does not bind any more.")])
    form = filled_in(request, WaiveForm, case, instalment=instalment)
    template = "escalation/waive_instalment.html"
    return make_or_show(request, form, template, instalment=instalment)
