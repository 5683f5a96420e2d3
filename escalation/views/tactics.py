"""The tactic library of the group: every member reads it, organizers write in it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.access import ACCOUNT, ORGANIZER, policy
from escalation import tactic_library
from escalation.models import Tactic
from escalation.tactic_forms import GroupTacticForm


@policy(ACCOUNT)
@require_safe
def tactics(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    entries = [(entry, entry.is_stale(today)) for entry in tactic_library.entries()]
    context = {
        "used": [(entry, stale) for entry, stale in entries if not entry.is_off],
        "unused": [entry for entry, stale in entries if entry.is_off],
        "never": tactic_library.NEVER,
    }
    return render(request, "escalation/tactics.html", context)


@policy(ORGANIZER)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_tactic(request: HttpRequest, tactic: str) -> HttpResponse:
    if tactic not in Tactic.values:
        raise Http404
    row = tactic_library.of(tactic)
    form = GroupTacticForm(request.POST or None, instance=row)
    if form.is_valid() and tactic_library.save(form, by=request.user):
        messages.success(request, _("Saved."))
        return redirect(f"{reverse('tactics')}#{tactic}")
    context = {
        "form": form,
        "step": Tactic(tactic).label,
        "note": tactic_library.NOTES[Tactic(tactic)],
        "back": f"{reverse('tactics')}#{tactic}",
    }
    status = 409 if form.outrun else 200
    return render(request, "escalation/edit_tactic.html", context, status=status)
