"""What an affected person opens with their private code: how it stands, and their part in it."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import access, messages, private_code, throttle
from campaigns.access import CODE, PUBLIC, policy
from campaigns.evidence import add_evidence
from campaigns.evidence_forms import EvidenceForm
from campaigns.models import Case, CaseState, Event, InitialMeeting
from campaigns.wording import date_in_words
from escalation import ladder
from escalation.models import Action, Tactic
from escalation.status_forms import CodeForm, MessageForm
from escalation.status_words import words_of
from letters import approval, drafting, pdf
from letters.approval import Standing
from letters.document import as_fragment, fragment_of
from letters.drafting import LetterRefused
from letters.models import Letter
from letters.views import pdf_response

P = ParamSpec("P")
CaseView = Callable[Concatenate[HttpRequest, Case, P], HttpResponse]

TRIES = 10
TRIES_SECONDS = 15 * 60


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        case, problem = _open(request, form.cleaned_data["code"])
        if case is None:
            form.add_error("code", problem)
        elif unsent := form.cleaned_data["unsent"]:
            return _page(request, case, message_form=MessageForm(initial={"text": unsent}))
        else:
            return redirect("status_case")
    return render(request, "escalation/status.html", {"form": form})


@policy(PUBLIC)
@require_safe
def open_status(request: HttpRequest, code: str) -> HttpResponse:
    """Open a case by its link. The code leaves the address bar at once, and goes nowhere else."""
    case, problem = _open(request, code)
    if case is None:
        notices.error(request, problem)
    response = redirect("status_case" if case else "status")
    response["Referrer-Policy"] = "no-referrer"
    return response


def _open(request: HttpRequest, typed: str) -> tuple[Case | None, str]:
    """Return the case of a typed code, and remember it; or None and one sentence for every case."""
    place = throttle.take_place(request, "code", limit=TRIES, seconds=TRIES_SECONDS)
    if place is None:
        return None, _("That were many tries. Please wait a quarter of an hour, then try again.")
    case = private_code.case_opened_by(typed, now=timezone.now())
    if case is None:
        return None, _("We know no case with this code. Look at each letter again.")
    throttle.give_back(place)
    if not request.user.is_authenticated:
        request.session.cycle_key()
    access.remember_code(request, case)
    return case, ""


def with_case(view: CaseView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Pass the case that is open in this browser, and keep it open for another half hour.

    When none is, or it was too long ago, ask for the code again and keep a message just typed.
    """

    @wraps(view)
    def opened(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            case = access.case_of_code(request)
        except Http404:
            return _ask_code_again(request)
        access.remember_code(request, case)
        return view(request, case, *args, **kwargs)

    return opened


def _ask_code_again(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect("status")
    unsent = request.POST.get("text", "")
    context = {"form": CodeForm(initial={"unsent": unsent}), "unsent": unsent, "is_late": True}
    return render(request, "escalation/status.html", context, status=403)


@policy(CODE)
@require_safe
@with_case
def status_case(request: HttpRequest, case: Case) -> HttpResponse:
    return _page(request, case)


def _page(request: HttpRequest, case: Case, **forms: Any) -> HttpResponse:
    letter, now = case.letters.light().first(), timezone.now()
    context = {
        "case": case,
        "words": words_of(case),
        "rungs": _rungs(case),
        "now": now,
        "meeting": _meeting_ahead(case, now),
        "delivery": _delivery_ahead(case, now),
        "deadline": case.deadline_at if case.state == CaseState.CLOCK_RUNNING else None,
        "texts": case.messages.all(),
        "files": case.evidence.filter(by_affected_person=True),
        "letter": letter,
        "may_approve": letter is not None and _may_approve(Standing(letter), case),
        "message_form": MessageForm(),
        "evidence_form": EvidenceForm(),
    }
    return render(request, "escalation/status_case.html", context | forms)


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
    """Return the ladder with the day of each step, and no names."""
    moves = case.log.filter(event=Event.MOVE).order_by("at", "pk")
    reached: dict[str, dt.datetime] = {CaseState.NEW: case.opened_at}
    last_state = CaseState.NEW
    for from_state, to_state, at in moves.values_list("from_state", "to_state", "at"):
        last_state = from_state
        reached[to_state] = at
    days = {state: date_in_words(at, short=True) for state, at in reached.items()}
    return ladder.steps(case, notes=days, last_state=last_state)


@policy(CODE)
@require_POST
@with_case
def send_message(request: HttpRequest, case: Case) -> HttpResponse:
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _page(request, case, message_form=form)
    messages.write_to_team(case, text=form.whole_text(language=request.network.language))
    notices.success(request, _("Your message is sent. We answer here, or we call you."))
    return redirect("status_case")


@policy(CODE)
@require_POST
@with_case
def send_evidence(request: HttpRequest, case: Case) -> HttpResponse:
    form = EvidenceForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, case, evidence_form=form)
    add_evidence(case, by=None, by_affected_person=True, **form.cleaned_data)
    notices.success(request, _("We have your file. Only the people on your case see it."))
    return redirect("status_case")


def _letter(case: Case, version: int) -> Letter:
    return access.fetch(case.letters.select_related("case__sheet", "case__target"), version=version)


def _may_approve(standing: Standing, case: Case) -> bool:
    """Say whether the letter waits for a yes of the person whose code this is."""
    party = case.code_holder
    waits = not (standing.letter.is_issued or drafting.not_now(case))
    return bool(waits and party and not standing.why_not_person(party))


@policy(CODE)
@require_safe
@with_case
def status_letter(request: HttpRequest, case: Case, version: int) -> HttpResponse:
    return _letter_page(request, _letter(case, version))


def _letter_page(
    request: HttpRequest, letter: Letter, *, reasons: list[str] | None = None
) -> HttpResponse:
    standing = Standing(letter)
    final = letter.is_issued
    context = {
        "letter": letter,
        "body": fragment_of(letter.frozen_html) if final else as_fragment(standing.document),
        "seen": "" if final else standing.text_sha256,
        "may_approve": _may_approve(standing, letter.case),
        "reasons": reasons,
    }
    status = 409 if reasons else 200
    return render(request, "escalation/status_letter.html", context, status=status)


@policy(CODE)
@require_safe
@with_case
def status_letter_pdf(request: HttpRequest, case: Case, version: int) -> HttpResponse:
    letter = _letter(case, version)
    if letter.is_issued:
        return pdf_response(letter, bytes(letter.frozen_pdf))
    try:
        printed = pdf.render(drafting.document_for(letter, is_draft=True))
    except pdf.LetterError as error:
        return _letter_page(request, letter, reasons=[str(error)])
    return pdf_response(letter, printed)


@policy(CODE)
@require_POST
@with_case
def approve_letter_by_code(request: HttpRequest, case: Case, version: int) -> HttpResponse:
    """Record the yes of the person whose code this is, to the very text they read."""
    letter = _letter(case, version)
    party = case.code_holder
    if party is None:
        raise Http404
    try:
        approval.approve(letter, party=party, seen=request.POST.get("seen") or "-")
    except LetterRefused as refused:
        return _letter_page(request, letter, reasons=refused.reasons)
    notices.success(request, _("Thank you. We have your yes to every word of the letter."))
    return redirect("status_case")
