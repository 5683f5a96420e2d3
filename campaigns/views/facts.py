"""The header and the sheet of a case."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from campaigns import sheet
from campaigns.access import TEAM, fetch, policy
from campaigns.case_forms import HeaderForm, SheetForm
from campaigns.models import Case, Sheet
from campaigns.views.case_pages import back_to, form_page


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_header(request: HttpRequest, reference: str) -> HttpResponse:
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    form = HeaderForm(request.POST or None, instance=case)
    saved = form.is_valid() and sheet.change_header(case, form=form, by=request.user)
    return back_to(request, case, "top") if saved else form_page(request, "edit_header", case, form)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_sheet(request: HttpRequest, reference: str) -> HttpResponse:
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    facts = fetch(Sheet.objects.select_related("case"), case=case)
    form = SheetForm(request.POST or None, instance=facts)
    saved = form.is_valid() and sheet.change_sheet(case, form=form, by=request.user)
    return (
        back_to(request, case, "facts") if saved else form_page(request, "edit_sheet", case, form)
    )
