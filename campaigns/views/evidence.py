"""Evidence: add a file, look at its working copy and its custody, and get the original."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import custody, evidence, sending, working_copies
from campaigns.access import TEAM, fetch, policy
from campaigns.evidence_forms import TeamEvidenceForm
from campaigns.models import Case, Evidence
from campaigns.views.case_pages import back_to, form_page


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def add_evidence(request: HttpRequest, reference: str) -> HttpResponse:
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    form = TeamEvidenceForm(request.POST or None, request.FILES or None, case=case)
    if form.is_valid():
        said = form.cleaned_data
        try:
            evidence.add_evidence(case, by=request.user, by_affected_person=False, **said)
            return back_to(request, case, "evidence")
        except evidence.DiskFull as full:
            form.add_error("file", full)
    return form_page(request, "add_evidence", case, form)


def _row(request: HttpRequest, reference: str, public_id: str) -> Evidence:
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    rows = Evidence.objects.opened_to(request.user).filter(case=case)
    people = ("case", "added_by", "added_by_party__person")
    return fetch(rows.select_related(*people), public_id=public_id)


def _note_opening(request: HttpRequest, row: Evidence) -> None:
    """Write down who opened it: a look at what people trusted us with is no small thing, so these
    pages write though they are only read."""
    if request.method == "GET":
        evidence.note_opening(row, by=request.user, now=timezone.now())


@policy(TEAM)
@require_safe
def evidence_page(request: HttpRequest, reference: str, public_id: str) -> HttpResponse:
    """Show the working copy of a file, drawn now if nobody has looked yet, and its custody."""
    row = _row(request, reference, public_id)
    _note_opening(request, row)
    working_copies.ensure(row)
    context = {
        "case": row.case,
        "file": row,
        "pages": range(1, row.copy_pages + 1),
        "custody": custody.steps(row),
        "can_draw": working_copies.can_draw(row.format),
        "is_missing": not row.file.storage.exists(row.file.name),
    }
    return render(request, "campaigns/evidence_page.html", context)


@policy(TEAM)
@require_safe
def evidence_picture(
    request: HttpRequest, reference: str, public_id: str, page: int
) -> HttpResponseBase:
    """Send a page of the working copy. It is a picture that we drew, so it may stand in a page."""
    row = _row(request, reference, public_id)
    if not 1 <= page <= row.copy_pages:
        raise Http404
    try:
        file = working_copies.path_of(row, page).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    _note_opening(request, row)
    return sending.guarded(FileResponse(file, content_type="image/jpeg"))


@policy(TEAM)
@require_safe
def evidence_file(request: HttpRequest, reference: str, public_id: str) -> HttpResponseBase:
    """Send the original, just as it came."""
    row = _row(request, reference, public_id)
    try:
        file = row.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    _note_opening(request, row)
    name = f"{row.case.reference}-{row.at:%Y-%m-%d}-{row.pk}.{row.format}"
    asked = request.headers.get("Range", "")
    return sending.as_answer(row, file, name=name, asked=asked)


@policy(TEAM)
@require_POST
def check_seal(request: HttpRequest, reference: str, public_id: str) -> HttpResponse:
    """Compare the original with the fingerprint taken when it came, and note what is found."""
    row = _row(request, reference, public_id)
    found = custody.check_seal(row, by=request.user)
    if found == custody.WHOLE:
        messages.success(request, _("The seal is whole. The file is just as it came."))
    elif found == custody.CHANGED:
        messages.error(
            request,
            _("The file is not what came. Do not use it. Whoever runs the server has back-ups."),
        )
    else:
        messages.error(
            request, _("The file is gone. Whoever runs the server can look in a back-up.")
        )
    return redirect("evidence_page", reference, public_id)
