"""Pages of the team: the letter from its first draft until it is final."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import access
from campaigns.access import TEAM, policy
from campaigns.models import Case, CaseParty
from letters import approval, batch, copies, drafting, issuing, pdf, posters, prefill, recipients
from letters.document import as_fragment, fragment_of
from letters.drafting import LetterRefused
from letters.forms import LetterForm, PosterForm, ReadingCopyForm
from letters.models import Letter


def _letter(request: HttpRequest, reference: str, version: int) -> Letter:
    """Fetch a letter of a case, or one of another case that speaks for it too."""
    opened = Case.objects.opened_to(request.user).filter(reference=reference)
    rows = Letter.objects.speaking_for(opened)
    rows = rows.select_related("case__sheet", "case__target", "delivery")
    return access.fetch(rows, version=version)


def _seen_from(request: HttpRequest, letter: Letter) -> Case:
    """Return the case whose page this is: one of those the letter speaks for."""
    reference = request.resolver_match.kwargs["reference"]
    return next(case for case in letter.cases if case.reference == reference)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def draft_letter(request: HttpRequest, reference: str) -> HttpResponse:
    rows = Case.objects.opened_to(request.user).select_related("sheet", "target")
    case = access.fetch(rows, reference=reference)
    reasons = drafting.why_no_draft(case)
    form = _new_form(request, case)
    if not reasons and form.is_valid():
        try:
            drafted = drafting.draft(case, by=request.user, **form.texts())
            messages.success(request, _("The draft is saved. Read it as the target will."))
            return redirect("letter", reference, drafted.version)
        except LetterRefused as refused:
            reasons = refused.reasons
    return _form_page(request, form, "draft_letter", case=case, reasons=reasons)


def _new_form(request: HttpRequest, case: Case) -> LetterForm:
    """Return the form as it was sent, or with the words proposed in the language asked for."""
    today = timezone.localdate()
    if request.method == "POST":
        return LetterForm(request.POST, today=today)
    asked = request.GET.get("language", "")
    language = asked if asked in dict(settings.LANGUAGES) else ""
    words = prefill.proposed(
        case,
        group=request.network,
        language=language or (case.target.language if case.target else request.network.language),
        delivery_on=drafting.planned_delivery(case, timezone.now()),
        today=today,
        to=request.GET.getlist("to"),
    )
    return LetterForm(initial=words, today=today)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_letter(request: HttpRequest, reference: str, version: int) -> HttpResponse:
    letter = _letter(request, reference, version)
    reasons = _not_now(letter) or ([drafting.is_final(letter)] if letter.is_issued else [])
    typed = request.POST if request.method == "POST" else None
    form = LetterForm.of(letter)(typed, instance=letter, today=timezone.localdate())
    if request.method == "POST" and not reasons and form.is_valid():
        try:
            if drafting.save_changes(letter, by=request.user, form=form):
                messages.success(request, _("Saved. Everybody who said yes reads it again."))
                return redirect("letter", reference, version)
        except LetterRefused as refused:
            reasons = refused.reasons
    return _form_page(
        request,
        form,
        "edit_letter",
        case=_seen_from(request, letter),
        reasons=reasons,
        version=version,
    )


def _form_page(
    request: HttpRequest,
    form: LetterForm,
    name: str,
    *,
    case: Case,
    reasons: list[str],
    version: int | None = None,
) -> HttpResponse:
    status = 409 if reasons and request.method == "POST" else 200
    context = {
        "case": case,
        "form": form,
        "reasons": reasons,
        "version": version,
        "gaps": prefill.gaps(case, address=form["recipient_address"].value() or ""),
        "languages": settings.LANGUAGES,
        "offered": [] if version else recipients.offered(case),
        "chosen": request.GET.getlist("to"),
    }
    return render(request, f"letters/{name}.html", context, status=status)


@policy(TEAM)
@require_safe
def letter(request: HttpRequest, reference: str, version: int) -> HttpResponse:
    return _letter_page(request, _letter(request, reference, version))


def _letter_page(
    request: HttpRequest, letter: Letter, *, move: str = "", reasons: list[str] | None = None
) -> HttpResponse:
    """Show the letter, and above it why what was just asked for cannot be done."""
    case = _seen_from(request, letter)
    standing = approval.Standing(letter, seen_from=case)
    versions = Letter.objects.light().speaking_for([case]).select_related("delivery")
    context: dict[str, Any] = {
        "case": case,
        "letter": letter,
        "standing": standing,
        "versions": versions,
        "newest_final": max(
            (v.version for v in versions if v.is_issued and v.is_demand), default=0
        ),
        "gaps": _gaps(letter),
        "body": _body(letter),
        "not_now": _not_now(letter),
        "copies": copies.of(letter),
        "why_not_organizer": standing.why_not_organizer(request.user),
        "move": move,
        "reasons": reasons or [],
    }
    return render(request, "letters/letter.html", context, status=409 if reasons else 200)


def _not_now(letter: Letter) -> list[str]:
    return [] if letter.is_issued else drafting.not_now_for(letter)


def _gaps(letter: Letter) -> list[str]:
    if letter.is_issued or not letter.is_demand:
        return []
    return prefill.gaps(letter.case, address=letter.recipient_address)


def _body(letter: Letter) -> str:
    if letter.is_issued:
        return fragment_of(letter.frozen_html)
    return as_fragment(drafting.document_for(letter, is_draft=True))


@policy(TEAM)
@require_safe
def letter_pdf(request: HttpRequest, reference: str, version: int) -> HttpResponse:
    """Show the final PDF as it is kept, or the draft as it would print now, marked as a draft."""
    letter = _letter(request, reference, version)
    if letter.is_issued:
        return pdf_response(letter, bytes(letter.frozen_pdf))
    try:
        printed = pdf.render(drafting.document_for(letter, is_draft=True))
    except pdf.LetterError as error:
        return _letter_page(request, letter, move=_("The PDF"), reasons=[str(error)])
    return pdf_response(letter, printed)


def pdf_response(letter: Letter, printed: bytes) -> HttpResponse:
    response = HttpResponse(printed, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{batch.file_name(letter)}"'
    return response


@policy(TEAM)
@require_POST
def approve_letter(request: HttpRequest, reference: str, version: int) -> HttpResponse:
    """Record a yes: of the person named by `party`, or of the organizer who sends this."""
    letter = _letter(request, reference, version)
    yes: dict[str, Any] = {"organizer": request.user}
    if "party" in request.POST:
        parties = CaseParty.objects.affected().filter(case=_seen_from(request, letter))
        party = access.fetch(parties, pk=request.POST["party"])
        yes = {"party": party, "recorded_by": request.user}
    try:
        problem = approval.approve(letter, seen=request.POST.get("seen") or "-", **yes)
    except LetterRefused as refused:
        return _letter_page(request, letter, move=_("Saying yes"), reasons=refused.reasons)
    if problem:
        messages.error(request, problem)
    elif _letter(request, reference, version).is_issued:
        messages.success(request, _("That was the last yes. The letter is final."))
    else:
        messages.success(request, _("The yes is recorded."))
    return redirect("letter", reference, version)


@policy(TEAM)
@require_POST
def issue_letter(request: HttpRequest, reference: str, version: int) -> HttpResponse:
    """Try again to make a letter final that everybody approved but that could not be printed."""
    letter = _letter(request, reference, version)
    try:
        approval.make_final(letter, by=request.user)
    except LetterRefused as refused:
        return _letter_page(request, letter, move=_("Make it final"), reasons=refused.reasons)
    except pdf.LetterError as error:
        return _letter_page(request, letter, move=_("Make it final"), reasons=[str(error)])
    messages.success(request, _("The letter is final."))
    return redirect("letter", reference, version)


@policy(TEAM)
@require_POST
def send_letter(request: HttpRequest, reference: str, version: int) -> HttpResponse:
    """Note that a letter after the demand went out. The demand itself is delivered by a move."""
    letter = _letter(request, reference, version)
    try:
        issuing.note_sent(letter, by=request.user, on=timezone.localdate())
    except LetterRefused as refused:
        return _letter_page(request, letter, move=_("Noting it"), reasons=refused.reasons)
    messages.success(request, _("Noted. It went out today."))
    return redirect("letter", reference, version)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def reading_copy(request: HttpRequest, reference: str, version: int, language: str) -> HttpResponse:
    """Write the letter in the language an affected person reads."""
    letter = _letter(request, reference, version)
    if language not in dict(settings.LANGUAGES) or language == letter.language:
        raise Http404
    copy = copies.in_language(letter, language)
    typed = request.POST if request.method == "POST" else None
    form = ReadingCopyForm(typed, instance=copy, initial=copies.first_words(letter, copy))
    if form.is_valid() and copies.save(letter, form=form, by=request.user):
        messages.success(request, _("The copy is saved. They see it on their page."))
        return redirect("letter", reference, version)
    case = _seen_from(request, letter)
    context = {"case": case, "letter": letter, "form": form, "copy": copy}
    return render(request, "letters/reading_copy.html", context)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def poster(request: HttpRequest, reference: str) -> HttpResponse:
    """Write the poster of a fight, and show it with the sum that is owed today."""
    rows = Case.objects.opened_to(request.user).select_related("target")
    case = access.fetch(rows.accepted(), reference=reference)
    found = posters.of(case)
    form = PosterForm(request.POST if request.method == "POST" else None, instance=found)
    if form.is_valid() and not (named := posters.names_not_wanted(form.instance)):
        if posters.save(case, form=form, by=request.user):
            messages.success(request, _("The poster is saved. Print it from this page."))
            return redirect("poster", reference)
    elif form.is_bound and form.is_valid():
        for sentence in named:
            form.add_error("lines", sentence)
    today = timezone.localdate()
    saved = posters.of(case)
    shown = posters.sheet(saved, group=request.network, today=today) if saved.pk else None
    context = {"case": case, "form": form, "sheet": shown}
    return render(request, "letters/poster.html", context)
