"""Pages of decisions and publicity: all votes of a case, and what of it anybody may read."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.access import PUBLIC, TEAM, fetch, policy
from campaigns.models import Case, CaseParty
from escalation import public_pages, publicity
from escalation.models import PublicPage, Task
from escalation.moves import MoveRefused
from escalation.publicity_forms import PageForm, PublicityForm, StopPublicityForm
from escalation.views.moves import case_to_move, filled_in, make_or_show, not_open

FORM_METHODS = ["GET", "HEAD", "POST"]


def _typed(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _decisions(case: Case) -> str:
    return reverse("case_decisions", args=[case.reference])


@policy(TEAM)
@require_safe
def case_decisions(request: HttpRequest, reference: str) -> HttpResponse:
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    votes = case.decisions.select_related("meeting", "recorded_by")
    context = {
        "case": case,
        "decisions": votes.prefetch_related("voices__party__person"),
        "tasks": Task.objects.filter(case=case).select_related("owner", "done_by"),
        "why_not_public": public_pages.why_not_public(case),
        "may_vote": not publicity.not_now(case),
        "pages": public_pages.of_case(case),
        "told_in": publicity.told_in(case, now=timezone.now()),
        "today": timezone.localdate(),
    }
    return render(request, "escalation/case_decisions.html", context)


@policy(TEAM)
@require_http_methods(FORM_METHODS)
def vote_publicity(request: HttpRequest, reference: str) -> HttpResponse:
    case = case_to_move(request, reference)
    if reasons := publicity.not_now(case):
        return not_open(request, case, "vote_publicity", reasons)
    form = filled_in(request, PublicityForm, case)
    to = f"{_decisions(case)}#publicity"
    return make_or_show(request, form, "escalation/vote_publicity.html", to=to)


@policy(TEAM)
@require_http_methods(FORM_METHODS)
def stop_publicity(request: HttpRequest, reference: str) -> HttpResponse:
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    people = case.parties.filter(role=CaseParty.Role.AFFECTED).select_related("person")
    form, refused = StopPublicityForm(_typed(request), people=people), []
    if form.is_valid():
        try:
            told_in = publicity.stop(case, by=request.user, **form.cleaned_data)
        except MoveRefused as no:
            refused = no.reasons
        else:
            messages.success(request, _("Noted. Nothing of it is public any more."))
            if told_in:
                titles = ", ".join(action.title for action in told_in)
                said = _("Call off what tells the story: %(titles)s.") % {"titles": titles}
                messages.warning(request, said)
            return redirect(f"{_decisions(case)}#publicity")
    context = {"case": case, "form": form, "refused": refused}
    status = 409 if refused else 200
    return render(request, "escalation/stop_publicity.html", context, status=status)


@policy(TEAM)
@require_http_methods(FORM_METHODS)
def write_page(request: HttpRequest, reference: str) -> HttpResponse:
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    form = PageForm(_typed(request))
    if form.is_valid():
        with form.once(case) as is_first:
            if is_first:
                page = public_pages.write(case, by=request.user, **form.texts())
        messages.success(request, _("The draft is saved. Nobody outside can read it."))
        return redirect(_draft(page) if is_first else _decisions(case))
    return render(request, "escalation/write_page.html", {"case": case, "form": form})


def _page(request: HttpRequest, reference: str, pk: int) -> PublicPage:
    opened = Case.objects.opened_to(request.user)
    pages = PublicPage.objects.filter(case__in=opened).select_related("case")
    return fetch(pages, pk=pk, case__reference=reference)


def _draft(page: PublicPage) -> str:
    return reverse("page_draft", args=[page.case.reference, page.pk])


@policy(TEAM)
@require_safe
def page_draft(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    return _draft_page(request, _page(request, reference, pk))


def _draft_page(
    request: HttpRequest, page: PublicPage, refused: list[str] | None = None
) -> HttpResponse:
    copies = list(page.copies.select_related("by", "ended_by"))
    live = next((copy for copy in copies if copy.shown_until is None), None)
    reasons = public_pages.why_not_published(page, now=timezone.now())
    path = reverse("public_page", args=[page.public_id])
    context = {
        "case": page.case,
        "page": page,
        "copies": copies,
        "live": live,
        "is_same": live and (live.title, live.text) == (page.title, page.text),
        "reasons": reasons,
        "private_facts": public_pages.private_facts(page),
        "url": request.build_absolute_uri(path),
        "may_vote": bool(public_pages.why_not_public(page.case))
        and not publicity.not_now(page.case),
        "refused": [reason for reason in refused or [] if reason not in reasons],
    }
    status = 409 if refused else 200
    return render(request, "escalation/page_draft.html", context, status=status)


@policy(TEAM)
@require_http_methods(FORM_METHODS)
def edit_page(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    page = _page(request, reference, pk)
    form = PageForm(_typed(request), instance=page)
    if form.is_valid() and form.save_if_unchanged():
        messages.success(request, _("Saved. What is public stays as it is until you publish."))
        return redirect(_draft(page))
    context = {"case": page.case, "form": form, "back": _draft(page)}
    status = 409 if form.outrun else 200
    return render(request, "escalation/edit_page.html", context, status=status)


@policy(TEAM)
@require_POST
def publish_page(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    page = _page(request, reference, pk)
    looked_at = "names_looked_at" in request.POST
    try:
        public_pages.publish(page, by=request.user, now=timezone.now(), names_looked_at=looked_at)
    except public_pages.PageRefused as no:
        return _draft_page(request, page, no.reasons)
    messages.success(request, _("It is public now."))
    return redirect(_draft(page))


@policy(TEAM)
@require_POST
def take_down_page(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    page = _page(request, reference, pk)
    public_pages.take_down(page, by=request.user, now=timezone.now())
    messages.success(request, _("It is taken down. A copy of what was public is kept."))
    return redirect(_draft(page))


@policy(PUBLIC)
@require_safe
def public_page(request: HttpRequest, public_id: str) -> HttpResponse:
    copy = fetch(public_pages.live(), page__public_id=public_id)
    return render(request, "escalation/public_page.html", {"copy": copy})
