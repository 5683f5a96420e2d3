"""What those who run an action decide: go, another day, that it took place, and once more."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.access import LEAD, policy
from campaigns.wording import date_in_words
from escalation import check_ins, copies
from escalation import decided as verbs
from escalation.decided_forms import CopyForm, NewTimeForm, PostponeForm
from escalation.models import Action
from escalation.views.running import refusal_of, run_by, show_refusal, typed


@policy(LEAD)
@require_POST
def go_ahead(request: HttpRequest, public_id: UUID) -> HttpResponse:
    planned = run_by(request, public_id)
    refusal = refusal_of(verbs.go, planned, by=request.user, now=timezone.now())
    if refusal:
        return show_refusal(request, _("It goes ahead"), refusal, _page_of(planned))
    messages.success(request, _("It goes ahead. Its page says so now."))
    return redirect("action", public_id)


@policy(LEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def postpone_action(request: HttpRequest, public_id: UUID) -> HttpResponse:
    planned, form, now = run_by(request, public_id), PostponeForm(typed(request)), timezone.now()
    refusal = verbs.why_not_postponed(planned, now)
    if not refusal and form.is_valid():
        said = form.cleaned_data | {"by": request.user, "now": now}
        refusal = refusal_of(verbs.postpone, planned, **said)
        if not refusal:
            text = _("Postponed. Who signed up is told. Set the new time when you know it.")
            messages.success(request, text)
            return redirect("action", public_id)
    if refusal:
        return show_refusal(request, _("Postpone"), refusal, _page_of(planned))
    return render(request, "escalation/postpone_action.html", {"form": form, "action": planned})


@policy(LEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def set_new_time(request: HttpRequest, public_id: UUID) -> HttpResponse:
    planned, now = run_by(request, public_id), timezone.now()
    silent = check_ins.needing_a_yes(planned, now=now)
    form = NewTimeForm(typed(request), now=now, asks_them=bool(silent))
    refusal = verbs.why_no_new_time(planned, now)
    if not refusal and form.is_valid():
        said = form.cleaned_data | {"by": request.user, "now": now}
        refusal = refusal_of(verbs.set_time, planned, **said)
        if not refusal:
            messages.success(request, _("The new time is set. Who signed up is told and asked."))
            return redirect("action", public_id)
    if refusal:
        return show_refusal(request, _("Set the new time"), refusal, _page_of(planned), planned)
    context = {"form": form, "action": planned, "silent": silent}
    return render(request, "escalation/set_new_time.html", context)


@policy(LEAD)
@require_POST
def confirm_held(request: HttpRequest, public_id: UUID) -> HttpResponse:
    planned = run_by(request, public_id)
    refusal = refusal_of(verbs.confirm_held, planned, by=request.user, now=timezone.now())
    if refusal:
        return show_refusal(request, _("It took place"), refusal, _page_of(planned))
    messages.success(request, _("Noted. Write down what happened while you remember it."))
    return redirect("action", public_id)


@policy(LEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def copy_action(request: HttpRequest, public_id: UUID) -> HttpResponse:
    model, form, now = run_by(request, public_id), CopyForm(typed(request)), timezone.now()
    zone = request.network.zone
    refusal = copies.why_not_copied(model)
    if refusal:
        return show_refusal(request, _("Do it again"), refusal, _page_of(model))
    if form.is_valid():
        made = copies.weekly(model, by=request.user, now=now, zone=zone, **form.said())
        _say_when(request, model, made)
        return redirect("action", made[0].public_id) if len(made) == 1 else redirect("actions")
    first, _end = copies.weeks_ahead(model, 1, now=now, zone=zone)[0]
    context = {"form": form, "action": model, "first": first, "cases": copies.still_fought(model)}
    return render(request, "escalation/copy_action.html", context)


def _say_when(request: HttpRequest, model: Action, made: list[Action]) -> None:
    text = ngettext(
        "%(n)s draft is made, for %(first)s. Nobody is told of it before you announce it.",
        "%(n)s drafts are made, the first for %(first)s. Nobody is told of them before you "
        "announce each.",
        len(made),
    )
    first = date_in_words(made[0].starts_at, with_time=True)
    messages.success(request, text % {"n": len(made), "first": first})
    for sentence in copies.clock_changes(model, made, zone=request.network.zone):
        messages.warning(request, sentence)


def _page_of(action: Action) -> str:
    return reverse("action", args=[action.public_id])
