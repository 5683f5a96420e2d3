"""Calendar files: one action for whoever may see it, and the private feed of a person."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import access
from campaigns.access import ACCOUNT, PUBLIC, policy
from escalation import calendars
from escalation.models import Action, CalendarFeed


@policy(PUBLIC)
@require_safe
def action_calendar(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Send one action, also a cancelled one: the phone then takes it off by itself."""
    rows = Action.objects.announced()
    if not request.user.is_authenticated:
        rows = rows.filter(audience=Action.Audience.PUBLIC)
    action = access.fetch(rows, public_id=public_id)
    return _file(calendars.of_action(action, group=request.network, now=timezone.now()), "action")


@policy(ACCOUNT)
@require_http_methods(["GET", "HEAD", "POST"])
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """Give somebody an address for the calendar of their phone. It is shown this once."""
    today = timezone.localdate()
    url = ""
    if request.method == "POST":
        token = calendars.make_feed(request.user, today=today)
        url = request.build_absolute_uri(reverse("calendar_of_person", args=[token]))
    context = {"feed": calendars.feed_of(request.user), "url": url}
    return render(request, "escalation/calendar_feed.html", context)


@policy(ACCOUNT)
@require_POST
def end_calendar_feed(request: HttpRequest) -> HttpResponse:
    calendars.end_feed(request.user)
    return redirect("calendar_feed")


@policy(PUBLIC)
@require_safe
@never_cache
def calendar_of_person(request: HttpRequest, token: str) -> HttpResponse:
    """Send the dates of whoever the secret belongs to. The day is noted, once a day."""
    today = timezone.localdate()
    rows = CalendarFeed.objects.of_token(token, today=today).select_related("user")
    found = access.fetch(rows)
    with translation.override(found.user.language):
        body = calendars.of_person(found.user, group=request.network, now=timezone.now())
    if request.method == "GET":
        calendars.note_read(found, today=today)
    return _file(body, "dates")


def _file(body: bytes, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response
