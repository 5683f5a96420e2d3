"""Telling us: choose what it is about, say it on one page, and get a receipt.

The same questions one at a time are in campaigns.views.intake_steps.
"""

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import evidence, intake, intake_drafts
from campaigns.access import PUBLIC, policy
from campaigns.intake_forms import FORMS

# Holds the form token of what this browser sent last, from which the receipt is worked out again.
RECEIPT_COOKIE = "told"


@policy(PUBLIC)
@require_safe
def tell(request: HttpRequest) -> HttpResponse:
    draft = intake_drafts.of_browser(request)
    begun = intake_drafts.address(draft) if draft else ""
    context = {"receipt": receipt_of(request), "begun": begun}
    return render(request, "campaigns/tell.html", context)


@policy(PUBLIC)
@csrf_exempt  # A stranger has no authority that another site could abuse; the form's own signed
# token makes it one case. Django's check would lose a long story to an expired cookie.
@require_http_methods(["GET", "HEAD", "POST"])
def tell_form(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in FORMS:
        raise Http404
    draft, now = intake_drafts.of_browser(request), timezone.now()
    begun = draft.answers if draft else None
    form = FORMS[kind](request.POST or None, request.FILES or None, now=now, initial=begun)
    if request.method == "POST" and form.is_valid() and opened(request, kind, form):
        return with_receipt(request, redirect("told"), form.cleaned_data["token"])
    context = {"form": form, "kind": kind, "receipt": receipt_of(request)}
    return render(request, "campaigns/tell_form.html", context)


def opened(request: HttpRequest, kind: str, form: forms.Form) -> bool:
    """Open the case; False when the disk had no room for the files, and the form says so."""
    try:
        intake.open_case(
            kind=kind,
            answers=form.cleaned_data,
            files=form.cleaned_data["files"],
            token=form.cleaned_data["token"],
            group=request.network,
            language=get_language(),
            looks_like_spam=form.seems_spam,
            by=request.user if request.user.is_authenticated else None,
        )
    except evidence.DiskFull as full:
        form.add_error("files", full)
        return False
    return True


@policy(PUBLIC)
@require_safe
def told(request: HttpRequest) -> HttpResponse:
    """Show the receipt for as long as this browser keeps it; without one, lead to the form."""
    receipt = receipt_of(request)
    if receipt is None:
        return redirect("tell")
    status_url = request.build_absolute_uri(reverse("status"))
    context = {"receipt": receipt, "status_url": status_url}
    return render(request, "campaigns/told.html", context)


@policy(PUBLIC)
@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """Go somewhere harmless, and leave nothing behind that would open this again."""
    request.session.flush()
    response = redirect(settings.QUICK_EXIT_URL)
    response.delete_cookie(RECEIPT_COOKIE)
    response.delete_cookie(intake_drafts.COOKIE)
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    response["Referrer-Policy"] = "no-referrer"
    return response


def receipt_of(request: HttpRequest) -> intake.Receipt | None:
    token = request.COOKIES.get(RECEIPT_COOKIE)
    return intake.receipt(token) if token else None


def with_receipt(request: HttpRequest, response: HttpResponse, token: str) -> HttpResponse:
    """Keep the receipt in this browser until it is closed, or until "Leave this page".

    What was kept of it while it was being told is not needed any more.
    """
    intake_drafts.forget(request)
    response.delete_cookie(intake_drafts.COOKIE)
    response.set_cookie(RECEIPT_COOKIE, token, httponly=True, samesite="Lax", secure=settings.HTTPS)
    return response
