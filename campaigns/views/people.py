"""The network's own page, its people, invitations, duty and settings."""

from copy import copy

from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import duties, first_day
from campaigns import people as accounts
from campaigns.access import ACCOUNT, ORGANIZER, PUBLIC, fetch, policy
from campaigns.models import Duty, Invitation, User
from campaigns.models.people import token_hash
from campaigns.people_forms import (
    AccountForm,
    DutyForm,
    GroupForm,
    InviteForm,
    MySettingsForm,
)

FORM_METHODS = ["GET", "HEAD", "POST"]


@policy(ORGANIZER)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    now, today = timezone.now(), timezone.localdate()
    everybody = list(accounts.with_workload(today=today))
    waiting = Invitation.objects.waiting_for(request.user, now=now)
    context = {
        "people": everybody,
        "on_duty": [p for p in everybody if p.duties_today and not p.is_resting(today)],
        "my_duty": next((d for p in everybody if p == request.user for d in p.duties_today), None),
        "invitations": Invitation.objects.open(now).select_related("invited_by", "seconded_by"),
        "may_second": {invitation.pk for invitation in waiting},
        "duty_form": DutyForm(),
        "is_first_day": first_day.is_on(),
        "tell_url": request.build_absolute_uri(reverse("tell")),
    }
    return render(request, "campaigns/people.html", context)


@policy(ORGANIZER)
@require_http_methods(FORM_METHODS)
def invite(request: HttpRequest) -> HttpResponse:
    """Show the link in the very answer: it is stored nowhere, so there is no second time."""
    # Until there are three, an organizer is what is missing.
    is_first_day = first_day.is_on()
    likely = User.Role.ORGANIZER if is_first_day else User.Role.MEMBER
    form = InviteForm(request.POST or None, initial={"role": likely})
    context = {"form": form, "is_first_day": is_first_day}
    if request.method == "POST" and form.is_valid():
        invitation, token = accounts.invite(**form.cleaned_data, by=request.user)
        path = reverse("accept_invitation", args=[token])
        context |= {"invitation": invitation, "link": request.build_absolute_uri(path)}
    return render(request, "campaigns/invite.html", context)


@policy(ORGANIZER)
@require_POST
def second_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    waiting = Invitation.objects.waiting_for(request.user, now=timezone.now())
    invitation = fetch(waiting, pk=pk)
    if accounts.second(invitation, by=request.user):
        text = _("The invitation for %(name)s works now.") % {"name": invitation.name}
        messages.success(request, text)
    return redirect("people")


@policy(ORGANIZER)
@require_POST
def withdraw_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = fetch(Invitation.objects.open(now=timezone.now()), pk=pk)
    accounts.withdraw_invitation(invitation)
    text = _("The invitation for %(name)s is withdrawn. Its link does not work any more.")
    messages.success(request, text % {"name": invitation.name})
    return redirect("people")


@policy(PUBLIC)
@require_http_methods(FORM_METHODS)
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Make the account. Opening the link changes nothing: mail programs open links too."""
    now = timezone.now()
    invitation = fetch(Invitation.objects.open(now), token_hash=token_hash(token))
    form = AccountForm(request.POST or None, initial={"your_name": invitation.name})
    if request.method == "POST" and invitation.is_seconded and form.is_valid():
        try:
            user = accounts.accept(token, **form.account())
        except accounts.InvitationGone:
            raise Http404 from None
        except accounts.EmailTaken:
            form.say_email_is_taken()
        else:
            return perform_login(
                request, user, email_verification="none", redirect_url=reverse("today")
            )
    context = {"form": form, "invitation": invitation}
    return render(request, "campaigns/accept_invitation.html", context)


@policy(ORGANIZER)
@require_POST
def take_duty(request: HttpRequest) -> HttpResponse:
    form = DutyForm(request.POST)
    if form.is_valid():
        days = form.cleaned_data["days"]
        duties.take(Duty.Kind.INTAKE, days=days, by=request.user, today=timezone.localdate())
        messages.success(request, _("You are on intake duty. New intakes show under Today."))
    else:
        messages.error(request, _("Choose for how many days."))
    return redirect("people")


@policy(ORGANIZER)
@require_POST
def end_duty(request: HttpRequest) -> HttpResponse:
    duties.end(Duty.Kind.INTAKE, by=request.user, today=timezone.localdate())
    messages.success(request, _("Your intake duty has ended."))
    return redirect("people")


@policy(ORGANIZER)
@require_http_methods(FORM_METHODS)
def settings(request: HttpRequest) -> HttpResponse:
    form = GroupForm(request.POST or None, instance=copy(request.network))
    if request.method == "POST" and form.is_valid() and form.save_if_unchanged():
        messages.success(request, _("The settings are saved."))
        return redirect("settings")
    return render(request, "campaigns/settings.html", {"form": form})


@policy(ACCOUNT)
@require_http_methods(FORM_METHODS)
def my_settings(request: HttpRequest) -> HttpResponse:
    form = MySettingsForm(request.POST or None, instance=copy(request.user))
    if request.method == "POST" and form.is_valid():
        form.instance.save(update_fields=form.Meta.fields)
        messages.success(request, _("Saved."))
        return redirect("my_settings")
    return render(request, "campaigns/my_settings.html", {"form": form})
