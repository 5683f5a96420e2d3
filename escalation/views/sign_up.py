"""The public page of an action, and sign-up by link without an account."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import access
from campaigns.access import PUBLIC, policy
from campaigns.throttle import has_run_out, take_place
from escalation import clashes, outbox, private_links, turnout
from escalation.mail_forms import SendLinkForm
from escalation.models import Action, SignUp
from escalation.places import NoSuchRole
from escalation.sign_up_forms import AnswerForm, SignUpForm

COOKIE = "my_sign_up"
COOKIE_SECONDS = 60 * 24 * 60 * 60
# Telling that a phone is on the list is all a stranger can learn here, so not for many phones.
# After that the answer is the same for all from that network, and nobody is shut out: two thousand
# phones behind one mobile carrier look like one caller.
DOUBLES = {"scope": "double_sign_up", "limit": 20, "seconds": 60 * 60}

# A mail goes out for each right guess, so not for many.
LINKS = {"scope": "send_link", "limit": 10, "seconds": 60 * 60}


@policy(PUBLIC)
@require_safe
def action_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    action = _announced(public_id)
    form = SignUpForm(roles=action.roles.all(), country=request.network.country)
    return _page(request, action, form)


def _announced(public_id: UUID) -> Action:
    rows = Action.objects.announced().with_turnout().prefetch_related("roles")
    return access.fetch(rows, public_id=public_id)


def _page(
    request: HttpRequest,
    action: Action,
    form: SignUpForm,
    status: int = 200,
    link_form: SendLinkForm | None = None,
) -> HttpResponse:
    if action.audience == Action.Audience.MEMBERS:
        return render(request, "escalation/members_only.html", {"action": action}, status=status)
    now = timezone.now()
    token = request.get_signed_cookie(COOKIE, default="", salt=action.public_id.hex)
    context = {
        "action": action,
        "form": form,
        "now": now,
        "refusal": action.refusal(now),
        "is_over": action.is_over(now),
        "mine": action.sign_ups.of_token(token).first() if token else None,
        "token": token,
        "link_form": link_form or SendLinkForm(),
    }
    return render(request, "escalation/action_page.html", context, status=status)


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest, public_id: UUID) -> HttpResponse:
    if request.method != "POST":
        return redirect("action_page", public_id)
    # Without what the page shows: this is sent by very many at once.
    action = access.fetch(Action.objects.to_sign_up(), public_id=public_id)
    form = SignUpForm(request.POST, roles=action.roles.all(), country=request.network.country)
    if not form.is_valid():
        return _page(request, _announced(public_id), form)
    token = _put_on_list(request, action, form)
    is_double = form.has_error(NON_FIELD_ERRORS, turnout.ALREADY)
    if (token or is_double) and _tells_nothing(request, is_double=is_double):
        return _thank_without_link(request, action, form)
    if not token:
        return _page(request, _announced(public_id), form, status=409)
    return _welcome(request, action, token)


def _tells_nothing(request: HttpRequest, *, is_double: bool) -> bool:
    """Say whether so many doubles came from here that no answer may tell any more who is one."""
    if request.user.is_authenticated:
        return False
    if has_run_out(request, **DOUBLES):
        return True
    return is_double and take_place(request, **DOUBLES) is None


def _thank_without_link(request: HttpRequest, action: Action, form: SignUpForm) -> HttpResponse:
    if email := form.cleaned_data["email"]:
        outbox.send_link(action, email=email, now=timezone.now())
    text = _(
        "Thank you. We have your answer. Very many answers came from this network, so no private "
        "link is shown here. If you gave an e-mail, the link comes to it. If not, the lead can "
        "change your answer."
    )
    messages.success(request, text)
    return redirect("action_page", action.public_id)


def _put_on_list(request: HttpRequest, action: Action, form: SignUpForm) -> str:
    """Return the token of the private link, or an empty string when the form now says why not."""
    by = request.user if request.user.is_authenticated else None
    try:
        language = translation.get_language() or ""
        return turnout.sign_up(action, by=by, now=timezone.now(), language=language, **form.said())
    except turnout.AlreadySignedUp as known:
        form.add_error(None, ValidationError(str(known), code=turnout.ALREADY))
    except NoSuchRole as refused:
        form.add_error("role", str(refused))
    except turnout.SignUpRefused as refused:
        form.add_error(None, str(refused))
    return ""


def _welcome(request: HttpRequest, action: Action, token: str) -> HttpResponse:
    """Lead to the private page, and keep its link on this device for this action's own pages."""
    messages.success(request, _("Thank you. We have your answer."))
    if request.user.is_authenticated:
        return redirect("action", action.public_id)
    response = redirect("my_sign_up", token)
    response.set_signed_cookie(
        COOKIE,
        token,
        salt=action.public_id.hex,
        max_age=COOKIE_SECONDS,
        path=reverse("action_page", args=[action.public_id]),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def send_link(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Send the private link to who asks for it. The answer is the same for an unknown address."""
    if request.method != "POST":
        return redirect("action_page", public_id)
    action, form = _announced(public_id), SendLinkForm(request.POST)
    if form.is_valid() and take_place(request, **LINKS) is None:
        form.add_error(None, _("Too many tries from here. Wait an hour, or ask the lead."))
    if not form.is_valid():
        empty = SignUpForm(roles=action.roles.all(), country=request.network.country)
        status = 429 if form.has_error(NON_FIELD_ERRORS) else 200
        return _page(request, action, empty, status=status, link_form=form)
    outbox.send_link(action, now=timezone.now(), **form.cleaned_data)
    text = _("If this e-mail is on the list, the link comes to it in a minute or two.")
    messages.success(request, text)
    return redirect("action_page", public_id)


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def my_sign_up(request: HttpRequest, token: str) -> HttpResponse:
    mine = _mine(token)
    if request.method != "POST":
        return _my_page(request, mine, AnswerForm(roles=mine.action.roles.all(), own=mine), token)
    form = AnswerForm(request.POST, roles=mine.action.roles.all(), own=mine)
    if form.is_valid():
        try:
            turnout.change_answer(mine, by=mine.user, now=timezone.now(), **form.said())
        except NoSuchRole as refused:
            form.add_error("role", str(refused))
        except turnout.SignUpRefused as refused:
            return _my_page(request, mine, form, token, refusal=str(refused))
        else:
            messages.success(request, _("Your answer is saved."))
            return redirect("my_sign_up", token)
    return _my_page(request, mine, form, token)


def _mine(token: str) -> SignUp:
    return access.fetch(
        SignUp.objects.of_token(token).select_related("action", "role", "waits_for", "user")
    )


def _my_page(
    request: HttpRequest, mine: SignUp, form: AnswerForm, token: str, refusal: str = ""
) -> HttpResponse:
    now = timezone.now()
    context = {
        "mine": mine,
        "action": mine.action,
        "form": form,
        "token": token,
        "now": now,
        "is_over": mine.action.is_over(now),
        "refusal": refusal or mine.action.answer_refusal(now),
        "shows_point": mine.may_see_point(now),
        "link": request.build_absolute_uri(reverse("my_sign_up", args=[token])),
        "mail_token": _mail_token(mine),
        "clashes": clashes.of(mine),
    }
    status = 409 if refusal else 200
    return render(request, "escalation/my_sign_up.html", context, status=status)


def _mail_token(mine: SignUp) -> str:
    """Return what leads to their choice of e-mails, or nothing where no e-mail comes to them."""
    if mine.user_id:
        return private_links.mail_token("account", mine.user_id)
    return private_links.mail_token("sign_up", mine.pk) if mine.email else ""


@policy(PUBLIC)
@require_POST
def cancel_sign_up(request: HttpRequest, token: str) -> HttpResponse:
    mine = _mine(token)
    try:
        turnout.cancel_sign_up(mine, by=mine.user, now=timezone.now())
    except turnout.SignUpRefused as refused:
        form = AnswerForm(roles=mine.action.roles.all(), own=mine)
        return _my_page(request, mine, form, token, refusal=str(refused))
    messages.success(request, _("You are off the list. We keep nothing of you for this action."))
    return redirect("action_page", mine.action.public_id)
