"""Places we refer people to: the list, and what of a case may be passed on to them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import hand_over
from campaigns import places as verbs
from campaigns.access import ACCOUNT, ORGANIZER, TEAM, fetch, policy
from campaigns.models import Case, Place
from campaigns.place_forms import PlaceForm


@policy(ACCOUNT)
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    return render(request, "campaigns/places.html", {"places": Place.objects.offered()})


@policy(ORGANIZER)
@require_http_methods(["GET", "HEAD", "POST"])
def add_place(request: HttpRequest) -> HttpResponse:
    form = PlaceForm(request.POST or None)
    if form.is_valid():
        place = verbs.add_place(form_key=form.key(), **form.facts())
        messages.success(request, _("%(name)s is on the list.") % {"name": place})
        return redirect("places")
    return render(request, "campaigns/place_form.html", {"form": form})


@policy(ORGANIZER)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_place(request: HttpRequest, pk: int) -> HttpResponse:
    place = fetch(Place.objects.offered(), pk=pk)
    form = PlaceForm(request.POST or None, instance=place)
    if form.is_valid() and form.save_if_unchanged():
        messages.success(request, _("Saved."))
        return redirect("places")
    status = 409 if form.outrun else 200
    context = {"form": form, "place": place}
    return render(request, "campaigns/place_form.html", context, status=status)


@policy(ORGANIZER)
@require_POST
def remove_place(request: HttpRequest, pk: int) -> HttpResponse:
    place = fetch(Place.objects.all(), pk=pk)
    verbs.remove_place(place)
    messages.success(request, _("%(name)s is off the list.") % {"name": place})
    return redirect("places")


@policy(TEAM)
@require_safe
def case_places(request: HttpRequest, reference: str) -> HttpResponse:
    """Show where the people of a case can turn to, each a tap away."""
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    agreed = list(verbs.handed_to(case))
    fitting = [place for place in Place.objects.fitting(case.kind) if place not in agreed]
    context = {"case": case, "places": fitting, "agreed": agreed}
    return render(request, "campaigns/case_places.html", context)


@policy(TEAM)
@require_POST
def agree_hand_over(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    place = fetch(Place.objects.fitting(case.kind), pk=pk)
    if request.POST.get("agreed"):
        verbs.agree_to_hand_over(case, [place], by=request.user)
        messages.success(request, _("Noted. Now you can print the sheet for them."))
    else:
        messages.error(request, _("Tick that they agreed. Without their yes nothing is passed on."))
    return redirect("case_places", reference)


@policy(TEAM)
@require_safe
def hand_over_sheet(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Show the sheet to be printed, where the people affected agreed that this place gets it."""
    cases = Case.objects.opened_to(request.user).select_related("sheet", "target")
    case = fetch(cases, reference=reference)
    place = fetch(verbs.handed_to(case), pk=pk)
    context = {"case": case, "place": place} | hand_over.contents(case, group=request.network)
    return render(request, "campaigns/hand_over_sheet.html", context)
