"""How many came, by month: numbers for every member."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.access import ACCOUNT, policy
from escalation import turnout_charts
from escalation.models import Action
from escalation.periods import Period


@policy(ACCOUNT)
@require_safe
def turnout_by_month(request: HttpRequest) -> HttpResponse:
    context = {"chart": turnout_charts.by_month(timezone.now())}
    return render(request, "escalation/turnout_by_month.html", context)


@policy(ACCOUNT)
@require_safe
def actions_of_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """List the actions that were held in a month: those its bar counts."""
    try:
        period = Period.month(dt.date(year, month, 1))
    except (ValueError, OverflowError):
        raise Http404 from None
    first, after = period.moments
    held = Action.objects.filter(state__in=Action.State.over())
    seen = held.visible_to(request.user).with_turnout().marked_for(request.user)
    context = {
        "now": timezone.now(),
        "period": period,
        "actions": seen.filter(starts_at__gte=first, starts_at__lt=after).order_by(
            "starts_at", "pk"
        ),
    }
    return render(request, "escalation/actions_of_month.html", context)
