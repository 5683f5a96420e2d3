"""What is ahead for one person, by day."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.access import ACCOUNT, policy
from escalation.dates import DAYS_SHOWN, entries_for


@policy(ACCOUNT)
@require_safe
def dates(request: HttpRequest) -> HttpResponse:
    now, currency = timezone.now(), request.network.currency
    entries = entries_for(request.user, now=now, currency=currency)
    context = {"entries": entries, "days_shown": DAYS_SHOWN, "now": now}
    return render(request, "escalation/dates.html", context)
