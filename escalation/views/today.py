"""Today: the first page of everybody who has an account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns import first_day
from campaigns.access import ACCOUNT, policy
from escalation import todo, todo_meetings


@policy(ACCOUNT)
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    context = {
        "items": todo.items_for(request.user, now=now),
        "just_done": todo_meetings.just_done(request.user, now),
        "now": now,
        "is_first_day": request.user.is_organizer and first_day.is_on(),
        "resting": request.user.is_resting(timezone.localdate(now)),
    }
    return render(request, "escalation/today.html", context)
