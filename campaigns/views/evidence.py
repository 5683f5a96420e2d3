"""Evidence: add a file, and get it back."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import evidence
from campaigns.access import TEAM, fetch, policy
from campaigns.evidence_forms import EvidenceForm
from campaigns.models import Case, Evidence
from campaigns.views.case_pages import back_to, form_page


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def add_evidence(request: HttpRequest, reference: str) -> HttpResponse:
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        evidence.add_evidence(case, by=request.user, by_affected_person=False, **form.cleaned_data)
        return back_to(request, case, "evidence")
    return form_page(request, "add_evidence", case, form)


@policy(TEAM)
@require_safe
def evidence_file(request: HttpRequest, reference: str, public_id: str) -> FileResponse:
    """Send the file to be kept, never to be opened in the page: it came from anybody."""
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    row = fetch(Evidence.objects.filter(case=case), public_id=public_id)
    try:
        file = row.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    name = f"{case.reference}-{row.at:%Y-%m-%d}-{row.pk}.{row.format}"
    response = FileResponse(
        file, as_attachment=True, filename=name, content_type="application/octet-stream"
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response
