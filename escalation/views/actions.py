"""Pages of actions for people with an account: the list, one action, planning it to closing it."""

from urllib.parse import quote
from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import access
from campaigns.access import ACCOUNT, LEAD, TEAM, policy
from campaigns.models import Case
from campaigns.wording import date_in_words
from escalation import actions as verbs
from escalation import (
    after_page,
    check_ins,
    clashes,
    mail_report,
    no_trespass,
    step_voices,
    turnout,
)
from escalation.action_forms import ActionForm, CancelForm
from escalation.models import Action
from escalation.places import NoSuchRole
from escalation.sign_up_forms import AnswerForm
from escalation.views.running import refusal_of, run_by, show_refusal, typed

PAST_SHOWN = 30


@policy(ACCOUNT)
@require_safe
def actions(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    seen = Action.objects.visible_to(request.user).with_turnout().marked_for(request.user)
    seen = seen.marked_undecided(now).order_by(
        "starts_at", "pk"
    )  # counting drops the order of the model
    told = seen.announced().exclude(state=Action.State.POSTPONED)
    context = {
        "now": now,
        "drafts": seen.drafts().filter(is_mine=True),
        "postponed": seen.awaiting_a_time(),
        "ahead": told.filter(ends_at__gte=now),
        "past": told.filter(ends_at__lt=now).order_by("-starts_at", "-pk")[:PAST_SHOWN],
    }
    return render(request, "escalation/actions.html", context)


@policy(ACCOUNT)
@require_safe
def action(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return _action_page(request, _visible(request, public_id))


def _visible(request: HttpRequest, public_id: UUID) -> Action:
    rows = Action.objects.visible_to(request.user).with_turnout().marked_for(request.user)
    return access.fetch(rows.prefetch_related("roles", "leads"), public_id=public_id)


def _action_page(
    request: HttpRequest, seen: Action, form: AnswerForm | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    mine = seen.sign_up_of(request.user)
    context = {
        "action": seen,
        "now": now,
        "mine": mine,
        "said": mine.answer if mine else "",
        "form": form or AnswerForm(roles=seen.roles.all(), own=mine),
        "refusal": seen.refusal(now),
        "is_over": seen.is_over(now),
        "came": seen.came if seen.is_counted else None,
        "to_decide": seen.is_mine and seen.is_to_be_decided(now),
        "share": seen.is_mine and not seen.refusal(now) and _share(request, seen),
        "shows_point": seen.is_mine or (mine and mine.may_see_point(now)),
        "cases": seen.cases.listed_for(request.user),
        "clashes": clashes.of(mine) if mine else [],
    }
    if seen.is_mine:
        context |= after_page.parts(seen, user=request.user, now=now)
        context |= no_trespass.on_page(seen) | {"mail": mail_report.of(seen)}
        context |= step_voices.on_page(seen, user=request.user)
    if seen.is_mine and (seen.state == Action.State.DRAFT or not seen.refusal(now)):
        context["silent"] = check_ins.needing_a_yes(seen, now=now)
    return render(request, "escalation/action.html", context, status=status)


def _share(request: HttpRequest, seen: Action) -> dict[str, str]:
    """Return what a lead passes on: the link, its QR code, and a text ready to be sent."""
    is_public = seen.audience == Action.Audience.PUBLIC
    path = reverse("action_page" if is_public else "action", args=[seen.public_id])
    url = request.build_absolute_uri(path)
    text = _("%(title)s. %(when)s, %(area)s. Can you come? Say yes, maybe or no here: %(url)s") % {
        "title": seen.title,
        "when": date_in_words(seen.starts_at, with_time=True, year=False),
        "area": seen.area,
        "url": url,
    }
    qr = segno.make(url, error="m").svg_data_uri(scale=4, border=3, light="#fff")
    return {"url": url, "text": text, "qr": qr, "sms": f"sms:?&body={quote(text)}"}


@policy(ACCOUNT)
@require_POST
def answer_action(request: HttpRequest, public_id: UUID) -> HttpResponse:
    seen = _visible(request, public_id)
    form = AnswerForm(request.POST, roles=seen.roles.all(), own=seen.sign_up_of(request.user))
    if form.is_valid():
        try:
            language = translation.get_language() or ""
            said = form.said() | {"language": language}
            turnout.sign_up(seen, by=request.user, now=timezone.now(), **said)
        except NoSuchRole as refused:
            form.add_error("role", str(refused))
        except turnout.SignUpRefused as refused:
            back = reverse("action", args=[public_id])
            return show_refusal(request, _("Sign up"), str(refused), back)
        else:
            messages.success(request, _("Your answer is saved."))
            return redirect("action", public_id)
    return _action_page(request, _visible(request, public_id), form)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def plan_action(request: HttpRequest, reference: str) -> HttpResponse:
    case = access.fetch(Case.objects.opened_to(request.user), reference=reference)
    if not case.is_accepted:
        reason = _("The meeting has not taken this case on, or it has ended.")
        return show_refusal(request, _("Plan an action"), reason, reverse("case", args=[reference]))
    asked = {"tactic": request.GET.get("tactic", "")}
    also = request.GET.getlist("also")
    form = ActionForm(
        typed(request), user=request.user, now=timezone.now(), case=case, asked=asked, also=also
    )
    if form.is_valid() and "look" in request.POST:
        seen = form.as_others_see_it() | {"form": form, "now": timezone.now()}
        return render(request, "escalation/preview_action.html", seen)
    if form.is_valid():
        planned = verbs.plan(by=request.user, **form.facts(), **form.links(), **form.key())
        messages.success(request, _("The action is planned. Nobody is told of it yet."))
        return redirect("action", planned.public_id)
    near = no_trespass.in_words(no_trespass.no_trespass_near(*no_trespass.where([case])))
    context = {"form": form, "case": case, "notices": near}
    return render(request, "escalation/plan_action.html", context)


@policy(LEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_action(request: HttpRequest, public_id: UUID) -> HttpResponse:
    planned, now = run_by(request, public_id), timezone.now()
    back = reverse("action", args=[public_id])
    form = ActionForm(typed(request), instance=planned, user=request.user, now=now)
    refusal = verbs.why_not_changed(planned, now)
    if not refusal and form.is_valid():
        try:
            said = form.links() | {"save": form.save_if_unchanged, "notices_read": form.has_read()}
            if verbs.change(planned, by=request.user, now=now, **said):
                messages.success(request, _("Saved."))
                return redirect(back)
        except verbs.PlacesTaken as taken:
            form.say_places_are_taken(taken.sentences)
        except verbs.ActionRefused as refused:
            form.add_error(None, str(refused))  # what was typed stays in the page
    if refusal:
        return show_refusal(request, _("Change this action"), refusal, back, planned)
    context = {"form": form, "back": back, "is_announced": planned.state != Action.State.DRAFT}
    status = 409 if form.is_bound and form.non_field_errors() else 200
    return render(request, "escalation/edit_action.html", context, status=status)


@policy(LEAD)
@require_POST
def announce_action(request: HttpRequest, public_id: UUID) -> HttpResponse:
    planned = run_by(request, public_id)
    ticks = {name: bool(request.POST.get(name)) for name in ("notices_read", "they_want_it")}
    said = {"now": timezone.now(), **ticks}
    refusal = refusal_of(verbs.announce, planned, by=request.user, **said)
    if refusal:
        back = reverse("action", args=[public_id])
        return show_refusal(request, _("Announce"), refusal, back, planned)
    messages.success(request, _("Announced. Now people can sign up: send them the link below."))
    return redirect("action", public_id)


@policy(LEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_action(request: HttpRequest, public_id: UUID) -> HttpResponse:
    planned, form = run_by(request, public_id), CancelForm(typed(request))
    refusal = verbs.why_not_cancelled(planned)
    if not refusal and form.is_valid():
        refusal = refusal_of(verbs.cancel, planned, by=request.user, **form.cleaned_data)
        if not refusal:
            was_draft = planned.state == Action.State.DRAFT
            said = _("Cancelled. The link now says so, and why.")
            messages.success(request, _("This action is cancelled.") if was_draft else said)
            return redirect("action", public_id)
    if refusal:
        back = reverse("action", args=[public_id])
        return show_refusal(request, _("Cancel this action"), refusal, back)
    return render(request, "escalation/cancel_action.html", {"form": form, "action": planned})
