"""The case file, its header for organizers who are not on the team, and the whole timeline."""

import datetime as dt

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns import conflicts, known_people
from campaigns.access import TEAM, fetch, policy
from campaigns.known import known_targets
from campaigns.models import Case, CaseState, LogEntry, User
from campaigns.models.log import reason_label
from escalation import case_page, ladder, offered
from escalation.models import CaseLifecycle
from escalation.models.compiled import compiled

PER_PAGE = 100


@policy(TEAM)
@require_safe
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the file to its team, and to whoever is on duty while nobody has taken it; to other
    organizers no more than the header."""
    cases = CaseLifecycle.objects.listed_for(request.user).with_facts_for(request.user)
    cases = cases.annotate(**known_people.annotations(request.user))
    cases = cases.annotate(**compiled(Case, conflicts.facts_near))
    cases, now = cases.with_carriers(timezone.localdate()), timezone.now()
    found = fetch(cases, reference=reference)
    if found.forgotten_at:
        left = {"case": found, "reason": reason_label(found.close_reason)}
        return render(request, "escalation/case_forgotten.html", left)
    team = case_page.team_of(found)
    if found.is_untaken or request.user in team:
        contents = case_page.contents(found, team=team, group=request.network, now=now)
        if not request.user.is_organizer:
            contents["choice"] = contents["choice"].of_a_member()
        if contents["is_early"]:
            country = request.network.country
            contents["known"] = known_targets(found, request.user, country=country)
        return render(request, "escalation/case.html", contents)
    context = {
        "case": found,
        "rungs": ladder.steps(found),
        "team": team,
        "next_step": offered.next_step(found),
        "may_join": _offers_a_place(found, team, timezone.localdate(now)),
        "shows_target": found.is_accepted or found.state in CaseState.CLOSED_TAKEN,
    }
    return render(request, "escalation/case_header.html", context)


def _offers_a_place(case: Case, team: list[User], today: dt.date) -> bool:
    """Say whether somebody of the team takes a break and lets others join meanwhile."""
    offered = Case.objects.open_to_join(today).filter(pk=case.pk)
    return any(user.is_resting(today) for user in team) and offered.exists()


@policy(TEAM)
@require_safe
def case_timeline(request: HttpRequest, reference: str) -> HttpResponse:
    found = fetch(CaseLifecycle.objects.opened_to(request.user), reference=reference)
    entries = LogEntry.objects.to_read().filter(case=found)
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "escalation/case_timeline.html", {"case": found, "page": page})
