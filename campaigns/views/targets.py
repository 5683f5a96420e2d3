"""Pages of the targets: search, one target, its facts and names, and whom a case is against."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import target_page
from campaigns import targets as verbs
from campaigns.access import ACCOUNT, TEAM, fetch, policy
from campaigns.known import known_targets, with_cases
from campaigns.models import Case, Target, TargetAlias
from campaigns.target_forms import AliasForm, TargetForm
from campaigns.views.case_pages import back_to

MOST_FOUND = 30


def found_for(request: HttpRequest, *, but: Target | None = None) -> tuple[str, list[Target]]:
    """Return what was searched for, and the targets of that name, plate, phone or address."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:200]
    rows = Target.objects.visible_to(request.user).called(text)
    rows = rows.exclude(pk=but.pk) if but else rows
    found = with_cases(rows, request.user).order_by("name", "pk")[:MOST_FOUND]
    return text, list(found) if text else []


def target_form_page(request: HttpRequest, name: str, **context: object) -> HttpResponse:
    """Draw templates/campaigns/<name>.html; 409 when somebody else saved first."""
    outrun = getattr(context.get("form"), "outrun", False)
    return render(request, f"campaigns/{name}.html", context, status=409 if outrun else 200)


def back_to_target(request: HttpRequest, pk: int, text: str = "") -> HttpResponse:
    messages.success(request, text or _("Saved."))
    return redirect("target", pk)


@policy(ACCOUNT)
@require_safe
def targets(request: HttpRequest) -> HttpResponse:
    text, found = found_for(request)
    if not text:
        rows = with_cases(Target.objects.visible_to(request.user).kept(), request.user)
        found = list(rows.filter(cases_known__gt=0).order_by("-cases_open", "name")[:MOST_FOUND])
    return render(request, "campaigns/targets.html", {"text": text, "found": found})


@policy(ACCOUNT)
@require_safe
def target(request: HttpRequest, pk: int) -> HttpResponse:
    seen = fetch(Target.objects.visible_to(request.user), pk=pk)
    if seen.merged_into_id:
        return redirect("target", seen.merged_into_id)
    today = timezone.localdate()
    contents = target_page.contents(seen, user=request.user, today=today)
    references = [case.reference for case in contents["fights"]]
    contents["also"] = urlencode([("also", reference) for reference in references[1:]])
    return render(request, "campaigns/target.html", contents)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_target_facts(request: HttpRequest, pk: int) -> HttpResponse:
    seen = fetch(Target.objects.changed_by(request.user).kept(), pk=pk)
    form = TargetForm(request.POST or None, instance=seen)
    if form.is_valid() and verbs.change_target(None, form=form, by=request.user):
        return back_to_target(request, pk)
    others = seen.cases.count()
    return target_form_page(request, "edit_target_facts", form=form, target=seen, others=others)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def add_target_name(request: HttpRequest, pk: int) -> HttpResponse:
    seen = fetch(Target.objects.changed_by(request.user).kept(), pk=pk)
    form = AliasForm(request.POST or None)
    if form.is_valid():
        verbs.add_alias(seen, by=request.user, **form.cleaned_data)
        return back_to_target(request, pk)
    return target_form_page(request, "add_target_name", form=form, target=seen)


@policy(TEAM)
@require_POST
def remove_target_name(request: HttpRequest, pk: int, alias: int) -> HttpResponse:
    seen = fetch(Target.objects.changed_by(request.user).kept(), pk=pk)
    name = fetch(TargetAlias.objects.select_related("target").filter(target=seen), pk=alias)
    verbs.remove_alias(name, by=request.user)
    return back_to_target(request, pk, _("The name is taken away."))


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def choose_target(request: HttpRequest, reference: str) -> HttpResponse:
    """Make a target we know already the one of the case."""
    rows = Case.objects.opened_to(request.user).select_related("target", "sheet")
    case = fetch(rows, reference=reference)
    if request.method == "POST":
        known = Target.objects.visible_to(request.user).kept()
        chosen = fetch(known, pk=request.POST.get("target", ""))
        if verbs.choose(case, target=chosen, by=request.user):
            return back_to(request, case, "target")
        messages.error(request, _("Somebody merged this target meanwhile. Choose again."))
        return redirect("choose_target", reference)
    text, found = found_for(request, but=case.target)
    resembling = known_targets(case, request.user, country=request.network.country)
    context = {"case": case, "text": text, "found": found, "known": resembling}
    return render(request, "campaigns/choose_target.html", context)


@policy(TEAM)
@require_POST
def not_this_target(request: HttpRequest, reference: str) -> HttpResponse:
    """Note that the target we know is somebody else."""
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    known = Target.objects.visible_to(request.user).kept()
    verbs.say_not_them(
        case, target=fetch(known, pk=request.POST.get("target", "")), by=request.user
    )
    return back_to(request, case, "target", _("Noted. We do not ask again."))
