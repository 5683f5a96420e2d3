"""The rules of places, and what they say about one case."""

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import law_of_case, sheet
from campaigns import rules as law
from campaigns.access import ORGANIZER, TEAM, fetch, policy
from campaigns.models import Case, DepositRule, Sheet, WageRule
from campaigns.rule_forms import RULE_FORMS
from campaigns.time_forms import LimitationForm
from campaigns.views.case_pages import back_to, form_page

MODELS = {"deposit": DepositRule, "wages": WageRule}


@policy(ORGANIZER)
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    group = request.network
    context = {
        "place": dict(law.places()).get(group.jurisdiction, ""),
        "own": [
            (kind, rule, law.rows_of(rule))
            for kind, model in MODELS.items()
            for rule in law.rows_of_place(model, group.jurisdiction)
        ],
        "deposit": DepositRule.objects.select_related("checked_by"),
        "wages": WageRule.objects.select_related("checked_by"),
    }
    return render(request, "campaigns/rules.html", context)


@policy(ORGANIZER)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_rule(request: HttpRequest, kind: str, jurisdiction: str) -> HttpResponse:
    if kind not in MODELS:
        raise Http404
    place, _at, day = jurisdiction.partition("@")
    rows = MODELS[kind].objects.select_related("checked_by")
    rule = fetch(rows, jurisdiction=place, valid_from=_day(day))
    form = RULE_FORMS[kind](request.POST or None, instance=rule)
    if form.is_valid() and law.save(form, by=request.user, today=timezone.localdate()):
        messages.success(request, _("The rule is saved."))
        return redirect("rules")
    context = {"form": form, "rule": rule, "kind": kind}
    return render(request, "campaigns/edit_rule.html", context, status=409 if form.outrun else 200)


def _day(text: str) -> dt.date | None:
    """Return the day out of an address; what is no day is a page that does not exist."""
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise Http404 from None


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def case_rules(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the days of a deposit and until when each line can be claimed, with their sources."""
    case = fetch(Case.objects.opened_to(request.user), reference=reference)
    facts = fetch(Sheet.objects.select_related("case"), case=case)
    form = LimitationForm(request.POST or None, instance=facts)
    today = timezone.localdate()
    if form.is_valid() and sheet.note_limit(case, form=form, by=request.user, today=today):
        return back_to(request, case, "top")
    says = law.about(case, request.network, today=today)
    says["law"] = law_of_case.section(case, request.network, today=today)
    return form_page(request, "case_rules", case, form, **says)
