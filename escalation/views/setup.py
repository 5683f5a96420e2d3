"""The first page of an empty installation: name the network, or try the demo and throw it away.

The network and its first account are made together on this page, with defaults for all the rest,
and whoever made them goes on signed in. So there is nothing half-made, and the pages that follow
are settings like any others: a lost link or a closed browser costs no more than a log-in.
"""

from contextlib import suppress

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from campaigns import setup
from campaigns.access import ORGANIZER, PUBLIC, policy
from campaigns.models import User
from escalation import demo, seed_kit
from escalation.demo import throwing_away
from escalation.demo.throwing_away_forms import ThrowAwayForm
from escalation.seed_kit_forms import SetUpWithKitForm


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest, token: str) -> HttpResponse:
    if not setup.is_open(token):
        return _too_late(request, token)
    if "demo" in request.POST:
        return _load_demo(request)
    form = SetUpWithKitForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                user = setup.set_up(network=form.network(), **form.account())
                if kit := form.cleaned_data["kit"]:
                    seed_kit.plant(kit)
        except setup.AlreadySetUp:
            return _too_late(request, token)
        return _go_on(request, user)
    return render(request, "escalation/set_up.html", {"form": form})


def _go_on(request: HttpRequest, user: User) -> HttpResponse:
    path = reverse("first_day_step", args=["papers"])
    return perform_login(request, user, email_verification="none", redirect_url=path)


def _too_late(request: HttpRequest, token: str) -> HttpResponse:
    """Let whoever has set up the network go on, also after a double click or with the old link.

    allauth counts wrong passwords here as it does on the page to log in.
    """
    if request.user.is_authenticated and request.user.is_organizer:
        return redirect("first_day")
    if request.method == "POST" and "password" in request.POST and setup.is_ours(token):
        given = {name: request.POST.get(name, "") for name in ("email", "password")}
        with suppress(ValidationError):  # too many wrong tries
            if user := get_adapter(request).authenticate(request, **given):
                return _go_on(request, user)
    return _gone(request)


def _load_demo(request: HttpRequest) -> HttpResponse:
    try:
        lines = demo.load_demo()
    except demo.NotEmpty:  # a double click, or somebody was faster
        return _gone(request)
    return render(request, "escalation/set_up_demo.html", {"lines": lines})


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "escalation/set_up_gone.html", status=404)


@policy(ORGANIZER)
@require_http_methods(["GET", "HEAD", "POST"])
def throw_demo_away(request: HttpRequest) -> HttpResponse:
    """Ask for the name, then delete everything there is. A real network is never asked."""
    if reason := throwing_away.why_not(request.network):
        messages.error(request, reason)
        return redirect("settings")
    form = ThrowAwayForm(request.POST or None, network=request.network)
    if request.method == "POST" and form.is_valid():
        try:
            throwing_away.throw_away(name=request.network.name)
        except throwing_away.Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _thrown_away(request)
    return render(request, "escalation/throw_demo_away.html", {"form": form})


def _thrown_away(request: HttpRequest) -> HttpResponse:
    """Show the set-up link where only this machine is served. Everybody knows the log-ins of the
    demo, so on a public address the link is for whoever can start the server."""
    logout(request)
    request.network = None
    link = "" if settings.HTTPS else setup.link()
    return render(request, "escalation/demo_thrown_away.html", {"link": link})
