"""The roster: who said what, and one tap for each person who came."""

from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaigns import access
from campaigns.access import LEAD, policy
from escalation import call_list, mail_report, roster_page, told, turnout, walk_ins
from escalation import roster as verbs
from escalation.models import Action, SignUp
from escalation.sign_up_forms import TickForm, WalkInForm


@policy(LEAD)
@require_safe
def roster(request: HttpRequest, public_id: UUID) -> HttpResponse:
    action, sought = _run_by(request, public_id), roster_page.sought_in(request.GET)
    return _page(request, action, sought, WalkInForm(initial={"name": sought}))


def _run_by(request: HttpRequest, public_id: UUID) -> Action:
    rows = Action.objects.run_by(request.user).with_turnout()
    return access.fetch(rows, public_id=public_id)


def _page(
    request: HttpRequest,
    action: Action,
    sought: str,
    walk_in_form: WalkInForm,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    now, opened = timezone.now(), request.GET.get("more", "")
    context = roster_page.of(action, sought=sought, opened=opened, now=now)
    context["walk_in_form"] = walk_in_form
    context["problem"] = refusal
    context["links"] = action.roster_links.open(now).count()
    context["empty_lines"] = range(10)
    if not context["refusal"]:
        context |= walk_ins.offered(
            action, user=request.user, sought=sought, opened=context["opened"]
        )
    return render(request, "escalation/roster.html", context, status=status)


@policy(LEAD)
@require_POST
def mark_came(request: HttpRequest, public_id: UUID) -> HttpResponse:
    action, sought = _run_by(request, public_id), roster_page.sought_in(request.POST)
    form = TickForm(request.POST)
    if not form.is_valid():
        refusal = _("We could not tell who that was. Tap the name again.")
        return _page(request, action, sought, WalkInForm(), refusal, status=400)
    row, now = access.fetch(action.sign_ups.all(), pk=form.said()["row"]), timezone.now()
    tap = verbs.Tick(key=uuid4(), at=now, **form.said())
    try:
        verbs.tick(action, tap, by=request.user, now=now)
    except turnout.SignUpRefused as refused:
        return _page(request, action, sought, WalkInForm(), str(refused), status=409)
    return _back_to(action, row, sought)


def _back_to(action: Action, row: SignUp, sought: str) -> HttpResponse:
    query = f"?{urlencode({'q': sought})}" if sought else ""
    return redirect(f"{reverse('roster', args=[action.public_id])}{query}#row{row.pk}")


@policy(LEAD)
@require_POST
def add_walk_in(request: HttpRequest, public_id: UUID) -> HttpResponse:
    action, form = _run_by(request, public_id), WalkInForm(request.POST)
    if not form.is_valid():
        return _page(request, action, "", form)
    try:
        row = verbs.add_walk_in(action, by=request.user, now=timezone.now(), **form.cleaned_data)
    except turnout.SignUpRefused as refused:
        return _page(request, action, "", form, str(refused), status=409)
    messages.success(request, _("%(name)s is on the roster.") % {"name": row.name})
    return _back_to(action, row, "")


@policy(LEAD)
@require_safe
def contacts(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show how to reach people and what they need, on a page apart from the roster."""
    return _contacts_page(request, _run_by(request, public_id))


def _contacts_page(request: HttpRequest, action: Action, refusal: str = "") -> HttpResponse:
    signed_up = action.sign_ups.filter(is_walk_in=False)
    signed_up = signed_up.select_related("role", "user__mail_choice")
    rows, now = mail_report.with_not_reached(action, signed_up), timezone.now()
    rows = told.mark(action, rows)
    is_open = not action.refusal(now)
    context = {
        "action": action,
        "rows": sorted(rows, key=lambda row: roster_page.plain(row.name)),
        "earlier": call_list.people(action, user=request.user, now=now) if is_open else [],
        "is_open": is_open,
        "told": told.counts(rows),
        "refusal": refusal,
        "any_not_reached": any(row.not_reached for row in rows),
    }
    return render(request, "escalation/contacts.html", context, status=409 if refusal else 200)


@policy(LEAD)
@require_POST
def take_off_list(request: HttpRequest, public_id: UUID) -> HttpResponse:
    action = _run_by(request, public_id)
    row = access.fetch(action.sign_ups.all(), pk=request.POST.get("row", ""))
    try:
        turnout.cancel_sign_up(row, by=request.user, now=timezone.now())
    except turnout.SignUpRefused as refused:
        return _contacts_page(request, action, str(refused))
    messages.success(request, _("%(name)s is off the list.") % {"name": row.name})
    return redirect("contacts", public_id)
