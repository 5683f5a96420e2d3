"""Telling us one question at a time. What is typed is kept at each step, and found again by code.

Where a browser keeps no cookies, a step answers with the next page instead of leading to it: the
code travels in the form, so nothing is lost.
"""

import datetime as dt

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import intake, intake_drafts, intake_steps, private_code, throttle
from campaigns.access import PUBLIC, policy
from campaigns.intake_drafts import CHECK, Draft
from campaigns.intake_forms import FORMS, GoOnForm, IntakeForm
from campaigns.intake_steps import STEPS
from campaigns.models import IntakeDraft
from campaigns.views.intake import opened, receipt_of, with_receipt

TRIES = {"scope": "draft_code", "limit": 10, "seconds": 15 * 60}


@policy(PUBLIC)
@csrf_exempt  # as the whole form is: another site reaches no draft, for it knows no code
@require_http_methods(["GET", "HEAD", "POST"])
def tell_step(request: HttpRequest, kind: str, step: str) -> HttpResponse:
    if (found := intake_steps.numbered(kind, step)) is None:
        raise Http404
    now, code = timezone.now(), intake_drafts.code_of(request) or private_code.new()
    draft = _draft(code, kind, step, now)
    if request.method != "POST":
        return _page(request, draft, code)
    number, this = found
    form = intake_steps.form_of(kind, this, data=request.POST, begun=draft.answers, now=now)
    draft.answers |= intake_steps.typed_in(form)
    goes = request.POST.get("go", "on")
    is_wrong = goes == "on" and not form.is_valid()
    if not is_wrong:
        draft.step = intake_steps.after(kind, number, goes) or step
    if goes == "later" or any(draft.answers.values()):
        intake_drafts.save(draft, code=code, now=now)
    if is_wrong:
        return _page(request, draft, code, form)
    if goes == "back" and number == 1:
        return redirect("tell")
    return _go(request, draft, code, later=goes == "later")


def _draft(code: str, kind: str, step: str, now: dt.datetime) -> Draft:
    """Return what was kept, turned to the kind that is asked about now, or a new one."""
    draft = intake_drafts.of_code(code, now=now) or Draft(token=intake.new_token(now))
    if not intake.is_good(draft.token, now=now):  # it is kept for longer than a token is good
        draft.token = intake.new_token(now)
    draft.kind, draft.step, draft.language = kind, step, get_language()
    return draft


def _go(request: HttpRequest, draft: Draft, code: str, *, later: bool = False) -> HttpResponse:
    """Lead to the page of the draft's step, or to the one that says how to come back to it."""
    if request.COOKIES.get(intake_drafts.COOKIE) == code:
        return redirect("tell_later" if later else intake_drafts.address(draft))
    return _later_page(request, draft, code) if later else _page(request, draft, code)


def _page(
    request: HttpRequest, draft: Draft, code: str, form: IntakeForm | None = None
) -> HttpResponse:
    """Show the step the draft is at; with `form` as it was sent, to be put right."""
    if draft.step == CHECK:
        return _check_page(request, draft, code, form)
    number, step = intake_steps.numbered(draft.kind, draft.step)
    now = timezone.now()
    # Whoever sent it and went back finds the way to their code, and not only an empty question.
    has_not_begun = number == 1 or not any(draft.answers.values())
    form = form or intake_steps.form_of(draft.kind, step, data=None, begun=draft.answers, now=now)
    context = {
        "form": form,
        "heading": FORMS[draft.kind].heading,
        "kind": draft.kind,
        "step": step,
        "number": number,
        "of": len(STEPS[draft.kind]) + 1,
        "code": code,
        "address": intake_drafts.address(draft),
        "receipt": receipt_of(request) if has_not_begun else None,
    }
    response = render(request, "campaigns/tell_step.html", context)
    return intake_drafts.keep_in_browser(response, code)


