"""For those who run an action: its roles and who waits for one, and who can help whom."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import access
from campaigns.access import LEAD, policy
from escalation import clashes, favours, joining, role_list
from escalation.models import Action, Favour
from escalation.place_forms import JoinForm, MatchForm
from escalation.places import SignUpRefused


@policy(LEAD)
@require_safe
def action_places(request: HttpRequest, public_id: UUID) -> HttpResponse:
    action = _run_by(request, public_id)
    return _places_page(request, action, JoinForm(rows=action.sign_ups.all()))


def _run_by(request: HttpRequest, public_id: UUID) -> Action:
    return access.fetch(Action.objects.run_by(request.user), public_id=public_id)


def _places_page(
    request: HttpRequest, action: Action, form: JoinForm, status: int = 200
) -> HttpResponse:
    context = {
        "action": action,
        "roles": role_list.of(action),
        "clashes": clashes.in_action(action, seen_by=request.user),
        "form": form,
    }
    return render(request, "escalation/action_places.html", context, status=status)


@policy(LEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def join_sign_ups(request: HttpRequest, public_id: UUID) -> HttpResponse:
    action = _run_by(request, public_id)
    if request.method != "POST":
        return redirect("action_places", public_id)
    form, status = JoinForm(request.POST, rows=action.sign_ups.all()), 200
    if form.is_valid():
        try:
            row = joining.join(action, now=timezone.now(), **form.said())
        except SignUpRefused as refused:
            form.add_error(None, str(refused))
            status = 409
        else:
            messages.success(request, _("%(name)s is on the list once now.") % {"name": row.name})
            return redirect("action_places", public_id)
    return _places_page(request, action, form, status)


@policy(LEAD)
@require_safe
def who_can_help(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return _help_page(request, _run_by(request, public_id))


def _help_page(request: HttpRequest, action: Action, refusal: str = "") -> HttpResponse:
    context = {"action": action, "board": favours.board(action), "refusal": refusal}
    status = 409 if refusal else 200
    return render(request, "escalation/who_can_help.html", context, status=status)


@policy(LEAD)
@require_POST
def match_favour(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Note who helps with one need, or take the note back where no offer is named."""
    action, form = _run_by(request, public_id), MatchForm(request.POST)
    if not form.is_valid():
        return _help_page(request, action, _("Choose who can help, then note it."))
    rows, said = Favour.objects.filter(sign_up__action=action), form.cleaned_data
    need = access.fetch(rows, pk=said["need"])
    if not said["offer"]:
        favours.unmatch(need)
        return redirect("who_can_help", public_id)
    try:
        favours.match(action, need=need, offer=access.fetch(rows, pk=said["offer"]))
    except favours.MatchRefused as refused:
        return _help_page(request, action, str(refused))
    messages.success(request, _("Noted. Nobody was told: send both the text below."))
    return redirect("who_can_help", public_id)
