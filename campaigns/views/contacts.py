"""Talking with the person: log it, write to them, hold the first meeting."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns import contacts, messages
from campaigns.access import TEAM, fetch, policy
from campaigns.case_forms import ContactForm, MeetingHeldForm
from campaigns.models import Case, Contact, InitialMeeting
from campaigns.party_forms import MessageForm
from campaigns.views.case_pages import back_to, form_page


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def log_contact(request: HttpRequest, reference: str) -> HttpResponse:
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    asked = {"purpose": request.GET.get("purpose", Contact.Purpose.CASE)}
    form = ContactForm(request.POST or None, now=timezone.now(), initial=asked)
    if form.is_valid():
        with form.once(case) as is_first:
            if is_first:
                contacts.log_contact(case, by=request.user, **form.cleaned_data)
        return back_to(request, case, "timeline")
    people = case.parties.filter(left_at=None).select_related("person")
    return form_page(request, "log_contact", case, form, people=people)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def message_person(request: HttpRequest, reference: str) -> HttpResponse:
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    form = MessageForm(request.POST or None, case=case, initial={"to": request.GET.get("to")})
    if form.is_valid():
        text = form.cleaned_data["text"]
        with form.once(case) as is_first:
            if is_first:
                messages.write_to_person(case, text=text, by=request.user, party=form.party)
        return back_to(
            request, case, "messages", _("Saved. They read it when they next open their case.")
        )
    return form_page(request, "message_person", case, form, people=form.people)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def hold_meeting(request: HttpRequest, reference: str) -> HttpResponse:
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    meeting = fetch(InitialMeeting.objects.select_related("case"), case=case)
    if meeting.held_on:
        return redirect(f"{case.get_absolute_url()}#people")
    form = MeetingHeldForm(request.POST or None, meeting=meeting, by=request.user)
    if form.is_valid():
        contacts.hold_meeting(meeting, by=request.user, **form.cleaned_data)
        return back_to(request, case, "people", _("Saved. Now fill in the case sheet."))
    return form_page(request, "hold_meeting", case, form, meeting=meeting)
