"""The list of a caller: one person on top, one tap for what they said, then the next."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaigns import access
from campaigns.access import ACCOUNT, policy
from escalation import call_notes, call_page, calling
from escalation.call_forms import UNDO, TapForm
from escalation.models import Call, Caller

LONGEST_NUMBER = 12


def _caller(request: HttpRequest, public_id: UUID) -> Caller:
    rows = Caller.objects.filter(user=request.user).select_related("action")
    return access.fetch(rows, action__public_id=public_id)


@policy(ACCOUNT)
@require_safe
def my_calls(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return _page(request, _caller(request, public_id), chosen=request.GET.get("call", ""))


def _page(
    request: HttpRequest, caller: Caller, *, chosen: str = "", refusal: str = "", status: int = 200
) -> HttpResponse:
    now, action, group = timezone.now(), caller.action, request.network
    closed = action.refusal(now) or (caller.left_at and _("You handed this list back. Thank you."))
    context = {"action": action, "now": now, "refusal": refusal, "closed": closed}
    if not closed:
        number = int(chosen) if chosen.isdecimal() and len(chosen) < LONGEST_NUMBER else None
        calls = call_page.of(action, request.user, now=now, chosen=number)
        site = request.build_absolute_uri("/").rstrip("/")
        context["calls"] = calls
        context["may_call"] = group.may_call(now)
        context["call_at"] = group.next_call_at(now)
        if calls.now:
            said = {"group": group, "site": site, "sender": request.user.name, "now": now}
            context |= call_page.card(calls.now, **said)
    return render(request, "escalation/my_calls.html", context, status=status)


@policy(ACCOUNT)
@require_POST
def note_call(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    caller, form = _caller(request, public_id), TapForm(request.POST)
    call = access.fetch(caller.action.calls.with_people(), pk=pk)
    if not form.is_valid():
        refusal = _("We could not tell what you tapped. Tap once more.")
        return _page(request, caller, chosen=str(pk), refusal=refusal, status=400)
    try:
        return _noted(request, call, **form.cleaned_data)
    except calling.CallRefused as refused:
        return _page(request, caller, refusal=str(refused), status=409)


def _noted(
    request: HttpRequest, call: Call, *, outcome: str, tries: int, needs: str
) -> HttpResponse:
    said = {"by": request.user, "country": request.network.country, "now": timezone.now()}
    said["seen_tries"] = tries
    address = reverse("my_calls", args=[call.action.public_id])
    if outcome == UNDO:
        call_notes.take_back(call, **said)
        return redirect(f"{address}?call={call.pk}")
    call_notes.note(call, outcome=outcome, needs=needs, **said)
    words = {"name": call.name, "said": Call.Outcome(outcome).label}
    messages.success(request, _("%(name)s: %(said)s.") % words)
    return redirect(address)


@policy(ACCOUNT)
@require_POST
def hand_calls_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    calling.hand_back(_caller(request, public_id), now=timezone.now())
    return redirect("my_calls", public_id)
