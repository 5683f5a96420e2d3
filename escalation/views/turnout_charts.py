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
    now, (first, after) = timezone.now(), period.moments
    held = Action.objects.filter(state__in=Action.State.over()).visible_to(request.user)
    found = held.filter(starts_at__gte=first, starts_at__lt=after).with_turnout()
    seen = found.marked_for(request.user).marked_undecided(now).order_by("starts_at", "pk")
    context = {"now": now, "period": period, "actions": seen}
    return render(request, "escalation/actions_of_month.html", context)
