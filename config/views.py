"""Pages that belong to no app: one's account, language, health, and what went wrong."""

import re

from allauth.account import views as allauth_views
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views import i18n
from django.views.decorators.http import require_POST, require_safe

from campaigns.access import ACCOUNT, PUBLIC, policy

# What a form carries for the machine's sake and nobody has typed.
_MACHINE_VALUE = re.compile(r"[0-9a-f-]{32,}|[\w:=-]{40,}|on", re.IGNORECASE)


@policy(ACCOUNT)
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    return render(request, "account/account.html")


@policy(PUBLIC)
def log_out(request: HttpRequest) -> HttpResponse:
    """Log out and make the browser forget pages and stored data.

    Cookies stay: the session is dead on the server, and the chosen language is still wanted.
    """
    response = allauth_views.logout(request)
    if request.method == "POST":
        response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@policy(PUBLIC)
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    language = request.POST.get("language")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        request.user.language = language
        request.user.save(update_fields=["language"])
    return i18n.set_language(request)


@policy(PUBLIC)
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say ok. Whoever gets here has read the network's row: the database answers."""
    return HttpResponse("ok", content_type="text/plain")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form without a good token; if it is our own, offer to send the same again.

    A page left open too long, or a log-in in another tab, loses the token. What was typed is
    neither stored nor acted on: it goes back into the page, and the person decides.
    """
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]
    has_secret = any("password" in name for name, _value in typed)
    if not _came_from_here(request) or has_secret or not typed:
        return render(request, "403_csrf.html", status=403)
    context = {
        "typed": typed,
        "shown": [v for _name, v in typed if v.strip() and not _MACHINE_VALUE.fullmatch(v)],
        "files": list(request.FILES),
    }
    return render(request, "send_again.html", context, status=403)


def _came_from_here(request: HttpRequest) -> bool:
    """Tell by what only a browser can say whether one of our own pages sent this."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    too_large = isinstance(exception, RequestDataTooBig | TooManyFilesSent)
    return render(request, "400.html", {"too_large": too_large}, status=413 if too_large else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer with the same bytes for what is not there and for what is not yours."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Draw the page from its template alone: what failed may be the database."""
    return HttpResponseServerError(render_to_string("500.html"))
