"""The page of a fight's poster."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns import access
from campaigns.access import TEAM, policy
from campaigns.models import Case
from letters import posters
from letters.forms import PosterForm


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def poster(request: HttpRequest, reference: str) -> HttpResponse:
    """Write the poster of a fight, and show it with the sum that is owed today."""
    rows = Case.objects.opened_to(request.user).select_related("target")
    case = access.fetch(rows.accepted(), reference=reference)
    found = posters.of(case)
    form = PosterForm(request.POST if request.method == "POST" else None, instance=found)
    if form.is_valid() and not (named := posters.not_wanted(form.instance)):
        if posters.save(case, form=form, by=request.user):
            messages.success(request, _("The poster is saved. Print it from this page."))
            return redirect("poster", reference)
    elif form.is_bound and form.is_valid():
        for sentence in named:
            form.add_error("lines", sentence)
    today = timezone.localdate()
    saved = posters.of(case)
    shown = posters.sheet(saved, group=request.network, today=today) if saved.pk else None
    context = {"case": case, "form": form, "sheet": shown}
    return render(request, "letters/poster.html", context)
