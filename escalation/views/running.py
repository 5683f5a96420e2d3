"""What the pages of those who run an action share: fetch it, call a verb, say why not."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from campaigns import access
from escalation import publicity, step_voices
from escalation.actions import ActionRefused
from escalation.models import Action


def run_by(request: HttpRequest, public_id: UUID) -> Action:
    return access.fetch(Action.objects.run_by(request.user), public_id=public_id)


def typed(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def show_refusal(
    request: HttpRequest, move: str, reason: str, back: str, about: Action | None = None
) -> HttpResponse:
    undecided = publicity.undecided_in(about, user=request.user) if about else []
    context = {"move": move, "reason": reason, "back": back, "undecided": undecided}
    said = {"yes_missing": "", "yes_noted_in": []}
    context |= step_voices.on_page(about, user=request.user) if about else said
    context["action"] = about
    status = 409 if request.method == "POST" else 200
    return render(request, "escalation/action_refused.html", context, status=status)


def refusal_of(verb: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    """Call a verb and return why it refused, or an empty string when it is done."""
    try:
        verb(*args, **kwargs)
    except ActionRefused as refused:
        return str(refused)
    return ""
