"""The duties of the group: who holds which until when, and what they tell the next one."""

from copy import copy
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import duties as verbs
from campaigns.access import ACCOUNT, policy
from campaigns.models import Duty
from campaigns.people_forms import DutyForm, DutyNoteForm
from campaigns.wording import date_in_words


def _held(request: HttpRequest, kind: str) -> Duty | None:
    """Return the duty if the person holds it today. Raises Http404 where there is no such duty."""
    if kind not in Duty.Kind.values:
        raise Http404
    held = Duty.objects.held_on(timezone.localdate())
    return held.filter(kind=kind, user=request.user).first()


@policy(ACCOUNT)
@require_safe
def duties(request: HttpRequest) -> HttpResponse:
    used, others = verbs.standing(timezone.localdate())
    return render(request, "campaigns/duties.html", {"used": used, "others": others})


@policy(ACCOUNT)
@require_http_methods(["GET", "HEAD", "POST"])
def duty(request: HttpRequest, kind: str) -> HttpResponse:
    """Show one duty. Whoever holds it reads what others wrote, and writes for the next one."""
    mine = _held(request, kind)
    typed = request.POST if request.method == "POST" else None
    form = mine and DutyNoteForm(typed, instance=copy(mine))
    if request.method == "POST" and not mine:
        messages.error(request, _("You do not hold this duty now, so nothing was written."))
        return redirect("duty", kind)
    if form and form.is_valid():
        verbs.write_note(mine, note=form.cleaned_data["note"])
        messages.success(request, _("Saved. Whoever does it next reads it."))
        return redirect("duty", kind)
    return render(
        request, "campaigns/duty.html", _context(request, kind, mine) | {"note_form": form}
    )


def _context(request: HttpRequest, kind: str, mine: Duty | None) -> dict[str, Any]:
    today = timezone.localdate()
    held = Duty.objects.held_on(today).by_who_is_here(today).filter(kind=kind)
    new = verbs.new_to(kind, today=today)
    return {
        "kind": kind,
        "label": Duty.Kind(kind).label,
        "about": Duty.ABOUT[Duty.Kind(kind)],
        "held": held.select_related("user").order_by("user__name", "user__pk"),
        "mine": mine,
        "may_take": Duty.open_to(kind, request.user),
        "days_form": DutyForm(kind=kind),
        "notes": verbs.notes_for(kind, request.user, today=today) if mine else [],
        "new_to_it": [user for user in new if user != request.user],
    }


@policy(ACCOUNT)
@require_POST
def hold_duty(request: HttpRequest, kind: str) -> HttpResponse:
    """Take a duty, or go on with it. Without a number of days it is for the usual time."""
    _held(request, kind)
    if not Duty.open_to(kind, request.user):
        raise Http404
    form = DutyForm(request.POST if "days" in request.POST else {"days": _usual(kind)}, kind=kind)
    if not form.is_valid():
        messages.error(request, _("Choose for how long."))
        return redirect("duty", kind)
    days, today = form.cleaned_data["days"], timezone.localdate()
    held = verbs.take(kind, days=days, by=request.user, today=today)
    text = _("You do this until %(day)s: %(duty)s.") % {
        "day": date_in_words(held.until_date),
        "duty": held.get_kind_display(),
    }
    messages.success(request, text)
    return redirect("duty", kind)


def _usual(kind: str) -> int:
    return DutyForm(kind=kind).initial["days"]


@policy(ACCOUNT)
@require_POST
def give_back_duty(request: HttpRequest, kind: str) -> HttpResponse:
    if _held(request, kind):
        verbs.end(kind, by=request.user, today=timezone.localdate())
        messages.success(
            request, _("You no longer do this. What you wrote stays for the next one.")
        )
    return redirect("duty", kind)
