"""The first page of an empty installation: name the network, or try the demo."""

from allauth.account.utils import perform_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from campaigns import setup
from campaigns.access import PUBLIC, policy
from escalation import demo, seed_kit
from escalation.seed_kit_forms import SetUpWithKitForm


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest, token: str) -> HttpResponse:
    if not setup.is_open(token):
        return _gone(request)
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
            return _gone(request)
        return perform_login(
            request, user, email_verification="none", redirect_url=reverse("people")
        )
    return render(request, "escalation/set_up.html", {"form": form})


def _load_demo(request: HttpRequest) -> HttpResponse:
    try:
        lines = demo.load_demo()
    except demo.NotEmpty:  # a double click, or somebody was faster
        return _gone(request)
    return render(request, "escalation/set_up_demo.html", {"lines": lines})


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "escalation/set_up_gone.html", status=404)
