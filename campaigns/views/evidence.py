"""Evidence: add a file, and get it back."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import evidence, sending
from campaigns.access import TEAM, fetch, policy
from campaigns.evidence_forms import TeamEvidenceForm
from campaigns.models import Case, Evidence
from campaigns.views.case_pages import back_to, form_page


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def add_evidence(request: HttpRequest, reference: str) -> HttpResponse:
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    form = TeamEvidenceForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        evidence.add_evidence(case, by=request.user, by_affected_person=False, **form.cleaned_data)
        return back_to(request, case, "evidence")
    return form_page(request, "add_evidence", case, form)


@policy(TEAM)
@require_safe
def evidence_file(request: HttpRequest, reference: str, public_id: str) -> HttpResponseBase:
    """Send a file and write down who opened it: a look at what people trusted us with is no small
    thing, so this one page writes though it is only read."""
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    row = fetch(Evidence.objects.opened_to(request.user).filter(case=case), public_id=public_id)
    try:
        file = row.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    if request.method == "GET":
        evidence.note_opening(row, by=request.user, now=timezone.now())
    name = f"{case.reference}-{row.at:%Y-%m-%d}-{row.pk}.{row.format}"
    asked = request.headers.get("Range", "")
    return sending.as_answer(row, file, name=name, asked=asked)
