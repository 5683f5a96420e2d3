"""How many came, by month: numbers for every member."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.access import ACCOUNT, policy
from escalation import turnout_charts


@policy(ACCOUNT)
@require_safe
def turnout_by_month(request: HttpRequest) -> HttpResponse:
    context = {"chart": turnout_charts.by_month(timezone.now())}
    return render(request, "escalation/turnout_by_month.html", context)
