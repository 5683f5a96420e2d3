"""What every answer carries, and whose network, time zone and language a request is in."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from campaigns.models import Group

GetResponse = Callable[[HttpRequest], HttpResponse]

HEADERS = {
    "Permissions-Policy": (
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), "
        "browsing-topics=()"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    # Static files and the pages that may be kept have set their own before this.
    "Cache-Control": "no-store, private",
}
# Names of the pages a search engine may show.
FINDABLE = {"home", "how_it_works", "privacy", "tell"}
# Names of the pages that work before the network has been set up.
BEFORE_SET_UP = {"healthz", "set_language", "set_up"}


def headers(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not (request.resolver_match and request.resolver_match.url_name in FINDABLE):
            response.headers.setdefault("X-Robots-Tag", "noindex, nofollow, noarchive")
        return response

    return middleware


def network(get_response: GetResponse) -> GetResponse:
    """Set `request.network`, its time zone, and the language the signed-in person chose.

    The row is read once per request and never kept, so that all worker processes agree at once
    when somebody changes it. A person's own language wins over the cookie, and that over the
    browser's, which LocaleMiddleware has settled before.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.network = Group.current()
        if language := getattr(request.user, "language", ""):
            translation.activate(language)
            request.LANGUAGE_CODE = language
        with timezone.override(request.network.zone if request.network else None):
            return get_response(request)

    def process_view(
        request: HttpRequest, view: GetResponse, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.network is None and request.resolver_match.url_name not in BEFORE_SET_UP:
            return render(request, "not_set_up.html")
        return None

    middleware.process_view = process_view
    return middleware
