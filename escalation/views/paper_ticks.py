"""The ticks of a printed roster, typed in at home."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns import access
from campaigns.access import LEAD, policy
from escalation import paper_ticks, roster_print
from escalation.models import Action, SignUp
from escalation.sign_up_forms import PaperForm
from escalation.turnout import SignUpRefused


@policy(LEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def enter_ticks(request: HttpRequest, public_id: UUID) -> HttpResponse:
    action = access.fetch(Action.objects.run_by(request.user), public_id=public_id)
    rows = roster_print.rows(action)
    form = PaperForm(request.POST if request.method == "POST" else None, rows=rows)
    if not form.is_valid():
        return _page(request, action, rows, form)
    now = timezone.now()
    if refusal := action.roster_refusal(now):
        return _page(request, action, rows, form, refusal=refusal, status=409)
    try:
        entered = paper_ticks.enter(action, by=request.user, now=now, **form.said())
    except SignUpRefused as refused:
        return _page(request, action, rows, form, refusal=str(refused), status=409)
    if entered.asked:
        fresh = roster_print.rows(action)
        return _page(request, action, fresh, form, asked=entered.asked, status=409)
    words = {"ticked": entered.ticked, "known": entered.known, "walk_ins": entered.walk_ins}
    text = _("Ticked now: %(ticked)s. Ticked before: %(known)s. Walk-ins: %(walk_ins)s.")
    messages.success(request, text % words)
    return redirect("roster", public_id)


def _page(
    request: HttpRequest,
    action: Action,
    rows: list[SignUp],
    form: PaperForm,
    *,
    refusal: str = "",
    asked: list[SignUp] | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "action": action,
        "form": form,
        "lines": [(row, row.came or str(row.pk) in form.typed()) for row in rows],
        "told": " ".join(str(row.pk) for row in rows if row.how == SignUp.How.TOLD),
        "refusal": refusal or action.roster_refusal(timezone.now()),
        "asked": asked or [],
    }
    return render(request, "escalation/enter_ticks.html", context, status=status)
