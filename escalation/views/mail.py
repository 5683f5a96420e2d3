"""Which e-mails about actions somebody wants, and calling those no e-mail reached."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from campaigns import access
from campaigns.access import ACCOUNT, LEAD, PUBLIC, policy
from campaigns.models import User
from escalation import mail_report, mail_wishes, private_links
from escalation.mail_forms import MailWishForm
from escalation.models import Action, MailChoice, MailWish, SignUp

ONE_CLICK = "List-Unsubscribe"  # what a mail program sends instead of our form, RFC 8058


@policy(ACCOUNT)
@require_http_methods(["GET", "HEAD", "POST"])
def my_mail(request: HttpRequest) -> HttpResponse:
    return _page(request, request.user)


# The mail program that posts here for a person knows no token of a form. The signed link is proof.
@csrf_exempt
@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def mail_wish(request: HttpRequest, token: str) -> HttpResponse:
    """Let somebody turn e-mails off or on from a link in one. Opening it changes nothing."""
    kind, number = private_links.mail_owner(token)
    rows = User.objects.active() if kind == "account" else SignUp.objects.all()
    owner = access.fetch(rows, pk=number)
    if request.method == "POST" and ONE_CLICK in request.POST:
        mail_wishes.turn_off_reminders(owner)
        return HttpResponse(status=204)
    return _page(request, owner)


def _page(request: HttpRequest, owner: User | SignUp) -> HttpResponse:
    now_wished = MailChoice.of(owner) if isinstance(owner, User) else owner.mail
    form = MailWishForm(request.POST if request.method == "POST" else None)
    form.initial = {"wish": now_wished}
    if form.is_valid():
        mail_wishes.say(owner, MailWish(form.cleaned_data["wish"]))
        messages.success(request, _("Saved."))
        return redirect(request.path)
    context = {"form": form, "is_account": isinstance(owner, User)}
    return render(request, "escalation/mail_wish.html", context)


@policy(LEAD)
@require_POST
def note_called(request: HttpRequest, public_id: UUID) -> HttpResponse:
    action = access.fetch(Action.objects.run_by(request.user), public_id=public_id)
    mail_report.note_called(action)
    messages.success(request, _("Noted: they were called."))
    return redirect("contacts", public_id)
