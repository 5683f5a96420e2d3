"""Private codes: give one to a person of a case, or a new one in the place of a lost one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from campaigns import private_code
from campaigns.access import TEAM, fetch, policy
from campaigns.models import Case


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def give_code(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Show the code in the very answer: it is stored nowhere, so there is no second time."""
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    party = fetch(case.parties.present().select_related("person"), pk=pk)
    context = {"case": case, "party": party, "has_code": bool(party.code_hash)}
    if request.method == "POST":
        code = private_code.give(party, by=request.user)
        groups = private_code.groups(code)
        context |= {
            "groups": groups,
            "spoken": [(group, private_code.spoken(group)) for group in groups],
            "link": request.build_absolute_uri(reverse("open_status", args=[code])),
            "status_url": request.build_absolute_uri(reverse("status")),
        }
    return render(request, "campaigns/give_code.html", context)
