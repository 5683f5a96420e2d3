"""The link for people who are owed something: to send, to scan, to hang up."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language_info
from django.views.decorators.http import require_safe

from campaigns.access import ACCOUNT, policy
from escalation.share_forms import IntakePosterForm
from letters import intake_poster, pdf, qr


@policy(ACCOUNT)
@require_safe
def share_intake(request: HttpRequest) -> HttpResponse:
    return _page(request, IntakePosterForm(None, group=request.network))


@policy(ACCOUNT)
@require_safe
def print_intake_poster(request: HttpRequest) -> HttpResponse:
    """Print it, or show the page again with what is wrong."""
    form = IntakePosterForm(request.GET, group=request.network)
    if not form.is_valid():
        return _page(request, form)
    try:
        content = intake_poster.draw(request.network, how=form.how(), address=_address(request))
    except pdf.LetterError as error:
        form.add_error(None, str(error))
        return _page(request, form)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="poster.pdf"'
    return response


def _address(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("tell"))


def _page(request: HttpRequest, form: IntakePosterForm) -> HttpResponse:
    address = _address(request)
    texts = [
        (
            code,
            get_language_info(code)["name_local"].capitalize(),
            intake_poster.message(request.network, language=code, address=address),
        )
        for code in form.order
    ]
    context = {
        "form": form,
        "address": address,
        "qr": qr.code(address),
        "texts": texts,
        "is_local": not settings.HTTPS,
    }
    return render(request, "escalation/share_intake.html", context)
