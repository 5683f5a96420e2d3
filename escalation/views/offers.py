"""Offers of the target: note one, what each person affected says to it, and the ways on."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.access import TEAM, fetch, policy
from escalation import offer_forms as forms
from escalation import offer_page, offers
from escalation.models import CaseLifecycle, Offer
from escalation.moves import MoveRefused
from escalation.views.moves import case_to_move, filled_in, make_or_show, not_open


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def record_offer(request: HttpRequest, reference: str) -> HttpResponse:
    case = case_to_move(request, reference)
    if reasons := offers.not_now(case):
        return not_open(request, case, "record_offer", reasons)
    answered = None
    if "answer_to" in request.GET:
        answered = fetch(Offer.objects.filter(case=case), pk=request.GET["answer_to"])
    form = filled_in(request, forms.OfferForm, case, answered=answered)
    return make_or_show(request, form, "escalation/record_offer.html")


@policy(TEAM)
@require_safe
def offer(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    case, found = _offer_of(request, reference, pk)
    today = timezone.localdate()
    return render(request, "escalation/offer.html", offer_page.contents(case, found, today=today))


@policy(TEAM)
@require_POST
def discuss_offer(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    _case, found = _offer_of(request, reference, pk)
    try:
        offers.discuss(found, by=request.user)
        messages.success(request, _("Noted: it was talked about."))
    except MoveRefused as refused:
        messages.warning(request, " ".join(refused.reasons))
    return redirect(forms.address_of(found))


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def say_to_offer(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    return _about(request, reference, pk, forms.SayForm, "say_to_offer")


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def counter_offer(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    return _about(request, reference, pk, forms.CounterForm, "counter_offer")


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def refuse_offer(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    return _about(request, reference, pk, forms.RefuseForm, "refuse_offer")


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def renew_offer(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    return _about(request, reference, pk, forms.RenewForm, "renew_offer")


def _about(
    request: HttpRequest, reference: str, pk: int, form: type[forms.AboutOffer], name: str
) -> HttpResponse:
    """Show the form of one step of an offer, if the step is open, and take it."""
    case, found = _offer_of(request, reference, pk)
    if why := offer_page.why_not(case, found, name, today=timezone.localdate()):
        return not_open(request, case, name, [why])
    page = offer_page.STEPS[name]
    filled = filled_in(request, form, case, offer=found)
    return make_or_show(request, filled, "escalation/about_offer.html", page=page, offer=found)


def _offer_of(request: HttpRequest, reference: str, pk: int) -> tuple[CaseLifecycle, Offer]:
    case = case_to_move(request, reference)
    found: Offer = fetch(Offer.objects.filter(case=case).select_related("payment"), pk=pk)
    found.case = case
    return case, found
