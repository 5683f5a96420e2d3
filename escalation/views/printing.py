"""Papers as PDF: for the street, for the phone, and the lists people tick by hand.

Whoever may see on a page what a paper holds may print it, and nobody else.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.access import LEAD, ORGANIZER, TEAM, fetch, policy
from campaigns.models import Case, CaseState
from escalation import (
    phone_script,
    phone_sheets,
    public_pages,
    publicity,
    roster_print,
    sign_in,
)
from escalation.models import Action, Meeting
from letters import pdf, poster_print, posters, sheets, signs
from letters.print_forms import PosterPrintForm


def _language(request: HttpRequest) -> str:
    """Return the language asked for, else the network's."""
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else request.network.language


def _copies(request: HttpRequest) -> int:
    asked = request.GET.get("copies", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 1
    return min(max(number, 1), sheets.MOST_COPIES)


def _printed(
    request: HttpRequest, draw: Callable[[], bytes], *, what: str, name: str, back: str
) -> HttpResponse:
    """Answer with the PDF, or with the page that says why it cannot be drawn."""
    try:
        content = draw()
    except pdf.LetterError as error:
        return _refused(request, what, str(error), back)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def _refused(
    request: HttpRequest, what: str, reason: str, back: str, *, undecided: Sequence[Case] = ()
) -> HttpResponse:
    context = {"move": what, "reason": reason, "back": back, "undecided": undecided}
    context["yes_noted_in"] = []
    return render(request, "escalation/action_refused.html", context)


# For the street: the team of a fight


@policy(TEAM)
@require_safe
def print_poster(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask how it is printed, then print the poster or the leaflets of a fight.

    They tell the story to strangers, so they ask what an action asks that does: the vote on
    publicity, and the yes of everyone affected. Picket signs tell no story: they wait for neither.
    """
    case = fetch(Case.objects.opened_to(request.user).select_related("target"), reference=reference)
    found, today = posters.of(case), timezone.localdate()
    is_open = case.state in CaseState.ACCEPTED
    back = reverse("poster", args=[reference]) if is_open else case.get_absolute_url()
    if reasons := posters.why_not_printed(found):
        return _refused(request, _("Print the poster"), " ".join(reasons), back)
    if reason := public_pages.why_not_public(case):
        undecided = [] if publicity.not_now(case) else [case]
        return _refused(request, _("Print the poster"), reason, back, undecided=undecided)
    data = request.GET if "on_a_sheet" in request.GET else None
    form = PosterPrintForm(data, group=request.network, today=today)
    if not form.is_valid():
        context = {"case": case, "form": form, "back": back}
        return render(request, "escalation/print_poster.html", context)
    wanted = dict(form.cleaned_data)
    day = wanted.pop("on")
    how = poster_print.Print(**wanted, **_leads_to(request, case))
    with translation.override(how.language):
        sheet = posters.sheet(found, group=request.network, today=day)
    kind = "poster" if how.on_a_sheet == 1 else "leaflets"
    return _printed(
        request,
        lambda: poster_print.poster(sheet, how=how),
        what=_("Print the poster"),
        name=f"{kind}-{today}",
        back=back,
    )


def _leads_to(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Return where the QR code leads: to the public page of the fight, else to who we are."""
    page = public_pages.call_of(case)
    path = reverse("public_page", args=[page.public_id]) if page else reverse("home")
    return {"address": request.build_absolute_uri(path), "tells_more": page is not None}


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def picket_signs(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask what the signs say, then print them. Nothing is kept, and no address holds the words."""
    case = fetch(Case.objects.opened_to(request.user).select_related("target"), reference=reference)
    if reason := public_pages.why_silent(case) or posters.why_quiet(case):
        return _refused(request, _("Picket signs"), reason, case.get_absolute_url())
    typed = request.POST if request.method == "POST" else None
    form = signs.SignsForm(typed, case=case, group=request.network)
    if form.is_valid():
        words = form.cleaned_data
        try:
            content = signs.draw(words["slogans"], language=words["language"], paper=words["paper"])
        except pdf.LetterError as error:
            form.add_error("slogans", str(error))
        else:
            name = f"signs-{timezone.localdate()}"
            return _printed(request, lambda: content, what="", name=name, back="")
    return render(request, "escalation/picket_signs.html", {"case": case, "form": form})


# For an action: those who run it


def _run_by(request: HttpRequest, public_id: UUID) -> Action:
    return fetch(Action.objects.run_by(request.user), public_id=public_id)


@policy(LEAD)
@require_safe
def print_phone_script(request: HttpRequest, public_id: UUID) -> HttpResponse:
    action, what = _run_by(request, public_id), _("What to say on the phone")
    back, language = reverse("action", args=[public_id]), _language(request)
    if reason := phone_script.why_not(action, now=timezone.now()):
        return _refused(request, what, reason, back)
    scripts, reasons = [], []
    for case in action.cases.select_related("target"):
        if reason := phone_script.why_not_about(case):
            reasons.append(f"{case.reference}: {reason}")
        else:
            scripts.append(phone_script.of(action, case, group=request.network, language=language))
    if not scripts:
        none = _("This action is for no fight yet. Say for which, then print the script.")
        return _refused(request, what, " ".join(reasons) or none, back)
    return _printed(
        request,
        lambda: phone_script.draw(scripts, language=language, paper=request.network.paper),
        what=what,
        name=f"phone-script-{action.day}",
        back=back,
    )


@policy(LEAD)
@require_safe
def print_roster(request: HttpRequest, public_id: UUID) -> HttpResponse:
    action, language = _run_by(request, public_id), _language(request)
    roster = roster_print.of(action, language=language)
    return _printed(
        request,
        lambda: roster_print.draw(roster, language=language, paper=request.network.paper),
        what=_("Roster"),
        name=f"roster-{action.day}",
        back=reverse("roster", args=[public_id]),
    )


@policy(LEAD)
@require_safe
def print_call_list(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Print whom to ask too, fifteen on a sheet, while there is something to ask for."""
    action, what = _run_by(request, public_id), _("Call list")
    now, language = timezone.now(), _language(request)
    back, network = reverse("contacts", args=[public_id]), request.network
    if reason := action.refusal(now):
        return _refused(request, what, reason, back)
    people = phone_sheets.calls(action, user=request.user, now=now, language=language)
    if not people:
        return _refused(request, what, _("Nobody is left to call: no phone is on the list."), back)
    return _printed(
        request,
        lambda: phone_sheets.draw(
            people, action, group=network.name, language=language, paper=network.paper
        ),
        what=what,
        name=f"call-list-{action.day}",
        back=back,
    )


@policy(LEAD)
@require_safe
def print_sign_in(request: HttpRequest, public_id: UUID) -> HttpResponse:
    action = _run_by(request, public_id)
    is_open = action.audience == Action.Audience.PUBLIC and not action.refusal(timezone.now())
    path = reverse("action_page", args=[public_id])
    address = request.build_absolute_uri(path) if is_open else ""
    sheet = sign_in.SignIn(request.network.name, action.day, address=address)
    return _sign_in(request, sheet, back=reverse("action", args=[public_id]))


@policy(ORGANIZER)
@require_safe
def print_meeting_sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(Meeting.objects.all(), pk=pk)
    day: dt.date = timezone.localdate(meeting.at)
    sheet = sign_in.SignIn(request.network.name, day, is_meeting=True)
    return _sign_in(request, sheet, back=reverse("meeting", args=[pk]))


def _sign_in(request: HttpRequest, sheet: sign_in.SignIn, *, back: str) -> HttpResponse:
    language, paper = _language(request), request.network.paper
    return _printed(
        request,
        lambda: sign_in.draw(sheet, language=language, paper=paper, copies=_copies(request)),
        what=_("Sign-in sheet"),
        name=f"sign-in-{sheet.day}",
        back=back,
    )
