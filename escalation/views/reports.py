"""What an affected person reports from their phone, with their private code."""

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns.access import CODE, policy
from campaigns.evidence import DiskFull
from campaigns.models import CaseParty
from escalation import incidents
from escalation.incident_forms import ReportForm
from escalation.views.status import with_party


@policy(CODE)
@require_http_methods(["GET", "HEAD", "POST"])
@with_party
def report_incident(request: HttpRequest, party: CaseParty) -> HttpResponse:
    form = ReportForm(
        request.POST or None, request.FILES or None, case=party.case, now=timezone.now()
    )
    if form.is_valid():
        try:
            incidents.report(party, **form.said())
        except DiskFull as full:
            form.add_error("files", full)
        else:
            told = _(
                "We have it. Only the people on your case see it. They answer here, or call you."
            )
            notices.success(request, told)
            return redirect("status_case")
    return render(request, "escalation/report_incident.html", {"form": form, "case": party.case})
