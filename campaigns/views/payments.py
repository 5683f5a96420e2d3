"""Payments: received, cleared, bounced, struck out."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns import money_in
from campaigns.access import TEAM, fetch, policy
from campaigns.models import Case, Payment
from campaigns.money_forms import BounceForm, PaymentFateForm, PaymentForm, StrikeForm
from campaigns.views.case_pages import back_to, form_page


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def record_payment(request: HttpRequest, reference: str) -> HttpResponse:
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    form = PaymentForm(request.POST or None, case=case)
    if not form.is_valid():
        return form_page(request, "record_payment", case, form)
    payment = money_in.record_payment(case, by=request.user, **form.cleaned_data)
    text = _("Saved. It counts when somebody notes that it has cleared.")
    if payment.full_and_final:
        text = _("Saved. They call it settled. Decide first whether to cash it on account.")
    return back_to(request, case, "money", text)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def clear_payment(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    return _fate(request, reference, pk, "clear_payment", PaymentFateForm, money_in.clear_payment)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def bounce_payment(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    return _fate(request, reference, pk, "bounce_payment", BounceForm, money_in.bounce_payment)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def strike_payment(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    return _fate(request, reference, pk, "strike_payment", StrikeForm, money_in.strike_payment)


def _fate(
    request: HttpRequest,
    reference: str,
    pk: int,
    name: str,
    form_class: type[PaymentFateForm],
    note_it: Callable[..., bool],
) -> HttpResponse:
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    payment = fetch(Payment.objects.select_related("case", "party__person"), case=case, pk=pk)
    form = form_class(request.POST or None, request.FILES or None, payment=payment)
    if not form.is_valid():
        return form_page(request, name, case, form, payment=payment)
    if note_it(payment, by=request.user, **form.cleaned_data):
        return back_to(request, case, "money", _what_now(case, name))
    messages.warning(request, _("Somebody had noted already what became of this payment."))
    return redirect(f"{case.get_absolute_url()}#money")


def _what_now(case: Case, name: str) -> str:
    if name == "strike_payment":
        return _("Saved. It counts no more. If other money came, record it as a new payment.")
    if name != "bounce_payment":
        return ""
    if case.is_open:
        return _("Saved. The sum is owed again. What they pay instead is a new payment.")
    return _("Saved. The sum is owed again. The case is closed; it can be opened again.")
