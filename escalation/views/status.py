"""What an affected person opens with their private code: how it stands, and their part in it."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import activate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import access, messages, private_code, throttle
from campaigns.access import CODE, PUBLIC, policy
from campaigns.evidence import DiskFull, add_evidence
from campaigns.evidence_forms import EvidenceForm
from campaigns.models import Case, CaseParty, CaseState, InitialMeeting
from campaigns.wording import date_in_words
from escalation import ladder, step_words, voices
from escalation.models import Action, Tactic
from escalation.status_forms import CodeForm, MessageForm
from escalation.status_words import words_of
from letters import approval, drafting, pdf, printing, recipients
from letters.approval import Standing
from letters.document import as_fragment, fragment_of
from letters.drafting import LetterRefused
from letters.models import Letter
from letters.views.letters import pdf_response

P = ParamSpec("P")
PartyView = Callable[Concatenate[HttpRequest, CaseParty, P], HttpResponse]

TRIES = 10
TRIES_SECONDS = 15 * 60


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        party, problem = _open(request, form.cleaned_data["code"])
        if party is None:
            form.add_error("code", problem)
        elif unsent := form.cleaned_data["unsent"]:
            activate(party.person.language_read)
            kept = MessageForm(initial={"text": unsent})
            return _in_their_language(_page(request, party, message_form=kept), party)
        else:
            return _in_their_language(redirect("status_case"), party)
    return render(request, "escalation/status.html", {"form": form})


@policy(PUBLIC)
@require_safe
def open_status(request: HttpRequest, code: str) -> HttpResponse:
    """Open a case by its link. The code leaves the address bar at once, and goes nowhere else."""
    party, problem = _open(request, code)
    if party is None:
        notices.error(request, problem)
    response = redirect("status_case" if party else "status")
    response["Referrer-Policy"] = "no-referrer"
    return _in_their_language(response, party) if party else response


def _in_their_language(response: HttpResponse, party: CaseParty) -> HttpResponse:
    """Go on in the language the person reads. The buttons for other languages still work."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        party.person.language_read,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
    return response


def _open(request: HttpRequest, typed: str) -> tuple[CaseParty | None, str]:
    """Return the person whose code was typed, and remember them; or None and one sentence."""
    place = throttle.take_place(request, "code", limit=TRIES, seconds=TRIES_SECONDS)
    if place is None:
        return None, _("That were many tries. Please wait a quarter of an hour, then try again.")
    party = private_code.party_of(typed, now=timezone.now())
    if party is None:
        return None, _("We know no case with this code. Look at each letter again.")
    throttle.give_back(place)
    if not request.user.is_authenticated:
        request.session.cycle_key()
    access.remember_code(request, party)
    return party, ""


