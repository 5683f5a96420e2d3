"""Pages of the team: the letter from its first draft until it is final."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import access
from campaigns.access import TEAM, policy
from campaigns.models import Case, CaseParty, User
from letters import (
    approval,
    copies,
    drafting,
    issuing,
    lifting,
    pdf,
    prefill,
    printing,
    recipients,
)
from letters.document import as_fragment, fragment_of
from letters.drafting import LetterRefused
from letters.forms import HandedForm, LetterForm, LiftForm
from letters.models import DEMAND_KINDS, Letter, LetterRecipient
from letters.recipients import Addressee

WITH_FACTS = ("case__sheet", "case__target", "delivery")


def fetch_letter(
    request: HttpRequest, reference: str, version: int, *, read_with: Sequence[str] = WITH_FACTS
) -> Letter:
    """Fetch a letter of a case, or one of another case that speaks for it too."""
    opened = Case.objects.opened_to(request.user).only("reference", "state")
    case = access.fetch(opened, reference=reference)
    rows = Letter.objects.speaking_for([case]).select_related(*read_with)
    return access.fetch(rows, version=version)


def seen_from(request: HttpRequest, letter: Letter) -> Case:
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
    before = _before(request, case)
    own_words = before is not None and "words" in request.GET
    taken = prefill.following(case, before, own_words=own_words) if before else {}
    words = prefill.proposed(
        case,
        group=request.network,
        language=_language_asked(request) or taken.get("language") or _language_of(case, request),
        delivery_on=drafting.planned_delivery(case, timezone.now()),
        today=today,
        to=request.GET.getlist("to"),
        kind=_kind_asked(request) or taken.get("text_kind", ""),
        each=request.GET.get("how") == "each",
    )
    return LetterForm(initial=words | taken, today=today)


def _before(request: HttpRequest, case: Case) -> Letter | None:
    """Return the version this one follows, unless somebody chose to start with something else."""
    if {"to", "kind", "language"} & request.GET.keys():
        return None
    rows = Letter.objects.light().demands().issued().filter(case=case)
    return rows.first()


def _language_asked(request: HttpRequest) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else ""


def _language_of(case: Case, request: HttpRequest) -> str:
    return case.target.language if case.target else request.network.language


def _kind_asked(request: HttpRequest) -> str:
    asked = request.GET.get("kind", "")
    return asked if asked in DEMAND_KINDS else ""


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_letter(request: HttpRequest, reference: str, version: int) -> HttpResponse:
    letter = fetch_letter(request, reference, version)
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
        case=seen_from(request, letter),
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
        "gaps": prefill.gaps(
            case,
            kind=form["text_kind"].value() if "text_kind" in form.fields else "",
            language=form["language"].value() or "",
            address=form["recipient_address"].value() or "",
        ),
        "languages": settings.LANGUAGES,
        "kinds": prefill.kinds_for(case),
        "chosen_kind": form["text_kind"].value() if "text_kind" in form.fields else "",
        "before": None if version else _before(request, case),
        "offered": [] if version else recipients.offered(case),
        "chosen": request.GET.getlist("to"),
        "together": request.GET.get("how") == "together",
    }
    return render(request, f"letters/{name}.html", context, status=status)


@policy(TEAM)
@require_safe
def letter(request: HttpRequest, reference: str, version: int) -> HttpResponse:
    return _letter_page(request, fetch_letter(request, reference, version))


def _letter_page(
    request: HttpRequest,
    letter: Letter,
    *,
    move: str = "",
    reasons: list[str] | None = None,
    sent: forms.ModelForm | None = None,
) -> HttpResponse:
    """Show the letter, and above it why what was just asked for cannot be done.

    `sent` is a form of this page that cannot be taken as it was sent.
    """
    case = seen_from(request, letter)
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
        "body": _body(standing),
        "not_now": _not_now(letter),
        "copies": copies.of(letter),
        "stops": _stops(standing, request.user, sent),
        "recipients": _recipients(letter, sent),
        "with_packets": _has_packets(letter, case),
        "why_not_organizer": standing.why_not_organizer(request.user),
        "move": move,
        "reasons": reasons or [],
    }
    return render(request, "letters/letter.html", context, status=409 if reasons else 200)


def _stops(
    standing: approval.Standing, user: User, sent: forms.ModelForm | None
) -> list[tuple[lifting.Stop, bool, LiftForm | None]]:
    """Return what stops a draft: each with whether `user` lifted it, and the form to lift it."""
    found = []
    for stop in [] if standing.letter.is_issued else standing.stops:
        form = None
        if not stop.why_not(user):
            first = {"key": stop.key, "reason": stop.first_reason(user)}
            form = LiftForm(initial=first, auto_id=f"{stop.finding.code}_%s")
            if isinstance(sent, LiftForm) and sent["key"].value() == stop.key:
                form = sent
        own = any(lift.organizer_id == user.pk for lift in stop.lifts)
        found.append((stop, own, form))
    return found


def _recipients(
    letter: Letter, sent: forms.ModelForm | None
) -> list[tuple[int, Addressee, LetterRecipient | None, HandedForm | None]]:
    """Return who gets a letter each: position and address; of further ones the copy that is kept
    and, until it was noted that they got it, the form to note that."""
    if not letter.also_to:
        return []
    today = timezone.localdate()
    kept = {copy.position: copy for copy in letter.further.defer("frozen_html", "frozen_pdf")}
    first = Addressee(letter.recipient_name, drafting.lines_of(letter.recipient_address))
    found: list[Any] = [(1, first, None, None)]
    for position, one in enumerate(recipients.further(letter.also_to), start=2):
        copy, form = kept.get(position), None
        if copy and not copy.handed_on:
            form = HandedForm(initial={"handed_on": today}, today=today, auto_id=f"to{position}_%s")
            if isinstance(sent, HandedForm) and sent.instance == copy:
                form = sent
        found.append((position, one, copy, form))
    return found


def _has_packets(letter: Letter, case: Case) -> bool:
    """Say whether each recipient has a packet of their own, for the team that may print it."""
    is_for_several = letter.is_issued and letter.also_to and letter.case_id == case.pk
    return bool(is_for_several and letter.enclosed.exists())


def _not_now(letter: Letter) -> list[str]:
    return [] if letter.is_issued else drafting.not_now_for(letter)


def _gaps(letter: Letter) -> list[str]:
    if letter.is_issued or not letter.is_demand:
        return []
    return prefill.gaps(
        letter.case,
        kind=letter.text_kind,
        language=letter.language,
        address=letter.recipient_address,
    )


def _body(standing: approval.Standing) -> str:
    if standing.letter.is_issued:
        return fragment_of(standing.letter.frozen_html)
    return as_fragment(replace(standing.document, is_draft=True))


@policy(TEAM)
@require_safe
def letter_pdf(
    request: HttpRequest, reference: str, version: int, position: int = 1
) -> HttpResponse:
    """Show the final PDF as it is kept, or the draft as it would print now, marked as a draft.

    `position` is whose letter it is, where several get one each.
    """
    letter = _kept(request, reference, version) or fetch_letter(
        request, reference, version, read_with=("case",)
    )
    try:
        return pdf_response(letter, printing.printed(letter, position), position=position)
    except pdf.LetterError as error:
        return _letter_page(request, letter, move=_("The PDF"), reasons=[str(error)])


def _kept(request: HttpRequest, reference: str, version: int) -> Letter | None:
    """Return a final letter of one's own team with no more than its file needs: one short query
    for what is opened most. Any other goes the long way."""
    own = Case.objects.of_team(request.user).filter(reference=reference)
    rows = Letter.objects.issued().filter(case__in=own, version=version).select_related("case")
    needed = ("version", "variant", "also_to", "issued_at", "frozen_pdf")
    return rows.only(*needed, "case__reference", "case__state").first()


def pdf_response(letter: Letter, printed: bytes, *, position: int = 1) -> HttpResponse:
    response = HttpResponse(printed, content_type="application/pdf")
    name = printing.file_name(letter, position)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@policy(TEAM)
@require_safe
def letter_pdfs(request: HttpRequest, reference: str, version: int) -> HttpResponse:
    """Hand out the letters of all recipients at once, in one file."""
    letter = fetch_letter(request, reference, version)
    try:
        packed = printing.packed(letter)
    except pdf.LetterError as error:
        return _letter_page(request, letter, move=_("The PDF"), reasons=[str(error)])
    response = HttpResponse(packed, content_type="application/zip")
    name = printing.name_of(letter)
    response["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return response


@policy(TEAM)
@require_POST
def hand_letter(request: HttpRequest, reference: str, version: int, position: int) -> HttpResponse:
    """Note that a further recipient of a final letter got theirs."""
    letter = fetch_letter(request, reference, version)
    copy = access.fetch(letter.further.defer("frozen_html", "frozen_pdf"), position=position)
    form = HandedForm(request.POST, instance=copy, today=timezone.localdate())
    if not form.is_valid():
        return _letter_page(request, letter, sent=form)
    handed = form.cleaned_data
    issuing.note_handed(copy, by=request.user, on=handed["handed_on"], to=handed["handed_to"])
    messages.success(request, _("Noted. The deadline counts from the first delivery."))
    return redirect("letter", reference, version)


@policy(TEAM)
@require_POST
def lift_finding(request: HttpRequest, reference: str, version: int) -> HttpResponse:
    """Let words stand that the checks stop: the yes of one of two organizers, with a reason."""
    letter = fetch_letter(request, reference, version)
    form = LiftForm(request.POST)
    if not form.is_valid():
        return _letter_page(request, letter, sent=form)
    try:
        lifted = lifting.lift(letter, by=request.user, **form.cleaned_data)
    except LetterRefused as refused:
        return _letter_page(request, letter, move=_("Letting it stand"), reasons=refused.reasons)
    if lifted:
        messages.success(request, _("Two organizers let it stand. Everybody sees that, and why."))
    else:
        messages.success(request, _("Noted. It stands when another organizer says so too."))
    return redirect("letter", reference, version)


@policy(TEAM)
@require_POST
def take_back_lift(request: HttpRequest, reference: str, version: int) -> HttpResponse:
    letter = fetch_letter(request, reference, version)
    try:
        lifting.take_back(letter, key=request.POST.get("key", ""), by=request.user)
    except LetterRefused as refused:
        return _letter_page(request, letter, move=_("Taking it back"), reasons=refused.reasons)
    messages.success(request, _("Taken back. The letter is stopped again."))
    return redirect("letter", reference, version)


@policy(TEAM)
@require_POST
def approve_letter(request: HttpRequest, reference: str, version: int) -> HttpResponse:
    """Record a yes: of the person named by `party`, or of the organizer who sends this."""
    letter = fetch_letter(request, reference, version)
    yes: dict[str, Any] = {"organizer": request.user}
    if "party" in request.POST:
        parties = CaseParty.objects.affected().filter(case=seen_from(request, letter))
        party = access.fetch(parties, pk=request.POST["party"])
        yes = {"party": party, "recorded_by": request.user}
    try:
        problem = approval.approve(letter, seen=request.POST.get("seen") or "-", **yes)
    except LetterRefused as refused:
        return _letter_page(request, letter, move=_("Saying yes"), reasons=refused.reasons)
    if problem:
        messages.error(request, problem)
    elif fetch_letter(request, reference, version).is_issued:
        messages.success(request, _("That was the last yes. The letter is final."))
    else:
        messages.success(request, _("The yes is recorded."))
    return redirect("letter", reference, version)


@policy(TEAM)
@require_POST
def issue_letter(request: HttpRequest, reference: str, version: int) -> HttpResponse:
    """Try again to make a letter final that everybody approved but that could not be printed."""
    letter = fetch_letter(request, reference, version)
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
    letter = fetch_letter(request, reference, version)
    try:
        issuing.note_sent(letter, by=request.user, on=timezone.localdate())
    except LetterRefused as refused:
        return _letter_page(request, letter, move=_("Noting it"), reasons=refused.reasons)
    messages.success(request, _("Noted. It went out today."))
    return redirect("letter", reference, version)
