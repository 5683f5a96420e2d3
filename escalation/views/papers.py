"""Letters after the demand: which can be written now, and the first draft of one."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.access import TEAM, fetch, policy
from campaigns.models import Case
from escalation import papers as words
from letters import copies, drafting, recipients
from letters.drafting import LetterRefused
from letters.forms import FollowUpForm, ReadingCopyForm, ReminderForm, TogetherForm
from letters.models import Letter
from letters.views.letters import fetch_letter, seen_from


def _case(request: HttpRequest, reference: str) -> Case:
    rows = Case.objects.opened_to(request.user).select_related("sheet", "target")
    return fetch(rows, reference=reference)


@policy(TEAM)
@require_safe
def papers(request: HttpRequest, reference: str) -> HttpResponse:
    case = _case(request, reference)
    context = {"case": case, "kinds": words.possible(case, user=request.user)}
    return render(request, "escalation/papers.html", context)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def draft_paper(request: HttpRequest, reference: str, variant: str) -> HttpResponse:
    if variant not in Letter.Variant.values or variant == Letter.Variant.DEMAND:
        raise Http404
    case = _case(request, reference)
    reasons = words.why_not(case, variant, user=request.user)
    form = _form(request, case, variant)
    if not reasons and form.is_valid():
        try:
            letter = drafting.draft(
                case, by=request.user, variant=variant, note=form.note, **form.texts()
            )
            messages.success(request, _("The draft is saved. Read it as the target will."))
            return redirect("letter", reference, letter.version)
        except LetterRefused as refused:
            reasons = refused.reasons
    label = Letter.Variant(variant).label
    context = {
        "case": case,
        "form": form,
        "reasons": reasons,
        "label": label,
        "offered": _offered(case, variant),
        "chosen": request.GET.getlist("to"),
    }
    status = 409 if reasons and request.method == "POST" else 200
    return render(request, "escalation/draft_paper.html", context, status=status)


def _offered(case: Case, variant: str) -> list[recipients.Recipient]:
    """Return between whom one can choose: only where it does not go to the target."""
    return recipients.with_influence(case) if variant == Letter.Variant.INFLUENCE else []


def _form(request: HttpRequest, case: Case, variant: str) -> FollowUpForm:
    today, about, kind = timezone.localdate(), {}, {}
    form = FollowUpForm
    if variant == Letter.Variant.REMINDER:
        form, kind = ReminderForm, {"case": case}
    if variant == Letter.Variant.TOGETHER:
        about["others"] = words.may_join(case, user=request.user)
        form, kind = TogetherForm, {"others": about["others"]}
    if request.method == "POST":
        return form(request.POST, today=today, **kind)
    for name, rows in (("offer", case.offers.all()), ("payment", case.payments.all())):
        if asked := request.GET.get(name):
            about[name] = fetch(rows, pk=asked)
    language = case.target.language if case.target else request.network.language
    matter = words.matter(case, group=request.network, today=today, **about)
    to = tuple(request.GET.getlist("to"))
    first = words.proposed(variant, matter, language=language, to=to)
    return form(initial=first | {"together": about.get("others", ())}, today=today, **kind)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def reading_copy(request: HttpRequest, reference: str, version: int, language: str) -> HttpResponse:
    """Write the letter in the language an affected person reads."""
    letter = fetch_letter(request, reference, version)
    if language not in dict(settings.LANGUAGES) or language == letter.language:
        raise Http404
    copy = copies.in_language(letter, language)
    typed = request.POST if request.method == "POST" else None
    form = ReadingCopyForm(typed, instance=copy, initial=words.of_copy(letter, copy))
    if form.is_valid() and copies.save(letter, form=form, by=request.user):
        messages.success(request, _("The copy is saved. They see it on their page."))
        return redirect("letter", reference, version)
    case = seen_from(request, letter)
    context = {"case": case, "letter": letter, "form": form, "copy": copy}
    return render(request, "letters/reading_copy.html", context)
