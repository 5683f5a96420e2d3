"""Splitting the phone tree of an action, who stands on the tree, and how one is asked oneself."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import access
from campaigns.access import ACCOUNT, LEAD, ORGANIZER, policy
from campaigns.search import folded
from escalation import call_page, calling, phone_tree
from escalation.call_forms import AskAgainForm, CallersForm, MyTreeForm, TreeForm
from escalation.models import Action, Caller, OptOut, TreeEntry

FORM_METHODS = ["GET", "HEAD", "POST"]


def _typed(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


# For those who run an action


def _run_by(request: HttpRequest, public_id: UUID) -> Action:
    return access.fetch(Action.objects.run_by(request.user), public_id=public_id)


@policy(LEAD)
@require_http_methods(FORM_METHODS)
def call_round(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show how the calling stands, and let more people call."""
    action, now = _run_by(request, public_id), timezone.now()
    busy = [caller.user_id for caller in action.callers.calling()]
    form, refusal = CallersForm(_typed(request), calling=busy), action.refusal(now)
    if not refusal and form.is_valid():
        try:
            calling.split(action, by=request.user, callers=form.cleaned_data["callers"], now=now)
        except calling.CallRefused as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("The lists are shared out."))
            return redirect("call_round", public_id)
    most = request.network.calls_each
    figures = call_page.summary(action, most=most, now=now)
    context = {"action": action, "form": form, "refusal": refusal, **figures}
    context["in_words"] = call_page.help_needed(figures)
    context["is_split"] = action.calls.exists()
    context["is_confirming"] = calling.is_confirming(action, now)
    context["most"] = most
    status = 409 if refusal and request.method == "POST" else 200
    return render(request, "escalation/call_round.html", context, status=status)


@policy(LEAD)
@require_POST
def release_caller(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    action = _run_by(request, public_id)
    caller = access.fetch(Caller.objects.filter(action=action).select_related("user"), pk=pk)
    calling.hand_back(caller, now=timezone.now())
    text = _("%(name)s calls no more. The others have the rest of the list.")
    messages.success(request, text % {"name": caller.user.name})
    return redirect("call_round", public_id)


# The tree


@policy(ORGANIZER)
@require_safe
def phone_list(request: HttpRequest) -> HttpResponse:
    """Show who stands on the tree, without a phone, and who wants no call."""
    entries = sorted(phone_tree.on_tree(), key=lambda entry: folded(entry.person.name))
    context = {
        "entries": [entry for entry in entries if not entry.is_off],
        "opted_out": OptOut.objects.in_force().select_related("by"),
    }
    return render(request, "escalation/phone_list.html", context)


@policy(ORGANIZER)
@require_http_methods(FORM_METHODS)
def add_to_phone_list(request: HttpRequest) -> HttpResponse:
    return _entry_page(request, None)


@policy(ORGANIZER)
@require_http_methods(FORM_METHODS)
def edit_on_phone_list(request: HttpRequest, pk: int) -> HttpResponse:
    return _entry_page(request, access.fetch(phone_tree.on_tree(), pk=pk))


def _entry_page(request: HttpRequest, entry: TreeEntry | None) -> HttpResponse:
    form, status = TreeForm(_typed(request), entry=entry), 200
    if form.is_valid():
        said = {key: value for key, value in form.cleaned_data.items() if key != "agreed"}
        said |= {"by": request.user, "country": request.network.country, "now": timezone.now()}
        try:
            done = phone_tree.change(entry, **said) if entry else phone_tree.put_on(**said)
        except phone_tree.TreeRefused as refused:
            form.add_error("phone", str(refused))
        else:
            if done:
                messages.success(request, _("Saved."))
                return redirect("phone_list")
            status = 409
            form.say_outrun(access.fetch(phone_tree.on_tree(), pk=entry.pk))
    context = {"form": form, "entry": entry}
    return render(request, "escalation/phone_entry.html", context, status=status)


@policy(ORGANIZER)
@require_POST
def take_off_phone_list(request: HttpRequest, pk: int) -> HttpResponse:
    entry = access.fetch(phone_tree.on_tree(), pk=pk)
    phone_tree.take_off(entry)
    messages.success(request, _("%(name)s is off the phone tree.") % {"name": entry.person.name})
    return redirect("phone_list")


@policy(ORGANIZER)
@require_POST
def never_call(request: HttpRequest, pk: int) -> HttpResponse:
    entry = access.fetch(phone_tree.on_tree(), pk=pk)
    said = {"by": request.user, "country": request.network.country, "now": timezone.now()}
    phone_tree.opt_out(entry.person, **said)
    text = _("Nobody is asked to call %(name)s any more.")
    messages.success(request, text % {"name": entry.person.name})
    return redirect("phone_list")


@policy(ORGANIZER)
@require_http_methods(FORM_METHODS)
def call_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody be asked again who wanted no call: they said so, and somebody writes what."""
    wish = access.fetch(OptOut.objects.in_force(), pk=pk)
    form = AskAgainForm(_typed(request))
    if form.is_valid():
        found = OptOut.objects.in_force().filter(pk=wish.pk)
        phone_tree.end_wishes(found, by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("%(name)s can be asked again.") % {"name": wish.name})
        return redirect("phone_list")
    context = {"form": form, "wish": wish, "back": reverse("phone_list")}
    return render(request, "escalation/call_again.html", context)


# Oneself


@policy(ACCOUNT)
@require_http_methods(FORM_METHODS)
def my_phone_tree(request: HttpRequest) -> HttpResponse:
    """Say oneself whether and how one is asked for actions by phone."""
    user = request.user
    entry = phone_tree.entry_of(user)
    start = {"language_read": user.language or request.network.language}
    form = MyTreeForm(_typed(request), entry=entry, initial={} if entry else start)
    if form.is_valid():
        said = {"country": request.network.country, "now": timezone.now()}
        try:
            phone_tree.join(user, **said, **form.cleaned_data)
        except phone_tree.TreeRefused as refused:
            form.add_error("phone", str(refused))
        else:
            messages.success(request, _("Saved. Somebody may call you before an action."))
            return redirect("my_phone_tree")
    context = {"form": form, "entry": entry, "is_off": phone_tree.is_off(user)}
    return render(request, "escalation/my_phone_tree.html", context)


@policy(ACCOUNT)
@require_POST
def stop_calls(request: HttpRequest) -> HttpResponse:
    said = {"country": request.network.country, "now": timezone.now()}
    phone_tree.opt_out_account(request.user, **said)
    messages.success(request, _("Nobody asks you any more. You can change that here."))
    return redirect("my_phone_tree")


@policy(ACCOUNT)
@require_POST
def start_calls(request: HttpRequest) -> HttpResponse:
    found = OptOut.objects.in_force().filter(user=request.user)
    phone_tree.end_wishes(found, by=request.user, why=_("They said so."), now=timezone.now())
    messages.success(request, _("You are asked again."))
    return redirect("my_phone_tree")