@policy(PUBLIC)
@csrf_exempt  # as the whole form is
@require_http_methods(["GET", "HEAD", "POST"])
def tell_check(request: HttpRequest, kind: str) -> HttpResponse:
    """Show all answers before they are sent, and ask for files and for the yes."""
    if kind not in STEPS:
        raise Http404
    now, code = timezone.now(), intake_drafts.code_of(request)
    token = request.POST.get("token", "")
    if token and intake.receipt(token):  # sent twice: it is open already
        return with_receipt(request, redirect("told"), token)
    if not code or intake_drafts.of_code(code, now=now) is None:
        return redirect("tell")
    draft = _draft(code, kind, CHECK, now)
    if request.method != "POST":
        return _page(request, draft, code)
    if request.POST.get("go") == "later":
        intake_drafts.save(draft, code=code, now=now)
        return _go(request, draft, code, later=True)
    form = _whole_form(request, draft, now)
    if form.is_valid() and opened(request, kind, form):
        return with_receipt(request, redirect("told"), form.cleaned_data["token"])
    return _page(request, draft, code, form)


def _whole_form(request: HttpRequest, draft: Draft, now: dt.datetime) -> IntakeForm:
    data = QueryDict(mutable=True)
    data.update(intake_steps.as_data(draft.answers))
    for name in intake_steps.ASKED_LAST:
        data[name] = request.POST.get(name, "")
    return FORMS[draft.kind](data, request.FILES, now=now)


def _check_page(
    request: HttpRequest, draft: Draft, code: str, form: IntakeForm | None
) -> HttpResponse:
    if form is None:
        form = FORMS[draft.kind](initial=draft.answers | {"token": draft.token}, now=timezone.now())
    context = {
        "form": form,
        "rows": intake_steps.answered(form, draft),
        "kind": draft.kind,
        "number": len(STEPS[draft.kind]) + 1,
        "back": reverse("tell_step", args=[draft.kind, STEPS[draft.kind][-1].name]),
        "code": code,
    }
    response = render(request, "campaigns/tell_check.html", context)
    return intake_drafts.keep_in_browser(response, code)


@policy(PUBLIC)
@require_safe
def tell_later(request: HttpRequest) -> HttpResponse:
    """Show the code that leads back to what was kept."""
    draft, code = intake_drafts.of_browser(request), intake_drafts.code_of(request)
    return _later_page(request, draft, code) if draft else redirect("tell_go_on")


def _later_page(request: HttpRequest, draft: Draft, code: str) -> HttpResponse:
    context = {
        "groups": private_code.groups(code),
        "until": timezone.localdate() + IntakeDraft.KEPT,
        "go_on_url": request.build_absolute_uri(reverse("tell_go_on")),
        "address": intake_drafts.address(draft),
    }
    return render(request, "campaigns/tell_later.html", context)


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def tell_go_on(request: HttpRequest) -> HttpResponse:
    """Ask for the code and go on where they stopped, in the language they used."""
    form = GoOnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = private_code.as_typed(form.cleaned_data["code"])
        draft, problem = _found(request, code)
        if draft is not None:
            response = redirect(intake_drafts.address(draft))
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                draft.language,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                samesite=settings.LANGUAGE_COOKIE_SAMESITE,
            )
            return intake_drafts.keep_in_browser(response, code)
        form.add_error("code", problem)
    return render(request, "campaigns/tell_go_on.html", {"form": form})


def _found(request: HttpRequest, code: str) -> tuple[Draft | None, str]:
    place = throttle.take_place(request, **TRIES)
    if place is None:
        return None, _("That were many tries. Please wait a quarter of an hour, then try again.")
    draft = intake_drafts.of_code(code, now=timezone.now())
    if draft is None:
        return None, _(
            "Nothing is kept under this code. Look at each letter again. It is kept for seven "
            "days, and only until it is sent."
        )
    throttle.give_back(place)
    return draft, ""