def with_party(view: PartyView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Pass the person whose page is open in this browser, and keep it open for half an hour more.

    When none is, or it was too long ago, ask for the code again and keep a message just typed.
    """

    @wraps(view)
    def opened(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            party = access.party_of_code(request)
        except Http404:
            return _ask_code_again(request)
        access.remember_code(request, party)
        return view(request, party, *args, **kwargs)

    return opened


def _ask_code_again(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect("status")
    unsent = request.POST.get("text", "")
    context = {"form": CodeForm(initial={"unsent": unsent}), "unsent": unsent, "is_late": True}
    return render(request, "escalation/status.html", context, status=403)


@policy(CODE)
@require_safe
@with_party
def status_case(request: HttpRequest, party: CaseParty) -> HttpResponse:
    return _page(request, party)


def _page(request: HttpRequest, party: CaseParty, **forms: Any) -> HttpResponse:
    case, now = party.case, timezone.now()
    context = {
        "case": case,
        "words": words_of(case),
        "rungs": _rungs(case),
        "now": now,
        "meeting": _meeting_ahead(case, now),
        "delivery": _delivery_ahead(case, now),
        "deadline": case.deadline_at if case.state == CaseState.CLOCK_RUNNING else None,
        "acts_for": party.acts_for,
        "offers": voices.asked(party, today=timezone.localdate(now)),
        "texts": case.messages.read_by(party),
        "files": case.evidence.sent_by(party),
        "letters": [(letter, _may_approve(Standing(letter), party)) for letter in _letters(case)],
        "steps": step_words.for_person(party, now=now),
        "may_stop_publicity": _may_stop_publicity(party),
        "message_form": MessageForm(),
        "evidence_form": EvidenceForm(),
    }
    return render(request, "escalation/status_case.html", context | forms)


def _letters(case: Case) -> list[Letter]:
    """Return the newest letter of each kind: several may wait for the same person's yes."""
    newest: dict[str, Letter] = {}
    for letter in Letter.objects.light().speaking_for([case]).select_related("case__sheet"):
        newest.setdefault(letter.variant, letter)
    return list(newest.values())


def _may_stop_publicity(party: CaseParty) -> bool:
    """Say whether the person can still say no to publicity: it may come after the end, too."""
    case = party.case
    fought = case.is_accepted or case.state in CaseState.CLOSED_TAKEN
    return fought and case.publicity != Case.Publicity.NO and party.speaks_for().exists()


def _meeting_ahead(case: Case, now: dt.datetime) -> InitialMeeting | None:
    """Return the first meeting: its hour is shown, and never the place, as whoever holds the phone
    could go there."""
    if case.state != CaseState.MEETING:
        return None
    meeting = getattr(case, "initial_meeting", None)
    return meeting if meeting and not meeting.held_on and meeting.at >= now else None


def _delivery_ahead(case: Case, now: dt.datetime) -> Action | None:
    """Return the announced delivery: its hour is shown here, and where it is behind its link."""
    if case.state != CaseState.DELIVERY_SET:
        return None
    ahead = case.actions.ahead(now).filter(tactic=Tactic.DELIVERY)
    return ahead.order_by("starts_at").first()


def _rungs(case: Case) -> list[ladder.Step]:
    """Return the ladder with the day of each step, and no names.

    A vote and a delivery wait on their step; their day is the one on which the case moves on.
    """
    moves = case.log.moves_that_stand().order_by("at", "pk")
    reached: dict[str, dt.datetime] = {CaseState.NEW: case.opened_at}
    last_state = CaseState.NEW
    for from_state, to_state, at in moves.values_list("from_state", "to_state", "at"):
        last_state = from_state
        if from_state in (CaseState.PROPOSED, CaseState.DELIVERY_SET):
            reached[from_state] = at
        reached[to_state] = at
    days = {state: date_in_words(at, short=True) for state, at in reached.items()}
    return ladder.steps(case, notes=days, last_state=last_state)


@policy(CODE)
@require_POST
@with_party
def send_message(request: HttpRequest, party: CaseParty) -> HttpResponse:
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _page(request, party, message_form=form)
    text = form.whole_text(language=request.network.language)
    messages.write_to_team(party.case, text=text, party=party)
    notices.success(request, _("Your message is sent. We answer here, or we call you."))
    return redirect("status_case")


@policy(CODE)
@require_POST
@with_party
def send_evidence(request: HttpRequest, party: CaseParty) -> HttpResponse:
    form = EvidenceForm(request.POST, request.FILES, case=party.case)
    if not form.is_valid():
        return _page(request, party, evidence_form=form)
    said = form.cleaned_data
    try:
        add_evidence(party.case, by=None, by_affected_person=True, party=party, **said)
    except DiskFull as full:
        form.add_error("file", full)
        return _page(request, party, evidence_form=form)
    notices.success(request, _("We have your file. Only the people on your case see it."))
    return redirect("status_case")


def _letter(case: Case, version: int) -> Letter:
    rows = Letter.objects.speaking_for([case]).select_related("case__sheet", "case__target")
    return access.fetch(rows, version=version)


def _may_approve(standing: Standing, party: CaseParty) -> bool:
    """Say whether the letter waits for a yes that the person whose code this is can give."""
    waits = not (standing.letter.is_issued or drafting.not_now_for(standing.letter))
    return waits and any(not standing.why_not_person(p) for p in party.speaks_for())


@policy(CODE)
@require_safe
@with_party
def status_letter(request: HttpRequest, party: CaseParty, version: int) -> HttpResponse:
    return _letter_page(request, party, _letter(party.case, version))


def _letter_page(
    request: HttpRequest, party: CaseParty, letter: Letter, *, reasons: list[str] | None = None
) -> HttpResponse:
    standing = Standing(letter)
    final = letter.is_issued
    context = {
        "letter": letter,
        "copy": _copy_to_read(letter, party),
        "body": fragment_of(letter.frozen_html) if final else as_fragment(standing.document),
        "seen": "" if final else standing.text_sha256,
        "may_approve": _may_approve(standing, party),
        "lifted": standing.lifted,
        "further": recipients.further(letter.also_to),
        "reasons": reasons,
    }
    status = 409 if reasons else 200
    return render(request, "escalation/status_letter.html", context, status=status)


def _copy_to_read(letter: Letter, party: CaseParty) -> str:
    """Return the letter in the language the person reads, where somebody has written it."""
    copy = letter.copies.filter(language=party.person.language_read).first()
    return as_fragment(drafting.document_for(letter, copy=copy)) if copy else ""


@policy(CODE)
@require_safe
@with_party
def status_letter_pdf(request: HttpRequest, party: CaseParty, version: int) -> HttpResponse:
    letter = _letter(party.case, version)
    try:
        return pdf_response(letter, printing.printed(letter))
    except pdf.LetterError as error:
        return _letter_page(request, party, letter, reasons=[str(error)])


@policy(CODE)
@require_POST
@with_party
def approve_letter_by_code(request: HttpRequest, party: CaseParty, version: int) -> HttpResponse:
    """Record the yes of the person whose code this is, to the very text they read.

    Somebody who acts for another and may decide gives the other's yes.
    """
    letter = _letter(party.case, version)
    voices = list(party.speaks_for())
    if not voices:
        raise Http404
    try:
        for voice in voices:
            seen = request.POST.get("seen") or "-"
            approval.approve(letter, party=voice, spoken_by=party, seen=seen)
    except LetterRefused as refused:
        return _letter_page(request, party, letter, reasons=refused.reasons)
    notices.success(request, _("Thank you. We have your yes to every word of the letter."))
    return redirect("status_case")
