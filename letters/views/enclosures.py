"""Pages of the team: what goes out with a letter, and all of it as one packet."""

import tempfile

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import access, evidence, sending
from campaigns.access import TEAM, policy
from campaigns.forms import outrun_words, seen_now
from campaigns.models import Case
from letters import drafting, enclosures, packet, pdf
from letters.drafting import LetterRefused
from letters.forms import EnclosuresForm
from letters.models import Letter


def _own_letter(request: HttpRequest, reference: str, version: int) -> Letter:
    """Fetch a letter of this very case. One that speaks for it too encloses the files of another,
    and those open for the team of that."""
    opened = Case.objects.opened_to(request.user).filter(reference=reference)
    rows = Letter.objects.filter(case__in=opened).select_related("case__sheet", "case__target")
    return access.fetch(rows, version=version)


@policy(TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def choose_enclosures(request: HttpRequest, reference: str, version: int) -> HttpResponse:
    letter = _own_letter(request, reference, version)
    reasons = [drafting.is_final(letter)] if letter.is_issued else drafting.not_now_for(letter)
    files = enclosures.offered(letter.case, to=request.user)
    typed = request.POST if request.method == "POST" else None
    form = EnclosuresForm(typed, letter=letter, files=files)
    if not reasons and form.is_valid():
        try:
            if _saved(request, letter, form):
                messages.success(request, _("Saved. Everybody who said yes reads it again."))
                return redirect("letter", reference, version)
        except LetterRefused as refused:
            reasons = refused.reasons
    context = {"case": letter.case, "letter": letter, "form": form, "reasons": reasons}
    status = 409 if reasons and typed is not None else 200
    return render(request, "letters/choose_enclosures.html", context, status=status)


def _saved(request: HttpRequest, letter: Letter, form: EnclosuresForm) -> bool:
    seen = form.cleaned_data["seen_version"] or 0
    if enclosures.choose(letter, chosen=form.chosen(), by=request.user, seen_version=seen):
        return True
    letter.refresh_from_db(fields=["edit_version"])
    seen_now(form, "seen_version", letter.edit_version)
    form.add_error(None, outrun_words())
    return False


@policy(TEAM)
@require_safe
def case_packet(
    request: HttpRequest, reference: str, version: int, position: int = 1
) -> HttpResponseBase:
    """Send a final letter with all it encloses. Like opening each of the files, it is noted.

    `position` is whose letter it is, where several get one each.
    """
    letter = _own_letter(request, reference, version)
    file = tempfile.TemporaryFile()  # noqa: SIM115 # the answer closes it
    try:
        shown = packet.write(letter, to=request.user, into=file, position=position)
    except Http404:
        file.close()
        raise
    except (LetterRefused, pdf.LetterError) as error:
        file.close()
        for reason in getattr(error, "reasons", [str(error)]):
            messages.error(request, reason)
        return redirect("letter", reference, version)
    if request.method == "GET":
        for row in shown:
            evidence.note_opening(row, by=request.user, now=timezone.now())
    file.seek(0)
    to = f"-{position}" if letter.also_to else ""
    name = f"packet-{reference}-v{letter.version}{to}.pdf"
    return sending.guarded(FileResponse(file, as_attachment=True, filename=name))
