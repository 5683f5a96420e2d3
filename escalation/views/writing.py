"""Writing to some of those who signed up for an action, each alone."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns import access
from campaigns.access import LEAD, policy
from escalation import writing_to
from escalation.models import Action


@policy(LEAD)
@require_safe
def write_to_people(request: HttpRequest, public_id: UUID) -> HttpResponse:
    action = access.fetch(Action.objects.run_by(request.user), public_id=public_id)
    now, which = timezone.now(), request.GET.get("to", "")
    if which not in writing_to.WHICH:
        which = writing_to.NOT_HERE if now >= action.starts_at else "yes"
    refusal, site = writing_to.why_not(action, which, now=now), request.build_absolute_uri("/")[:-1]
    said = {"user": request.user, "group": request.network, "site": site}
    context = {
        "action": action,
        "which": which,
        "choices": [(key, each.label) for key, each in writing_to.WHICH.items()],
        "refusal": refusal,
        "people": [] if refusal else writing_to.people(action, which, **said),
    }
    return render(request, "escalation/write_to_people.html", context)
