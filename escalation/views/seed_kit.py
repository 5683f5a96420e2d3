"""The kit of the network: handed on to another one, or taken in from there."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.access import ORGANIZER, policy
from escalation import seed_kit as kits
from escalation.seed_kit_forms import KitForm


@policy(ORGANIZER)
@require_http_methods(["GET", "HEAD", "POST"])
def seed_kit(request: HttpRequest) -> HttpResponse:
    form = KitForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        new = kits.plant(form.cleaned_data["kit"])
        text = ngettext("%(n)d text was taken in.", "%(n)d texts were taken in.", new)
        messages.success(request, text % {"n": new})
        return redirect("seed_kit")
    return render(request, "escalation/seed_kit.html", {"form": form})


@policy(ORGANIZER)
@require_safe
def download_seed_kit(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(kits.packed(request.network), content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="kit.json"'
    return response
