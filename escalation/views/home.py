"""The pages anybody may read: what we are, how it works, what is kept."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from campaigns.access import PUBLIC, policy
from campaigns.views.intake import receipt_of


@policy(PUBLIC)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show who we are. Actions go round by link only: a target reads this page too."""
    return render(request, "escalation/home.html", {"receipt": receipt_of(request)})


@policy(PUBLIC)
@require_safe
def how_it_works(request: HttpRequest) -> HttpResponse:
    return render(request, "escalation/how_it_works.html")


@policy(PUBLIC)
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "escalation/privacy.html")
