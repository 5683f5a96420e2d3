"""The people an organizer may know of, who of them told us before, and joining two records."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import known_people as told_before
from campaigns import people_merge
from campaigns.access import ORGANIZER, TEAM, fetch, policy
from campaigns.models import Case
from escalation import known_people as known
from escalation.people_forms import JoinForm


@policy(ORGANIZER)
@require_safe
def known_people(request: HttpRequest) -> HttpResponse:
    mine = list(known.joined_by(request.user))
    context = {
        "people": list(known.known_to(request.user)),
        "mine": mine,
        "doubles": list(known.doubles(mine)),
        "merges": list(known.merges_of(request.user)),
    }
    return render(request, "escalation/known_people.html", context)


@policy(ORGANIZER)
@require_http_methods(["GET", "HEAD", "POST"])
def join_people(request: HttpRequest) -> HttpResponse:
    """Show what joining two records would do; join them when it is sent."""
    mine = known.joined_by(request.user)
    keep = fetch(mine, pk=request.GET.get("keep", ""))
    other = fetch(mine, pk=request.GET.get("other", ""))
    refused = people_merge.why_not(keep, other)
    typed = request.POST if request.method == "POST" else None
    form = JoinForm(typed, keep=keep, other=other)
    if request.method == "POST" and not refused and form.is_valid():
        try:
            people_merge.merge_persons(keep, other, by=request.user, take=form.take())
        except people_merge.MergeRefused as error:
            refused = str(error)
        else:
            messages.success(request, _("Joined. You can take it back here."))
            return redirect("known_people")
    context = {"keep": keep, "other": other, "form": form, "refused": refused}
    status = 409 if refused else 200
    return render(request, "escalation/join_people.html", context, status=status)


@policy(ORGANIZER)
@require_POST
def undo_join(request: HttpRequest, pk: int) -> HttpResponse:
    merge = fetch(known.merges_of(request.user), pk=pk)
    try:
        people_merge.undo_merge(merge, by=request.user)
    except people_merge.MergeRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("They are two records again."))
    return redirect("known_people")


@policy(TEAM)
@require_safe
def case_known(request: HttpRequest, reference: str) -> HttpResponse:
    """List the other cases in which somebody has the phone or e-mail of somebody of this one."""
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    rows = told_before.known_people(case, request.user)
    people = {party.person_id for row in rows for party in (row.here, row.there)}
    mine = known.joined_by(request.user).filter(pk__in=people).order_by()
    may_join = set(mine.values_list("pk", flat=True)) if request.user.is_organizer else set()
    context = {"case": case, "rows": rows, "may_join": may_join}
    return render(request, "escalation/case_known.html", context)
