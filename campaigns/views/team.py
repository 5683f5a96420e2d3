"""Who carries a case."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns import conflicts, legal, loads, team
from campaigns.access import ORGANIZER, TEAM, fetch, policy
from campaigns.case_forms import LegalForm, TeamForm
from campaigns.models import Case, TeamMembership, User
from campaigns.views.case_pages import back_to, form_page


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def add_to_team(request: HttpRequest, reference: str) -> HttpResponse:
    case = fetch(Case.objects.of_team(request.user), reference=reference)
    form = TeamForm(request.POST or None, case=case)
    if form.is_valid():
        user = form.cleaned_data["user"]
        team.join(case, user=user, by=request.user)
        _warn(request, case, user)
        text = _("%(name)s is on the team and can open this file.") % {"name": user.name}
        return back_to(request, case, "top", text)
    near = conflicts.near_target(case)
    said = conflicts.among(form.fields["user"].queryset, near) if near else []
    return form_page(request, "add_to_team", case, form, conflicts=said)


def _warn(request: HttpRequest, case: Case, user: User) -> None:
    """Say what speaks against it, after the fact: people decide, and can leave again."""
    for _user, sentence in conflicts.among([user], conflicts.near_target(case)):
        messages.warning(request, sentence)
    who = {"by": request.user, "group": request.network}
    for sentence in loads.before_one_more(case, [user], **who):
        messages.warning(request, sentence)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def name_for_legal(request: HttpRequest, reference: str) -> HttpResponse:
    """Show who of the team may open its legal papers; whoever may can name others."""
    case = fetch(Case.objects.of_team(request.user), reference=reference)
    may_name = legal.may_name(case, request.user)
    form = LegalForm(request.POST or None, case=case)
    if may_name and form.is_valid():
        user = form.cleaned_data["user"]
        legal.let_open(case, user=user, by=request.user)
        messages.success(request, _("%(name)s can open the legal papers.") % {"name": user.name})
        return redirect("name_for_legal", reference)
    context = {"named": legal.named(case), "may_name": may_name}
    return form_page(request, "name_for_legal", case, form, **context)


@policy(ORGANIZER)
@require_POST
def join_team(request: HttpRequest, reference: str) -> HttpResponse:
    """Take over a case that nobody can open any more, or whose team offers a place during a break.
    Any other team adds people itself."""
    joinable = Case.objects.listed_for(request.user).open_to_join(timezone.localdate())
    case = fetch(joinable, reference=reference)
    team.join(case, user=request.user, by=request.user)
    _warn(request, case, request.user)
    return back_to(request, case, "top", _("You are on the team now. Add somebody else too."))


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def leave_team(request: HttpRequest, reference: str) -> HttpResponse:
    case = fetch(Case.objects.of_team(request.user), reference=reference)
    others = TeamMembership.objects.current().filter(case=case).exclude(user=request.user)
    if request.method == "POST":
        if team.leave(case, user=request.user, by=request.user):
            messages.success(
                request, _("You are no longer on the team of %(case)s.") % {"case": case}
            )
            return redirect("today")
        messages.error(request, _("You are the last one on this team. Add somebody first."))
        return redirect("add_to_team", reference=case.reference)
    return render(request, "campaigns/leave_team.html", {"case": case, "others": others.count()})
