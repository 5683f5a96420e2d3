"""The roster by its link: for a greeter at the kerb, without an account and without a signal.

Whoever has the link may tick, so no cookie gives leave and none is asked for: a forged form would
have to know the secret in the address. That also lets a phone send what it kept for hours.
"""

from typing import Any
from uuid import UUID, uuid4

import segno
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import access
from campaigns.access import LEAD, PUBLIC, policy
from escalation import roster, roster_links, roster_page, roster_sync
from escalation.models import Action, RosterLink
from escalation.sign_up_forms import TickForm, WalkInForm
from escalation.turnout import SignUpRefused


@policy(LEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def roster_link(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make a link for the kerb. Its address is in this answer and stored nowhere."""
    action, url = _run_by(request, public_id), ""
    if request.method == "POST":
        token = roster_links.make(action, by=request.user)
        url = request.build_absolute_uri(reverse("roster_by_link", args=[token]))
    context = {
        "action": action,
        "url": url,
        "qr": segno.make(url, error="m").svg_data_uri(scale=4, border=3, light="#fff")
        if url
        else "",
        "links": action.roster_links.open(timezone.now()).count(),
    }
    return render(request, "escalation/roster_link.html", context)


def _run_by(request: HttpRequest, public_id: UUID) -> Action:
    return access.fetch(Action.objects.run_by(request.user), public_id=public_id)


@policy(LEAD)
@require_POST
def end_roster_links(request: HttpRequest, public_id: UUID) -> HttpResponse:
    action = _run_by(request, public_id)
    roster_links.end(action, now=timezone.now())
    messages.success(request, _("No link opens this roster any more."))
    return redirect("roster", public_id)


@policy(PUBLIC)
@require_safe
def roster_by_link(request: HttpRequest, token: str) -> HttpResponse:
    try:
        action = _opened(token)
    except Http404:
        return _over(request)
    sought = roster_page.sought_in(request.GET)
    return _page(request, token, action, sought, WalkInForm(initial={"name": sought}))


def _opened(token: str) -> Action:
    links = RosterLink.objects.open(timezone.now()).of_token(token)
    return access.fetch(links.select_related("action")).action


def _over(request: HttpRequest) -> HttpResponse:
    """Say that the link is over, or never was, and let the phone forget what it kept for it."""
    return render(request, "escalation/roster_link_over.html", status=404)


def _page(
    request: HttpRequest,
    token: str,
    action: Action,
    sought: str,
    form: WalkInForm,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Draw the page. While nobody can be ticked it shows no name: nobody there needs one."""
    opened = request.GET.get("more", "")
    context: dict[str, Any] = roster_page.of(
        action, sought=sought, opened=opened, now=timezone.now()
    )
    context |= {"token": token, "walk_in_form": form, "problem": problem}
    return render(request, "escalation/roster_by_link.html", context, status=status)


@csrf_exempt
@policy(PUBLIC)
@require_POST
def mark_came_by_link(request: HttpRequest, token: str) -> HttpResponse:
    action, sought, form = (
        _opened(token),
        roster_page.sought_in(request.POST),
        TickForm(request.POST),
    )
    if not form.is_valid():
        problem = _("We could not tell who that was. Tap the name again.")
        return _page(request, token, action, sought, WalkInForm(), problem, status=400)
    now = timezone.now()
    try:
        roster.tick(action, roster.Tick(key=uuid4(), at=now, **form.said()), by=None, now=now)
    except SignUpRefused as refused:
        return _page(request, token, action, sought, WalkInForm(), str(refused), status=409)
    return redirect(f"{reverse('roster_by_link', args=[token])}#row{form.said()['row']}")


@csrf_exempt
@policy(PUBLIC)
@require_POST
def add_walk_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    action, form = _opened(token), WalkInForm(request.POST)
    if not form.is_valid():
        return _page(request, token, action, "", form)
    try:
        row = roster.add_walk_in(action, by=None, now=timezone.now(), **form.cleaned_data)
    except SignUpRefused as refused:
        return _page(request, token, action, "", form, str(refused), status=409)
    return redirect(f"{reverse('roster_by_link', args=[token])}#row{row.pk}")


@csrf_exempt
@policy(PUBLIC)
@require_POST
def send_ticks(request: HttpRequest, token: str) -> HttpResponse:
    """Take what a phone kept, and tell it how the roster stands."""
    action, now = _opened(token), timezone.now()
    try:
        sent = roster_sync.read(request.body, now=now)
    except roster_sync.Unreadable:
        return JsonResponse({}, status=400)
    return JsonResponse(roster_sync.take(action, sent, now=now))


@policy(PUBLIC)
@require_safe
def roster_worker(request: HttpRequest, token: str) -> HttpResponse:
    """Send the script that keeps this one page on the phone. Lying below the page's own address,
    it can reach no other page."""
    _opened(token)
    script = finders.find("roster-worker.js")
    with open(script, "rb") as file:
        return HttpResponse(file.read(), content_type="text/javascript; charset=utf-8")
