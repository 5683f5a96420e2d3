"""Adding somebody known as a walk-in, and saying later who a walk-in was."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns import access
from campaigns.access import LEAD, policy
from escalation import walk_ins
from escalation.models import Action, SignUp
from escalation.sign_up_forms import KnownForm
from escalation.turnout import SignUpRefused


@policy(LEAD)
@require_POST
def add_known(request: HttpRequest, public_id: UUID) -> HttpResponse:
    action, form = _run_by(request, public_id), KnownForm(request.POST)
    who = form.is_valid() and _chosen(request, action)
    if not who:
        messages.warning(
            request, _("Look whether this name is on the roster. If not, type it below.")
        )
        return redirect("roster", public_id)
    key = form.cleaned_data["form_key"]
    try:
        row = walk_ins.add(action, who, by=request.user, form_key=key, now=timezone.now())
    except SignUpRefused as refused:
        messages.warning(request, str(refused))
        return redirect("roster", public_id)
    messages.success(request, _("%(name)s is on the roster.") % {"name": row.name})
    return _back_to(action, row)


def _run_by(request: HttpRequest, public_id: UUID) -> Action:
    return access.fetch(Action.objects.run_by(request.user), public_id=public_id)


def _chosen(request: HttpRequest, action: Action) -> walk_ins.Known | None:
    return walk_ins.chosen(action, user=request.user, value=request.POST.get("who", ""))


def _back_to(action: Action, row: SignUp) -> HttpResponse:
    query = urlencode({"more": row.pk})
    return redirect(f"{reverse('roster', args=[action.public_id])}?{query}#row{row.pk}")


@policy(LEAD)
@require_POST
def say_who(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Join a walk-in with somebody known, or part them again where nobody is chosen."""
    action = _run_by(request, public_id)
    row = _walk_in(request, action)
    who = _chosen(request, action)
    if not request.POST.get("who"):
        walk_ins.unlink(row)
    elif who is None:
        messages.warning(request, _("This name is on the roster already. Choose another."))
    else:
        try:
            walk_ins.say_who(row, who)
        except SignUpRefused as refused:
            messages.warning(request, str(refused))
    return _back_to(action, row)


def _walk_in(request: HttpRequest, action: Action) -> SignUp:
    rows = action.sign_ups.filter(is_walk_in=True)
    return access.fetch(rows, pk=request.POST.get("row", ""))


@policy(LEAD)
@require_POST
def take_off_walk_in(request: HttpRequest, public_id: UUID) -> HttpResponse:
    action = _run_by(request, public_id)
    row = _walk_in(request, action)
    if not walk_ins.take_off(row):
        messages.warning(
            request, _("%(name)s is ticked. Undo the tick first.") % {"name": row.name}
        )
        return _back_to(action, row)
    messages.success(request, _("%(name)s is off the list.") % {"name": row.name})
    return redirect("roster", public_id)
