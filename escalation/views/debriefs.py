"""Closing an action, and after it: thanks by name, and asking people to be members."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import access
from campaigns.access import LEAD, policy
from campaigns.models import Case
from escalation import actions as verbs
from escalation import member_asks, thanks
from escalation.debrief_forms import AskForm, DebriefForm
from escalation.models import Action, MemberAsk, SignUp


@policy(LEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def close_action(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write the debrief, or change it: those who run it may add later what comes to mind."""
    rows, now = Action.objects.run_by(request.user).with_turnout(), timezone.now()
    held = access.fetch(rows, public_id=public_id)
    cases = Case.objects.opened_to(request.user).filter(actions=held).order_by("pk")
    typed = request.POST if request.method == "POST" else None
    form, status = DebriefForm(typed, action=held, cases=cases), 200
    refusal = "" if form.is_valid() else verbs.why_not_closed(held, now)
    if form.is_valid():
        said = {"moved": form.moved(), "seen_version": form.cleaned_data["seen_version"]}
        try:
            is_written = verbs.close(held, by=request.user, now=now, **form.facts(), **said)
        except verbs.ActionRefused as refused:
            refusal = str(refused)
        else:
            if is_written:
                messages.success(request, _("Written down. It stands in the log of each case."))
                return redirect("action", public_id)
            form.tell_theirs(access.fetch(rows, public_id=public_id))
            status = 409
    context = {"form": form, "action": held, "move": _("Write down what happened")}
    if refusal:
        context |= {"reason": refusal, "back": reverse("action", args=[public_id]), "undecided": []}
        status = 409 if request.method == "POST" else 200
        return render(request, "escalation/action_refused.html", context, status=status)
    return render(request, "escalation/close_action.html", context, status=status)


@policy(LEAD)
@require_safe
def thank_people(request: HttpRequest, public_id: UUID) -> HttpResponse:
    action = access.fetch(Action.objects.run_by(request.user), public_id=public_id)
    return _thanks_page(request, action)


def _thanks_page(request: HttpRequest, action: Action, status: int = 200) -> HttpResponse:
    refusal, who = thanks.why_not(action, now=timezone.now()), {"by": request.user}
    who["group"] = request.network
    context = {
        "action": action,
        "refusal": refusal,
        "to_thank": [] if refusal else thanks.to_thank(action, **who),
        "without_number": [] if refusal else thanks.without_number(action),
        "missed": [] if refusal else thanks.missed(action, **who),
    }
    return render(request, "escalation/thank_people.html", context, status=status)


@policy(LEAD)
@require_POST
def note_thanked(request: HttpRequest, public_id: UUID) -> HttpResponse:
    action, now = (
        access.fetch(Action.objects.run_by(request.user), public_id=public_id),
        timezone.now(),
    )
    if thanks.why_not(action, now=now):
        return _thanks_page(request, action, status=409)
    number, _colon, is_done = request.POST.get("tick", "").partition(":")
    row = access.fetch(thanks.reachable(action), pk=number)
    thanks.note(row, by=request.user, is_done=is_done != "0", now=now)
    return redirect(f"{reverse('thank_people', args=[public_id])}#row{row.pk}")


@policy(LEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def ask_to_join(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask somebody who came twice to be a member, and note what came of it: once for each."""
    row = access.fetch(member_asks.came_twice(request.user), pk=pk)
    if member_asks.was_asked(row):
        messages.info(request, _("That is noted already. Nobody is asked twice."))
        return redirect("today")
    form = AskForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        answer = form.cleaned_data["answer"]
        member_asks.note(row, by=request.user, answer=answer, now=timezone.now())
        return _after_asking(request, row, answer)
    context = {"row": row, "form": form, "rules": row.person.contact_rules if row.person else []}
    return render(request, "escalation/ask_to_join.html", context)


def _after_asking(request: HttpRequest, row: SignUp, answer: str) -> HttpResponse:
    if answer != MemberAsk.Answer.YES:
        messages.success(request, _("Noted. You are not asked about this again."))
        return redirect("today")
    if request.user.is_organizer:
        said = _("%(name)s wants to be a member. Make the link for them here.")
        messages.success(request, said % {"name": row.name})
        return redirect("invite")
    said = _("%(name)s wants to be a member. Tell an organizer: they make the link.")
    messages.success(request, said % {"name": row.name})
    return redirect("today")
