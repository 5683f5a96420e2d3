"""The pages anybody may read: what we are, how it works, what is kept."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from campaigns.access import PUBLIC, policy
from campaigns.views.intake import receipt_of
from escalation import public_pages

PAGES_SHOWN = 10


@policy(PUBLIC)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show who we are. Actions go round by link only: a target reads this page too."""
    context = {"receipt": receipt_of(request), "pages": public_pages.live()[:PAGES_SHOWN]}
    return render(request, "escalation/home.html", context)


@policy(PUBLIC)
@require_safe
def how_it_works(request: HttpRequest) -> HttpResponse:
    return render(request, "escalation/how_it_works.html")


@policy(PUBLIC)
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "escalation/privacy.html")
