"""The people of a case: those affected, those who act for them, and the target."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns import conflicts, sheet, targets
from campaigns.access import TEAM, fetch, policy
from campaigns.known import known_targets
from campaigns.models import Case, CaseParty, Target
from campaigns.party_forms import THEY_STAY, PartyForm, PersonForm
from campaigns.target_forms import TargetForm
from campaigns.views.case_pages import back_to, form_page


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def add_party(request: HttpRequest, reference: str) -> HttpResponse:
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    form = PersonForm(request.POST or None)
    party_form = PartyForm(request.POST or None, case=case)
    near = conflicts.near_target(case)
    if form.is_valid() and party_form.is_valid():
        person, party = form.save(commit=False), party_form.save(commit=False)
        sheet.add_party(case, person=person, party=party, by=request.user)
        if conflict := conflicts.about_person(near, person):
            messages.warning(request, conflict)
        return back_to(request, case, "people")
    return form_page(request, "add_party", case, form, party_form=party_form, near=near)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_party(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    party = fetch(_people_of(case), pk=pk)
    form = PersonForm(request.POST or None, instance=party.person)
    party_form = PartyForm(request.POST or None, instance=party, case=case)
    if form.is_valid() and party_form.is_valid():
        forms = {"person_form": form, "party_form": party_form}
        if sheet.change_party(party, **forms, by=request.user):
            return back_to(request, case, "people")
    form.outrun = form.outrun or party_form.outrun
    return form_page(request, "edit_party", case, form, party_form=party_form, party=party)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def remove_party(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    party = fetch(_people_of(case), pk=pk)
    if request.method == "POST":
        if sheet.remove_party(party, by=request.user):
            return back_to(request, case, "people", _("They are no longer part of this case."))
        messages.error(request, THEY_STAY)
        return redirect(f"{case.get_absolute_url()}#people")
    return render(request, "campaigns/remove_party.html", {"case": case, "party": party})


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_target(request: HttpRequest, reference: str) -> HttpResponse:
    cases = Case.objects.opened_to(request.user).select_related("target")
    case = fetch(cases, reference=reference)
    target = case.target or Target(language=request.network.language)
    form = TargetForm(request.POST or None, instance=target)
    if form.is_valid():
        if targets.change_target(case, form=form, by=request.user):
            return _back_from_target(request, case)
        if not form.outrun:
            form.add_error(
                None, _("Somebody else wrote the target down meanwhile. Look at theirs.")
            )
    others = target.cases.exclude(pk=case.pk).count() if target.pk else 0
    return form_page(request, "edit_target", case, form, others=others)


def _back_from_target(request: HttpRequest, case: Case) -> HttpResponse:
    """Lead back to the case, or to those we know already who resemble what was written."""
    rows = Case.objects.opened_to(request.user).select_related("target", "sheet")
    fresh = fetch(rows, pk=case.pk)
    if known_targets(fresh, request.user, country=request.network.country):
        messages.success(request, _("Saved. We may know them: look below."))
        return redirect("choose_target", case.reference)
    return back_to(request, case, "target")


def _people_of(case: Case) -> QuerySet[CaseParty]:
    return CaseParty.objects.filter(case=case, left_at=None).select_related("person", "case")
